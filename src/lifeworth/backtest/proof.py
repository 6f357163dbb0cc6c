"""Go back to several days, forecast each blind, hold it against what came, and choose by that.

Models see only what was known on each day; simple floors forecast the same customers. When a floor does better,
it is used and the verdict says so first; when nothing beats the mean of a cohort, that is said too.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from math import isfinite

import numpy as np

from lifeworth import features
from lifeworth.backtest.candidates import CONTRACT, PURCHASE
from lifeworth.backtest.choice import FLOOR, MODEL, NO_SIGNAL, Choice, choose
from lifeworth.backtest.floors import COHORT_MEAN
from lifeworth.backtest.grading import DRAWN, Stated, grade, groups, league, widened
from lifeworth.backtest.league import OURS, Question, Row
from lifeworth.backtest.plan import ENOUGH, MIN_HISTORY_DAYS, Plan, plan_cuts
from lifeworth.backtest.steps import horizon_steps
from lifeworth.backtest.tables import (
    insert,
    make_empty,
    write_absent,
    write_deciles,
    write_league,
    write_proof,
    write_tracking,
)
from lifeworth.backtest.tracking import track
from lifeworth.backtest.trials import Eyes, Trials, hold_trials, ratio_day, steadier_family
from lifeworth.models.blend import SITUATIONS
from lifeworth.models.learned import boosting
from lifeworth.models.total import TotalCorrection, correct_total
from lifeworth.store.engine import Engine

MIN_CUSTOMERS = 20
MIN_REPEATS = 10


@dataclass(frozen=True)
class Proof:
    """What the river needs to know; the figures stand in the ``backtest_`` tables.

    ``bias`` is that of the newest day in percent, ``biases`` those of all graded days, oldest first. ``level`` is
    the share of possible futures a range must hold so that the stated share of what comes lies inside. ``trials`` and
    ``choice`` are None where the history holds nothing to prove on; ``names`` are the candidates that could be asked.
    """

    verdict: str
    winner: str | None = None
    bias: float | None = None
    biases: tuple[float, ...] = ()
    trials: Trials | None = None
    choice: Choice | None = None
    total: TotalCorrection | None = None
    level: float | None = None
    family: str | None = None
    names: tuple[str, ...] = ()
    leave_out: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()


def prove(
    engine: Engine,
    eyes: Eyes,
    *,
    first_day: date,
    as_of: date,
    horizon_days: int,
    level: float,
    customers: int,
    tell: Callable[[str], None] | None = None,
) -> Proof:
    """Write the ``backtest_`` tables and choose.

    ``customers`` is how many the run has; beyond 30,000 the past is asked of an even sample.
    """
    make_empty(engine)
    plan = plan_cuts(first_day, as_of, horizon_days, fast=eyes.fast)
    if plan is None:
        days = (as_of - first_day).days
        return _absent(
            engine,
            f"The history spans {days} {'day' if days == 1 else 'days'}; a proof needs at least {MIN_HISTORY_DAYS} "
            "and then a stretch of four weeks to forecast.",
        )
    eyes, warnings = _able(eyes)
    if eyes.family == "Pareto/NBD" and eyes.in_doubt:
        eyes = replace(eyes, family=steadier_family(engine, plan, eyes, customers))
    leaks = _find_leaks(engine, plan) if eyes.learn else []
    eyes = replace(eyes, leave_out=eyes.leave_out | {leak.feature for leak in leaks})
    trials = hold_trials(engine, plan, eyes, customers=customers, tell=tell)
    if too_little := _too_little(trials):
        return _absent(engine, too_little)
    choice = choose(trials.graded, _candidates_now(trials))
    stated = grade(trials, level)
    question = Question(plan.cuts[-1], plan.window_days, level, eyes.in_profit)
    rows = league(stated, question)
    steps = horizon_steps(engine, trials, eyes, *(stated[-1:] if eyes.fast else stated))
    warnings += [leak.sentence for leak in leaks]
    return replace(
        _conclude(engine, trials, choice, stated, rows, steps, question, warnings),
        family=eyes.family,
        leave_out=eyes.leave_out,
    )


def _find_leaks(engine: Engine, plan: Plan) -> list[features.Leak]:
    """Columns that know the future are named and left out of the models."""
    found = list(features.find_leaks(engine, plan.cuts[-1], plan.window_days))
    for leak in found:
        insert(engine, "backtest_leaks", [leak.column, leak.kind, leak.evidence, leak.sentence])
    return found


def _able(eyes: Eyes) -> tuple[Eyes, list[str]]:
    """Without LightGBM's system library the learned models stay away, and that is said."""
    reason = boosting.available() if eyes.learn else None
    if reason is None:
        return eyes, []
    told = f"Learned models were left out: LightGBM cannot be used here ({reason}). On Debian: apt install libgomp1."
    return replace(eyes, learn=False), [told]


def _candidates_now(trials: Trials) -> tuple[str, ...]:
    newest = trials.graded[-1].expected
    able = {PURCHASE, CONTRACT, *(model.name for model in trials.learned)}
    return tuple(name for name in newest if name in able)


def _too_little(trials: Trials) -> str:
    if not trials.graded:
        return "Nobody had bought yet on any of the past days that could be asked."
    newest = trials.graded[-1].stretch
    if len(newest) >= MIN_CUSTOMERS and newest.history.frequency.sum() >= MIN_REPEATS:
        return ""
    return (
        f"Too little was known on {newest.cut} to prove anything on: customers {len(newest):,}, "
        f"repeat purchases {int(newest.history.frequency.sum()):,}."
    )


def _absent(engine: Engine, reason: str) -> Proof:
    write_absent(engine, reason)
    return Proof(reason)


def _conclude(
    engine: Engine,
    trials: Trials,
    choice: Choice,
    stated: list[Stated],
    rows: list[Row],
    steps: list[list[object]],
    question: Question,
    warnings: list[str],
) -> Proof:
    newest = stated[-1]
    ours = [row for row in rows if row.model == OURS]
    said = verdict(trials.plan, choice, ours, question, fast=trials.fast)
    winner = choice.name if choice.by_rule else OURS
    write_league(engine, rows, winner)
    write_deciles(engine, newest.came, newest.value)
    for row in [*groups(stated), *steps]:
        insert(engine, "backtest_groups", row)
    total = _write_choice(engine, trials, choice)
    weeks = _track(engine, trials, newest)
    write_proof(
        engine,
        question,
        ours[-1],
        sample=min(len(newest.value), DRAWN),
        weeks=weeks,
        winner=winner,
        verdict=said,
        cuts=len(stated),
        kind=choice.kind,
    )
    biases = tuple(row.bias for row in ours if isfinite(row.bias))
    bias = ours[-1].bias if isfinite(ours[-1].bias) else None
    return Proof(
        said,
        winner,
        bias,
        biases,
        trials,
        choice,
        total,
        level=widened(stated, question.level),
        names=_candidates_now(trials),
        warnings=tuple(warnings + _plain_warnings(choice)),
    )


def adopt(engine: Engine, proof: Proof, choice: Choice | None) -> Proof:
    """The same proof with another choice than it proposed, in the tables too."""
    if choice is None or choice is proof.choice:
        return proof
    assert proof.choice is not None and proof.trials is not None
    winner = choice.name if choice.by_rule else OURS
    said = _first(choice) + proof.verdict.removeprefix(_first(proof.choice))
    for table in ("backtest_weights", "backtest_dropped", "backtest_total"):
        engine.execute(f"DELETE FROM {table}")
    total = _write_choice(engine, proof.trials, choice)
    engine.execute("UPDATE backtest_proof SET winner = ?, kind = ?, verdict = ?", [winner, choice.kind, said])
    engine.execute("UPDATE backtest_league SET winner = (model = ?)", [winner])
    proposed = _plain_warnings(proof.choice)
    warnings = [w for w in proof.warnings if w not in proposed] + _plain_warnings(choice)
    return replace(proof, verdict=said, choice=choice, winner=winner, total=total, warnings=tuple(warnings))


def _write_choice(engine: Engine, trials: Trials, choice: Choice) -> TotalCorrection:
    """What is used and why, and how its total is corrected today."""
    for situation, row in zip(SITUATIONS, choice.blend.weights, strict=True):
        for name, weight in zip(choice.blend.names, row, strict=True):
            insert(engine, "backtest_weights", [situation, name, float(weight)])
    for name, reason in choice.dropped.items():
        insert(engine, "backtest_dropped", [name, reason])
    plan = trials.plan
    total = choice.corrected(trials.ratios, ratio_day(plan, plan.as_of), plan.horizon_days)
    insert(engine, "backtest_total", [total.factor, *list(asdict(total).values())[1:]])
    return total


def _track(engine: Engine, trials: Trials, newest: Stated) -> tuple[int, int]:
    stretch, plan = newest.trial.stretch, trials.plan
    orders = correct_total(trials.order_ratios, ratio_day(plan, stretch.cut), plan.window_days)
    tracking = track(
        engine,
        stretch.forecaster,
        stretch.history,
        plan.first_day,
        stretch.cut,
        stretch.end,
        keys=trials.keys,
        pace=orders.factor,
    )
    if tracking is None:
        return 0, 0
    write_tracking(engine, tracking)
    return tracking.weeks_inside()


def verdict(plan: Plan, choice: Choice, ours: list[Row], question: Question, *, fast: bool = False) -> str:
    """The outcome in a few sentences; what did better than our own models comes first."""
    newest = ours[-1]
    stretch = f"the {question.horizon_days} days from {question.cut}"
    if not isfinite(newest.bias):
        return f"Nothing was earned in {stretch}, so there is no total to hold the forecast against."
    said = f"Blind to {stretch}, the forecast was off by {newest.bias:+.1f} % on total {question.measured}"
    if isfinite(newest.total_low):
        where = "inside" if newest.total_low <= newest.actual_total <= newest.total_high else "outside"
        said += f"; what happened lay {where} its range"
    known = [abs(row.bias) for row in ours if isfinite(row.bias)]
    if len(known) > 1:
        said += f". Over {len(known)} such days it was off by {np.median(known):.1f} % in the middle"
    said += "."
    if plan.shortened:
        said += (
            f" The history is too short for stretches of {plan.horizon_days} days: {plan.window_days} were tested "
            f"and the {choice.carrier} carries the rest."
        )
    if len(ours) < ENOUGH and not fast:
        said += f" The history allows {len(ours)} such {'day' if len(ours) == 1 else 'days'}; {ENOUGH} would be better."
    return _first(choice) + said


def _first(choice: Choice) -> str:
    if choice.kind == NO_SIGNAL:
        return (
            f"No signal: no method tells these customers apart better than '{COHORT_MEAN}' does, so everybody is given "
            "the mean of customers as old as they, with a wide range. "
        )
    if choice.kind == FLOOR:
        return f"The simple rule '{choice.floor}' did better than every model here, so it is used. "
    return ""


def _plain_warnings(choice: Choice) -> list[str]:
    said = [f"The {name} was left out of the forecast: it {reason}." for name, reason in choice.dropped.items()]
    if choice.by_rule:
        said.insert(0, _first(choice).strip())
    if choice.kind == MODEL and choice.ranges is None:
        said.append(
            "Too few customers came in the tested stretches to check ranges; values and ranges are the models' own."
        )
    return said
