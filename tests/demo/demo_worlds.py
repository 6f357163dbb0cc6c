"""Shops the demo tests share, and ways to let them live again."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np

from lifeworth.demo.aftermath import OrderMoney, follow_up, settle
from lifeworth.demo.people import People
from lifeworth.demo.purchases import Purchases
from lifeworth.demo.sales import print_price_lists, ring_up
from lifeworth.demo.seasons import Calendar
from lifeworth.demo.simulation import Simulation, draw_baskets, play
from lifeworth.demo.starters import Starters

AS_OF = date(2026, 6, 30)


@cache
def shop(
    customers: int = 3000,
    *,
    season: bool = True,
    price_drift: bool = True,
    structure: bool = True,
    horizon_days: int = 365,
) -> Simulation:
    return play(customers, 11, AS_OF, horizon_days, 0.10, season=season, price_drift=price_drift, structure=structure)


def big(*, structure: bool = True) -> Simulation:
    return shop(60_000, structure=structure)


def no_starters(customers: int) -> Starters:
    nothing = np.zeros(customers, dtype=bool)
    return Starters(nothing, nothing)


def earn(
    people: People, bought: Purchases, starters: Starters, world: Simulation, calendar: Calendar, seed: int = 99
) -> OrderMoney:
    """What orders bring when their baskets, coupons, parcels, returns and tickets are drawn anew."""
    rng = np.random.default_rng(seed)
    lines = draw_baskets(people, bought, world.catalogue, rng, starters)
    lists = print_price_lists(world.catalogue, calendar)
    sold = ring_up(people, bought, lines, lists, calendar, rng)
    return settle(sold, follow_up(people, bought, lines, sold, world.catalogue, rng))


def as_repeats(bought: Purchases) -> Purchases:
    return replace(bought, nth=bought.nth + 1)


def standard_score(seen: float, expected: float, variance: float) -> float:
    return (seen - expected) / np.sqrt(variance)
