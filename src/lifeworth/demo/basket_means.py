"""What baskets hold on average, measured once on many: they are filled with real products, so no formula says it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import gammaincinv

from lifeworth.demo import terms
from lifeworth.demo.arrays import Floats, Ints
from lifeworth.demo.baskets import Wish, fill_baskets
from lifeworth.demo.catalogue import TASTES, Catalogue, read_catalogue
from lifeworth.demo.traits import SPEND_P

_LOG_BUDGET = np.linspace(np.log(0.5), np.log(6000.0), 220)
_LOG_SCALE = np.linspace(np.log(1.0), np.log(700.0), 160)
_QUANTILES = 400
_BASKETS_EACH, _FIRST_BASKETS_EACH = 400, 100
_COUNTS = (4, 7)
"""Tables that count things; the others are money, and stored as a share of the budget or scale."""


@dataclass(frozen=True, eq=False)
class BasketMeans:
    """Averages of a basket at today's prices by taste and by the scale of the customer's spend.

    ``tables`` is (8, tastes, scales): goods at list price; cost of the goods; refund, cost of the goods and number of
    returned lines for a customer of average fussiness; price, cost and number of fragile lines. Money is a share of
    the scale. ``sums`` is (tastes, budgets, baskets): goods in euros of the baskets measured at each budget.
    """

    tables: Floats
    sums: Floats


@dataclass(frozen=True)
class Place:
    """Where customers stand in a table of tastes and scales: the row, the column before, how far to the next."""

    taste: Ints
    column: Ints
    beyond: Floats


@dataclass(frozen=True)
class Baskets:
    """Averages of one order's basket for each customer at today's prices, as in ``means``; money in euros."""

    means: BasketMeans
    place: Place
    goods: Floats
    cost: Floats
    back: Floats
    back_cost: Floats
    back_lines: Floats
    fragile: Floats
    fragile_cost: Floats
    fragile_lines: Floats

    def free_share(self, level: float) -> Floats:
        """Chance that the goods reach the sum from which delivery is free, at a price level (1 = today's)."""
        return _look_up(_free_table(self.means, level), self.place)


def picture(taste: Ints, spend_scale: Floats, means: BasketMeans) -> Baskets:
    """The average basket of customers with these tastes, who spend so much."""
    place = _find(taste, spend_scale)
    found = [_look_up(table, place) for table in means.tables]
    money = [each if nth in _COUNTS else each * spend_scale for nth, each in enumerate(found)]
    return Baskets(means, place, *money)


def _find(taste: Ints, spend_scale: Floats) -> Place:
    steps = (np.log(spend_scale) - _LOG_SCALE[0]) / (_LOG_SCALE[1] - _LOG_SCALE[0])
    steps = np.clip(steps, 0, len(_LOG_SCALE) - 1)
    column = np.minimum(steps.astype(np.int64), len(_LOG_SCALE) - 2)
    return Place(taste, column, steps - column)


def _look_up(table: Floats, place: Place) -> Floats:
    before, after = table[place.taste, place.column], table[place.taste, place.column + 1]
    return np.asarray(before + place.beyond * (after - before))


@lru_cache(maxsize=64)
def _free_table(means: BasketMeans, level: float) -> Floats:
    """Chance that goods reach the sum for free delivery, taste × scale, for prices at ``level``."""
    reached = (means.sums * level >= terms.FREE_SHIPPING_FROM_CENTS / 100 - 0.005).mean(axis=2)
    return _average(reached, in_money=False)


@lru_cache(maxsize=8)
def average_baskets(*, first: bool = False, gateway: bool = False, lookalike: bool = False) -> BasketMeans:
    """Measure what baskets hold on average: by budget first, then over the budgets a customer draws.

    ``first`` asks for first orders, with one piece of the ``gateway`` product or of the ``lookalike`` in them or not.
    """
    catalogue, settled = read_catalogue(), (first, gateway, lookalike)
    measured = [_measure(taste, catalogue, settled) for taste in range(len(TASTES))]
    by_budget = np.array([ratios for ratios, _ in measured])
    tables = [_average(by_budget[:, nth], in_money=nth not in _COUNTS) for nth in range(by_budget.shape[1])]
    return BasketMeans(np.array(tables), np.array([goods for _, goods in measured]))


def _average(by_budget: Floats, *, in_money: bool) -> Floats:
    """What is known by taste and budget, as it is by taste and scale."""
    # Not a matrix product: that adds up in an order that depends on the number of threads.
    return np.asarray((by_budget[:, None, :] * _averaging(in_money=in_money)).sum(axis=2))


@lru_cache(maxsize=2)
def _averaging(*, in_money: bool) -> Floats:
    """Weights (scales, budgets) that average what is known by budget over the budgets of customers at each scale.

    Budgets are Gamma with mean ``SPEND_P`` times the scale (Fader and Hardie 2013), here evenly spread over that
    distribution. Shares of a budget (``in_money``) become shares of the scale.
    """
    shares = gammaincinv(SPEND_P, (np.arange(_QUANTILES) + 0.5) / _QUANTILES)
    shares *= SPEND_P / shares.mean()
    step = _LOG_BUDGET[1] - _LOG_BUDGET[0]
    place = np.clip((np.log(shares) + _LOG_SCALE[:, None] - _LOG_BUDGET[0]) / step, 0, len(_LOG_BUDGET) - 1)
    before = np.minimum(place.astype(np.int64), len(_LOG_BUDGET) - 2)
    weight = (shares if in_money else np.ones(_QUANTILES)) / _QUANTILES
    weights = np.zeros((len(_LOG_SCALE), len(_LOG_BUDGET)))
    rows = np.repeat(np.arange(len(_LOG_SCALE)), _QUANTILES).reshape(place.shape)
    np.add.at(weights, (rows, before), weight * (1 - (place - before)))
    np.add.at(weights, (rows, before + 1), weight * (place - before))
    return weights


def _measure(taste: int, catalogue: Catalogue, settled: tuple[bool, bool, bool]) -> tuple[list[Floats], Floats]:
    """Every table by budget, as a share of it or a count, and the goods of each basket in euros."""
    each = _FIRST_BASKETS_EACH if settled[0] else _BASKETS_EACH
    shape = (len(_LOG_BUDGET), each)
    budget = np.repeat(np.exp(_LOG_BUDGET), each)
    first, gateway, lookalike = (np.full(len(budget), flag) for flag in settled)
    wish = Wish(budget, np.full(len(budget), taste), first, gateway, lookalike)
    lines = fill_baskets(wish, catalogue, np.random.default_rng([taste, *map(int, settled)]))
    price = catalogue.price[lines.product] * lines.quantity
    cost = catalogue.unit_cost[lines.product] * lines.quantity
    back, fragile = catalogue.return_rate[lines.product], catalogue.fragile[lines.product].astype(np.float64)
    columns = (price, cost, back * price, back * cost, back, fragile * price, fragile * cost, fragile)
    sums = [np.bincount(lines.order, weights=column, minlength=len(budget)).astype(np.float64) for column in columns]
    ratios = [total if nth in _COUNTS else total / budget for nth, total in enumerate(sums)]
    return [ratio.reshape(shape).mean(axis=1) for ratio in ratios], sums[0].reshape(shape)
