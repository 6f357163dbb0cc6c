"""A log-likelihood at one point: its height, slope and curvature."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lifeworth.maths.arrays import FloatArray


@dataclass(frozen=True)
class Curve:
    """Height, slope and curvature of a function of the (log-)parameters."""

    value: float
    gradient: FloatArray  # (parameters,)
    hessian: FloatArray  # (parameters, parameters)


#: Log-likelihood of all customers as a function of the logarithms of the parameters.
Objective = Callable[[FloatArray], Curve]


def by_log_parameter(parameters: FloatArray, curve: Curve) -> Curve:
    """Restate derivatives taken in the parameters as derivatives in their logarithms."""
    slope = parameters * curve.gradient
    bend = curve.hessian * np.outer(parameters, parameters) + np.diag(slope)
    return Curve(curve.value, slope, bend)
