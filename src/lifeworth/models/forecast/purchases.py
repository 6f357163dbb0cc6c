"""How many orders a customer will place, with everything a range needs of a purchase model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaincinv

from lifeworth.maths import bg_nbd_counts, pareto_nbd_counts
from lifeworth.maths.bg_nbd import BGNBDParameters
from lifeworth.maths.pareto_nbd_integral import ParetoNBDParameters
from lifeworth.models.forecast.strata import ParameterPoints, Strata
from lifeworth.models.forecast.terms import CENTURY_DAYS
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.purchase.pareto_nbd import ParetoNBD

Floats = NDArray[np.float64]

_LEAST_RATE = 1e-30


@dataclass(frozen=True)
class Rows:
    """Unique purchase histories: (rows,) arrays in days."""

    x: Floats
    t_x: Floats
    T: Floats

    def __len__(self) -> int:
        return len(self.x)

    def take(self, index: NDArray[np.intp] | slice) -> "Rows":
        """Some of the rows."""
        return Rows(self.x[index], self.t_x[index], self.T[index])


def order_ceiling(parameters: Floats, rows: Rows, t: float) -> NDArray[np.int32]:
    """A number of orders in ``t`` days that a customer will all but surely stay below."""
    r, alpha = parameters[:2]
    mean = (r + rows.x) * t / (alpha + rows.T)
    spread = np.sqrt(mean + mean**2 / (r + rows.x))
    return np.asarray(mean + 5.0 * spread + 10.0, dtype=np.int32)


def count_distribution(
    model: BGNBD | ParetoNBD, points: ParameterPoints, rows: Rows, t: float, n_max: int
) -> tuple[Floats, Floats]:
    """Distribution of orders in the next ``t`` days, what is unsure about the population included.

    Returns
    -------
    cdf : (rows, n_max + 1) floats
        Averaged over the parameter points; the last column is 1.
    means : (k, rows) floats
        Expected orders under each parameter point.
    """
    total = np.zeros((n_max + 1, len(rows)))  # as each distribution lies in memory
    means = np.empty((len(points.spread), len(rows)))
    for k, parameters in enumerate(points.spread):
        cdf = cumulative_counts(model, parameters, rows, t, n_max)
        means[k] = (1.0 - cdf).sum(axis=1)
        total += cdf.T
    total /= len(points.spread)
    total[-1] = 1.0
    return np.ascontiguousarray(total.T), means


def cumulative_counts(model: BGNBD | ParetoNBD, parameters: Floats, rows: Rows, t: float, n_max: int) -> Floats:
    """P(at most n orders in the next ``t`` days) under given parameters: (rows, n_max + 1)."""
    if isinstance(model, BGNBD):
        return bg_nbd_counts.cumulative_counts(BGNBDParameters(*parameters), t, rows.x, rows.t_x, rows.T, n_max)
    return pareto_nbd_counts.cumulative_counts(ParetoNBDParameters(*parameters), t, rows.x, rows.t_x, rows.T, n_max)


def orders_at_strata(cdf: Floats, strata: Strata) -> NDArray[np.int32]:
    """Order counts at the strata's first coordinate, ascending along each row: (rows, count)."""
    reached = np.rint(np.clip(cdf, 0.0, 1.0) * strata.count).astype(np.int32)
    reached[:, -1] = strata.count
    np.maximum.accumulate(reached, axis=1, out=reached)
    steps = np.diff(reached, axis=1, prepend=0)
    numbers = np.broadcast_to(np.arange(cdf.shape[1], dtype=np.int32), steps.shape)
    return np.repeat(numbers.ravel(), steps.ravel()).reshape(len(cdf), strata.count)


@dataclass(frozen=True)
class RemainingLife:
    """Discounted orders of the whole remaining relationship at every point of the strata.

    A customer who is still there buys at rate λ and is lost after a purchase with probability p (BG/NBD), or
    after an exponential lifetime τ (Pareto/NBD). Orders spread over a span s at rate λ and discounted at δ
    are worth λ (1 − e^(−δs)) / δ of today's. λ, p and τ are tabulated per purchase count. No relationship is taken
    to last longer than a century: nobody whom the data never lose is worth without end.
    """

    x: Floats
    span_or_orders: NDArray[np.float32]
    rate: NDArray[np.float32]
    alpha: NDArray[np.float32]
    beta: NDArray[np.float32] | None
    per_order: NDArray[np.float32]

    @classmethod
    def tabulate(
        cls,
        model: BGNBD | ParetoNBD,
        points: ParameterPoints,
        strata: Strata,
        x: Floats,
        shape: Floats | None,
    ) -> "RemainingLife":
        """Tables for the purchase counts ``x`` (sorted, unique); ``shape`` is Gamma-Gamma's p per column."""
        column = points.spread[np.arange(strata.count) % len(points.spread)].T
        rate = gammaincinv(column[0] + x[:, None], strata.points[1])
        if isinstance(model, BGNBD):
            ends = _orders_until_lost(column[2], column[3] + x[:, None], strata.points[3])
            beta, orders = None, ends
        else:
            ends = -np.log1p(-strata.points[3]) / np.maximum(gammaincinv(column[2], strata.points[4]), 1e-12)
            ends, beta = np.broadcast_to(ends, rate.shape), column[3]
            orders = np.maximum(rate * ends, 1.0)
        if shape is None:
            per_order = np.ones_like(rate)
        else:
            per_order = gammaincinv(shape * orders, strata.points[4]) / orders
        return cls(
            x,
            _narrow(ends),
            _narrow(np.maximum(rate, _LEAST_RATE)),
            _narrow(column[1]),
            None if beta is None else _narrow(beta),
            _narrow(per_order),
        )

    def draws(
        self, rows: Rows, p_alive: Floats, delta: float, strata: Strata
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Discounted remaining orders and their spend-weighted form, zero where the customer is gone."""
        with np.errstate(over="ignore", under="ignore"):
            return self._draws(rows, p_alive, delta, strata)

    def _draws(
        self, rows: Rows, p_alive: Floats, delta: float, strata: Strata
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        slot, age = np.searchsorted(self.x, rows.x), rows.T.astype(np.float32)[:, None]
        rate = self.rate[slot] / (self.alpha + age)
        span = self.span_or_orders[slot] / rate if self.beta is None else self.span_or_orders[slot] * (self.beta + age)
        np.minimum(span, np.float32(CENTURY_DAYS), out=span)
        orders = rate * (span if delta == 0 else -np.expm1(-np.float32(delta) * span) / np.float32(delta))
        orders *= strata.points[0] >= 1.0 - p_alive[:, None]
        return orders, orders * self.per_order[slot]


def _narrow(table: Floats) -> NDArray[np.float32]:
    return np.asarray(table, dtype=np.float32)


def _orders_until_lost(a: Floats, b: Floats, u: Floats) -> Floats:
    """Quantiles of the purchase count of a customer lost after each with p ~ Beta(a, b): (rows, count).

    P(more than n) = B(a, b + n) / B(a, b); solved on a continuous n ≥ 0 by bisection on its logarithm.
    """
    target = np.log1p(-u)
    low, high = np.full(np.broadcast(a, b).shape, -12.0), np.full(np.broadcast(a, b).shape, 40.0)
    start = betaln(a, b)
    for _ in range(34):
        middle = (low + high) / 2
        beyond = betaln(a, b + np.exp(middle)) - start > target
        low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
    return np.asarray(np.maximum(np.exp((low + high) / 2), 1.0))


@dataclass(frozen=True)
class NextOrder:
    """Days until the next order for customers more likely than not to order within the horizon, else NaN."""

    mean: Floats
    low: Floats
    high: Floats


def next_order(
    model: BGNBD | ParetoNBD, parameters: Floats, rows: Rows, p_alive: Floats, t: float, level: float
) -> NextOrder:
    """When the next order comes, given that it comes within ``t`` days; a central interval.

    Given that the customer is there, the waiting time has density E[λ e^(−λu)] (and, for Pareto/NBD, times
    E[e^(−μu)]), with λ ~ Gamma(r + x, α + T): a Pareto density, which BG/NBD inverts in closed form.
    """
    shape, scale = parameters[0] + rows.x, parameters[1] + rows.T
    within = -np.expm1(-shape * np.log1p(t / scale))
    likely = np.flatnonzero(p_alive * within >= 0.5)
    waits = np.full((3, len(rows)), np.nan)
    ends = ((1 - level) / 2, (1 + level) / 2)
    if len(likely) == 0:
        return NextOrder(*waits)
    shape, scale, within = shape[likely], scale[likely], within[likely]
    if isinstance(model, BGNBD):
        waits[0, likely] = _mean_wait(shape, scale, within, t)
        for place, q in enumerate(ends, 1):
            waits[place, likely] = scale * np.expm1(-np.log1p(-q * within) / shape)
    else:
        leaving = (shape, scale, float(parameters[2]), parameters[3] + rows.T[likely], t)
        waits[:, likely] = _waits_while_leaving(*leaving, ends)
        waits[:, likely[p_alive[likely] * _reached(*leaving) < 0.5]] = np.nan
    return NextOrder(*waits)


def _mean_wait(shape: Floats, scale: Floats, within: Floats, t: float) -> Floats:
    """Mean of the Pareto density below ``t``: (s / (k − 1) · (1 − (1 + t/s)^(1 − k)) − t (1 − F)) / F."""
    k = shape - 1.0
    grown = np.log1p(t / scale)
    area = np.where(np.abs(k) < 1e-8, grown, -np.expm1(-k * grown) / np.where(np.abs(k) < 1e-8, 1.0, k))
    return np.asarray((scale * area - t * (1.0 - within)) / within)


_GRID = np.linspace(0.0, 1.0, 129) ** 2


def _leaving_steps(shape: Floats, scale: Floats, s: float, beta: Floats, t: float) -> Floats:
    grid = t * _GRID
    survival = np.exp(-shape[:, None] * np.log1p(grid / scale[:, None]))
    stays = np.exp(-s * np.log1p(grid / beta[:, None]))
    return np.asarray(-np.diff(survival, axis=1) * (stays[:, 1:] + stays[:, :-1]) / 2)


def _reached(shape: Floats, scale: Floats, s: float, beta: Floats, t: float) -> Floats:
    """Chance that a customer still there orders within ``t`` before leaving."""
    return np.asarray(_leaving_steps(shape, scale, s, beta, t).sum(axis=1))


def _waits_while_leaving(
    shape: Floats, scale: Floats, s: float, beta: Floats, t: float, ends: tuple[float, float]
) -> Floats:
    """Mean and two quantiles of the wait when the customer may leave meanwhile: (3, rows)."""
    steps = _leaving_steps(shape, scale, s, beta, t)
    share = np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)
    share /= np.maximum(share[:, -1:], 1e-300)
    grid = t * _GRID
    mean = np.diff(share, axis=1) @ ((grid[1:] + grid[:-1]) / 2)
    return np.array([mean, *(_quantile(share, grid, q) for q in ends)])


def _quantile(share: Floats, grid: Floats, q: float) -> Floats:
    slot = np.clip((share < q).sum(axis=1), 1, len(grid) - 1)
    rows = np.arange(len(share))
    before, after = share[rows, slot - 1], share[rows, slot]
    part = np.clip((q - before) / np.maximum(after - before, 1e-300), 0.0, 1.0)
    return np.asarray(grid[slot - 1] + part * (grid[slot] - grid[slot - 1]))
