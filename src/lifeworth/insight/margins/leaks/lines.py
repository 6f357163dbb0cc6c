"""The lines of the last year's orders: ``margins_year_lines``, one row per order, category and price band.

An order without lines is one row of a category not stated. A line's own are its list price, its discount, the cost of its goods and
what came back of its product; the rest of the order is its part by net money.
"""

from lifeworth.insight.margins.after_sale import CATALOGUE, RETURNS
from lifeworth.insight.margins.leaks.orders import YEAR
from lifeworth.ledger.tables import drop, has_rows, make_table
from lifeworth.store.engine import Engine

LINES = "margins_year_lines"
BANDS = 4

_PRODUCTS = f"""
SELECT l.order_id, l.product_id, max(COALESCE(nullif(trim(l.category), ''), c.category)) AS category,
       sum(abs(l.amount))::DOUBLE AS weight, sum(l.amount + COALESCE(l.discount, 0))::DOUBLE AS gross,
       sum(COALESCE(l.discount, 0))::DOUBLE AS discount, sum(l.amount - l.profit_given)::DOUBLE AS given_cost,
       (sum(l.amount + COALESCE(l.discount, 0)) / nullif(sum(l.quantity), 0))::DOUBLE AS price
FROM sources_order_lines l SEMI JOIN {YEAR} y ON y.order_id = l.order_id
LEFT JOIN {CATALOGUE} c ON c.product_id = l.product_id
WHERE l.kind NOT IN ('shipping', 'discount')
GROUP BY l.order_id, l.product_id"""

_PRICED = f"""
SELECT order_id, product_id, sum(cost)::DOUBLE AS cost FROM ledger_lines
WHERE order_id IN (SELECT order_id FROM {YEAR}) GROUP BY order_id, product_id"""

_BACK = f"""
SELECT order_id, product_id, sum(refunded - goods_back + returns_handling)::DOUBLE AS returns FROM {RETURNS}
WHERE product_id IS NOT NULL AND order_id IN (SELECT order_id FROM {YEAR}) GROUP BY order_id, product_id"""

_OWN = """
SELECT p.*, {cost} AS own_cost, COALESCE(b.returns, 0) AS own_returns
FROM margins_year_products p LEFT JOIN ({back}) b ON b.order_id = p.order_id AND b.product_id = p.product_id{priced}"""

# What lines do not show themselves is shared by their part of the order's net money.
_LINES = f"""
WITH own AS (
  SELECT *, CASE WHEN sum(weight) OVER w > 0 THEN weight / sum(weight) OVER w ELSE 1.0 / count(*) OVER w END AS part,
         sum(gross) OVER w AS all_gross, sum(discount) OVER w AS all_discount, sum(own_cost) OVER w AS all_cost,
         sum(own_returns) OVER w AS all_returns
  FROM margins_year_own WINDOW w AS (PARTITION BY order_id ORDER BY product_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)),
back AS (
  SELECT y.order_id, (y.returns_of_no_product + COALESCE(b.returns, 0))::DOUBLE AS returns
  FROM {YEAR} y LEFT JOIN (SELECT order_id, sum(returns) AS returns FROM ({_BACK}) GROUP BY order_id) b USING (order_id)),
shared AS (
  SELECT y.order_id, o.category, o.price, COALESCE(o.part, 1) AS part,
         COALESCE(o.gross + o.part * (y.gross::DOUBLE - o.all_gross), y.gross) AS list_price,
         COALESCE(o.discount + o.part * (y.discount::DOUBLE - o.all_discount), y.discount) AS taken_off,
         COALESCE(o.own_cost + o.part * (y.goods_cost::DOUBLE - o.all_cost), y.goods_cost) AS goods,
         COALESCE(o.own_returns + o.part * (r.returns - o.all_returns), r.returns) AS returns,
         o.own_returns > 0 OR y.returns_of_no_product > 0 AS came_back
  FROM {YEAR} y JOIN back r USING (order_id) LEFT JOIN own o USING (order_id)),
edges AS (
  SELECT COALESCE(list_sort(list_distinct(quantile_disc(price, [{{quantiles}}]) FILTER (price > 0))), []) AS edges FROM shared)
SELECT order_id, category, len(list_filter(e.edges, lambda edge: COALESCE(s.price, -1) > edge))::SMALLINT AS band,
       sum(part) AS part, sum(list_price) AS list_price, sum(taken_off) AS taken_off, sum(goods) AS goods, sum(returns) AS returns,
       COALESCE(bool_or(came_back), FALSE) AS came_back
FROM shared s CROSS JOIN edges e GROUP BY order_id, category, band ORDER BY order_id, category, band"""


def write_lines(engine: Engine) -> None:
    """Write ``margins_year_lines`` from ``margins_year``; bands are quarters of the lines by the price of a piece."""
    make_table(engine, "margins_year_products", _PRODUCTS)
    priced = has_rows(engine, "ledger_lines")
    joined = f" LEFT JOIN ({_PRICED}) l ON l.order_id = p.order_id AND l.product_id IS NOT DISTINCT FROM p.product_id"
    cost = "COALESCE(p.given_cost, l.cost, 0)" if priced else "COALESCE(p.given_cost, 0)"
    make_table(engine, "margins_year_own", _OWN.format(cost=cost, back=_BACK, priced=joined if priced else ""))
    quantiles = ", ".join(f"{place / BANDS}" for place in range(1, BANDS))
    make_table(engine, LINES, _LINES.format(quantiles=quantiles))
    drop(engine, "margins_year_products", "margins_year_own")
