"""How many repeat purchases each week brought: what a tracking curve is held against."""

from datetime import date, timedelta

from lifeworth.ledger.tables import day as day_literal
from lifeworth.store.engine import Engine

_WEEKLY = """
SELECT (d.day - {start}) // 7 AS week, count(*) AS purchases
FROM ledger_days d
JOIN (SELECT customer_key, min(day) AS first_day FROM ledger_days GROUP BY customer_key) f USING (customer_key)
WHERE f.first_day < {acquired_before} AND d.day > f.first_day AND d.day >= {start} AND d.day < {end}{only}
GROUP BY week"""


def weekly_repeat_purchases(
    engine: Engine, start: date, end: date, acquired_before: date, keys: str | None = None
) -> list[tuple[date, int]]:
    """Repeat purchase days per week for the customers who first bought before a day.

    Weeks are seven days counted from ``start``; every week up to ``end`` (not included) has a row, and the
    last one may be short. ``keys`` names a table with a column ``customer_key`` when only these are counted.
    """
    only = f" AND d.customer_key IN (SELECT customer_key FROM {keys})" if keys else ""
    sql = _WEEKLY.format(
        start=day_literal(start), end=day_literal(end), acquired_before=day_literal(acquired_before), only=only
    )
    found = dict(engine.rows(sql))
    weeks = -(-(end - start).days // 7)
    return [(start + timedelta(days=7 * week), found.get(week, 0)) for week in range(weeks)]


def last_day(engine: Engine) -> date | None:
    """The day of the last order, or none when there are no orders."""
    found = engine.value("SELECT max(ordered_on) FROM ledger_orders")
    return found if isinstance(found, date) else None
