"""Contracts as they were known on a day, for the customers of a histories table."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.ledger.tables import day as day_literal
from lifeworth.models.contractual import Book
from lifeworth.sources.billing import ARE_BILLS, TERMS
from lifeworth.store.engine import Engine

# An end that lay ahead is known only of contracts that had been called off by then.
_BOOK = f"""
WITH who AS (SELECT customer_id, row_number() OVER (ORDER BY customer_id) - 1 AS customer FROM "{{table}}"),
known AS (
  SELECT customer, plan, months, CAST(bill AS DOUBLE) AS bill, pays_from AS began, subscription_id,
         CASE WHEN ended_on < {{cut}} THEN ended_on END AS ended,
         CASE WHEN ended_on >= {{cut}} AND cancelled_on < {{cut}} THEN ended_on END AS leaves
  FROM ({TERMS}) JOIN who USING (customer_id) WHERE pays_from < {{cut}})
SELECT customer, dense_rank() OVER (ORDER BY plan) - 1 AS plan, months, bill, began, ended, leaves
FROM known ORDER BY customer, began, subscription_id"""


def has_bills(engine: Engine) -> bool:
    """Whether any order is the bill of a subscription."""
    return bool(engine.value(f"SELECT EXISTS (SELECT 1 FROM sources_orders WHERE {ARE_BILLS})"))


def read_book(engine: Engine, cut: date, table: str) -> Book:
    """What was known of the contracts of a histories table's customers before the cut."""
    found = engine.arrays(_BOOK.format(table=table, cut=day_literal(cut)))
    customers = int(engine.value(f'SELECT count(*) FROM "{table}"'))
    return Book(
        day=np.datetime64(cut, "D"),
        customers=customers,
        customer=_whole(found["customer"]),
        plan=_whole(found["plan"]),
        months=_whole(found["months"]),
        bill=np.asarray(found["bill"], dtype=np.float64),
        began=_days(found["began"]),
        ended=_days(found["ended"]),
        leaves=_days(found["leaves"]),
    )


def _whole(values: Any) -> NDArray[np.int64]:
    return np.asarray(values, dtype=np.int64)


def _days(values: Any) -> NDArray[np.datetime64]:
    """Days; NaT where nothing is known."""
    masked = np.ma.asarray(values)
    days = np.asarray(masked.data).astype("datetime64[D]")
    return np.where(np.ma.getmaskarray(masked), np.datetime64("NaT", "D"), days)
