"""What each purchase of a category brought, for the customers asked: ``retention_orders`` and ``retention_goods``.

The profit of an order, with what followed from it, is shared by its lines: each keeps its money less the cost of its goods where
that is known line by line, and what is left of the order's profit (fees, shipping, refunds) goes by the money of the lines.
"""

from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import day, drop, has_rows, make_table
from lifeworth.store.engine import Engine

MOST_CANDIDATES, MOST_SAMPLED, MOST_CATEGORIES = 10_000, 20_000, 40
FEWEST_PRODUCTS = 6

ASKED, ORDERS, LINES = "retention_asked", "retention_orders", "retention_lines"
CATEGORIES, GOODS = "retention_categories", "retention_goods"

_ASKED = """
SELECT k.customer_key, k.customer_id, r.may_contact, k.customer_key % {step} = 0 AS is_sampled,
       row_number() OVER (ORDER BY c.value_mean DESC, k.customer_key) <= {most} AS is_candidate
FROM insight_customers c JOIN ledger_keys k USING (customer_id) JOIN retention_customers r USING (customer_id)
QUALIFY is_sampled OR is_candidate"""

_ORDERS = """
SELECT o.order_id, a.customer_key, o.ordered_on AS day, CAST(o.net_sale AS DOUBLE) AS spent,
       CAST(o.{sale} + coalesce(e.effect, 0) AS DOUBLE) AS brought
FROM ledger_orders o JOIN retention_asked a ON a.customer_id = o.customer_id
LEFT JOIN (SELECT order_id, sum({effect}) AS effect FROM ledger_events
           WHERE happened_on < {as_of} AND order_id IS NOT NULL GROUP BY order_id) e ON e.order_id = o.order_id
WHERE o.ordered_on < {as_of}"""

_PRICED = """
SELECT order_id, category, product_id AS product, CAST(quantity AS DOUBLE) AS pieces, CAST(net AS DOUBLE) AS net,
       CAST(cost AS DOUBLE) AS cost
FROM ledger_lines WHERE order_id IN (SELECT order_id FROM retention_orders)"""

_PLAIN = """
SELECT l.order_id, coalesce(l.category, p.category) AS category, coalesce(l.product_id, l.product_name) AS product,
       CAST(l.quantity AS DOUBLE) AS pieces, CAST(l.amount AS DOUBLE) AS net, 0.0 AS cost
FROM sources_order_lines l
LEFT JOIN (SELECT product_id, max(category) AS category FROM sources_products GROUP BY product_id) p
  ON p.product_id = l.product_id
WHERE l.kind NOT IN ('shipping', 'discount') AND l.order_id IN (SELECT order_id FROM retention_orders)"""

_CATEGORIES = """
SELECT category, (row_number() OVER (ORDER BY count(*) DESC, category))::INTEGER AS category_no
FROM (SELECT DISTINCT l.category, o.customer_key FROM retention_lines l JOIN retention_orders o USING (order_id)
      WHERE l.category IS NOT NULL)
GROUP BY category QUALIFY category_no <= {categories}"""

_SHARED = """
WITH whole AS (SELECT order_id, sum(CAST(net - cost AS DECIMAL(38, 4))) AS known, sum(CAST(abs(net) AS DECIMAL(38, 4))) AS weight,
                      count(*) AS lines FROM retention_lines GROUP BY order_id),
price AS (SELECT category, product, CAST(sum(CAST(net AS DECIMAL(38, 4))) AS DOUBLE) / CAST(sum(CAST(pieces AS DECIMAL(38, 4))) AS DOUBLE) AS price
          FROM retention_lines WHERE pieces > 0 AND net > 0 AND product IS NOT NULL AND category IS NOT NULL GROUP BY ALL),
dear AS (SELECT category, quantile_cont(price, 2.0 / 3.0) AS price FROM price GROUP BY category HAVING count(*) >= {products}),
dearest AS (SELECT p.category, p.product, p.price >= d.price AS is_dear FROM price p JOIN dear d USING (category))
SELECT o.customer_key, o.day, l.category, n.category_no, coalesce(d.is_dear, FALSE) AS is_dear,
       n.category IN (SELECT category FROM dear) AS has_dear,
       l.net - l.cost + (o.brought - w.known) * CASE WHEN w.weight > 0 THEN abs(l.net) / w.weight ELSE 1.0 / w.lines END AS brought
FROM retention_lines l JOIN retention_categories n USING (category) JOIN retention_orders o USING (order_id)
JOIN whole w USING (order_id) LEFT JOIN dearest d ON d.category = l.category AND d.product = l.product"""


def write_goods(engine: Engine, frame: Frame) -> bool:
    """Ask the 10,000 customers worth most, who may get an offer, and an even sample of 20,000, who say what is usual.

    Returns whether any line names a category.
    """
    if not has_rows(engine, "sources_order_lines"):
        return False
    step = max(1, -(-int(engine.value("SELECT count(*) FROM ledger_keys")) // MOST_SAMPLED))
    make_table(engine, ASKED, _ASKED.format(step=step, most=MOST_CANDIDATES))
    sale, effect = ("profit_sale", "profit_effect") if frame.in_profit else ("net_sale", "revenue_effect")
    make_table(engine, ORDERS, _ORDERS.format(sale=sale, effect=effect, as_of=day(frame.as_of)))
    by_line = frame.in_profit and has_rows(engine, "ledger_lines")
    make_table(engine, LINES, _PRICED if by_line else _PLAIN)
    make_table(engine, CATEGORIES, _CATEGORIES.format(categories=MOST_CATEGORIES))
    make_table(engine, GOODS, _SHARED.format(products=FEWEST_PRODUCTS))
    return has_rows(engine, GOODS)


def drop_goods(engine: Engine) -> None:
    """Remove the steps on the way."""
    drop(engine, GOODS, CATEGORIES, LINES, ORDERS, ASKED)
