"""Everybody who forecast the same stretch, side by side."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from math import isfinite, nan

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest import measures

Floats = NDArray[np.float64]

OURS = "lifeworth"


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
    """A method's forecast of every customer at the cut; single models and floors give no ranges."""

    name: str
    predicted: Floats
    kind: str = "model"
    crps: float = nan
    total_low: float = nan
    total_high: float = nan
    coverage: float = nan
    coverage_zero: float = nan
    width: float = nan


@dataclass(frozen=True)
class Row:
    """One line of the league table.

    ``kind`` is ours, model or floor. Bias and coverages in percent, ``top_decile`` and ``decision`` in percent of the
    best possible, ``width`` the mean width of ranges and ``crps``, ``mae``, ``rmse`` in money.
    """

    model: str
    kind: str
    cut: date
    horizon_days: int
    customers: int
    actual_total: float
    predicted_total: float
    total_low: float
    total_high: float
    bias: float
    bias_error: float
    gini: float
    gini_error: float
    spearman: float
    auc: float
    top_decile: float
    mae: float
    rmse: float
    crps: float
    decision: float
    coverage: float
    coverage_zero: float
    width: float

    def values(self) -> list[object]:
        """The fields in order; what is not a number is empty."""
        found = [getattr(self, f.name) for f in fields(self)]
        return [None if isinstance(value, float) and not isfinite(value) else value for value in found]


def score(contestant: Contestant, actual: Floats, question: Question) -> Row:
    """Hold one forecast against what came."""
    predicted = contestant.predicted
    return Row(
        model=contestant.name,
        kind=contestant.kind,
        cut=question.cut,
        horizon_days=question.horizon_days,
        customers=len(actual),
        actual_total=float(actual.sum()),
        predicted_total=float(predicted.sum()),
        total_low=contestant.total_low,
        total_high=contestant.total_high,
        bias=measures.bias_percent(actual, predicted),
        bias_error=measures.bias_error(actual, predicted),
        gini=measures.gini(actual, predicted),
        gini_error=measures.gini_error(actual, predicted),
        spearman=measures.spearman(actual, predicted),
        auc=measures.auc(actual != 0, predicted),
        top_decile=measures.top_decile(actual, predicted),
        mae=measures.mean_absolute_error(actual, predicted),
        rmse=measures.root_mean_squared_error(actual, predicted),
        crps=contestant.crps,
        decision=measures.decision_value(actual, predicted),
        coverage=contestant.coverage,
        coverage_zero=contestant.coverage_zero,
        width=contestant.width,
    )
