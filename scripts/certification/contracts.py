"""Fader and Hardie's two kinds of subscriber: 1,000 each, fitted on seven years, checked on the five that followed."""

import numpy as np

from certification.row import LIKELIHOOD, Bar, Chapter, Row, parameters, several
from lifeworth.models import ShiftedBetaGeometric

PAPER, MAXIMUM = "Fader, Hardie (2007)", "plain maximum likelihood"
YEARS = range(8, 13)
#: Percent left after each year, 0 to 7.
REGULAR = "100 63.1 46.8 38.2 32.6 28.9 26.2 24.1"
HIGH_END = "100 86.9 74.3 65.3 59.3 55.1 51.7 49.1"


def chapter() -> Chapter:
    """Everything printed of the two kinds."""
    rows = _rows("regular", REGULAR, ".7040773 1.1820430", "-1680.26519", "22.01 20.44 19.12 17.99 17.00")
    rows += _rows("high end", HIGH_END, ".6680884 3.8060954", "-1611.15815", "46.04 43.58 41.42 39.51 37.80")
    regular, high = (_fit(left) for left in (REGULAR, HIGH_END))
    rows += parameters("sBG regular", ".704 1.182", regular.params_, PAPER, Bar(5e-4))
    rows.append(Row("sBG regular log-likelihood", "-1680.3", regular.log_likelihood_, Bar(0.05), PAPER))
    rows += parameters("sBG high end", ".668 3.806", high.params_, PAPER, Bar(5e-4))
    rows.append(Row("sBG high end log-likelihood", "-1611.2", high.log_likelihood_, Bar(0.05), PAPER))
    absent = [
        ("survival that came in years 8 to 12", "data, not a model's answer; the model lies below it (see its page)"),
        ("alpha = .688 (regular) in pymc-marketing's test", "not the maximum of the likelihood, as the rows here show"),
    ]
    return Chapter("Subscribers", "Percent of 1,000 contracts that are left; years.", rows, absent)


def _fit(percent: str) -> ShiftedBetaGeometric:
    left = np.array(percent.split(), dtype=float) * 10.0
    return ShiftedBetaGeometric().fit(left[:-1], left[:-1] - left[1:])


def _rows(kind: str, percent: str, params: str, value: str, survival: str) -> list[Row]:
    model = _fit(percent)
    rows = parameters(f"sBG {kind}", params, model.params_, MAXIMUM)
    rows.append(Row(f"sBG {kind} log-likelihood", value, model.log_likelihood_, LIKELIHOOD, MAXIMUM))
    left = 100 * model.survival(np.array(YEARS))
    return rows + several(f"sBG {kind}: percent left after year ", YEARS, survival, left, Bar(0.006), MAXIMUM)
