"""How much customers differ in what they bring over a stretch of time: ``experiments_windows``.

An experiment compares means, so what it needs is the variance of one customer. It is taken from the newest stretches of the
past, each predicted blind before it: the part of the variance that the prediction explains is the part that the same
prediction will take away when the experiment is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.experiments import tables
from lifeworth.insight.experiments.reading.before import look_before
from lifeworth.insight.experiments.reading.blind import Blind, Known
from lifeworth.insight.experiments.reading.came import watch
from lifeworth.insight.ground import Frame, fill
from lifeworth.ledger.tables import day, drop, make_table
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

LENGTHS = (28, 56, 91, 182, 365)
HISTORY_DAYS = 84
FEWEST = 20
SHARES = (0.0, 0.01, 0.05, 0.10, 0.20, 0.30, 0.50, 1.0)
PAST, FORECAST = "past", "forecast"
_PEOPLE, _CAME, _BEFORE = "experiments_window_people", "experiments_window_came", "experiments_window_before"

_THERE = """
SELECT (row_number() OVER (ORDER BY customer_key) - 1)::INTEGER AS row_no, customer_key, {start} AS assigned_on, {end} AS until
FROM (SELECT DISTINCT customer_key FROM {days} WHERE day < {start}) ORDER BY 1"""

_READ = f"""
SELECT b.purchases, b.recency_days, b.T_days, CAST(b.money AS DOUBLE) AS money, c.purchases AS bought,
       CAST(c.money AS DOUBLE) AS brought
FROM {_BEFORE} b JOIN {_CAME} c USING (row_no) ORDER BY row_no"""


@dataclass(frozen=True)
class Stretch:
    """What customers were expected to bring over a stretch, what they brought, and who bought: (customers,) arrays."""

    expected: Floats
    brought: Floats
    bought: Floats

    @property
    def rest(self) -> Floats:
        """What a straight line through the expectation leaves."""
        centred = self.expected - self.expected.mean()
        size = float(centred @ centred)
        slope = float(centred @ self.brought) / size if size > 0 else 0.0
        return np.asarray(self.brought - slope * self.expected)


def write_windows(blind: Blind) -> None:
    """A block of rows per length that the history holds; the run's own forecast where it holds none."""
    engine, frame = blind.engine, blind.frame
    known = [length for length in LENGTHS if (frame.as_of - frame.first_day).days >= length + HISTORY_DAYS]
    rows = [row for length in known for row in _past(blind, length)]
    fill(engine, tables.WINDOWS, rows or _forecast(engine, frame))
    drop(engine, _PEOPLE, _CAME, _BEFORE)


def _past(blind: Blind, length: int) -> Iterator[list[Any]]:
    start = blind.frame.as_of - timedelta(days=length)
    stretch = _look_back(blind, start, length)
    if stretch is not None:
        yield from _rows(length, start, PAST, stretch, stretch.rest)


def _look_back(blind: Blind, start: date, length: int) -> Stretch | None:
    learned = blind.learn(start)
    if learned is None:
        return None
    engine, frame = blind.engine, blind.frame
    make_table(engine, _PEOPLE, _THERE.format(start=day(start), end=day(frame.as_of), days=blind.books.days))
    watch(engine, _PEOPLE, _CAME, frame.as_of, in_profit=frame.in_profit, books=blind.books)
    look_before(engine, _PEOPLE, _BEFORE, in_profit=frame.in_profit, books=blind.books)
    found = {n: np.ma.filled(v, 0).astype(np.float64) for n, v in engine.arrays(_READ).items()}
    purchases, recency, T, money = (found[name] for name in ("purchases", "recency_days", "T_days", "money"))
    known = Known(purchases, recency, T, money, money, np.full(len(T), float(length)))
    return Stretch(learned.expect(known, known.window), found["brought"], (found["bought"] > 0).astype(np.float64))


def _rows(length: int, start: date | None, basis: str, stretch: Stretch, rest: Floats) -> Iterator[list[Any]]:
    order = np.argsort(-stretch.expected, kind="stable")
    yield [length, start, basis, 0, 0.0, 1.0, *_figures(stretch, rest, order)]
    edges = group_edges(len(order))
    for place, (low, high) in enumerate(zip(edges[:-1], edges[1:], strict=True), 1):
        inside = order[round(low * len(order)) : round(high * len(order))]
        yield [length, start, basis, place, low, high, *_figures(stretch, rest, inside)]


def _figures(stretch: Stretch, rest: Floats, which: NDArray[np.intp]) -> list[Any]:
    brought, left = stretch.brought[which], rest[which]
    spread = 1 if len(which) > 1 else 0
    means = float(brought.mean()), float(brought.var(ddof=spread)), float(left.mean()), float(left.var(ddof=spread))
    return [len(which), float(stretch.bought[which].mean()), *means]


def group_edges(people: int) -> tuple[float, ...]:
    """Where groups begin and end in a list of so many customers, none of fewer than twenty.

    Examples
    --------
    >>> group_edges(1000)
    (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
    """
    edges = [0.0]
    for share in SHARES[1:-1]:
        if (share - edges[-1]) * people >= FEWEST and (1 - share) * people >= FEWEST:
            edges.append(share)
    return (*edges, 1.0)


_VALUED = """
SELECT value_mean AS expected, value_sd AS spread, orders_mean AS orders FROM insight_customers ORDER BY customer_id"""


def _forecast(engine: Engine, frame: Frame) -> Iterator[list[Any]]:
    """Spread of the run's own forecast: what is expected differs, and around it chance does."""
    found = {name: np.ma.filled(part, 0).astype(np.float64) for name, part in engine.arrays(_VALUED).items()}
    expected, spread = found["expected"], found["spread"]
    if not len(expected):
        return
    order = np.argsort(-expected, kind="stable")
    edges = group_edges(len(order))
    groups = [(0.0, 1.0), *zip(edges[:-1], edges[1:], strict=True)]
    for place, (low, high) in enumerate(groups):
        inside = order[round(low * len(order)) : round(high * len(order))]
        within = float((spread[inside] ** 2).mean())
        bought = float(-np.expm1(-np.maximum(found["orders"][inside], 0.0)).mean())
        about = [frame.horizon_days, None, FORECAST, place, low, high, len(inside), bought]
        yield [*about, float(expected[inside].mean()), float(expected[inside].var()) + within, 0.0, within]
