"""The season most likely behind the histories, and how much of it to believe.

On a clock with pace s(day) a purchase model sees each history in clock time; the likelihood of the calendar days gains
the factor s for every repeat purchase (change of variables; Daley and Vere-Jones 2003, "An Introduction to the Theory of
Point Processes", section 7.4). The coefficients climb that likelihood with the model's own parameters at their best for
each (a profile); its slope needs no derivative of those (envelope theorem).
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.maths.maximise import finish
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.maths.season import YEAR_DAYS, elapsed
from lifeworth.models.purchase.model import PurchaseModel
from lifeworth.models.season.calendar import Calendar
from lifeworth.models.season.dated import DatedTable

#: Customers whose histories the season is learned from.
MOST_ROWS = 50_000
_STEP = 1e-4
_BLOCK_DAYS = 28
_FEWEST_BLOCKS = 13


@dataclass(frozen=True)
class Season:
    """Coefficients at the top of the profile and their covariance by its curvature."""

    coefficients: FloatArray  # (coefficients,)
    covariance: FloatArray  # (coefficients, coefficients)
    converged: bool


class Profile:
    """Log-likelihood per customer of the calendar days as a function of the season's coefficients."""

    def __init__(self, model: PurchaseModel, calendar: Calendar, table: DatedTable, purchases: FloatArray) -> None:
        self.model, self.calendar, self.table = model, calendar, table.thinned(MOST_ROWS)
        self.customers = float(self.table.weight.sum())
        self.purchases = purchases * (self.customers / float(table.weight.sum()))
        self.basis = calendar.basis(table.origin + np.arange(table.days))
        self.unit = float(((table.end - table.first) * table.weight).sum() / table.weight.sum()) or 1.0
        plain = model._fit_table(self.table.on(elapsed(np.ones(table.days))))
        timed = np.isin(model.names, model._timed)
        self.theta = plain.log_params_ - np.where(timed, np.log(self.unit), 0.0)

    def at(self, coefficients: FloatArray) -> tuple[float, FloatArray]:
        """Height and slope, the sign turned for a minimiser."""
        found = finish(self.model._objective(self._table(coefficients)), self.theta, self.customers)
        if found.curved:
            self.theta = found.theta
        slope = np.array([self._slope(coefficients, found.theta, k) for k in range(coefficients.size)])
        value = found.value + self._density(coefficients)
        return -value / self.customers, -slope / self.customers

    def _slope(self, coefficients: FloatArray, theta: FloatArray, k: int) -> float:
        step = np.zeros(coefficients.size)
        step[k] = _STEP
        up, down = (self._fixed(coefficients + way * step, theta) for way in (1.0, -1.0))
        return (up - down) / (2.0 * _STEP)

    def _fixed(self, coefficients: FloatArray, theta: FloatArray) -> float:
        return self.model._objective(self._table(coefficients))(theta).value + self._density(coefficients)

    def _table(self, coefficients: FloatArray) -> PurchaseTable:
        return self.table.on(elapsed(self.calendar.pace(coefficients, self.basis))).in_unit(self.unit)

    def _density(self, coefficients: FloatArray) -> float:
        return float(self.purchases @ np.log(self.calendar.pace(coefficients, self.basis)))


def climb(profile: Profile) -> Season:
    """The top of the profile."""
    size = len(profile.calendar.names)
    top = optimize.minimize(profile.at, np.zeros(size), jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 60})
    bends = np.empty((size, size))
    for k in range(size):
        step = np.zeros(size)
        step[k] = 1e-2
        bends[k] = (profile.at(top.x + step)[1] - profile.at(top.x - step)[1]) / 2e-2
    bends = (bends + bends.T) / 2.0 * profile.customers
    converged = float(np.linalg.norm(top.jac)) < 1e-4 and bool(np.linalg.eigvalsh(bends)[0] > 0)
    return Season(as_floats(top.x), as_floats(np.linalg.pinv(bends, hermitian=True)), converged)


def noise_of_months(purchases: FloatArray, pace: FloatArray) -> float:
    """How many times more purchases of four weeks scatter around their trend than chance alone would make them.

    Purchases are divided by the season first. What a season does not repeat (a campaign, a strike) is no chance of single
    customers, and doubts the season as much. Infinite where there are fewer than thirteen stretches to tell.
    """
    blocks = purchases.size // _BLOCK_DAYS
    if blocks < _FEWEST_BLOCKS:
        return float("inf")
    shape = (blocks, _BLOCK_DAYS)
    kept = slice(purchases.size - blocks * _BLOCK_DAYS, None)
    counts, paces = (np.reshape(column[kept], shape).sum(axis=1) for column in (purchases, pace))
    there = counts > 0
    if there.sum() < _FEWEST_BLOCKS:
        return float("inf")
    when, height = np.arange(blocks)[there], np.log(counts[there] / paces[there])
    weight = counts[there]
    bends = np.polynomial.polynomial.polyfit(when, height, 2, w=np.sqrt(weight))
    rest = height - np.polynomial.polynomial.polyval(when, bends)
    return max(float((weight * rest**2).sum() / (there.sum() - 3)), 1.0)


def belief(season: Season, noise: float, years: float) -> tuple[float, float]:
    """How much of a season to keep, and its Wald statistic.

    Positive-part James-Stein: a season no larger than its noise is none. Under one year seasons and trend are one and
    nothing is kept; up to two it grows with the part of the year that has been seen twice.
    """
    size = season.coefficients.size
    if not np.isfinite(noise):
        return 0.0, 0.0
    inverse = np.linalg.pinv(season.covariance * noise, hermitian=True)
    wald = float(season.coefficients @ inverse @ season.coefficients)
    return float(np.clip(years - 1.0, 0.0, 1.0)) * max(0.0, 1.0 - size / max(wald, 1e-12)), wald


def years_of(table: DatedTable) -> float:
    """Years from the first purchase of all to the end."""
    return table.days / YEAR_DAYS
