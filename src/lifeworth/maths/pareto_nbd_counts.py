"""Pareto/NBD: the whole distribution of each customer's purchases in the next t, for all rows of a block.

A customer alive at T buys at a rate ~ Gamma(r + x, alpha + T) until leaving, at a moment u whose chance of lying
beyond u is ((beta + T) / (beta + T + u))^s. The counts are negative binomial given u and are averaged over u with
Gauss-Legendre nodes spaced evenly in that chance.
"""

import numpy as np
import numpy.typing as npt
from scipy import special

from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.maths.count_distribution import enough_counts
from lifeworth.maths.legendre import unit_legendre
from lifeworth.maths.negative_binomial import exceedance, masses
from lifeworth.maths.pareto_nbd import p_alive_rows
from lifeworth.maths.pareto_nbd_integral import ParetoNBDParameters
from lifeworth.maths.rising import log_rising
from lifeworth.maths.unique_rows import unique_rows

#: Node values held at once, rows times nodes.
_BUDGET = 1 << 18


def _leaving_times(
    p: ParetoNBDParameters, t: float | FloatArray, T: FloatArray, nodes: int
) -> tuple[FloatArray, FloatArray]:
    """Times of leaving within the horizon and their chances; the last node is staying to the end."""
    length = np.log1p(t / (p.beta + T))
    position, share = unit_legendre(nodes)
    gone = -np.expm1(-p.s * length)
    log_left = -np.log1p(-position[:, None] * gone) / p.s
    times = (p.beta + T) * np.expm1(np.minimum(log_left, length))
    return np.vstack([times, np.broadcast_to(t, T.shape)]), np.vstack([share[:, None] * gone, 1.0 - gone])


def _nodes_for(shape: FloatArray, n_max: int) -> int:
    """The counts sharpen with more purchases, and so must the grid."""
    sharp = min(float(shape.max(initial=1.0)), float(n_max))
    return int(min(16 + 2.0 * np.sqrt(sharp), 160))


def alive_exceedance(p: ParetoNBDParameters, t: float, x: npt.ArrayLike, T: npt.ArrayLike, n_max: int) -> FloatArray:
    """P(more than n purchases in (T, T + t] | alive at T), n = 0 .. n_max, as (n_max + 1, rows)."""
    counts, time = as_floats(x), as_floats(T)
    shape = p.r + counts
    times, chances = _leaving_times(p, t, time, _nodes_for(shape, n_max))
    table = np.zeros((n_max + 1, counts.size))
    for until, chance in zip(times, chances, strict=True):
        piece = exceedance(shape, until / (p.alpha + time), n_max)
        piece *= chance
        table += piece
    return table


def cumulative_counts(
    p: ParetoNBDParameters, t: float, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike, n_max: int
) -> FloatArray:
    """P(at most n purchases in (T, T + t]) of each customer, the chance of having left included.

    Returns
    -------
    (rows, n_max + 1)
        Stored count by count: walking along n touches contiguous memory.
    """
    alive = p_alive_rows(p, as_floats(x), as_floats(t_x), as_floats(T))
    above = alive_exceedance(p, t, x, T, n_max)
    above *= alive
    return np.asarray(np.subtract(1.0, above, out=above).T)


def counts_needed(
    p: ParetoNBDParameters, t: float, x: npt.ArrayLike, T: npt.ArrayLike, tail: float = 1e-4, n_max: int = 2000
) -> int:
    """A count above which no customer of the block keeps more than `tail` (found as if nobody left)."""
    rows = unique_rows(as_floats(x), as_floats(T))
    counts, time = (column.values[column.codes] for column in rows.columns)
    odds = t / (p.alpha + time)

    def above(n: int) -> float:
        return float(np.max(special.betainc(n + 1.0, p.r + counts, odds / (1.0 + odds))))

    return enough_counts(above, tail, n_max)


def probability_of_n(p: ParetoNBDParameters, n: FloatArray, t: FloatArray) -> FloatArray:
    """Chance that a new customer makes exactly n repeat purchases in t."""
    n, t = np.broadcast_arrays(n, t)
    n_max = int(n.max(initial=0.0))
    horizons, which = np.unique(t, return_inverse=True)
    pmf = np.stack([_new_customer_masses(p, float(horizon), n_max) for horizon in horizons])
    return np.asarray(pmf[which.reshape(n.shape), n.astype(np.intp)])


def mass_while_alive(p: ParetoNBDParameters, n: FloatArray, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    """Chance that customers known to be alive at T make exactly n purchases in (T, T + t]; arrays (rows,)."""
    mass = np.empty(n.size)
    nodes = min(96 + 4 * int(np.sqrt(max(n.max(initial=0.0), x.max(initial=0.0)))), 400)
    log_ways = log_rising(p.r, x + n) - log_rising(p.r, x) - special.gammaln(n + 1.0)
    step = max(_BUDGET // nodes, 1)
    for start in range(0, n.size, step):
        rows = slice(start, start + step)
        times, chances = _leaving_times(p, t[rows], T[rows], nodes)
        odds = times / (p.alpha + T[rows])
        log_mass = special.xlogy(n[rows], odds / (1.0 + odds)) - (p.r + x[rows]) * np.log1p(odds)
        mass[rows] = np.einsum("nm,nm->m", np.exp(log_mass + log_ways[rows]), chances)
    return mass


def _new_customer_masses(p: ParetoNBDParameters, t: float, n_max: int) -> FloatArray:
    nodes = min(96 + 4 * int(np.sqrt(n_max)), 400)
    times, chances = _leaving_times(p, t, np.zeros(1), nodes)
    table = masses(np.full(times.size, p.r), times[:, 0] / p.alpha, n_max)
    return np.asarray(table @ chances[:, 0])
