"""What every product and category sold, cost, gave back and earned, in all and by year: ``products_sales``."""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST, Frame
from lifeworth.insight.products.counts import COUNTS, count_members
from lifeworth.insight.products.exact import EXACT, MONEY
from lifeworth.insight.products.keyed import KNOWN, MOST_YEARS, NO_CATEGORY, NO_PRODUCT
from lifeworth.ledger.tables import TOTAL, drop, has_rows, make_table, text
from lifeworth.store.engine import Engine

_MEMBERS = "products_members"

# Number 0 is what is of no product (also where a category is known); in categories, what is of no category.
_PRODUCT_MEMBERS = f"""
SELECT product_no, product_no AS member, product_id, name, category FROM {KNOWN} WHERE product_id IS NOT NULL
UNION ALL SELECT product_no, 0, NULL, {text(NO_PRODUCT)}, NULL FROM {KNOWN} WHERE product_id IS NULL
UNION ALL SELECT 0, 0, NULL, {text(NO_PRODUCT)}, NULL ORDER BY product_no"""

_CATEGORY_MEMBERS = f"""
SELECT product_no, (dense_rank() OVER (ORDER BY category NULLS FIRST) - 1)::INTEGER AS member, NULL::VARCHAR AS product_id,
       COALESCE(category, {text(NO_CATEGORY)}) AS name, category
FROM (SELECT product_no, category FROM {KNOWN} UNION ALL SELECT 0, NULL) ORDER BY product_no"""

_SALES = """
INSERT INTO products_sales BY NAME
WITH money AS (
  SELECT m.member, {year} AS year, sum(e.pieces) AS pieces, sum(e.pieces_back) AS pieces_returned, {sums}
  FROM products_exact e JOIN {members} m USING (product_no) GROUP BY ALL),
named AS (
  SELECT member, any_value(product_id) AS product_id, any_value(name) AS name, any_value(category) AS category
  FROM {members} GROUP BY member)
SELECT {grouped_by} AS grouped_by, n.product_id, n.name, n.category, m.year, CAST(m.pieces AS DECIMAL(38, 4)) AS pieces,
       COALESCE(c.orders, 0) AS orders,
       CASE WHEN COALESCE(c.customers, 0) = 0 OR c.customers >= {fewest} THEN COALESCE(c.customers, 0) END AS customers,
       m.gross, m.discount, m.shipping_charged, m.refunded,
       m.gross - m.discount + m.shipping_charged - m.refunded AS net_revenue, m.goods_cost - m.goods_back AS goods_cost,
       m.order_costs, m.returns_handling, m.service, m.contact AS communications, {profit} AS profit,
       CAST(m.pieces_returned AS DECIMAL(38, 4)) AS pieces_returned,
       CASE WHEN m.pieces > 0 THEN CAST(m.pieces_returned AS DOUBLE) / CAST(m.pieces AS DOUBLE) END AS return_rate_pieces,
       CASE WHEN m.gross > m.discount THEN CAST(m.refunded AS DOUBLE) / CAST(m.gross - m.discount AS DOUBLE) END AS return_rate_money
FROM money m JOIN named n USING (member)
LEFT JOIN products_counts c ON c.grouped_by = {grouped_by} AND c.member = m.member AND c.year IS NOT DISTINCT FROM m.year
WHERE {kept}
ORDER BY m.year NULLS FIRST, m.member = 0, m.gross - m.discount DESC, n.name, n.product_id"""

_PROFIT = (
    "m.gross - m.discount + m.shipping_charged - m.refunded - m.goods_cost + m.goods_back - m.order_costs"
    " - m.returns_handling - m.service - m.contact"
)


def write_sales(engine: Engine, frame: Frame) -> None:
    """Products first, then categories where any are known; all years together, then the last twenty calendar years."""
    last = frame.as_of.year
    begin = engine.value(f"SELECT coalesce(min(year), {last}) FROM {EXACT}")
    first = max(int(begin), last - MOST_YEARS + 1)
    members = {"product": _PRODUCT_MEMBERS}
    if has_rows(engine, KNOWN, "category IS NOT NULL"):
        members["category"] = _CATEGORY_MEMBERS
    for grouped_by, sql in members.items():
        make_table(engine, f"{_MEMBERS}_{grouped_by}", sql)
    count_members(engine, {grouped_by: _member_of(engine, grouped_by) for grouped_by in members}, first, last)
    for grouped_by in members:
        _write(engine, frame, grouped_by, first)
    drop(engine, EXACT, COUNTS, *(f"{_MEMBERS}_{grouped_by}" for grouped_by in members))


def _member_of(engine: Engine, grouped_by: str) -> NDArray[np.int64]:
    found = engine.arrays(f"SELECT member FROM {_MEMBERS}_{grouped_by} ORDER BY product_no")["member"]
    return np.asarray(found).astype(np.int64)


def _write(engine: Engine, frame: Frame, grouped_by: str, first: int) -> None:
    for year, kept in (("NULL::INTEGER", "TRUE"), ("e.year", f"m.year >= {first}")):
        engine.execute(
            _SALES.format(
                year=year,
                members=f"{_MEMBERS}_{grouped_by}",
                sums=", ".join(f"CAST(sum(e.{name}) AS {TOTAL}) AS {name}" for name in MONEY),
                grouped_by=text(grouped_by),
                fewest=FEWEST,
                profit=_PROFIT if frame.in_profit else "NULL",
                kept=kept,
            )
        )
