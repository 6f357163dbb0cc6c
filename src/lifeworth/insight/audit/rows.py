"""Rows into a table, floats rounded so that the last bits of a sum, which a machine may add in another order, are not published."""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

from lifeworth.contract.table import Table
from lifeworth.insight.ground import fill
from lifeworth.store.engine import Engine

DIGITS = 9


def put(engine: Engine, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Add rows, each with a value per column in its order; what is not a finite number stays empty."""
    fill(engine, table, [[_tidy(value) for value in row] for row in rows])


def _tidy(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return float(f"{value:.{DIGITS}g}") + 0.0 if isfinite(value) else None
