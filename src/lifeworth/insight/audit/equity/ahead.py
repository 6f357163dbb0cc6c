"""The months ahead: when they begin and end, and what money of their middle is worth today."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.arrivals.forecast import DAYS_A_MONTH, MONTHS_AHEAD
from lifeworth.insight.audit.months import Calendar

Floats = NDArray[np.float64]

DAYS_A_YEAR = 365.0
__all__ = ["DAYS_A_MONTH", "DAYS_A_YEAR", "LATER", "MonthsAhead", "months_ahead"]
# Days at which the time after the months ahead is cut, up to a century.
LATER = np.array([6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100]) * DAYS_A_YEAR


@dataclass(frozen=True)
class MonthsAhead:
    """Sixty months from the day of the report, and the time after them.

    Attributes
    ----------
    edges : (61,) floats
        Days from the day of the report.
    number : (60,) ints
        Month numbers, going on from the history's, for the season.
    discount : float
        Annual rate.
    """

    edges: Floats
    number: NDArray[np.int64]
    discount: float

    @property
    def nodes(self) -> Floats:
        """Edges of the months and of the time after them, in days."""
        return np.concatenate([self.edges, LATER[LATER > self.edges[-1]]])

    @property
    def years(self) -> Floats:
        """Middle of every span between nodes, in years."""
        nodes = self.nodes
        return np.asarray((nodes[1:] + nodes[:-1]) / 2 / DAYS_A_YEAR)

    @property
    def present(self) -> Floats:
        """What money of every span is worth today, as if it came evenly over it."""
        rate = float(np.log1p(self.discount))
        start, end = self.nodes[:-1] / DAYS_A_YEAR, self.nodes[1:] / DAYS_A_YEAR
        if rate == 0:
            return np.ones(len(start))
        return np.asarray((np.exp(-rate * start) - np.exp(-rate * end)) / (rate * (end - start)))

    def within(self, days: float) -> Floats:
        """Which part of every span lies before a day."""
        start, end = self.nodes[:-1], self.nodes[1:]
        return np.asarray(np.clip((days - start) / (end - start), 0.0, 1.0))


def months_ahead(calendar: Calendar, discount: float) -> MonthsAhead:
    """Five years from the day of the report, in twelfths of a year."""
    edges = np.arange(MONTHS_AHEAD + 1, dtype=np.float64) * DAYS_A_MONTH
    return MonthsAhead(edges, calendar.months + np.arange(MONTHS_AHEAD), discount)
