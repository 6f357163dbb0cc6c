"""Five forecasts anyone can make without a model, from the raw lines alone. Each gives money per customer, shape (customers,)."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from accuracy_parts.history import EPOCH, CustomerDays, Floats, Known, known_on, last_window, training_window

CELLS = 5


def zero(days: CustomerDays, cut: int, horizon_days: int) -> Floats:
    """Nobody brings anything."""
    return np.zeros(len(days.ids))


def cohort_mean(days: CustomerDays, cut: int, horizon_days: int) -> Floats:
    """Everybody brings what the average customer of the same first month brought in the last window."""
    window = last_window(days, cut, horizon_days)
    known = known_on(days, cut)
    return _mean_by(_month(known.first), days.brought(window.start, window.end), known.is_customer) * window.scale


def rate_so_far(days: CustomerDays, cut: int, horizon_days: int) -> Floats:
    """Everybody goes on at their own average pace, taken over at least one horizon."""
    known = known_on(days, cut)
    rate = known.total / np.maximum(known.age_days, horizon_days)
    return np.where(known.is_customer, rate * horizon_days, 0.0)


def last_stretch(days: CustomerDays, cut: int, horizon_days: int) -> Floats:
    """Everybody brings again what they brought in the last window."""
    window = last_window(days, cut, horizon_days)
    return days.brought(window.start, window.end) * window.scale


def rfm_cell_mean(days: CustomerDays, cut: int, horizon_days: int) -> Floats:
    """Everybody brings what their cell of recency × frequency fifths brought in the last completed window."""
    window = training_window(days, cut, horizon_days)
    before, now = known_on(days, window.start), known_on(days, cut)
    brought = days.brought(window.start, window.end)
    everyone = brought[before.is_customer].mean() if before.is_customer.any() else 0.0
    then, today = _cells(before), _cells(now)
    answer = np.zeros(len(days.ids))
    for cell in range(CELLS * CELLS):
        members = (then == cell) & before.is_customer
        answer[today == cell] = brought[members].mean() if members.any() else everyone
    return np.where(now.is_customer, answer * window.scale, 0.0)


def _cells(known: Known) -> NDArray[np.int64]:
    return _fifth(known.days_since_last, known.is_customer) * CELLS + _fifth(known.purchases, known.is_customer)


def _fifth(values: NDArray[np.int64], among: NDArray[np.bool_]) -> NDArray[np.int64]:
    """0 to 4, by the fifths of those who count; equal values share a fifth."""
    if not among.any():
        return np.zeros(len(values), dtype=np.int64)
    edges = np.quantile(values[among], np.arange(1, CELLS) / CELLS)
    return np.searchsorted(edges, values, side="left").astype(np.int64)


def _month(day: NDArray[np.int64]) -> NDArray[np.int64]:
    dates = [EPOCH + timedelta(days=int(number)) for number in day]
    return np.array([_month_number(each) for each in dates], dtype=np.int64)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month


def _mean_by(group: NDArray[np.int64], values: Floats, among: NDArray[np.bool_]) -> Floats:
    _, number = np.unique(group, return_inverse=True)
    sums = np.bincount(number[among], values[among], minlength=number.max() + 1)
    counts = np.bincount(number[among], minlength=number.max() + 1)
    return np.where(among, (sums / np.maximum(counts, 1))[number], 0.0)


FLOORS = {
    "zero": zero,
    "cohort mean": cohort_mean,
    "rate so far": rate_so_far,
    "last stretch": last_stretch,
    "RFM cell mean": rfm_cell_mean,
}
