"""``lifeworth check``: what the files hold and what is missing, without valuing anybody."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from lifeworth import sources
from lifeworth.delivery.cli import options
from lifeworth.errors import UsageError
from lifeworth.insight.segments import read_conditions
from lifeworth.sources import Kind
from lifeworth.store.duckdb.engine import DuckDB

Paths = list[Path] | None


def check(
    files: options.Files = None,
    orders: Annotated[Paths, options.kind_option("orders")] = None,
    order_lines: Annotated[Paths, options.kind_option("order_lines")] = None,
    refunds: Annotated[Paths, options.kind_option("refunds")] = None,
    products: Annotated[Paths, options.kind_option("products")] = None,
    customers: Annotated[Paths, options.kind_option("customers")] = None,
    order_costs: Annotated[Paths, options.kind_option("order_costs")] = None,
    service: Annotated[Paths, options.kind_option("service")] = None,
    touches: Annotated[Paths, options.kind_option("touches")] = None,
    spend: Annotated[Paths, options.kind_option("spend")] = None,
    surveys: Annotated[Paths, options.kind_option("surveys")] = None,
    subscriptions: Annotated[Paths, options.kind_option("subscriptions")] = None,
    experiments: Annotated[Paths, options.kind_option("experiments")] = None,
    leads: Annotated[Paths, options.kind_option("leads")] = None,
    mapping: options.Mapping = None,
    config: options.Config = None,
    currency: options.Currency = None,
    margin: options.Margin = None,
) -> None:
    """Say what the files hold and what is missing."""
    by_kind: dict[Kind, list[Path] | None] = {
        "orders": orders,
        "order_lines": order_lines,
        "refunds": refunds,
        "products": products,
        "customers": customers,
        "order_costs": order_costs,
        "service": service,
        "touches": touches,
        "spend": spend,
        "surveys": surveys,
        "subscriptions": subscriptions,
        "experiments": experiments,
        "leads": leads,
    }
    requests = options.file_requests(files, by_kind)
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
            with options.conditions_from(config):
                read_conditions(engine, settings.segments)
        finally:
            engine.close()


def _lines(readiness: sources.Readiness) -> Iterator[str]:
    report = readiness.report
    readings = {(reading.file, reading.kind): reading for reading in report.readings}
    for account in report.files:
        yield f"{account.name}: {account.kind} ({account.preset})"
        yield (
            f"  rows read {account.rows_read:,} = loaded {account.rows_loaded:,} + duplicate {account.rows_duplicate:,} "
            f"+ quarantined {account.rows_quarantined:,} + ignored {account.rows_ignored:,}"
        )
        for reason in account.reasons:
            money = f", {reason.amount:,.2f} {reason.currency or ''}".rstrip() if reason.amount else ""
            yield f"    {reason.verdict}: {reason.rows:,} rows, {reason.reason}{money} (first: line {reason.first_line})"
        reading = readings.get((account.name, account.kind))
        if reading is None or not reading.fields:
            continue
        yield f"  understood: {', '.join(f'{field} = {column!r}' for field, column in reading.fields.items())}"
        if reading.unused:
            yield f"  not used: {', '.join(reading.unused)}"
        for note in reading.notes:
            yield f"  note: {note}"
    if report.first_day:
        yield f"Orders: {report.orders:,}, from {report.first_day} to {report.last_day}"
    for warning in report.warnings:
        yield f"Note: {warning}"
    for gap in readiness.gaps:
        yield f"Missing: {gap.missing}. {gap.effect} {gap.remedy}"
