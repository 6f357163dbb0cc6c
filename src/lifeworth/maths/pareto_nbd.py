"""Pareto/NBD likelihood: Schmittlein, Morrison, Colombo (1987); Fader, Hardie (2005), note 009, equation 17.

Customers buy at their own rate (Gamma(r, alpha)) and leave at their own rate (Gamma(s, beta)), at any moment.
http://brucehardie.com/notes/009/
"""

import numpy as np

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.curve import Curve, by_log_parameter
from lifeworth.maths.pareto_nbd_integral import LeavingMoments, ParetoNBDParameters, leaving_moments
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.maths.rising import log_rising, reciprocal_sum, square_reciprocal_sum


def _log_alive_ratio(p: ParetoNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Log of the "still here" term relative to the scale of the integral.

    Equals log((alpha+T)^-(r+x) (beta+T)^-s) - log_start, formed from ratios so that nothing cancels.
    """
    gap, near = T - t_x, min(p.alpha, p.beta) + t_x
    fall = (p.r + x) * np.log1p(gap / (p.alpha + t_x)) + p.s * np.log1p(gap / (p.beta + t_x))
    return np.asarray(np.log((p.beta + t_x) / (p.s * near)) - fall)


def log_likelihood_rows(p: ParetoNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Log-likelihood of each customer, same unit of time as alpha and beta."""
    left = leaving_moments(p, x, t_x, T)
    both = np.log(np.exp(_log_alive_ratio(p, x, t_x, T)) + left.area)
    fixed = log_rising(p.r, x) + p.r * np.log(p.alpha) + p.s * np.log(p.beta)
    return np.asarray(fixed + left.log_start + both)


def p_alive_rows(p: ParetoNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Probability that each customer has not left by T (note 009, equation 24)."""
    left = leaving_moments(p, x, t_x, T)
    here = np.exp(_log_alive_ratio(p, x, t_x, T))
    return np.asarray(here / (here + left.area))


def log_likelihood(theta: FloatArray, table: PurchaseTable) -> Curve:
    """Log-likelihood of all customers with its first two derivatives in the logs of r, alpha, s, beta."""
    p = ParetoNBDParameters(*np.exp(theta))
    fixed, shared = _by_count(p, table), _by_row(p, table)
    total = Curve(fixed.value + shared.value, fixed.gradient + shared.gradient, fixed.hessian + shared.hessian)
    return by_log_parameter(p.as_array(), total)


def _by_count(p: ParetoNBDParameters, table: PurchaseTable) -> Curve:
    """Terms that depend on the number of purchases alone."""
    x, n = table.x, table.customers
    weight = np.bincount(table.x_code, weights=table.weight, minlength=x.size)
    value = weight @ log_rising(p.r, x) + n * (p.r * np.log(p.alpha) + p.s * np.log(p.beta))
    gradient = np.array(
        [
            weight @ reciprocal_sum(p.r, x) + n * np.log(p.alpha),
            n * p.r / p.alpha,
            n * np.log(p.beta),
            n * p.s / p.beta,
        ]
    )
    hessian = np.zeros((4, 4))
    hessian[0, 0] = -(weight @ square_reciprocal_sum(p.r, x))
    hessian[0, 1] = hessian[1, 0] = n / p.alpha
    hessian[1, 1] = -n * p.r / p.alpha**2
    hessian[2, 3] = hessian[3, 2] = n / p.beta
    hessian[3, 3] = -n * p.s / p.beta**2
    return Curve(float(value), gradient, hessian)


def _by_row(p: ParetoNBDParameters, table: PurchaseTable) -> Curve:
    """The mixture of "still here at T" with "left at some moment y since t_x"."""
    value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
    for rows in table.blocks():
        x, T = table.x[table.x_code[rows]], table.T[table.T_code[rows]]
        t_x, w = table.t_x[table.t_x_code[rows]], table.weight[rows]
        left = leaving_moments(p, x, t_x, T, moments=True)
        ratio = _log_alive_ratio(p, x, t_x, T)
        both = np.exp(ratio) + left.area
        value += float(np.sum(w * (left.log_start + np.log(both))))
        gone = left.area / both
        slope_here = _slope(p, x, np.log(p.alpha + T), np.log(p.beta + T), 1 / (p.alpha + T), 1 / (p.beta + T), 0.0)
        log_a, log_b = np.log(p.alpha + t_x) + left.mean[0], np.log(p.beta + t_x) + left.mean[1]
        slope_gone = _slope(p, x, log_a, log_b, left.mean[2], left.mean[3], 1.0)
        gap = slope_gone - slope_here
        gradient += np.einsum("ij,j->i", slope_here, w) + np.einsum("ij,j->i", gap, w * gone)
        hessian += np.einsum("ij,kj->ik", gap, gap * (w * gone * (1.0 - gone)))
        hessian += _bend_here(p, x, T, w * (1.0 - gone)) + _bend_gone(p, x, left, w * gone)
    return Curve(value, gradient, hessian)


def _slope(
    p: ParetoNBDParameters,
    x: FloatArray,
    log_a: FloatArray,
    log_b: FloatArray,
    inv_a: FloatArray,
    inv_b: FloatArray,
    gone: float,
) -> FloatArray:
    """Derivative of the log of one term; `gone` is 1 for the density of leaving at y, 0 for staying to T."""
    return np.stack([-log_a, -(p.r + x) * inv_a, gone / p.s - log_b, -(p.s + gone) * inv_b])


def _bend_here(p: ParetoNBDParameters, x: FloatArray, T: FloatArray, w: FloatArray) -> FloatArray:
    inv_a, inv_b = 1.0 / (p.alpha + T), 1.0 / (p.beta + T)
    bend = np.zeros((4, 4))
    bend[0, 1] = bend[1, 0] = -np.sum(w * inv_a)
    bend[1, 1] = np.sum(w * (p.r + x) * inv_a**2)
    bend[2, 3] = bend[3, 2] = -np.sum(w * inv_b)
    bend[3, 3] = p.s * np.sum(w * inv_b**2)
    return bend


def _bend_gone(p: ParetoNBDParameters, x: FloatArray, left: LeavingMoments, w: FloatArray) -> FloatArray:
    """Mean second derivative over the moment of leaving plus the covariance of the first."""
    n, inv_a, inv_b = p.r + x, left.mean[2], left.mean[3]
    bend = np.zeros((4, 4))
    bend[0, 1] = bend[1, 0] = -np.sum(w * inv_a)
    bend[1, 1] = np.sum(w * n * (inv_a**2 + left.covariance[2, 2]))
    bend[2, 2] = -np.sum(w) / p.s**2
    bend[2, 3] = bend[3, 2] = -np.sum(w * inv_b)
    bend[3, 3] = (p.s + 1.0) * np.sum(w * (inv_b**2 + left.covariance[3, 3]))
    factors = np.stack([-np.ones_like(n), -n, -np.ones_like(n), np.full_like(n, -(p.s + 1.0))])
    order = [0, 2, 1, 3]  # moments of log a, 1/a, log b, 1/b belong to r, alpha, s, beta
    shared = left.covariance[order][:, order]
    bend += np.einsum("ikj,ij,kj->ik", shared, factors, factors * w)
    return bend
