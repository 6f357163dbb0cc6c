"""Pareto/NBD: the chance that a living customer buys again before leaving, within any time.

A customer alive at T buys at rate lambda ~ Gamma(n, A), n = r + x, A = alpha + T, and leaves at rate mu ~ Gamma(s, B),
B = beta + T (Schmittlein, Morrison, Colombo 1987: the posteriors of rates given that T was reached). With g = A lambda +
B mu ~ Gamma(n + s) independent of p = B mu / g ~ Beta(s, n), both rates are shares of g: lambda + mu = g k,
k = (1 - p) / A + p / B. Whichever happens first happens at rate g k, and it is a purchase with chance (1 - p) / (A k), so

    P(a purchase in (T, T + t], before leaving) = average over p of (1 - p) / (A k) * (1 - (1 + k t)^-(n + s))

which holds for any t, endless too, and loses no digits where t is short: only positive numbers are added.
"""

import numpy as np

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.beta_average import beta_nodes
from lifeworth.maths.pareto_nbd_integral import ParetoNBDParameters
from lifeworth.maths.unique_rows import code_column

#: Node values held at once, rows times nodes.
_BUDGET = 1 << 18


def buys_within(p: ParetoNBDParameters, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    """Chance that customers known to be alive at T buy in (T, T + t]; (rows,), t may be infinite."""
    if not x.size:
        return np.empty(0)
    buy, leave = p.alpha + T, p.beta + T
    count = code_column(x)
    tilt = np.abs(np.log(leave / buy)).max(initial=0.0)
    nodes = beta_nodes(p.s, p.r + count.values, np.full(count.values.size, tilt))
    chance = nodes.at_zero[count.codes] * -np.expm1(-(p.r + p.s + x) * np.log1p(t / buy))
    step = max(_BUDGET // nodes.p.shape[1], 1)
    for start in range(0, x.size, step):
        rows = slice(start, start + step)
        here = count.codes[rows]
        gone, odds = nodes.p[here], (buy[rows] / leave[rows])[:, None]
        first = 1.0 - gone
        either = first + gone * odds  # k A
        soon = -np.expm1(-(p.r + p.s + x[rows, None]) * np.log1p(either * (t[rows] / buy[rows])[:, None]))
        chance[rows] += np.einsum("nm,nm->n", nodes.weight[here], first / either * soon)
    return np.asarray(np.clip(chance, 0.0, 1.0))


def still_there(p: ParetoNBDParameters, t: FloatArray, T: FloatArray) -> FloatArray:
    """Chance that customers known to be alive at T have not left by T + t: ((beta + T) / (beta + T + t))^s."""
    return np.asarray(np.exp(-p.s * np.log1p(t / (p.beta + T))))
