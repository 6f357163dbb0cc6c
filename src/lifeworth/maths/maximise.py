"""Find the parameters under which the data are most likely, and say honestly how well that went.

Starts are climbed on a sample of the rows with L-BFGS-B; the best one is finished on all rows with Newton steps,
whose quadratic convergence needs four or five looks at the full data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from lifeworth.maths.arrays import BoolArray, FloatArray
from lifeworth.maths.curve import Curve, Objective

#: Log-parameters stay within this distance of zero (in the scaled unit): e^14 is a million.
LOG_BOUND = 14.0
#: Per-customer gradient norm below which a climb has arrived.
GRADIENT_GOAL = 1e-6
_LONGEST_STEP = 2.0


@dataclass(frozen=True)
class Optimum:
    """The top of the likelihood, in log-parameters."""

    theta: FloatArray  # (parameters,)
    value: float  # log-likelihood of all customers
    hessian: FloatArray  # (parameters, parameters)
    gradient_norm: float  # per customer
    curved: bool  # the hessian is negative definite: a real peak, not a ledge
    at_bound: BoolArray  # (parameters,)

    @property
    def converged(self) -> bool:
        """A small gradient and a real peak."""
        return self.curved and self.gradient_norm < GRADIENT_GOAL and not bool(self.at_bound.any())

    @property
    def covariance(self) -> FloatArray:
        """Inverse curvature: the covariance of the log-parameters (meaningful when `curved`)."""
        return np.asarray(np.linalg.inv(-self.hessian))

    @property
    def spread(self) -> FloatArray:
        """Standard errors of the log-parameters; infinite where the data say nothing."""
        if not self.curved:
            return np.full(self.theta.size, np.inf)
        return np.asarray(np.sqrt(np.diag(self.covariance)))


def maximise(full: Objective, sample: Objective, starts: Sequence[FloatArray], weight: float) -> Optimum:
    """Climb from every start on the sample, then finish on the full data.

    Parameters
    ----------
    full, sample : functions of the log-parameters
        Log-likelihood with gradient and Hessian, of all rows and of a thinned sample.
    starts : arrays of log-parameters
    weight : float
        Customers behind the full data; gradients are judged per customer.
    """
    climbs = [_climb(sample, start) for start in starts]
    best = max(climbs, key=lambda climb: climb[1])[0]
    return finish(full, best, weight)


def _climb(objective: Objective, start: FloatArray) -> tuple[FloatArray, float]:
    first = objective(start)
    scale = max(abs(first.value), 1.0)

    def descend(theta: FloatArray) -> tuple[float, FloatArray]:
        curve = objective(theta)
        return -curve.value / scale, -curve.gradient / scale

    found = optimize.minimize(
        descend,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-LOG_BOUND, LOG_BOUND)] * start.size,
        options={"maxiter": 80, "ftol": 1e-9, "gtol": 1e-7},
    )
    return np.asarray(found.x, dtype=np.float64), -float(found.fun) * scale


def finish(objective: Objective, theta: FloatArray, weight: float) -> Optimum:
    """Climb by Newton steps from a good start; ``weight`` as in :func:`maximise`."""
    here = objective(theta)
    for _ in range(100):
        step = _newton_step(theta, here, weight)
        if step is None:
            break
        moved = _advance(objective, theta, here, step)
        if moved is None:
            break
        theta, here = moved
    return _judge(theta, here, weight)


def _pressed(theta: FloatArray, gradient: FloatArray) -> BoolArray:
    """Which parameters sit at their bound and want to go further."""
    return np.asarray(((theta >= LOG_BOUND) & (gradient >= 0)) | ((theta <= -LOG_BOUND) & (gradient <= 0)))


def _newton_step(theta: FloatArray, here: Curve, weight: float) -> FloatArray | None:
    """Uphill step by the curvature, made safe where the surface is flat or bends the wrong way."""
    free = ~_pressed(theta, here.gradient)
    slope = here.gradient[free] / weight
    if slope.size == 0 or np.linalg.norm(slope) < 1e-11:
        return None
    bends, axes = np.linalg.eigh(-here.hessian[np.ix_(free, free)] / weight)
    bends = np.maximum(np.abs(bends), 1e-13)
    move = axes @ ((axes.T @ slope) / bends)
    move *= min(1.0, _LONGEST_STEP / float(np.linalg.norm(move)))
    step = np.zeros(theta.size)
    step[free] = move
    return step


def _advance(objective: Objective, theta: FloatArray, here: Curve, step: FloatArray) -> tuple[FloatArray, Curve] | None:
    """Shorten the step until it climbs; None when rounding leaves nothing to gain."""
    if float(np.linalg.norm(step)) < 1e-10:
        return None
    for _ in range(30):
        there = np.clip(theta + step, -LOG_BOUND, LOG_BOUND)
        curve = objective(there)
        gained = curve.value - here.value
        if gained > 0.0:
            return there, curve
        closer = np.linalg.norm(curve.gradient) < 0.5 * np.linalg.norm(here.gradient)
        if closer and gained > -1e-12 * abs(here.value) - 1e-12:
            return there, curve
        step = step * 0.35
        if float(np.linalg.norm(step)) < 1e-10:
            break
    return None


def _judge(theta: FloatArray, here: Curve, weight: float) -> Optimum:
    bends = np.linalg.eigvalsh(-here.hessian / weight)
    curved = bool(np.all(np.isfinite(bends)) and bends[0] > 1e-12 * max(float(bends[-1]), 1e-12))
    return Optimum(
        theta=theta,
        value=here.value,
        hessian=here.hessian,
        gradient_norm=float(np.linalg.norm(here.gradient)) / weight,
        curved=curved,
        at_bound=np.abs(theta) >= LOG_BOUND,
    )
