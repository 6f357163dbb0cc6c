"""GGompertz/NBD: what customers who are alive at T do next.

Alive at T a customer buys at a rate ~ Gamma(r + x, alpha + T) and stays as in `ggompertz_time` with beta after T
(Bemmaor, Glady 2012). Expectations, chances of counts and of the next purchase are averages over the time of leaving.
"""

import numpy as np
from scipy import special

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.count_distribution import enough_counts
from lifeworth.maths.ggompertz_nbd import GGompertzNBDParameters
from lifeworth.maths.ggompertz_time import ENOUGH, beta_after, log_fall, stretches, time_of_fall
from lifeworth.maths.negative_binomial import exceedance
from lifeworth.maths.rising import log_rising
from lifeworth.maths.unique_rows import code_column, unique_rows


def still_there(p: GGompertzNBDParameters, t: FloatArray, T: FloatArray) -> FloatArray:
    """Chance that customers alive at T have not left by T + t."""
    return np.asarray(np.exp(-p.s * log_fall(p.b, t, beta_after(p.b, p.beta, T))))


def stay(p: GGompertzNBDParameters, t: FloatArray, T: FloatArray, rate: float = 0.0) -> FloatArray:
    """Time customers alive at T stay within the next t, discounted: the integral of e^(-rate u) S(u); t may be infinite."""
    beta = beta_after(p.b, p.beta, T)
    end = np.minimum(t, time_of_fall(p.b, ENOUGH / p.s, beta))
    if rate > 0.0:
        end = np.minimum(end, ENOUGH / rate)
    found = np.empty(T.size)
    for part in stretches(p.b, p.s, beta, end, np.full(T.size, np.inf), rate):
        inside = np.exp(-p.s * log_fall(p.b, part.u, beta[part.rows, None]) - rate * part.u)
        found[part.rows] = np.einsum("rn,rn->r", inside, part.du)
    return found


def discounted_while_alive(
    p: GGompertzNBDParameters, t: float, rate: float, x: FloatArray, T: FloatArray
) -> FloatArray:
    """Discounted expected purchases in (T, T + t] of customers alive at T; without discounting t must be finite."""
    if rate == 0.0 and np.isinf(t):
        raise UsageError(
            "an endless horizon needs a discount rate above 0: without one the sum rests on lifetimes nobody has seen.\n"
            "  what to do: give a discount rate above 0 or a finite horizon"
        )
    moment = code_column(T)
    stays = stay(p, np.full(moment.values.size, t), moment.values, rate)
    return np.asarray((p.r + x) / (p.alpha + T) * stays[moment.codes])


def buys_within(p: GGompertzNBDParameters, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    """Chance that customers alive at T buy in (T, T + t] before leaving; t may be infinite.

    The integral of S(u) times the density of the first purchase: positive terms only, so short times keep their digits.
    """
    beta, buy, n = beta_after(p.b, p.beta, T), p.alpha + T, p.r + x
    silent = buy * np.expm1(np.minimum(ENOUGH / n, 600.0))
    end = np.minimum(np.minimum(t, silent), time_of_fall(p.b, ENOUGH / p.s, beta))
    found = np.empty(x.size)
    for part in stretches(p.b, p.s, beta, end, buy):
        rows = part.rows
        wait = -(n[rows, None] + 1.0) * np.log1p(part.u / buy[rows, None])
        inside = np.exp(wait - p.s * log_fall(p.b, part.u, beta[rows, None]))
        found[rows] = n[rows] / buy[rows] * np.einsum("rn,rn->r", inside, part.du)
    return np.clip(found, 0.0, 1.0)


def mass_while_alive(
    p: GGompertzNBDParameters, n: FloatArray, t: FloatArray, x: FloatArray, T: FloatArray
) -> FloatArray:
    """Chance that customers alive at T make exactly n purchases in (T, T + t]; arrays (rows,)."""
    beta, buy, shape = beta_after(p.b, p.beta, T), p.alpha + T, p.r + x
    end = np.minimum(t, time_of_fall(p.b, ENOUGH / p.s, beta))
    log_ways = log_rising(p.r, x + n) - log_rising(p.r, x) - special.gammaln(n + 1.0)
    mass = np.empty(n.size)
    for part in stretches(p.b, p.s, beta, end, buy, extra=_extra(np.maximum(n, x), 4.0)):
        rows = part.rows
        times = np.column_stack([part.u, end[rows]])
        odds = times / buy[rows, None]
        log_mass = special.xlogy(n[rows, None], odds / (1.0 + odds)) - shape[rows, None] * np.log1p(odds)
        chance = np.column_stack([_leaving(p, part.u, beta[rows, None]) * part.du, still_there(p, end[rows], T[rows])])
        mass[rows] = np.einsum("rn,rn->r", np.exp(log_mass + log_ways[rows, None]), chance)
    return mass


def alive_exceedance(p: GGompertzNBDParameters, t: float, x: FloatArray, T: FloatArray, n_max: int) -> FloatArray:
    """P(more than n purchases in (T, T + t] | alive at T), n = 0 .. n_max, as (n_max + 1, rows)."""
    beta, buy, shape = beta_after(p.b, p.beta, T), p.alpha + T, p.r + x
    end = np.minimum(t, time_of_fall(p.b, ENOUGH / p.s, beta))
    table = np.zeros((n_max + 1, x.size))
    for part in stretches(p.b, p.s, beta, end, buy, extra=_extra(np.minimum(shape, n_max), 2.0)):
        rows = part.rows
        times = np.column_stack([part.u, end[rows]])
        chance = np.column_stack([_leaving(p, part.u, beta[rows, None]) * part.du, still_there(p, end[rows], T[rows])])
        above = np.zeros((n_max + 1, rows.size))
        for until, share in zip(times.T, chance.T, strict=True):
            above += share * exceedance(shape[rows], until / buy[rows], n_max)
        table[:, rows] = above
    return table


def counts_needed(p: GGompertzNBDParameters, t: float, x: FloatArray, T: FloatArray, tail: float, n_max: int) -> int:
    """A count above which no customer of the block keeps more than `tail` (found as if nobody left)."""
    rows = unique_rows(x, T)
    counts, time = (column.values[column.codes] for column in rows.columns)
    odds = t / (p.alpha + time)

    def above(n: int) -> float:
        return float(np.max(special.betainc(n + 1.0, p.r + counts, odds / (1.0 + odds)), initial=0.0))

    return enough_counts(above, tail, n_max)


def _leaving(p: GGompertzNBDParameters, u: FloatArray, beta: FloatArray) -> FloatArray:
    """Density of leaving u after T."""
    return np.asarray(p.s * p.b * np.exp(p.b * u - np.log(beta) - (p.s + 1.0) * log_fall(p.b, u, beta)))


def _extra(counts: FloatArray, by: float) -> int:
    """The counts sharpen with more purchases, and so must the grid."""
    return int(min(by * np.sqrt(counts.max(initial=0.0)), 160.0))
