"""Whom the room looks at while it learns: all customers, or as many as are needed, evenly over their ids."""

from dataclasses import dataclass

import numpy as np

from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import make_table
from lifeworth.maths.arrays import FloatArray
from lifeworth.store.engine import Engine

MOST = 40_000
SEEN = "personas_seen"

_SEEN = """
SELECT * FROM insight_customers WHERE customer_id IN (
  SELECT customer_id FROM (
    SELECT customer_id, row_number() OVER (ORDER BY customer_id) AS place, count(*) OVER () AS everybody FROM insight_customers)
  WHERE everybody <= {most} OR (place * {most}) // everybody <> ((place - 1) * {most}) // everybody)
ORDER BY customer_id"""

_READ = """
SELECT coalesce(value_mean, 0) AS value, CAST(coalesce({past}, 0) AS DOUBLE) AS past, coalesce(orders, 0) AS orders,
       coalesce(T_days, 0) AS known_days, coalesce(frequency, 0) AS frequency, coalesce(recency_days, 0) AS recency_days
FROM {seen} ORDER BY customer_id"""


_COLUMNS = ("value", "past", "orders", "known_days", "frequency", "recency_days")


@dataclass(frozen=True)
class People:
    """Those looked at, in the order of their ids.

    Attributes
    ----------
    customers : int
        All customers of the base.
    value : array, shape (seen,)
        What each should bring over the horizon.
    past : array, shape (seen,)
        What each has brought so far, in the run's basis.
    orders : array, shape (seen,)
    known_days : array, shape (seen,)
        Days since the first purchase.
    frequency, recency_days : array, shape (seen,)
        Repeat purchase days, and days from the first purchase to the last.
    has_past : bool
        Whether there are orders; a plain list with a value has none.
    """

    customers: int
    value: FloatArray
    past: FloatArray
    orders: FloatArray
    known_days: FloatArray
    frequency: FloatArray
    recency_days: FloatArray
    has_past: bool

    def __len__(self) -> int:
        return len(self.value)


def see(engine: Engine, frame: Frame) -> People:
    """Lay out :data:`SEEN` and read it."""
    make_table(engine, SEEN, _SEEN.format(most=MOST))
    found = engine.arrays(_READ.format(past=frame.past_money, seen=SEEN))
    columns = {name: np.asarray(found[name], dtype=np.float64) for name in _COLUMNS}
    customers = int(engine.value("SELECT count(*) FROM insight_customers"))
    return People(customers, **columns, has_past=bool((columns["orders"] > 0).any()))
