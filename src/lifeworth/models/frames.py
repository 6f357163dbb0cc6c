"""Results in the caller's kind: who gives a column of pandas, polars or pyarrow gets one back.

Columns go together by position. Numbers go in through numpy, which all three offer; only the way back needs to know
whose column it was. Whoever gives numpy arrays, lists or numbers gets numpy arrays, and narwhals is not even loaded.
"""

import sys
from typing import Any

import numpy as np

from lifeworth.maths.arrays import FloatArray

#: Never a frame's column: looked at first, so that numpy costs nothing.
_PLAIN = (np.ndarray, list, tuple, float, int, np.generic)


def as_given(result: FloatArray, name: str, *columns: object) -> FloatArray:
    """Give one number per customer back in the kind of the first column that belongs to a frame.

    Parameters
    ----------
    result : (rows,) floats
        Anything of another shape is returned as it is.
    name : str
        Of the column given back, where its kind has names.
    *columns
        What the caller gave.

    Returns
    -------
    numpy array, pandas Series (with the index of the caller's), polars Series or pyarrow Array
        Typed as an array: who gives arrays gets arrays.
    """
    for column in columns:
        if isinstance(column, _PLAIN):
            continue
        if result.ndim == 1 and len(result) == _length(column):
            found: FloatArray = _like(column, result, name)
            return found
    return result


def _length(column: object) -> int:
    try:
        return len(column)  # type: ignore[arg-type]
    except TypeError:
        return -1


def _like(column: object, result: FloatArray, name: str) -> Any:
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None and isinstance(column, pyarrow.Array | pyarrow.ChunkedArray):
        return pyarrow.array(result)
    import narwhals.stable.v2 as nw

    series = nw.from_native(column, series_only=True, pass_through=True)
    if not isinstance(series, nw.Series):
        return result
    native = nw.new_series(name, result, nw.Float64, backend=series.implementation).to_native()
    index = nw.maybe_get_index(series)
    if index is not None:
        native.index = index
    return native
