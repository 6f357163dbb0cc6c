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

from lifeworth import backtest, monitoring, values
from lifeworth.answers.gather import gather
from lifeworth.answers.run_facts import RunFacts
from lifeworth.errors import DataError, UsageError
from lifeworth.models.calibration import Outlook
from lifeworth.monitoring import Verdict
from lifeworth.refresh.audit import audit
from lifeworth.refresh.calendar import happened_later
from lifeworth.refresh.chosen import model_words, reason_words
from lifeworth.refresh.exports import write_exports
from lifeworth.refresh.kept import facts_to_keep, run_to_judge
from lifeworth.refresh.model_card import model_card
from lifeworth.refresh.record import run_record
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import HISTORIES, Understanding, understand
from lifeworth.report.page import render
from lifeworth.sources import FileRequest
from lifeworth.store.archive import archive, thin_out
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import Engine
from lifeworth.store.lock import run_lock
from lifeworth.store.publishing import VERDICT, Publisher, announce, deliver, finish_delivery

DELIVERED = ("customer_value.csv", "customer_value.parquet", "report.html", "run.json", "rejected.csv")


@dataclass(frozen=True)
class Outcome:
    """A published result: where it stands and its record (``run.json``)."""

    folder: Path
    record: dict[str, object]


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
    known = understand(engine, request, stages, folder.parent, served.folder if served else None)
    with stages.stage("values", "Valuing every customer"):
        outlook = _keep(engine, folder, known, _look_ahead(engine, known, stages), request.horizon_days)
        row = _run_row(request, known)
        plan = known.proof.trials.feature_plan if known.proof.trials else None
        heard = values.heard(known.proof.choice, outlook, plan)
        valuation = values.value_customers(
            engine, known.forecaster, row, outlook=outlook, heard=heard, tell=stages.tell
        )
        base = valuation.base
        values.expect_weeks(
            engine, known.forecaster, known.as_of, request.horizon_days, base["orders_mean"], base["revenue_mean"]
        )
        lead_warnings = _value_who_comes(engine, request, known)
        audit(engine)
    with stages.stage("monitoring", "Comparing with earlier runs"):
        verdict = monitoring.watch(
            engine,
            run_to_judge(row, known.forecaster.purchases_.converged_, request.seed),
            store=publisher.store,
            previous=served.folder if served else None,
            accept=request.accept,
        )
    later = happened_later(engine, request, known.as_of)
    warnings = (
        *known.loaded.warnings,
        *later,
        *known.proof.warnings,
        *lead_warnings,
        *_misfits(known),
        *known.forecaster.warnings_,
    )
    facts = _facts(request, row, known, valuation, tuple(dict.fromkeys(warnings)))
    with stages.stage("answers", "Writing the report"):
        write_exports(engine, folder)
        page = render(gather(engine, facts))
        _write_private(folder / "report.html", page)
        _write_private(folder / "model_card.md", model_card(engine, facts, request))
    record = run_record(engine, facts, known, verdict, stages.log)
    _write_private(folder / "run.json", json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False))
    _write_private(folder / VERDICT, _as_text(verdict))
    if verdict.may_be_published:
        archive(engine, publisher.store, facts_to_keep(row, base, request.seed, monitoring.weekly_spread(engine)))
    return _Flowed(record, verdict)


def _look_ahead(engine: Engine, known: Understanding, stages: Stages) -> backtest.Ahead | None:
    """What the past confirmed of every customer; none where it could confirm nothing."""
    proof = known.proof
    if proof.trials is None or proof.choice is None:
        return None
    return backtest.look_ahead(
        engine, proof.trials, proof.choice, known.forecaster, known.eyes, table=HISTORIES, tell=stages.tell
    )


def _value_who_comes(engine: Engine, request: Request, known: Understanding) -> tuple[str, ...]:
    """Newcomers and open leads; what could not be said of leads, and why."""
    asked: dict[str, Any] = {
        "as_of": known.as_of,
        "horizon_days": request.horizon_days,
        "level": request.interval_level,
        "in_profit": known.in_profit,
        "seed": request.seed,
        "forecaster": known.forecaster,
        "leave_out": known.leave_out,
    }
    values.value_newcomers(engine, **asked)
    return values.value_leads(engine, **asked)


def _keep(
    engine: Engine, folder: Path, known: Understanding, ahead: backtest.Ahead | None, horizon_days: int
) -> Outlook | None:
    """Keep in the folder ``model`` what any customer's number is made of; gives back what the past confirmed."""
    outlook = ahead.outlook if ahead else None
    values.keep(
        engine,
        folder,
        _behind(known, ahead, horizon_days),
        known.forecaster,
        trials=known.proof.trials,
        choice=known.proof.choice if outlook else None,
        as_of=known.as_of,
        horizon_days=horizon_days,
        in_profit=known.in_profit,
    )
    return outlook


def _behind(known: Understanding, ahead: backtest.Ahead | None, horizon_days: int) -> values.Behind:
    trials = known.proof.trials
    if trials is None or ahead is None or ahead.parts is None or ahead.outlook is None:
        return values.Behind.alone(known.forecaster, horizon_days)
    said, outlook = ahead.parts, ahead.outlook
    return values.Behind(
        trials.plan.window_days,
        said.expected,
        said.places,
        said.blended,
        said.carried,
        outlook.value,
        ahead.total.factor,
    )


def _misfits(known: Understanding) -> list[str]:
    return [finding.sentence for finding in known.findings if finding.warns]


def _as_text(verdict: Verdict) -> str:
    return json.dumps(verdict.as_json(), indent=1, ensure_ascii=False, allow_nan=False)


def _run_row(request: Request, known: Understanding) -> values.Run:
    proof, loaded = known.proof, known.loaded
    return values.Run(
        run_id=request.run_id([file.sha256 for file in loaded.files], known.as_of, version("lifeworth")),
        model=model_words(known.forecaster, proof),
        model_version=known.forecaster.fingerprint(),
        as_of=known.as_of,
        horizon_days=request.horizon_days,
        interval_level=request.interval_level,
        discount=request.discount,
        currency=loaded.currency,
        in_profit=known.in_profit,
        surprise=proof.total.spread if proof.total else 0.0,
        drawn_level=proof.level,
    )


def _facts(
    request: Request,
    row: values.Run,
    known: Understanding,
    valuation: values.Valuation,
    warnings: tuple[str, ...],
) -> RunFacts:
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
        base=valuation.base,
        model_chosen=row.model,
        model_reason=reason_words(known.forecaster, known.proof),
        succession=known.succession.reason if known.succession else None,
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
