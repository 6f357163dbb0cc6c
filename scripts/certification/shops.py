"""The data sets, as the published fits saw them: one row per customer, times in weeks."""

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

FOLDER = Path(os.environ.get("LIFEWORTH_DATA") or Path(__file__).parents[2].parent / "shared" / "data")


@dataclass(frozen=True)
class Shop:
    """Histories up to the cut, and what came after it.

    Attributes
    ----------
    ids, frequency, recency, T, mean_spend, log_intervals, holdout : (customers,)
        In the order of the customers' numbers. ``mean_spend`` is over repeat purchase days; ``log_intervals`` the sum of
        log(weeks between purchases); ``holdout`` counts purchase days after the cut.
    intervals : one array per customer
        Days between purchases, those after the cut included.
    repeat_days : (repeat purchases,)
        Days from the first purchase of all to each repeat purchase, to the end of the file.
    holdout_weeks : float
        From the cut to the last purchase of all.
    """

    ids: list[int]
    frequency: np.ndarray
    recency: np.ndarray
    T: np.ndarray
    mean_spend: np.ndarray
    log_intervals: np.ndarray
    holdout: np.ndarray
    intervals: list[np.ndarray]
    repeat_days: np.ndarray
    holdout_weeks: float

    @property
    def histories(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return self.frequency, self.recency, self.T


def cdnow() -> Shop:
    return _cut(_orders("cdnow/sample.csv", ("customer_id", "date", "amount")), date(1997, 9, 30))


def grocery() -> Shop:
    return _cut(_orders("grocery/elog.csv", ("cust", "date")), date(2006, 12, 31))


def apparel() -> Shop:
    return _cut(_orders("apparel/transactions.csv", ("Id", "Date", "Price")), date(2006, 12, 31))


def donations() -> np.ndarray:
    """Frequency, recency, opportunities, donors and donations of the five years after: (5, kinds of donor)."""
    with (FOLDER / "donations" / "recency_frequency.csv").open(newline="") as rows:
        return np.array([[float(value) for value in row.values()] for row in csv.DictReader(rows)]).T


def _orders(file: str, columns: tuple[str, ...]) -> dict[int, dict[date, float]]:
    days: dict[int, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    with (FOLDER / file).open(newline="") as rows:
        for row in csv.DictReader(rows):
            customer, day, *amount = (row[name] for name in columns)
            days[int(customer)][date.fromisoformat(day)] += float(*amount)  # same day: one purchase
    return days


def _cut(purchases: dict[int, dict[date, float]], last_day: date) -> Shop:
    ids = sorted(purchases)
    begin = min(min(days) for days in purchases.values())
    end = max(max(days) for days in purchases.values())
    everything = [np.array([(day - begin).days for day in sorted(purchases[one])]) for one in ids]
    seen = [days[days <= (last_day - begin).days] for days in everything]
    spend = [[purchases[one][day] for day in sorted(purchases[one]) if day <= last_day][1:] for one in ids]
    return Shop(
        ids,
        frequency=np.array([len(days) - 1 for days in seen]),
        recency=np.array([(days[-1] - days[0]) / 7 for days in seen]),
        T=np.array([((last_day - begin).days - days[0]) / 7 for days in seen]),
        mean_spend=np.array([np.mean(paid) if paid else 0.0 for paid in spend]),
        log_intervals=np.array([np.log(np.diff(days) / 7).sum() for days in seen]),
        holdout=np.array([len(every) - len(days) for every, days in zip(everything, seen, strict=True)]),
        intervals=[np.diff(days) for days in everything],
        repeat_days=np.concatenate([days[1:] for days in everything]),
        holdout_weeks=(end - last_day).days / 7,
    )
