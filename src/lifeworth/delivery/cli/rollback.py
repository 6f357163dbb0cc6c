"""``lifeworth rollback``: an earlier published result in front of readers again."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from lifeworth.delivery.cli.result import store_of
from lifeworth.errors import UsageError
from lifeworth.store.lock import run_lock
from lifeworth.store.publishing import Published, Publisher, announce, deliver, finish_delivery


def rollback(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of the result.")] = Path("lifeworth-result"),
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="Store of the result [default: OUT/store]")
    ] = None,
    to: Annotated[
        int | None, typer.Option("--to", metavar="VERSION", help="Version to bring back [default: the one before]")
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Reason, kept with the decision.")] = "",
) -> None:
    """Serve an earlier published result again; nothing is deleted for it."""
    publisher = _publisher(out, store)
    with run_lock(publisher.store, "lifeworth rollback"):
        publisher.sweep()
        finish_delivery(out)
        served = publisher.current()
        past = _asked_for(publisher, served, to)
        coming = publisher.next()
        decision = {
            "action": "rollback",
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "who": _who(),
            "why": why,
            "from_version": served.version if served else None,
            "to_version": past.version,
            "as_version": coming.version,
        }
        publisher.record_decision(decision | {"state": "asked"})
        announce(coming, out)
        published = publisher.bring_back(past)
        deliver(published, out)
        publisher.record_decision(decision | {"state": "done"})
        publisher.sweep()
    typer.echo(f"Version {past.version} is served again, as version {published.version}. Report: {out / 'report.html'}")
    typer.echo("The next run continues from here; what it may publish is compared with this version.")


def _publisher(out: Path, store: Path | None) -> Publisher:
    folder = store_of(out, store)
    if not (folder / "published").is_dir():
        raise UsageError(f"There is no published result in {folder}. Name its folder with --out or --store.")
    return Publisher(folder)


def _asked_for(publisher: Publisher, served: Published | None, to: int | None) -> Published:
    kept = publisher.versions()
    listed = ", ".join(f"{n} (served)" if served and n == served.version else str(n) for n in kept) or "none"
    if to is None:
        past = publisher.one_back()
        if past is None:
            raise UsageError(f"There is no version before the one that is served. Kept versions: {listed}.")
        return past
    if to not in kept:
        raise UsageError(f"There is no version {to}. Kept versions: {listed}. Choose one with --to.")
    if served and to == served.version:
        raise UsageError(f"Version {to} is the one that is served. Kept versions: {listed}.")
    return Published(to, publisher.published / str(to))


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
