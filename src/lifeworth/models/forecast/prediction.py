"""One forecast in the making: tables first, then customers block by block, then their sum."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from lifeworth.models.calibration import Outlook
from lifeworth.models.forecast.base_sum import BaseSum
from lifeworth.models.forecast.history import CustomerHistory
from lifeworth.models.forecast.profit import ProfitPerOrder
from lifeworth.models.forecast.purchases import (
    RemainingLife,
    Rows,
    count_distribution,
    next_order,
    order_ceiling,
    orders_at_strata,
)
from lifeworth.models.forecast.ranges import shortest_interval
from lifeworth.models.forecast.revenue import RevenuePerOrder, RevenueSampler
from lifeworth.models.forecast.strata import lattice, parameter_points
from lifeworth.models.forecast.terms import MEASURES, BaseForecast, CustomerForecast, Terms
from lifeworth.models.learned.window import Expectation
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.purchase.pareto_nbd import ParetoNBD

Floats = NDArray[np.float64]
Draws = NDArray[np.float32]

# Parameter points by the most customers they are used for: with many customers little is left unsure.
PARAMETERS = ((30_000, 128), (np.inf, 8))
TILT_SAMPLE = 1_000
# Points per customer, by the most customers they are used for: fewer where there are many customers to forecast.
POINTS = ((30_000, 1024), (150_000, 512), (500_000, 256), (np.inf, 128))
DRAWS_IN_MEMORY = 1_000_000


@dataclass(frozen=True)
class Fitted:
    """What was learned from the histories of all customers."""

    history: CustomerHistory
    rows: Rows
    row_of: NDArray[np.intp]
    purchases: BGNBD | ParetoNBD
    revenue: RevenuePerOrder
    profit: ProfitPerOrder
    seed: int
    threads: int
    outlook: Outlook | None = None


@dataclass(frozen=True)
class Block:
    """Customers forecast together.

    ``place`` are positions among those asked for, ``customers`` among all; ``index`` are their distinct
    purchase histories, ``rows`` these histories, and ``local`` says which of them each customer has.
    """

    place: NDArray[np.intp]
    customers: NDArray[np.intp]
    index: NDArray[np.intp]
    local: NDArray[np.intp]
    rows: Rows


class Prediction:
    """Expectations at the estimate for every history, then draws for every customer."""

    def __init__(self, fitted: Fitted, terms: Terms, among: NDArray[np.intp] | None) -> None:
        self.of, self.terms = fitted, terms
        self.who = np.arange(len(fitted.history)) if among is None else np.asarray(among)
        self.row_of = fitted.row_of[self.who]
        self.strata = lattice(next(count for most, count in POINTS if len(self.who) <= most))
        model = fitted.purchases
        wanted = next(points for most, points in PARAMETERS if len(fitted.history) <= most)
        self.points = parameter_points(model.log_params_, model.log_covariance_, wanted=wanted)
        self._expect()
        self._tabulate()
        self._allocate()

    def run(self, tell: Callable[[str], None] | None) -> tuple[CustomerForecast, BaseForecast]:
        """Work through blocks of customers with alike order counts; blocks do not depend on each other."""
        blocks, done = list(self._blocks()), 0
        with ThreadPoolExecutor(self.of.threads) as pool:
            for place, sums in zip(blocks, pool.map(self._forecast, blocks), strict=True):
                self.base.add(*sums)
                done += len(place)
                if tell:
                    tell(f"{done:,} of {len(self.who):,} customers")
        return self._customers(), self.base.forecast({m: float(self.mean[m].sum()) for m in MEASURES})

    def _expect(self) -> None:
        model, rows, t, delta = self.of.purchases, self.of.rows, self.terms.horizon_days, self.terms.delta
        histories = (rows.x, rows.t_x, rows.T)
        self.alive = np.asarray(model.p_alive(*histories))
        self.expected = np.asarray(model.expected_purchases(t, *histories))
        discounted = np.asarray(model.discounted_expected_purchases(t, delta, *histories))
        self.worth_now = np.where(self.expected > 0, discounted / np.maximum(self.expected, 1e-300), 1.0)
        self.residual = np.zeros(len(rows))
        if self.terms.beyond:
            self.residual = np.asarray(model.discounted_expected_purchases(self.terms.forever, delta, *histories))

    def _tabulate(self) -> None:
        wanted = len(self.points.spread)
        self.ceiling = order_ceiling(self.points.estimate, self.of.rows, self.terms.horizon_days)
        top = int(self.ceiling[self.row_of].max())
        self.sampler: RevenueSampler = self.of.revenue.sampler(self.strata, top + 1, wanted)
        counts = np.unique(self.of.rows.x[self.row_of])
        self.life = RemainingLife.tabulate(self.of.purchases, self.points, self.strata, counts, self.sampler.shape)
        self.spend_ratios = self.of.revenue.mean_under(wanted)
        self.order_cv2 = self.of.revenue.order_cv2

    def _allocate(self) -> None:
        self.mean, self.low, self.high = ({m: np.zeros(len(self.who)) for m in (*MEASURES, "next")} for _ in range(3))
        self.value_sd = np.zeros(len(self.who))
        self.base = BaseSum(self.strata.count, self.of.seed, self._residual_tilt(), self.terms.surprise)
        generator = np.random.default_rng([self.of.seed, 2])
        self.shift = generator.integers(0, self.strata.count, len(self.who))

    def _residual_tilt(self) -> Floats:
        """Base residual value under each parameter point over that at the estimate, on an even sample."""
        if not self.terms.beyond:
            return np.ones(1)
        sample = self.who[np.linspace(0, len(self.who) - 1, min(len(self.who), TILT_SAMPLE)).astype(np.intp)]
        rows, each = self.of.rows.take(self.of.row_of[sample]), np.abs(self.of.revenue.mean_[sample])
        model = type(self.of.purchases)
        totals = []
        for point in self.points.spread[:: max(1, len(self.points.spread) // 32)]:
            trial = model.from_parameters(dict(zip(model.names, point.tolist(), strict=True)))
            left = trial.discounted_expected_purchases(self.terms.forever, self.terms.delta, rows.x, rows.t_x, rows.T)
            totals.append(float(np.asarray(left) @ each))
        return np.array(totals)

    def _blocks(self) -> Iterator[NDArray[np.intp]]:
        """Places in ``who``, ordered by history so that a block shares look-ups and table width."""
        order = np.lexsort((self.row_of, self.ceiling[self.row_of]))
        size = max(1, DRAWS_IN_MEMORY // self.strata.count)
        for start in range(0, len(order), size):
            yield order[start : start + size]

    def _forecast(self, place: NDArray[np.intp]) -> tuple[dict[str, Draws], Floats, Floats]:
        """One block: its ranges are filled in, its sums over customers returned for the base."""
        index, local = np.unique(self.row_of[place], return_inverse=True)
        block = Block(place, self.who[place], index, local, self.of.rows.take(index))
        top = int(self.ceiling[index].max())
        cdf, means = count_distribution(self.of.purchases, self.points, block.rows, self.terms.horizon_days, top)
        orders = orders_at_strata(cdf, self.strata)
        sums = self._fill_orders(block, orders) | self._fill_money(block, orders)
        self._fill_means(block)
        if self.terms.beyond:
            self._fill_next_order(block)
        return sums, *self._tilts(block, means)

    def _fill_orders(self, block: Block, orders: NDArray[np.int32]) -> dict[str, Draws]:
        """Ranges of order counts, which customers with the same history share unless each has an outlook."""
        outlook = self.of.outlook
        if outlook is not None and not outlook.by_history:
            own = self._orders_ahead(outlook.expected.take(block.customers), orders[block.local])
            low, high = shortest_interval(own, self.terms.held)
            self.low["orders"][block.place], self.high["orders"][block.place] = low, high
            return {"orders": self._rotation(block.place) @ own.astype(np.float32)}
        if outlook is not None:
            _, first = np.unique(block.local, return_index=True)
            orders = self._orders_ahead(outlook.expected.take(block.customers[first]), orders)
        low, high = shortest_interval(orders, self.terms.held)
        self.low["orders"][block.place], self.high["orders"][block.place] = low[block.local], high[block.local]
        return {"orders": self._rotation(block.place, column=block.local) @ orders.astype(np.float32)}

    def _orders_ahead(self, ahead: Expectation, usual: NDArray[np.int32]) -> NDArray[np.int32]:
        """Order counts whose lump at zero and mean are those expected, shaped like the purchase model's (n, count)."""
        count = self.strata.count
        point = self.strata.points[0].astype(np.float32)
        nobody = (usual == 0).mean(axis=1, dtype=np.float32)[:, None]
        chance = np.clip(ahead.chance, 1e-6, 1.0).astype(np.float32)[:, None]
        within = np.clip((point - (1.0 - chance)) / chance, 0.0, 1.0)
        column = np.minimum((nobody + within * (1.0 - nobody)) * count, count - 1).astype(np.int32)
        column += (np.arange(len(usual)) * count).astype(np.int32)[:, None]
        mapped = np.maximum(np.take(usual, column), 1)
        comes = point >= 1.0 - chance
        reached = (mapped * comes).mean(axis=1)
        pace = np.where(reached > 0, ahead.orders / np.maximum(reached, 1e-9), 1.0).astype(np.float32)[:, None]
        return np.asarray(np.where(comes, np.maximum(np.rint(mapped * pace), 1), 0), dtype=np.int32)

    def _fill_money(self, block: Block, orders: NDArray[np.int32]) -> dict[str, Draws]:
        """Ranges of revenue, value and residual value, and their sums over the block's customers."""
        if self.of.outlook is not None:
            return self._fill_from_outlook(block, self.of.outlook.take(block.customers))
        place, customers = block.place, block.customers
        revenue = self.sampler.draws(self.sampler.order_amounts(orders)[block.local], customers)
        now = self.worth_now[block.index][block.local]
        factor = now * self.of.profit.rate_[customers] if self.terms.in_profit else now
        rotation = self._rotation(place)
        sums = {"revenue": rotation @ revenue}
        if self.terms.beyond:
            residual = self._residual_draws(block)
            sums["residual_value"] = rotation @ residual
            self._fill_range("residual_value", place, residual)
        if self.terms.in_profit and not self.of.profit.is_exact_:
            value = self.of.profit.draws(orders[block.local], revenue, customers, self.strata, self.order_cv2)
            value *= now.astype(np.float32)[:, None]
            sums["value"] = rotation @ value
            self.value_sd[place] = value.std(axis=1)
            self._fill_range("value", place, value)
        self._fill_range("revenue", place, revenue)
        if "value" not in sums:
            sums["value"] = self._rotation(place, factor) @ revenue
            self._follow_revenue(place, factor, revenue.std(axis=1))
        return sums

    def _fill_from_outlook(self, block: Block, outlook: Outlook) -> dict[str, Draws]:
        """The same from ranges that held in the past."""
        place, now = block.place, self.worth_now[block.index][block.local]
        rotation, revenue = self._rotation(place), outlook.draws("revenue", self.strata)
        sums = {"revenue": rotation @ revenue, "value": self._rotation(place, now) @ revenue}
        self._fill_range("revenue", place, revenue)
        if self.terms.in_profit:
            value = outlook.draws("value", self.strata) * now.astype(np.float32)[:, None]
            sums["value"] = rotation @ value
            self.value_sd[place] = value.std(axis=1)
            self._fill_range("value", place, value)
        else:
            self._follow_revenue(place, now, revenue.std(axis=1))
        if self.terms.beyond:
            residual = self._residual_draws(block) * self._residual_pace(block)
            sums["residual_value"] = rotation @ residual
            self._fill_range("residual_value", place, residual)
        return sums

    def _usual_residual(self, block: Block) -> Floats:
        """Residual value as purchase and spend models have it."""
        left = self.residual[block.index][block.local]
        money = left * self.of.revenue.mean_[block.customers]
        return self.of.profit.mean(left, money, block.customers) if self.terms.in_profit else money

    def _residual_ahead(self, block: Block) -> Floats:
        """Value over the horizon, and beyond it what the models have there at the customer's own pace."""
        assert self.of.outlook is not None
        orders, now = (a[block.index][block.local] for a in (self.expected, self.worth_now))
        revenue = orders * self.of.revenue.mean_[block.customers]
        usual = self.of.profit.mean(orders, revenue, block.customers) if self.terms.in_profit else revenue
        beyond = self._usual_residual(block) - usual * now
        return self.of.outlook.value[block.customers] * now + beyond * self.of.outlook.pace[block.customers]

    def _residual_pace(self, block: Block) -> Draws:
        usual, ahead = self._usual_residual(block), self._residual_ahead(block)
        pace = np.divide(ahead, usual, out=np.ones_like(ahead), where=np.abs(usual) > 1e-9)
        return np.clip(pace, 0.0, 20.0).astype(np.float32)[:, None]

    def _residual_draws(self, block: Block) -> Draws:
        left, spent = self.life.draws(block.rows, self.alive[block.index], self.terms.delta, self.strata)
        revenue = self.sampler.draws(spent[block.local], block.customers)
        if not self.terms.in_profit:
            return revenue
        return self.of.profit.draws(left[block.local], revenue, block.customers, self.strata, self.order_cv2)

    def _follow_revenue(self, place: NDArray[np.intp], factor: Floats, revenue_sd: Floats) -> None:
        """Value that is a fixed share of revenue has revenue's range, times that share."""
        ends = factor * self.low["revenue"][place], factor * self.high["revenue"][place]
        self.low["value"][place], self.high["value"][place] = np.minimum(*ends), np.maximum(*ends)
        self.value_sd[place] = np.abs(factor) * revenue_sd

    def _fill_range(self, measure: str, place: NDArray[np.intp], draws: Draws) -> None:
        draws.sort(axis=1)
        self.low[measure][place], self.high[measure][place] = shortest_interval(draws, self.terms.held)

    def _fill_means(self, block: Block) -> None:
        if self.of.outlook is not None:
            ahead = self.of.outlook.take(block.customers)
            self.mean["orders"][block.place] = ahead.expected.orders
            self.mean["revenue"][block.place] = ahead.expected.revenue
            self.mean["value"][block.place] = ahead.value * self.worth_now[block.index][block.local]
            if self.terms.beyond:
                self.mean["residual_value"][block.place] = self._residual_ahead(block)
            return
        each = self.of.revenue.mean_[block.customers]
        orders, left, now = (a[block.index][block.local] for a in (self.expected, self.residual, self.worth_now))
        self.mean["orders"][block.place] = orders
        self.mean["revenue"][block.place] = orders * each
        for measure, count in (("value", orders * now), ("residual_value", left)):
            money = count * each
            profit = self.of.profit.mean(count, money, block.customers)
            self.mean[measure][block.place] = profit if self.terms.in_profit else money

    def _fill_next_order(self, block: Block) -> None:
        terms, alive = self.terms, self.alive[block.index]
        wait = next_order(self.of.purchases, self.points.estimate, block.rows, alive, terms.horizon_days, terms.level)
        for part, values in ((self.mean, wait.mean), (self.low, wait.low), (self.high, wait.high)):
            part["next"][block.place] = values[block.local]

    def _rotation(
        self, place: NDArray[np.intp], weight: Floats | None = None, column: NDArray[np.intp] | None = None
    ) -> csr_array:
        """Adds up the customers of a block by their random shift: (count, columns)."""
        weights = np.ones(len(place), dtype=np.float32) if weight is None else weight.astype(np.float32)
        columns = np.arange(len(place)) if column is None else column
        return csr_array((weights, (self.shift[place], columns)), shape=(self.strata.count, int(columns.max()) + 1))

    def _tilts(self, block: Block, means: Floats) -> tuple[Floats, Floats]:
        """Expected revenue of the block under each purchase point and under each spend point."""
        each = np.abs(self.of.revenue.mean_[block.customers])
        by_purchase = means[:, block.local] @ each
        usual = means.mean(axis=0)[block.local] * each
        return by_purchase, self.spend_ratios[:, block.customers] @ usual

    def _customers(self) -> CustomerForecast:
        return CustomerForecast(
            p_alive=self.alive[self.row_of],
            mean={m: self.mean[m] for m in MEASURES},
            low={m: self.low[m] for m in MEASURES},
            high={m: self.high[m] for m in MEASURES},
            value_sd=self.value_sd,
            next_order_mean=self.mean["next"],
            next_order_low=self.low["next"],
            next_order_high=self.high["next"],
        )
