"""What a living Erlang-k customer is expected to buy: exact, for BG/CNBD-k and MBG/CNBD-k alike.

A customer alive at T has passed j < k stages since the last purchase with a known chance (`erlang_stages`); then the
rate is Gamma(m, alpha + T), m = r + k x + j, and the chance of leaving is p ~ Beta(a, b + chances). The papers
approximate the expectation by that of k = 1, rescaled. Here it is worked out: the stage process with every k-th stage
thinned by q = 1 - p has the k eigenvalues u q^(1/k), u^k = 1, and with tau = t / (alpha + T)

    E = average over p of sum over u of u^(j+1-k) (1 - (1 + (1-u) tau)^-m) / (k (1 - u)),  u^k = 1 - p

whose first term (u real and positive) is the BG/NBD's with p / k about 1 - u, and whose other terms are the ripples
of a steady clock, which die out within a few purchases. For each count x and stage j it depends on one number,
v = log(1 + tau), and is kept as a Chebyshev series in v.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy import special

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.beta_average import beta_nodes
from lifeworth.maths.bg_family import BGFamilyParameters
from lifeworth.maths.count_series import discounted_terms, each_row, expand, look_up
from lifeworth.maths.discounting import discount_nodes
from lifeworth.maths.erlang_stages import stage_chances
from lifeworth.maths.unique_rows import code_column

_BUDGET = 1 << 18
#: Below this chance of staying the eigenvalues crowd together, and the purchases are summed one by one.
_RARE = 0.2
_RARE_TERMS = 18
#: Nodes in the chance of staying for the ripples, smooth in it.
_SMOOTH = 40
#: Weights below this are not worth a look.
_NOTHING = 1e-16


def stages_at(p: BGFamilyParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Chance of j stages passed since the last purchase, of customers alive at T, (k, rows)."""
    return stage_chances(p.k, p.shape(x), (T - t_x) / (p.alpha + T))


def expected_while_alive(
    p: BGFamilyParameters, t: FloatArray, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Expected purchases in (T, T + t] of customers known to be alive at T."""
    count, moment = code_column(x), code_column(np.log1p(t / (p.alpha + T)))
    chances = _leaving(p, count.values, float(moment.values.max(initial=0.0)))
    total, passed = np.zeros(x.size), stages_at(p, x, t_x, T)
    for j in range(p.k):
        total += passed[j] * (p.shape(x) + j) * each_row(partial(_scaled, chances, p.k, j), count, moment)
    return np.maximum(total, 0.0)


def discounted_while_alive(
    p: BGFamilyParameters, t: float, rate: float, x: FloatArray, t_x: FloatArray, T: FloatArray
) -> FloatArray:
    """Discounted expected purchases in (T, T + t] of customers known to be alive at T.

    By parts: e^(-rate t) E(t) + rate * integral of e^(-rate u) E(u) du over (0, t).
    """
    if rate == 0.0 and np.isinf(t):
        return _endless(p, x)
    if rate == 0.0:
        return expected_while_alive(p, np.full(x.shape, t), x, t_x, T)
    count, moment = code_column(x), code_column(p.alpha + T)
    v, weight = discount_nodes(t, rate, moment.values)
    reach = float(v.max(initial=0.0))
    chances = _leaving(p, count.values, reach)
    total, passed = np.zeros(x.size), stages_at(p, x, t_x, T)
    for j in range(p.k):
        series = expand(partial(_scaled, chances, p.k, j), count.values.size, reach)
        ahead = look_up(discounted_terms(v, weight, series), series, moment.codes, count.codes)
        total += passed[j] * (p.shape(x) + j) * ahead
    return np.maximum(total, 0.0)


def still_there(p: BGFamilyParameters, t: FloatArray, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Chance that customers known to be alive at T have not left after any purchase in (T, T + t].

    A customer with chance p leaves with p times the expected purchases; p Beta(a, b) is a / (a + b) Beta(a + 1, b).
    """
    left = p.a / (p.a + p.b + p.chances(x)) * expected_while_alive(replace(p, a=p.a + 1.0), t, x, t_x, T)
    return np.asarray(np.clip(1.0 - left, 0.0, 1.0))


def _endless(p: BGFamilyParameters, x: FloatArray) -> FloatArray:
    if p.a <= 1.0:
        raise UsageError(
            "without discounting, expected purchases over an endless horizon are infinite for these customers "
            f"(a = {p.a:.3g} is not above 1).\n  what to do: give a discount rate above 0 or a finite horizon"
        )
    return np.asarray((p.a + p.b + p.chances(x) - 1.0) / (p.a - 1.0))


@dataclass(frozen=True)
class _Leaving:
    """Chances of leaving, p ~ Beta(a, b + chances), of customers with each count."""

    shape: FloatArray  # (counts,) of the rate, no stage passed
    p: FloatArray  # (counts, nodes)
    often: FloatArray  # (counts, nodes) weights of those who stay often enough for the eigenvalues
    rare: FloatArray  # (counts, terms) means of q^0, q^1, q^2 … over the others
    at_zero: FloatArray  # (counts,) extra weight of those who never leave
    stay: FloatArray  # (smooth nodes,) chances of staying for what is smooth in it
    smooth: FloatArray  # (counts, smooth nodes) weights


def _leaving(p: BGFamilyParameters, x: FloatArray, reach: float) -> _Leaving:
    shape = p.shape(x)
    nodes = beta_nodes(p.a, p.b + p.chances(x), np.log1p((shape + p.k) * np.expm1(reach)))
    often = np.where(nodes.p <= 1.0 - _RARE, nodes.weight, 0.0)
    powers = np.arange(_RARE_TERMS)
    seldom = np.flatnonzero((nodes.weight != often).any(axis=0))
    rare = np.einsum(
        "xp,xpn->xn", (nodes.weight - often)[:, seldom], (1.0 - nodes.p[:, seldom, None]) ** powers
    )  # fmt: skip
    rare[:, 0] += nodes.at_one
    used = np.flatnonzero(often.any(axis=0))
    chance, often = np.minimum(nodes.p[:, used], 1.0 - _RARE), often[:, used]
    return _Leaving(shape, chance, often, rare, nodes.at_zero, *_smooth_nodes(chance, often, nodes.at_zero))


def _scaled(of: _Leaving, k: int, j: int, some: IntArray, v: FloatArray) -> FloatArray:
    """E / (m v) for customers j stages after a purchase, averaged over their chances of leaving, (counts, v)."""
    shape, tau = of.shape[some] + j, np.expm1(v)
    total = _few_purchases(k, j, shape, tau, of.rare[some]) + of.at_zero[some, None] * shape[:, None] * tau / k
    total += _steady(k, j, shape, tau, of.p[some], of.often[some])
    if k > 1:
        total += np.einsum("xvq,xq->xv", _ripples(k, j, shape, tau, of.stay), of.smooth[some])
    return np.asarray(total / (shape[:, None] * v))


def _few_purchases(k: int, j: int, shape: FloatArray, tau: FloatArray, rare: FloatArray) -> FloatArray:
    """Customers who hardly ever stay: the sum over n of q^(n-1) times the chance of an n-th purchase, (x, v)."""
    share, total = tau / (1.0 + tau), np.zeros((shape.size, tau.size))
    for n in range(1, _RARE_TERMS + 1):
        weighty = np.flatnonzero(rare[:, n - 1] > _NOTHING)
        if weighty.size:
            reached = special.betainc(float(k * n - j), shape[weighty, None], share)
            total[weighty] += rare[weighty, n - 1, None] * reached
    return total


def _steady(k: int, j: int, shape: FloatArray, tau: FloatArray, p: FloatArray, weight: FloatArray) -> FloatArray:
    """Average of the first term, u = (1 - p)^(1/k), (x, v): it grows like 1 / p, so it needs every node."""
    size = np.log1p(-p) / k
    gap = -np.expm1(size)
    share = weight * np.exp((j + 1 - k) * size) / (k * gap)
    total = np.empty((shape.size, tau.size))
    step = max(_BUDGET // max(tau.size * p.shape[1], 1), 1)
    for start in range(0, shape.size, step):
        rows = slice(start, start + step)
        seen = -np.expm1(-shape[rows, None, None] * np.log1p(gap[rows, None, :] * tau[:, None]))
        total[rows] = np.einsum("xvp,xp->xv", seen, share[rows])
    return total


def _smooth_nodes(p: FloatArray, weight: FloatArray, at_zero: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Chances of staying, the same few for every count, and weights that average smooth functions of it alike."""
    angle = np.pi * (np.arange(_SMOOTH) + 0.5) / _SMOOTH
    order = np.arange(_SMOOTH)
    middle, half = 1.0 - (1.0 - _RARE) / 2.0, (1.0 - _RARE) / 2.0
    place = np.arccos(np.clip((1.0 - p - middle) / half, -1.0, 1.0))
    moments = np.stack([(np.cos(degree * place) * weight).sum(axis=1) for degree in order], axis=1)
    moments += at_zero[:, None]
    moments[:, 0] /= 2.0
    return middle + half * np.cos(angle), np.asarray(moments @ np.cos(np.outer(order, angle)) * (2.0 / _SMOOTH))


def _ripples(k: int, j: int, shape: FloatArray, tau: FloatArray, stay: FloatArray) -> FloatArray:
    """Sum of the other terms, the ripples of a steady clock, (x, v, stay)."""
    total = np.zeros((shape.size, tau.size, stay.size))
    shape, tau = shape[:, None, None], tau[:, None]
    for turn in range(1, k // 2 + 1):
        paired = 2 * turn < k
        u = stay ** (1.0 / k) * (np.exp(2j * np.pi * turn / k) if paired else -1.0)
        factor, grow = u ** (j + 1 - k) / (k * (1.0 - u)), np.log1p((1.0 - u) * tau)
        ripple = factor * (1.0 - np.exp(-shape * grow))
        total += 2.0 * ripple.real if paired else ripple
    return total
