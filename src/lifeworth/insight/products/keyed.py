"""Products, orders and lines by number instead of by text: every later step joins and groups whole numbers.

``products_known`` numbers the products; ``products_orders`` the orders before ``as_of``; ``products_lines`` holds what each
order was made of. Postage, manual entries, gift cards and samples are no products: they keep their money under number 0.
An order of which no line is known is a single line of number 0, so that money added up over lines is that of all orders.
"""

from datetime import date

from lifeworth.ledger.tables import MONEY, day, drop, has_rows, make_table, make_view, with_money
from lifeworth.store.engine import Engine

KNOWN, ORDERS, LINES = "products_known", "products_orders", "products_lines"
_ROWS = "products_order_rows"
NO_PRODUCT, NO_CATEGORY = "no product stated", "no category stated"
MOST_YEARS = 20
ORDER_MONEY = ("gross", "discount", "shipping_charged", "goods_cost", "order_costs")

_PRODUCT = "COALESCE(nullif({a}product_id, ''), nullif({a}product_name, ''))"

_BEFORE = "AND l.order_id IN (SELECT order_id FROM sources_orders WHERE ordered_on < {as_of})"

# The name and category most lines give; the catalogue's where no line gives any.
_KNOWN = """
WITH said AS (
  SELECT {product} AS product, nullif(trim(product_name), '') AS name, nullif(trim(category), '') AS category, count(*) AS lines
  FROM sources_order_lines l WHERE kind = 'goods' {before} GROUP BY ALL),
named AS (
  SELECT product, arg_max(name, (lines, name)) AS name
  FROM (SELECT product, name, sum(lines) AS lines FROM said WHERE name IS NOT NULL GROUP BY ALL) GROUP BY product),
placed AS (
  SELECT product, arg_max(category, (lines, category)) AS category
  FROM (SELECT product, category, sum(lines) AS lines FROM said WHERE category IS NOT NULL GROUP BY ALL) GROUP BY product),
listed AS (
  SELECT product_id AS product,
         arg_max(product_name, (COALESCE(valid_from, DATE '0001-01-01'), product_name)) AS name,
         arg_max(nullif(trim(category), ''), (COALESCE(valid_from, DATE '0001-01-01'), category)) AS category
  FROM sources_products WHERE COALESCE(valid_from, DATE '0001-01-01') < {as_of} GROUP BY product_id),
every AS (
  SELECT DISTINCT product, CASE WHEN product IS NULL THEN category END AS alone FROM said
  WHERE product IS NOT NULL OR category IS NOT NULL)
SELECT (row_number() OVER (ORDER BY product NULLS LAST, alone))::INTEGER AS product_no, product AS product_id,
       COALESCE(n.name, l.name, product) AS name, COALESCE(alone, p.category, l.category) AS category
FROM every LEFT JOIN named n USING (product) LEFT JOIN placed p USING (product) LEFT JOIN listed l USING (product)
ORDER BY product_no"""

_ORDERS = """
SELECT o.order_id, k.customer_key, o.ordered_on AS day{columns}
FROM ledger_orders o JOIN ledger_keys k ON k.customer_id = o.customer_id WHERE o.ordered_on < {as_of}"""

# Orders without a line are the rows of the right side that find no partner: one line each, of all that the order holds.
_LINES = """
SELECT o.order_no, COALESCE({number}, 0)::INTEGER AS product_no, o.customer_key, o.day,
       COALESCE(l.quantity, 0) AS pieces, COALESCE(l.amount, {net}) AS amount{own}
FROM (SELECT * FROM sources_order_lines WHERE kind NOT IN ('shipping', 'discount')) l
LEFT JOIN (SELECT product_id, product_no FROM products_known) p ON p.product_id = {product}{alone}{given}
RIGHT JOIN (SELECT order_id, order_no, customer_key, day, gross{discount} FROM products_orders) o ON o.order_id = l.order_id"""

_ALONE = f"""
LEFT JOIN (SELECT category, product_no FROM products_known WHERE product_id IS NULL) c
  ON c.category = nullif(trim(l.category), '') AND {_PRODUCT.format(a="l.")} IS NULL"""

_DISCOUNT = f"CAST(CASE WHEN l.order_id IS NULL THEN o.discount ELSE COALESCE(l.discount, 0) END AS {MONEY})"

# The ledger takes a profit that the file gives for the profit of the whole order; a line's own says what that line cost.
_COST = f"CAST(CASE WHEN g.order_id IS NULL THEN 0 ELSE COALESCE(l.amount - l.profit_given, 0) END AS {MONEY})"
_GIVEN = """
LEFT JOIN (SELECT order_id FROM sources_orders WHERE profit_given IS NOT NULL) g ON g.order_id = l.order_id"""


def key_products(engine: Engine, as_of: date) -> bool:
    """Number the products that were sold before a day; whether there are any."""
    later = has_rows(engine, "sources_orders", f"ordered_on >= {day(as_of)}")
    before = _BEFORE.format(as_of=day(as_of)) if later else ""
    make_table(engine, KNOWN, _KNOWN.format(product=_PRODUCT.format(a=""), before=before, as_of=day(as_of)))
    return has_rows(engine, KNOWN)


def key_orders(engine: Engine, as_of: date) -> tuple[str, ...]:
    """Number the orders of known customers before a day; gives back which of :data:`ORDER_MONEY` there is any of."""
    costs = ("payment_fee", "fulfilment", "shipping_cost", "commission")
    live = with_money(engine, "ledger_orders", (*ORDER_MONEY[1:4], *costs)) | {"gross"}
    live |= {{"discount": "discount", "cost": "goods_cost"}[name] for name in own_columns(engine)}
    columns = [(name, name) for name in ORDER_MONEY[:4] if name in live]
    paid = [name for name in costs if name in live]
    if paid:
        columns.append(("order_costs", " + ".join(paid)))
    sql = "".join(f", CAST({sql} AS {MONEY}) AS {name}" for name, sql in columns)
    make_table(engine, _ROWS, _ORDERS.format(columns=sql, as_of=day(as_of)))
    make_view(engine, ORDERS, f"SELECT rowid::INTEGER AS order_no, * FROM {_ROWS}")
    return tuple(name for name, _ in columns)


def own_columns(engine: Engine) -> dict[str, str]:
    """SQL of the money that single lines have of their own beside their amount: discount, and cost where a profit is given."""
    own = {"discount": _DISCOUNT} if has_rows(engine, "sources_order_lines", "discount <> 0") else {}
    given = has_rows(engine, "sources_order_lines", "profit_given IS NOT NULL")
    if given and has_rows(engine, "sources_orders", "profit_given IS NOT NULL"):
        own["cost"] = _COST
    return own


def key_lines(engine: Engine, live: tuple[str, ...]) -> None:
    """What every numbered order was made of; ``live`` as :func:`key_orders` gave it.

    ``amount`` is the line after its own discount; beside it stand the columns of :func:`own_columns`.
    """
    own = own_columns(engine)
    alone = has_rows(engine, KNOWN, "product_id IS NULL")
    make_table(
        engine,
        LINES,
        _LINES.format(
            product=_PRODUCT.format(a="l."),
            alone=_ALONE if alone else "",
            given=_GIVEN if "cost" in own else "",
            number="p.product_no, c.product_no" if alone else "p.product_no",
            own="".join(f", {sql} AS {name}" for name, sql in own.items()),
            net="o.gross - o.discount" if "discount" in live else "o.gross",
            discount=", discount" if "discount" in live else "",
        ),
    )


def forget(engine: Engine) -> None:
    """Drop the numbered tables."""
    engine.execute(f"DROP VIEW IF EXISTS {ORDERS}")
    drop(engine, KNOWN, _ROWS, LINES)
