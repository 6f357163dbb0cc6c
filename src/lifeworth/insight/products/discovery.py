"""Many questions asked at once: how many of those answered yes are chance."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHARE_OF_CHANCE = 0.05


def false_discovery(chance: Floats, asked: int | None = None) -> Floats:
    """Each chance held against all that were asked (Benjamini and Hochberg 1995).

    Saying yes to all with at most 0.05 keeps the share of wrong ones among them at 0.05 on average.

    Parameters
    ----------
    chance : floats
        Probability of what was seen, or more, where there is nothing.
    asked : int, optional
        How many questions there were where only the most promising are given; the others count as certain chance.

    Examples
    --------
    >>> false_discovery(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    count = len(chance)
    order = np.argsort(chance, kind="stable")
    held = chance[order] * (asked or count) / np.arange(1, count + 1)
    kept = np.minimum(np.minimum.accumulate(held[::-1])[::-1], 1.0)
    result = np.empty(count)
    result[order] = kept
    return result
