"""What winning a customer cost: by channel over the days judged, by when they were won, and by both."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.acquisition import tables
from lifeworth.insight.acquisition.channels import ALL, pool_of
from lifeworth.insight.acquisition.won import WON, Won
from lifeworth.insight.ground import fill, hide, hide_grid
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

FORMULA = (
    "spend on winning customers / first orders through channels with spend (paid) or through all channels (blended)"
)

_PEOPLE = "SELECT channel, {period}, count(*) FROM {won} WHERE first_day >= {since} GROUP BY ALL"
_MONEY = """
SELECT {pool}, {period}, sum(amount) FROM sources_spend
WHERE purpose = 'acquire' AND spent_on < {as_of} AND spent_on >= {since} GROUP BY ALL"""

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Tally:
    """Spend and newcomers by channel (rows) and period (columns).

    ``hidden`` marks cells of too few people; ``shown`` are all and paid newcomers of each period, None where too few.
    """

    starts: tuple[date, ...]
    spend: list[list[Decimal]]
    newcomers: Counts
    hidden: NDArray[np.bool_]
    shown: tuple[tuple[int | None, int | None], ...]


@dataclass(frozen=True)
class Prices:
    """What one newcomer cost over the days judged, in channels' order; None where unknown or too few to be shown.

    ``blended`` and ``paid`` are over everybody and over channels with spend; ``by_cohort`` is blended, by first day.
    """

    by_channel: tuple[float | None, ...]
    newcomers: tuple[int | None, ...]
    spend: tuple[Decimal, ...]
    blended: float | None
    paid: float | None
    by_cohort: dict[date, float | None]

    @property
    def known(self) -> bool:
        """Whether anything was spent in the days judged."""
        return any(self.spend)


def write_costs(engine: Engine, won: Won) -> Prices:
    """``acquisition_costs``, and what everybody else needs of it; the table stays empty where no spend is known."""
    lately = _tally(engine, won, f"{day(won.since)}", won.since, by_row=True)
    ever = _tally(engine, won, "CAST(date_trunc('{grain}', {column}) AS DATE)", None)
    if any(any(row) for row in ever.spend):
        fill(engine, tables.COSTS, _rows(won, lately, ever))
    return _prices(won, lately, ever)


def _tally(engine: Engine, won: Won, period: str, since: date | None, *, by_row: bool = False) -> Tally:
    first = day(since or date(1, 1, 1))
    people = engine.rows(
        _PEOPLE.format(period=period.format(grain=won.grain, column="first_day"), won=WON, since=first)
    )
    money = engine.rows(
        _MONEY.format(
            pool=pool_of("channel"),
            period=period.format(grain=won.grain, column="spent_on"),
            as_of=day(won.as_of),
            since=first,
        )
    )
    starts = tuple(sorted({row[1] for row in (*people, *money)}))
    place = {start: column for column, start in enumerate(starts)}
    channels = len(won.channels.names)
    counts = np.zeros((channels, len(starts)), dtype=np.int64)
    spend = [[Decimal(0)] * len(starts) for _ in range(channels)]
    for code, start, count in people:
        counts[code, place[start]] += count
    for pool, start, amount in money:
        spend[won.channels.codes.get(pool, won.channels.others)][place[start]] += amount
    hidden = np.array([hide(counts[:, 0].tolist())]).T if by_row and starts else hide_grid(counts)
    return Tally(starts, spend, counts, hidden, _shown(spend, counts))


def _rows(won: Won, lately: Tally, ever: Tally) -> Iterator[list[Any]]:
    first = min(ever.starts)
    everything = _all_periods(ever)
    for tally, since in ((lately, won.since), (everything, first)):
        if tally.starts:
            yield _together("everybody", None, since, won.as_of, tally, 0)
    for code, name in enumerate(won.channels.names):
        if lately.starts and (lately.spend[code][0] or lately.newcomers[code, 0]):
            yield _one("channel", name, None, won.since, won.as_of, lately, code, 0)
    for column, start in enumerate(ever.starts):
        until = min(next_period(start, won.grain), won.as_of)
        yield _together("won in", period_name(start, won.grain), start, until, ever, column)
    for code, name in enumerate(won.channels.names):
        for column, start in enumerate(ever.starts):
            if ever.spend[code][column] or ever.newcomers[code, column]:
                until = min(next_period(start, won.grain), won.as_of)
                named = period_name(start, won.grain)
                yield _one("channel and won in", name, named, start, until, ever, code, column)


def _all_periods(tally: Tally) -> Tally:
    """All periods as one."""
    spend = [[sum(row, Decimal(0))] for row in tally.spend]
    newcomers = np.asarray(tally.newcomers.sum(axis=1, keepdims=True))
    return Tally(tally.starts[:1], spend, newcomers, np.zeros_like(newcomers, dtype=np.bool_), _shown(spend, newcomers))


def _together(kind: str, name: str | None, since: date, until: date, tally: Tally, column: int) -> list[Any]:
    """All channels as one, with the paid ones among them."""
    spend = sum((row[column] for row in tally.spend), Decimal(0))
    everybody, among = tally.shown[column]
    each = [_each(spend, among), _each(spend, everybody)]
    return [kind, ALL, name, since, until, spend, everybody, among, *each, FORMULA]


def _one(
    kind: str, channel: str, name: str | None, since: date, until: date, tally: Tally, code: int, column: int
) -> list[Any]:
    spend = tally.spend[code][column]
    people = None if tally.hidden[code, column] else int(tally.newcomers[code, column])
    each = _each(spend, people)
    paid = None if people is None else people if spend else 0
    return [kind, channel, name, since, until, spend, people, paid, each, each, FORMULA]


def _paid(spend: list[list[Decimal]], newcomers: Counts, column: int) -> tuple[int, int]:
    """All newcomers of a period, and those of channels with spend in it."""
    spent = np.array([bool(row[column]) for row in spend])
    people = newcomers[:, column]
    return int(people.sum()), int(people[spent].sum())


def _shown(spend: list[list[Decimal]], newcomers: Counts) -> tuple[tuple[int | None, int | None], ...]:
    """All and paid newcomers of each period; None where few people could be told from it, alone or from the others."""
    found = [_paid(spend, newcomers, column) for column in range(newcomers.shape[1])]
    whole = hide([people for people, _ in found])
    parted = hide_grid(np.array([[paid, people - paid] for people, paid in found], dtype=np.int64).reshape(-1, 2))
    return tuple(
        (None if gone else people, None if gone or part.any() else paid)
        for (people, paid), gone, part in zip(found, whole, parted, strict=True)
    )


def _each(spend: Decimal, people: int | None) -> float | None:
    return float(spend / people) if people and spend else None


def _prices(won: Won, lately: Tally, ever: Tally) -> Prices:
    channels = range(len(won.channels.names))
    cohorts = {start: _together("", None, start, start, ever, column)[9] for column, start in enumerate(ever.starts)}
    if not lately.starts:
        nothing = tuple(None for _ in channels)
        return Prices(nothing, nothing, tuple(Decimal(0) for _ in channels), None, None, cohorts)
    shown = tuple(None if lately.hidden[code, 0] else int(lately.newcomers[code, 0]) for code in channels)
    spend = tuple(lately.spend[code][0] for code in channels)
    together = _together("", None, won.since, won.as_of, lately, 0)
    each = tuple(_each(money, people) for money, people in zip(spend, shown, strict=True))
    return Prices(each, shown, spend, together[9], together[8], cohorts)


def period_name(start: date, grain: str) -> str:
    """2025-09, or 2025-Q3."""
    return f"{start:%Y-%m}" if grain == "month" else f"{start.year}-Q{(start.month + 2) // 3}"


def next_period(start: date, grain: str) -> date:
    """First day of the month or quarter after."""
    later = start + timedelta(days=32 if grain == "month" else 100)
    return later.replace(day=1) if grain == "month" else date(later.year, (later.month - 1) // 3 * 3 + 1, 1)
