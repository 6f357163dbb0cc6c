"""One cut of one data set: every method on the same customers, measured, compared and marked."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from accuracy_parts.comparison import HIGHER_IS_BETTER, goodness, is_beyond, marks, redraw
from accuracy_parts.data_sets import Cut, DataSet
from accuracy_parts.floors import FLOORS
from accuracy_parts.history import CustomerDays, Floats, day_number, known_on, write_joined
from accuracy_parts.learned import lightgbm_forecast
from accuracy_parts.measures import bias_percent, point_measures
from accuracy_parts.peer import lifetimes_forecast
from accuracy_parts.product import Ours, run_product
from accuracy_parts.ranges import group_measures, range_measures

OURS, PEER, LIGHTGBM = "lifeworth", "lifetimes", "LightGBM"
METHODS = (OURS, PEER, LIGHTGBM, *FLOORS)


@dataclass(frozen=True)
class Setting:
    """Where the data, the peer's python and the scratch folder are."""

    data: Path
    peer: str
    scratch: Path


@dataclass
class Attempts:
    """What each method said: money in the raw data's order of customers, seconds, notes and failures."""

    money: dict[str, Floats]
    seconds: dict[str, float]
    notes: dict[str, Any]
    failures: dict[str, str]

    def attempt(self, name: str, work: Callable[[], Floats]) -> None:
        """Run one method; a failure is kept as text and shown on the page."""
        began = time.perf_counter()
        try:
            self.money[name] = work()
        except RuntimeError as failure:
            self.failures[name] = str(failure)
        self.seconds[name] = time.perf_counter() - began


def evaluate(data_set: DataSet, cut: Cut, days: CustomerDays, setting: Setting) -> dict[str, Any]:
    """Everything the page says of this cut, as plain numbers and text."""
    folder = setting.scratch / "work" / data_set.name / f"{cut.day}-{cut.horizon_days}"
    folder.mkdir(parents=True, exist_ok=True)
    start = day_number(cut.day)
    truth = days.brought(start, start + cut.horizon_days)
    tried = Attempts({}, {}, {}, {})
    ours = _run_ours(data_set, cut, setting, folder, tried)
    _run_others(days, start, cut.horizon_days, setting, folder, tried)
    ids = ours.ids if ours else days.ids[known_on(days, start).is_customer]
    place = _places(days, ids)
    actual = np.where(place >= 0, truth[place], 0.0)
    forecasts = {name: np.where(place >= 0, money[place], 0.0) for name, money in tried.money.items()}
    if ours:
        forecasts = {OURS: ours.mean, **forecasts}
    answer = _described(data_set, cut, actual, forecasts, tried, truth, place)
    if not data_set.totals_only:
        answer |= _compared(actual, forecasts)
    if ours:
        answer |= _ranges(ours, actual, np.where(place >= 0, known_on(days, start).days_since_last[place], 10**6))
    return answer


def _run_ours(data_set: DataSet, cut: Cut, setting: Setting, folder: Path, tried: Attempts) -> Ours | None:
    files = [setting.data / name for name in data_set.files]
    if data_set.joined:
        files = [write_joined(data_set.joined, setting.data, folder / "orders.csv")]
    try:
        ours = run_product(files, data_set, cut, folder / "result")
    except (RuntimeError, OSError, KeyError, ValueError) as failure:
        tried.failures[OURS] = " ".join(str(failure).split())
        return None
    tried.seconds[OURS] = ours.seconds
    return ours


def _run_others(
    days: CustomerDays, start: int, horizon_days: int, setting: Setting, folder: Path, tried: Attempts
) -> None:
    def peer() -> Floats:
        money, tried.notes[PEER] = lifetimes_forecast(setting.peer, days, start, horizon_days, folder / "peer")
        return money

    tried.attempt(PEER, peer)
    tried.attempt(LIGHTGBM, lambda: lightgbm_forecast(days, start, horizon_days))
    for name, floor in FLOORS.items():
        tried.attempt(name, lambda floor=floor: floor(days, start, horizon_days))


def _places(days: CustomerDays, ids: np.ndarray) -> np.ndarray:
    """Where each id stands in the raw data, −1 for one that is not there."""
    position = {name: place for place, name in enumerate(days.ids)}
    return np.array([position.get(name, -1) for name in ids], dtype=np.int64)


def _described(
    data_set: DataSet,
    cut: Cut,
    actual: Floats,
    forecasts: dict[str, Floats],
    tried: Attempts,
    truth: Floats,
    place: np.ndarray,
) -> dict[str, Any]:
    measure = _total_only if data_set.totals_only else point_measures
    return {
        "data_set": data_set.name,
        "cut": cut.day.isoformat(),
        "horizon_days": cut.horizon_days,
        "measured_on": date.today().isoformat(),
        "customers": len(actual),
        "unknown_ids": int((place < 0).sum()),
        "actual_total": float(actual.sum()),
        "brought_by_all": float(truth.sum()),
        "methods": {
            name: {
                **measure(actual, forecasts[name]),
                "predicted_total": float(forecasts[name].sum()),
                "seconds": tried.seconds[name],
            }
            for name in METHODS
            if name in forecasts
        },
        "notes": tried.notes,
        "failures": tried.failures,
    }


def _total_only(actual: Floats, predicted: Floats) -> dict[str, float]:
    return {"bias": bias_percent(actual, predicted)}


def _compared(actual: Floats, forecasts: dict[str, Floats]) -> dict[str, Any]:
    drawn = redraw(actual, forecasts)
    points = {name: point_measures(actual, money) for name, money in forecasts.items()}
    by_measure = {m: {name: points[name][m] for name in points} for m in HIGHER_IS_BETTER}
    marked = {m: marks(m, by_measure[m], drawn[m]) for m in by_measure}
    if OURS not in forecasts:
        return {"marks": marked, "ahead_of_ours": {}}
    return {"marks": marked, "ahead_of_ours": {m: _ahead(m, by_measure[m], drawn[m]) for m in by_measure}}


def _ahead(measure: str, values: dict[str, float], drawn: dict[str, Floats]) -> dict[str, bool]:
    """Methods with a better figure than ours → whether the gap is beyond two standard errors."""
    better = [n for n in values if goodness(measure, values[n]) > goodness(measure, values[OURS])]
    return {name: is_beyond(measure, name, OURS, values, drawn) for name in better}


def _ranges(ours: Ours, actual: Floats, days_since_last: np.ndarray) -> dict[str, Any]:
    total = float(actual.sum())
    return {
        "ranges": {
            **range_measures(actual, ours.low, ours.high),
            "groups": group_measures(actual, ours.mean, ours.low, ours.high, days_since_last),
            "interval_level": ours.interval_level,
            "base_low": ours.base_low,
            "base_high": ours.base_high,
            "base_inside": ours.base_low <= total <= ours.base_high,
        },
        "chosen": ours.chosen,
        "basis": ours.basis,
        "lifeworth_version": ours.version,
    }
