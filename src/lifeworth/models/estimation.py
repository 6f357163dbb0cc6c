"""From a likelihood to an estimate: plain maximum likelihood, and a declared weak prior only where it has no top.

The prior is normal on the log-parameters, three e-folds wide around mild values, and counts once in total: it decides
nothing the data can decide. It is used only when the data leave a parameter less certain than the prior would.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.curve import Curve, Objective
from lifeworth.maths.maximise import Optimum, maximise

#: Standard deviation of the weak prior, in logarithms: a factor of twenty either way.
PRIOR_SPREAD = 3.0


@dataclass(frozen=True)
class Likelihood:
    """What the optimiser needs to know, in scaled units and log-parameters."""

    full: Objective
    sample: Objective
    starts: Sequence[FloatArray]
    customers: float
    prior_centre: FloatArray  # (parameters,) mild log-parameters


@dataclass(frozen=True)
class Estimate:
    """The parameters learned, in scaled units and logs."""

    optimum: Optimum  # of what was maximised
    plain: Optimum  # of the likelihood alone
    log_likelihood: float  # of the data alone, at the optimum
    prior_used: bool


def estimate(likelihood: Likelihood) -> Estimate:
    """Maximise the likelihood; fall back to the weak prior when it has no peak of its own."""
    plain = maximise(likelihood.full, likelihood.sample, likelihood.starts, likelihood.customers)
    if plain.converged and float(plain.spread.max()) <= PRIOR_SPREAD:
        return Estimate(plain, plain, plain.value, prior_used=False)
    centre = likelihood.prior_centre
    tempered = maximise(
        _with_prior(likelihood.full, centre),
        _with_prior(likelihood.sample, centre),
        [likelihood.starts[0], centre],
        likelihood.customers,
    )
    return Estimate(tempered, plain, likelihood.full(tempered.theta).value, prior_used=True)


def _with_prior(objective: Objective, centre: FloatArray) -> Objective:
    def tempered(theta: FloatArray) -> Curve:
        curve, away = objective(theta), (theta - centre) / PRIOR_SPREAD
        return Curve(
            curve.value - 0.5 * float(away @ away),
            curve.gradient - away / PRIOR_SPREAD,
            curve.hessian - np.eye(theta.size) / PRIOR_SPREAD**2,
        )

    return tempered


def jittered(start: FloatArray, copies: int) -> list[FloatArray]:
    """Give the start and some neighbours, the same ones every time."""
    moves = np.random.default_rng(20050424).normal(scale=0.8, size=(copies, start.size))
    return [start, *(start + moves)]
