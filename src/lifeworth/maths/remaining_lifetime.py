"""Renewals still to come of contracts that have lasted so long, each discounted: a sum that may have no end.

Fader, Hardie (2010), Customer-Base Valuation in a Contractual Setting: The Perils of Ignoring Heterogeneity, Marketing
Science 29(1), 85-93 ("discounted expected residual lifetime").
The first terms are added up; what follows, smooth by then, by the midpoint rule read backwards (Euler, Maclaurin): an
integral in logarithms of time by Gauss and Legendre, and one correction.
"""

from collections.abc import Callable

import numpy as np

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.legendre import unit_legendre

#: Terms that are added up one by one.
_TERMS = 1024
#: e^-45 of the value lies beyond this many discount times.
_ENOUGH = 45.0
#: Nodes for each unit of the logarithm of time.
_NODES = 12
#: Numbers held at once.
_BLOCK = 1 << 22


def discounted_renewals(
    log_survival: Callable[[FloatArray, FloatArray], FloatArray],
    survived: FloatArray,
    speed: FloatArray,
    rate: float,
    horizon: float,
    power: tuple[float, float],
) -> FloatArray:
    """Sum over j = 1 … horizon of S(k + j) / S(k) / (1 + rate)^(j - 1).

    Parameters
    ----------
    log_survival : function of times (rows, times) and speeds (rows, 1)
        Also between whole times.
    survived, speed : (rows,)
        k, and whatever else tells the rows apart.
    rate : float
        Per period.
    horizon : float
        Whole number, may be infinite.
    power : two floats
        c and alpha c: survival falls as t^-(alpha c) in the end, about from where t^c is large.

    Returns
    -------
    (rows,)
        Infinite where there is no discount, no end and alpha c is 1 or less.
    """
    endless = bool(np.isinf(horizon)) and rate == 0.0
    if endless and power[1] <= 1.0:
        return np.full(survived.size, np.inf)
    found, step = np.empty(survived.size), max(_BLOCK // _TERMS, 1)
    for start in range(0, survived.size, step):
        k, v = survived[start : start + step, None], speed[start : start + step, None]
        terms = _Terms(log_survival, k, v, float(np.log1p(rate)))
        found[start : start + step] = terms.sum_to(min(horizon, _TERMS))
        if horizon > _TERMS:
            found[start : start + step] += _beyond(terms, rate, horizon, power if endless else None)
    return found


class _Terms:
    """The j-th term, for real j."""

    def __init__(
        self, log_survival: Callable[[FloatArray, FloatArray], FloatArray], k: FloatArray, v: FloatArray, force: float
    ) -> None:
        self.log_survival, self.k, self.v, self.force = log_survival, k, v, force
        self.now = log_survival(k, v)

    def at(self, j: FloatArray) -> FloatArray:
        survived = self.log_survival(self.k + j, self.v) - self.now
        return np.asarray(np.exp(survived - self.force * (j - 1.0)))

    def sum_to(self, last: float) -> FloatArray:
        return np.asarray(self.at(np.arange(1.0, last + 1.0)[None, :]).sum(axis=1))


def _beyond(terms: _Terms, rate: float, horizon: float, power: tuple[float, float] | None) -> FloatArray:
    """The sum of the terms after the first ones."""
    start = _TERMS + 0.5
    if power is not None:
        length = min(30.0 / min(power[0], 1.0), 600.0)
    else:
        end = horizon + 0.5 if rate == 0 else min(horizon + 0.5, start + _ENOUGH / terms.force)
        length = float(np.log(end / start))
    j, weight = _nodes(start, length)
    total = (terms.at(j) * weight).sum(axis=1)
    first = np.array([[_TERMS, _TERMS + 1.0]])
    total += np.diff(terms.at(first), axis=1)[:, 0] / 24.0
    end = start * np.exp(length)
    if power is not None:
        total += (terms.at(np.array([[end]])) * (terms.k + end))[:, 0] / (power[1] - 1.0)
    elif np.isfinite(horizon) and end > horizon:
        total -= np.diff(terms.at(np.array([[horizon, horizon + 1.0]])), axis=1)[:, 0] / 24.0
    return np.asarray(total)


def _nodes(start: float, length: float) -> tuple[FloatArray, FloatArray]:
    """Times from start to start e^length and their weights, (1, nodes) each."""
    panels = max(int(np.ceil(length)), 1)
    position, share = unit_legendre(_NODES)
    log_j = ((np.arange(panels)[:, None] + position) * (length / panels)).ravel()
    j = start * np.exp(log_j)
    return j[None, :], (j * np.tile(share, panels) * (length / panels))[None, :]
