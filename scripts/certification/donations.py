"""Yearly gifts of 11,104 donors: the data of the BG/BB."""

import numpy as np

from certification.row import LIKELIHOOD, PARAMETER, PREDICTION, Bar, Chapter, Row, parameters, several
from certification.shops import donations
from lifeworth.models import BGBB

BTYD, LIFETIMES, PYMC = "BTYD 2.4.3", "lifetimes 0.11.3", "pymc-marketing"
GIVEN = BGBB.from_parameters({"alpha": 1.2035071, "beta": 0.74976668, "gamma": 0.65675682, "delta": 2.7838873})


def chapter() -> Chapter:
    """Everything printed of the donors."""
    x, t_x, n, donors, _ = donations()
    model = BGBB().fit(x, t_x, n, weights=donors)
    rows = parameters("BG/BB", "1.2035071 .74976668 .65675682 2.7838873", model.params_, BTYD, PARAMETER)
    rows += parameters("BG/BB", "1.204 .750 .657 2.783", model.params_, LIFETIMES, Bar(0.005))
    rows.append(Row("BG/BB log-likelihood", "-33225.581", model.log_likelihood_, LIKELIHOOD, BTYD))
    ahead = donors @ model.expected_purchases(5, x, t_x, n)
    rows.append(Row("gifts expected of all in the five years after", "12884.2", ahead, Bar(0.5), LIFETIMES))
    counts = donors.sum() * model.probability_of_n([0, 6], 6)
    rows += several("donors expected with x = ", (0, 6), "3454.9 1253.1", counts, Bar(0.5), LIFETIMES)
    return Chapter("Donations", "11,104 donors, six yearly appeals, five more to check.", rows + _asked(), [])


def _asked() -> list[Row]:
    by_year = ".4985 .9233 1.2969 1.6323 1.9381 2.2202 2.4826 2.7285 2.9603 3.1798 3.3887"
    new = GIVEN.expected_for_new_customer(np.arange(1, 12))
    rows = several("given: E[X(n)], n = ", range(1, 12), by_year, new, PREDICTION, PYMC)
    rows.append(Row("given: E[X(10)]", "3.1798281", new[9], PREDICTION, BTYD))
    alive = GIVEN.p_alive([6, 2, 0], [6, 4, 0], 6, t=1)
    rows += several("given: P(alive at 7), (x, t_x) = ", ("(6, 6)", "(2, 4)", "(0, 0)"), ".93043 .58966 .10815", alive, PREDICTION, BTYD)  # fmt: skip
    ten = GIVEN.expected_purchases(10, [0, 4], [0, 5], 6)
    rows += several("given: gifts at the next 10, (x, t_x) = ", ("(0, 0)", "(4, 5)"), ".13023442 3.6279431", ten, PREDICTION, BTYD)  # fmt: skip
    dert = GIVEN.discounted_expected_purchases(np.inf, 0.1, [6, 5, 4], 6, 6)
    return rows + several("given: discounted gifts, 10 % a year, (x, t_x) = ", ("(6, 6)", "(5, 6)", "(4, 6)"), "5.9098053 5.0893986 4.2689919", dert, PREDICTION, BTYD)  # fmt: skip
