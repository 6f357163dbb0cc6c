"""Simple methods anyone can do in a spreadsheet. A model that cannot beat them should say so.

Each gives money in the run's basis per customer for a window; those that learn do so from the newest window that
was finished at the day they are asked.
"""

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest.stretch import Stretch

Floats = NDArray[np.float64]

COHORT_MEAN = "cohort mean"
NAMES = ("zero", COHORT_MEAN, "rate so far", "last stretch", "RFM cell mean")
CELLS = 4


def floors(now: Stretch, learned_from: Stretch | None, in_profit: bool) -> dict[str, Floats]:
    """Every floor that can be computed at a day, by name; money over the window."""
    found = {"zero": np.zeros(len(now))}
    if learned_from is not None:
        found[COHORT_MEAN] = cohort_mean(now, learned_from)
    money = now.history.profit if in_profit else now.history.revenue
    found["rate so far"] = rate_so_far(money, now.history.T_days, now.window_days)
    if now.before is not None:
        found["last stretch"] = now.before.value
    if learned_from is not None:
        found["RFM cell mean"] = rfm_cell_mean(now, learned_from, in_profit)
    return found


def rate_so_far(money: Floats, T_days: Floats, horizon_days: float) -> Floats:
    """Everybody goes on bringing money at their own average pace.

    The pace is taken over the time since the first purchase, or over one horizon where that is longer:
    a customer of three days has no pace yet.
    """
    return money / np.maximum(T_days, horizon_days) * horizon_days


def cohort_mean(now: Stretch, learned_from: Stretch) -> Floats:
    """Everybody brings what customers as old as they, in months, brought on average in the newest finished window.

    Ages not seen then take the nearest age that was.
    """
    assert learned_from.came is not None
    oldest = max(int(learned_from.cohort.max()), 1)
    money = np.bincount(learned_from.cohort, weights=learned_from.came.value, minlength=oldest + 1)
    people = np.bincount(learned_from.cohort, minlength=oldest + 1)
    seen = np.flatnonzero(people)
    mean = np.interp(np.arange(oldest + 1), seen, money[seen] / people[seen])
    return np.asarray(mean[np.clip(now.cohort, 0, oldest)])


def rfm_cell_mean(now: Stretch, learned_from: Stretch, in_profit: bool) -> Floats:
    """Everybody brings what their cell of recency × frequency × money brought in the newest finished window."""
    assert learned_from.came is not None
    edges = [np.quantile(column, np.linspace(0, 1, CELLS + 1)[1:-1]) for column in _rfm(learned_from, in_profit)]
    then, today = (_cells(_rfm(stretch, in_profit), edges) for stretch in (learned_from, now))
    count = CELLS**3
    people = np.bincount(then, minlength=count)
    money = np.bincount(then, weights=learned_from.came.value, minlength=count)
    overall = float(learned_from.came.value.mean())
    mean = np.where(people > 0, money / np.maximum(people, 1), overall)
    return np.asarray(mean[today])


def _rfm(stretch: Stretch, in_profit: bool) -> list[Floats]:
    history = stretch.history
    return [
        history.T_days - history.recency_days,
        history.purchase_days,
        history.profit if in_profit else history.revenue,
    ]


def _cells(columns: list[Floats], edges: list[Floats]) -> NDArray[np.intp]:
    cell = np.zeros(len(columns[0]), dtype=np.intp)
    for column, cut in zip(columns, edges, strict=True):
        cell = cell * CELLS + np.searchsorted(cut, column, side="right")
    return cell
