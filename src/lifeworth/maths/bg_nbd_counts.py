"""BG/NBD: the whole distribution of each customer's purchases in the next t, for all rows of a block.

A customer makes more than n purchases exactly when the purchase process passes n while open and the customer stays
after each of the first n: P(N > n) = p_alive * P(NB > n) * B(a, b + x + n) / B(a, b + x). This is equation 8 of
Fader, Hardie, Lee (2005), with r + x, alpha + T, b + x, summed over counts.
"""

import numpy as np
import numpy.typing as npt
from scipy import special

from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.maths.bg_nbd import BGNBDParameters, p_alive_rows
from lifeworth.maths.count_distribution import enough_counts
from lifeworth.maths.negative_binomial import exceedance
from lifeworth.maths.unique_rows import unique_rows

SHARED = 0.6  # distinct rows per row, from which on it does not pay to look them up


def alive_exceedance(p: BGNBDParameters, t: float, x: npt.ArrayLike, T: npt.ArrayLike, n_max: int) -> FloatArray:
    """P(more than n purchases in (T, T + t] | alive at T), n = 0 .. n_max, as (n_max + 1, rows).

    It depends on x and T alone: blocks that share them can share this table.
    """
    counts, time = as_floats(x), as_floats(T)
    table = exceedance(p.r + counts, t / (p.alpha + time), n_max)
    b, stay = p.b + counts, np.ones(counts.size)
    for n in range(1, n_max + 1):
        stay *= (b + (n - 1.0)) / (p.a + b + (n - 1.0))
        table[n] *= stay
    return table


def cumulative_counts(
    p: BGNBDParameters, t: float, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike, n_max: int
) -> FloatArray:
    """P(at most n purchases in (T, T + t]) of each customer, the chance of having left included.

    Returns
    -------
    (rows, n_max + 1)
        Stored count by count: walking along n touches contiguous memory.
    """
    counts, time = as_floats(x), as_floats(T)
    above = _shared_exceedance(p, t, counts, time, n_max)
    above *= p_alive_rows(p, counts, as_floats(t_x), time)
    return np.asarray(np.subtract(1.0, above, out=above).T)


def _shared_exceedance(p: BGNBDParameters, t: float, x: FloatArray, T: FloatArray, n_max: int) -> FloatArray:
    """:func:`alive_exceedance`, worked out once for rows that differ in recency alone; (n_max + 1, rows)."""
    rows = unique_rows(x, T, inverse=True)
    assert rows.inverse is not None
    if len(rows.weight) > SHARED * len(x):
        return alive_exceedance(p, t, x, T, n_max)
    x, T = (column.values[column.codes] for column in rows.columns)
    return np.take(alive_exceedance(p, t, x, T, n_max), rows.inverse, axis=1)


def counts_needed(
    p: BGNBDParameters, t: float, x: npt.ArrayLike, T: npt.ArrayLike, tail: float = 1e-4, n_max: int = 2000
) -> int:
    """Smallest n above which no customer of the block keeps more than `tail`."""
    rows = unique_rows(as_floats(x), as_floats(T))
    counts, time = (column.values[column.codes] for column in rows.columns)
    odds = t / (p.alpha + time)
    b = p.b + counts

    def above(n: int) -> float:
        stay = special.betaln(p.a, b + n) - special.betaln(p.a, b)
        return float(np.max(special.betainc(n + 1.0, p.r + counts, odds / (1.0 + odds)) * np.exp(stay)))

    return enough_counts(above, tail, n_max)
