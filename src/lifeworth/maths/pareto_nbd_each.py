"""Pareto/NBD likelihood of customers who each have an alpha and a beta of their own, as covariates give them.

Fader, Hardie (2007), note 019, http://brucehardie.com/notes/019/; the terms are those of `pareto_nbd`, row by row.
"""

import numpy as np

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.pareto_nbd_integral import LeavingMoments, leaving_moments_each
from lifeworth.maths.rising import log_rising, reciprocal_sum, square_reciprocal_sum
from lifeworth.maths.row_curves import RowCurves, rows_by_log_parameter, symmetric_rows


def log_likelihood_curves(theta: FloatArray, x: FloatArray, t_x: FloatArray, T: FloatArray) -> RowCurves:
    """Evaluate every row.

    Parameters
    ----------
    theta : (4, rows)
        Logs of r, alpha, s, beta; r and s are the same for all.
    x, t_x, T : (rows,)
    """
    own = np.exp(theta)
    r, alpha, s, beta = float(own[0, 0]), own[1], float(own[2, 0]), own[3]
    left = leaving_moments_each(r, alpha, s, beta, x, t_x, T, moments=True)
    gap_time, near = T - t_x, np.minimum(alpha, beta) + t_x
    fall = (r + x) * np.log1p(gap_time / (alpha + t_x)) + s * np.log1p(gap_time / (beta + t_x))
    both = (beta + t_x) / (s * near) * np.exp(-fall) + left.area
    gone = left.area / both
    value = log_rising(r, x) + r * np.log(alpha) + s * np.log(beta) + left.log_start + np.log(both)
    start = np.stack([reciprocal_sum(r, x) + np.log(alpha), r / alpha, np.log(beta), s / beta])
    ones = np.ones_like(x)
    here = np.stack([-np.log(alpha + T), -(r + x) / (alpha + T), -np.log(beta + T), -s / (beta + T)])
    log_a, log_b = np.log(alpha + t_x) + left.mean[0], np.log(beta + t_x) + left.mean[1]
    away = np.stack([-log_a, -(r + x) * left.mean[2], ones / s - log_b, -(s + 1.0) * left.mean[3]])
    gap = away - here
    slope = start + here + gap * gone
    bend = np.einsum("ij,kj->ikj", gap, gap * (gone * (1.0 - gone)))
    bend += _bend_start(r, alpha, s, beta, x) + _bend_here(r, alpha, s, beta, x, T) * (1.0 - gone)
    bend += _bend_away(r, s, x, left) * gone
    return rows_by_log_parameter(own, np.asarray(value), slope, bend)


def _bend_start(r: float, alpha: FloatArray, s: float, beta: FloatArray, x: FloatArray) -> FloatArray:
    squares = -square_reciprocal_sum(r, x)
    return symmetric_rows(
        x.size, {(0, 0): squares, (0, 1): 1.0 / alpha, (1, 1): -r / alpha**2, (2, 3): 1.0 / beta, (3, 3): -s / beta**2}
    )


def _bend_here(r: float, alpha: FloatArray, s: float, beta: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    inv_a, inv_b = 1.0 / (alpha + T), 1.0 / (beta + T)
    return symmetric_rows(x.size, {(0, 1): -inv_a, (1, 1): (r + x) * inv_a**2, (2, 3): -inv_b, (3, 3): s * inv_b**2})


def _bend_away(r: float, s: float, x: FloatArray, left: LeavingMoments) -> FloatArray:
    """Mean second derivative over the moment of leaving plus the covariance of the first."""
    n, inv_a, inv_b = r + x, left.mean[2], left.mean[3]
    by_alpha, by_beta = n * (inv_a**2 + left.covariance[2, 2]), (s + 1.0) * (inv_b**2 + left.covariance[3, 3])
    bend = symmetric_rows(
        x.size, {(0, 1): -inv_a, (1, 1): by_alpha, (2, 2): -1.0 / s**2, (2, 3): -inv_b, (3, 3): by_beta}
    )
    factors = np.stack([-np.ones_like(n), -n, -np.ones_like(n), np.full_like(n, -(s + 1.0))])
    order = [0, 2, 1, 3]  # moments of log a, 1/a, log b, 1/b belong to r, alpha, s, beta
    shared = left.covariance[order][:, order]
    return np.asarray(bend + shared * np.einsum("ij,kj->ikj", factors, factors))
