"""NBD: customers buy at their own rate and never leave. Ehrenberg (1959), The Pattern of Consumer Purchases.

Rates are Gamma(r, alpha). Written for the times of the purchases, like its sister models, so that log-likelihoods
compare: Ehrenberg's negative binomial for the count times the uniform density of the times.
"""

from dataclasses import astuple, dataclass

import numpy as np
from scipy import special

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.curve import Curve, by_log_parameter
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.maths.rising import log_rising, reciprocal_sum, square_reciprocal_sum


@dataclass(frozen=True)
class NBDParameters:
    """Population parameters; alpha carries the unit of time."""

    r: float
    alpha: float

    def as_array(self) -> FloatArray:
        """Give r, alpha in this order."""
        return np.array(astuple(self), dtype=np.float64)


def log_likelihood_rows(p: NBDParameters, x: FloatArray, T: FloatArray) -> FloatArray:
    """Log-likelihood of each customer, same unit of time as alpha."""
    return np.asarray(log_rising(p.r, x) - p.r * np.log1p(T / p.alpha) - x * np.log(p.alpha + T))


def log_likelihood(theta: FloatArray, table: PurchaseTable) -> Curve:
    """Log-likelihood of all customers with its first two derivatives in log(r), log(alpha)."""
    p = NBDParameters(*np.exp(theta))
    late, inverse = np.log1p(table.T / p.alpha)[table.T_code], (1.0 / (p.alpha + table.T))[table.T_code]
    x, w, n = table.x[table.x_code], table.weight, table.customers
    counts = np.bincount(table.x_code, weights=w, minlength=table.x.size)
    shape = p.r + x
    value = counts @ log_rising(p.r, table.x) - np.sum(w * (shape * late + x * np.log(p.alpha)))
    slope_r = counts @ reciprocal_sum(p.r, table.x) - np.sum(w * late)
    slope_alpha = n * p.r / p.alpha - np.sum(w * shape * inverse)
    cross = n / p.alpha - np.sum(w * inverse)
    bend_alpha = np.sum(w * shape * inverse**2) - n * p.r / p.alpha**2
    bend_r = -(counts @ square_reciprocal_sum(p.r, table.x))
    hessian = np.array([[bend_r, cross], [cross, bend_alpha]])
    return by_log_parameter(p.as_array(), Curve(float(value), np.array([slope_r, slope_alpha]), hessian))


def expected_ahead(p: NBDParameters, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    """Expected purchases in (T, T + t]: the mean of the customer's rate, (r + x) / (alpha + T), times t."""
    return np.asarray((p.r + x) / (p.alpha + T) * t)


def discounted_ahead(p: NBDParameters, t: float, rate: float, x: FloatArray, T: FloatArray) -> FloatArray:
    """Discounted expected purchases in (T, T + t]."""
    if rate == 0.0:
        if np.isinf(t):
            raise UsageError(
                "without discounting, expected purchases over an endless horizon are infinite: in the NBD nobody "
                "leaves.\n  what to do: give a discount rate above 0 or a finite horizon"
            )
        return expected_ahead(p, np.full(x.shape, t), x, T)
    return expected_ahead(p, np.full(x.shape, -np.expm1(-rate * t) / rate), x, T)


def probability_of_n(p: NBDParameters, n: FloatArray, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    """Chance of exactly n purchases in (T, T + t] (Ehrenberg 1959, with the shape and scale after x in T)."""
    shape, odds = p.r + x, t / (p.alpha + T)
    log_count = -special.betaln(shape, n + 1.0) - np.log(shape + n)
    return np.asarray(np.exp(log_count - (shape + n) * np.log1p(odds) + special.xlogy(n, odds)))
