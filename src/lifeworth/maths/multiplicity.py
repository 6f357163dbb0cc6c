"""Many questions at once: how small a chance must be when several are asked."""

import numpy as np
import numpy.typing as npt

from lifeworth.maths.arrays import FloatArray, as_floats


def holm(p_values: npt.ArrayLike) -> FloatArray:
    """Chances adjusted so that the chance of any false finding stays what it says, whatever depends on what.

    Holm 1979, *Scandinavian Journal of Statistics* 6, 65-70. Entries that are not numbers ask nothing and stay so.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, 0.005]).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    given = as_floats(p_values)
    adjusted = np.full(given.shape, np.nan)
    asked = np.flatnonzero(~np.isnan(given))
    order = asked[np.argsort(given[asked], kind="stable")]
    steps = given[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
