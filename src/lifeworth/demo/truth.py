"""What each customer is really worth: the expectation over every future the simulator could still draw.

A customer who has left is worth nothing more. For the others, purchases arrive at ``rate`` on the clock of
demand and each ends the relationship with chance ``leaving``, so a clock span ``(0, v)`` holds
``(1 - exp(-rate * leaving * v)) / leaving`` purchases on average. Each brings the customer's expected profit per
order at the prices of its day (``order_worth.py``). No futures are sampled.
"""

from dataclasses import dataclass

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.basket_means import average_baskets, picture
from lifeworth.demo.order_worth import expect_order
from lifeworth.demo.people import People
from lifeworth.demo.seasons import HISTORY_DAYS, Calendar


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


def know_truth(people: People, alive: Bools, calendar: Calendar, discount: float) -> Truth:
    """Expected discounted profit, orders and net revenue of each customer over the horizon."""
    per_list_orders, per_list_discounted = _expect_orders(people, alive, calendar, discount)
    baskets = picture(people.taste, people.spend_scale, average_baskets())
    coupon = people.coupon_rate * terms.REPEAT_COUPON_RATE
    value, revenue = np.zeros(len(people)), np.zeros(len(people))
    for column, index in enumerate(_lists_ahead(calendar)):
        order = expect_order(people, baskets, float(calendar.list_index[index]), coupon)
        value += per_list_discounted[:, column] * order.profit
        revenue += per_list_orders[:, column] * order.revenue
    today = expect_order(people, baskets, 1.0, coupon)
    return Truth(value, per_list_orders.sum(axis=1), revenue, today.revenue, today.profit)


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
    starts = np.searchsorted(calendar.list_of_day[HISTORY_DAYS:], lists)
    worth = discount_factor(np.arange(calendar.horizon_days) + 0.5, discount)
    orders, discounted = np.zeros((len(people), len(lists))), np.zeros((len(people), len(lists)))
    living = np.flatnonzero(alive)
    for block in np.array_split(living, max(1, len(living) // 4000)):
        leaving = np.maximum(people.leaving[block], 1e-12)[:, None]
        reached = -np.expm1(-people.rate[block][:, None] * leaving * clock) / leaving
        by_day = np.diff(reached, axis=1)
        # Not a matrix product: that adds up in an order that depends on the number of threads.
        orders[block] = np.add.reduceat(by_day, starts, axis=1)
        discounted[block] = np.add.reduceat(by_day * worth, starts, axis=1)
    return orders, discounted
