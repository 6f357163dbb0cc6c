"""When is a reminder due? Customers by the week in which their own usual gap ends: ``retention_moments``.

Before the usual gap is over most order by themselves; past the long gap a reminder is late and winning back begins. Who is
silent for s days now is still silent when the usual gap m ends if they have left, or with chance S(m) / S(s) if not.
"""

from datetime import timedelta
from math import sqrt
from statistics import NormalDist
from typing import Any

from lifeworth.insight.ground import Frame, fill, too_small
from lifeworth.insight.retention.tables import MOMENTS
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

WEEKS = 13

# The score is the chance of having ordered by now: one half when the usual gap ends.
_DUE = """
SELECT CASE WHEN remind_from <= {as_of} THEN 0 ELSE 1 + (remind_from - {as_of} - 1) // 7 END AS place,
       count(*) AS due, count(*) FILTER (may_contact) AS due_may,
       coalesce(sum(CAST(silent AS DECIMAL(38, 6))) FILTER (may_contact), 0) AS expected,
       coalesce(sum(CAST(silent * (1 - silent) AS DECIMAL(38, 6))) FILTER (may_contact), 0) AS variance
FROM (SELECT r.remind_from, r.may_contact,
             CASE WHEN r.remind_from <= {as_of} THEN 1
                  ELSE 1 - c.p_alive * (1 - least(0.5 / greatest(1 - r.overdue, 0.5), 1)) END AS silent
      FROM retention_customers r POSITIONAL JOIN insight_customers c
      WHERE (r.remind_from <= {as_of} AND r.window_to >= {as_of} AND r.overdue >= 0.5)
         OR (r.remind_from > {as_of} AND r.remind_from <= {as_of} + {days}))
GROUP BY 1"""


def write_moments(engine: Engine, frame: Frame) -> None:
    """One row for today and one for each of the coming 13 weeks; nothing where no rhythm is known."""
    if not engine.value("SELECT EXISTS (SELECT 1 FROM retention_customers WHERE overdue IS NOT NULL)"):
        return
    found = {int(row["place"]): row for row in engine.records(_DUE.format(as_of=day(frame.as_of), days=7 * WEEKS))}
    fill(engine, MOMENTS, [_line(place, found.get(place), frame) for place in range(WEEKS + 1)])


def _line(place: int, row: dict[str, Any] | None, frame: Frame) -> list[Any]:
    first = frame.as_of + timedelta(days=7 * (place - 1) + 1) if place else frame.as_of
    last = first + timedelta(days=6) if place else frame.as_of
    if row is None:
        return [place, first, last, 0, 0, 0.0, 0.0, 0.0]
    due, may = int(row["due"]), int(row["due_may"])
    # One hidden figure must not follow from the other.
    if too_small(due) or too_small(may) or too_small(due - may):
        return [place, first, last, None, None, None, None, None]
    expected = float(row["expected"])
    reach = NormalDist().inv_cdf((1 + frame.interval_level) / 2) * sqrt(float(row["variance"]))
    return [place, first, last, due, may, expected, max(expected - reach, 0.0), min(expected + reach, float(may))]
