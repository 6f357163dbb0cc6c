"""What newcomers are worth on average over everybody who might come, by channel and by what they begin with.

Averages over customers drawn are not the truth of the shop, only of its sample. Here the distribution of the traits
itself is averaged: evenly spread points (Sobol 1967) stand for all customers, and each counts for a channel, or for a
first product, with the chance that it has.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from scipy.stats import qmc

from lifeworth.demo.arrays import Floats, Ints
from lifeworth.demo.draws import chances_of
from lifeworth.demo.newcomers import NEWCOMER_DAYS, OrderProfit, count_repeats, price_orders
from lifeworth.demo.people import People, people_at, weigh_channels
from lifeworth.demo.seasons import HISTORY_DAYS, Calendar, make_calendar, month_of, weigh_joins
from lifeworth.demo.starters import gateway_chance, lookalike_chance
from lifeworth.demo.terms import CHANNELS
from lifeworth.demo.traits import compare, traits_at

FINISHED = (-2 * NEWCOMER_DAYS, -NEWCOMER_DAYS)
"""Newcomers of these days, from ``as_of``: the last year whose newcomers have all been followed for a year."""
CHECKPOINTS = (30, 90, 180, NEWCOMER_DAYS)
_POINTS_LOG2 = 14


@dataclass(frozen=True)
class Everybody:
    """Points that stand for all customers: who they are (through the first channel), and what they might be.

    ``channels`` is (points, channels); ``gateway`` the chance to begin with that product; ``spread`` is evenly spread
    between 0 and 1, independent of all else.
    """

    people: People
    channels: Floats
    gateway: Floats
    spread: Floats


@dataclass(frozen=True)
class Difference:
    """Newcomer profit of those who begin with a product less that of the others, in euros.

    ``adjusted`` compares within channel and month of the first order and averages over the buyers' own; ``raw`` does
    not. ``share`` of newcomers begin with it.
    """

    share: float
    adjusted: float
    raw: float


@dataclass(frozen=True)
class NewcomerTruth:
    """Expected profit (level 2b) of newcomers from the day of the first order, in euros, not discounted.

    ``by_channel`` is (channels, ``CHECKPOINTS``), ``overall`` holds for the last of them.
    """

    by_channel: Floats
    channel_share: Floats
    overall: float
    gateway: Difference
    lookalike: Difference


@lru_cache(maxsize=1)
def spread_people() -> Everybody:
    """Evenly spread points over everything that people may be."""
    shares = qmc.Sobol(11, scramble=False).random_base2(_POINTS_LOG2) + 0.5 / 2**_POINTS_LOG2
    traits = traits_at(shares[:, :4])
    scores = compare(traits)
    people, channels = people_at(traits, shares[:, 4:10]), chances_of(weigh_channels(scores))
    return Everybody(people, channels, gateway_chance(scores), shares[:, 10])


@lru_cache(maxsize=4)
def know_newcomers(as_of: date, season: bool, price_drift: bool) -> NewcomerTruth:
    """What newcomers of the finished year are worth, weighted as they join."""
    calendar = make_calendar(as_of, 1, season=season, price_drift=price_drift)
    everybody = spread_people()
    orders = [price_orders(everybody.people.all_from(channel=each), calendar) for each in range(len(CHANNELS))]
    tallies = [_tally(everybody, orders, calendar, days) for days in CHECKPOINTS]
    last = tallies[-1]
    return NewcomerTruth(
        by_channel=np.column_stack([tally.profit.sum((0, 2, 3)) / tally.share.sum((0, 2, 3)) for tally in tallies]),
        channel_share=everybody.channels.mean(axis=0),
        overall=float(last.profit.sum() / last.share.sum()),
        gateway=_differ(_Tally(last.share.sum(3), last.profit.sum(3))),
        lookalike=_differ(_Tally(last.share.sum(2), last.profit.sum(2))),
    )


@lru_cache(maxsize=4)
def know_order_profit(as_of: date, season: bool, price_drift: bool, country: int) -> float:
    """Expected profit in euros of an order of the last 365 days, had everybody lived in one country."""
    calendar = make_calendar(as_of, 1, season=season, price_drift=price_drift)
    everybody = spread_people()
    reached = np.concatenate([[0.0], np.cumsum(weigh_joins(calendar, -HISTORY_DAYS, 0))])
    joined = np.interp(everybody.spread * reached[-1], reached, np.arange(-HISTORY_DAYS, 1.0))
    day = np.minimum(np.floor(joined).astype(np.int64), -1)
    first, place = day >= -NEWCOMER_DAYS, np.arange(len(day))
    repeats = count_repeats(everybody.people, joined, calendar, -float(NEWCOMER_DAYS), 0.0)
    profit, count = 0.0, 0.0
    for channel in range(len(CHANNELS)):
        people, weight = everybody.people.all_from(channel=channel, country=country), everybody.channels[:, channel]
        orders, look = price_orders(people, calendar), lookalike_chance(people.channel, month_of(day, as_of))
        begins = _hold_chances(everybody.gateway, look)[:, None, :] * orders.first
        newcomer = begins.sum(axis=0)[calendar.price_list(day), place]
        profit += float((weight * ((repeats * orders.repeat).sum(axis=0) + first * newcomer)).sum())
        count += float((weight * (repeats.sum(axis=0) + first)).sum())
    return profit / count


def _hold_chances(gateway: Floats, lookalike: Floats) -> Floats:
    """Chance that a first order holds neither product, the gateway product, the lookalike, both."""
    neither = (1 - gateway) * (1 - lookalike)
    return np.array([neither, gateway * (1 - lookalike), (1 - gateway) * lookalike, gateway * lookalike])


@dataclass(frozen=True)
class _Tally:
    """Newcomers and their profit, added up by month, channel and whether they begin with a product (0 no, 1 yes)."""

    share: Floats
    profit: Floats


def _differ(tally: _Tally) -> Difference:
    share, profit = tally.share, tally.profit
    mean = profit / share
    buyers = share[:, :, 1]
    adjusted = (buyers * (mean[:, :, 1] - mean[:, :, 0])).sum() / buyers.sum()
    without, with_it = profit.sum((0, 1)) / share.sum((0, 1))
    return Difference(float(buyers.sum() / share.sum()), float(adjusted), float(with_it - without))


def _tally(everybody: Everybody, orders: list[OrderProfit], calendar: Calendar, days: int) -> _Tally:
    """Everybody joins in every month through every channel: (months, channels, gateway, lookalike)."""
    window = np.arange(*FINISHED)
    months = np.split(window, np.flatnonzero(np.diff(month_of(window, calendar.as_of))) + 1)
    counts = [_tally_month(everybody, orders, calendar, month, days) for month in months]
    return _Tally(np.array([tally.share for tally in counts]), np.array([tally.profit for tally in counts]))


def _tally_month(everybody: Everybody, orders: list[OrderProfit], calendar: Calendar, month: Ints, days: int) -> _Tally:
    weight = weigh_joins(calendar, int(month[0]), int(month[-1]) + 1)
    reached = np.concatenate([[0.0], np.cumsum(weight)]) / weight.sum()
    joined = np.interp(everybody.spread, reached, np.arange(month[0], month[-1] + 2, dtype=np.float64))
    repeats = count_repeats(everybody.people, joined, calendar, joined, np.floor(joined) + float(days))
    in_force, number = int(calendar.price_list(month[:1])[0]), int(month_of(month[:1], calendar.as_of)[0])
    share, profit = np.zeros((len(orders), 2, 2)), np.zeros((len(orders), 2, 2))
    for channel, order in enumerate(orders):
        later = (repeats * order.repeat).sum(axis=0)
        look = float(lookalike_chance(np.array([channel]), np.array([number]))[0])
        holds = _hold_chances(everybody.gateway, np.full(len(joined), look)) * everybody.channels[:, channel]
        money = holds * (order.first[:, in_force] + later)
        share[channel] = weight.sum() * holds.mean(axis=1).reshape(2, 2).T
        profit[channel] = weight.sum() * money.mean(axis=1).reshape(2, 2).T
    return _Tally(share, profit)
