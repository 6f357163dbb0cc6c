"""From files to what is known: books kept, models learned, the past forecast blind."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lifeworth import backtest, ledger, sources
from lifeworth.backtest.candidates import PURCHASE
from lifeworth.backtest.diagnostics import Finding, diagnose
from lifeworth.backtest.stretch import read_history
from lifeworth.errors import DataError
from lifeworth.features.protected import protected_features
from lifeworth.insight.segments import read_conditions
from lifeworth.models.forecast import CustomerHistory, Forecaster
from lifeworth.monitoring.champion import Decision
from lifeworth.refresh.calendar import decide_as_of
from lifeworth.refresh.champion import defend
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import Engine

HISTORIES = "ledger_histories"


@dataclass(frozen=True)
class Understanding:
    """Everything known of a company before its customers are valued."""

    loaded: sources.LoadReport
    books: ledger.LedgerFacts
    as_of: date
    forecaster: Forecaster
    eyes: backtest.Eyes
    proof: backtest.Proof
    findings: tuple[Finding, ...]
    succession: Decision | None = None

    @property
    def leave_out(self) -> frozenset[str]:
        """Features that know the future or are protected."""
        return self.proof.leave_out | self.eyes.leave_out

    @property
    def in_profit(self) -> bool:
        """Whether values are profit."""
        return self.books.basis == "profit"


def understand(
    engine: DuckDB, request: Request, stages: Stages, scratch: Path, served: Path | None = None
) -> Understanding:
    """Read the files, keep the books, learn how customers buy, and try it on the past.

    ``served`` is the folder of the served result, whose method stays until another has earned its place.
    """
    with stages.stage("sources", "Reading the files"):
        loaded = sources.load(
            engine,
            list(request.files),
            request.settings,
            as_of=request.as_of,
            scratch=scratch,
            tell=stages.tell,
        )
        read_conditions(engine, request.settings.segments)
    with stages.stage("ledger", "Keeping the books"):
        ledger.keep_books(engine, request.settings, tell=stages.tell)
        as_of = decide_as_of(engine, request)
        books = ledger.close_books(engine, as_of)
        ledger.histories(engine, as_of, HISTORIES)
        history = _read_history(engine, as_of)
    with stages.stage("models", "Learning how customers buy"):
        forecaster = Forecaster(request.seed, request.threads, request.fast).fit(history)
    with stages.stage("backtest", "Forecasting the past blind"):
        eyes = _eyes(engine, request, books, forecaster)
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
        likeliest = forecaster
        if proof.family not in (None, forecaster.chosen_):
            forecaster = forecaster.again(str(proof.family), "its totals were closer to what came on past days")
        choice, succession = defend(proof, served, request.seed)
        proof = backtest.adopt(engine, proof, choice)
        ask = not loaded.orders_are_bills and _purchases_speak(proof.choice)
        findings = diagnose(
            engine,
            likeliest,
            histories=HISTORIES,
            first_day=books.first_day or as_of,
            as_of=as_of,
            seed=request.seed,
            ask=ask,
        )
    return Understanding(loaded, books, as_of, forecaster, eyes, proof, findings, succession)


def _purchases_speak(choice: backtest.Choice | None) -> bool:
    """Whether anything of the forecast rests on the purchase model, or contracts took its place in all of it."""
    return choice is None or choice.carrier == PURCHASE or choice.blend.base == PURCHASE


def _eyes(engine: Engine, request: Request, books: ledger.LedgerFacts, forecaster: Forecaster) -> backtest.Eyes:
    return backtest.Eyes(
        ledger.histories,
        books.basis == "profit",
        forecaster.chosen_,
        request.seed,
        request.threads,
        fast=request.fast,
        learn=not request.fast,
        leave_out=frozenset(protected_features(engine, request.settings.protected)),
        in_doubt=not forecaster.clear_,
    )


def _read_history(engine: Engine, as_of: date) -> CustomerHistory:
    history = read_history(engine, HISTORIES)
    if len(history) == 0:
        raise DataError(
            f"No customer had ordered before {as_of}. Choose a later --as-of; orders begin on "
            f"{engine.value('SELECT min(ordered_on) FROM ledger_orders')}."
        )
    return history
