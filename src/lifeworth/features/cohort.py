"""Where a first purchase stood among those of the same month."""

from lifeworth.features.feature import Block, Column, Feature
from lifeworth.ledger.days import NET_SALE

# Everybody's first purchase, so that a sample of customers is ranked as the whole base is.
_QUERY = f"""
  SELECT customer_key,
         CASE WHEN count(*) OVER c > 1
              THEN percent_rank() OVER (PARTITION BY first_month ORDER BY first_value) END AS first_rank
  FROM (SELECT customer_key, min(year(day) * 12 + month(day)) AS first_month,
               arg_min({NET_SALE}, day) AS first_value
        FROM ledger_days WHERE day < {{cut}} GROUP BY customer_key)
  WINDOW c AS (PARTITION BY first_month)"""

COHORT = Block(
    (
        Column(
            Feature(
                "first_value_rank",
                "0-1",
                "rank of the first purchase, as it was sold, among first purchases of the same month",
                "cohort",
            ),
            "b.first_rank",
        ),
    ),
    _QUERY,
    lambda engine, cut: True,
)
