"""Lens 1: how customers differ in one span.

Gini is 1 + 1/n − 2 Σ r x / (n Σ x) with r the rank from the most to the least (Gini 1914; Sen 1973): 0 when all bring the same,
near 1 when one brings everything. Where some take money it may exceed 1, and it says nothing where all together bring none.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lifeworth.insight.audit.lenses.spans import SPANS, Factors, Spans, factors
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import DIFFER, ORDERS, TENTHS
from lifeworth.insight.ground import FEWEST, Frame, hide
from lifeworth.ledger.tables import drop, make_table
from lifeworth.store.engine import Engine

RANKED = "audit_ranked"
Band = tuple[int, int | None, int, int, Any, Any]
# How many orders a customer had in the span: the bands that are told apart.
BANDS = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (10, 19), (20, None))
# Into how many equal parts so many customers are cut, so that each part holds ten.
PARTS = ((100, 10), (50, 5), (20, 2))

_RANKED = """
SELECT orders_{span} AS orders, revenue_{span} AS revenue, money_{span} AS money,
       row_number() OVER (ORDER BY money_{span} DESC, customer_key) AS by_money,
       row_number() OVER (ORDER BY revenue_{span} DESC, customer_key) AS by_revenue
FROM {spans} WHERE orders_{span} > 0"""

_UNEVEN = """
SELECT COALESCE(sum(revenue * by_revenue), 0) AS sold, COALESCE(sum(money * by_money), 0) AS brought,
       COALESCE(sum(money) FILTER ((by_money - 1) * 10 < {count}), 0) AS best, count(*) FILTER (money < 0) AS losing,
       COALESCE(sum(money) FILTER (money < 0), 0) AS lost, count(*) FILTER (orders = 1) AS once
FROM {ranked}"""

_TENTHS = """
SELECT (by_money - 1) * {parts} // {count} + 1 AS part, count(*), sum(orders), sum(revenue), sum(money)
FROM {ranked} GROUP BY 1 ORDER BY 1"""

_BANDS = """
SELECT CASE {cases} ELSE {last} END AS band, count(*), sum(orders), sum(revenue), sum(money)
FROM {ranked} GROUP BY 1 ORDER BY 1"""


def write_differences(engine: Engine, frame: Frame, spans: Spans) -> None:
    """``audit_differ``, ``audit_tenths`` and ``audit_orders``: the last span, and the one before it where there is one."""
    for name, span in spans.each():
        every, active = factors(engine, name), factors(engine, name, f"orders_{name} > 0")
        make_table(engine, RANKED, _RANKED.format(span=name, spans=SPANS))
        figures = _figures(engine, frame, every, active)
        put(engine, DIFFER, [[name, span.since, span.until, span.whole, *figures]])
        put(engine, TENTHS, _tenths(engine, name, active))
        put(engine, ORDERS, _bands(engine, name, active))
    drop(engine, RANKED)


def gini(count: int, total: Decimal, ranked: Decimal) -> float | None:
    """Gini's coefficient from Σ rank · money; none where the money of all adds up to nothing.

    Examples
    --------
    >>> gini(4, Decimal(40), Decimal(100)), gini(4, Decimal(40), Decimal(40))
    (0.0, 0.75)
    """
    return float(1 + Decimal(1) / count - 2 * ranked / (count * total)) if total > 0 else None


def _figures(engine: Engine, frame: Frame, every: Factors, active: Factors) -> list[Any]:
    people = active.customers
    [found] = engine.records(_UNEVEN.format(ranked=RANKED, count=people))
    losing = int(found["losing"])
    shown = not any(hide([losing, people - losing]))
    return [
        people,
        every.orders,
        every.revenue,
        every.money,
        every.money - active.money,
        _ratio(every.orders, people),
        _ratio(every.revenue, every.orders),
        _ratio(every.money, every.revenue) if frame.in_profit and every.revenue > 0 else None,
        _ratio(int(found["once"]), people),
        gini(people, active.revenue, Decimal(found["sold"])) if people else None,
        gini(people, active.money, Decimal(found["brought"])) if people else None,
        _share(Decimal(found["best"]), active.money) if people >= PARTS[0][0] else None,
        losing if shown else None,
        found["lost"] if shown else None,
        "profit" if frame.in_profit else "revenue",
    ]


def _tenths(engine: Engine, span: str, active: Factors) -> Iterator[list[Any]]:
    """Customers in equal parts from the best down: tenths, or fewer parts so that each holds ten people."""
    parts = next((parts for fewest, parts in PARTS if active.customers >= fewest), 0)
    if not parts:
        return
    so_far = Decimal(0)
    for part, people, orders, revenue, money in engine.rows(
        _TENTHS.format(parts=parts, count=active.customers, ranked=RANKED)
    ):
        so_far += money
        shares = [_share(amount, active.money) for amount in (money, so_far)]
        yield [span, int(part), parts, int(people), int(orders), revenue, money, *shares, float(money / people)]


def _bands(engine: Engine, span: str, active: Factors) -> Iterator[list[Any]]:
    """Customers by how many orders they had; few people at the top join the band below, other bands of few are hidden."""
    cases = " ".join(f"WHEN orders <= {most} THEN {place}" for place, (_, most) in enumerate(BANDS) if most)
    found = engine.rows(_BANDS.format(cases=cases, last=len(BANDS) - 1, ranked=RANKED))
    bands = merge_top(
        [
            (*BANDS[int(band)], int(people), int(orders), revenue, money)
            for band, people, orders, revenue, money in found
        ]
    )
    hidden = hide([band[2] for band in bands])
    for (fewest, most, *figures), out_of_sight in zip(bands, hidden, strict=True):
        shares = [figures[0] / active.customers, _share(figures[3], active.money)]
        yield [span, fewest, most, *([None] * 6 if out_of_sight else [*figures, *shares])]


def merge_top(bands: list[Band]) -> list[Band]:
    """The same bands, the highest joined with the one below until it holds ten people.

    Examples
    --------
    >>> merge_top([(1, 1, 90, 90, 9, 9), (5, 9, 20, 120, 6, 6), (10, None, 3, 40, 4, 4)])
    [(1, 1, 90, 90, 9, 9), (5, None, 23, 160, 10, 10)]
    """
    kept = list(bands)
    while len(kept) > 1 and kept[-1][2] < FEWEST:
        _, most, *top = kept.pop()
        fewest, _, *below = kept.pop()
        people, orders, revenue, money = (one + other for one, other in zip(below, top, strict=True))
        kept.append((fewest, most, people, orders, revenue, money))
    return kept


def _ratio(above: Decimal | int, below: Decimal | int) -> float | None:
    return float(Decimal(above) / Decimal(below)) if below else None


def _share(amount: Decimal, total: Decimal) -> float | None:
    return float(amount / total) if total > 0 else None
