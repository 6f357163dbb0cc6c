"""How many comparable customers took something up, and what that says of the chance.

Of the n customers of a group who did not have it, k took it up. Chances of groups are Beta around a common one (beta-binomial):
with mean p and strength m a group's own is Beta(m p + k, m (1 - p) + n - k), so that a small group is drawn to the others as far as
they are alike. Neither p nor m is known: both are averaged over a grid by how likely they make all counts (as Gelman et al. 2013,
Bayesian Data Analysis, section 5.3), so that the range holds that doubt, too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, expit, logit
from scipy.stats import beta

Floats = NDArray[np.float64]

# Chances up to twelve times the odds of the whole, either way; groups alike as one customer or as ten thousand make them.
_REACH = np.linspace(-2.5, 2.5, 41)
_ALIKE = np.geomspace(1.0, 1e4, 17)


@dataclass(frozen=True)
class Chances:
    """One entry per group: the chance, the ends of its range, and its standard deviation."""

    mean: Floats
    low: Floats
    high: Floats
    sd: Floats


def draw_together(took: Floats, of: Floats, level: float) -> Chances:
    """Chances of several groups, small ones drawn to all.

    Parameters
    ----------
    took, of : (groups,)
        Customers who took it up, and who could have.
    level : float
        Share of ranges that hold the truth.

    Examples
    --------
    >>> found = draw_together(np.array([50.0, 0.0]), np.array([500.0, 5.0]), 0.8)
    >>> bool(0.09 < found.mean[0] < 0.11 and found.mean[1] > 0.04)
    True
    """
    whole = logit((took.sum() + 0.5) / (of.sum() + 1.0))
    p, m = (grid.ravel()[:, None] for grid in np.meshgrid(expit(whole + _REACH), _ALIKE))
    a, b = m * p + took, m * (1 - p) + of - took
    told = (betaln(a, b) - betaln(m * p, m * (1 - p))).sum(axis=1)
    weight = np.exp(told - told.max())
    weight /= weight.sum()
    each = a / (a + b)
    mean = weight @ each
    variance = weight @ (each * (1 - each) / (a + b + 1) + (each - mean) ** 2)
    strength = np.maximum(mean * (1 - mean) / variance - 1, 1e-6)
    ends = [np.asarray(beta.ppf(q, strength * mean, strength * (1 - mean))) for q in ((1 - level) / 2, (1 + level) / 2)]
    return Chances(mean, np.minimum(ends[0], mean), np.maximum(ends[1], mean), np.sqrt(variance))
