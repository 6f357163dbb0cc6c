"""The groups of each dimension as numbers: the forty largest by name, the others as one, and what is not stated."""

from collections.abc import Mapping
from dataclasses import dataclass

from lifeworth.ledger.tables import drop
from lifeworth.store.engine import Engine

MOST = 40


@dataclass(frozen=True)
class Codes:
    """Names of a dimension by code; the two codes after the last name are the others and what is not stated."""

    dimension: str
    names: tuple[str, ...]

    @property
    def others(self) -> int:
        """Code of those too small to be named."""
        return len(self.names)

    @property
    def not_stated(self) -> int:
        """Code of those of whom nothing is said."""
        return len(self.names) + 1

    @property
    def size(self) -> int:
        """How many codes there are."""
        return len(self.names) + 2


def find_codes(engine: Engine, dimension: str, table: str, column: str) -> Codes:
    """The largest groups of a column of text by their rows, equal ones by name."""
    said = f"nullif(trim({column}), '')"
    rows = engine.rows(
        f"SELECT {said} AS member FROM {table} WHERE {said} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST}"
    )
    return Codes(dimension, tuple(str(member) for (member,) in rows))


def code_sql(codes: Codes, table: str, column: str) -> str:
    """SQL of the code in a row where ``table`` (see :func:`write_codes`) is joined by :func:`join_sql`."""
    return (
        f"CASE WHEN nullif(trim({column}), '') IS NULL THEN {codes.not_stated} "
        f"ELSE COALESCE({table}.code, {codes.others}) END::SMALLINT"
    )


def join_sql(table: str, column: str) -> str:
    """SQL that joins the names of a dimension to a column of text."""
    return f" LEFT JOIN {table} ON {table}.member = nullif(trim({column}), '')"


def write_codes(engine: Engine, found: Mapping[str, Codes]) -> None:
    """A small table per dimension with its names and codes."""
    for table, codes in found.items():
        engine.execute(f"CREATE OR REPLACE TABLE {table} (member VARCHAR, code SMALLINT)")
        if codes.names:
            columns = [list(codes.names), list(range(len(codes.names)))]
            engine.execute(f"INSERT INTO {table} SELECT unnest(?), unnest(?)", columns)


def drop_codes(engine: Engine, found: Mapping[str, Codes]) -> None:
    """Remove the small tables."""
    drop(engine, *found)
