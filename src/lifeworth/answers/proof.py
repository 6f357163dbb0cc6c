"""How wrong was the method on past days, and does a simpler one do better?"""

from dataclasses import dataclass
from datetime import date
from math import isfinite, sqrt
from statistics import median
from typing import Any

from lifeworth.answers.bias import Bias, group_biases, step_biases
from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.held import HeldGroup, held_groups
from lifeworth.answers.tables import flags, rows_of
from lifeworth.store.engine import Engine

OURS = "lifeworth"
PURCHASE = "purchase model"
CONTRACT = "contract model"
NO_SIGNAL, FLOOR = "no signal", "floor"
FAR_ABOVE = 1.5

_KINDS = {"ours": 0, "model": 1, "floor": 2}


@dataclass(frozen=True)
class Week:
    """Repeat purchases of one week: what happened, what was predicted. ``phase`` is fit or holdout."""

    start: date
    phase: str
    actual: float
    predicted: Estimate


@dataclass(frozen=True)
class Decile:
    """A tenth of the customers by predicted money (1 = highest): predicted and actual money."""

    decile: int
    customers: int
    predicted_mean: float
    actual_mean: float
    predicted_total: float
    actual_total: float


@dataclass(frozen=True)
class Contender:
    """One method at one past day. ``kind`` is ours, model or floor.

    ``bias`` and ``coverage`` are in percent, ``top_decile`` in percent of what the best possible tenth brought;
    ``gini`` is 1 for a perfect order and 0 for chance; ``mae`` and ``width`` are money per customer.
    """

    model: str
    kind: str
    cut: date
    horizon_days: int
    customers: int
    actual_total: float
    predicted: Estimate
    bias: float
    gini: float
    top_decile: float
    mae: float
    coverage: float
    winner: bool


@dataclass(frozen=True)
class Verdict:
    """The blind test in one row. ``bias`` in percent: above zero, too much was predicted.

    ``winner`` is lifeworth or the simple rule that is used; ``kind`` says how the forecast is made: blend, purchase
    model, floor or no signal. ``cuts`` is the number of past days.
    """

    cut: date
    horizon_days: int
    customers: int
    measured: str
    actual_total: float
    predicted: Estimate
    bias: float
    coverage: float
    coverage_zero: float
    sample: int
    weeks_inside: int
    weeks: int
    winner: str
    sentence: str
    cuts: int
    kind: str


@dataclass(frozen=True)
class Proof:
    """The blind test of this run; ``verdict`` is None and ``absent`` says why when none was possible.

    ``league`` holds every method at every past day, oldest first; ``held`` how ranges of groups of customers held at
    the newest one; ``biases`` how far off the forecast of groups was there, ``steps`` that of each step ahead.
    """

    verdict: Verdict | None
    absent: str
    weeks: tuple[Week, ...]
    deciles: tuple[Decile, ...]
    league: tuple[Contender, ...]
    definition: str
    held: tuple[HeldGroup, ...] = ()
    biases: tuple[Bias, ...] = ()
    steps: tuple[Bias, ...] = ()

    @property
    def no_signal(self) -> bool:
        """Whether nothing tells single customers apart, so that everybody of one age is given the same."""
        return self.verdict is not None and self.verdict.kind == NO_SIGNAL

    @property
    def rival_won(self) -> bool:
        """Whether a simple rule, or the mean of a cohort, is used in place of lifeworth's own models."""
        return self.verdict is not None and self.verdict.winner not in ("", OURS)

    @property
    def newest(self) -> tuple[Contender, ...]:
        """Every method at the newest past day: ours, then the models, then the simple rules."""
        cut = self.verdict.cut if self.verdict else None
        return tuple(row for row in self.league if row.cut == cut)

    def over_days(self, model: str) -> tuple[Contender, ...]:
        """One method at every past day whose total can be compared, oldest first."""
        return tuple(row for row in self.league if row.model == model and isfinite(row.bias))

    def usual_miss(self, model: str) -> float:
        """How far off the total of a method was on the middle one of its past days, in percent; NaN when unknown."""
        misses = [abs(row.bias) for row in self.over_days(model)]
        return median(misses) if misses else float("nan")

    @property
    def far_above(self) -> tuple[Week, ...]:
        """Weeks the model was fitted on that brought more than one and a half times what it says, and not by chance.

        By chance: within two standard deviations of a Poisson count with the predicted mean.
        """
        return tuple(
            week
            for week in self.weeks
            if week.phase == "fit"
            and week.actual > FAR_ABOVE * week.predicted.mean
            and week.actual > week.predicted.mean + 2 * sqrt(week.predicted.mean)
        )


def proof(engine: Engine) -> Proof:
    """Predictions made blind at past days, held against what then happened."""
    verdicts = rows_of(engine, "backtest_proof", "cut")
    absent = rows_of(engine, "backtest_absent", "reason")
    reason = str(absent[0]["reason"]) if absent else "this run made none"
    verdict = _verdict(verdicts[-1]) if verdicts else None
    league = (_contender(row) for row in rows_of(engine, "backtest_league", "cut"))
    return Proof(
        verdict=verdict,
        absent="" if verdicts else reason,
        weeks=tuple(_week(row) for row in rows_of(engine, "backtest_tracking", "week_start")),
        deciles=tuple(_decile(row) for row in rows_of(engine, "backtest_deciles", "decile")),
        league=tuple(sorted(league, key=lambda row: (row.cut, _KINDS.get(row.kind, 1)))),
        definition=(
            "On each past day everything after it was hidden, every method learned from what came before, and its "
            "forecast was held against what then happened."
        ),
        held=held_groups(engine, verdict.cut) if verdict else (),
        biases=group_biases(engine, verdict.cut) if verdict else (),
        steps=step_biases(engine, verdict.cut) if verdict else (),
    )


def _verdict(row: dict[str, Any]) -> Verdict:
    return Verdict(
        cut=row["cut"],
        horizon_days=int(row["horizon_days"]),
        customers=int(row["customers"]),
        measured=str(row["measured"]),
        actual_total=number(row["actual_total"]),
        predicted=estimate(row["predicted_total"], row["predicted_low"], row["predicted_high"]),
        bias=number(row["bias"]),
        coverage=number(row["coverage"]),
        coverage_zero=number(row["coverage_zero"]),
        sample=int(row["sample"] or 0),
        weeks_inside=int(row["weeks_inside"] or 0),
        weeks=int(row["weeks"] or 0),
        winner=str(row["winner"] or ""),
        sentence=str(row["verdict"] or ""),
        cuts=int(row.get("cuts") or 1),
        kind=str(row.get("kind") or ""),
    )


def _week(row: dict[str, Any]) -> Week:
    predicted = estimate(row["predicted_orders"], row["predicted_low"], row["predicted_high"])
    return Week(row["week_start"], str(row["phase"]), number(row["actual_orders"]), predicted)


def _decile(row: dict[str, Any]) -> Decile:
    money = ("predicted_mean", "actual_mean", "predicted_total", "actual_total")
    return Decile(int(row["decile"]), int(row["customers"]), *(number(row[name]) for name in money))


def _contender(row: dict[str, Any]) -> Contender:
    model = str(row["model"])
    measures = ("bias", "gini", "top_decile", "mae", "coverage")
    return Contender(
        model=model,
        kind="ours" if model == OURS else str(row.get("kind") or "model"),
        cut=row["cut"],
        horizon_days=int(row["horizon_days"]),
        customers=int(row["customers"]),
        actual_total=number(row["actual_total"]),
        predicted=estimate(row["predicted_total"], row["total_low"], row["total_high"]),
        **{name: number(row.get(name)) for name in measures},
        winner=flags(row, "winner"),
    )
