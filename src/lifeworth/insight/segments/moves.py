"""Who moved between segments since the last published run, and what that did to the base's value: ``segments_moves``."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lifeworth.insight.ground import Frame, fill, hide_grid
from lifeworth.insight.segments import tables
from lifeworth.insight.segments.schemes import MOVING
from lifeworth.ledger.tables import text
from lifeworth.store.engine import Engine, one_file

NEW, GONE = "new customer", "no longer known"
_FIGURES = ("customers", "value_before", "value_now", "change")

_MOVES = """
WITH past AS (
  SELECT customer_id, s."{column}" AS segment, v.value_mean
  FROM read_parquet({segments}) s JOIN read_parquet({values}) v USING (customer_id)),
present AS (
  SELECT customer_id, s."{column}" AS segment, v.value_mean
  FROM segments_customers s JOIN insight_customers v USING (customer_id)),
moved AS (
  SELECT COALESCE(past.segment, {new}) AS before, COALESCE(present.segment, {gone}) AS now,
         CAST(COALESCE(past.value_mean, 0) AS DECIMAL(38, 4)) AS was, CAST(COALESCE(present.value_mean, 0) AS DECIMAL(38, 4)) AS became
  FROM past FULL JOIN present USING (customer_id))
SELECT before, now, count(*) AS customers, sum(was) AS value_before, sum(became) AS value_now,
       sum(became) - sum(was) AS change
FROM moved GROUP BY before, now ORDER BY before, now"""


def write_moves(engine: Engine, frame: Frame) -> None:
    """Every customer of then and now, scheme by scheme; changes of all, hidden ones as well, add up to that of the base's value."""
    if frame.previous is None or not _comparable(frame, frame.previous):
        return
    segments = frame.previous / "tables" / "segments_customers.parquet"
    for scheme in MOVING:
        sql = _MOVES.format(
            column=scheme.column,
            segments=one_file(segments),
            values=one_file(frame.previous / "customer_value.parquet"),
            new=text(NEW),
            gone=text(GONE),
        )
        fill(engine, tables.MOVES, _rows(scheme.name, engine.records(sql)))


def _rows(scheme: str, moves: list[dict[str, Any]]) -> Iterator[list[Any]]:
    for move, is_hidden in zip(moves, _hidden(moves), strict=True):
        figures = [None if is_hidden else move[name] for name in _FIGURES]
        yield [scheme, move["before"], move["now"], *figures]


def _hidden(moves: list[dict[str, Any]]) -> list[bool]:
    """How many there were and are of every segment both runs tell, so moves are a table with known margins."""
    _, row = np.unique([move["before"] for move in moves], return_inverse=True)
    _, column = np.unique([move["now"] for move in moves], return_inverse=True)
    people = np.zeros((row.max(initial=-1) + 1, column.max(initial=-1) + 1), dtype=np.int64)
    people[row, column] = [int(move["customers"]) for move in moves]
    return [bool(mark) for mark in hide_grid(people)[row, column]]


def _comparable(frame: Frame, previous: Path) -> bool:
    """Whether the last run's values mean the same as today's."""
    if not (previous / "tables" / "segments_customers.parquet").exists():
        return False
    record = json.loads((previous / "run.json").read_text(encoding="utf-8"))
    same = (record.get("basis") == "profit") == frame.in_profit
    return bool(same and record["currency"] == frame.currency and record["horizon_days"] == frame.horizon_days)
