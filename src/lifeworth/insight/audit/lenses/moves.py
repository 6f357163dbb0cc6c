"""Lens 2: who climbed and who fell: tenths of customers by money before, and where they stand after (``audit_moves``)."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lifeworth.insight.audit.lenses.spans import SPANS, Spans
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import MOVES
from lifeworth.insight.ground import hide_grid
from lifeworth.store.engine import Engine

# A table of tenths by tenths needs people to fill it: so many active in either span for so many parts.
_ENOUGH = ((5000, 10), (500, 5), (60, 2))

_PLACED = """
WITH placed AS (
  SELECT CASE WHEN orders_before > 0 THEN (row_number() OVER (PARTITION BY orders_before > 0 ORDER BY money_before DESC, customer_key) - 1)
                * {parts} // {then} + 1 ELSE 0 END AS was,
         CASE WHEN orders_after > 0 THEN (row_number() OVER (PARTITION BY orders_after > 0 ORDER BY money_after DESC, customer_key) - 1)
                * {parts} // {now} + 1 ELSE 0 END AS became
  FROM {spans} WHERE orders_before > 0 OR orders_after > 0)
SELECT was, became, count(*) FROM placed GROUP BY ALL ORDER BY ALL"""


def write_moves(engine: Engine, spans: Spans) -> None:
    """``audit_moves``: part then, part now, how many; 0 stands for not active. Small cells are hidden."""
    sql = f"SELECT count(*) FILTER (orders_before > 0), count(*) FILTER (orders_after > 0) FROM {SPANS}"
    [(then, now)] = engine.rows(sql)
    parts = next((parts for fewest, parts in _ENOUGH if min(then, now) >= fewest), 0)
    if spans.before is None or not parts:
        return
    put(engine, MOVES, _rows(engine, parts, int(then), int(now)))


def _rows(engine: Engine, parts: int, then: int, now: int) -> Iterator[list[Any]]:
    people = np.zeros((parts + 1, parts + 1), dtype=np.int64)
    for was, became, count in engine.rows(_PLACED.format(parts=parts, then=then, now=now, spans=SPANS)):
        people[was, became] = count
    hidden = hide_grid(people)
    for was in range(parts + 1):
        for became in range(parts + 1):
            if was or became:
                shown = not hidden[was, became]
                count = int(people[was, became])
                share = count / max(int(people[was].sum()), 1)
                yield [was, became, parts, count if shown else None, share if shown else None]
