"""How large baskets are, month by month, quarter by quarter and year by year: ``products_baskets``."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from lifeworth.insight.ground import FEWEST, Frame, fill, hide
from lifeworth.insight.products import tables
from lifeworth.insight.products.basket_sums import MEASURES, Books, Months, read_books
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MONTH, QUARTER, YEAR = "month", "quarter", "year"
LENGTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}


@dataclass(frozen=True)
class Means:
    """Mean of a measure an order in each period with its range; NaN where too few customers can say."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Periods:
    """One entry per period: its first month, orders, customers, the median order, and the mean of each measure."""

    start: Ints
    orders: Ints
    customers: Ints
    median: Floats
    means: dict[str, Means]


def write_baskets(engine: Engine, frame: Frame, live: tuple[str, ...], *, lines: bool) -> None:
    """Orders, their value, pieces and lines by period.

    Parameters
    ----------
    live : tuple of str
        The money of the orders that there is any of.
    lines : bool
        Whether the lines of orders are known.
    """
    books = read_books(engine, live, lines=lines)
    found = {period: part(books, length, frame.interval_level) for period, length in LENGTHS.items()}
    hidden = _hidden(found)
    for period, periods in found.items():
        rows = [_row(frame, period, periods, place, hidden[period], books.every) for place in range(len(periods.start))]
        fill(engine, tables.BASKETS, rows)


def part(books: Books, length: int, level: float) -> Periods:
    """The books parted into periods of so many months."""
    every = books.everybody
    start = np.unique(every.month // length)
    place = np.searchsorted(start, every.month // length)

    def add(values: Floats) -> Floats:
        return np.bincount(place, weights=values, minlength=len(start)).astype(np.float64)

    orders, lined = add(every.orders), add(every.lined)
    means = {}
    for name in MEASURES:
        count = orders if name == "order_value" else lined
        asked = _customers(books.sample, name, start, length)
        means[name] = _mean(add(every.sums[name]), count, asked, books.every, level)
    people = np.bincount(np.searchsorted(start, books.customers_by(length)), minlength=len(start))
    return Periods(start * length, orders.astype(np.int64), people, _medians(books, start, length), means)


@dataclass(frozen=True)
class _Customers:
    """Sum of a measure and orders of each customer asked in a period; ``period`` is its place."""

    period: Ints
    total: Floats
    count: Floats


def _customers(sample: Months, name: str, start: Ints, length: int) -> _Customers:
    """A customer's months put together by period; those without an order that counts are left out."""
    count = sample.orders if name == "order_value" else sample.lined
    kept = count > 0
    packed = sample.customer[kept] * (int(start.max(initial=0)) + 1) + sample.month[kept] // length
    first = np.flatnonzero(np.diff(packed, prepend=-1))
    if not len(first):
        return _Customers(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    return _Customers(
        np.searchsorted(start, packed[first] % (int(start.max()) + 1)),
        np.add.reduceat(sample.sums[name][kept], first),
        np.add.reduceat(count[kept], first),
    )


def _mean(total: Floats, count: Floats, asked: _Customers, every: int, level: float) -> Means:
    """Mean an order; its variance is Σ_c (S_c − m·N_c)² / N² over customers c with sum S_c and N_c orders."""
    size = len(count)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / count
        apart = (asked.total - mean[asked.period] * asked.count) ** 2
        people = np.bincount(asked.period, minlength=size)
        variance = every * np.bincount(asked.period, weights=apart, minlength=size) * people / (people - 1) / count**2
        reach = stats.t.ppf((1 + level) / 2, np.maximum(people - 1, 1)) * np.sqrt(variance)
    told = (people >= FEWEST) & np.isfinite(mean) & np.isfinite(reach)
    return Means(*(np.where(told, values, np.nan) for values in (mean, mean - reach, mean + reach)))


def _medians(books: Books, start: Ints, length: int) -> Floats:
    """The middle value of the orders of each period; NaN where nobody was asked."""
    edges = np.searchsorted(books.value_month // length, np.append(start, start.max(initial=0) + 1))
    spans = zip(edges, edges[1:], strict=False)
    return np.array([np.median(books.values[a:b]) if b > a else np.nan for a, b in spans])


def _hidden(found: dict[str, Periods]) -> dict[str, set[int]]:
    """Periods with too few customers, and those that would give them away: within each quarter, within each year, and of all years."""
    within: dict[str, Callable[[int], Hashable]] = {
        MONTH: lambda month: month // 3,
        QUARTER: lambda month: month // 12,
        YEAR: lambda month: 0,
    }
    hidden: dict[str, set[int]] = {}
    for period, periods in found.items():
        groups: dict[Hashable, list[int]] = {}
        for place, month in enumerate(periods.start.tolist()):
            groups.setdefault(within[period](month), []).append(place)
        hidden[period] = {
            place
            for places in groups.values()
            for place, dark in zip(places, hide([int(periods.customers[p]) for p in places]), strict=True)
            if dark
        }
    return hidden


def _row(frame: Frame, period: str, periods: Periods, place: int, hidden: set[int], every: int) -> list[Any]:
    start, ends = (_day(int(periods.start[place]) + months) for months in (0, LENGTHS[period]))
    dark = place in hidden
    value, pieces, lines = (_shown(periods.means[name], place, dark) for name in MEASURES)
    return [
        period,
        start,
        start >= frame.first_day and ends <= frame.as_of,
        int(periods.orders[place]),
        None if dark else int(periods.customers[place]),
        *value,
        None if value[0] is None or np.isnan(periods.median[place]) else round(float(periods.median[place]), 4),
        *pieces,
        *lines,
        every,
        frame.interval_level,
    ]


def _day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _shown(means: Means, place: int, dark: bool) -> tuple[float | None, ...]:
    ends = (means.mean[place], means.low[place], means.high[place])
    return (None, None, None) if dark or np.isnan(ends[0]) else tuple(round(float(end), 4) for end in ends)
