"""Do covariates tell anything? The likelihood-ratio test of one model against one inside it."""

from typing import NamedTuple

from scipy import stats


class LikelihoodRatio(NamedTuple):
    """Twice the gain in log-likelihood, and how often chance alone would gain as much."""

    statistic: float
    degrees_of_freedom: int
    p_value: float


def likelihood_ratio(larger: float, smaller: float, degrees_of_freedom: int) -> LikelihoodRatio:
    """Compare the highest log-likelihoods of two nested models (Wilks 1938)."""
    statistic = max(2.0 * (larger - smaller), 0.0)
    return LikelihoodRatio(statistic, degrees_of_freedom, float(stats.chi2.sf(statistic, degrees_of_freedom)))
