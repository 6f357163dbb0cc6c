"""How much more or less often the contracts of a group end than those of all, small groups drawn to all.

Clayton, Kaldor (1987), "Empirical Bayes Estimates of Age-Standardized Relative Risks", Biometrics 43, 671-681: ends are
Poisson with mean risk × expected, risks are Gamma with mean 1. How much groups differ is the likeliest of a few.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]

SHAPES = (3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0, 10_000.0)


def relative_risks(lost: Floats, expected: Floats) -> Floats:
    """Risk of every group against what was expected of it: (groups,), (groups,) -> (groups,)."""
    if len(lost) == 1:
        return np.ones(1)
    likely = [_log_likelihood(lost, expected, shape) for shape in SHAPES]
    shape = SHAPES[int(np.argmax(likely))]
    return np.asarray((lost + shape) / (expected + shape))


def _log_likelihood(lost: Floats, expected: Floats, shape: float) -> float:
    """Negative binomial, without what no shape changes."""
    total = expected + shape
    each = gammaln(lost + shape) - gammaln(shape) + shape * np.log(shape / total) - lost * np.log(total)
    return float(each.sum())
