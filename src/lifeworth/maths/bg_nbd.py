"""BG/NBD likelihood: Fader, Hardie, Lee (2005), "Counting Your Customers" the Easy Way, equation 6.

Customers buy at their own rate (Gamma(r, alpha)) and may leave after any repeat purchase with their own
probability (Beta(a, b)). http://brucehardie.com/papers/018/
"""

from dataclasses import astuple, dataclass

import numpy as np
from scipy import special

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.curve import Curve, by_log_parameter
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.maths.rising import log_rising, log_staying, reciprocal_sum, square_reciprocal_sum


@dataclass(frozen=True)
class BGNBDParameters:
    """Population parameters; alpha carries the unit of time."""

    r: float
    alpha: float
    a: float
    b: float

    def as_array(self) -> FloatArray:
        """Give r, alpha, a, b in this order."""
        return np.array(astuple(self), dtype=np.float64)


def log_left_odds(p: BGNBDParameters, x: FloatArray) -> FloatArray:
    """Log of a / (b + x - 1), the odds factor of having left at the last purchase; -inf without repeats."""
    repeats = x > 0
    odds = np.full(x.shape, -np.inf)
    odds[repeats] = np.log(p.a) - np.log(p.b + x[repeats] - 1.0)
    return odds


def log_likelihood_rows(p: BGNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Log-likelihood of each customer (equation 6), same unit of time as alpha."""
    n = p.r + x
    left = n * np.log((p.alpha + T) / (p.alpha + t_x)) + log_left_odds(p, x)
    fixed = log_rising(p.r, x) + p.r * np.log(p.alpha) + log_staying(p.a, p.b, x)
    return np.asarray(fixed - n * np.log(p.alpha + T) + np.logaddexp(0.0, left))


def p_alive_rows(p: BGNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Probability that each customer has not left by T (Fader, Hardie, Lee 2008, note 021)."""
    left = (p.r + x) * np.log1p((T - t_x) / (p.alpha + t_x)) + log_left_odds(p, x)
    return np.asarray(special.expit(-left))


def log_likelihood(theta: FloatArray, table: PurchaseTable) -> Curve:
    """Log-likelihood of all customers with its first two derivatives in log(r), log(alpha), log(a), log(b)."""
    p = BGNBDParameters(*np.exp(theta))
    fixed, shared = _by_count(p, table), _by_row(p, table)
    total = Curve(fixed.value + shared.value, fixed.gradient + shared.gradient, fixed.hessian + shared.hessian)
    return by_log_parameter(p.as_array(), total)


def _by_count(p: BGNBDParameters, table: PurchaseTable) -> Curve:
    """Terms that depend on the number of purchases alone."""
    x, n = table.x, table.customers
    weight = np.bincount(table.x_code, weights=table.weight, minlength=x.size)
    value = weight @ (log_rising(p.r, x) + log_staying(p.a, p.b, x)) + n * p.r * np.log(p.alpha)
    stay = weight @ reciprocal_sum(p.a + p.b, x)
    gradient = np.array(
        [
            weight @ reciprocal_sum(p.r, x) + n * np.log(p.alpha),
            n * p.r / p.alpha,
            -stay,
            weight @ reciprocal_sum(p.b, x) - stay,
        ]
    )
    bend = weight @ square_reciprocal_sum(p.a + p.b, x)
    hessian = np.zeros((4, 4))
    hessian[0, 0] = -(weight @ square_reciprocal_sum(p.r, x))
    hessian[0, 1] = hessian[1, 0] = n / p.alpha
    hessian[1, 1] = -n * p.r / p.alpha**2
    hessian[2:, 2:] = bend
    hessian[3, 3] -= weight @ square_reciprocal_sum(p.b, x)
    return Curve(float(value), gradient, hessian)


def _by_row(p: BGNBDParameters, table: PurchaseTable) -> Curve:
    """Terms that mix "still here" with "left at the last purchase": one exponential a row."""
    n_of, odds_of = p.r + table.x, log_left_odds(p, table.x)
    back_of = np.where(table.x > 0, 1.0 / np.maximum(p.b + table.x - 1.0, 1e-300), 0.0)
    log_T, log_t = np.log(p.alpha + table.T), np.log(p.alpha + table.t_x)
    inv_T, inv_t = 1.0 / (p.alpha + table.T), 1.0 / (p.alpha + table.t_x)
    value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
    for rows in table.blocks():
        k, i, j = table.x_code[rows], table.T_code[rows], table.t_x_code[rows]
        w, n, late, early, inv_late, inv_early = (
            table.weight[rows], n_of[k], log_T[i], log_t[j], inv_T[i], inv_t[j]
        )  # fmt: skip
        s = n * (late - early) + odds_of[k]
        small = np.exp(-np.abs(s))
        left = np.where(s > 0, 1.0, small) / (1.0 + small)
        value += float(np.sum(w * (np.maximum(s, 0.0) + np.log(1.0 + small) - n * late)))
        gap = np.stack([late - early, n * (inv_late - inv_early), np.full_like(w, 1.0 / p.a), -back_of[k]])
        w_left, w_mixed = w * left, w * left * (1.0 - left)
        gradient += np.einsum("ij,j->i", gap, w_left)
        gradient[0] -= np.sum(w * late)
        gradient[1] -= np.sum(w * n * inv_late)
        hessian += np.einsum("ij,kj->ik", gap, gap * w_mixed)
        w_here = w - w_left
        cross = -np.sum(w_here * inv_late + w_left * inv_early)
        hessian[0, 1] += cross
        hessian[1, 0] += cross
        hessian[1, 1] += np.sum(n * (w_here * inv_late**2 + w_left * inv_early**2))
        hessian[2, 2] -= np.sum(w_left) / p.a**2
        hessian[3, 3] += np.sum(w_left * back_of[k] ** 2)
    return Curve(value, gradient, hessian)
