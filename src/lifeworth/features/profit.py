"""What the customer left so far, where values are in profit."""

from lifeworth.features.days import in_profit
from lifeworth.features.feature import Block, Column, Feature

_QUERY = """
  SELECT customer_key, sum(profit) AS profit, sum(revenue) AS revenue,
         sum(profit) FILTER (day >= {cut} - 365) AS profit_365
  FROM {days} GROUP BY customer_key"""


def _column(name: str, unit: str, meaning: str, sql: str) -> Column:
    return Column(Feature(name, unit, meaning, "profit"), sql)


PROFIT = Block(
    (
        _column("profit", "money", "profit of the purchases so far and of what followed from them", "b.profit"),
        _column("profit_365", "money", "profit of the purchases of the last 365 days", "COALESCE(b.profit_365, 0)"),
        _column(
            "profit_share",
            "share",
            "profit as a share of net revenue",
            "CASE WHEN b.revenue > 0 THEN CAST(b.profit AS DOUBLE) / CAST(b.revenue AS DOUBLE) END",
        ),
    ),
    _QUERY,
    lambda engine, cut: in_profit(engine),
)
