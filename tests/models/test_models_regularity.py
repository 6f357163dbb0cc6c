"""NBD and the sisters of the BG/NBD: published numbers, histories simulated event by event, and their own errors."""

import numpy as np
import pytest

from lifeworth.errors import DataError, UsageError
from lifeworth.maths.bg_family import BGFamilyParameters, log_likelihood_rows
from lifeworth.models import BGCNBD, BGNBD, MBGCNBD, MBGNBD, NBD, estimate_regularity
from lifeworth.models.base import Model

GROCERY = {
    NBD: ((0.4203195, 5.245107), -16376.8639, 6354.746, 2.6092),
    BGNBD: ((0.348592, 2.580938, 0.5038262, 3.644363), -15836.5662, 3996.434, 1.5774),
    MBGNBD: ((1.256791, 6.038476, 0.3682515, 0.7157352), -15781.9394, 4024.912, 1.51306),
    BGCNBD: ((0.359061, 1.129387, 0.5228132, 2.785341), -15054.1729, 3830.068, 1.47362),
    MBGCNBD: ((1.329197, 2.8126, 0.4247156, 0.7900402), -14978.2107, 3970.013, 1.43104),
}
CDNOW = {
    NBD: ((0.3847659, 12.07201), -9763.65761, 2929.82, 1.04102),
    MBGNBD: ((0.524844, 6.183093, 0.891388, 1.614048), -9582.13572, 1576.71, 0.764778),
    BGCNBD: ((0.2425982, 4.413684, 0.7929899, 2.426167), -9582.429, 1653.39, 0.785454),
    MBGCNBD: ((0.524844, 6.183093, 0.891388, 1.614048), -9582.13572, 1576.71, 0.764778),
}
WITH_K = {BGCNBD: BGNBD, MBGCNBD: MBGNBD}


def learn(kind, shop):
    regular = {"log_intervals": shop.log_intervals} if kind in WITH_K else {}
    return kind().fit(shop.frequency, shop.recency, shop.T, **regular)


@pytest.fixture(scope="module")
def learned(grocery):
    return {kind: learn(kind, grocery) for kind in GROCERY}


@pytest.mark.parametrize("kind", GROCERY)
def test_estimates_on_grocery(kind, learned, grocery):
    model, (params, value, total, mae) = learned[kind], GROCERY[kind]
    assert list(model.params_.values()) == pytest.approx(params, rel=1e-3)
    assert model.log_likelihood_ == pytest.approx(value, abs=0.001)
    assert model.converged_ and not model.prior_used_ and model.warnings_ == []
    rows = (grocery.frequency, grocery.recency, grocery.T)
    assert (len(grocery.ids), grocery.frequency.sum(), grocery.holdout.sum()) == (1525, 5569, 3389)
    if kind not in WITH_K:
        expected = model.expected_purchases(52, *rows)
        assert expected.sum() == pytest.approx(total, rel=1e-3)
        assert np.abs(expected - grocery.holdout).mean() == pytest.approx(mae, rel=1e-3)


@pytest.mark.parametrize("kind", WITH_K)
def test_regularity_on_grocery(kind, learned, grocery):
    """The published forecast is an approximation: that of k = 1, scaled to the total expected of new customers.

    Ours is exact, nearer to the 3,389 purchases made, and nearer customer by customer.
    """
    model, (_, _, total, mae) = learned[kind], GROCERY[kind]
    rows, actual = (grocery.frequency, grocery.recency, grocery.T), grocery.holdout
    assert model.k_ == 2 and "2 stages" in model.summary() and "most likely" in model.summary()
    assert list(model.profile_) == [1, 2, 3, 4] and max(model.profile_, key=model.profile_.get) == 2
    assert model.profile_[1] == pytest.approx(learned[WITH_K[kind]].log_likelihood_, abs=1e-6)
    later, now = (model.expected_for_new_customer(t) for t in (grocery.T + 52, grocery.T))
    assert (later - now).sum() == pytest.approx(total, rel=1e-4)
    plain = WITH_K[kind].from_parameters({**model.params_, "alpha": 2 * model.params_["alpha"]})
    alive = plain.p_alive(*rows)
    rough = model.p_alive(*rows) * plain.expected_purchases(52, *rows) / alive
    rough *= (later - now).sum() / rough.sum()
    assert np.abs(rough - actual).mean() == pytest.approx(mae, abs=1e-4)
    exact = model.expected_purchases(52, *rows)
    assert abs(exact.sum() - actual.sum()) < abs(rough.sum() - actual.sum())
    assert np.abs(exact - actual).mean() < mae
    assert model.aic_ == pytest.approx(2 * 5 - 2 * model.log_likelihood_)


@pytest.mark.parametrize("kind", CDNOW)
def test_estimates_on_cdnow(kind, cdnow):
    model, (params, value, total, mae) = learn(kind, cdnow), CDNOW[kind]
    assert list(model.params_.values()) == pytest.approx(params, rel=1e-3)
    assert model.log_likelihood_ == pytest.approx(value, abs=0.001)
    expected = model.expected_purchases(39, cdnow.frequency, cdnow.recency, cdnow.T)
    assert expected.sum() == pytest.approx(total, rel=1e-3)
    assert np.abs(expected - cdnow.holdout).mean() == pytest.approx(mae, rel=1e-3)
    if kind in WITH_K:
        assert model.k_ == 1  # no regularity in CDNOW
        assert model.params_ == pytest.approx(learn(WITH_K[kind], cdnow).params_, rel=1e-9)


def test_regularity_of_intervals(grocery):
    """BTYDplus tosses a coin which interval comes first, so its 1.827283 wanders in the fourth figure."""
    assert estimate_regularity(grocery.intervals) == pytest.approx(1.827283, rel=2e-4)
    rng = np.random.default_rng(4)
    for k in (1, 3):
        rates = rng.gamma(0.5, 2.0, 20_000)
        found = estimate_regularity(rng.gamma(k, 1 / rates[:, None], (20_000, 3)))
        assert found == pytest.approx(k, rel=0.06)
    with pytest.raises(DataError, match="two intervals"):
        estimate_regularity([[3.0], []])
    with pytest.raises(DataError, match="two intervals of 0"):
        estimate_regularity([[0.0, 0.0], [1.0, 2.0]])
    with pytest.raises(DataError, match="timetable"):
        estimate_regularity([[7.0, 7.0], [30.0, 30.0]])
    with pytest.raises(UsageError, match="negative"):
        estimate_regularity([[7.0, -7.0]])


def test_logarithms_of_chances_that_underflow_elsewhere():
    """The numerical-stability rows of pymc-marketing for the MBG/NBD."""
    p = BGFamilyParameters(0.25, 4.0, 0.8, 2.5, leaves_at_first=True)
    got = log_likelihood_rows(p, np.array([0.0, 200.0]), np.array([0.0, 38.0]), np.array([40.0, 40.0]))
    np.testing.assert_allclose(got, [-0.41792826, 100.7869], atol=5e-5)


def simulate_events(params, k, at_first, T, t, n, rng):
    """Customers purchase by purchase, as the papers tell it: history up to T, purchases in (T, T + t], alive at T."""
    rate, leaves = rng.gamma(params["r"], 1 / params["alpha"], n), rng.beta(params["a"], params["b"], n)
    now, here = np.zeros(n), ~(at_first & (rng.random(n) < leaves))
    x, t_x, ahead, logs = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    alive = here.copy()
    while here.any():
        wait = rng.gamma(k, 1 / rate)
        now = np.where(here, now + wait, np.inf)
        seen, later = now <= T, (now > T) & (now <= T + t)
        x, t_x, ahead = x + seen, np.where(seen, now, t_x), ahead + later
        logs += np.where(seen, np.log(wait), 0.0)
        left = here & (rng.random(n) < leaves)
        alive &= ~(left & seen)
        here &= ~left & (now <= T + t)
    return x, t_x, logs, ahead, alive


TRUTH = {"r": 0.85, "alpha": 1.45, "a": 0.79, "b": 2.42}


@pytest.mark.parametrize(("make", "at_first"), [(BGCNBD, False), (MBGCNBD, True)], ids=["BG/CNBD-k", "MBG/CNBD-k"])
@pytest.mark.parametrize("k", [2, 4])
def test_customers_alike_in_history_do_what_is_expected_of_them(make, at_first, k):
    """Everything said of a history, against the simulated customers who have nearly that history."""
    T, t, n = 20.0, 10.0, 300_000
    x, t_x, _, ahead, alive = simulate_events(TRUTH, k, at_first, T, t, n, np.random.default_rng(k))
    model = make.from_parameters({**TRUTH, "k": k})
    whole = np.full(n, T)
    expected, chance = model.expected_purchases(t, x, t_x, whole), model.p_alive(x, t_x, whole)
    none = 1 - model.p_active(t, x, t_x, whole)
    group = np.minimum(x, 6) * 10 + np.minimum(10 * t_x / T, 9).astype(int)
    checked = 0
    for each in np.unique(group):
        rows = group == each
        size = rows.sum()
        if size < 300:
            continue
        checked += 1
        near = 4.5 / np.sqrt(size)
        assert abs(ahead[rows].mean() - expected[rows].mean()) < near * max(
            ahead[rows].std(), np.sqrt(3 * expected[rows].mean())
        )
        assert abs(alive[rows].mean() - chance[rows].mean()) < near * 0.5
        assert abs((ahead[rows] == 0).mean() - none[rows].mean()) < near * 0.5
    assert checked > 30
    assert ahead.mean() == pytest.approx(expected.mean(), rel=0.01)
    assert x.mean() == pytest.approx(float(model.expected_for_new_customer(T)), rel=0.01)
    counts = np.bincount(x.astype(int), minlength=8)[:8] / n
    np.testing.assert_allclose(counts, model.probability_of_n(np.arange(8), T), atol=4 * np.sqrt(0.25 / n))
    drawn = model.simulate(n, T, np.random.default_rng(1))
    for got, told in ((drawn.frequency, x), (drawn.recency, t_x)):
        np.testing.assert_allclose(np.quantile(got, [0.3, 0.6, 0.9]), np.quantile(told, [0.3, 0.6, 0.9]), atol=0.2)


@pytest.mark.parametrize(("make", "at_first"), [(BGCNBD, False), (MBGCNBD, True)], ids=["BG/CNBD-3", "MBG/CNBD-3"])
def test_simulated_parameters_and_their_k_are_recovered(make, at_first):
    """BTYDplus' own test: 8,000 customers of MBG/CNBD-3, parameters within 10 %, sums within 5 %."""
    rng, n, t = np.random.default_rng(11), 8000, 32.0
    T = np.round(rng.uniform(24, 32, n) / 4) * 4
    x, t_x, logs, ahead, _ = simulate_events(TRUTH, 3, at_first, T, t, n, rng)
    model = make().fit(x, t_x, T, log_intervals=logs)
    assert model.k_ == 3 and model.converged_
    assert model.params_ == pytest.approx(TRUTH, rel=0.10)
    assert model.expected_purchases(t, x, t_x, T).sum() == pytest.approx(ahead.sum(), rel=0.05)
    assert model.expected_for_new_customer(T).sum() == pytest.approx(x.sum(), rel=0.05)


@pytest.mark.parametrize("kind", WITH_K)
def test_a_single_stage_is_the_plain_sister(kind):
    plain = WITH_K[kind].from_parameters(TRUTH)
    columns = plain.simulate(2000, np.random.default_rng(5).uniform(10, 40, 2000), np.random.default_rng(6))
    sister, steady = plain.fit(*columns), kind(k=1).fit(*columns)
    assert steady.params_ == sister.params_ and steady.log_likelihood_ == sister.log_likelihood_
    np.testing.assert_array_equal(steady.p_alive(*columns), sister.p_alive(*columns))
    for ask in (
        lambda model: model.expected_purchases(20, *columns),
        lambda model: model.discounted_expected_purchases(np.inf, 0.002, *columns),
        lambda model: model.p_alive(*columns, t=9.0),
        lambda model: model.probability_of_n(np.arange(5)[:, None], 20, *columns),
        lambda model: model.next_purchase(*columns).cdf(3.0),
        lambda model: model.expected_for_new_customer(np.arange(5)),
    ):
        np.testing.assert_allclose(ask(steady), ask(sister), rtol=1e-11, atol=1e-14)


def some(k=2, n=300):
    rng = np.random.default_rng(0)
    columns = MBGCNBD.from_parameters({**TRUTH, "k": k}).simulate(n, rng.uniform(10, 30, n), rng)
    x, t_x, _ = columns
    return columns, np.where(x > 0, x * np.log(np.maximum(t_x, 1e-9) / np.maximum(x, 1)) - 0.1, 0.0)


@pytest.mark.parametrize("kind", WITH_K)
def test_k_is_given_or_learned_from_the_intervals(kind):
    columns, logs = some()
    with pytest.raises(UsageError, match=r"log_intervals=.*\n?.*fixed k, " + kind.__name__):
        kind().fit(*columns)
    for k in (0, 13, 1.5, np.nan):
        with pytest.raises(UsageError, match="whole number from 1 to 12"):
            kind(k=k).fit(*columns)
    model = kind(k=2).fit(*columns)
    assert model.k_ == 2 and list(model.profile_) == [2] and model.log_intervals_ is None
    told = kind(k=2).fit(*columns, log_intervals=logs)
    assert told.params_ == model.params_ and told.log_likelihood_ != model.log_likelihood_
    assert told.log_intervals_ == pytest.approx(logs.sum())
    with pytest.raises(UsageError, match="needs r, alpha, a, b and k"):
        kind.from_parameters(TRUTH)
    with pytest.raises(UsageError, match="whole number"):
        kind.from_parameters({**TRUTH, "k": 0})


def test_intervals_are_checked_against_the_histories():
    columns, logs = some()
    bought = np.flatnonzero(columns.frequency > 0)[0]
    model = MBGCNBD()
    for row, value in ((bought, logs[bought] + 5.0), (np.flatnonzero(columns.frequency == 0)[0], 0.7)):
        wrong = logs.copy()
        wrong[row] = value
        with pytest.raises(UsageError, match=f"first is row {row} "):
            model.fit(*columns, log_intervals=wrong)
    with pytest.raises(UsageError, match="log_intervals has 3 rows"):
        model.fit(*columns, log_intervals=logs[:3])
    with pytest.raises(UsageError, match="log_intervals is empty"):
        model.fit(*columns, log_intervals=np.where(logs < 0, -np.inf, logs))


def test_units_and_weights_of_intervals_survive():
    columns, logs = some()
    x, t_x, T = columns
    model = MBGCNBD(k=2).fit(*columns, log_intervals=logs)
    days = MBGCNBD(k=2).fit(x, t_x * 7, T * 7, log_intervals=logs + x * np.log(7))
    assert days.log_likelihood_ == pytest.approx(model.log_likelihood_ - x.sum() * np.log(7), rel=1e-9)
    thrice = MBGCNBD(k=2).fit(*columns, np.full(x.size, 3), log_intervals=logs)
    assert thrice.log_likelihood_ == pytest.approx(3 * model.log_likelihood_, rel=1e-9)
    single = MBGCNBD(k=1).fit(*columns, log_intervals=logs)
    assert single.log_likelihood_ == pytest.approx(MBGNBD().fit(*columns).log_likelihood_, rel=1e-12)


def test_what_was_learned_of_k_is_kept(tmp_path):
    columns, logs = some()
    model = MBGCNBD().fit(*columns, log_intervals=logs)
    model.save(tmp_path / "model.json")
    loaded = Model.load(tmp_path / "model.json")
    assert (loaded.k, loaded.k_, loaded.profile_) == (None, model.k_, model.profile_)
    assert loaded.summary() == model.summary()
    np.testing.assert_array_equal(loaded.expected_purchases(9, *columns), model.expected_purchases(9, *columns))


def test_without_a_repeat_purchase_nothing_speaks_for_a_steady_clock():
    nobody = np.zeros(50)
    model = MBGCNBD().fit(nobody, nobody, np.full(50, 9.0), log_intervals=nobody)
    assert model.k_ == 1 and list(model.profile_) == [1] and model.prior_used_
