"""What a room may ask of an engine."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Parameters = Sequence[Any] | Mapping[str, Any] | None


def one_file(path: object) -> str:
    """A path as an SQL literal that names this file and no other: engines read ``*``, ``?`` and ``[`` as patterns."""
    plain = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
    return "'" + plain.replace("'", "''") + "'"


class Engine(Protocol):
    """SQL in, rows or arrays out; named tables in between."""

    def execute(self, sql: str, parameters: Parameters = None) -> None:
        """Run a statement whose result nobody reads."""

    def rows(self, sql: str, parameters: Parameters = None) -> list[tuple[Any, ...]]:
        """Every row of a query."""

    def records(self, sql: str, parameters: Parameters = None) -> list[dict[str, Any]]:
        """Every row of a query as a dictionary by column name."""

    def value(self, sql: str, parameters: Parameters = None) -> Any:
        """The single value of a query with one row and one column."""

    def arrays(self, sql: str, parameters: Parameters = None) -> dict[str, np.ma.MaskedArray | Array]:
        """The columns of a query as numpy arrays; columns with empty values arrive masked."""

    def write(self, table: str, columns: Mapping[str, Array]) -> None:
        """Create or replace a table from equally long arrays."""

    def append(self, table: str, columns: Mapping[str, Array]) -> None:
        """Add rows from equally long arrays to a table, by column name."""

    def tables(self) -> list[str]:
        """Names of the tables and views that exist, sorted."""

    def columns(self, table: str) -> dict[str, str]:
        """Column names and types of a table, in order."""

    def to_parquet(self, sql: str, path: Path) -> None:
        """Write a query to a parquet file."""

    def to_csv(self, sql: str, path: Path) -> None:
        """Write a query to a csv file with a header."""

    def close(self) -> None:
        """Let go of files and memory."""
