"""A clothing shop, 600 customers of one day: what CLVTools finds on two years."""

import numpy as np

from certification.row import LIKELIHOOD, PREDICTION, Bar, Chapter, Row, parameters, several
from certification.shops import Shop, apparel
from lifeworth.models import BGNBD, GammaGamma, ParetoNBD

CLV = "CLVTools 0.12.1"
CHOSEN = (1, 10, 100)
ERROR = Bar(5e-3, relative=True)
BY_TESTS = "held by tests/models/test_models_covariates.py: likelihood, ratio test and error agree, coefficients to 3e-3 on a flat ridge"


def chapter() -> Chapter:
    """Everything printed of the clothing shop."""
    shop = apparel()
    rows = [
        Row("customers", "600", len(shop.ids), Bar(0.0), CLV),
        Row("purchases after the cut", "1317", shop.holdout.sum(), Bar(0.0), CLV),
    ]
    rows += _pareto(shop) + _bg(shop) + _spend(shop)
    absent = [
        ("Pareto/NBD and BG/NBD with Gender and Channel", BY_TESTS),
        (
            "Pareto/NBD with regularised covariates",
            "another penalty than ours; what was printed is not a log-likelihood",
        ),
        ("Pareto/NBD with correlated processes", "no such model here; theirs stopped before the maximum"),
        ("seconds a fit took", "no property of a model; ours stand in [speed](speed.md)"),
    ]
    about = "600 customers, weeks, cut on 2006-12-31, 207 weeks to check."
    return Chapter("Clothing shop", about, rows, absent)


def _pareto(shop: Shop) -> list[Row]:
    model, where = ParetoNBD().fit(*shop.histories), [shop.ids.index(one) for one in CHOSEN]
    rows = parameters("Pareto/NBD", "1.448977 48.63608 .5612598 46.88436", model.params_, CLV)
    rows += parameters(
        "Pareto/NBD standard error of", ".24343 7.4892 .27105 35.611", model.standard_errors_, CLV, ERROR
    )
    rows.append(Row("Pareto/NBD log-likelihood", "-5848.097827", model.log_likelihood_, LIKELIHOOD, CLV))
    expected, alive = model.expected_purchases(shop.holdout_weeks, *shop.histories), model.p_alive(*shop.histories)
    rows.append(Row("Pareto/NBD purchases expected", "1455.52", expected.sum(), PREDICTION, CLV))
    rows.append(Row("Pareto/NBD mean absolute error of a customer", "2.03962", np.abs(expected - shop.holdout).mean(), PREDICTION, CLV))  # fmt: skip
    rows.append(Row("Pareto/NBD mean P(alive)", ".519404", alive.mean(), PREDICTION, CLV))
    rows += several("Pareto/NBD purchases expected of customer ", CHOSEN, "7.32565731 3.51981144 .41909013", expected[where], PREDICTION, CLV)  # fmt: skip
    rows += several("Pareto/NBD P(alive) of customer ", CHOSEN, ".94684785 .98256060 .27846859", alive[where], PREDICTION, CLV)  # fmt: skip
    dert = model.discounted_expected_purchases(np.inf, np.log(1.1), *shop.histories).sum()
    return [*rows, Row("Pareto/NBD discounted purchases of all, 10 % a *week*", "92.9", dert, Bar(0.05), CLV, "their default rate; ours must be named")]  # fmt: skip


def _bg(shop: Shop) -> list[Row]:
    model = BGNBD().fit(*shop.histories)
    rows = parameters("BG/NBD", ".6073108 20.95673 1.275543 8.860816", model.params_, CLV)
    rows += parameters("BG/NBD standard error of", ".054173 2.572 1.0275 8.2708", model.standard_errors_, CLV, ERROR)
    rows.append(Row("BG/NBD log-likelihood", "-5857.019749", model.log_likelihood_, LIKELIHOOD, CLV))
    expected = model.expected_purchases(shop.holdout_weeks, *shop.histories)
    off, alive = np.abs(expected - shop.holdout).mean(), model.p_alive(*shop.histories).mean()
    rows.append(Row("BG/NBD purchases expected", "1414.05", expected.sum(), PREDICTION, CLV))
    rows.append(Row("BG/NBD mean absolute error of a customer", "2.12203", off, PREDICTION, CLV))
    return [*rows, Row("BG/NBD mean P(alive)", ".775006", alive, PREDICTION, CLV)]


def _spend(shop: Shop) -> list[Row]:
    model, where = GammaGamma().fit(shop.frequency, shop.mean_spend), [shop.ids.index(one) for one in CHOSEN]
    rows = parameters("Gamma-Gamma", "3.099033 5.653673 56.50408", model.params_, CLV)
    rows += parameters("Gamma-Gamma standard error of", ".56756 .84604 18.602", model.standard_errors_, CLV, ERROR)
    rows.append(Row("Gamma-Gamma log-likelihood", "-1670.663044", model.log_likelihood_, LIKELIHOOD, CLV))
    spend = model.conditional_expected_value(shop.frequency[where], shop.mean_spend[where])
    return rows + several("Gamma-Gamma spend of customer ", CHOSEN, "88.646336 41.210271 37.627914", spend, PREDICTION, CLV)  # fmt: skip
