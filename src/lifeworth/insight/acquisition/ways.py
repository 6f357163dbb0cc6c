"""A way of getting profit: what it costs against what it brings."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """What was spent, and the profit it stands against with its draws."""

    cost: Decimal
    profit: float
    draws: Floats

    @property
    def of_one(self) -> tuple[float, Floats]:
        """Cost of a euro of profit and its draws; infinite where there is no profit."""
        cost = float(self.cost)
        drawn = np.divide(cost, self.draws, out=np.full(len(self.draws), np.inf), where=self.draws > 0)
        return (cost / self.profit if self.profit > 0 else np.inf), drawn

    def times(self, other: "Way") -> tuple[float, Floats]:
        """How many times as much a euro costs this way as the other; infinite where either brings nothing."""
        (one, ones), (two, twos) = self.of_one, other.of_one
        told = np.isfinite(ones) & np.isfinite(twos) & (twos > 0)
        drawn = np.divide(ones, twos, out=np.full(len(ones), np.inf), where=told)
        return (one / two if np.isfinite(one) and np.isfinite(two) and two > 0 else np.inf), drawn


def three(mean: float, draws: Floats, level: float) -> list[float | None]:
    """Mean, low and high of a central range; what has no end is empty."""
    ordered = np.sort(draws)
    low, high = (float(ordered[round(share * (len(ordered) - 1))]) for share in ((1 - level) / 2, (1 + level) / 2))
    return [end if np.isfinite(end) else None for end in (mean, min(low, mean), max(high, mean))]
