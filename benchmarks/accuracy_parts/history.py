"""What is known of each customer on a given day, from the raw lines alone."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
EPOCH = date(1970, 1, 1)
NEVER_DAYS = 1_000_000


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


@dataclass(frozen=True)
class CustomerDays:
    """One row per customer and day, shape (rows,); ``customer`` points into ``ids``."""

    ids: NDArray[np.str_]
    customer: Integers
    day: Integers
    amount: Floats
    bought: NDArray[np.bool_]

    @property
    def first_day(self) -> int:
        """The day the data begin."""
        return int(self.day.min())

    def brought(self, start: int, end: int) -> Floats:
        """Money of each customer in start <= day < end, shape (customers,)."""
        inside = (self.day >= start) & (self.day < end)
        return np.bincount(self.customer[inside], self.amount[inside], minlength=len(self.ids))


@dataclass(frozen=True)
class Known:
    """What a day's books say of every customer, shape (customers,). Days are numbers since 1970-01-01."""

    day: int
    purchases: Integers
    first: Integers
    last: Integers
    total: Floats

    @property
    def is_customer(self) -> NDArray[np.bool_]:
        """Has bought at least once before the day."""
        return self.purchases > 0

    @property
    def age_days(self) -> Integers:
        """Days from the first purchase to the day."""
        return self.day - self.first

    @property
    def days_since_last(self) -> Integers:
        """Days from the last purchase to the day."""
        return self.day - self.last


def read_customer_days(lines_sql: str) -> CustomerDays:
    """Sum the lines to customer-days; a day with sales above zero is a purchase."""
    with duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute(
            f"select c, (d - date '1970-01-01')::bigint as day, sum(v)::double as v, sum(s) > 0 as bought "
            f"from ({lines_sql}) group by c, d order by c, d"
        ).fetchnumpy()
    ids, customer = np.unique(np.asarray(rows["c"], dtype=str), return_inverse=True)
    return CustomerDays(
        ids,
        customer.astype(np.int64),
        np.asarray(rows["day"], dtype=np.int64),
        np.asarray(rows["v"], dtype=np.float64),
        np.asarray(rows["bought"], dtype=bool),
    )


def known_on(days: CustomerDays, day: int) -> Known:
    """The books as they stood when ``day`` began."""
    size = len(days.ids)
    past = days.day < day
    bought = past & days.bought
    first = np.full(size, day, dtype=np.int64)
    last = np.full(size, day - NEVER_DAYS, dtype=np.int64)
    np.minimum.at(first, days.customer[bought], days.day[bought])
    np.maximum.at(last, days.customer[bought], days.day[bought])
    purchases = np.bincount(days.customer[bought], minlength=size)
    total = np.bincount(days.customer[past], days.amount[past], minlength=size)
    return Known(day, purchases, first, last, total)


@dataclass(frozen=True)
class Window:
    """A completed stretch to learn from: its first day, the day after its last, and how to stretch it to the horizon."""

    start: int
    end: int
    scale: float


def training_window(days: CustomerDays, cut: int, horizon_days: int) -> Window:
    """The last completed window before the cut; half the history where two windows do not fit."""
    length = max(1, min(horizon_days, (cut - days.first_day) // 2))
    return Window(cut - length, cut, horizon_days / length)


def last_window(days: CustomerDays, cut: int, horizon_days: int) -> Window:
    """The stretch as long as the horizon that ends at the cut; the whole history where it is shorter."""
    length = max(1, min(horizon_days, cut - days.first_day))
    return Window(cut - length, cut, horizon_days / length)


def write_joined(sql: str, data: Path, target: Path) -> Path:
    """Write the file of orders a user would have to join by hand."""
    with duckdb.connect() as connection:
        connection.execute(f"copy ({sql.replace('{D}', str(data))}) to '{target}' (header, delimiter ',')")
    return target
