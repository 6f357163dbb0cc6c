"""``lifeworth monitor``: what the latest run's checks say, for people and for schedulers."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from lifeworth.delivery.cli.result import store_of
from lifeworth.errors import UsageError
from lifeworth.store.publishing import VERDICT


def monitor(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of the result.")] = Path("lifeworth-result"),
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="Store of the result [default: OUT/store]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole verdict as JSON.")] = False,
) -> None:
    """Say whether the latest run may be believed; ends with 0 when ok or to watch, 3 when held or alarmed."""
    text = _latest(out, store)
    said = json.loads(text)
    if as_json:
        typer.echo(text.rstrip("\n"))
    else:
        _say(said)
        _say_what_is_served(said, out)
    if said["exit_code"]:
        raise typer.Exit(said["exit_code"])


def _latest(out: Path, store: Path | None) -> str:
    """The store knows the latest verdict even when a held run or a rollback left another result in front."""
    folder = store_of(out, store)
    for path in (folder / VERDICT, out / VERDICT):
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise UsageError(f"No verdict was found in {out} or {folder}. Run `lifeworth run` first, or name it with --out.")


def _say(said: dict[str, Any]) -> None:
    headline, *rest = said["sentences"]
    typer.echo(f"{headline} ({said['run_id']}, as of {said['as_of']})")
    for sentence in rest:
        typer.echo(f"  - {sentence}")
    if sys.stdout.isatty() and said["gates"]:
        _draw_gates(said["gates"])


def _say_what_is_served(said: dict[str, Any], out: Path) -> None:
    """After a held run or a rollback, the verdict speaks of another result than the one in front of readers."""
    record = out / "run.json"
    if not record.is_file():
        return
    served = json.loads(record.read_text(encoding="utf-8"))
    if served["run_id"] != said["run_id"]:
        typer.echo(f"Served now: {served['run_id']}, as of {served['as_of']}.")


def _draw_gates(gates: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("gate", "state", "found", "may be")
    for gate in gates:
        table.add_row(gate["gate"], gate["state"], gate["found"], gate["threshold"])
    Console().print(table)
