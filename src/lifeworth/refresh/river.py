"""The story of a customer's value, from a file of orders to a page.

Read ``run`` from top to bottom: each line is a room, each room reads the tables of the rooms before it.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lifeworth import insight, monitoring
from lifeworth.answers.gather import gather
from lifeworth.answers.run_facts import RunFacts
from lifeworth.errors import DataError, UsageError
from lifeworth.features.protected import protected_features
from lifeworth.maths.one_thread import one_thread
from lifeworth.monitoring import Verdict
from lifeworth.refresh.calendar import happened_later
from lifeworth.refresh.chosen import reason_words
from lifeworth.refresh.exports import write_exports
from lifeworth.refresh.kept import facts_to_keep, run_to_judge
from lifeworth.refresh.model_card import model_card
from lifeworth.refresh.record import run_record
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import understand
from lifeworth.refresh.valuing import Valued, frame, value_everybody
from lifeworth.report.page import render
from lifeworth.sources import FileRequest
from lifeworth.store.archive import archive, thin_out
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.lock import run_lock
from lifeworth.store.publishing import VERDICT, Publisher, announce, deliver, finish_delivery

DELIVERED = ("customer_value.csv", "customer_value.parquet", "report.html", "run.json", "rejected.csv")


@dataclass(frozen=True)
class Outcome:
    """A published result: where it stands and its record (``run.json``)."""

    folder: Path
    record: dict[str, object]


@one_thread()
def run(request: Request, stages: Stages | None = None) -> Outcome:
    """Read, keep the books, prove, forecast, value, answer, publish.

    Raises
    ------
    LifeworthError
        Says what was wrong with the request or the data; the last published result stays in place.
    """
    stages = stages or Stages(quiet=True)
    os.umask(0o077)
    _refuse_folders(request)
    publisher = Publisher(request.store_folder)
    with run_lock(publisher.store, "lifeworth run"):
        publisher.sweep()
        finish_delivery(request.out)
        folder = publisher.workplace()
        engine = DuckDB(folder.parent / "river.duckdb", threads=request.threads, scratch=folder.parent / "spill")
        try:
            flowed = _flow(engine, request, stages, folder, publisher)
        except BaseException:
            engine.close()
            publisher.sweep()
            raise
        engine.close()
        _hold_back(publisher, flowed.verdict, request)
        _note_succession(publisher, flowed.record)
        with stages.stage("publish", "Publishing"):
            publisher.record_loads(_loads(flowed.record))
            announce(publisher.next(), request.out)
            published = publisher.publish(folder)
            deliver(published, request.out)
            publisher.record_verdict(_as_text(flowed.verdict), request.out)
            thin_out(publisher.store, date.fromisoformat(flowed.record["as_of"]))
        publisher.sweep()
    return Outcome(request.out, flowed.record)


def _hold_back(publisher: Publisher, verdict: Verdict, request: Request) -> None:
    """Leave the served version in place when a gate failed; a person's reason to publish anyway is written down."""
    if verdict.accepted:
        publisher.record_decision(
            {
                "at": datetime.now(UTC).replace(microsecond=0).isoformat(),
                "decision": "published all the same",
                "run_id": verdict.run_id,
                "why": verdict.accepted,
            }
        )
    if verdict.may_be_published:
        return
    publisher.record_verdict(_as_text(verdict), request.out)
    publisher.sweep()
    raise DataError("\n".join(verdict.sentences))


def _note_succession(publisher: Publisher, record: dict[str, Any]) -> None:
    """Who stays or takes over as the method, and why, is written down."""
    if reason := record["model"]["succession"]:
        publisher.record_decision(
            {"at": record["created_at"], "decision": "method", "run_id": record["run_id"], "why": reason}
        )


def _refuse_folders(request: Request) -> None:
    """A result must not land on a file, on its own input, or where the engine cannot follow."""
    for folder in (request.out, request.store_folder):
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is not a folder; the result needs one. Choose another --out or --store.")
        if "?" in str(folder):
            raise UsageError(f"The engine cannot write to a folder with '?' in its name: {folder}.")
    targets = {(request.out / name).absolute() for name in DELIVERED}
    for item in request.files:
        if isinstance(item, FileRequest) and item.path.absolute() in targets:
            raise UsageError(f"{item.path} would be overwritten by the result. Choose another --out.")


@dataclass(frozen=True)
class _Flowed:
    """A result written aside: its record, what the checks say, and what is kept of it."""

    record: dict[str, Any]
    verdict: Verdict


def _flow(engine: DuckDB, request: Request, stages: Stages, folder: Path, publisher: Publisher) -> _Flowed:
    served = publisher.current()
    previous = served.folder if served else None
    known = understand(engine, request, stages, folder.parent, previous)
    valued = value_everybody(engine, request, known, folder, stages)
    with stages.stage("insight", "Asking what to do"):
        insight.build(engine, frame(request, valued, previous), tell=stages.tell)
        insight.name_groups(engine)
    with stages.stage("monitoring", "Comparing with earlier runs"):
        verdict = monitoring.watch(
            engine,
            run_to_judge(valued.row, known.forecaster.purchases_.converged_, request.seed),
            store=publisher.store,
            previous=previous,
            accept=request.accept,
        )
    facts = _facts(request, valued, _warnings(engine, request, valued))
    with stages.stage("answers", "Writing the report"):
        write_exports(engine, folder)
        page = render(gather(engine, facts))
        _write_private(folder / "report.html", page)
        _write_private(folder / "model_card.md", model_card(engine, facts, request))
    record = run_record(engine, facts, known, verdict, stages.log)
    _write_private(folder / "run.json", json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False))
    _write_private(folder / VERDICT, _as_text(verdict))
    if verdict.may_be_published:
        kept = facts_to_keep(valued.row, valued.base, request.seed, monitoring.weekly_spread(engine))
        archive(engine, publisher.store, kept)
    return _Flowed(record, verdict)


def _warnings(engine: DuckDB, request: Request, valued: Valued) -> tuple[str, ...]:
    """Everything a reader must know, each once."""
    known = valued.known
    said = (
        *known.loaded.warnings,
        *happened_later(engine, request, known.as_of),
        *known.proof.warnings,
        *_protected(engine, request),
        *valued.lead_warnings,
        *(finding.sentence for finding in known.findings if finding.warns),
        *(() if known.loaded.orders_are_bills else known.forecaster.warnings_),
    )
    return tuple(dict.fromkeys(said))


def _protected(engine: DuckDB, request: Request) -> tuple[str, ...]:
    """Which columns nothing was scored by."""
    names = sorted(protected_features(engine, request.settings.protected).values())
    return (f"Left out of every model because protected: {', '.join(names)}.",) if names else ()


def _as_text(verdict: Verdict) -> str:
    return json.dumps(verdict.as_json(), indent=1, ensure_ascii=False, allow_nan=False)


def _facts(request: Request, valued: Valued, warnings: tuple[str, ...]) -> RunFacts:
    row, known = valued.row, valued.known
    return RunFacts(
        run_id=row.run_id,
        lifeworth_version=version("lifeworth"),
        as_of=row.as_of,
        horizon_days=row.horizon_days,
        interval_level=row.interval_level,
        discount=row.discount,
        currency=row.currency,
        basis=row.basis,
        basis_reason=known.books.basis_reason,
        seed=request.seed,
        base=valued.base,
        model_chosen=row.model,
        model_reason=reason_words(known.forecaster, known.proof),
        succession=known.succession.reason if known.succession else None,
        orders_are_bills=known.loaded.orders_are_bills,
        warnings=warnings,
        created_at=datetime.now(UTC).replace(microsecond=0),
    )


def _loads(record: dict[str, object]) -> list[dict[str, object]]:
    inputs = record["inputs"]
    assert isinstance(inputs, list)
    return [{**load, "run_id": record["run_id"], "at": record["created_at"]} for load in inputs]


def _write_private(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
