"""Do customers who come back spend more each time? The same customers' later orders against their first: ``products_returning``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST, Frame, fill
from lifeworth.insight.products import tables
from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.tables import day, drop, has_rows, make_table
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

LATER, SECOND = "later orders against the first, same customers", "second order against the first, same customers"
MIXED = "all later orders against all first orders, everybody"
STAYERS = "first orders of those who came back against those of the rest"
MORE, LESS, UNTOLD = "more", "less", "cannot be told"
_PEOPLE = "products_first_later"
_SURE = 0.95

_ORDERS = """
SELECT d.customer_key, any_value(f.first_day) AS first_day, min(d.day) FILTER (d.day > f.first_day) AS second_day,
       count(*) FILTER (d.day > f.first_day) AS later_orders,
       {sums}
FROM ledger_days d JOIN products_first_days f USING (customer_key)
WHERE d.day < {as_of} AND f.first_day >= {since} GROUP BY d.customer_key"""

_SUM = """sum({value}) FILTER (d.day = f.first_day) AS first_{name},
       arg_min({value}, d.day) FILTER (d.day > f.first_day) AS second_{name},
       sum({value}) FILTER (d.day > f.first_day) AS later_{name}"""

_AFTER = """
SELECT p.customer_key, sum(e.{effect}) FILTER (e.order_day = p.first_day) AS first,
       sum(e.{effect}) FILTER (e.order_day = p.second_day) AS second, sum(e.{effect}) FILTER (e.order_day > p.first_day) AS later
FROM ledger_events e JOIN ledger_keys k USING (customer_id) JOIN products_first_later p USING (customer_key)
WHERE e.happened_on < {as_of} AND e.order_day IS NOT NULL GROUP BY p.customer_key"""

_READ = """
SELECT later_orders, {columns} FROM products_first_later p {after} ORDER BY p.customer_key"""


@dataclass(frozen=True)
class People:
    """One entry per customer: money of the first order, of the second, of all later ones together, and how many these are."""

    first: Floats
    second: Floats
    later: Floats
    orders: Floats


@dataclass(frozen=True)
class Compared:
    """Two means, the change from the first to the other with its range (None where the first is not above zero), and how many customers."""

    first: float
    other: float
    change: tuple[float, float, float] | None
    customers: int


def write_returning(engine: Engine, frame: Frame, since: date) -> None:
    """Every comparison, in revenue and, where values are profit, in profit."""
    moneys = {"revenue": NET_SALE} | ({"profit": PROFIT_SALE} if frame.in_profit else {})
    sums = ",\n       ".join(_SUM.format(name=name, value=f"({sql})") for name, sql in moneys.items())
    make_table(engine, _PEOPLE, _ORDERS.format(sums=sums, as_of=day(frame.as_of), since=day(since)))
    for money in moneys:
        people = _read(engine, frame, money)
        for comparison, compare in _COMPARISONS.items():
            found, sure = compare(people, frame.interval_level), compare(people, _SURE)
            if found is not None and sure is not None:
                fill(engine, tables.RETURNING, [_row(frame, comparison, money, found, _verdict(sure))])
    drop(engine, _PEOPLE)


def _read(engine: Engine, frame: Frame, money: str) -> People:
    happened = has_rows(engine, "ledger_events")
    names = ("first", "second", "later")
    columns = ", ".join(
        f"(COALESCE({name}_{money}, 0){f' + COALESCE(a.{name}, 0)' if happened else ''})::DOUBLE AS {name}"
        for name in names
    )
    after = (
        f"LEFT JOIN ({_AFTER.format(effect=f'{money}_effect', as_of=day(frame.as_of))}) a USING (customer_key)"
        if happened
        else ""
    )
    found = engine.arrays(_READ.format(columns=columns, after=after))
    return People(*(np.asarray(found[name], dtype=np.float64) for name in (*names, "later_orders")))


def compare_later(people: People, level: float) -> Compared | None:
    """Mean of each returning customer's later orders against the mean of their first ones; each customer counts once."""
    back = people.orders > 0
    return _paired(people.first[back], people.later[back] / people.orders[back], level)


def compare_second(people: People, level: float) -> Compared | None:
    """The second order against the first."""
    back = people.orders > 0
    return _paired(people.first[back], people.second[back], level)


def compare_mixed(people: People, level: float) -> Compared | None:
    """What is usually done: all later orders against everybody's first one, so that those who order often count most."""
    if (people.orders > 0).sum() < FEWEST:
        return None
    count = len(people.first)
    first, later = people.first.sum() / count, people.later.sum() / people.orders.sum()
    left = (people.later.sum() - people.later) / np.maximum(people.orders.sum() - people.orders, 1)
    without = (people.first.sum() - people.first) / max(count - 1, 1)
    return Compared(first, later, _change(first, later, without, left, level), count)


def compare_stayers(people: People, level: float) -> Compared | None:
    """First orders of the customers who never came back, and of those who did: not the same people."""
    back = people.orders > 0
    stay, rest = people.first[back], people.first[~back]
    if min(len(stay), len(rest)) < FEWEST:
        return None
    first, other = float(rest.mean()), float(stay.mean())
    error = (
        np.hypot(stay.std(ddof=1) / len(stay) ** 0.5 / other, rest.std(ddof=1) / len(rest) ** 0.5 / first)
        if first > 0 < other
        else 0.0
    )
    change = _around(first, other, float(error) * other / first, level) if first > 0 else None
    return Compared(first, other, change, len(people.first))


_COMPARISONS: dict[str, Callable[[People, float], Compared | None]] = {
    LATER: compare_later,
    SECOND: compare_second,
    MIXED: compare_mixed,
    STAYERS: compare_stayers,
}


def _paired(first: Floats, other: Floats, level: float) -> Compared | None:
    if len(first) < FEWEST:
        return None
    count = len(first)
    left = (first.sum() - first) / (count - 1)
    right = (other.sum() - other) / (count - 1)
    change = _change(float(first.mean()), float(other.mean()), left, right, level)
    return Compared(float(first.mean()), float(other.mean()), change, count)


def _change(
    first: float, other: float, first_without: Floats, other_without: Floats, level: float
) -> tuple[float, float, float] | None:
    """Other over first, less one, with the range of the jackknife over customers (Efron and Stein 1981)."""
    if first <= 0 or (first_without <= 0).any():
        return None
    ratios = other_without / first_without
    count = len(ratios)
    error = ((count - 1) / count * ((ratios - ratios.mean()) ** 2).sum()) ** 0.5
    return _around(first, other, float(error), level)


def _around(first: float, other: float, error: float, level: float) -> tuple[float, float, float]:
    """A range for other / first − 1; on the scale of logarithms where both are positive."""
    ratio, z = other / first, NormalDist().inv_cdf((1 + level) / 2)
    if ratio > 0:
        spread = float(np.exp(z * error / ratio))
        return ratio - 1, ratio / spread - 1, ratio * spread - 1
    return ratio - 1, ratio - z * error - 1, ratio + z * error - 1


def _verdict(sure: Compared) -> str:
    """Whether zero lies outside a range of 95 %, whatever the level of the one that is shown."""
    if sure.change is None or sure.change[1] <= 0 <= sure.change[2]:
        return UNTOLD
    return MORE if sure.change[0] > 0 else LESS


def _row(frame: Frame, comparison: str, money: str, found: Compared, verdict: str) -> list[Any]:
    change = tuple(round(end, 6) for end in found.change) if found.change else (None, None, None)
    same = comparison in (LATER, SECOND)
    return [
        comparison,
        money,
        found.customers,
        round(found.first, 4),
        round(found.other, 4),
        *change,
        verdict,
        same,
        frame.interval_level,
        _sentence(frame, comparison, money, found, verdict),
    ]


def _sentence(frame: Frame, comparison: str, money: str, found: Compared, verdict: str) -> str:
    unit = f" {frame.currency}" if frame.currency else ""
    said = f"{comparison[:1].upper()}{comparison[1:]}: {found.other:,.2f}{unit} of {money} against {found.first:,.2f}{unit}"
    if found.change:
        mean, low, high = found.change
        said += f", {mean:+.1%} ({frame.interval_level:.0%} range {low:+.1%} to {high:+.1%})".replace("%", " %")
    said += f"; {found.customers:,} customers."
    return f"{said} Chance alone could make the difference." if verdict == UNTOLD else said
