"""Tables that a run may not have made: a short history, a first run, an older result."""

from typing import Any

from lifeworth.store.engine import Engine


def rows_of(engine: Engine, table: str, order: str = "ALL") -> list[dict[str, Any]]:
    """All rows of a small table in an order; none where this run did not make the table."""
    if table not in set(engine.tables()):
        return []
    return engine.records(f"SELECT * FROM {table} ORDER BY {order}")


def flags(row: dict[str, Any], name: str) -> bool:
    """Whether a mark is set; an empty or missing one is not."""
    return bool(row.get(name))
