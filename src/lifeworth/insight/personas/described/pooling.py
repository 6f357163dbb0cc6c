"""Levels that hold few people of some group are put together, so that no cell of a table tells of a few people."""

import numpy as np

from lifeworth.insight.ground import FEWEST
from lifeworth.maths.arrays import IntArray


def pool_small(people: IntArray) -> list[tuple[int, ...]]:
    """Levels side by side, those with small cells in one (global recoding; Willenborg and de Waal 2001, chapter 6).

    Every cell of what comes out holds nobody or at least ten people, so nothing follows from the totals of rows and columns.

    Parameters
    ----------
    people : array, shape (groups, levels)
        The groups part everybody, and so do the levels.

    Returns
    -------
    list of tuple of int
        Which levels make up each level of the coarser table; empty where not even two levels can be told apart.

    Examples
    --------
    >>> import numpy as np
    >>> pool_small(np.array([[50, 4, 60, 20], [70, 80, 90, 30]]))
    [(0,), (2,), (1, 3)]
    """
    small = (people > 0) & (people < FEWEST)
    pooled = [int(level) for level in np.flatnonzero(small.any(0))]
    shown = [level for level in range(people.shape[1]) if level not in pooled]
    while pooled and shown:
        together = people[:, pooled].sum(1)
        if not ((together > 0) & (together < FEWEST)).any():
            break
        smallest = min(shown, key=lambda level: (int(people[:, level].sum()), level))
        shown.remove(smallest)
        pooled = sorted([*pooled, smallest])
    levels = [(level,) for level in shown] + ([tuple(pooled)] if pooled else [])
    return levels if len(levels) > 1 else []
