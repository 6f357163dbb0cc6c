"""What the BG/NBD expects: purchases to come, discounted or not, and the chance of any number of them.

Fader, Hardie, Lee (2005) equations 8 to 10. A customer still alive at T with x purchases is like a new one with
r + x, alpha + T, a, b + x. Given the own rate and chance of leaving p, the expected count in t is (1 - e^(-rate p t)) / p;
averaged over both it is

    E = average over p ~ Beta(a, b + x) of (1 - (1 + p t / (alpha + T))^-(r + x)) / p

which equals equation 10 but needs no hypergeometric function. For each count x it depends on one number only,
v = log(1 + t / (alpha + T)), so it is kept as a Chebyshev series in v and evaluated for all customers together.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.beta_average import beta_nodes
from lifeworth.maths.bg_nbd import BGNBDParameters
from lifeworth.maths.discounting import discount_nodes
from lifeworth.maths.rising import log_rising, log_staying
from lifeworth.maths.unique_rows import code_column

_PATIENCE = (24, 48, 96, 192, 384)
_BUDGET = 1 << 20


@dataclass(frozen=True)
class AliveSeries:
    """Expected purchases of a living customer as (r + x) v * series(v), one series for each distinct count."""

    reach: float  # the series hold for 0 <= v <= reach
    coefficients: FloatArray  # (distinct counts, terms)


def alive_series(p: BGNBDParameters, x: FloatArray, reach: float) -> AliveSeries:
    """Expand the expected purchases of living customers for each count, to twelve digits."""
    reach = max(reach, 1e-12)
    series = np.empty((x.size, 0))
    for terms in _PATIENCE:
        series = _expand(p, x, reach, terms)
        tail = np.abs(series[:, -3:]).max(axis=1)
        if np.all(tail < 1e-12 * np.abs(series).max(axis=1)):
            break
    return AliveSeries(reach, series)


def _expand(p: BGNBDParameters, x: FloatArray, reach: float, terms: int) -> FloatArray:
    angle = np.pi * (np.arange(terms) + 0.5) / terms
    v = reach * (1.0 + np.cos(angle)) / 2.0
    heights = _scaled_expectation(p, x, v)
    cosines = np.cos(np.outer(np.arange(terms), angle)) * (2.0 / terms)
    cosines[0] /= 2.0
    return np.asarray(heights @ cosines.T)


def _scaled_expectation(p: BGNBDParameters, x: FloatArray, v: FloatArray) -> FloatArray:
    """Average over p directly: E / ((r + x) v) for every count and every v."""
    n, tau = (p.r + x)[:, None], np.expm1(v)
    nodes = beta_nodes(p.a, p.b + x, np.log1p((p.r + x) * tau.max()))
    at_zero, at_one = tau * n, -np.expm1(-n * np.log1p(tau))
    total = nodes.at_zero[:, None] * at_zero + nodes.at_one[:, None] * at_one
    step = max(_BUDGET // (v.size * nodes.p.shape[1]), 1)
    for start in range(0, x.size, step):
        rows = slice(start, start + step)
        chance = nodes.p[rows, None, :]
        seen = -np.expm1(-n[rows, :, None] * np.log1p(chance * tau[:, None])) / chance
        total[rows] += np.einsum("xvp,xp->xv", seen, nodes.weight[rows])
    return np.asarray(total / (n * v))


def _terms(v: FloatArray, series: AliveSeries) -> FloatArray:
    """Chebyshev polynomials at each v, times v: (terms, *v.shape)."""
    count = series.coefficients.shape[1]
    angle = np.arccos(np.clip(2.0 * v / series.reach - 1.0, -1.0, 1.0))
    return np.asarray(np.cos(np.multiply.outer(np.arange(count), angle)) * v)


def expected_while_alive(p: BGNBDParameters, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    """Expected purchases in (T, T + t] of customers known to be alive at T (equations 9 and 10)."""
    v = np.log1p(t / (p.alpha + T))
    count, moment = code_column(x), code_column(v)
    series = alive_series(p, count.values, float(moment.values.max(initial=0.0)))
    kernel = _terms(moment.values, series)
    return (p.r + x) * _contract(kernel, series.coefficients, moment.codes, count.codes)


def _contract(kernel: FloatArray, series: FloatArray, moment: IntArray, count: IntArray) -> FloatArray:
    """Sum over terms of kernel[term, moment] * series[count, term] for each row."""
    table_size = kernel.shape[1] * series.shape[0]
    if table_size <= max(4 * moment.size, _BUDGET):
        table = series @ kernel
        return np.asarray(table[count, moment])
    total = np.zeros(moment.size)
    for term in range(kernel.shape[0]):
        total += kernel[term][moment] * series[:, term][count]
    return total


def discounted_while_alive(p: BGNBDParameters, t: float, rate: float, x: FloatArray, T: FloatArray) -> FloatArray:
    """Discounted expected purchases in (T, T + t] of customers known to be alive at T.

    By parts: e^(-rate t) E(t) + rate * integral of e^(-rate u) E(u) du over (0, t).
    """
    if rate == 0.0 and np.isinf(t):
        return _endless(p, x)
    if rate == 0.0:
        return expected_while_alive(p, np.full(x.shape, t), x, T)
    count, moment = code_column(x), code_column(p.alpha + T)
    v, weight = discount_nodes(t, rate, moment.values)
    series = alive_series(p, count.values, float(v.max(initial=0.0)))
    kernel = np.zeros((series.coefficients.shape[1], moment.values.size))
    for node in range(v.shape[0]):
        kernel += _terms(v[node], series) * weight[node]
    return (p.r + x) * _contract(kernel, series.coefficients, moment.codes, count.codes)


def _endless(p: BGNBDParameters, x: FloatArray) -> FloatArray:
    if p.a <= 1.0:
        raise UsageError(
            "without discounting, expected purchases over an endless horizon are infinite for these customers "
            f"(a = {p.a:.3g} is not above 1).\n  what to do: give a discount rate above 0 or a finite horizon"
        )
    return np.asarray((p.a + p.b + x - 1.0) / (p.a - 1.0))


def probability_of_n(p: BGNBDParameters, n: FloatArray, t: FloatArray) -> FloatArray:
    """Chance that a new customer makes exactly n repeat purchases in t (equation 8)."""
    n, t = np.broadcast_arrays(n, t)
    odds = t / p.alpha
    log_count = log_rising(p.r, n) - special.gammaln(n + 1.0) - p.r * np.log1p(odds)
    reached = np.exp(log_count + special.xlogy(n, odds / (1.0 + odds)) + log_staying(p.a, p.b, n))
    before = np.maximum(n - 1.0, 0.0)
    left = np.exp(log_staying(p.a, p.b, before)) * p.a / (p.a + p.b + before)
    at_least = special.betainc(np.maximum(n, 1.0), p.r, odds / (1.0 + odds))
    return np.asarray(reached + np.where(n > 0, left * at_least, 0.0))
