"""What a newcomer is worth on the day of the first order: that order and the repeats expected in the days after it."""

from dataclasses import dataclass

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.arrays import Floats
from lifeworth.demo.basket_means import BasketMeans, average_baskets, picture
from lifeworth.demo.order_worth import expect_order
from lifeworth.demo.people import People
from lifeworth.demo.seasons import Calendar
from lifeworth.demo.starters import Starters

NEWCOMER_DAYS = 365


@dataclass(frozen=True)
class OrderProfit:
    """Expected profit of an order in euros, under each price list.

    ``repeat`` is (price lists, customers). ``first`` is (4, price lists, customers): a first order that holds neither
    special product, the gateway product, the lookalike, both (``gateway + 2 * lookalike``).
    """

    repeat: Floats
    first: Floats


def price_orders(people: People, calendar: Calendar) -> OrderProfit:
    """Expected profit of each customer's orders under every price list of the calendar."""
    welcome = people.coupon_rate * terms.COUPON_RATES[terms.WELCOME]
    later = people.coupon_rate * terms.REPEAT_COUPON_RATE
    held = [{"gateway": gateway, "lookalike": lookalike} for lookalike in (False, True) for gateway in (False, True)]
    return OrderProfit(
        repeat=_under_every_list(people, calendar, later, average_baskets()),
        first=np.array([_under_every_list(people, calendar, welcome, average_baskets(first=True, **h)) for h in held]),
    )


def _under_every_list(people: People, calendar: Calendar, coupon: Floats, means: BasketMeans) -> Floats:
    baskets = picture(people.taste, people.spend_scale, means)
    return np.array([expect_order(people, baskets, float(level), coupon).profit for level in calendar.list_index])


def count_repeats(
    people: People, joined: Floats, calendar: Calendar, start: Floats | float, end: Floats | float
) -> Floats:
    """Expected repeat orders between two moments under each price list: (price lists, customers).

    A customer joined at ``joined`` and has not been seen since: in a clock span (u, v) they place
    (exp(-λ p u) - exp(-λ p v)) / p orders on average (Fader, Hardie and Lee 2005).
    """
    leaving = np.maximum(people.leaving, 1e-12)
    pace = people.rate * leaving
    since = calendar.clock_at(joined)
    ends = np.append(calendar.list_start[1:], calendar.edges[-1])
    counts = np.zeros((len(ends), len(people)))
    for row, (opens, closes) in enumerate(zip(calendar.list_start, ends, strict=True)):
        low = np.maximum(np.maximum(start, joined), opens)
        high = np.maximum(np.minimum(end, closes), low)
        before, span = calendar.clock_at(low) - since, calendar.clock_at(high) - calendar.clock_at(low)
        counts[row] = -np.exp(-pace * before) * np.expm1(-pace * span) / leaving
    return counts


def expect_newcomers(
    people: People, joined: Floats, starters: Starters, calendar: Calendar, days: int = NEWCOMER_DAYS
) -> Floats:
    """Expected profit (level 2b) of each customer from the day of the first order, ``days`` days, not discounted."""
    orders = price_orders(people, calendar)
    day = np.floor(joined).astype(np.int64)
    repeats = count_repeats(people, joined, calendar, joined, day + float(days))
    holds = starters.gateway + 2 * starters.lookalike.astype(np.int64)
    first = orders.first[holds, calendar.price_list(day), np.arange(len(people))]
    return np.asarray(first + (repeats * orders.repeat).sum(axis=0))
