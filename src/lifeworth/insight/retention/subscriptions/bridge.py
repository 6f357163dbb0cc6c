"""Monthly recurring revenue from month to month: ``retention_mrr``."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lifeworth.insight.ground import FEWEST, Frame, fill
from lifeworth.insight.retention.subscriptions.hiding import MOVES, Hidden, Moved, hide_moves
from lifeworth.insight.retention.subscriptions.levels import TABLE
from lifeworth.insight.retention.tables import MRR
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

_KIND = """CASE WHEN before <= 0 AND level > 0 THEN CASE WHEN paid_before THEN 'reactivation' ELSE 'new' END
                WHEN before > 0 AND level <= 0 THEN 'churn' WHEN level > before THEN 'expansion' WHEN level < before THEN 'contraction' END"""

_MOVED = f"SELECT customer_id, month, level - before AS change, {_KIND} AS kind FROM {TABLE}"

_SUMS = ", ".join(
    f"coalesce(sum(change) FILTER (kind = '{move}'), 0) AS {move}, count(*) FILTER (kind = '{move}') AS people_{move}"
    for move in MOVES
)

_BRIDGE = f"""
WITH months AS (
  SELECT unnest(generate_series((SELECT min(month) FROM {TABLE}), date_trunc('month', {{last}}), INTERVAL 1 MONTH))::DATE AS month),
filled AS (SELECT m.month, {_SUMS} FROM months m LEFT JOIN ({_MOVED}) USING (month) GROUP BY m.month),
run AS (
  SELECT *, sum({" + ".join(MOVES)}) OVER w AS closing, sum(people_new + people_reactivation - people_churn) OVER w AS customers
  FROM filled WINDOW w AS (ORDER BY month))
SELECT *, least((month + INTERVAL 1 MONTH - INTERVAL 1 DAY)::DATE, {{last}}) AS closes_on,
       (month + INTERVAL 1 MONTH)::DATE <= {{as_of}} AS is_whole, closing - ({" + ".join(MOVES)}) AS opening
FROM run ORDER BY month"""

_FEW = f"SELECT month, kind, list(customer_id) FROM ({_MOVED}) WHERE kind IS NOT NULL GROUP BY ALL HAVING count(*) < {FEWEST}"


def write_bridge(engine: Engine, frame: Frame) -> None:
    """New, expansion, reactivation, contraction and churn of every month, from the amounts themselves; those of few customers are hidden."""
    as_of = day(frame.as_of)
    months = engine.records(_BRIDGE.format(as_of=as_of, last=f"({as_of} - 1)"))
    fill(engine, MRR, _rows(months, hide_moves(_moved(engine, months))))


def _moved(engine: Engine, months: list[dict[str, Any]]) -> Moved:
    people = np.array([[int(row[f"people_{move}"]) for move in MOVES] for row in months], dtype=np.int64)
    customers = np.array([int(row["customers"]) for row in months], dtype=np.int64)
    place = {row["month"]: number for number, row in enumerate(months)}
    few = {
        (place[month], MOVES.index(kind)): frozenset(who) for month, kind, who in engine.rows(_FEW) if month in place
    }
    return Moved(people, customers, few)


def _rows(months: list[dict[str, Any]], hidden: Hidden) -> Iterator[list[Any]]:
    before = False
    for row, moves, after in zip(months, hidden.moves, hidden.levels, strict=True):
        gone = dict(zip(MOVES, moves, strict=True))
        yield [
            row["month"],
            row["closes_on"],
            row["is_whole"],
            None if before else row["opening"],
            *(None if gone[move] else row[move] for move in MOVES),
            None if after else row["closing"],
            None if after else int(row["customers"]),
            *(None if gone[move] else int(row[f"people_{move}"]) for move in ("new", "reactivation", "churn")),
        ]
        before = bool(after)
