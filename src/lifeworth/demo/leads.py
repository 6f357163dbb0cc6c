"""People who showed interest: some become customers, more do not, some still may.

A lead is won with a chance that hangs on what is known of it at the start. The shop's customers are given, so the
rest follows from them: where a share p of leads is won, each customer who was a lead stands beside (1 - p) / p on average
who were not won. These are drawn as people like the shop's customers.
"""

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import expit

from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.attributes import Cells
from lifeworth.demo.draws import draw_given
from lifeworth.demo.seasons import HISTORY_DAYS, Calendar, weigh_joins

SOURCES = ("newsletter sign-up", "abandoned basket", "trade fair", "recommendation", "business enquiry")
INDUSTRIES = ("private household", "office", "café or restaurant", "hotel or shop")
FIRST_CONTACTS = ("web form", "chat", "phone", "in person")
STAGES = ("open", "lost", "won")
OPEN, LOST, WON = range(len(STAGES))

WAS_LEAD_SHARE = 0.15
"""Share of customers who had been a lead before."""
SLOWEST_WIN_DAYS, WIN_PACE_DAYS = 60, 30.0
LOST_DAYS = (30, 90)
"""A lead is won so many days after it came (sooner is likelier) or given up on one of these days (evenly spread)."""

# Rows: home barista, office buyer, tea lover, gift giver.
_SOURCE_CHANCES = np.array([
    (0.26, 0.30, 0.12, 0.32, 0.00),
    (0.04, 0.06, 0.16, 0.10, 0.64),
    (0.36, 0.24, 0.14, 0.26, 0.00),
    (0.22, 0.46, 0.14, 0.18, 0.00),
])  # fmt: skip
_INDUSTRY_CHANCES = np.array([
    (0.95, 0.02, 0.02, 0.01),
    (0.06, 0.64, 0.16, 0.14),
    (0.96, 0.01, 0.02, 0.01),
    (0.95, 0.01, 0.02, 0.02),
])  # fmt: skip
_CONTACT_CHANCES = np.array([(0.52, 0.18, 0.18, 0.12)])

BASE_LOG_ODDS = -1.25
SOURCE_LOG_ODDS = (-0.15, 0.20, -0.90, 0.95, 0.35)
INDUSTRY_LOG_ODDS = (0.0, 0.45, -0.95, -0.40)
NEWSLETTER_LOG_ODDS = (0.0, -0.25, 0.35)
"""Of an empty cell, no and yes."""


@dataclass(frozen=True)
class Leads:
    """One entry per lead: whose attributes it carries (``like``), and, if ``won``, that customer it became.

    ``source``, ``industry`` and ``contact`` are codes into the named lists. ``chance`` is the chance that a lead still
    open is won in the end, given how long it has been open; 0 where it is lost, 1 where it was won. ``wins`` says
    whether it is won in the end, in the one future the simulator drew.
    """

    created: Ints
    closed: Ints
    source: Ints
    industry: Ints
    contact: Ints
    stage: Ints
    like: Ints
    won: Bools
    chance: Floats
    wins: Bools


@dataclass(frozen=True)
class _Coming:
    """Leads of people who are like ``like`` and would join on ``day`` if won; ``chance`` as the lead comes."""

    like: Ints
    day: Ints
    created: Ints
    source: Ints
    industry: Ints
    contact: Ints
    chance: Floats


@dataclass(frozen=True)
class _Known:
    """What tells how somebody came as a lead, one entry per customer: the kinds behind it, the newsletter cell."""

    kind_of_source: Ints
    kind_of_industry: Ints
    newsletter: Ints
    structure: bool


def draw_leads(
    kind: Ints, cells: Cells, joined: Floats, calendar: Calendar, rng: np.random.Generator, *, structure: bool
) -> Leads:
    """Everybody who was a lead from the opening to ``as_of``; without ``structure`` all have the same chance."""
    customers = len(kind)
    of_source, of_industry = (kind, kind) if structure else (rng.permutation(kind), rng.permutation(kind))
    known = _Known(of_source, of_industry, cells["newsletter"], structure)
    was = np.flatnonzero(rng.uniform(size=customers) < WAS_LEAD_SHARE)
    won = _approach(was, np.floor(joined[was]).astype(np.int64), known, rng)
    per_day = _joins_a_day(customers, calendar)
    will = _approach(*_draw_newcomers(per_day[-SLOWEST_WIN_DAYS:], 0, customers, rng), known, rng)
    most = 1 / expit(_lowest(structure)) - 1
    doubtful = _approach(*_draw_newcomers(most * per_day, -HISTORY_DAYS, customers, rng), known, rng)
    refused = rng.uniform(size=len(doubtful.like)) < (1 / doubtful.chance - 1) / most
    return _lay_out((won, will, _pick(doubtful, refused)), per_day, rng)


def _joins_a_day(customers: int, calendar: Calendar) -> Floats:
    """Leads among those who join on each day from the opening on, as many days ahead as a win may take."""
    weight = weigh_joins(calendar, -HISTORY_DAYS, SLOWEST_WIN_DAYS)
    return np.asarray(WAS_LEAD_SHARE * customers * weight / weight[:HISTORY_DAYS].sum())


def _draw_newcomers(per_day: Floats, first_day: int, customers: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """People like the shop's customers who would join on these days: who, and the day."""
    day = first_day + np.repeat(np.arange(len(per_day)), rng.poisson(per_day))
    return rng.integers(0, customers, len(day)), day


def _approach(like: Ints, day: Ints, known: _Known, rng: np.random.Generator) -> _Coming:
    """How people who would join on ``day`` had come as leads, and with what chance."""
    nobody = np.zeros_like(like)
    source = draw_given(_SOURCE_CHANCES, known.kind_of_source[like], rng)
    industry = draw_given(_INDUSTRY_CHANCES, known.kind_of_industry[like], rng)
    contact = draw_given(_CONTACT_CHANCES, nobody, rng)
    created = day - 1 - draw_given(_win_days()[None, :], nobody, rng)
    chance = chance_of_winning(source, industry, known.newsletter[like], structure=known.structure)
    return _Coming(like, day, created, source, industry, contact, chance)


def chance_of_winning(source: Ints, industry: Ints, newsletter: Ints, *, structure: bool) -> Floats:
    """Chance that a new lead is won, by what is known of it; ``newsletter`` -1 where its cell is empty."""
    odds = np.full(len(newsletter), BASE_LOG_ODDS)
    if structure:
        odds += np.array(SOURCE_LOG_ODDS)[source] + np.array(INDUSTRY_LOG_ODDS)[industry]
        odds += np.array(NEWSLETTER_LOG_ODDS)[newsletter + 1]
    return np.asarray(expit(odds))


def _lowest(structure: bool) -> float:
    return BASE_LOG_ODDS + structure * (min(SOURCE_LOG_ODDS) + min(INDUSTRY_LOG_ODDS) + min(NEWSLETTER_LOG_ODDS))


def _win_days() -> Floats:
    """Chance that a lead that is won is won after 1, 2, … days."""
    odds = np.exp(-np.arange(SLOWEST_WIN_DAYS) / WIN_PACE_DAYS)
    return np.asarray(odds / odds.sum())


def _pick(coming: _Coming, kept: Bools | Ints) -> _Coming:
    return _Coming(*(getattr(coming, field.name)[kept] for field in fields(_Coming)))


def _lay_out(parts: tuple[_Coming, _Coming, _Coming], per_day: Floats, rng: np.random.Generator) -> Leads:
    """Those won, those yet to be won and those refused: all that came by ``as_of``, earliest first, as they then stand."""
    lead = _Coming(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(_Coming)))
    refused = np.repeat([False, False, True], [len(part.like) for part in parts])
    order = np.lexsort((lead.like, refused, lead.created))
    order = order[(lead.created[order] >= -HISTORY_DAYS) & (lead.created[order] < 0)]
    lead, refused = _pick(lead, order), refused[order]
    given_up = lead.created + rng.integers(LOST_DAYS[0], LOST_DAYS[1] + 1, len(order))
    closed = np.where(refused, given_up, lead.day)
    stage = np.where(closed >= 0, OPEN, np.where(refused, LOST, WON))
    won = stage == WON
    chance = np.where(stage == OPEN, given_age(lead.chance, -lead.created, per_day), won)
    return Leads(
        lead.created, closed, lead.source, lead.industry, lead.contact, stage, lead.like, won, chance, ~refused
    )


def given_age(chance: Floats, age: Ints, per_day: Floats) -> Floats:
    """Chance that a lead still open at an age is won: p S / (p S + (1 - p) L).

    S is the share of wins, L of losses, that come at this age or later; wins come as people join, so S hangs on how many
    join in the days before and after ``as_of``.
    """
    ages = np.clip(age, 1, LOST_DAYS[1] + 1)
    win, lose = _open_shares(per_day)
    still = chance * win[ages]
    return np.asarray(still / np.maximum(still + (1 - chance) * lose[ages], 1e-300))


def _open_shares(per_day: Floats) -> tuple[Floats, Floats]:
    """Share of wins, and of losses, that are still to come at each age in days."""
    pace, days = _win_days(), np.arange(1, SLOWEST_WIN_DAYS + 1)
    ages = np.arange(LOST_DAYS[1] + 2)
    win = np.zeros(len(ages))
    for age in ages[1:]:
        joins = pace * per_day[HISTORY_DAYS - age + days]
        win[age] = joins[days >= age].sum() / joins.sum()
    lasting = np.arange(LOST_DAYS[0], LOST_DAYS[1] + 1)
    return win, np.array([(lasting >= age).mean() for age in ages])
