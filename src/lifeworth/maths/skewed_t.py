"""A t statistic of skewed data, straightened.

Profit per customer is zero for most and large for a few, so the mean of a small group is skewed and a t interval misses
more often on one side than it says. Hall's monotone cubic (1992, *Journal of the Royal Statistical Society B* 54(1),
221-228, equation 2; for two samples Zhou and Dinh 2005, *Biostatistics* 6(2), 187-200)

    g(t) = t + A t² / 3 + A² t³ / 27 + A / 6,    A the third standardised moment of the mean (difference)

takes the first-order skewness out. It can be turned round, so that tests and ranges agree.
"""

import numpy as np
from scipy import stats

_NONE = 1e-9


def softened(skewness: float) -> float:
    """A / (1 + |A|): what is taken out of a skewness A that was found in a sample.

    The correction holds where A is small. Where one customer in a small group makes it large, all of it overshoots: in simulated
    profit with heavy tails and a tenth of the customers in one group, misses then lie all on the other side. Softened, they lie
    evenly on both sides, from no skewness to an A beyond one (``benchmarks/insight/experiments.py null``).
    """
    return skewness / (1 + abs(skewness))


def straighten(t: float, skewness: float) -> float:
    """The statistic on a scale where it is symmetric.

    Examples
    --------
    >>> straighten(2.0, 0.0), round(straighten(2.0, 0.3), 4), round(skewed_quantile(straighten(2.0, 0.3), 0.3), 4)
    (2.0, 2.4767, 2.0)
    """
    return t + skewness * t**2 / 3 + skewness**2 * t**3 / 27 + skewness / 6


def skewed_quantile(quantile: float, skewness: float) -> float:
    """The t statistic that stands where ``quantile`` stands among symmetric ones: the inverse of :func:`straighten`."""
    if abs(skewness) < _NONE:
        return quantile
    return float(3 / skewness * (np.cbrt(1 + skewness * (quantile - skewness / 6)) - 1))


def skewed_p_value(t: float, skewness: float, degrees: float) -> float:
    """Two-sided chance of a statistic as extreme as ``t`` when there is no difference."""
    return float(2 * stats.t.sf(abs(straighten(t, skewness)), degrees))
