"""Who brought what in the last two spans: ``audit_spans``, one row per customer with anything in either."""

from dataclasses import dataclass
from decimal import Decimal

from lifeworth.insight.audit.money import MONTHS, PEOPLE
from lifeworth.insight.audit.months import Calendar, Period
from lifeworth.ledger.tables import make_table
from lifeworth.store.engine import Engine

SPANS = "audit_spans"
BEFORE, AFTER = "before", "after"

_FIGURES = ("orders", "revenue", "money")

_SPANS = """
SELECT customer_key, any_value(p.cohort) AS cohort, {columns}
FROM {months} JOIN {people} p USING (customer_key) WHERE month >= {first} GROUP BY customer_key"""


@dataclass(frozen=True)
class Spans:
    """The last span, and the one before it where the history holds two."""

    before: Period | None
    after: Period

    def each(self) -> list[tuple[str, Period]]:
        """Spans by name, the earlier first."""
        named = [(AFTER, self.after)]
        return [(BEFORE, self.before), *named] if self.before else named


@dataclass(frozen=True)
class Factors:
    """What the money of a span is made of: active customers, their orders, net revenue and money in the run's basis."""

    customers: int
    orders: int
    revenue: Decimal
    money: Decimal


def write_spans(engine: Engine, calendar: Calendar) -> Spans:
    """Write ``audit_spans``: orders, net revenue and money of the span before and the last span."""
    pair = calendar.two_spans()
    spans = Spans(*pair) if pair else Spans(None, calendar.last_span)
    columns = []
    for name, span in ((BEFORE, spans.before), (AFTER, spans.after)):
        for figure in _FIGURES:
            inside = f"month >= {span.first} AND month < {span.end}" if span else "FALSE"
            columns.append(f"sum(CASE WHEN {inside} THEN {figure} ELSE 0 END) AS {figure}_{name}")
    first = (spans.before or spans.after).first
    make_table(engine, SPANS, _SPANS.format(columns=", ".join(columns), months=MONTHS, people=PEOPLE, first=first))
    return spans


def factors(engine: Engine, span: str, among: str = "TRUE") -> Factors:
    """Customers with an order in a span, and everything that customers ``among`` brought in it, late refunds included."""
    sql = f"""
        SELECT count(*) FILTER (orders_{span} > 0), COALESCE(sum(orders_{span}), 0)::BIGINT, COALESCE(sum(revenue_{span}), 0),
               COALESCE(sum(money_{span}), 0) FROM {SPANS} WHERE {among}"""
    [(customers, orders, revenue, money)] = engine.rows(sql)
    return Factors(int(customers), int(orders), Decimal(revenue), Decimal(money))
