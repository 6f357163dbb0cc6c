"""When customers buy: a Poisson process on the clock of demand that ends after one of its purchases."""

from dataclasses import dataclass

import numpy as np

from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.people import People
from lifeworth.demo.seasons import Calendar


@dataclass(frozen=True)
class Purchases:
    """One entry per order, earliest first.

    ``customer`` counts from 0, ``moment`` is days from ``as_of`` (fractions are the time of day), ``day`` its whole
    part, ``nth`` which order of the customer it is (0 = the first), ``brought`` whether a campaign brought it: such an
    order comes on top of the customer's own process and changes nothing in it.
    """

    customer: Ints
    moment: Floats
    day: Ints
    nth: Ints
    brought: Bools


def draw_repeats(
    people: People, start: Floats, calendar: Calendar, rng: np.random.Generator
) -> tuple[Ints, Floats, Bools]:
    """Later purchases of customers from ``start`` (days) to the end of the horizon.

    Given how many there would be, the moments of a Poisson process are uniform on its clock; a customer's are
    cut after the purchase at which they leave, a geometric count. Returns the customer and the moment of each
    purchase, sorted by customer then moment, and whether it was the customer's last ever.
    """
    from_clock = calendar.clock_at(start)
    span = calendar.clock[-1] - from_clock
    counts = rng.poisson(people.rate * span)
    leaves_after = _draw_lifetime(people.leaving, rng)
    customer = np.repeat(np.arange(len(people)), counts)
    clock = from_clock[customer] + rng.uniform(size=len(customer)) * span[customer]
    order = np.lexsort((clock, customer))
    customer, clock = customer[order], clock[order]
    nth = rank_within(customer, counts)
    kept = nth < leaves_after[customer]
    last = nth[kept] == leaves_after[customer[kept]] - 1
    return customer[kept], calendar.day_at(clock[kept]), last


def _draw_lifetime(leaving: Floats, rng: np.random.Generator) -> Ints:
    """After how many repeat purchases customers leave (geometric), by inversion so that tiny chances survive."""
    never = np.log1p(-np.maximum(leaving, 1e-12))
    draws = np.log(rng.uniform(np.finfo(float).tiny, 1.0, len(leaving)))
    return np.minimum(np.floor(draws / never), 1e9).astype(np.int64) + 1


def rank_within(group: Ints, sizes: Ints) -> Ints:
    """0, 1, 2, … within each group of a sorted array of group numbers."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.asarray(np.arange(len(group)) - starts[group])


def draw_purchases(
    people: People, joined: Floats, calendar: Calendar, rng: np.random.Generator
) -> tuple[Purchases, Bools]:
    """Every order from the opening to the end of the horizon, and who is still a customer at ``as_of``."""
    repeat_customer, repeat_moment, last = draw_repeats(people, joined, calendar, rng)
    customer = np.concatenate([np.arange(len(people)), repeat_customer])
    moment = np.concatenate([joined, repeat_moment])
    alive = np.ones(len(people), dtype=np.bool_)
    alive[repeat_customer[last & (repeat_moment < 0)]] = False
    own = np.zeros(len(customer), dtype=np.bool_)
    return sort_purchases(customer, moment, own, calendar.horizon_days), alive


def add_orders(purchases: Purchases, customer: Ints, moment: Floats, horizon_days: int) -> Purchases:
    """The same purchases and, among them, those that a campaign brought."""
    return sort_purchases(
        np.concatenate([purchases.customer, customer]),
        np.concatenate([purchases.moment, moment]),
        np.concatenate([purchases.brought, np.ones(len(customer), dtype=np.bool_)]),
        horizon_days,
    )


def sort_purchases(customer: Ints, moment: Floats, brought: Bools, horizon_days: int) -> Purchases:
    """Purchases in the order in which they happen; a customer's are counted from their first."""
    nth = np.empty(len(customer), dtype=np.int64)
    by_customer = np.lexsort((moment, customer))
    nth[by_customer] = rank_within(customer[by_customer], np.bincount(customer))
    order = np.lexsort((customer, moment))
    day = np.minimum(np.floor(moment[order]).astype(np.int64), horizon_days - 1)
    return Purchases(customer[order], moment[order], day, nth[order], brought[order])
