"""The shortest interval that holds a stated share of a customer's possible futures."""

import math

import numpy as np
from numpy.typing import NDArray


def shortest_interval(
    draws: NDArray[np.floating] | NDArray[np.int32], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shortest interval per row holding at least ``level`` of equally likely draws, lumps included.

    Parameters
    ----------
    draws : (rows, count) floats
        Ascending along each row.
    level : float
        Share to hold, between 0 and 1.

    Returns
    -------
    low, high : (rows,) floats
        ``0 … 0`` only where zero alone holds the level. Among equally short intervals the lowest.
    """
    count = draws.shape[1]
    held = min(count, math.ceil(level * count) + 1)
    if held == count:
        return draws[:, 0].astype(np.float64), draws[:, -1].astype(np.float64)
    width = draws[:, held - 1 :] - draws[:, : count - held + 1]
    start = width.argmin(axis=1)
    rows = np.arange(len(draws))
    low, high = draws[rows, start].astype(np.float64), draws[rows, start + held - 1].astype(np.float64)
    return low, high


def central_interval(draws: NDArray[np.floating], level: float) -> tuple[float, float]:
    """The interval that leaves equal shares on both sides; for sums of many customers."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
