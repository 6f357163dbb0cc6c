"""Lens 4: do newer cohorts do better than older ones, beyond chance?

The averages of cohorts follow a line in time; each is uncertain by its customers, and all scatter around the line by more than that
(seasons, campaigns). Weighted least squares with the scatter's variance τ² by moments (DerSimonian and Laird 1986, *Controlled Clinical
Trials* 7; meta-regression) and errors scaled by what is left over, on Student's t (Knapp and Hartung 2003, *Statistics in Medicine* 22),
never smaller than the customers' own uncertainty gives.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

FEWEST_COHORTS = 4


@dataclass(frozen=True)
class Trend:
    """Change of a cohort's average per unit of time, its range, and the chance of one so steep when there is none.

    ``between`` is the variance of cohorts around the line beyond their customers' chance.
    """

    slope: float
    low: float
    high: float
    p_value: float
    between: float


def fit_trend(times: Floats, means: Floats, variances: Floats, level: float) -> Trend | None:
    """A line through the averages of cohorts; none where there are fewer than four, or nothing varies.

    Parameters
    ----------
    times : (cohorts,) floats
        When each was won; the slope is per unit of it.
    means, variances : (cohorts,) floats
        Average per customer, and the variance of that average.
    """
    count = len(times)
    if count < FEWEST_COHORTS or not (variances > 0).all():
        return None
    design = np.stack([np.ones(count), times - times.mean()], axis=1)
    between = _between(design, means, variances)
    weight = 1.0 / (variances + between)
    inverse = np.linalg.inv(design.T @ (weight[:, None] * design))
    fitted = inverse @ (design.T @ (weight * means))
    left = means - design @ fitted
    scale = max(float((weight * left**2).sum()) / (count - 2), 1.0)
    error = float(np.sqrt(scale * inverse[1, 1]))
    slope = float(fitted[1])
    reach = float(stats.t.ppf((1 + level) / 2, count - 2)) * error
    p_value = float(2 * stats.t.sf(abs(slope) / error, count - 2))
    return Trend(slope, slope - reach, slope + reach, p_value, between)


def _between(design: Floats, means: Floats, variances: Floats) -> float:
    """τ² by moments: what is left over beyond what the customers' chance explains."""
    weight = 1.0 / variances
    inverse = np.linalg.inv(design.T @ (weight[:, None] * design))
    left = means - design @ (inverse @ (design.T @ (weight * means)))
    spread = float((weight * left**2).sum()) - (len(means) - design.shape[1])
    trace = float(weight.sum() - np.trace(inverse @ (design.T @ ((weight**2)[:, None] * design))))
    return max(spread / trace, 0.0) if trace > 0 else 0.0


def compare(mean: float, variance: float, other: float, other_variance: float, level: float) -> Trend | None:
    """Two cohorts held against each other, the first less the second; by the normal distribution, as cohorts hold 30 or more."""
    error = float(np.sqrt(variance + other_variance))
    if not error > 0:
        return None
    difference = mean - other
    reach = float(stats.norm.ppf((1 + level) / 2)) * error
    return Trend(
        difference, difference - reach, difference + reach, float(2 * stats.norm.sf(abs(difference) / error)), 0.0
    )
