"""What each column of leads tells, or why it may not: ``prospects_columns``."""

from collections.abc import Iterator
from typing import Any

from lifeworth.insight.prospects.words import of_column
from lifeworth.store.engine import Engine

# Where sources of leads are channels, the channel tells what a newcomer brings; the stronger of both counts for the source.
_COLUMNS = """
WITH worth AS (
  SELECT CASE WHEN name = 'channel' THEN 'source' ELSE name END AS name, min(p_column) AS p_value,
         min(q_column) AS q_value, bool_or(tells_column) AS tells_value
  FROM values_lead_worth GROUP BY 1)
SELECT c.name, c.asked, c.scores, c.reason AS left_out, c.p AS p_chance, c.q AS q_chance,
       COALESCE(c.tells, false) AS tells_chance, w.p_value, w.q_value, COALESCE(w.tells_value, false) AS tells_value
FROM values_lead_columns c LEFT JOIN worth w USING (name)
ORDER BY NOT c.asked, NOT COALESCE(c.tells, false), c.p, c.place"""


def column_rows(engine: Engine) -> Iterator[list[Any]]:
    """Columns by what they tell of winning, those left out last."""
    for place, row in enumerate(engine.records(_COLUMNS), 1):
        yield [place, *row.values(), of_column(row)]
