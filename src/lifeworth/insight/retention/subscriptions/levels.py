"""What each customer pays a month, from which month on: ``retention_levels``.

A subscription pays from its start, or from the end of its trial, up to the day before its end; one that is a trial with no end
in sight pays nothing. All subscriptions of a customer that run on a day are added up. A month is seen at its last day, the
running month on the day before the run's.
"""

from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import day, drop, make_table
from lifeworth.store.engine import Engine

TABLE = "retention_levels"

_PAYS = """
SELECT customer_id, mrr, ended_on,
       CASE WHEN trial_ends_on IS NOT NULL THEN greatest(started_on, trial_ends_on) ELSE started_on END AS pays_from
FROM sources_subscriptions
WHERE mrr <> 0 AND NOT (coalesce(is_trial, FALSE) AND trial_ends_on IS NULL)"""

# Money that starts and stops in one month is seen at no month's end.
_CHANGES = """
SELECT customer_id, date_trunc('month', day)::DATE AS month, sum(change) AS change
FROM (SELECT customer_id, pays_from AS day, mrr AS change FROM ({pays})
      WHERE ended_on IS NULL OR ended_on > pays_from
      UNION ALL
      SELECT customer_id, ended_on, -mrr FROM ({pays}) WHERE ended_on > pays_from)
WHERE day < {as_of} GROUP BY ALL HAVING sum(change) <> 0"""

_LEVELS = """
WITH paid AS (
  SELECT customer_id, month, change, CAST(sum(change) OVER w AS DECIMAL(38, 4)) AS level
  FROM ({changes}) WINDOW w AS (PARTITION BY customer_id ORDER BY month))
SELECT customer_id, month, lead(month) OVER w AS until, level, CAST(level - change AS DECIMAL(38, 4)) AS before,
       coalesce(max(level) OVER (PARTITION BY customer_id ORDER BY month
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) > 0 AS paid_before
FROM paid WINDOW w AS (PARTITION BY customer_id ORDER BY month)"""


def write_levels(engine: Engine, frame: Frame) -> bool:
    """One row per customer and month in which what they pay changed; whether there is any."""
    if "sources_subscriptions" not in engine.tables():
        return False
    changes = _CHANGES.format(pays=_PAYS, as_of=day(frame.as_of))
    make_table(engine, TABLE, _LEVELS.format(changes=changes))
    return bool(engine.value(f"SELECT EXISTS (SELECT 1 FROM {TABLE})"))


def drop_levels(engine: Engine) -> None:
    """Remove the step on the way."""
    drop(engine, TABLE)
