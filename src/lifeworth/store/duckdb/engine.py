"""Every call to DuckDB that lifeworth makes.

Two habits keep DuckDB 2 predictable: a fresh cursor for each statement whose result is read in full
(an unread result blocks the connection), and a connection that is thrown away after a failed write
(it would stay "aborted" and refuse all later work).
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from lifeworth.store.engine import Array, Parameters


class DuckDB:
    """A DuckDB database behind the :class:`~lifeworth.store.engine.Engine` protocol.

    Parameters
    ----------
    path : Path, optional
        Database file; none keeps everything in memory and spills to ``scratch``.
    threads : int, optional
        Worker threads; default all cores.
    memory_limit : str
        What DuckDB's buffers may take, as DuckDB writes it (``"900MB"``).
    scratch : Path, optional
        Folder for spilled data.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        threads: int | None = None,
        memory_limit: str = "1GB",
        scratch: Path | None = None,
    ) -> None:
        self._path, self._threads = path, threads
        self._settings: dict[str, Any] = {
            "memory_limit": memory_limit,
            "threads": threads or os.cpu_count() or 1,
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if scratch is not None:
            self._settings["temp_directory"] = str(scratch)
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._open()

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self._connection = duckdb.connect(str(self._path or ":memory:"), config=self._settings)
            if self._path is not None:
                self._path.chmod(0o600)
        return self._connection

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._open().cursor()
        try:
            yield cursor
        except Exception:
            self._discard_if_on_disk()
            raise
        finally:
            cursor.close()

    def _discard_if_on_disk(self) -> None:
        """An aborted connection refuses all later work; a memory database would be lost with it."""
        if self._path is not None and self._connection is not None:
            self._connection.close()
            self._connection = None

    def execute(self, sql: str, parameters: Parameters = None) -> None:
        """Run a statement whose result nobody reads."""
        with self._cursor() as cursor:
            cursor.execute(sql, parameters)
            if cursor.description:
                cursor.fetchall()

    def rows(self, sql: str, parameters: Parameters = None) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        with self._cursor() as cursor:
            return cursor.execute(sql, parameters).fetchall()

    def records(self, sql: str, parameters: Parameters = None) -> list[dict[str, Any]]:
        """Every row of a query as a dictionary by column name."""
        with self._cursor() as cursor:
            rows = cursor.execute(sql, parameters).fetchall()
            names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def value(self, sql: str, parameters: Parameters = None) -> Any:
        """The single value of a query with one row and one column."""
        [(value,)] = self.rows(sql, parameters)
        return value

    def arrays(self, sql: str, parameters: Parameters = None) -> dict[str, np.ma.MaskedArray | Array]:
        """The columns of a query as numpy arrays; columns with empty values arrive masked."""
        with self._cursor() as cursor:
            return dict(cursor.execute(sql, parameters).fetchnumpy())

    def write(self, table: str, columns: Mapping[str, Array]) -> None:
        """Create or replace a table from equally long arrays."""
        with self._cursor() as cursor:
            cursor.register("arrays_in", dict(columns))
            cursor.execute(f'CREATE OR REPLACE TABLE "{table}" AS SELECT * FROM arrays_in').fetchall()
            cursor.unregister("arrays_in")

    def append(self, table: str, columns: Mapping[str, Array]) -> None:
        """Add rows from equally long arrays to a table, by column name."""
        with self._cursor() as cursor:
            cursor.register("arrays_in", dict(columns))
            cursor.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM arrays_in').fetchall()
            cursor.unregister("arrays_in")

    def tables(self) -> list[str]:
        """Names of the tables and views that exist, sorted."""
        sql = "SELECT table_name FROM information_schema.tables ORDER BY 1"
        return [name for (name,) in self.rows(sql)]

    def columns(self, table: str) -> dict[str, str]:
        """Column names and types of a table, in order."""
        return {row[0]: str(row[1]) for row in self.rows(f'DESCRIBE "{table}"')}

    def to_parquet(self, sql: str, path: Path) -> None:
        """Write a query to a parquet file."""
        self._copy(sql, path, "FORMAT parquet, COMPRESSION zstd")

    def to_csv(self, sql: str, path: Path) -> None:
        """Write a query to a csv file with a header."""
        self._copy(sql, path, "FORMAT csv, HEADER true")

    def _copy(self, sql: str, path: Path, options: str) -> None:
        target = str(path).replace("'", "''")
        self.execute(f"COPY ({sql}) TO '{target}' ({options})")
        path.chmod(0o600)

    def close(self) -> None:
        """Let go of files and memory."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
