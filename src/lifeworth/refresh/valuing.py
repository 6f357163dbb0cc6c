"""From what is known to what everybody is worth: customers, newcomers, leads."""

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lifeworth import backtest, insight, values
from lifeworth.backtest.choice import NO_SIGNAL
from lifeworth.backtest.contracts import read_book
from lifeworth.models.calibration import Outlook
from lifeworth.refresh.audit import audit
from lifeworth.refresh.chosen import model_words
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import HISTORIES, Understanding
from lifeworth.store.engine import Engine
from lifeworth.values.contracts import running
from lifeworth.values.leads import keep_lead_scores


@dataclass(frozen=True)
class Valued:
    """What was known, what every row of the customer table repeats, the totals of the base, what could not be said of leads."""

    known: Understanding
    row: values.Run
    base: dict[str, float]
    lead_warnings: tuple[str, ...]


def value_everybody(engine: Engine, request: Request, known: Understanding, folder: Path, stages: Stages) -> Valued:
    """Write the ``values_`` tables, and the folder ``model`` that any customer's number can be taken apart from."""
    with stages.stage("values", "Valuing every customer"):
        outlook = _keep(engine, folder, known, _look_ahead(engine, known, stages), request.horizon_days)
        row = _run_row(request, known)
        plan = known.proof.trials.feature_plan if known.proof.trials else None
        heard = values.heard(known.proof.choice, outlook, plan)
        valuation = values.value_customers(
            engine,
            known.forecaster,
            row,
            outlook=outlook,
            heard=heard,
            contracts=_contracts(engine, known),
            tell=stages.tell,
        )
        base = valuation.base
        values.expect_weeks(
            engine, known.forecaster, known.as_of, request.horizon_days, base["orders_mean"], base["revenue_mean"]
        )
        lead_warnings = _value_who_comes(engine, request, known)
        keep_lead_scores(engine, folder)
        audit(engine, known.loaded.orders_are_bills)
    return Valued(known, row, base, lead_warnings)


def frame(request: Request, valued: Valued, previous: Path | None) -> insight.Frame:
    """What is the same for every figure of insight; ``previous`` is the folder of the served result."""
    known = valued.known
    choice = known.proof.choice
    return insight.Frame(
        as_of=known.as_of,
        first_day=known.books.first_day or known.as_of,
        horizon_days=request.horizon_days,
        interval_level=request.interval_level,
        discount=request.discount,
        currency=valued.row.currency,
        in_profit=known.in_profit,
        shared_spread=valued.base["shared_spread"],
        seed=request.seed,
        threads=request.threads,
        settings=request.settings,
        previous=previous,
        no_signal=choice is not None and choice.kind == NO_SIGNAL,
        orders_are_bills=known.loaded.orders_are_bills,
    )


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


def _contracts(engine: Engine, known: Understanding) -> values.Contracts | None:
    """What each customer has under contract; none where some order is no bill."""
    return running(read_book(engine, known.as_of, HISTORIES)) if known.loaded.orders_are_bills else None


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
    return values.value_leads(engine, **asked, protected=request.settings.protected)


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
