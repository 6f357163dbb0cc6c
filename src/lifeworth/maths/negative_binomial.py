"""Chances of exceeding a count when the rate is Gamma distributed, for all counts at once.

With rate ~ Gamma(shape, scale) a count in t is negative binomial with odds t / scale. The upper tail is
started from the incomplete beta function at the largest count and summed downwards: only positive numbers
are added, so no digit is lost to 1 - sum.
"""

import numpy as np
from scipy import special

from lifeworth.maths.arrays import FloatArray


def exceedance(shape: FloatArray, odds: FloatArray, n_max: int) -> FloatArray:
    """P(N > n) for n = 0 .. n_max.

    Parameters
    ----------
    shape, odds : (rows,)
        Gamma shape, and horizon divided by the Gamma scale.

    Returns
    -------
    (n_max + 1, rows)
    """
    table = masses(shape, odds, n_max)
    tail = special.betainc(n_max + 1.0, shape, odds / (1.0 + odds))
    for n in range(n_max, -1, -1):
        tail, table[n] = tail + table[n], tail
    return table


def masses(shape: FloatArray, odds: FloatArray, n_max: int) -> FloatArray:
    """P(N = n) for n = 0 .. n_max, (n_max + 1, rows)."""
    log_none = -shape * np.log1p(odds)
    if log_none.min(initial=0.0) < -600.0:
        return _masses_by_logarithm(shape, odds, log_none, n_max)
    table = np.empty((n_max + 1, shape.size))
    table[0] = np.exp(log_none)
    share = odds / (1.0 + odds)
    for n in range(n_max):
        factor = (shape + n) * share
        factor /= n + 1.0
        np.multiply(table[n], factor, out=table[n + 1])
    return table


def _masses_by_logarithm(shape: FloatArray, odds: FloatArray, log_none: FloatArray, n_max: int) -> FloatArray:
    """The same where the chance of no purchase is too small for a float to start from."""
    steps = np.empty((n_max + 1, shape.size))
    steps[0] = log_none
    log_share = np.log(np.maximum(odds, 1e-300)) - np.log1p(odds)
    for n in range(n_max):
        steps[n + 1] = np.log((shape + n) / (n + 1.0)) + log_share
    return np.asarray(np.exp(np.cumsum(steps, axis=0, out=steps), out=steps))
