"""The customers asked: everybody in a small company, an even sample in a large one."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_CUSTOMERS = 20_000

# Keys are numbered in the order of the ids, so every so many-th is an even sample without a look at any id.
_DAYS = """
SELECT customer_key, (day - DATE '1970-01-01')::INTEGER AS day,
       CAST(gross - discount + shipping_charged AS DOUBLE) AS money
FROM ledger_days WHERE day < $as_of AND customer_key % $step = $offset ORDER BY customer_key, day"""


@dataclass(frozen=True)
class Sample:
    """Purchase days of some customers; days are numbered from 1970-01-01.

    Attributes
    ----------
    share : float
        Part of all customers who are in the sample.
    x, t_x, T, first : (customers,) ints
        Repeat purchase days, days from the first to the last and to the cut, day of the first.
    customer, day, money : (purchase days,)
        Customers together, each in the order of days; money is the net sale of the day.
    """

    share: float
    x: Ints
    t_x: Ints
    T: Ints
    first: Ints
    customer: Ints
    day: Ints
    money: Floats

    def __len__(self) -> int:
        return len(self.x)


def draw_sample(engine: Engine, histories: str, as_of: date, seed: int, most: int = MOST_CUSTOMERS) -> Sample:
    """Read at most about ``most`` customers' purchase days before ``as_of``."""
    customers = int(engine.value(f'SELECT count(*) FROM "{histories}"'))
    step = -(-customers // most) or 1
    columns = engine.arrays(_DAYS, {"as_of": as_of, "step": step, "offset": seed % step})
    key, day, money = (np.ma.filled(columns[name], 0) for name in ("customer_key", "day", "money"))
    return gather_sample(key, day.astype(np.int64), money.astype(np.float64), as_of, customers)


def gather_sample(key: Ints, day: Ints, money: Floats, as_of: date, customers: int) -> Sample:
    """Histories from purchase days that are sorted by customer and day."""
    _, start, customer, days = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    first, last = day[start], day[start + days - 1]
    cut = (as_of - date(1970, 1, 1)).days
    share = min(len(start) / customers, 1.0) if customers else 1.0
    return Sample(share, days - 1, last - first, cut - first, first, customer.astype(np.int64), day, money)
