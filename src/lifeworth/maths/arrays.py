"""The array types every formula speaks in."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]


def as_floats(values: npt.ArrayLike) -> FloatArray:
    """Give the numbers as a contiguous array of 64-bit floats."""
    return np.ascontiguousarray(values, dtype=np.float64)
