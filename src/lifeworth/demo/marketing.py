"""What the shop pays to be found, by month and campaign, and the people who showed interest."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.people import People
from lifeworth.demo.seasons import HISTORY_DAYS
from lifeworth.demo.terms import CHANNELS

LEAD_SOURCES = ("newsletter sign-up", "abandoned basket", "trade fair", "recommendation", "business enquiry")
LEAD_STAGES = ("open", "lost", "won")
_BUSINESS_ENQUIRY = LEAD_SOURCES.index("business enquiry")
_WON_SHARE, _OTHERS_SHARE, _OPEN_DAYS = 0.10, 0.25, 60


@dataclass(frozen=True)
class Spend:
    """One entry per month and campaign: day from ``as_of``, channel, campaign number within it, cents."""

    day: Ints
    channel: Ints
    campaign: Ints
    amount: Ints


@dataclass(frozen=True)
class Leads:
    """One entry per lead: whose attributes it carries (``like``), and, if ``won``, that customer it became."""

    created: Ints
    closed: Ints
    source: Ints
    stage: Ints
    like: Ints
    won: Bools


def draw_spend(people: People, joined: Floats, as_of: date, rng: np.random.Generator) -> Spend:
    """Money spent on winning customers, following the customers each channel won that month."""
    months = _month_starts(as_of)
    month = np.searchsorted(months, np.floor(joined), side="right") - 1
    won = np.bincount(month * len(CHANNELS) + people.channel, minlength=len(months) * len(CHANNELS))
    rows = [
        (day, number, campaign, won[index * len(CHANNELS) + number])
        for index, day in enumerate(months)
        for number, channel in enumerate(CHANNELS)
        for campaign in range(len(channel.campaigns))
    ]
    day, number, campaign, count = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    cost = np.array([channel.win_cost for channel in CHANNELS])[number]
    share = 1 / np.array([max(1, len(channel.campaigns)) for channel in CHANNELS])[number]
    amount = 100 * cost * share * (count + 0.5) * np.exp(rng.normal(0, 0.15, len(rows)))
    return Spend(day, number, campaign, np.rint(amount).astype(np.int64))


def _month_starts(as_of: date) -> Ints:
    """Day numbers on which a month begins, the opening day included."""
    days = np.arange(-HISTORY_DAYS, 0)
    first = [(as_of + timedelta(days=int(day))).day == 1 for day in days]
    first[0] = True
    return np.asarray(days[np.array(first)])


def draw_leads(people: People, joined: Floats, rng: np.random.Generator) -> Leads:
    """People who showed interest: some became customers, more did not, some may yet."""
    became = np.flatnonzero(rng.uniform(size=len(people)) < _WON_SHARE)
    others = rng.integers(0, len(people), round(_OTHERS_SHARE * len(people)))
    first_order = np.floor(joined[became]).astype(np.int64)
    thought_over = rng.integers(1, 46, len(became))
    created = np.concatenate(
        [np.maximum(first_order - thought_over, -HISTORY_DAYS), -rng.integers(1, 720, len(others))]
    )
    won = np.arange(len(created)) < len(became)
    like = np.concatenate([became, others])
    stage = np.where(won, 2, np.where(created > -_OPEN_DAYS, 0, 1))
    closed = np.where(won, np.concatenate([first_order, np.zeros_like(others)]), created + _OPEN_DAYS)
    source = np.where(people.business[like] == 1, _BUSINESS_ENQUIRY, rng.integers(0, _BUSINESS_ENQUIRY, len(like)))
    order = np.lexsort((like, created))
    return Leads(created[order], closed[order], source[order], stage[order], like[order], won[order])
