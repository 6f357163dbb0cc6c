"""``lifeworth check``: what the files hold and what is missing, without valuing anybody."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import typer

from lifeworth import sources
from lifeworth.delivery.cli import options
from lifeworth.errors import UsageError
from lifeworth.store.duckdb.engine import DuckDB


def check(
    files: options.Files = None,
    mapping: options.Mapping = None,
    config: options.Config = None,
    currency: options.Currency = None,
    margin: options.Margin = None,
) -> None:
    """Say what the files hold and what is missing."""
    requests = options.file_requests(files, {})
    if not requests:
        raise UsageError("No file was given. Try: lifeworth check orders.csv")
    settings = options.settings_from(config, mapping, currency, margin)
    with tempfile.TemporaryDirectory(prefix="lifeworth-") as name:
        scratch = Path(name)
        engine = DuckDB(scratch / "check.duckdb", scratch=scratch / "spill")
        try:
            readiness = sources.check(engine, requests, settings, as_of=None, scratch=scratch)
            for line in _lines(readiness):
                typer.echo(line)
        finally:
            engine.close()


def _lines(readiness: sources.Readiness) -> Iterator[str]:
    report = readiness.report
    for account, reading in zip(report.files, report.readings, strict=False):
        yield f"{account.name}: {account.kind} ({account.preset})"
        yield (
            f"  rows read {account.rows_read:,} = loaded {account.rows_loaded:,} + duplicate {account.rows_duplicate:,} "
            f"+ quarantined {account.rows_quarantined:,} + ignored {account.rows_ignored:,}"
        )
        for reason in account.reasons:
            money = f", {reason.amount:,.2f} {reason.currency or ''}".rstrip() if reason.amount else ""
            yield f"    {reason.verdict}: {reason.rows:,} rows, {reason.reason}{money} (first: line {reason.first_line})"
        yield f"  understood: {', '.join(f'{field} = {column!r}' for field, column in reading.fields.items())}"
        if reading.unused:
            yield f"  not used: {', '.join(reading.unused)}"
    if report.first_day:
        yield f"Orders: {report.orders:,}, from {report.first_day} to {report.last_day}"
    for warning in report.warnings:
        yield f"Note: {warning}"
    for gap in readiness.gaps:
        yield f"Missing: {gap.missing}. {gap.effect} {gap.remedy}"
