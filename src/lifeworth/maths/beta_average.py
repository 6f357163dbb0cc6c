"""Averages over customers' chances of leaving, p ~ Beta(a, b), that hold for any a and b.

The trapezium rule in logit(p): the density there is analytic and falls off exponentially on both sides, so
equally spaced nodes converge geometrically. Where a or b is small the mass crowds into a corner no rule
reaches; the corner's value is then taken out in closed form and only the remainder is averaged.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from lifeworth.maths.arrays import BoolArray, FloatArray

_DROP = 38.0
_MAX_NODES = 4000
#: Below this the corner at p = 0 (or p = 1) is treated in closed form.
_CROWDED = 0.3


@dataclass(frozen=True)
class BetaNodes:
    """Nodes and weights for Beta(a, b) with one a and several b: average f as corners + sum of weight * f(p)."""

    p: FloatArray  # (rows of b, nodes)
    weight: FloatArray  # (rows of b, nodes)
    at_zero: FloatArray  # (rows of b,) extra weight of f(0)
    at_one: FloatArray  # (rows of b,) extra weight of f(1)


def beta_nodes(a: float, b: FloatArray, reach: FloatArray) -> BetaNodes:
    """Make nodes for functions f(p) that grow at most as 1 / p down to p = exp(-reach).

    Parameters
    ----------
    a : float
    b : (rows,)
    reach : (rows,)
    """
    zero, one = a < _CROWDED, b < _CROWDED
    left_power = a + 1.0 if zero else a
    low, high = _edges(left_power, b + one, a - 1.0 if a > 2.0 else left_power)
    if a <= 2.0:
        low = low - reach
    spread = np.sqrt((left_power + b + one) / (left_power * (b + one)))
    step = np.minimum(0.33, 0.7 * spread)
    count = int(min(np.max((high - low) / step, initial=0.0) + 2, _MAX_NODES))
    logit = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, count)
    p, log_mass = special.expit(logit), _log_mass(logit, a, b[:, None])
    spaced = (high - low) / (count - 1)
    if zero or one.any():
        weight = np.exp(log_mass - special.betaln(a, b)[:, None]) * spaced[:, None]
    else:
        weight = np.exp(log_mass - log_mass.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
    return BetaNodes(p, weight, *_corners(a, b, zero, one, p, weight))


def _corners(
    a: float, b: FloatArray, zero: bool, one: BoolArray, p: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Weights of f(0) and f(1): their exact means less what the nodes already give them."""
    rest = (1.0 - p) * weight
    at_zero = b / (a + b) - rest.sum(axis=1) if zero else np.zeros(b.size)
    at_one = np.where(one, a / (a + b) - (p * weight).sum(axis=1), 0.0)
    return at_zero, at_one


def _edges(left: float, right: FloatArray, left_decay: float) -> tuple[FloatArray, FloatArray]:
    """Logits beyond which p^left (1 - p)^right is negligible; towards zero with its own, slower decay."""
    return _edge(min(left, left_decay), right, -1.0), _edge(left, right, 1.0)


def _edge(left: float, right: FloatArray, side: float) -> FloatArray:
    """Halve the way from the mode to a logit that is surely too far."""
    top = np.log(left / right)
    floor = _log_mass(top, left, right) - _DROP
    inner, outer = top, top + side * (2.0 * _DROP / np.minimum(left, right) + 60.0)
    for _ in range(40):
        middle = (inner + outer) / 2.0
        kept = _log_mass(middle, left, right) > floor
        inner, outer = np.where(kept, middle, inner), np.where(kept, outer, middle)
    return np.asarray(outer)


def _log_mass(logit: FloatArray, left: float, right: FloatArray) -> FloatArray:
    return np.asarray(left * special.log_expit(logit) + right * special.log_expit(-logit))
