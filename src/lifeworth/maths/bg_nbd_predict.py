"""What the BG/NBD expects: purchases to come, discounted or not, and the chance of any number of them.

Fader, Hardie, Lee (2005) equations 8 to 10. A customer still alive at T with x purchases is like a new one with
r + x, alpha + T, a, b + x. Given the own rate and chance of leaving p, the expected count in t is (1 - e^(-rate p t)) / p;
averaged over both it is

    E = average over p ~ Beta(a, b + x) of (1 - (1 + p t / (alpha + T))^-(r + x)) / p

which equals equation 10 but needs no hypergeometric function. For each count x it depends on one number only,
v = log(1 + t / (alpha + T)), so it is kept as a Chebyshev series in v and evaluated for all customers together.
"""

from functools import partial

import numpy as np
from scipy import special

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.beta_average import beta_nodes
from lifeworth.maths.bg_nbd import BGNBDParameters
from lifeworth.maths.count_series import discounted_terms, each_row, expand, look_up
from lifeworth.maths.discounting import discount_nodes
from lifeworth.maths.rising import log_rising, log_staying
from lifeworth.maths.unique_rows import code_column

_BUDGET = 1 << 20


def _scaled_expectation(p: BGNBDParameters, counts: FloatArray, some: IntArray, v: FloatArray) -> FloatArray:
    """Average over p directly: E / ((r + x) v) for some of the counts and every v."""
    x = counts[some]
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


def expected_while_alive(p: BGNBDParameters, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    """Expected purchases in (T, T + t] of customers known to be alive at T (equations 9 and 10)."""
    v = np.log1p(t / (p.alpha + T))
    count, moment = code_column(x), code_column(v)
    return (p.r + x) * each_row(partial(_scaled_expectation, p, count.values), count, moment)


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
    series = expand(partial(_scaled_expectation, p, count.values), count.values.size, float(v.max(initial=0.0)))
    terms = discounted_terms(v, weight, series)
    return (p.r + x) * look_up(terms, series, moment.codes, count.codes)


def _endless(p: BGNBDParameters, x: FloatArray) -> FloatArray:
    if p.a <= 1.0:
        raise UsageError(
            "without discounting, expected purchases over an endless horizon are infinite for these customers "
            f"(a = {p.a:.3g} is not above 1).\n  what to do: give a discount rate above 0 or a finite horizon"
        )
    return np.asarray((p.a + p.b + x - 1.0) / (p.a - 1.0))


def still_there(p: BGNBDParameters, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    """Chance that customers known to be alive at T have not left after any purchase in (T, T + t].

    Purchases at rate lambda, each the last with chance q, end a relationship at rate lambda q, so with
    lambda ~ Gamma(r + x, alpha + T), q ~ Beta(a, b + x) and u = t / (alpha + T) the chance is the average over q of
    (1 + q u)^-(r + x), which is 2F1(r + x, a; a + b + x; -u). One minus it is the average of q times
    (1 - (1 + q u)^-(r + x)) / q: the mean of q times the expected purchases under Beta(a + 1, b + x).
    """
    tilted = BGNBDParameters(p.r, p.alpha, p.a + 1.0, p.b)
    left = p.a / (p.a + p.b + x) * expected_while_alive(tilted, t, x, T)
    return np.asarray(np.clip(1.0 - left, 0.0, 1.0))


def mass_while_alive(p: BGNBDParameters, n: FloatArray, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    """Chance that customers known to be alive at T make exactly n purchases in (T, T + t].

    Equation 8 for a customer like a new one with r + x, alpha + T, a, b + x; all arrays of one shape.
    """
    shape, odds = p.r + x, t / (p.alpha + T)
    log_count = log_rising(p.r, x + n) - log_rising(p.r, x) - special.gammaln(n + 1.0) - shape * np.log1p(odds)
    stayed = log_staying(p.a, p.b, x)
    stay = log_staying(p.a, p.b, x + n) - stayed
    reached = np.exp(log_count + special.xlogy(n, odds / (1.0 + odds)) + stay)
    before = np.maximum(n - 1.0, 0.0)
    left = np.exp(log_staying(p.a, p.b, x + before) - stayed) * p.a / (p.a + p.b + x + before)
    at_least = special.betainc(np.maximum(n, 1.0), shape, odds / (1.0 + odds))
    return np.asarray(reached + np.where(n > 0, left * at_least, 0.0))


def probability_of_n(p: BGNBDParameters, n: FloatArray, t: FloatArray) -> FloatArray:
    """Chance that a new customer makes exactly n repeat purchases in t (equation 8)."""
    n, t = np.broadcast_arrays(n, t)
    nobody = np.zeros(n.shape)
    return mass_while_alive(p, n, t, nobody, nobody)
