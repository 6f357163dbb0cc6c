"""Small files in, tables out: what every test of the room needs."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sources_accounts import check_accounts

from lifeworth import sources
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest, FrameRequest, LoadReport
from lifeworth.store.duckdb.engine import DuckDB

HOUSE = Path(__file__).resolve().parents[2]


class Loaded:
    """A finished load: its tables and its report."""

    def __init__(self, engine: DuckDB, report: LoadReport) -> None:
        self.engine, self.report = engine, report

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.engine.rows(sql)

    def value(self, sql: str) -> Any:
        return self.engine.value(sql)

    @property
    def orders(self) -> list[tuple[Any, ...]]:
        sql = "SELECT customer_id, CAST(ordered_on AS VARCHAR), gross - discount + shipping_charged FROM sources_orders"
        return sorted(self.rows(sql), key=str)

    @property
    def reasons(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for file in self.report.files:
            for r in file.reasons:
                found[f"{r.verdict}: {r.reason}"] = found.get(f"{r.verdict}: {r.reason}", 0) + r.rows
        return found

    @property
    def net(self) -> Decimal:
        sold = self.value("SELECT coalesce(sum(gross - discount + shipping_charged), 0) FROM sources_orders")
        return sold - self.value("SELECT coalesce(sum(amount), 0) FROM sources_refunds")


@pytest.fixture
def load(tmp_path):
    """Load files (paths, requests or frames) with settings given by name; the accounts are checked each time.

    ``needs_orders=False`` loads files among which there is no list of orders.
    """
    engines = []

    def run(*files: Any, needs_orders: bool = True, **settings: Any) -> Loaded:
        requests = [f if isinstance(f, (FileRequest, FrameRequest)) else FileRequest(Path(f)) for f in files]
        engine = DuckDB(threads=2)
        engines.append(engine)
        report = sources.load(
            engine, requests, Settings(**settings), as_of=None, scratch=tmp_path / "scratch", needs_orders=needs_orders
        )
        check_accounts(engine, report)
        return Loaded(engine, report)

    yield run
    for engine in engines:
        engine.close()


@pytest.fixture
def write(tmp_path):
    """Write text or bytes to a new file and return its path."""

    def run(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return run


@pytest.fixture(scope="session")
def shared():
    """The folder of public data sets, or a reason to skip."""
    folder = Path(os.environ.get("LIFEWORTH_DATA", HOUSE.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the public data sets are not here (LIFEWORTH_DATA names their folder)")
    return folder
