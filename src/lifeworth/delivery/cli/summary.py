"""What a finished run says on the terminal."""

from typing import Any

import typer

from lifeworth.refresh import Outcome


def say_result(outcome: Outcome) -> None:
    """The headline, how far to trust it, what to know, and where the report is."""
    record: dict[str, Any] = outcome.record
    base, money = record["base"], f" {record['currency']}" if record["currency"] else ""
    kind = record["basis"]
    expected, unit = ("orders", " orders") if base["revenue_mean"] == 0 else ("value", f"{money} of {kind}")
    today = "" if expected == "orders" or record["discount"] == 0 else " in today's money"
    typer.echo(
        f"{base['customers']:,.0f} {'customer' if base['customers'] == 1 else 'customers'}, as of {record['as_of']}: about {base[f'{expected}_mean']:,.0f}{unit}{today} "
        f"over the next {record['horizon_days']} days "
        f"({record['interval_level']:.0%} range {base[f'{expected}_low']:,.0f} to {base[f'{expected}_high']:,.0f})."
    )
    typer.echo(record["proof"]["verdict"])
    account = record["accounting"]
    typer.echo(
        f"Rows read {account['rows_read']:,} = loaded {account['rows_loaded']:,} + duplicate "
        f"{account['rows_duplicate']:,} + quarantined {account['rows_quarantined']:,} + ignored {account['rows_ignored']:,}."
    )
    if kind == "revenue":
        typer.echo(record["basis_reason"])
    for warning in record["warnings"]:
        typer.echo(f"Note: {warning}")
    typer.echo(f"Report: {outcome.folder / 'report.html'}")
    typer.echo(f"Every customer: {outcome.folder / 'customer_value.csv'}")
