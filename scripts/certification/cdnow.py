"""CDNOW: the tenth of a music shop's customers that the papers fit on 39 weeks and check on the 39 that followed."""

import numpy as np

from certification.row import LIKELIHOOD, PARAMETER, PREDICTION, Bar, Chapter, Row, parameters, several
from certification.shops import Shop, cdnow
from lifeworth.maths.bg_family import BGFamilyParameters, log_likelihood_rows
from lifeworth.models import BGCNBD, BGNBD, MBGCNBD, MBGNBD, NBD, GammaGamma, GGompertzNBD, ParetoNBD

BTYD, PLUS, CLV, LIFETIMES, PYMC = (
    "BTYD 2.4.3",
    "BTYDplus 1.2.0",
    "CLVTools 0.12.1",
    "lifetimes 0.11.3",
    "pymc-marketing",
)
BG = BGNBD.from_parameters({"r": 0.2425982, "alpha": 4.413684, "a": 0.7929899, "b": 2.426167})
BG_PAPER = BGNBD.from_parameters({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})
PARETO = ParetoNBD.from_parameters({"r": 0.55339714, "alpha": 10.58019854, "s": 0.6060625, "beta": 11.65622367})
#: The likelihood is flat along a ridge, and searches stop at different places of it.
RIDGE = {name: "(s, beta) lie on a ridge: the log-likelihood decides" for name in ("s", "beta")}
#: Standard errors hang on the second derivatives, which the packages work out by differences.
ERROR = Bar(5e-3, relative=True)


def chapter() -> Chapter:
    """Everything printed of CDNOW."""
    shop = cdnow()
    fitted = {kind: kind().fit(*shop.histories) for kind in (NBD, BGNBD, MBGNBD, ParetoNBD)}
    rows = [
        *_the_cut(shop),
        *_bg(fitted[BGNBD]),
        *_pareto(fitted[ParetoNBD]),
        *_sisters(shop, fitted),
        *_rising(shop),
        *_spend(shop),
        *_holdout(shop, fitted),
        *_bg_asked(),
        *_pareto_asked(),
        *_stable(),
    ]
    about = (
        "2,357 customers, weeks, cut on 1997-09-30. Rows headed *given* take the printed parameters, the others fit."
    )
    return Chapter("CDNOW", about, rows, [])


def _the_cut(shop: Shop) -> list[Row]:
    exact, weeks = Bar(0.0), (1, 2, 3, 4, 39, 78)
    counted = [np.count_nonzero(shop.repeat_days < 7 * week) for week in weeks]
    return [
        Row("customers", "2357", len(shop.ids), exact, BTYD),
        Row("repeat purchases up to the cut", "2457", shop.frequency.sum(), exact, BTYD),
        Row("purchases after it", "1882", shop.holdout.sum(), exact, BTYD),
        *several("repeat purchases up to week ", weeks, "0 19 42 81 2457 4339", counted, exact, BTYD),
    ]


def _bg(model: BGNBD) -> list[Row]:
    rows = parameters("BG/NBD", ".2425945 4.4136019 .7929199 2.4258881", model.params_, CLV)
    rows += parameters("BG/NBD", ".2425982 4.413684 .7929899 2.426167", model.params_, BTYD)
    rows += parameters("BG/NBD", ".243 4.414 .793 2.426", model.params_, "Fader, Hardie, Lee (2005)", Bar(5e-4))
    rows.append(Row("BG/NBD log-likelihood", "-9582.429", model.log_likelihood_, LIKELIHOOD, CLV))
    rows.append(Row("BG/NBD log-likelihood", "-9582.4", model.log_likelihood_, Bar(0.05), "Fader, Hardie, Lee (2005)"))
    return rows + parameters("BG/NBD standard error of", ".012557 .37822 .18573 .70541", model.standard_errors_, CLV, ERROR)  # fmt: skip


def _pareto(model: ParetoNBD) -> list[Row]:
    rows = parameters("Pareto/NBD", ".55315 10.57633 .60625 11.67150", model.params_, CLV, notes=RIDGE)
    rows += parameters("Pareto/NBD", ".55327 10.5778 .60602 11.66391", model.params_, f"{CLV}, run anew", notes=RIDGE)
    rows += parameters("Pareto/NBD", ".55339714 10.58019854 .6060625 11.65622367", model.params_, BTYD, notes=RIDGE)
    for source, theirs in ((CLV, "-9594.976"), (f"{CLV}, run anew", "-9594.976181"), (BTYD, "-9594.9762")):
        rows.append(Row("Pareto/NBD log-likelihood", theirs, model.log_likelihood_, LIKELIHOOD, source))
    return rows + parameters("Pareto/NBD standard error of", ".0476264 .8427222 .1872594 6.2105448", model.standard_errors_, CLV, ERROR)  # fmt: skip


def _sisters(shop: Shop, fitted: dict[type, NBD | MBGNBD]) -> list[Row]:
    mbg, nbd = fitted[MBGNBD], fitted[NBD]
    rows = parameters("MBG/NBD", ".524844 6.183093 .891388 1.614048", mbg.params_, PLUS)
    rows += parameters("MBG/NBD", ".525 6.183 .891 1.614", mbg.params_, LIFETIMES, Bar(1e-3))
    rows.append(Row("MBG/NBD log-likelihood", "-9582.13572", mbg.log_likelihood_, LIKELIHOOD, PLUS))
    rows += parameters("NBD", ".3847659 12.07201", nbd.params_, PLUS)
    rows.append(Row("NBD log-likelihood", "-9763.65761", nbd.log_likelihood_, LIKELIHOOD, PLUS))
    for name, kind, same in (("BG/CNBD-k", BGCNBD, fitted[BGNBD]), ("MBG/CNBD-k", MBGCNBD, mbg)):
        model = kind().fit(*shop.histories, log_intervals=shop.log_intervals)
        theirs = "-9582.429" if kind is BGCNBD else "-9582.13572"
        rows.append(Row(f"{name} k", "1", model.k_, Bar(0.0), PLUS, "no regularity in CDNOW"))
        rows.append(Row(f"{name} log-likelihood", theirs, model.log_likelihood_, LIKELIHOOD, PLUS))
        apart = max(abs(np.array(list(model.params_.values())) / list(same.params_.values()) - 1))
        rows.append(Row(f"{name} parameters, furthest from k = 1", "0", apart, PARAMETER, PLUS))
    return rows


def _rising(shop: Shop) -> list[Row]:
    """The GGompertz/NBD, which on these data is the Pareto/NBD: of b and beta only the ratio is known."""
    model = GGompertzNBD().fit(*shop.histories)
    known = {name: model.params_[name] for name in ("r", "alpha", "s")}
    rows = parameters("GGompertz/NBD", ".55313 10.5758 .60682", known, CLV, notes=RIDGE)
    ratio, printed = model.params_["beta"] / model.params_["b"], "theirs of 1.3e-5 and 1.1e-6, two digits each"
    rows.append(Row("GGompertz/NBD beta / b", "11.8", ratio, Bar(0.1, relative=True), CLV, printed))
    return [*rows, Row("GGompertz/NBD log-likelihood", "-9594.9762", model.log_likelihood_, LIKELIHOOD, CLV)]


def _spend(shop: Shop) -> list[Row]:
    used = (shop.frequency > 0) & (shop.mean_spend > 0)
    model = GammaGamma().fit(shop.frequency, shop.mean_spend)
    rows = [Row("Gamma-Gamma customers", "946", np.count_nonzero(used), Bar(0.0), CLV)]
    rows += parameters("Gamma-Gamma", "6.249349 3.744256 15.444310", model.params_, CLV)
    rows += parameters("Gamma-Gamma", "6.2496 3.7442 15.4435", model.params_, LIFETIMES)
    rows += parameters("Gamma-Gamma", "6.25 3.74 15.44", model.params_, "Fader, Hardie (2013)", Bar(0.005))
    rows.append(Row("Gamma-Gamma log-likelihood", "-4055.917695", model.log_likelihood_, LIKELIHOOD, CLV))
    rows += parameters("Gamma-Gamma standard error of", "1.19 .29014 4.1595", model.standard_errors_, CLV, ERROR)
    given = GammaGamma.from_parameters({"p": 6.25, "q": 3.74, "gamma": 15.44})
    spend = given.conditional_expected_value(shop.frequency[:10], shop.mean_spend[:10])
    theirs = "24.65 18.91 35.17 35.17 35.17 71.46 18.91 35.17 27.28 35.17"
    return rows + several("Gamma-Gamma given: spend of customer ", range(1, 11), theirs, spend, Bar(0.1), LIFETIMES)


def _holdout(shop: Shop, fitted: dict[type, NBD]) -> list[Row]:
    rows = []
    printed = (
        ("NBD", NBD, "2929.82", "1.04102", PLUS),
        ("Pareto/NBD", ParetoNBD, "1665.43", ".754506", BTYD),
        ("Pareto/NBD", ParetoNBD, "1665.69", ".754547", CLV),
        ("BG/NBD", BGNBD, "1653.39", ".785454", BTYD),
        ("MBG/NBD", MBGNBD, "1576.71", ".764778", PLUS),
    )
    for name, kind, total, mae, source in printed:
        expected = fitted[kind].expected_purchases(39, *shop.histories)
        rows.append(Row(f"{name} purchases expected in the 39 weeks after", total, expected.sum(), PREDICTION, source))
        off = np.abs(expected - shop.holdout).mean()
        rows.append(Row(f"{name} mean absolute error of a customer", mae, off, PREDICTION, source))
    return rows


def _bg_asked() -> list[Row]:
    t = (0.1429, 1, 3, 31.8571, 32, 78)
    rows = several("BG/NBD given: E[X(t)], t = ", t, ".0078 .0532 .1506 1.0405 1.0437 1.8576", BG.expected_for_new_customer(t), Bar(5e-4), f"{LIFETIMES}, Hardie's sheet")  # fmt: skip
    whale = (26, 30.86, 31)
    asked = [
        ("BG/NBD given: x = 2, t_x = 30.43, T = 38.86, next 39 weeks", "1.226", BG_PAPER.expected_purchases(39, 2, 30.43, 38.86)[0], Bar(1e-3), LIFETIMES),
        ("BG/NBD given: E[X(52)]", "1.4440046", float(BG.expected_for_new_customer(52)), PREDICTION, BTYD),
        ("BG/NBD given: x = 26, t_x = 30.86, T = 31, next 52 weeks", "25.758242", BG.expected_purchases(52, *whale)[0], PREDICTION, BTYD),
        ("BG/NBD given: the same customer's P(alive)", ".96891624", BG.p_alive(*whale)[0], PREDICTION, BTYD),
    ]  # fmt: skip
    rows += [Row(*each) for each in asked]
    chances = BG.probability_of_n(np.arange(4), 39)
    return rows + several("BG/NBD given: P(X(39) = n), n = ", range(4), ".57430473 .19919275 .085324244 .045798401", chances, PREDICTION, BTYD)  # fmt: skip


def _pareto_asked() -> list[Row]:
    weekly = "0 .05077821 .09916088 .14542507 .18979930 .23247466 .27361274 .31335159 .35181024 .38909211"
    rows = several("Pareto/NBD given: E[X(t)], t = ", range(10), weekly, PARETO.expected_for_new_customer(np.arange(10)), Bar(0.01), LIFETIMES)  # fmt: skip
    whale = (26, 30.86, 31)
    expected = PARETO.expected_purchases(52, *whale)[0]
    asked = [
        ("Pareto/NBD given: E[X(52)]", "1.4731127", float(PARETO.expected_for_new_customer(52)), PREDICTION, BTYD),
        ("Pareto/NBD given: x = 26, t_x = 30.86, T = 31, next 52 weeks", "25.455318", expected, PREDICTION, BTYD),
        ("Pareto/NBD given: the same", "25.46", expected, Bar(0.01), LIFETIMES),
        ("Pareto/NBD given: the same customer's P(alive)", ".9979179", PARETO.p_alive(*whale)[0], PREDICTION, BTYD),
        ("Pareto/NBD given: the same customer's discounted purchases, 0.0027 a week", "86.035019", PARETO.discounted_expected_purchases(np.inf, 0.0027, *whale)[0], PREDICTION, BTYD),
    ]  # fmt: skip
    rows += [Row(*each) for each in asked]
    chances = PARETO.probability_of_n(np.arange(4), 39)
    rows += several("Pareto/NBD given: P(X(39) = n), n = ", range(4), ".59356922 .16558529 .082499241 .049047244", chances, PREDICTION, BTYD)  # fmt: skip
    dert = PARETO.discounted_expected_purchases(np.inf, np.log(1.15) / 52, [0, 2, 7], [0, 30.43, 29.43], [38.86] * 3)
    return rows + several("Pareto/NBD given: discounted purchases, 15 % a year, T = 38.86, (x, t_x) = ", ("(0, 0)", "(2, 30.43)", "(7, 29.43)"), ".47819941 6.50089184 16.58227411", dert, PREDICTION, BTYD)  # fmt: skip


def _stable() -> list[Row]:
    mbg = BGFamilyParameters(0.25, 4.0, 0.80, 2.50, leaves_at_first=True)
    rows = log_likelihood_rows(mbg, np.array([0.0, 200.0]), np.array([0.0, 38.0]), np.array([40.0, 40.0]))
    small, none = (float(BG_PAPER.probability_of_n(n, t)) for n, t in ((10, 2), (0, 39)))
    return [
        *several("MBG/NBD given: log-likelihood of (x, t_x), T = 40, ", ("(0, 0)", "(200, 38)"), "-.41792826 100.7869", rows, Bar(5e-5), PYMC),
        Row("BG/NBD given: P(X(2) = 10)", "1.07869e-07", small, PREDICTION, LIFETIMES),
        Row("BG/NBD given: P(X(39) = 0)", ".5737864", none, PREDICTION, LIFETIMES),
    ]  # fmt: skip
