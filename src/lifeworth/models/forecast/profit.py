"""How much of an order's revenue becomes profit, per customer.

Costs follow orders in two ways: some are a share of revenue (goods, payment), some are fixed per order
(parcels, picking). So profit of a purchase day is

    profit = a + (m + d_i) · revenue + e,    e ~ N(0, (σ_e · revenue)² + σ_0²),    d_i ~ N(0, σ_d²)

with d_i a customer's own deviation (returns, tickets, cheap categories), learned by empirical Bayes
(Efron & Morris 1973) from the customer's own days and shrunk to the base where they are few. σ_0 is what
chance costs whatever an order's size: a customer who sent nearly everything back has little revenue to
hold a loss against, and their share of it says next to nothing of the next order. Profit may be
negative. With a margin rule and nothing else, a, σ_d and σ_e come out zero and profit is exactly m · revenue.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import ndtri

from lifeworth.models.forecast.history import CustomerHistory
from lifeworth.models.forecast.strata import Strata

Floats = NDArray[np.float64]

_NOTHING = 1e-7
_FEWEST, _ASKED, _ROUNDS, _MOST = 20, 50_000, 10, 9.0


@dataclass
class ProfitPerOrder:
    """Profit of future orders given their number and revenue.

    Attributes after ``fit``
    ------------------------
    fixed_ : float
        a, profit per order that does not depend on its revenue (usually a cost, below zero).
    rate_ : (n,) floats
        m + d_i, share of revenue each customer's orders leave as profit.
    rate_sd_ : (n,) floats
        How unsure that share still is.
    noise_ : float
        σ_e, spread of a single order's share.
    mishap_ : float
        σ_0, spread of a single order's profit that does not grow with its revenue; money.
    """

    fixed_: float = field(default=0.0, init=False)
    noise_: float = field(default=0.0, init=False)
    mishap_: float = field(default=0.0, init=False)
    rate_: Floats = field(init=False)
    rate_sd_: Floats = field(init=False)

    def fit(self, history: CustomerHistory) -> "ProfitPerOrder":
        """Learn the shared line and each customer's deviation from it."""
        self._fit_line(history)
        self._fit_deviations(history)
        return self

    @property
    def is_exact_(self) -> bool:
        """Whether profit is a fixed share of revenue, as with a margin rule."""
        return self.noise_ == 0.0 and not self.rate_sd_.any() and self.fixed_ == 0.0

    def _fit_line(self, history: CustomerHistory) -> None:
        days, revenue, profit = history.purchase_days, history.day_revenue_sum, history.day_profit_sum
        usable = revenue > _NOTHING
        if not usable.any():
            self.fixed_, self._slope = float(profit.sum() / days.sum()), 0.0
            return
        share, per_revenue = (a[usable] / revenue[usable] for a in (profit, days))
        low, high = np.quantile(per_revenue, [0.0, 0.99])
        kept = (per_revenue >= low) & (per_revenue <= high)
        bounds = np.quantile(share[kept], [0.01, 0.99])
        share = np.clip(share[kept], *bounds)
        weight = days[usable][kept]
        centre_x, centre_y = np.average(per_revenue[kept], weights=weight), np.average(share, weights=weight)
        dx = per_revenue[kept] - centre_x
        variance = np.average(dx**2, weights=weight)
        self.fixed_ = float(np.average(dx * (share - centre_y), weights=weight) / variance) if variance > 0 else 0.0
        if abs(self.fixed_) * centre_x < _NOTHING * max(abs(centre_y), _NOTHING):
            self.fixed_ = 0.0
        self._slope = float((profit.sum() - self.fixed_ * days.sum()) / revenue.sum()) if revenue.sum() > 0 else 0.0

    def _fit_deviations(self, history: CustomerHistory) -> None:
        a, m, days = self.fixed_, self._slope, history.purchase_days
        deviation = history.day_profit_sum - a * days - m * history.day_revenue_sum
        squares = (
            history.day_profit_sumsq
            + a * a * days
            + m * m * history.day_revenue_sumsq
            - 2 * a * history.day_profit_sum
            - 2 * m * history.day_cross_sum
            + 2 * a * m * history.day_revenue_sum
        )
        usable = history.day_revenue_sum > _NOTHING
        revenue = np.where(usable, history.day_revenue_sum, 1.0)
        revenue_squares = np.maximum(history.day_revenue_sumsq, _NOTHING)
        self.mishap_ = _mishap(np.maximum(squares, 0.0)[usable], revenue_squares[usable], days[usable])
        mishaps = self.mishap_**2 * days
        own = np.where(usable, deviation / revenue, 0.0)
        scatter = np.where(usable, np.maximum(squares - mishaps, 0.0) / revenue_squares, 0.0)
        spread = np.where(usable, np.clip(history.day_revenue_sumsq / revenue**2, 1.0 / days, 1.0), 1.0)
        square = np.maximum(own**2 - mishaps / revenue**2, 0.0)
        told = revenue_squares / (revenue_squares + mishaps / max(self._slope**2, 1e-4))
        self._learn_spreads(square[usable], scatter[usable], spread[usable], told[usable])
        self._shrink(own, self.noise_**2 * spread + mishaps / revenue**2, usable)
        outside = float(history.profit.sum() - history.day_profit_sum.sum())
        total = float(history.revenue.sum())
        self.rate_ += outside / total if total > 0 and abs(outside) > 0.005 else 0.0

    def _learn_spreads(self, square: Floats, scatter: Floats, spread: Floats, told: Floats) -> None:
        """Moments: E[scatter] = σ_d² + σ_e², E[square] = σ_d² + σ_e² · spread, mishaps taken off both.

        ``told`` weighs customers by how much their revenue can tell beside a mishap.
        """
        self.noise_, self._between = 0.0, 0.0
        if len(square) == 0:
            return
        ceiling = np.quantile(scatter, 0.99)
        scatter, square = np.minimum(scatter, ceiling), np.minimum(square, ceiling)
        mean = float(np.average(scatter, weights=told))
        room = float((told * (1.0 - spread)).sum())
        within = float(max((told * (scatter - square)).sum(), 0.0) / room) if room > 1e-9 else mean
        tiny = (_NOTHING * max(abs(self._slope), 1e-3)) ** 2
        within = within if within > tiny else 0.0
        between = mean - within
        self.noise_ = float(np.sqrt(within))
        self._between = between if between > tiny else 0.0

    def _shrink(self, own: Floats, error: Floats, usable: NDArray[np.bool_]) -> None:
        between = self._between
        if between == 0.0:
            self.rate_, self.rate_sd_ = np.full(len(own), self._slope), np.zeros(len(own))
            return
        weight = np.where(usable, between / (between + error), 0.0)
        self.rate_ = self._slope + weight * own
        self.rate_sd_ = np.sqrt(between * (1.0 - weight))

    def mean(self, orders: Floats, revenue: Floats, customers: NDArray[np.intp] | slice = slice(None)) -> Floats:
        """Expected profit of that many orders bringing that revenue together, for these customers."""
        return np.asarray(self.fixed_ * orders + self.rate_[customers] * revenue)

    def draws(
        self,
        orders: NDArray[np.int32] | NDArray[np.float32],
        revenue: NDArray[np.float32],
        customers: NDArray[np.intp],
        strata: Strata,
        order_cv2: float,
    ) -> NDArray[np.float32]:
        """Profit at each point of the strata, given orders and revenue there: (customers, count)."""
        rate = self.rate_[customers].astype(np.float32)[:, None]
        if self.is_exact_:
            return np.asarray(rate * revenue)
        unsure = self.rate_sd_[customers].astype(np.float32)[:, None] * ndtri(strata.points[3]).astype(np.float32)
        alike = np.sqrt((1.0 + order_cv2) / np.maximum(orders, 1), dtype=np.float32)
        share = np.float32(self.noise_) * np.minimum(alike, 1.0)
        chance = np.hypot(share * revenue, np.float32(self.mishap_) * np.sqrt(orders, dtype=np.float32))
        chance *= ndtri(strata.points[4]).astype(np.float32)
        return np.asarray(revenue * (rate + unsure) + chance + np.float32(self.fixed_) * orders)


def _mishap(squares: Floats, revenue_squares: Floats, days: Floats) -> float:
    """σ_0 of squares ≈ (σ_d² + σ_e²) · revenue² + σ_0² per day, by least squares weighted anew in every round.

    A customer's squares count for at most nine times what is expected of them, so that no single one decides.
    """
    if len(squares) < _FEWEST or squares.max() <= _NOTHING**2:
        return 0.0
    every = slice(None, None, max(len(squares) // _ASKED, 1))
    squares, revenue_squares, days = squares[every], revenue_squares[every], days[every]
    by_revenue = float(np.median(squares / revenue_squares))
    by_day = by_revenue * float(np.median(revenue_squares / days))
    for _ in range(_ROUNDS):
        expected = np.maximum(by_revenue * revenue_squares + by_day * days, _NOTHING**2)
        found, _ = nnls(
            np.column_stack([revenue_squares, days]) / expected[:, None], np.minimum(squares / expected, _MOST)
        )
        by_revenue, by_day = float(found[0]), float(found[1])
    return float(np.sqrt(by_day))
