"""Small tables from what a room worked out, each exactly as its description says."""

from collections.abc import Iterable, Sequence
from typing import Any

from lifeworth.contract.table import Table
from lifeworth.store.engine import Engine


def create(engine: Engine, *tables: Table) -> None:
    """Make the tables, empty, in place of any earlier ones."""
    for table in tables:
        engine.execute(table.ddl())


def fill(engine: Engine, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Add rows, each with a value per column of the table in its order; values are bound, never part of the SQL.

    Examples
    --------
    >>> from lifeworth.contract.table import Column
    >>> from lifeworth.store.duckdb.engine import DuckDB
    >>> engine, table = DuckDB(), Table("fruit", "a row", (Column("name", "VARCHAR", ""), Column("n", "INTEGER", "")))
    >>> create(engine, table)
    >>> fill(engine, table, [("fig", 2), ("pear", None)])
    >>> engine.rows("SELECT * FROM fruit")
    [('fig', 2), ('pear', None)]
    """
    columns = list(zip(*rows, strict=True))
    if not columns:
        return
    parts = ", ".join(f'CAST(unnest(?) AS {column.type}) AS "{column.name}"' for column in table.columns)
    engine.execute(f'INSERT INTO "{table.name}" BY NAME SELECT {parts}', [list(column) for column in columns])
