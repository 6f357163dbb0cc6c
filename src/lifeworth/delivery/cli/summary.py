"""What a finished run says on the terminal."""

from typing import Any

import typer

from lifeworth.refresh import Outcome


def say_result(outcome: Outcome) -> None:
    """The headline, how far to trust it, what to know, and where the report is."""
    record: dict[str, Any] = outcome.record
    base, money = record["base"], f" {record['currency']}" if record["currency"] else ""
    kind = record["basis"]
    typer.echo(
        f"{base['customers']:,.0f} customers, as of {record['as_of']}: about {base['value_mean']:,.0f}{money} of {kind} "
        f"over the next {record['horizon_days']} days "
        f"({record['interval_level']:.0%} range {base['value_low']:,.0f} to {base['value_high']:,.0f})."
    )
    typer.echo(record["proof"]["verdict"])
    account = record["accounting"]
    typer.echo(
        f"Rows read {account['rows_read']:,} = loaded {account['rows_loaded']:,} + duplicate "
        f"{account['rows_duplicate']:,} + quarantined {account['rows_quarantined']:,} + ignored {account['rows_ignored']:,}."
    )
    if kind == "revenue":
        typer.echo(f"Values are revenue, not profit: {record['basis_reason']}")
    for warning in record["warnings"]:
        typer.echo(f"Note: {warning}")
    typer.echo(f"Report: {outcome.folder / 'report.html'}")
    typer.echo(f"Every customer: {outcome.folder / 'customer_value.csv'}")
