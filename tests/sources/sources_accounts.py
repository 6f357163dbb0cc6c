"""The invariant every load must keep."""

from lifeworth.sources import LoadReport
from lifeworth.store.duckdb.engine import DuckDB


def check_accounts(engine: DuckDB, report: LoadReport) -> None:
    """Loaded + duplicate + quarantined + ignored = read, in the report and in the tables, row by row."""
    for file in report.files:
        parts = (file.rows_loaded, file.rows_duplicate, file.rows_quarantined, file.rows_ignored)
        assert sum(parts) == file.rows_read
        assert sum(r.rows for r in file.reasons) == file.rows_read - file.rows_loaded
    refused = sum(file.rows_read - file.rows_loaded for file in report.files)
    assert engine.value("SELECT count(*) FROM sources_rejected") == refused
    assert engine.value("SELECT coalesce(sum(rows), 0) FROM sources_reasons") == refused
    assert engine.value("SELECT count(*) FROM sources_files") == len(report.files)
    left = [name for name in engine.tables() if name.startswith(("sources_raw", "sources_staged", "sources_ruled"))]
    assert left == []
