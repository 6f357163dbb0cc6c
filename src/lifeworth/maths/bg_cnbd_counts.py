"""BG/CNBD-k and MBG/CNBD-k: the chance of each number of purchases ahead, in closed form.

Given the j stages passed since the last purchase (`erlang_stages`), the stages in the next t are negative binomial with
shape m = r + k x + j and odds t / (alpha + T), and the n-th purchase falls on stage k n - j. So, while alive,

    P(N > n) = sum over j of chance_j P(NB_j >= k (n + 1) - j) B(a, b' + n) / B(a, b'),  b' = b + chances,

the last factor being that of staying after each of the first n. Reutterer, Platzer, Schroeder (2021) give this for new
customers; with k = 1 it is equation 8 of Fader, Hardie, Lee (2005).
"""

from typing import NamedTuple

import numpy as np
from scipy import special

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.bg_cnbd_predict import stages_at
from lifeworth.maths.bg_family import BGFamilyParameters
from lifeworth.maths.count_distribution import enough_counts
from lifeworth.maths.negative_binomial import exceedance
from lifeworth.maths.unique_rows import unique_rows


class Living(NamedTuple):
    """Customers known to be alive at T, one row each."""

    x: FloatArray
    t_x: FloatArray
    T: FloatArray


def alive_exceedance(p: BGFamilyParameters, t: float, seen: Living, n_max: int) -> FloatArray:
    """P(more than n purchases in (T, T + t] | alive at T), n = 0 .. n_max, as (n_max + 1, rows)."""
    rows = unique_rows(seen.x, seen.T, inverse=True)
    assert rows.inverse is not None
    x, T = (column.values[column.codes] for column in rows.columns)
    chance = stages_at(p, *seen)
    table = np.zeros((n_max + 1, seen.x.size))
    for j in range(p.k):
        open_stages = exceedance(p.shape(x) + j, t / (p.alpha + T), p.k * (n_max + 1) - j - 1)
        table += chance[j] * open_stages[p.k - j - 1 :: p.k][:, rows.inverse]
    b, stay = p.b + p.chances(seen.x), np.ones(seen.x.size)
    for n in range(1, n_max + 1):
        stay *= (b + (n - 1.0)) / (p.a + b + (n - 1.0))
        table[n] *= stay
    return table


def counts_needed(p: BGFamilyParameters, t: float, seen: Living, tail: float = 1e-4, n_max: int = 2000) -> int:
    """Smallest n above which no customer keeps more than `tail`, were each just about to buy."""
    rows = unique_rows(seen.x, seen.T)
    x, T = (column.values[column.codes] for column in rows.columns)
    shape, odds, b = p.shape(x) + p.k - 1.0, t / (p.alpha + T), p.b + p.chances(x)

    def above(n: int) -> float:
        stay = special.betaln(p.a, b + n) - special.betaln(p.a, b)
        return float(np.max(special.betainc(p.k * n + 1.0, shape, odds / (1.0 + odds)) * np.exp(stay), initial=0.0))

    return enough_counts(above, tail, n_max)


def chance_to_buy(p: BGFamilyParameters, t: FloatArray, seen: Living) -> FloatArray:
    """P(at least one purchase in (T, T + t] | alive at T); t may be infinite."""
    with np.errstate(divide="ignore", over="ignore"):
        share = 1.0 / (1.0 + (p.alpha + seen.T) / t)  # 0 for no time, 1 for endless time
    chance, n = stages_at(p, *seen), p.shape(seen.x)
    total = np.zeros(seen.x.size)
    for j in range(p.k):
        total += chance[j] * special.betainc(float(p.k - j), n + j, share)
    return np.where(share < 1.0, np.minimum(total, 1.0), 1.0)


def mass_while_alive(p: BGFamilyParameters, n: FloatArray, t: FloatArray, seen: Living) -> FloatArray:
    """Chance that customers known to be alive at T make exactly n purchases in (T, T + t]; arrays of one shape.

    Either the n-th was reached and was the last, or it was reached and survived, and the next not reached.
    """
    chance, shape, b = stages_at(p, *seen), p.shape(seen.x), p.b + p.chances(seen.x)
    odds = t / (p.alpha + seen.T)
    before = np.maximum(n - 1.0, 0.0)
    stay = np.exp(special.betaln(p.a, b + before) - special.betaln(p.a, b))
    last = np.where(n > 0, stay * p.a / (p.a + b + before), 0.0)
    on = np.where(n > 0, stay * (b + before) / (p.a + b + before), 1.0)
    total = np.zeros(n.shape)
    for j in range(p.k):
        reached = special.betainc(np.maximum(p.k * n - j, 1.0), shape + j, odds / (1.0 + odds))
        total += chance[j] * (last * reached + on * _between(p.k, j, n, shape + j, odds))
    return total


def _between(k: int, j: int, n: FloatArray, shape: FloatArray, odds: FloatArray) -> FloatArray:
    """Chance of at least k n - j and fewer than k (n + 1) - j stages: a sum of k negative binomial masses."""
    total = np.zeros(n.shape)
    for i in range(k):
        stages = k * n - j + i
        count = np.maximum(stages, 0.0)
        log_mass = special.xlogy(count, odds) - (shape + count) * np.log1p(odds) - _log_choices(shape, count)
        total += np.where(stages >= 0.0, np.exp(log_mass), 0.0)
    return total


def _log_choices(shape: FloatArray, count: FloatArray) -> FloatArray:
    """Logarithm of Gamma(shape) count! / Gamma(shape + count), by the beta function, which keeps its digits."""
    return np.asarray(special.betaln(shape, count + 1.0) + np.log(shape + count))
