"""What each customer is really worth: the expectation over every future the simulator could still draw.

A customer who has left is worth nothing more. For the others, purchases arrive at ``rate`` on the clock of
demand and each ends the relationship with chance ``leaving``, so a clock span ``(0, v)`` holds
``(1 - exp(-rate * leaving * v)) / leaving`` purchases on average. Each brings the customer's expected profit per
order at the prices of its day. No futures are sampled; only what a basket of a given budget holds
on average is measured once, on many baskets, because baskets are filled with real products.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import gammainc, gammaincinv

from lifeworth.demo import terms
from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.baskets import fill_baskets
from lifeworth.demo.catalogue import TASTES, Catalogue, read_catalogue
from lifeworth.demo.people import SPEND_P, People
from lifeworth.demo.sales import COUNTRY_PARCEL, COUNTRY_VAT, FEE_FIXED, FEE_RATE
from lifeworth.demo.seasons import HISTORY_DAYS, Calendar

_BUDGETS, _BASKETS_EACH, _SCALES, _QUANTILES = 220, 400, 160, 400
_CHANCE = 4
_COUPON_RATE = (1 - terms.SUMMER_ODDS) * terms.COUPON_RATES[terms.COFFEE] + terms.SUMMER_ODDS * (
    terms.COUPON_RATES[terms.SUMMER]
)


@dataclass(frozen=True)
class Truth:
    """What the simulator knows about the future, one entry per customer; money in euros.

    ``value`` is expected discounted profit over the horizon, ``orders`` and ``revenue`` (net, not discounted) are
    expectations, too; ``order_revenue`` and ``order_profit`` are those of one order at today's prices.
    """

    value: Floats
    orders: Floats
    revenue: Floats
    order_revenue: Floats
    order_profit: Floats


@dataclass(frozen=True)
class BasketMeans:
    """Averages of a basket at today's prices, one row per taste, one column per ``log_scale`` (log euros).

    ``goods`` at list price, ``cost`` of the goods; ``back``, ``back_cost`` and ``back_chance``: refund, cost of
    the goods and chance of a return for a customer of average fussiness. Money is a share of the scale.
    """

    log_scale: Floats
    goods: Floats
    cost: Floats
    back: Floats
    back_cost: Floats
    back_chance: Floats


def know_truth(people: People, alive: Bools, calendar: Calendar, discount: float) -> Truth:
    """Expected discounted profit, orders and net revenue of each customer over the horizon."""
    per_list_orders, per_list_discounted = _expect_orders(people, alive, calendar, discount)
    value, revenue = np.zeros(len(people)), np.zeros(len(people))
    for column, index in enumerate(_lists_ahead(calendar)):
        income, profit = expect_order(people, float(calendar.list_index[index]))
        value += per_list_discounted[:, column] * profit
        revenue += per_list_orders[:, column] * income
    return Truth(value, per_list_orders.sum(axis=1), revenue, *expect_order(people, 1.0))


def discount_factor(days: Floats, discount: float) -> Floats:
    """Present value of one euro, at an annual rate compounded continuously: ``(1 + discount) ** (-days / 365)``."""
    return np.asarray((1 + discount) ** (-days / 365.0))


def _lists_ahead(calendar: Calendar) -> Ints:
    """The price lists that hold within the horizon."""
    return np.unique(calendar.list_of_day[HISTORY_DAYS:])


def _expect_orders(people: People, alive: Bools, calendar: Calendar, discount: float) -> tuple[Floats, Floats]:
    """Expected orders under each price list ahead, plain and discounted; a block of customers at a time."""
    lists = _lists_ahead(calendar)
    clock = calendar.clock[HISTORY_DAYS:] - calendar.clock[HISTORY_DAYS]
    under = (calendar.list_of_day[HISTORY_DAYS:, None] == lists).astype(np.float64)
    worth = discount_factor(np.arange(calendar.horizon_days) + 0.5, discount)[:, None] * under
    orders, discounted = np.zeros((len(people), len(lists))), np.zeros((len(people), len(lists)))
    living = np.flatnonzero(alive)
    for block in np.array_split(living, max(1, len(living) // 4000)):
        leaving = np.maximum(people.leaving[block], 1e-12)[:, None]
        reached = -np.expm1(-people.rate[block][:, None] * leaving * clock) / leaving
        by_day = np.diff(reached, axis=1)
        orders[block], discounted[block] = by_day @ under, by_day @ worth
    return orders, discounted


def expect_order(people: People, level: float) -> tuple[Floats, Floats]:
    """Expected net revenue and profit (level 2b) of one repeat order at a price level (1 = today's), in euros."""
    means = average_baskets()
    scale = people.spend_scale
    goods, cost, back, back_cost, back_chance = _look_up(means, people)
    kept = 1 - people.coupon_rate * _COUPON_RATE
    paid = level * scale * goods * kept
    threshold = terms.FREE_SHIPPING_FROM_CENTS / 100 / level
    charged = terms.SHIPPING_CHARGED_CENTS / 100 * gammainc(SPEND_P, threshold / scale)
    net = paid + charged
    fee = FEE_RATE[people.payment] * net * (1 + COUNTRY_VAT[people.country]) + FEE_FIXED[people.payment]
    pick_pack = terms.PICK_PACK_FIXED + terms.PICK_PACK_RATE * net
    carrier = COUNTRY_PARCEL[people.country] + terms.SHIPPING_WEIGHT_RATE * level * scale * goods
    market = terms.MARKETPLACE_FEE_RATE * paid * (people.channel == terms.MARKETPLACE)
    refund = people.fuss * level * scale * back * kept
    regained = people.fuss * level * scale * back_cost * terms.RETURNS_RESOLD
    handling = people.fuss * back_chance * terms.RETURN_HANDLING
    service = people.ticket_rate * _ticket_cost()
    contact = terms.EMAIL_COST + terms.LETTER_SHARE * terms.LETTER_COST
    sale = net - level * scale * cost - fee - pick_pack - carrier - market
    return net - refund, sale - refund + regained - handling - service - contact


def _ticket_cost() -> float:
    ruled = terms.TICKET_FIXED + terms.TICKET_PER_MINUTE * terms.TICKET_MINUTES_MEAN
    return (1 - terms.REPAIR_SHARE) * ruled + terms.REPAIR_SHARE * sum(terms.REPAIR_CENTS) / 200


def _look_up(means: BasketMeans, people: People) -> list[Floats]:
    tables = (means.goods, means.cost, means.back, means.back_cost, means.back_chance)
    found: list[Floats] = [np.empty(len(people)) for _ in tables]
    for taste in range(len(TASTES)):
        mine = people.taste == taste
        scale = np.log(people.spend_scale[mine])
        for column, table in zip(found, tables, strict=True):
            column[mine] = np.interp(scale, means.log_scale, table[taste])
    return found


@lru_cache(maxsize=1)
def average_baskets() -> BasketMeans:
    """Measure what baskets hold on average: by budget first, then over the budgets a customer draws."""
    catalogue = read_catalogue()
    log_budget = np.linspace(np.log(0.5), np.log(6000.0), _BUDGETS)
    log_scale = np.linspace(np.log(1.0), np.log(700.0), _SCALES)
    shares = gammaincinv(SPEND_P, (np.arange(_QUANTILES) + 0.5) / _QUANTILES)
    shares *= SPEND_P / shares.mean()
    budgets = np.log(shares) + log_scale[:, None]
    tables = np.empty((5, len(TASTES), _SCALES))
    for taste in range(len(TASTES)):
        for kind, ratio in enumerate(_measure_baskets(np.exp(log_budget), taste, catalogue)):
            weight = 1.0 if kind == _CHANCE else shares
            tables[kind, taste] = (np.interp(budgets, log_budget, ratio) * weight).mean(axis=1)
    return BasketMeans(log_scale, *tables)


def _measure_baskets(budgets: Floats, taste: int, catalogue: Catalogue) -> list[Floats]:
    """Goods, cost, refund and its cost as a share of each budget, and the chance of a return."""
    budget = np.repeat(budgets, _BASKETS_EACH)
    tastes = np.full(len(budget), taste)
    lines = fill_baskets(budget, tastes, catalogue, np.random.default_rng(taste))
    price = catalogue.price[lines.product] * lines.quantity
    cost = catalogue.unit_cost[lines.product] * lines.quantity
    goods = np.bincount(lines.order, weights=price)
    back = catalogue.return_rate[lines.product] * price / goods[lines.order]
    money = (price, cost, back * price, back * cost)
    shares = [np.bincount(lines.order, weights=column) / budget for column in money]
    chance = np.bincount(lines.order, weights=back)
    return [column.reshape(len(budgets), _BASKETS_EACH).mean(axis=1) for column in (*shares, chance)]
