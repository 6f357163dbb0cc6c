"""Offers worth making: chance times what taking them up brings, group by group and customer by customer."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

from lifeworth.insight.ground import Frame, fill, too_small
from lifeworth.insight.retention.offers.brings import brings_by_tier
from lifeworth.insight.retention.offers.firsts import EPOCH, OFFERS, categories, read_adopters, read_firsts
from lifeworth.insight.retention.offers.goods import drop_goods, write_goods
from lifeworth.insight.retention.offers.groups import Offered, Window, offer_to_groups
from lifeworth.insight.retention.offers.standing import GROUPS, stand
from lifeworth.insight.retention.rhythm import Rhythm
from lifeworth.insight.retention.tables import OFFER_LIST
from lifeworth.insight.retention.tables import OFFERS as OFFERS_TABLE
from lifeworth.store.engine import Engine

LEAST_WINDOW_DAYS, YEAR = 60, 365
LONGEST = 1_000

_FREE = "SELECT customer_key FROM retention_asked WHERE is_candidate AND may_contact ORDER BY customer_key"
_NAMES = "SELECT customer_key, customer_id FROM retention_asked JOIN (SELECT unnest(?::BIGINT[]) AS customer_key) USING (customer_key)"


@dataclass(frozen=True)
class Times:
    """The day asked, the window that chances are for, and for how many days what was taken up is followed."""

    as_of: date
    window: int
    followed: int

    def since_epoch(self, windows_ago: int) -> int:
        """The day so many windows ago, counted from 1970."""
        return (self.as_of - EPOCH).days - windows_ago * self.window


@dataclass(frozen=True)
class Promise:
    """What the most promising offer of every candidate should bring together, with its range."""

    customers: int
    mean: float
    low: float
    high: float


def write_offers(engine: Engine, frame: Frame, rhythm: Rhythm) -> Promise | None:
    """Fill the two tables; they stay empty, and nothing is promised, where no line names a category or the past is too short."""
    history = (frame.as_of - frame.first_day).days
    times = Times(frame.as_of, min(YEAR, frame.horizon_days, history // 3), min(YEAR, history // 2))
    promise = None
    if times.window >= LEAST_WINDOW_DAYS and write_goods(engine, frame):
        offered = _find(engine, rhythm, times, frame.interval_level)
        fill(engine, OFFERS_TABLE, [_line(each, times, frame.interval_level) for each in offered])
        promise = _write_list(engine, offered, frame.interval_level)
    drop_goods(engine)
    return promise


def _find(engine: Engine, rhythm: Rhythm, times: Times, level: float) -> list[Offered]:
    today, last, before = (_window(engine, rhythm, times, windows_ago) for windows_ago in (0, 1, 2))
    firsts, adopters = read_firsts(engine), read_adopters(engine, times.as_of, times.followed)
    free = np.ma.filled(engine.arrays(_FREE)["customer_key"], 0).astype(np.int64)
    found = []
    for place, offer in enumerate(OFFERS):
        for number, category in categories(engine).items():
            brings = brings_by_tier(adopters, place, number, last.stood.edges)
            if brings:
                own = firsts.of(place, number)
                found += offer_to_groups(offer, category, own, (last, before), today, free, brings, level)
    return found


def _window(engine: Engine, rhythm: Rhythm, times: Times, windows_ago: int) -> Window:
    start = times.since_epoch(windows_ago)
    return Window(stand(engine, rhythm, EPOCH + timedelta(days=start)), start, start + times.window)


def _line(each: Offered, times: Times, level: float) -> list[Any]:
    z, count, brings = NormalDist().inv_cdf((1 + level) / 2), len(each.candidates), each.brings
    extra = count * each.chance * brings.mean
    reach = z * sqrt(_unsure(each, count) + _single(each, count))
    return [
        each.offer,
        each.category,
        *GROUPS[each.group],
        each.comparable,
        None if too_small(each.took) or too_small(each.comparable - each.took) else each.took,
        times.window,
        *(round(value, 6) for value in (each.chance, each.chance_low, each.chance_high)),
        *(round(value, 4) for value in (brings.mean, brings.mean - z * brings.error, brings.mean + z * brings.error)),
        times.followed,
        brings.adopters,
        count,
        *(round(value, 4) for value in (extra, _least(extra - reach, each), extra + reach)),
        round(each.expected, 4),
    ]


def _least(low: float, each: Offered) -> float:
    """The low end of a sum: who takes nothing up brings nothing, so it is not below zero."""
    return max(low, 0.0) if each.brings.mean >= 0 else low


def _unsure(each: Offered, count: int) -> float:
    """Variance of what so many candidates should bring, because the chance and what it brings are not known exactly."""
    return count**2 * ((each.chance_sd * each.brings.mean) ** 2 + (each.chance * each.brings.error) ** 2)


def _single(each: Offered, count: int) -> float:
    """Variance because single customers do or do not take it up, and buy more or less."""
    once = each.chance * (each.brings.spread**2 + each.brings.mean**2) - (each.chance * each.brings.mean) ** 2
    return count * once


def _write_list(engine: Engine, offered: list[Offered], level: float) -> Promise | None:
    """Each candidate's best offer, the largest expected extra first."""
    if not offered:
        return None
    which = np.repeat(np.arange(len(offered)), [len(each.candidates) for each in offered])
    keys = np.concatenate([each.candidates for each in offered])
    extra = np.array([each.chance * each.brings.mean for each in offered])[which]
    order = np.lexsort((which, keys, -extra))
    _, first = np.unique(keys[order], return_index=True)
    best = order[np.sort(first)]
    chosen = best[:LONGEST]
    names = dict(engine.rows(_NAMES, [keys[chosen].tolist()]))
    rows = [
        [place, names[int(keys[row])], *_promised(offered[int(which[row])], level)]
        for place, row in enumerate(chosen.tolist(), 1)
    ]
    fill(engine, OFFER_LIST, rows)
    return _together(offered, np.bincount(which[best], minlength=len(offered)), level)


def _promised(each: Offered, level: float) -> list[Any]:
    z, mean = NormalDist().inv_cdf((1 + level) / 2), each.chance * each.brings.mean
    reach = z * sqrt(_unsure(each, 1))
    figures = (round(value, 4) for value in (mean, _least(mean - reach, each), mean + reach))
    return [each.offer, each.category, round(each.chance, 6), round(each.brings.mean, 4), *figures]


def _together(offered: list[Offered], counts: Any, level: float) -> Promise:
    """The sum over customers; groups of one category share what is not known, so its deviations are added up there."""
    mean, single, shared = 0.0, 0.0, {each.category: 0.0 for each in offered}
    for each, count in zip(offered, counts.tolist(), strict=True):
        mean += count * each.chance * each.brings.mean
        single += _single(each, count)
        shared[each.category] += sqrt(_unsure(each, count))
    reach = NormalDist().inv_cdf((1 + level) / 2) * sqrt(single + sum(value**2 for value in shared.values()))
    return Promise(int(counts.sum()), mean, mean - reach, mean + reach)
