"""What followed each order, and what came back by product: ``margins_after`` and ``margins_returns``, steps on the way.

``ledger_events`` knows the order of a refund and ``ledger_returns`` the product: they are brought together by customer, order
and day, and where several products came back at once by the money given back for each. In a shop of more than 300,000 orders what follows
single orders is looked up for one customer in so many (``margins_asked``); what came back by product always for all.
"""

from datetime import date
from decimal import Decimal

from lifeworth.ledger.tables import day, drop, has_rows, make_table
from lifeworth.store.engine import Engine

RETURNS, AFTER, CATALOGUE = "margins_returns", "margins_after", "margins_catalogue"
ASKED = "margins_asked"
MOST_ORDERS = 300_000

SHARED = "DECIMAL(28, 10)"

_RETURNS = f"""
WITH money AS (
  SELECT customer_id, order_id, happened_on, -sum(revenue_effect) AS refunded, sum(goods_effect) AS goods_back,
         COALESCE(sum(cost) FILTER (kind = 'returns_handling'), 0) AS handling, min(happened_on - order_day) AS age
  FROM ledger_events
  WHERE kind IN ('refund', 'cancellation', 'returns_handling') AND happened_on < {{as_of}} AND customer_id IS NOT NULL
  GROUP BY customer_id, order_id, happened_on),
goods AS (
  SELECT customer_id, order_id, happened_on, product_id, sum(abs(amount)) AS amount, count(*) AS rows
  FROM ledger_returns WHERE happened_on < {{as_of}} AND customer_id IS NOT NULL GROUP BY ALL),
parts AS (
  SELECT *, CASE WHEN sum(amount) OVER w > 0 THEN amount::DOUBLE / (sum(amount) OVER w)::DOUBLE
                 ELSE rows / sum(rows) OVER w END AS part
  FROM goods WINDOW w AS (PARTITION BY customer_id, order_id, happened_on))
SELECT m.customer_id, m.order_id, m.happened_on, m.age, p.product_id,
       CAST(m.refunded::DOUBLE * COALESCE(p.part, 1) AS {SHARED}) AS refunded,
       CAST(m.goods_back::DOUBLE * COALESCE(p.part, 1) AS {SHARED}) AS goods_back,
       CAST(m.handling::DOUBLE * COALESCE(p.part, 1) AS {SHARED}) AS returns_handling
FROM money m LEFT JOIN parts p ON p.customer_id = m.customer_id AND p.happened_on = m.happened_on
  AND p.order_id IS NOT DISTINCT FROM m.order_id"""

_ASKED = "SELECT customer_key, customer_id FROM ledger_keys WHERE customer_key % {every} = 0"

# A message names no order; like a ticket without one it belongs to the latest purchase up to its day.
_AFTER = f"""
WITH latest AS (
  SELECT customer_id, ordered_on, max(order_id) AS order_id FROM sources_orders SEMI JOIN {ASKED} USING (customer_id) GROUP BY ALL),
happened AS (
  SELECT order_id, 0 AS service, 0 AS contact, refunded, goods_back, returns_handling
  FROM {RETURNS} SEMI JOIN {ASKED} USING (customer_id) WHERE product_id IS NULL AND order_id IS NOT NULL
  UNION ALL BY NAME
  SELECT order_id, cost AS service FROM ledger_events SEMI JOIN {ASKED} USING (customer_id)
  WHERE kind = 'service' AND order_id IS NOT NULL AND happened_on < {{as_of}}
  UNION ALL BY NAME
  SELECT l.order_id, e.cost AS contact
  FROM ledger_events e JOIN latest l ON l.customer_id = e.customer_id AND l.ordered_on = e.order_day
  WHERE e.kind = 'contact' AND e.happened_on < {{as_of}})
SELECT order_id, {{sums}} FROM happened GROUP BY order_id"""

# What follows an order, of everybody: all that names an order or whose order is known by its day.
_IN_ALL = f"""
SELECT COALESCE(sum(cost) FILTER (kind = 'service' AND order_id IS NOT NULL), 0) AS service,
       COALESCE(sum(cost) FILTER (kind = 'contact' AND order_day IS NOT NULL), 0) AS contact, any_value(r.refunded) AS refunded,
       any_value(r.goods_back) AS goods_back, any_value(r.returns_handling) AS returns_handling
FROM ledger_events, (
  SELECT COALESCE(sum(refunded), 0) AS refunded, COALESCE(sum(goods_back), 0) AS goods_back,
         COALESCE(sum(returns_handling), 0) AS returns_handling
  FROM {RETURNS} WHERE product_id IS NULL AND order_id IS NOT NULL) r
WHERE happened_on < {{as_of}} AND customer_id IS NOT NULL"""

AFTER_MONEY = ("refunded", "goods_back", "returns_handling", "service", "contact")

_CATALOGUE = """
WITH said AS (
  SELECT product_id, nullif(trim(category), '') AS category, nullif(trim(product_name), '') AS name, 1 AS listed
  FROM sources_products WHERE product_id IS NOT NULL
  UNION ALL BY NAME
  SELECT product_id, nullif(trim(category), '') AS category, nullif(trim(product_name), '') AS name, 0 AS listed
  FROM sources_order_lines WHERE product_id IS NOT NULL)
SELECT product_id, arg_max(category, (listed, rows, category)) FILTER (category IS NOT NULL) AS category,
       arg_max(name, (rows, name)) FILTER (name IS NOT NULL) AS name
FROM (SELECT product_id, category, name, max(listed) AS listed, count(*) AS rows FROM said GROUP BY product_id, category, name)
GROUP BY product_id"""


def write_after_sale(engine: Engine, as_of: date) -> int:
    """Write the step tables from what happened before a day; one customer in how many is asked what followed single orders."""
    moment = day(as_of)
    every = max(-(-int(engine.value("SELECT count(*) FROM ledger_orders")) // MOST_ORDERS), 1)
    make_table(engine, ASKED, _ASKED.format(every=every))
    make_table(engine, RETURNS, _RETURNS.format(as_of=moment))
    sums = ", ".join(f"COALESCE(sum({name}), 0) AS {name}" for name in AFTER_MONEY)
    limit = "" if has_rows(engine, "ledger_events") else " LIMIT 0"
    make_table(engine, AFTER, _AFTER.format(as_of=moment, sums=sums) + limit)
    make_table(engine, CATALOGUE, _CATALOGUE)
    return every


def after_in_all(engine: Engine, as_of: date) -> dict[str, Decimal]:
    """What followed the orders of all customers, by kind; of returns what names no product."""
    [row] = engine.records(_IN_ALL.format(as_of=day(as_of)))
    return {name: Decimal(row[name] or 0) for name in AFTER_MONEY}


def drop_after_sale(engine: Engine) -> None:
    """Remove the step tables."""
    drop(engine, ASKED, RETURNS, AFTER, CATALOGUE)
