"""How wrong was the method last time, and does a simpler one do better?"""

from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.store.engine import Engine

OURS = "lifeworth"
FAR_ABOVE = 1.5


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
    """One method in the league table of one cut. ``bias`` and ``coverage`` are in percent."""

    model: str
    cut: date
    horizon_days: int
    customers: int
    actual_total: float
    predicted: Estimate
    bias: float
    gini: float
    spearman: float
    mae: float
    rmse: float
    coverage: float
    coverage_zero: float
    winner: bool


@dataclass(frozen=True)
class Verdict:
    """The blind test in one row. ``bias`` in percent: above zero, too much was predicted."""

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


@dataclass(frozen=True)
class Proof:
    """The blind test of this run; ``verdict`` is None and ``absent`` says why when none was possible."""

    verdict: Verdict | None
    absent: str
    weeks: tuple[Week, ...]
    deciles: tuple[Decile, ...]
    league: tuple[Contender, ...]
    definition: str

    @property
    def rival_won(self) -> bool:
        """Whether a simple rule predicted better than lifeworth; then the report says so first."""
        return self.verdict is not None and self.verdict.winner not in ("", OURS)

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
    """Predictions made blind from the earlier history, held against what then happened."""
    there = set(engine.tables())
    verdicts = _read(engine, there, "backtest_proof", "cut")
    absent = _read(engine, there, "backtest_absent", "reason")
    reason = str(absent[0]["reason"]) if absent else "this run made none"
    return Proof(
        verdict=_verdict(verdicts[-1]) if verdicts else None,
        absent="" if verdicts else reason,
        weeks=tuple(_week(row) for row in _read(engine, there, "backtest_tracking", "week_start")),
        deciles=tuple(_decile(row) for row in _read(engine, there, "backtest_deciles", "decile")),
        league=tuple(_contender(row) for row in _read(engine, there, "backtest_league", "cut, model <> 'lifeworth'")),
        definition=(
            "The last stretch of the history was hidden, the model fitted on what came before, its prediction held "
            "against what happened. Rate so far: each customer goes "
            "on at the average rate of their history. Last stretch: each customer repeats the latest stretch."
        ),
    )


def _read(engine: Engine, there: set[str], table: str, order: str) -> list[dict[str, Any]]:
    return engine.records(f"SELECT * FROM {table} ORDER BY {order}") if table in there else []


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
    )


def _week(row: dict[str, Any]) -> Week:
    predicted = estimate(row["predicted_orders"], row["predicted_low"], row["predicted_high"])
    return Week(row["week_start"], str(row["phase"]), number(row["actual_orders"]), predicted)


def _decile(row: dict[str, Any]) -> Decile:
    money = ("predicted_mean", "actual_mean", "predicted_total", "actual_total")
    return Decile(int(row["decile"]), int(row["customers"]), *(number(row[name]) for name in money))


def _contender(row: dict[str, Any]) -> Contender:
    measures = ("bias", "gini", "spearman", "mae", "rmse", "coverage", "coverage_zero")
    return Contender(
        model=str(row["model"]),
        cut=row["cut"],
        horizon_days=int(row["horizon_days"]),
        customers=int(row["customers"]),
        actual_total=number(row["actual_total"]),
        predicted=estimate(row["predicted_total"], row["total_low"], row["total_high"]),
        **{name: number(row[name]) for name in measures},
        winner=bool(row["winner"]),
    )
