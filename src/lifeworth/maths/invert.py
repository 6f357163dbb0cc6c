"""When does a chance that rises with time reach a given height? For all rows at once."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import elementwise

from lifeworth.maths.arrays import FloatArray

#: Times are looked for between e^-70 and e^70, whatever their unit.
_REACH = 70.0


def invert_rising(chance_by: Callable[..., FloatArray], chance: FloatArray, *columns: FloatArray) -> FloatArray:
    """Time at which each row's chance reaches `chance`, by Chandrupatla's bracketing on the logarithm of time.

    Parameters
    ----------
    chance_by : function of (t, *columns)
        Rises with t from 0; rows are given back in part and in their order.
    chance : (rows,)
    *columns : (rows,)
        What each row's chance depends on.

    Returns
    -------
    (rows,)
        0 where the chance is 0; infinite where it is never reached.
    """
    ends = np.full((2, chance.size), [[-_REACH], [_REACH]])
    low, high = (chance_by(np.exp(end), *columns) for end in ends)
    time = np.where(high > chance, 0.0, np.inf)
    time[chance <= 0.0] = 0.0
    inside = np.flatnonzero((low < chance) & (chance < high))
    if inside.size:

        def above(log_t: FloatArray, goal: FloatArray, *rest: FloatArray) -> FloatArray:
            return chance_by(np.exp(log_t), *rest) - goal

        given = tuple(column[inside] for column in (chance, *columns))
        found = elementwise.find_root(above, tuple(ends[:, inside]), args=given, tolerances={"xatol": 1e-13})
        time[inside] = np.exp(found.x)
    return time
