"""How many contracts ended in their first, second, … month, of those that could be watched through it.

Kaplan, Meier (1958), "Nonparametric Estimation from Incomplete Observations", JASA 53, 457-481, in whole months; the
counted shares are drawn towards a smooth curve as far as the counts allow (beta-binomial; the weight of the curve is the
likeliest of a few).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from lifeworth.models.contractual.anniversaries import month_and_part, whole_months
from lifeworth.models.contractual.book import Book

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEIGHTS = (10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0, 10_000.0)


@dataclass(frozen=True)
class LifeTable:
    """``at_risk`` and ``lost`` (groups, months): contracts that ran at the beginning of a month and, of these, ended in it."""

    at_risk: Floats
    lost: Floats

    @property
    def together(self) -> "LifeTable":
        """All groups as one."""
        return LifeTable(self.at_risk.sum(axis=0, keepdims=True), self.lost.sum(axis=0, keepdims=True))

    def merged(self, into: Ints, groups: int) -> "LifeTable":
        """Groups put together: ``into`` says which new group each belongs to."""
        parts = [np.zeros((groups, self.at_risk.shape[1])) for _ in range(2)]
        for part, counts in zip(parts, (self.at_risk, self.lost), strict=True):
            np.add.at(part, into, counts)
        return LifeTable(*parts)


def count_months(book: Book, group: Ints, groups: int) -> tuple[LifeTable, Floats]:
    """Count the months of every group's contracts; and how far into its month each contract ended, ascending.

    A month counts only where it could be watched to its end: a month that the book's day cuts short would show who ended
    in it and not who did not.
    """
    watched = whole_months(book.began, np.full(len(book), book.day))
    over = ~book.runs
    month, part = np.zeros(len(book), dtype=np.int64), np.zeros(len(book))
    month[over], part[over] = month_and_part(book.began[over], book.ended[over])
    lost = over & (month <= watched)
    last = np.where(lost, month, watched)
    size = max(int(watched.max(initial=0)), 1)
    reached, ended = np.zeros((groups, size + 1)), np.zeros((groups, size + 1))
    np.add.at(reached, (group, last), 1.0)
    np.add.at(ended, (group[lost], month[lost]), 1.0)
    at_risk = np.cumsum(reached[:, ::-1], axis=1)[:, ::-1]
    return LifeTable(at_risk[:, 1:], ended[:, 1:]), np.sort(part[lost])


def drawn_to(table: LifeTable, curve: Floats) -> Floats:
    """Churn of every month, the counts drawn to a curve.

    Parameters
    ----------
    table : LifeTable
        Of one group.
    curve : (months or more,) floats
        Smooth churn; beyond the months counted it stands alone.
    """
    n, d = (np.pad(counts[0], (0, len(curve) - counts.shape[1])) for counts in (table.at_risk, table.lost))
    centre = np.clip(curve, 1e-9, 1.0 - 1e-9)
    likely = [_log_likelihood(n, d, centre, weight) for weight in WEIGHTS]
    weight = WEIGHTS[int(np.argmax(likely))]
    return np.asarray((d + weight * centre) / (n + weight))


def _log_likelihood(n: Floats, d: Floats, centre: Floats, weight: float) -> float:
    """Of the counts, where each month's churn is Beta with this mean and weight."""
    a, b = weight * centre, weight * (1.0 - centre)
    return float((betaln(a + d, b + n - d) - betaln(a, b)).sum())
