"""Repeat purchases week by week, said beforehand and counted afterwards."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth.ledger import weekly_repeat_purchases
from lifeworth.models.forecast import CustomerHistory, Forecaster
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
EPOCH = np.datetime64("1970-01-01")
TWO_SIDED_80 = 1.2816


@dataclass(frozen=True)
class Tracking:
    """One entry per whole week from the first order on."""

    week_start: list[date]
    is_holdout: NDArray[np.bool_]
    actual: Floats
    predicted: Floats
    low: Floats
    high: Floats

    def weeks_inside(self) -> tuple[int, int]:
        """Held-out weeks inside the band, and all of them."""
        after = self.is_holdout
        inside = (self.actual[after] >= self.low[after]) & (self.actual[after] <= self.high[after])
        return int(inside.sum()), int(after.sum())


def track(
    engine: Engine,
    forecaster: Forecaster,
    history: CustomerHistory,
    start: date,
    cut: date,
    end: date,
    *,
    keys: str | None = None,
    pace: float = 1.0,
) -> Tracking | None:
    """Actual against expected repeat purchases a week, of the customers known at the cut.

    Before the cut the expectation is that of newcomers of each first day; after it, its shape carries the
    forecast made at the cut. The band is as wide as weeks strayed from the curve before the cut, which is
    what an honest reader would expect of the weeks after. ``pace`` multiplies what is expected after the cut;
    ``keys`` names the customers asked, when not all are.
    """
    weeks_before = (cut - start).days // 7
    weeks_after = (end - cut).days // 7
    if weeks_before < 4 or weeks_after < 1:
        return None
    edges = np.arange(-weeks_before, weeks_after + 1) * 7
    actual = _count_weeks(engine, cut, edges, keys)
    predicted = _expected_weeks(forecaster, history, edges)
    after = edges[:-1] >= 0
    expected_after = pace * float(forecaster.expected_orders(7.0 * weeks_after).sum())
    shape = predicted[after].sum()
    predicted[after] *= expected_after / shape if shape > 0 else 0.0
    spread = _usual_miss(actual[~after], predicted[~after])
    reach = TWO_SIDED_80 * np.maximum(spread * predicted, np.sqrt(predicted))
    return Tracking(
        [cut + timedelta(days=int(day)) for day in edges[:-1]],
        after,
        actual,
        predicted,
        np.maximum(predicted - reach, 0.0),
        predicted + reach,
    )


def _count_weeks(engine: Engine, cut: date, edges: NDArray[np.int64], keys: str | None) -> Floats:
    start, end = (cut + timedelta(days=int(edge)) for edge in (edges[0], edges[-1]))
    return np.array([float(count) for _, count in weekly_repeat_purchases(engine, start, end, cut, keys)])


def _expected_weeks(forecaster: Forecaster, history: CustomerHistory, edges: NDArray[np.int64]) -> Floats:
    """Σ over first days of newcomers × expected repeat purchases by then, differenced by week."""
    age, customers = np.unique(history.T_days, return_counts=True)
    elapsed = np.clip(age[:, None] + edges[None, :], 0.0, None)
    values, inverse = np.unique(elapsed, return_inverse=True)
    expected = np.asarray(forecaster.purchases_.expected_for_new_customer(values))
    cumulative = customers @ expected[inverse].reshape(elapsed.shape)
    return np.diff(cumulative)


def _usual_miss(actual: Floats, predicted: Floats) -> float:
    """Typical relative distance of a week from the curve in the later three quarters of the fitted weeks."""
    later = slice(len(actual) // 4, None)
    expected = predicted[later]
    usable = expected > 0.5
    if usable.sum() < 4:
        return 1.0
    ratio = actual[later][usable] / expected[usable] - 1.0
    return float(np.sqrt((ratio**2).mean()))
