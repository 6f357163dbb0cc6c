"""The story of a customer's value, from a file of orders to a page.

Read ``run`` from top to bottom: each line is a room, each room reads the tables of the rooms before it.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import numpy as np

from lifeworth import backtest, ledger, sources, values
from lifeworth.answers.gather import gather
from lifeworth.answers.run_facts import RunFacts
from lifeworth.errors import DataError, UsageError
from lifeworth.models.forecast import CustomerHistory, Forecaster
from lifeworth.refresh.audit import audit
from lifeworth.refresh.chosen import model_words, reason_words
from lifeworth.refresh.exports import write_exports
from lifeworth.refresh.record import run_record
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.report.page import render
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import Engine
from lifeworth.store.lock import run_lock
from lifeworth.store.publishing import Publisher, announce, deliver, finish_delivery

LONG_SILENCE_DAYS = 31
MOST_SILENCE_DAYS = 3660
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
            record = _flow(engine, request, stages, folder)
        except BaseException:
            engine.close()
            publisher.sweep()
            raise
        engine.close()
        with stages.stage("publish", "Publishing"):
            publisher.record_loads(_loads(record))
            announce(publisher.next(), request.out)
            published = publisher.publish(folder)
            deliver(published, request.out)
        publisher.sweep()
    return Outcome(request.out, record)


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


def _flow(engine: Engine, request: Request, stages: Stages, folder: Path) -> dict[str, object]:
    with stages.stage("sources", "Reading the files"):
        loaded = sources.load(
            engine,
            list(request.files),
            request.settings,
            as_of=request.as_of,
            scratch=folder.parent,
            tell=stages.tell,
        )
    with stages.stage("ledger", "Keeping the books"):
        ledger.keep_books(engine, request.settings, tell=stages.tell)
        as_of = _as_of(engine, request)
        books = ledger.close_books(engine, as_of)
        ledger.histories(engine, as_of, "ledger_histories")
        history = _read_history(engine, as_of)
    with stages.stage("models", "Learning how customers buy"):
        forecaster = Forecaster(request.seed, request.threads, request.fast).fit(history)
    in_profit = books.basis == "profit"
    eyes = backtest.Eyes(
        ledger.histories,
        in_profit,
        forecaster.chosen_,
        request.seed,
        request.threads,
        fast=request.fast,
        learn=not request.fast,
    )
    with stages.stage("backtest", "Forecasting the past blind"):
        proof = backtest.prove(
            engine,
            eyes,
            first_day=books.first_day or as_of,
            as_of=as_of,
            horizon_days=request.horizon_days,
            level=request.interval_level,
            customers=len(history),
            tell=stages.tell,
        )
    with stages.stage("values", "Valuing every customer"):
        if proof.family not in (None, forecaster.chosen_):
            forecaster = forecaster.again(str(proof.family), "its totals were closer to what came on past days")
        outlook = None
        if proof.trials is not None and proof.choice is not None:
            ahead = backtest.look_ahead(
                engine, proof.trials, proof.choice, forecaster, eyes, table="ledger_histories", tell=stages.tell
            )
            outlook = ahead.outlook
        run_row = _run_row(request, loaded, books, forecaster, as_of, proof)
        valuation = values.value_customers(engine, forecaster, run_row, outlook=outlook, tell=stages.tell)
        audit(engine)
    later = _happened_later(engine, request, as_of)
    warnings = tuple(dict.fromkeys([*loaded.warnings, *later, *proof.warnings, *forecaster.warnings_]))
    facts = _facts(request, run_row, books, valuation, forecaster, proof, warnings)
    with stages.stage("answers", "Writing the report"):
        write_exports(engine, folder)
        page = render(gather(engine, facts))
        _write_private(folder / "report.html", page)
    record = run_record(engine, facts, loaded, forecaster, proof, stages.log)
    _write_private(folder / "run.json", json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False))
    return record


def _as_of(engine: Engine, request: Request) -> date:
    last = ledger.last_day(engine)
    if last is None:
        raise DataError(_nothing_to_value(engine))
    if request.as_of and (request.as_of - last).days > MOST_SILENCE_DAYS:
        raise DataError(f"--as-of {request.as_of} lies more than ten years after the last order ({last}).")
    return request.as_of or last + timedelta(days=1)


def _happened_later(engine: Engine, request: Request, as_of: date) -> list[str]:
    """Refunds and tickets after the last order are the future too, which nobody may expect who gave no day."""
    if request.as_of is not None:
        return _silence(engine, as_of)
    sql = "SELECT count(*), max(happened_on), sum(-profit_effect) FROM ledger_events WHERE happened_on >= ?"
    [(count, last, cost)] = engine.rows(sql, [as_of])
    if not count:
        return []
    return [
        f"After the last order came {count:,} more entries (refunds, tickets, contacts); they count as the future of {as_of} "
        f"({cost:,.2f} in all). To take them in: --as-of {last + timedelta(days=1)}."
    ]


def _silence(engine: Engine, as_of: date) -> list[str]:
    """A day long after the last order makes everybody look gone."""
    last = engine.value("SELECT max(ordered_on) FROM ledger_orders WHERE ordered_on < ?", [as_of])
    days = (as_of - last).days if last else 0
    if days <= LONG_SILENCE_DAYS:
        return []
    return [
        f"The last order in the files is of {last}, {days:,} days before {as_of}. If orders of that time are missing, "
        "customers look gone who are not: export again, or choose an earlier --as-of."
    ]


def _nothing_to_value(engine: Engine) -> str:
    reasons = engine.rows("SELECT reason, sum(rows) FROM sources_reasons GROUP BY ALL ORDER BY 2 DESC LIMIT 3")
    why = "; ".join(f"{count:,} rows: {reason}" for reason, count in reasons)
    return "No order of a known customer was found, so there is nobody to value." + (
        f" Set aside: {why}." if why else ""
    )


def _read_history(engine: Engine, as_of: date) -> CustomerHistory:
    columns = engine.arrays("SELECT * EXCLUDE (customer_id) FROM ledger_histories")
    if len(columns["frequency"]) == 0:
        raise DataError(
            f"No customer had ordered before {as_of}. Choose a later --as-of; orders begin on "
            f"{engine.value('SELECT min(ordered_on) FROM ledger_orders')}."
        )
    return CustomerHistory.from_columns({name: np.ma.filled(values, 0) for name, values in columns.items()})


def _run_row(
    request: Request,
    loaded: sources.LoadReport,
    books: ledger.LedgerFacts,
    forecaster: Forecaster,
    as_of: date,
    proof: backtest.Proof,
) -> values.Run:
    return values.Run(
        run_id=request.run_id([file.sha256 for file in loaded.files], as_of, version("lifeworth")),
        model=model_words(forecaster, proof),
        model_version=forecaster.fingerprint(),
        as_of=as_of,
        horizon_days=request.horizon_days,
        interval_level=request.interval_level,
        discount=request.discount,
        currency=loaded.currency,
        in_profit=books.basis == "profit",
        surprise=proof.total.spread if proof.total else 0.0,
        drawn_level=proof.level,
    )


def _facts(
    request: Request,
    row: values.Run,
    books: ledger.LedgerFacts,
    valuation: values.Valuation,
    forecaster: Forecaster,
    proof: backtest.Proof,
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
        basis_reason=books.basis_reason,
        seed=request.seed,
        base=valuation.base,
        model_chosen=row.model,
        model_reason=reason_words(forecaster, proof),
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
