"""The distribution of a customer's future purchases, cut where almost nothing is left."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lifeworth.maths.arrays import FloatArray


class CountDistribution(NamedTuple):
    """How many purchases each customer makes in the horizon.

    The row sums of `pmf` fall short of one by at most the tail asked for (or by what lies above `n_max`).
    """

    p_alive: FloatArray  # (rows,) chance of not having left
    pmf: FloatArray  # (rows, counts) chance of exactly 0, 1, 2 … purchases, the chance of having left included


def enough_counts(above: Callable[[int], float], tail: float, n_max: int) -> int:
    """Smallest n, at most n_max, above which no row keeps more than `tail`.

    Parameters
    ----------
    above : function of n
        Largest chance, over rows, of more than n purchases; falls with n.
    """
    low, high = 0, 1
    while high < n_max and above(high) > tail:
        low, high = high, high * 2
    high = min(high, n_max)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if above(middle) <= tail else (middle, high)
    return high


def masses_from_exceedance(above: FloatArray) -> FloatArray:
    """Turn P(N > n), rows by counts, into P(N = n)."""
    return np.maximum(-np.diff(above, axis=1, prepend=1.0), 0.0)
