"""What came after the sales, by product and year: ``products_after``.

A refund that names a product is that product's; one that names only an order is shared by the money of its lines. Handling
of a parcel goes to what came back in it, service for an order to what it was made of; the rest belongs to no product.
"""

from datetime import date

from lifeworth.ledger.tables import day, drop, has_rows, make_table
from lifeworth.store.engine import Engine

AFTER = "products_after"
AFTER_MONEY = ("refunded", "goods_back", "returns_handling", "service", "contact")
_RETURNED, _SPREAD = "products_returned", "products_spread"

# The books keep no product with an event: a refund is found again by order, customer, day and amount, handling by customer and day.
_RETURNS = """
WITH back AS (
  SELECT order_id, customer_id, happened_on, kind, revenue_effect, sum(goods_effect)::DOUBLE AS goods, count(*) AS events
  FROM ledger_events WHERE kind IN ('refund', 'cancellation') AND customer_id IS NOT NULL AND happened_on < {as_of}
  GROUP BY ALL),
handled AS (
  SELECT customer_id, happened_on, sum(cost)::DOUBLE AS cost FROM ledger_events
  WHERE kind = 'returns_handling' AND customer_id IS NOT NULL AND happened_on < {as_of} GROUP BY ALL),
own AS (
  SELECT r.order_id, r.customer_id, r.happened_on, r.amount, r.product_id, COALESCE(p.product_no, 0) AS product_no,
         CASE WHEN r.goods_returned THEN r.quantity ELSE 0 END AS pieces, b.goods / b.events AS goods_back,
         sum(abs(r.amount)) OVER parcel AS parcel, count(*) OVER parcel AS things
  FROM ledger_returns r LEFT JOIN products_known p ON p.product_id = r.product_id
  JOIN back b ON b.order_id IS NOT DISTINCT FROM r.order_id AND b.customer_id = r.customer_id
   AND b.happened_on = r.happened_on AND b.kind = r.kind AND b.revenue_effect = -r.amount
  WHERE r.customer_id IS NOT NULL AND r.happened_on < {as_of}
  WINDOW parcel AS (PARTITION BY r.customer_id, r.happened_on))
SELECT o.*, COALESCE(h.cost, 0) * CASE WHEN parcel > 0 THEN abs(amount)::DOUBLE / parcel::DOUBLE ELSE 1.0 / things END
              AS handling
FROM own o LEFT JOIN handled h USING (customer_id, happened_on)"""

# What names an order but none of its products, by order and year.
_SPREADABLE = """
SELECT o.order_no, year, sum(CAST(refunded AS DECIMAL(38, 6)))::DOUBLE AS refunded, sum(CAST(goods_back AS DECIMAL(38, 6)))::DOUBLE AS goods_back,
       sum(CAST(handling AS DECIMAL(38, 6)))::DOUBLE AS handling, sum(CAST(service AS DECIMAL(38, 6)))::DOUBLE AS service
FROM (SELECT order_id, year(happened_on) AS year, amount::DOUBLE AS refunded, goods_back, handling, 0.0 AS service FROM products_returned
      WHERE product_id IS NULL AND order_id IS NOT NULL
      UNION ALL
      SELECT order_id, year(happened_on), 0.0, 0.0, 0.0, cost::DOUBLE FROM ledger_events
      WHERE kind = 'service' AND order_id IS NOT NULL AND customer_id IS NOT NULL AND happened_on < {as_of}) s
JOIN products_orders o USING (order_id) GROUP BY ALL"""

_AFTER = """
WITH weighed AS (
  SELECT order_no, product_no, sum(abs(amount)) AS money, count(*) AS lines
  FROM products_lines SEMI JOIN products_spread USING (order_no) GROUP BY ALL),
parts AS (
  SELECT order_no, product_no,
         CASE WHEN sum(money) OVER w > 0 THEN money::DOUBLE / (sum(money) OVER w)::DOUBLE ELSE lines / (sum(lines) OVER w)::DOUBLE END AS part
  FROM weighed WINDOW w AS (PARTITION BY order_no)),
pieces AS (
  SELECT product_no, year(happened_on) AS year, amount::DOUBLE AS refunded, goods_back, handling, 0.0 AS service, 0.0 AS contact, pieces
  FROM products_returned WHERE NOT (product_id IS NULL AND order_id IS NOT NULL)
  UNION ALL
  SELECT p.product_no, s.year, s.refunded * part, s.goods_back * part, s.handling * part, s.service * part, 0.0, 0
  FROM products_spread s JOIN parts p USING (order_no)
  UNION ALL
  SELECT 0, year(happened_on), 0.0, 0.0, 0.0, CASE WHEN kind = 'service' THEN cost::DOUBLE ELSE 0.0 END,
         CASE WHEN kind = 'contact' THEN cost::DOUBLE ELSE 0.0 END, 0
  FROM ledger_events WHERE customer_id IS NOT NULL AND happened_on < {as_of}
   AND (kind = 'contact' OR (kind = 'service' AND order_id IS NULL)))
SELECT product_no, year, CAST(sum(pieces) AS DECIMAL(38, 4)) AS pieces_back, sum(CAST(refunded AS DECIMAL(38, 6))) AS refunded,
       sum(CAST(goods_back AS DECIMAL(38, 6))) AS goods_back, sum(CAST(handling AS DECIMAL(38, 6))) AS returns_handling,
       sum(CAST(service AS DECIMAL(38, 6))) AS service, sum(CAST(contact AS DECIMAL(38, 6))) AS contact
FROM pieces GROUP BY ALL"""

_NONE = """
SELECT 0 AS product_no, 0 AS year, 0::DECIMAL(38,4) AS pieces_back, 0::DECIMAL(38,6) AS refunded, 0::DECIMAL(38,6) AS goods_back,
       0::DECIMAL(38,6) AS returns_handling, 0::DECIMAL(38,6) AS service, 0::DECIMAL(38,6) AS contact WHERE FALSE"""


def share_events(engine: Engine, as_of: date) -> None:
    """Write ``products_after``: refunds, regained goods, handling, service and communications by product and year."""
    if not has_rows(engine, "ledger_events", f"happened_on < {day(as_of)}"):
        make_table(engine, AFTER, _NONE)
        return
    make_table(engine, _RETURNED, _RETURNS.format(as_of=day(as_of)))
    make_table(engine, _SPREAD, _SPREADABLE.format(as_of=day(as_of)))
    make_table(engine, AFTER, _AFTER.format(as_of=day(as_of)))
    drop(engine, _RETURNED, _SPREAD)
