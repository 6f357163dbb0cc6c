"""Many customers share the same history: count each distinct row once.

A likelihood is a sum over customers. A million customers at day grain have some 400,000 distinct rows,
but only a few hundred distinct counts and dates, so every row is kept as three small codes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lifeworth.maths.arrays import FloatArray, IntArray

#: Whole numbers up to this size are coded by direct lookup, without sorting.
_LOOKUP_LIMIT = 4_000_000


@dataclass(frozen=True)
class Coded:
    """One column as codes into its own sorted distinct values."""

    values: FloatArray  # (distinct,) ascending
    codes: IntArray  # (rows,)


@dataclass(frozen=True)
class UniqueRows:
    """Distinct rows of several columns, in lexicographic order, and how many customers stand behind each."""

    columns: tuple[Coded, ...]
    weight: FloatArray  # (rows,)
    inverse: IntArray | None  # (original rows,) position of each original row, when asked for


def code_column(column: FloatArray) -> Coded:
    """Replace each number by its rank among the distinct numbers of the column."""
    if column.size and column.min() >= 0.0 and column.max() < _LOOKUP_LIMIT:
        whole = column.astype(np.intp)
        if np.array_equal(whole, column):
            return _code_by_lookup(whole)
    values, codes = np.unique(column, return_inverse=True)
    return Coded(values, codes.astype(np.intp, copy=False))


def _code_by_lookup(whole: IntArray) -> Coded:
    seen = np.zeros(int(whole.max()) + 1, dtype=bool)
    seen[whole] = True
    rank = np.cumsum(seen) - 1
    return Coded(np.flatnonzero(seen).astype(np.float64), rank[whole].astype(np.intp, copy=False))


def unique_rows(*columns: FloatArray, weights: FloatArray | None = None, inverse: bool = False) -> UniqueRows:
    """Collapse rows that are equal in every column.

    Parameters
    ----------
    *columns : float arrays of one length
        For example repeat purchases, recency, observation time.
    weights : float array, optional
        How many customers each row already stands for (default one).
    inverse : bool
        Also say where each original row went.
    """
    coded = [code_column(column) for column in columns]
    sizes = [max(each.values.size, 1) for each in coded]
    if float(np.prod([float(size) for size in sizes])) > 9e18:
        raise OverflowError("too many distinct values to code rows in 64 bits")
    key: IntArray = np.zeros(columns[0].size, dtype=np.intp)
    for each, size in zip(coded, sizes, strict=True):
        key = key * size + each.codes
    keys, where, weight = _distinct(key, weights, inverse)
    rows = []
    for each, size in zip(reversed(coded), reversed(sizes), strict=True):
        keys, code = np.divmod(keys, size)
        rows.append(Coded(each.values, code))
    return UniqueRows(tuple(reversed(rows)), weight, where)


def on_distinct(formula: Callable[..., FloatArray], *columns: FloatArray) -> FloatArray:
    """Work a costly formula out once for each distinct row, and give every row its own.

    Parameters
    ----------
    formula : function of the columns
        What it gives each row depends on that row alone.
    *columns : float arrays of one length
    """
    try:
        rows = unique_rows(*columns, inverse=True)
    except OverflowError:
        return formula(*columns)
    return np.asarray(formula(*(each.values[each.codes] for each in rows.columns))[rows.inverse])


def _distinct(key: IntArray, weights: FloatArray | None, inverse: bool) -> tuple[IntArray, IntArray | None, FloatArray]:
    if weights is None and not inverse:
        keys, counts = np.unique(key, return_counts=True)
        return keys, None, counts.astype(np.float64)
    keys, where = np.unique(key, return_inverse=True)
    weight = np.bincount(where, weights=weights, minlength=keys.size).astype(np.float64)
    return keys, where.astype(np.intp, copy=False), weight
