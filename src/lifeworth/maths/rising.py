"""Ratios of gamma functions that differ by a whole number of purchases, without cancellation.

gammaln(r + x) - gammaln(r) loses digits when r is large; the sum of log(r + k) over k < x does not, and costs
one short cumulative sum for all customers together.
"""

from collections.abc import Callable

import numpy as np
from scipy import special

from lifeworth.maths.arrays import FloatArray

#: Above this many purchases the sums would be longer than the closed forms are inaccurate.
_SUM_LIMIT = 200_000


def _sum_before(term: Callable[[FloatArray], FloatArray], counts: FloatArray) -> FloatArray:
    """Sum term(k) over k = 0 .. count - 1 for each count."""
    top = int(counts.max(initial=0.0))
    sums = np.concatenate([[0.0], np.cumsum(term(np.arange(top, dtype=np.float64)))])
    return np.asarray(sums[counts.astype(np.intp)])


def _long(counts: FloatArray) -> bool:
    return bool(counts.max(initial=0.0) > _SUM_LIMIT)


def log_rising(a: float, counts: FloatArray) -> FloatArray:
    """Logarithm of Gamma(a + x) / Gamma(a) for whole x >= 0."""
    if _long(counts):
        return np.asarray(special.gammaln(a + counts) - special.gammaln(a))
    return _sum_before(lambda k: np.log(a + k), counts)


def reciprocal_sum(a: float, counts: FloatArray) -> FloatArray:
    """First derivative of `log_rising` in a: the sum of 1 / (a + k)."""
    if _long(counts):
        return np.asarray(special.digamma(a + counts) - special.digamma(a))
    return _sum_before(lambda k: 1.0 / (a + k), counts)


def square_reciprocal_sum(a: float, counts: FloatArray) -> FloatArray:
    """Minus the second derivative of `log_rising` in a: the sum of 1 / (a + k)^2."""
    if _long(counts):
        return np.asarray(special.polygamma(1, a) - special.polygamma(1, a + counts))
    return _sum_before(lambda k: (a + k) ** -2.0, counts)


def log_staying(a: float, b: float, counts: FloatArray) -> FloatArray:
    """Logarithm of B(a, b + x) / B(a, b): the chance of not leaving after any of x purchases."""
    if _long(counts):
        return np.asarray(special.betaln(a, b + counts) - special.betaln(a, b))
    return _sum_before(lambda k: -np.log1p(a / (b + k)), counts)
