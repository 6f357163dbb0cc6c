"""What the shop pays to be found, by month and campaign."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lifeworth.demo.arrays import Ints
from lifeworth.demo.people import People
from lifeworth.demo.seasons import HISTORY_DAYS, Calendar, weigh_joins
from lifeworth.demo.terms import CHANNELS

_SPREAD = 0.15


@dataclass(frozen=True)
class Spend:
    """One entry per month and campaign: day from ``as_of``, channel, campaign number within it, cents."""

    day: Ints
    channel: Ints
    campaign: Ints
    amount: Ints


def draw_spend(people: People, calendar: Calendar, rng: np.random.Generator) -> Spend:
    """Money spent on winning customers: budgets follow how many are expected that month.

    Over the whole history a channel's spend is its customers times what one costs to win, give or take the noise of
    single months; how many really come in a month is the luck of that month.
    """
    months = _month_starts(calendar.as_of)
    won = np.bincount(people.channel, minlength=len(CHANNELS))
    share = np.add.reduceat(weigh_joins(calendar, -HISTORY_DAYS, 0), months + HISTORY_DAYS)
    share /= share.sum()
    rows = [
        (day, number, campaign, share[index] * won[number] * channel.win_cost / len(channel.campaigns))
        for index, day in enumerate(months)
        for number, channel in enumerate(CHANNELS)
        for campaign in range(len(channel.campaigns))
    ]
    day, number, campaign, planned = (np.array(column) for column in zip(*rows, strict=True))
    amount = 100 * planned * np.exp(rng.normal(-(_SPREAD**2) / 2, _SPREAD, len(rows)))
    return Spend(day, number, campaign, np.rint(amount).astype(np.int64))


def _month_starts(as_of: date) -> Ints:
    """Day numbers on which a month begins, the opening day included."""
    days = np.arange(-HISTORY_DAYS, 0)
    first = [(as_of + timedelta(days=int(day))).day == 1 for day in days]
    first[0] = True
    return np.asarray(days[np.array(first)])
