"""Check what a model is given, and say kindly what is wrong."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lifeworth.errors import DataError, UsageError
from lifeworth.maths.arrays import BoolArray, FloatArray, as_floats

#: Counts above this are surely not counts of purchases.
_MOST = 1e9


@dataclass(frozen=True)
class Histories:
    """One row per customer, checked; recency and T in one unit of time."""

    frequency: FloatArray
    recency: FloatArray
    T: FloatArray


def read_histories(frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike) -> Histories:
    """Check repeat purchases, time of the last purchase and time observed."""
    x, t_x, time = (
        read_column(name, column) for name, column in (("frequency", frequency), ("recency", recency), ("T", T))
    )
    require_same_length(frequency=x, recency=t_x, T=time)
    x, t_x, time = (as_floats(each) for each in np.broadcast_arrays(x, t_x, time))
    _refuse(x != np.floor(x), x, "frequency", "counts repeat purchases and must be a whole number")
    _refuse(x > _MOST, x, "frequency", "is too large to be a count of purchases")
    _refuse(
        t_x > time * (1.0 + 1e-12), t_x, "recency",
        "lies after T: the last purchase cannot come after the time observed",
    )  # fmt: skip
    _refuse(
        (x == 0) & (t_x > 0), t_x, "recency",
        "is above 0 for a customer with frequency 0: without a repeat purchase recency is 0",
    )  # fmt: skip
    return Histories(x, np.minimum(t_x, time), time)


def read_column(name: str, values: npt.ArrayLike, negative: bool = False) -> FloatArray:
    """Read one column of finite numbers; negative ones only where they make sense."""
    try:
        column = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name} holds something that is not a number: {error}") from error
    if column.ndim != 1:
        raise UsageError(f"{name} has {column.ndim} dimensions; give one number per customer")
    _refuse(~np.isfinite(column), column, name, "is empty or infinite")
    if not negative:
        _refuse(column < 0, column, name, "is negative")
    return as_floats(column)


def read_weights(weights: npt.ArrayLike | None, rows: int) -> FloatArray | None:
    """Check how many customers each row stands for."""
    if weights is None:
        return None
    column = read_column("weights", weights)
    if column.size != rows:
        raise UsageError(f"weights has {column.size} rows, frequency has {rows}; give one weight per row")
    return column


def require_same_length(**columns: FloatArray) -> None:
    """Refuse columns of different lengths (a single number goes with any)."""
    lengths = {name: column.size for name, column in columns.items()}
    if len(set(lengths.values()) - {1}) > 1:
        listed = ", ".join(f"{name} has {size}" for name, size in lengths.items())
        raise UsageError(f"the columns differ in length: {listed} rows; give one row per customer")


def require_customers(rows: float) -> None:
    """Refuse to fit nothing."""
    if not rows > 0:
        raise DataError("there are no customers to learn from: the columns are empty or all weights are 0")


def read_horizon(t: npt.ArrayLike, endless: bool = False) -> FloatArray:
    """Check a duration ahead."""
    column = np.asarray(t, dtype=np.float64)
    if np.any(np.isnan(column)) or np.any(column < 0) or (not endless and np.any(np.isinf(column))):
        allowed = "0 or more" if endless else "finite and 0 or more"
        raise UsageError(f"the horizon t must be {allowed}, in the unit of T; found {column.ravel()[:3]}")
    return column


def read_chances(name: str, values: npt.ArrayLike) -> FloatArray:
    """Check chances from 0 to 1, of any shape."""
    column = np.asarray(values, dtype=np.float64)
    if not np.all((column >= 0) & (column <= 1)):
        raise UsageError(f"{name} must lie from 0 to 1; found {column.ravel()[:3]}")
    return column


def read_counts(name: str, values: npt.ArrayLike) -> FloatArray:
    """Check whole numbers of purchases, of any shape."""
    column = np.asarray(values, dtype=np.float64)
    flat = read_column(name, column.ravel())
    _refuse(flat != np.floor(flat), flat, name, "counts purchases and must be a whole number")
    return column


def read_draws(n: int) -> int:
    """Check how many draws are wanted."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise UsageError(f"n is the number of draws, a whole number of 1 or more; found {n!r}")
    return int(n)


def _refuse(bad: BoolArray, values: FloatArray, name: str, problem: str) -> None:
    count = int(np.count_nonzero(bad))
    if count:
        first = int(np.flatnonzero(bad)[0])
        raise UsageError(f"{name} {problem}; {count} such rows, the first is row {first} ({values[first]:g})")
