"""Every customer's money month by month, and when they first bought: what all lenses look through.

``audit_months``, ``audit_people`` and ``audit_calendar`` are steps on the way and are dropped at the end of the room.
"""

from datetime import timedelta

import numpy as np

from lifeworth.insight.audit.months import Calendar
from lifeworth.insight.ground import Frame
from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.tables import day, drop, has_rows, make_table
from lifeworth.store.engine import Engine

MONTHS, PEOPLE, CALENDAR = "audit_months", "audit_people", "audit_calendar"

_SALES = """
  SELECT d.customer_key, c.month, 1 AS visits, d.orders, {revenue} AS revenue, {money} AS money
  FROM ledger_days d JOIN {calendar} c ON c.day = d.day WHERE d.day < {as_of}"""

# What happened before the first order of all counts with the first month, so that nothing is lost.
_AFTER = """
  UNION ALL
  SELECT k.customer_key, COALESCE(c.month, 0), 0, 0, e.revenue_effect, e.{effect}
  FROM ledger_events e JOIN ledger_keys k USING (customer_id) LEFT JOIN {calendar} c ON c.day = e.happened_on
  WHERE e.happened_on < {as_of}"""

_MONTHS = """
SELECT customer_key, month, sum(visits)::INTEGER AS visits, sum(orders)::INTEGER AS orders, sum(revenue) AS revenue, sum(money) AS money
FROM ({flows}) GROUP BY customer_key, month"""

_PEOPLE = "SELECT customer_key, min(month) FILTER (visits > 0) AS cohort FROM {months} GROUP BY customer_key"


def write_months(engine: Engine, frame: Frame, calendar: Calendar) -> None:
    """Write ``audit_months``, one row per customer and month with anything in it, and ``audit_people``.

    ``money`` is in the run's basis: profit before the cost of winning, else net revenue; refunds and costs count in the month
    they happened. ``visits`` are purchase days. ``cohort`` is the month of the first order; empty for somebody who is known by
    refunds or costs alone.
    """
    _write_calendar(engine, calendar)
    money, effect = (PROFIT_SALE, "profit_effect") if frame.in_profit else (NET_SALE, "revenue_effect")
    shared = {"calendar": CALENDAR, "as_of": day(frame.as_of)}
    flows = _SALES.format(revenue=NET_SALE, money=money, **shared)
    if has_rows(engine, "ledger_events", f"happened_on < {day(frame.as_of)}"):
        flows += _AFTER.format(effect=effect, **shared)
    make_table(engine, MONTHS, _MONTHS.format(flows=flows))
    make_table(engine, PEOPLE, _PEOPLE.format(months=MONTHS))


def _write_calendar(engine: Engine, calendar: Calendar) -> None:
    """Which month each day lies in."""
    first = min(calendar.edges[0], calendar.first_day)
    count = (calendar.as_of - first).days
    days = [first + timedelta(days=place) for place in range(count)]
    edges = np.array(calendar.edges[1:], dtype="datetime64[D]")
    every = np.array(days, dtype="datetime64[D]")
    month = np.searchsorted(edges, every, side="right").astype(np.int32)
    engine.write("audit_days", {"place": np.arange(count, dtype=np.int32), "month": month})
    make_table(engine, CALENDAR, f"SELECT CAST({day(first)} + place AS DATE) AS day, month FROM audit_days")
    drop(engine, "audit_days")
