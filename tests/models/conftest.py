"""Real data sets outside the project, for the models' reference tests."""

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest


@dataclass(frozen=True)
class Shop:
    """One row per customer in the order of the customers' numbers; times in weeks."""

    ids: list[int]
    frequency: np.ndarray
    recency: np.ndarray
    T: np.ndarray
    mean_spend: np.ndarray  # over repeat purchase days, 0 without any
    log_intervals: np.ndarray  # sum of log(weeks between purchases), 0 without a repeat purchase
    intervals: list[np.ndarray]  # days between purchases, those after the cut included
    holdout: np.ndarray  # purchase days after the cut
    holdout_weeks: float  # to the last purchase of all


def _data_folder() -> Path:
    given = os.environ.get("LIFEWORTH_DATA")
    return Path(given) if given else Path(__file__).parents[2].parent / "shared" / "data"


def _read(file: str, columns: tuple[str, ...]) -> dict[int, dict[date, float]]:
    path = _data_folder() / file
    if not path.exists():
        pytest.skip(f"{file} is not on this machine (set LIFEWORTH_DATA to the folder that holds it)")
    days: dict[int, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    with path.open(newline="") as rows:
        for row in csv.DictReader(rows):
            customer, day, *amount = (row[name] for name in columns)
            days[int(customer)][date.fromisoformat(day)] += float(*amount)  # same day: one purchase
    return days


def _cut(purchases: dict[int, dict[date, float]], last_day: date) -> Shop:
    ids = sorted(purchases)
    rows = []
    for customer in ids:
        days = sorted(day for day in purchases[customer] if day <= last_day)
        repeats = [purchases[customer][day] for day in days[1:]]
        rows.append(
            (
                len(repeats),
                (days[-1] - days[0]).days / 7,
                (last_day - days[0]).days / 7,
                np.mean(repeats) if repeats else 0.0,
                np.log(_between(days) / 7).sum(),
                sum(day > last_day for day in purchases[customer]),
            )
        )
    end = max(max(days) for days in purchases.values())
    *columns, log_intervals, holdout = np.array(rows).T
    intervals = [_between(sorted(purchases[customer])) for customer in ids]
    return Shop(ids, *columns, log_intervals, intervals, holdout, holdout_weeks=(end - last_day).days / 7)


def _between(days: list[date]) -> np.ndarray:
    return np.diff([float(day.toordinal()) for day in days])


@pytest.fixture(scope="session")
def cdnow() -> Shop:
    """The 1/10 sample of CDNOW, 39 weeks to fit and 39 to check."""
    return _cut(_read("cdnow/sample.csv", ("customer_id", "date", "amount")), date(1997, 9, 30))


@pytest.fixture(scope="session")
def apparel() -> Shop:
    """600 customers of a clothing shop who joined on one day, 104 weeks to fit."""
    return _cut(_read("apparel/transactions.csv", ("Id", "Date", "Price")), date(2006, 12, 31))


@pytest.fixture(scope="session")
def apparel_covariates(apparel: Shop) -> dict[str, np.ndarray]:
    """Gender and channel of the clothing shop's customers, 0 or 1."""
    with (_data_folder() / "apparel/static_covariates.csv").open(newline="") as rows:
        known = {int(row["Id"]): row for row in csv.DictReader(rows)}
    return {name: np.array([float(known[one][name]) for one in apparel.ids]) for name in ("Gender", "Channel")}


@pytest.fixture(scope="session")
def grocery() -> Shop:
    """1,525 customers of an online grocer, one year to fit and one to check; no amounts."""
    return _cut(_read("grocery/elog.csv", ("cust", "date")), date(2006, 12, 31))
