"""An online grocer whose customers buy regularly: one year to fit, one to check."""

import numpy as np

from certification.row import LIKELIHOOD, PREDICTION, Bar, Chapter, Row, parameters
from certification.shops import Shop, grocery
from lifeworth.models import BGCNBD, BGNBD, MBGCNBD, MBGNBD, NBD, ParetoNBD, estimate_regularity

PLUS = "BTYDplus 1.2.0"
TEN, FIVE = Bar(0.10, relative=True), Bar(0.05, relative=True)
#: Parameters, log-likelihood, purchases expected in the second year, mean absolute error of a customer.
PRINTED = {
    NBD: (".4203195 5.245107", "-16376.8639", "6354.746", "2.6092"),
    ParetoNBD: (".7864354 5.678976 .3862209 5.717118", "-15782.3921", "3990.767", "1.5079"),
    BGNBD: (".348592 2.580938 .5038262 3.644363", "-15836.5662", "3996.434", "1.5774"),
    MBGNBD: ("1.256791 6.038476 .3682515 .7157352", "-15781.9394", "4024.912", "1.51306"),
    BGCNBD: (".359061 1.129387 .5228132 2.785341", "-15054.1729", "3830.068", "1.47362"),
    MBGCNBD: ("1.329197 2.8126 .4247156 .7900402", "-14978.2107", "3970.013", "1.43104"),
}
NAMES = {NBD: "NBD", ParetoNBD: "Pareto/NBD", BGNBD: "BG/NBD", MBGNBD: "MBG/NBD", BGCNBD: "BG/CNBD-k", MBGCNBD: "MBG/CNBD-k"}  # fmt: skip
PLAIN = {BGCNBD: BGNBD, MBGCNBD: MBGNBD}
EXACT = "theirs is an approximation, ours exact and nearer to what came"


def chapter() -> Chapter:
    """Everything printed of the grocer, and simulated shoppers as regular as its."""
    shop = grocery()
    rows = [
        Row("customers", "1525", len(shop.ids), Bar(0.0), PLUS),
        Row("repeat purchases up to the cut", "5569", shop.frequency.sum(), Bar(0.0), PLUS),
        Row("purchases after it", "3389", shop.holdout.sum(), Bar(0.0), PLUS),
    ]
    for kind in PRINTED:
        rows += _rows(kind, shop)
    found = estimate_regularity(shop.intervals)
    rows.append(Row("regularity by Wheat and Morrison", "1.827283", found, PREDICTION, PLUS, "theirs tosses a coin"))
    rows += _recovered()
    missing = "no such model here yet"
    absent = [
        ("recovery of Pareto/GGG (t 4.5, gamma 1.5, r .9, alpha 5, s .8, beta 12), within 10 %", missing),
        ("recovery of Abe's model (beta within 5 %, Gamma within 10 %)", missing),
        ("recovery of the hierarchical Pareto/NBD (.9, 5, .8, 12)", "fitted here by likelihood, not by sampling"),
    ]
    about = "1,525 customers, weeks, cut on 2006-12-31; the year after has 3,389 purchases."
    return Chapter("Online grocer", about, rows, absent)


def _rows(kind: type[NBD], shop: Shop) -> list[Row]:
    name, (params, value, total, mae) = NAMES[kind], PRINTED[kind]
    regular = {"log_intervals": shop.log_intervals} if kind in PLAIN else {}
    model = kind().fit(*shop.histories, **regular)
    expected = model.expected_purchases(52, *shop.histories)
    off = np.abs(expected - shop.holdout).mean()
    rows = parameters(name, params, model.params_, PLUS)
    rows.append(Row(f"{name} log-likelihood", value, model.log_likelihood_, LIKELIHOOD, PLUS))
    note = EXACT if kind in PLAIN else ""
    if kind in PLAIN:
        rows.append(Row(f"{name} k", "2", model.k_, Bar(0.0), PLUS))
        rough = _as_published(model, PLAIN[kind], shop)
        rows.append(Row(f"{name} purchases expected, by their approximation", total, rough.sum(), PREDICTION, PLUS))
        error = np.abs(rough - shop.holdout).mean()
        rows.append(Row(f"{name} mean absolute error, by their approximation", mae, error, PREDICTION, PLUS))
    rows.append(Row(f"{name} purchases expected in the year after", total, expected.sum(), PREDICTION, PLUS, note))
    rows.append(Row(f"{name} mean absolute error of a customer", mae, off, PREDICTION, PLUS, note))
    return rows


def _as_published(model: BGCNBD, kind: type[BGNBD], shop: Shop) -> np.ndarray:
    """The paper's forecast: k = 1 per customer, scaled to the total that new customers would bring."""
    plain = kind.from_parameters({**model.params_, "alpha": model.k_ * model.params_["alpha"]})
    rough = plain.expected_purchases(52, *shop.histories) / plain.p_alive(*shop.histories)
    rough *= model.p_alive(*shop.histories)
    later, now = (model.expected_for_new_customer(t) for t in (shop.T + 52, shop.T))
    return rough * (later - now).sum() / rough.sum()


def _recovered() -> list[Row]:
    """BTYDplus' own check: 8,000 customers simulated, parameters and purchases to come found again."""
    truth = {"r": 0.85, "alpha": 1.45, "a": 0.79, "b": 2.42}
    known, rng = MBGCNBD.from_parameters({**truth, "k": 3}), np.random.default_rng(1)
    x, t_x, T = known.simulate(8000, 52.0, rng)
    model = MBGCNBD(k=3).fit(x, t_x, T)
    label = "MBG/CNBD-3 simulated:"
    rows = parameters(
        label, ".85 1.45 .79 2.42", model.params_, PLUS, TEN, dict.fromkeys(truth, "the truth is what was simulated")
    )
    came = known.sample(32.0, x, t_x, T, 1, rng).sum()
    expected = model.expected_purchases(32.0, x, t_x, T).sum()
    return [*rows, Row(f"{label} purchases of the next 32 weeks", f"{came}", expected, FIVE, "the simulation")]
