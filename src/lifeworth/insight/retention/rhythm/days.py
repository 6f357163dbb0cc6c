"""Purchase days of an even sample of customers, with what each day brought."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame
from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.tables import MONEY, day, has_rows
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST = 50_000

_SALES = """
SELECT customer_key, day, CAST({money} AS {kind}) AS money FROM ledger_days
WHERE day < {as_of} AND customer_key % {step} = 0"""

# What came back of a day's sales, or was spent because of them, is part of what the day brought.
_SETTLED = """
SELECT s.customer_key, s.day, s.money + COALESCE(e.effect, 0) AS money
FROM ({sales}) s LEFT JOIN (
  SELECT k.customer_key, e.order_day AS day, sum(e.{effect}) AS effect
  FROM ledger_events e JOIN ledger_keys k ON k.customer_id = e.customer_id
  WHERE e.happened_on < {as_of} AND e.order_day IS NOT NULL AND k.customer_key % {step} = 0 GROUP BY ALL) e
ON e.customer_key = s.customer_key AND e.day = s.day"""

_READ = """
SELECT customer_key, day - {as_of} AS day, CAST(money AS DOUBLE) AS money
FROM ({days}) ORDER BY customer_key, day"""


@dataclass(frozen=True)
class Histories:
    """One entry per customer, in days: repeat purchase days ``x``, first to last ``t_x``, first to the day asked ``T``."""

    x: Floats
    t_x: Floats
    T: Floats

    def __len__(self) -> int:
        return len(self.x)

    @property
    def silence(self) -> Floats:
        """Days since the last purchase."""
        return self.T - self.t_x


@dataclass(frozen=True)
class Days:
    """One entry per purchase day: whose (0, 1, 2, …, each together), when, and the money it brought.

    ``day`` counts from the day asked about, so the past is below zero and ascends within a customer.
    """

    customer: Ints
    day: Floats
    money: Floats

    @property
    def customers(self) -> int:
        """How many customers bought."""
        return int(self.customer[-1]) + 1 if len(self.customer) else 0

    def before(self, cut: float) -> "Days":
        """The same as it was known at a day; customers without a purchase by then are nobody."""
        kept = self.day < cut
        _, code = np.unique(self.customer[kept], return_inverse=True)
        return Days(code.astype(np.int64), self.day[kept] - cut, self.money[kept])

    def first_of(self, customers: int) -> "Days":
        """An even part of at most so many customers."""
        step = -(-self.customers // customers) if customers else 1
        kept = self.customer % step == 0
        return Days(self.customer[kept] // step, self.day[kept], self.money[kept])

    def histories(self) -> Histories:
        """How often and since when each customer has bought, at the day asked about."""
        starts = np.flatnonzero(np.diff(self.customer, prepend=-1))
        counts = np.diff(starts, append=len(self.customer))
        first, last = self.day[starts], self.day[starts + counts - 1]
        return Histories(counts - 1.0, last - first, -first)


def read_days(engine: Engine, frame: Frame, *, most: int = MOST) -> Days:
    """Purchase days before the frame's day of every n-th customer, so that at most ``most`` customers are asked."""
    step = max(1, -(-int(engine.value("SELECT count(*) FROM ledger_keys")) // most))
    said = {"as_of": day(frame.as_of), "step": step}
    sales = _SALES.format(money=PROFIT_SALE if frame.in_profit else NET_SALE, kind=MONEY, **said)
    if has_rows(engine, "ledger_events"):
        effect = "profit_effect" if frame.in_profit else "revenue_effect"
        sales = _SETTLED.format(sales=sales, effect=effect, **said)
    found = engine.arrays(_READ.format(days=sales, **said))
    keys = np.ma.filled(found["customer_key"], 0)
    code = np.cumsum(np.diff(keys, prepend=keys[:1]) > 0) if len(keys) else np.zeros(0)
    plain = [np.asarray(np.ma.filled(found[name], 0), dtype=np.float64) for name in ("day", "money")]
    return Days(code.astype(np.int64), *plain)
