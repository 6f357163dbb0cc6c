"""GGompertz/NBD likelihood: Bemmaor, Glady (2012), Management Science 58(5), equation 5.

    L = Gamma(r + x) / Gamma(r) alpha^r { (alpha + T)^-(r + x) S(T) + integral from t_x to T of (alpha + y)^-(r + x) f(y) dy }

with S and f of `ggompertz_time`. The paper writes the integral with Gaussian hypergeometric functions; Jerath (erratum
notes, also followed by CLVTools) found its P(alive) misprinted. Both are avoided: the integral is taken as it stands, and
P(alive) is the first term's share of the sum.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass

import numpy as np

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.curve import Curve
from lifeworth.maths.ggompertz_time import ENOUGH, beta_after, log_fall, stretches, time_of_fall
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.maths.rising import log_rising, reciprocal_sum, square_reciprocal_sum

_PAIRS = [(i, j) for i in range(5) for j in range(i, 5)]


@dataclass(frozen=True)
class GGompertzNBDParameters:
    """Population parameters; alpha carries the unit of time, b its inverse."""

    r: float
    alpha: float
    b: float
    s: float
    beta: float

    def as_array(self) -> FloatArray:
        """Give r, alpha, b, s, beta in this order."""
        return np.array(astuple(self), dtype=np.float64)


@dataclass(frozen=True)
class _Fates:
    """Moments of leaving of some rows and how likely each is; the last column is staying to T."""

    rows: IntArray
    y: FloatArray  # (some, nodes + 1)
    share: FloatArray  # (some, nodes + 1) sums to one
    log_sum: FloatArray  # (some,) log of the braces, times alpha^r


def _fates(p: GGompertzNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> Iterator[_Fates]:
    beta, buy, n = beta_after(p.b, p.beta, t_x), p.alpha + t_x, p.r + x
    end = np.minimum(T - t_x, _worth(p, n, buy, beta))
    for part in stretches(p.b, p.s, beta, end, buy):
        rows, u = part.rows, part.u
        fall, start = log_fall(p.b, u, beta[rows, None]), beta[rows, None]
        log_leave = np.log(p.s) + np.log(p.b) + p.b * u - np.log(start) - (p.s + 1.0) * fall
        with np.errstate(divide="ignore"):  # nobody can leave where no time has passed
            gone = log_leave - n[rows, None] * np.log1p(u / buy[rows, None]) + np.log(part.du)
        gap = T[rows] - t_x[rows]
        here = -n[rows] * np.log1p(gap / buy[rows]) - p.s * log_fall(p.b, gap, beta[rows])
        log_mass = np.column_stack([gone, here])
        top = log_mass.max(axis=1, keepdims=True)
        mass = np.exp(log_mass - top)
        total = mass.sum(axis=1, keepdims=True)
        known = (
            -p.r * np.log1p(t_x[rows] / p.alpha) - x[rows] * np.log(buy[rows]) - p.s * log_fall(p.b, t_x[rows], p.beta)
        )
        y = np.column_stack([t_x[rows, None] + u, T[rows]])
        yield _Fates(rows, y, mass / total, known + (top + np.log(total))[:, 0])


def _worth(p: GGompertzNBDParameters, n: FloatArray, buy: FloatArray, beta: FloatArray) -> FloatArray:
    """How long after t_x the integrand still matters: purchases not made and lifetimes not lived both bound it."""
    peak = np.log(np.maximum((beta - 1.0) / p.s, 1.0)) / p.b
    rise = np.maximum(p.b * peak - (p.s + 1.0) * log_fall(p.b, peak, beta), 0.0)
    silent = buy * np.expm1(np.minimum((ENOUGH + rise) / n, 600.0))
    half = time_of_fall(p.b, np.log(2.0) / p.s, beta)
    drop = ENOUGH + np.log(2.0) + n * np.log1p(half / buy)
    return np.asarray(np.minimum(silent, time_of_fall(p.b, drop / p.s, beta)))


def log_likelihood_rows(p: GGompertzNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Log-likelihood of each customer, same unit of time as alpha."""
    found = np.empty(x.size)
    for part in _fates(p, x, t_x, T):
        found[part.rows] = part.log_sum
    return np.asarray(log_rising(p.r, x) + found)


def p_alive_rows(p: GGompertzNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Chance that each customer has not left by T: the first term's share of the likelihood."""
    found = np.empty(x.size)
    for part in _fates(p, x, t_x, T):
        found[part.rows] = part.share[:, -1]
    return found


def log_likelihood(theta: FloatArray, table: PurchaseTable) -> Curve:
    """Log-likelihood of all customers with its first two derivatives in the logs of r, alpha, b, s, beta."""
    p = GGompertzNBDParameters(*np.exp(theta))
    weight = np.bincount(table.x_code, weights=table.weight, minlength=table.x.size)
    value = float(weight @ log_rising(p.r, table.x))
    gradient, hessian = np.zeros(5), np.zeros((5, 5))
    gradient[0] = p.r * (weight @ reciprocal_sum(p.r, table.x))
    hessian[0, 0] = gradient[0] - p.r**2 * (weight @ square_reciprocal_sum(p.r, table.x))
    for rows in table.blocks():
        x, T = table.x[table.x_code[rows]], table.T[table.T_code[rows]]
        t_x, w = table.t_x[table.t_x_code[rows]], table.weight[rows]
        for part in _fates(p, x, t_x, T):
            value += float(w[part.rows] @ part.log_sum)
            _add_slopes(p, x[part.rows], part, w[part.rows], gradient, hessian)
    return Curve(value, gradient, hessian)


def _add_slopes(
    p: GGompertzNBDParameters, x: FloatArray, part: _Fates, w: FloatArray, gradient: FloatArray, hessian: FloatArray
) -> None:
    """Average the derivatives of each fate's log-chance, and add the covariance of the first (in log-parameters)."""
    y, share = part.y, part.share
    leave = np.ones(y.shape[1])
    leave[-1] = 0.0
    power, late = p.s + leave, p.b * y
    fall = log_fall(p.b, y, p.beta)
    start = np.exp(-fall)  # d fall / d log beta = start - 1
    bend = late * np.exp(late - np.log(p.beta) - fall)  # d fall / d log b
    wait = p.alpha / (p.alpha + y)
    slope = np.stack(
        [
            -p.r * np.log1p(y / p.alpha),
            p.r - (p.r + x[:, None]) * wait,
            leave * (1.0 + late) - power * bend,
            leave - p.s * fall,
            p.s - power * start + 0.0 * y,
        ]
    )
    mean = np.einsum("irn,rn->ir", slope, share)
    gradient += mean @ w
    away = slope - mean[:, :, None]
    shared, mass = away * share, share * w[:, None]
    for i, j in _PAIRS:
        each = w @ np.einsum("rn,rn->r", shared[i], away[j])
        hessian[i, j] += each
        hessian[j, i] += each if i != j else 0.0
    second = {
        (0, 0): slope[0],
        (0, 1): p.r * (1.0 - wait),
        (1, 1): -(p.r + x[:, None]) * wait * (1.0 - wait),
        (2, 2): leave * late - power * bend * (1.0 + late - bend),
        (2, 3): -p.s * bend,
        (2, 4): power * start * bend,
        (3, 3): -p.s * fall,
        (3, 4): p.s * (1.0 - start),
        (4, 4): -power * start * (1.0 - start),
    }
    for (i, j), values in second.items():
        each = np.vdot(values, mass)
        hessian[i, j] += each
        hessian[j, i] += each if i != j else 0.0
