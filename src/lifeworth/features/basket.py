"""What was in the basket: sizes, variety, prices and categories of the goods."""

from lifeworth.features.feature import Block, Column, Feature, Kind, before
from lifeworth.ledger.tables import has_rows
from lifeworth.store.engine import Engine

_LINES = """
    SELECT k.customer_key, o.ordered_on, o.ordered_at, l.order_id, l.line_no, l.product_id, l.quantity, l.amount,
           nullif(trim(COALESCE(l.category, c.category)), '') AS category
    FROM sources_order_lines l
    JOIN sources_orders o ON o.order_id = l.order_id
    JOIN ledger_keys k ON k.customer_id = o.customer_id
    LEFT JOIN (SELECT product_id, arg_max(category, (COALESCE(valid_from, DATE '0001-01-01'), category)) AS category
               FROM sources_products WHERE category IS NOT NULL AND COALESCE(valid_from, DATE '0001-01-01') < {cut}
               GROUP BY product_id) c ON c.product_id = l.product_id
    WHERE l.kind = 'goods' AND o.ordered_on < {cut}"""

_SIZES = f"""
  SELECT s.customer_key, s.lines, s.orders, s.units, s.amount, v.products, v.orders_of_products
  FROM (SELECT customer_key, count(*) AS lines, count(DISTINCT order_id) AS orders, sum(quantity) AS units,
               sum(amount) AS amount FROM ({_LINES}) GROUP BY customer_key) s
  LEFT JOIN (SELECT customer_key, count(*) AS products, sum(orders) AS orders_of_products
             FROM (SELECT customer_key, product_id, count(DISTINCT order_id) AS orders FROM ({_LINES})
                   WHERE product_id IS NOT NULL GROUP BY customer_key, product_id)
             GROUP BY customer_key) v USING (customer_key)"""

_CATEGORIES = f"""
  SELECT t.customer_key, t.top_category, f.first_category, t.categories
  FROM (SELECT customer_key, arg_max(category, (lines, category)) AS top_category, count(*) AS categories
        FROM (SELECT customer_key, category, count(*) AS lines FROM ({_LINES})
              WHERE category IS NOT NULL GROUP BY customer_key, category) GROUP BY customer_key) t
  JOIN (SELECT customer_key, arg_min(category, (ordered_at, order_id, line_no)) AS first_category
        FROM ({_LINES}) WHERE category IS NOT NULL GROUP BY customer_key) f USING (customer_key)"""


def _column(name: str, unit: str, meaning: str, sql: str, kind: Kind = "number") -> Column:
    return Column(Feature(name, unit, meaning, "basket", kind), sql)


def _goods(cut: str | None, also: str) -> str:
    known = (
        "TRUE"
        if cut is None
        else f"order_id IN (SELECT order_id FROM sources_orders WHERE {before('ordered_on', cut)})"
    )
    return f"kind = 'goods' AND {also} AND {known}"


def _lines_exist(engine: Engine, cut: str | None) -> bool:
    return has_rows(engine, "sources_order_lines", _goods(cut, "TRUE"))


def _categories_exist(engine: Engine, cut: str | None) -> bool:
    named = (
        "(trim(category) <> '' OR product_id IN (SELECT product_id FROM sources_products WHERE trim(category) <> ''))"
    )
    return has_rows(engine, "sources_order_lines", _goods(cut, named))


BASKET = Block(
    (
        _column("lines_per_order", "lines", "lines per order", "b.lines / b.orders::DOUBLE"),
        _column("units_per_order", "pieces", "pieces per order", "CAST(b.units AS DOUBLE) / b.orders"),
        _column("unit_price", "money", "mean price of a piece", "CASE WHEN b.units > 0 THEN CAST(b.amount AS DOUBLE) / CAST(b.units AS DOUBLE) END"),
        _column("products", "products", "different products bought", "b.products"),
        _column("repeated_products_share", "share", "share of product choices that had been made before in an earlier order", "1 - b.products / b.orders_of_products::DOUBLE"),
    ),
    _SIZES,
    _lines_exist,
)  # fmt: skip

CATEGORIES = Block(
    (
        _column("categories", "categories", "different categories bought from", "b.categories"),
        _column("top_category", "", "category bought from most often", "b.top_category", "category"),
        _column("first_category", "", "category of the first purchase", "b.first_category", "category"),
    ),
    _CATEGORIES,
    _categories_exist,
)  # fmt: skip
