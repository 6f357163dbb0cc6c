"""What it cost to win each customer: ``ledger_acquisition``.

Spend on winning customers is pooled by channel and calendar month and shared equally by the customers whose
first order fell into that month and came through that channel.
"""

from lifeworth.ledger.tables import MONEY, drop_table_or_view, has_rows, make_table, make_view
from lifeworth.store.engine import Engine

_WON = """
SELECT f.customer_id, f.acquired_on, COALESCE(c.channel, f.channel) AS channel
FROM (SELECT customer_id, min(ordered_on) AS acquired_on,
             arg_min(channel, (ordered_on, ordered_at, order_id)) AS channel
      FROM sources_orders WHERE customer_id IS NOT NULL GROUP BY customer_id) f
LEFT JOIN (SELECT customer_id, max(acquisition_channel) AS channel FROM sources_customers
           GROUP BY customer_id) c USING (customer_id)"""

POOLS = """
SELECT lower(trim(COALESCE(channel, ''))) AS pool, date_trunc('month', spent_on)::DATE AS month,
       sum(amount) AS spend
FROM sources_spend WHERE purpose = 'acquire' GROUP BY ALL"""

_SHARED = f"""
WITH pools AS ({POOLS}),
placed AS (
  SELECT *, lower(trim(COALESCE(channel, ''))) AS pool, date_trunc('month', acquired_on)::DATE AS month
  FROM ({_WON})),
counted AS (
  SELECT *, row_number() OVER (PARTITION BY pool, month ORDER BY customer_id) AS place,
         count(*) OVER (PARTITION BY pool, month) AS winners
  FROM placed),
shared AS (
  SELECT c.*, p.spend, CASE WHEN place = winners THEN spend
                            ELSE CAST(spend * (place / winners) AS {MONEY}) END AS upto,
         CAST(spend * ((place - 1) / winners) AS {MONEY}) AS before
  FROM counted c LEFT JOIN pools p ON p.pool = c.pool AND p.month = c.month)
SELECT customer_id, acquired_on, channel, CAST(COALESCE(upto - before, 0) AS {MONEY}) AS cost,
       CASE WHEN spend IS NULL THEN 'missing' ELSE 'allocated' END AS basis
FROM shared"""

_UNKNOWN = f"SELECT *, CAST(0 AS {MONEY}) AS cost, 'missing' AS basis FROM ({_WON})"


def share_spend(engine: Engine) -> None:
    """Acquisition cost of each customer; a view that costs nothing until it is read when there is no spend."""
    drop_table_or_view(engine, "ledger_acquisition")
    if has_rows(engine, "sources_spend", "purpose = 'acquire'"):
        make_table(engine, "ledger_acquisition", _SHARED)
    else:
        make_view(engine, "ledger_acquisition", _UNKNOWN)
