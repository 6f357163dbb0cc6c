"""A day, what was known of customers before it, and what they did in the stretch after it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.stats import rankdata

from lifeworth.features.association import Past
from lifeworth.ledger.days import NET_SALE
from lifeworth.ledger.tables import day as day_literal
from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.store.engine import Engine

_STRETCH = f"""
SELECT customer_key, CAST({{day}} - min(day) AS DOUBLE) AS age,
       CAST({{day}} - max(day) FILTER (day < {{day}}) AS DOUBLE) AS silence,
       CAST(count(*) FILTER (day < {{day}}) AS DOUBLE) AS purchases,
       CAST(count(*) FILTER (day < {{day}} AND day >= {{day}} - {{length}}) AS DOUBLE) AS purchases_lately,
       CAST(COALESCE(sum(net) FILTER (day < {{day}}), 0) AS DOUBLE) AS money,
       CAST(COALESCE(sum(net) FILTER (day < {{day}} AND day >= {{day}} - {{length}}), 0) AS DOUBLE) AS money_lately,
       CAST(count(*) FILTER (day >= {{day}}) AS DOUBLE) AS later_purchases,
       CAST(COALESCE(sum(net) FILTER (day >= {{day}}), 0) AS DOUBLE) AS later_money
FROM (SELECT customer_key, day, {NET_SALE} AS net FROM ledger_days
      WHERE day < {{day}} + {{length}} AND customer_key IN (SELECT customer_key FROM {{sample}}))
GROUP BY customer_key HAVING min(day) < {{day}} ORDER BY customer_key"""


@dataclass(frozen=True)
class Stretch:
    """Customers known before a day.

    Attributes
    ----------
    keys : array of int, shape (customers,)
        Their customer keys, ascending.
    past : Past
        Takes out of a quantity what was known of them before the day.
    outcomes : list of arrays, shape (customers,)
        What they did in the stretch: whether they bought, how often, net revenue and its logarithm.
    """

    keys: IntArray
    past: Past
    outcomes: list[FloatArray]


def read_stretch(engine: Engine, day: date, length_days: int, sample: str) -> Stretch:
    """The customers of a sample that were known before a day, their past and their next stretch."""
    sql = _STRETCH.format(day=day_literal(day), length=int(length_days), sample=sample)
    columns = {name: np.ma.getdata(values) for name, values in engine.arrays(sql).items()}
    keys = columns.pop("customer_key").astype(np.intp)
    purchases, money = columns.pop("later_purchases"), columns.pop("later_money")
    bought = (purchases > 0).astype(np.float64)
    outcomes = [bought, purchases, money, _logarithm(money)]
    return Stretch(keys, Past(_predictors(list(columns.values()))), outcomes)


def _predictors(known: list[FloatArray]) -> FloatArray:
    """Each quantity as it is, its logarithm and its rank, and the products of the ranks."""
    ranks = [rankdata(quantity) / max(len(quantity), 1) - 0.5 for quantity in known]
    products = [first * second for i, first in enumerate(ranks) for second in ranks[: i + 1]]
    return np.column_stack([*known, *map(_logarithm, known), *ranks, *products])


def _logarithm(quantity: FloatArray) -> FloatArray:
    logarithm: FloatArray = np.sign(quantity) * np.log1p(np.abs(quantity))
    return logarithm
