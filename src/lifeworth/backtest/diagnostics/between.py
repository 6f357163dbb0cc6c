"""The days between a customer's first and last purchase, where both purchase models say: any day is as good.

Given how many purchases lie between the first and the last, BG/NBD and Pareto/NBD alike (Poisson purchasing until
leaving) spread them evenly over the days between, whatever the customer's rate and chance of leaving. So these tests
need no parameter of the model and are right in small companies as in large ones. What varies with a feature of the
day (its month, its date) is measured by the likelihood of the exponential tilt exp(coefficients · features).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from lifeworth.backtest.diagnostics.sample import Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MIN_PURCHASES = 60
_STEPS = 12
_TOLERANCE = 1e-8


@dataclass(frozen=True)
class Between:
    """Customers with room for chance between first and last purchase.

    ``begin`` and ``end`` (customers,) bound the open days [begin, end), counted from ``origin``; ``count`` of them
    hold a purchase; ``spread`` is how much chance that leaves: count, less where the days are nearly full.
    ``purchases`` lists the days that do.
    """

    origin: int
    length: int
    begin: Ints
    end: Ints
    count: Floats
    spread: Floats
    purchases: Ints


@dataclass(frozen=True)
class Score:
    """Slope of the log-likelihood in the coefficients, and its covariance when they are as given."""

    slope: Floats
    covariance: Floats


@dataclass(frozen=True)
class Contrast:
    """A chi-square test of some coefficients, the others left free."""

    statistic: float
    freedom: int
    p_value: float


def between(sample: Sample) -> Between:
    """Pick the purchases that are neither a customer's first nor last."""
    open_days, count = sample.t_x - 1, sample.x - 1
    usable = (count > 0) & (open_days > count)
    origin = int(sample.first[usable].min()) if usable.any() else 0
    own = sample.customer
    inner = usable[own] & (sample.day > sample.first[own]) & (sample.day < (sample.first + sample.t_x)[own])
    begin = sample.first[usable] + 1 - origin
    n, room = count[usable].astype(np.float64), open_days[usable].astype(np.float64)
    end = begin + open_days[usable]
    spread = n * (room - n) / (room - 1)
    return Between(origin, int(end.max(initial=0)), begin, end, n, spread, sample.day[inner] - origin)


def score(days: Between, features: Floats, coefficients: Floats) -> Score:
    """Slope and covariance of the conditional likelihood; features are (days, k) from the origin on."""
    weight = np.exp(features @ coefficients)
    mass = _windows(days, weight)
    mean = np.stack([_windows(days, weight * column) for column in features.T], axis=1) / mass[:, None]
    slope = features[days.purchases].sum(axis=0) - days.count @ mean
    density = weight * _overlap(days, days.spread / mass)
    covariance = (features * density[:, None]).T @ features - (mean * days.spread[:, None]).T @ mean
    return Score(np.asarray(slope), np.asarray(covariance))


def _windows(days: Between, values: Floats) -> Floats:
    """Sum over each customer's open days."""
    running = np.r_[0.0, np.cumsum(values)]
    return np.asarray(running[days.end] - running[days.begin])


def _overlap(days: Between, weight: Floats) -> Floats:
    """Sum of the weights of the customers whose open days hold each day."""
    change = np.bincount(days.begin, weight, days.length + 1) - np.bincount(days.end, weight, days.length + 1)
    return np.asarray(np.cumsum(change)[: days.length])


def contrast(found: Score, tested: slice, free: slice) -> Contrast:
    """Whether the tested coefficients are zero, with the free ones taking what they can explain."""
    slope, covariance = found.slope[tested], found.covariance[tested, tested]
    cross = found.covariance[tested, free] @ pseudo_inverse(found.covariance[free, free])[0]
    slope = slope - cross @ found.slope[free]
    covariance = covariance - cross @ found.covariance[free, tested]
    inverse, rank = pseudo_inverse(covariance)
    statistic = float(slope @ inverse @ slope)
    return Contrast(statistic, rank, float(chi2.sf(statistic, rank)) if rank else 1.0)


def climb(days: Between, features: Floats) -> Floats:
    """The coefficients that explain the days best (Newton's method)."""
    theta = np.zeros(features.shape[1])
    for _ in range(_STEPS):
        here = score(days, features, theta)
        step = pseudo_inverse(here.covariance)[0] @ here.slope
        theta = theta + step * min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-4:
            break
    return np.asarray(theta)


def pseudo_inverse(matrix: Floats) -> tuple[Floats, int]:
    """Inverse on the directions in which a covariance has any size, and how many these are."""
    if not matrix.size:
        return np.zeros_like(matrix), 0
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    kept = values > _TOLERANCE * max(float(values.max()), 1e-300)
    if not (values.max() > 0):
        return np.zeros_like(matrix), 0
    return np.asarray((vectors[:, kept] / values[kept]) @ vectors[:, kept].T), int(kept.sum())
