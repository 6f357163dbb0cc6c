"""Ranges that held in the past: what customers like this one brought, beside what had been expected of them.

A customer's future is a lump at zero and, if anything comes at all, money around what was expected. Both parts
are taken from finished windows: the chance of any purchase is recalibrated (Platt 1999), and the money of those
who came is described by its relative errors

    e = (what came − what was expected of those who come) / expected revenue of those who come

kept as quantiles per group of alike customers (Mondrian conformal prediction; Vovk, Gammerman, Shafer 2005,
ch. 4.5; distributional conformal prediction, Chernozhukov et al. 2021). Windows are first brought to the total
they had, for the total is forecast apart and its doubt is added as a shock that all customers share.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from lifeworth.models.learned.window import Expectation, expit, logit

if TYPE_CHECKING:
    from lifeworth.models.forecast.strata import Strata

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

QUANTILES = 256
ORDER_GROUPS = 6
SIZE_GROUPS = 3
FEWEST_BUYERS = 120
FEWEST_TO_LEARN = 60
PRIOR_ROWS = 200.0
LEAST_SIZE = 0.01


@dataclass(frozen=True)
class Judged:
    """One finished window: what was expected of each customer at that window's own total, and what came.

    ``value`` is expected money in the run's basis; ``came_value`` what came of it.
    """

    expected: Expectation
    value: Floats
    came_revenue: Floats
    came_value: Floats

    @property
    def active(self) -> NDArray[np.bool_]:
        """Who brought or took any money."""
        return np.asarray((self.came_revenue != 0) | (self.came_value != 0))


@dataclass(frozen=True)
class Outlook:
    """What is said of each customer, with everything a draw needs.

    Attributes
    ----------
    expected : Expectation
        Calibrated chance; orders and revenue at the corrected total.
    value : (n,) floats
        Expected money in the run's basis, not discounted.
    group : (n,) ints
        Row of the error tables.
    pace : (n,) floats
        How much more (above 1) or less each customer brings than the purchase model says, season apart.
    spread : float
        Relative spread of the total, shared by all.
    ranges : Ranges
    by_history : bool
        Whether customers with the same purchase history have the same chance and orders.
    """

    expected: Expectation
    value: Floats
    group: Places
    pace: Floats
    spread: float
    ranges: "Ranges"
    by_history: bool = False

    def __len__(self) -> int:
        return len(self.value)

    def take(self, index: Places) -> "Outlook":
        """The same for some customers."""
        return Outlook(
            self.expected.take(index),
            self.value[index],
            self.group[index],
            self.pace[index],
            self.spread,
            self.ranges,
            self.by_history,
        )

    def draws(self, measure: str, strata: "Strata") -> NDArray[np.float32]:
        """Money of each customer at every point of the strata: (n, count); zero where nobody comes."""
        chance = np.maximum(self.expected.chance, 1e-6)
        scale = self.expected.revenue / chance
        centre = scale if measure == "revenue" else self.value / chance
        table = self.ranges.revenue if measure == "revenue" else self.ranges.value
        point = strata.points[0].astype(np.float32)
        shock = np.exp(self.spread * ndtri(strata.points[2]) - self.spread**2 / 2).astype(np.float32)
        away = (1.0 - chance).astype(np.float32)[:, None]
        place = (point - away) * ((QUANTILES - 1) / chance).astype(np.float32)[:, None]
        column = np.clip(place, 0, QUANTILES - 1).astype(np.int32)
        column += (self.group * QUANTILES).astype(np.int32)[:, None]
        money = np.take(table, column)
        money *= scale.astype(np.float32)[:, None]
        money += centre.astype(np.float32)[:, None]
        money *= shock
        money *= point >= away
        return np.asarray(money)


@dataclass(frozen=True)
class Ranges:
    """Learned from finished windows.

    Attributes
    ----------
    slope, intercept : float
        Recalibration of the log odds of coming.
    order_edges : (ORDER_GROUPS - 1,) floats
        Groups by expected orders of those who come.
    size_edges : (ORDER_GROUPS, SIZE_GROUPS - 1) floats
        Within these, by expected money of those who come, as a multiple of its mean.
    revenue, value : (groups, QUANTILES) floats
        Sorted relative errors.
    """

    slope: float
    intercept: float
    order_edges: Floats
    size_edges: Floats
    revenue: NDArray[np.float32]
    value: NDArray[np.float32]
    customers: int

    def look(self, expected: Expectation, value: Floats, spread: float, pace: Floats | None = None) -> Outlook:
        """Recalibrate the chance and find each customer's group."""
        pace = np.ones(len(value)) if pace is None else pace
        calibrated = _recalibrated(expected, self.slope, self.intercept)
        return Outlook(calibrated, value, self._group(calibrated), pace, spread, self)

    def _group(self, expected: Expectation) -> Places:
        by_orders = np.searchsorted(self.order_edges, _expected_orders(expected), side="right")
        relative = _relative_size(expected)
        by_size = (relative[:, None] >= self.size_edges[by_orders]).sum(axis=1)
        return np.asarray(by_orders * SIZE_GROUPS + by_size, dtype=np.intp)


def learn_ranges(windows: list[Judged]) -> Ranges | None:
    """Error tables from finished windows, or none when too few customers came in them."""
    active = [w.active for w in windows]
    if sum(int(a.sum()) for a in active) < FEWEST_TO_LEARN or all(a.all() for a in active):
        return None
    slope, intercept = _recalibrate(
        np.concatenate([w.expected.chance for w in windows]), np.concatenate(active).astype(np.float64)
    )
    calibrated = [_recalibrated(w.expected, slope, intercept) for w in windows]
    came = [np.flatnonzero(a & _foreseen(e)) for a, e in zip(active, calibrated, strict=True)]
    if not sum(len(who) for who in came):
        return None
    orders = np.concatenate([_expected_orders(e)[who] for e, who in zip(calibrated, came, strict=True)])
    sizes = np.concatenate([_relative_size(e)[who] for e, who in zip(calibrated, came, strict=True)])
    errors = [_errors(*each) for each in zip(windows, calibrated, came, strict=True)]
    revenue, value = (np.concatenate([e[part] for e in errors]) for part in (0, 1))
    order_edges = np.quantile(orders, np.linspace(0, 1, ORDER_GROUPS + 1)[1:-1])
    by_orders = np.searchsorted(order_edges, orders, side="right")
    size_edges = np.array([_thirds(sizes[by_orders == g], sizes) for g in range(ORDER_GROUPS)])
    by_size = (sizes[:, None] >= size_edges[by_orders]).sum(axis=1)
    tables = [_tables(errors_of, by_orders, by_size) for errors_of in (revenue, value)]
    return Ranges(slope, intercept, order_edges, size_edges, tables[0], tables[1], len(orders))


def _recalibrated(expected: Expectation, slope: float, intercept: float) -> Expectation:
    return replace(expected, chance=expit(intercept + slope * logit(expected.chance)))


def _expected_orders(expected: Expectation) -> Floats:
    return np.asarray(expected.orders / np.maximum(expected.chance, 1e-4))


def _foreseen(expected: Expectation) -> NDArray[np.bool_]:
    """Of whom at least a hundredth of the usual was expected: an error relative to nothing says nothing of others."""
    return np.asarray(_relative_size(expected) >= LEAST_SIZE)


def _relative_size(expected: Expectation) -> Floats:
    centre = expected.centre
    usual = float(np.average(centre, weights=np.maximum(expected.chance, 1e-9)))
    return centre / usual if usual > 0 else np.ones(len(centre))


def _errors(window: Judged, calibrated: Expectation, came: Places) -> tuple[Floats, Floats]:
    chance = np.maximum(calibrated.chance[came], 1e-6)
    centre = calibrated.revenue[came] / chance
    scale = np.maximum(centre, 1e-9)
    return (
        (window.came_revenue[came] - centre) / scale,
        (window.came_value[came] - window.value[came] / chance) / scale,
    )


def _recalibrate(chance: Floats, came: Floats) -> tuple[float, float]:
    """Logistic regression of coming on the log odds stated, drawn to identity with the weight of 200 customers."""
    odds = logit(chance)
    slope, intercept = 1.0, 0.0
    centre = float(odds.mean())
    prior_slope = PRIOR_ROWS * max(float(odds.var()), 1e-3) * 0.25
    for _ in range(30):
        p = expit(intercept + slope * odds)
        weight = np.maximum(p * (1 - p), 1e-9)
        gradient = np.array(
            [(came - p).sum() - 0.25 * PRIOR_ROWS * (intercept + (slope - 1) * centre),
             ((came - p) * odds).sum() - prior_slope * (slope - 1) - 0.25 * PRIOR_ROWS * centre * (intercept + (slope - 1) * centre)]
        )  # fmt: skip
        ridge = 0.25 * PRIOR_ROWS
        cross = float((weight * odds).sum()) + ridge * centre
        hessian = np.array(
            [[weight.sum() + ridge, cross], [cross, (weight * odds**2).sum() + prior_slope + ridge * centre**2]]
        )
        step = np.linalg.solve(hessian, gradient)
        intercept, slope = intercept + float(step[0]), slope + float(step[1])
        if np.abs(step).max() < 1e-9:
            break
    return float(np.clip(slope, 0.2, 3.0)), float(np.clip(intercept, -3.0, 3.0))


def _thirds(sizes: Floats, everybody: Floats) -> Floats:
    some = sizes if len(sizes) >= SIZE_GROUPS * FEWEST_BUYERS else everybody
    return np.quantile(some, np.linspace(0, 1, SIZE_GROUPS + 1)[1:-1])


def _tables(errors: Floats, by_orders: Places, by_size: Places) -> NDArray[np.float32]:
    """Quantiles per group; a group with too few takes those alike in orders, then everybody's."""
    levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
    everybody = np.quantile(errors, levels)
    tables = []
    for orders in range(ORDER_GROUPS):
        alike = errors[by_orders == orders]
        shared = np.quantile(alike, levels) if len(alike) >= FEWEST_BUYERS else everybody
        for size in range(SIZE_GROUPS):
            own = errors[(by_orders == orders) & (by_size == size)]
            tables.append(np.quantile(own, levels) if len(own) >= FEWEST_BUYERS else shared)
    return np.asarray(tables, dtype=np.float32)
