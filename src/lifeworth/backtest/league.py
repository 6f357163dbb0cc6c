"""Everybody who forecast the same stretch, side by side, and who did best."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from math import isfinite, log, nan, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest import measures

Floats = NDArray[np.float64]

OURS = "lifeworth"
CLEARLY = 2.0
MOST_SURPRISE = 1.0


@dataclass(frozen=True)
class Question:
    """What is proved: money of ``horizon_days`` from ``cut`` on, in profit or net revenue."""

    cut: date
    horizon_days: int
    level: float
    in_profit: bool

    @property
    def end(self) -> date:
        """First day after the held-out stretch."""
        return self.cut + timedelta(days=self.horizon_days)

    @property
    def measured(self) -> str:
        """The money in words."""
        return "profit" if self.in_profit else "net revenue"


@dataclass(frozen=True)
class Contestant:
    """A method's forecast of every customer at the cut; rivals give no ranges."""

    name: str
    predicted: Floats
    total_low: float = nan
    total_high: float = nan
    coverage: float = nan
    coverage_zero: float = nan


@dataclass(frozen=True)
class Row:
    """One line of the league table; ``bias`` and coverages in percent, the rest in money or counts."""

    model: str
    cut: date
    horizon_days: int
    customers: int
    actual_total: float
    predicted_total: float
    total_low: float
    total_high: float
    bias: float
    gini: float
    spearman: float
    mae: float
    rmse: float
    coverage: float
    coverage_zero: float

    def values(self) -> list[object]:
        """The fields in order; what is not a number is empty."""
        found = [getattr(self, f.name) for f in fields(self)]
        return [None if isinstance(value, float) and not isfinite(value) else value for value in found]


def score(contestant: Contestant, actual: Floats, question: Question) -> Row:
    """Hold one forecast against what came."""
    predicted = contestant.predicted
    return Row(
        contestant.name,
        question.cut,
        question.horizon_days,
        len(actual),
        float(actual.sum()),
        float(predicted.sum()),
        contestant.total_low,
        contestant.total_high,
        measures.bias_percent(actual, predicted),
        measures.gini(actual, predicted),
        measures.spearman(actual, predicted),
        measures.mean_absolute_error(actual, predicted),
        measures.root_mean_squared_error(actual, predicted),
        contestant.coverage,
        contestant.coverage_zero,
    )


def best(league: list[Row]) -> Row:
    """Ours, unless a rival is clearly better on the total or the ranking and clearly worse on neither.

    Clearly is two points: of percent on the total, of hundredths on the Gini.
    """
    ours = league[0]

    def edge(rival: Row) -> float:
        closer = _known(abs(ours.bias) - abs(rival.bias))
        sharper = _known(100.0 * (rival.gini - ours.gini))
        better = max(closer, sharper) > CLEARLY and min(closer, sharper) >= -CLEARLY
        return max(closer, sharper) if better else 0.0

    strongest = max(league[1:], key=edge)
    return strongest if edge(strongest) > 0 else ours


def surprise(row: Row, level: float) -> float:
    """Relative spread of the total that its range did not account for: √max(0, log-error² − spread²).

    One held-out stretch is one draw of all that the models do not know; it is a rough estimate of how far such
    things move a total, and better than taking them for nothing.
    """
    if not (row.actual_total > 0 and row.predicted_total > 0 and isfinite(row.total_low)):
        return 0.0
    spread = (row.total_high - row.total_low) / (2 * NormalDist().inv_cdf((1 + level) / 2)) / row.predicted_total
    missed = log(row.actual_total / row.predicted_total)
    return min(sqrt(max(missed**2 - spread**2, 0.0)), MOST_SURPRISE)


def _known(number: float) -> float:
    return number if isfinite(number) else 0.0


def verdict(question: Question, league: list[Row], winner: Row) -> str:
    """The outcome in one or two sentences; when a rival won, that comes first."""
    ours, stretch = league[0], f"the {question.horizon_days} days from {question.cut}"
    if not isfinite(ours.bias):
        return f"Nothing was earned in {stretch}, so there is no total to hold the forecast against."
    where = "inside" if ours.total_low <= ours.actual_total <= ours.total_high else "outside"
    said = (
        f"Blind to {stretch}, the method was off by {ours.bias:+.1f} % on total {question.measured}; "
        f"what happened lay {where} its range."
    )
    if winner is ours:
        return said
    return f"The simple rival '{winner.model}' did better here (off by {winner.bias:+.1f} %). {said}"
