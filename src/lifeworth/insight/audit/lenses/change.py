"""Lens 2: what changed between two spans, and what made the change: by who was there, and by what money is made of.

Two exact partings of the same change. *By who was active*: customers of both spans, of the earlier alone, of the later alone (new or
back), and money of people with an order in neither, such as late refunds. *By factors*: customers × orders each × order value × margin,
the change of the product shared by Shapley's value; of everybody, and of those active in both.

What chance alone does: had other customers of the same kind come, in numbers as chance has it, a sum of money would have varied by
the square root of the sum of the customers' squares (variance of a compound Poisson sum). Both spans are made of the same customers, so
the change varies by √Σ (after − before)².
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from typing import Any

from lifeworth.insight.audit.lenses.shapley import share_change, to_cents
from lifeworth.insight.audit.lenses.spans import AFTER, BEFORE, SPANS, Factors, Spans, factors
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import CHANGE
from lifeworth.insight.ground import Frame, hide
from lifeworth.store.engine import Engine

BY_WHO, BY_FACTORS, BY_FACTORS_KEPT = "who was active", "factors", "factors of those active in both"
KEPT, LOST, NEW, BACK, NEITHER = "active in both", "only before", "new", "back", "in neither"
TOTAL, TOGETHER = "total", "small groups together"
CUSTOMERS, FREQUENCY, VALUE, MARGIN, EACH = "customers", "orders each", "order value", "margin", "money an order"

ACTIVE_IN_BOTH = "orders_before > 0 AND orders_after > 0"
_WHO = {
    KEPT: ACTIVE_IN_BOTH,
    LOST: "orders_before > 0 AND orders_after = 0",
    NEW: "orders_before = 0 AND orders_after > 0 AND cohort >= {first}",
    BACK: "orders_before = 0 AND orders_after > 0 AND cohort < {first}",
    NEITHER: "orders_before = 0 AND orders_after = 0",
}

_MOVED = """
SELECT count(*), COALESCE(sum(money_before), 0), COALESCE(sum(money_after), 0),
       COALESCE(sum(CAST(pow(least(greatest((money_after - money_before)::DOUBLE, -1e14), 1e14), 2) AS DECIMAL(38, 4))), 0)
FROM {spans} WHERE {among}"""


@dataclass(frozen=True)
class Moved:
    """Money of a group in both spans, exact, and the variance of its change by chance."""

    customers: int
    before: Decimal
    after: Decimal
    variance: float

    @property
    def change(self) -> Decimal:
        """After less before."""
        return self.after - self.before


def write_change(engine: Engine, frame: Frame, spans: Spans) -> None:
    """``audit_change``: every part of every parting; empty where there are not two spans."""
    if spans.before is None:
        return
    groups = fold(by_who(engine, spans))
    rows = [_row(frame, BY_WHO, place, name, found) for place, (name, found) in enumerate(groups.items(), 1)]
    rows.append(_row(frame, TOTAL, 1, "everybody", moved(engine)))
    for parting, among in ((BY_FACTORS, "TRUE"), (BY_FACTORS_KEPT, ACTIVE_IN_BOTH)):
        then, now = (factors(engine, name, among) for name in (BEFORE, AFTER))
        if now.customers and (parting == BY_FACTORS or KEPT in groups):
            rows += _of_factors(frame, parting, then, now)
    put(engine, CHANGE, rows)


def by_who(engine: Engine, spans: Spans) -> dict[str, Moved]:
    """The five groups that part everybody."""
    return {name: moved(engine, among.format(first=spans.after.first)) for name, among in _WHO.items()}


def fold(groups: dict[str, Moved]) -> dict[str, Moved]:
    """The same groups, those of too few people to be shown put together, so that all still add up."""
    hidden = hide([group.customers for group in groups.values()])
    kept = {
        name: group
        for (name, group), small in zip(groups.items(), hidden, strict=True)
        if group.customers and not small
    }
    small = [group for group, out_of_sight in zip(groups.values(), hidden, strict=True) if out_of_sight]
    if small:
        before, after = (
            sum(ends, Decimal(0)) for ends in ([one.before for one in small], [one.after for one in small])
        )
        kept[TOGETHER] = Moved(sum(one.customers for one in small), before, after, sum(one.variance for one in small))
    return kept


def moved(engine: Engine, among: str = "TRUE") -> Moved:
    """What a group brought before and after."""
    [(people, before, after, variance)] = engine.rows(_MOVED.format(spans=SPANS, among=among))
    return Moved(int(people), Decimal(before), Decimal(after), float(variance))


def parts_of_change(then: Factors, now: Factors, *, in_profit: bool) -> dict[str, Decimal]:
    """The change of money shared among its factors, in cents that add up; empty where a factor cannot be told.

    Order value and margin go together as money an order where net revenue is not above zero in both spans.

    Examples
    --------
    >>> then, now = Factors(10, 20, Decimal(400), Decimal(100)), Factors(12, 24, Decimal(480), Decimal(96))
    >>> {name: str(part) for name, part in parts_of_change(then, now, in_profit=True).items()}
    {'customers': '18.00', 'orders each': '0.00', 'order value': '0.00', 'margin': '-22.00'}
    """
    if not (then.orders and now.orders):
        return {}
    told = in_profit and then.revenue > 0 and now.revenue > 0
    names = [CUSTOMERS, FREQUENCY, *([VALUE, MARGIN] if told else [EACH] if in_profit else [VALUE])]
    shares = share_change(*(_levels(span, told) for span in (then, now)))
    return dict(zip(names, to_cents(shares, now.money - then.money), strict=True))


def _levels(span: Factors, told: bool) -> list[Fraction]:
    """Customers, orders each, then order value and margin, or money an order."""
    orders, money = Fraction(span.orders), Fraction(span.money)
    last = [Fraction(span.revenue) / orders, money / Fraction(span.revenue)] if told else [money / orders]
    return [Fraction(span.customers), orders / span.customers, *last]


def _of_factors(frame: Frame, parting: str, then: Factors, now: Factors) -> list[list[Any]]:
    parts = parts_of_change(then, now, in_profit=frame.in_profit)
    levels: dict[str, list[float | None]] = {
        CUSTOMERS: [span.customers for span in (then, now)],
        FREQUENCY: [span.orders / max(span.customers, 1) for span in (then, now)],
        VALUE: [float(span.revenue) / max(span.orders, 1) for span in (then, now)],
        MARGIN: [float(span.money / span.revenue) if span.revenue else None for span in (then, now)],
        EACH: [float(span.money) / max(span.orders, 1) for span in (then, now)],
    }
    return [
        [parting, place, name, _basis(frame), None, None, None, change, None, None, *levels[name], frame.interval_level]
        for place, (name, change) in enumerate(parts.items(), 1)
    ]


def _row(frame: Frame, parting: str, place: int, name: str, found: Moved) -> list[Any]:
    reach = NormalDist().inv_cdf((1 + frame.interval_level) / 2) * sqrt(found.variance)
    change = float(found.change)
    return [
        parting, place, name, _basis(frame), found.customers, found.before, found.after, found.change,
        change - reach, change + reach, None, None, frame.interval_level,
    ]  # fmt: skip


def _basis(frame: Frame) -> str:
    return "profit" if frame.in_profit else "revenue"
