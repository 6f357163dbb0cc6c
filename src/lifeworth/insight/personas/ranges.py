"""Ranges of shares, means, medians and their differences: over the people who might as well have been customers."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.stats import binom

from lifeworth.maths.arrays import FloatArray


@dataclass(frozen=True)
class Ranged:
    """A figure with the low and high end of its range, and how many people are behind it."""

    mean: float
    low: float
    high: float
    people: int

    def less(self, other: "Ranged") -> "Ranged":
        """The difference of two independent figures (method of Newcombe 1998: the ends' distances, squared and added)."""
        below = np.hypot(self.mean - self.low, other.high - other.mean)
        above = np.hypot(self.high - self.mean, other.mean - other.low)
        apart = self.mean - other.mean
        return Ranged(apart, apart - float(below), apart + float(above), self.people)

    @property
    def beyond_chance(self) -> bool:
        """Whether zero lies outside the range."""
        return not self.low <= 0 <= self.high


def reach(level: float) -> float:
    """Standard errors on either side of a range of a level."""
    return NormalDist().inv_cdf((1 + level) / 2)


def share(count: float, people: float, level: float) -> Ranged:
    """A share with its score interval (Wilson 1927).

    Examples
    --------
    >>> found = share(8, 10, 0.95)
    >>> round(found.low, 3), round(found.high, 3)
    (0.49, 0.943)
    """
    if people <= 0:
        return Ranged(float("nan"), 0.0, 1.0, 0)
    z2, mean = reach(level) ** 2, count / people
    middle = (mean + z2 / (2 * people)) / (1 + z2 / people)
    half = reach(level) * np.sqrt(mean * (1 - mean) / people + z2 / (4 * people**2)) / (1 + z2 / people)
    low, high = max(float(middle - half), 0.0), min(float(middle + half), 1.0)
    return Ranged(mean, min(low, mean), max(high, mean), int(people))


def mean(values: FloatArray, level: float) -> Ranged:
    """A mean with its range by the normal approximation; of fewer than two it has none."""
    if not len(values):
        return Ranged(float("nan"), float("nan"), float("nan"), 0)
    middle = float(values.mean())
    half = reach(level) * float(values.std(ddof=1)) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    return Ranged(middle, middle - float(half), middle + float(half), len(values))


def median(values: FloatArray, level: float) -> Ranged:
    """A median with its range from order statistics: no assumption on the values."""
    if not len(values):
        return Ranged(float("nan"), float("nan"), float("nan"), 0)
    ordered = np.sort(values)
    below = int(binom.ppf((1 - level) / 2, len(ordered), 0.5))
    low, high = ordered[max(below - 1, 0)], ordered[min(len(ordered) - below, len(ordered) - 1)]
    return Ranged(float(np.median(ordered)), float(low), float(high), len(ordered))
