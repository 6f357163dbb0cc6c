"""The money of every order shared over what it was made of: ``products_cells``, one row per product and year.

A line keeps its own list price, discount and cost of goods. What the order has beyond its lines (a coupon on the whole basket,
shipping, fees, the cost of goods where no line says its own) is shared by the money of the lines, as the ledger shares it.
Shares have six decimals; ``exact.py`` then brings them to the ledger's totals to the last digit.
"""

from collections.abc import Collection
from datetime import date

from lifeworth.insight.products.keyed import LINES, ORDER_MONEY
from lifeworth.ledger.tables import day, drop, has_rows, make_table
from lifeworth.store.engine import Engine

CELLS = "products_cells"
SUMS = "products_order_sums"
_PLACED, _UNPLACED = "products_costs_placed", "products_costs_unplaced"
_WIDEST = 1e11

# An order's lines weigh by their money; where they have none, alike.
_SUMS = """
SELECT o.order_no, w.weight::DOUBLE AS weight, w.lines, w.has_goods{columns}
FROM products_orders o
JOIN (SELECT order_no, {weight} AS weight, count(*)::INTEGER AS lines, sum(amount) AS amount{own}, max(product_no) > 0 AS has_goods
      FROM products_lines GROUP BY order_no) w USING (order_no){costs}"""

_CELLS = """
SELECT product_no, year, CAST(sum(pieces) AS DECIMAL(38, 4)) AS pieces, {sums}
FROM (SELECT l.product_no, year(l.day) AS year, l.pieces, l.amount, {kept}
             CASE WHEN r.weight > 0 THEN abs(l.amount)::DOUBLE / r.weight ELSE 1.0 / r.lines END AS part
      FROM products_lines l JOIN products_order_sums r USING (order_no))
GROUP BY product_no, year"""

_KNOWN_COSTS = """
SELECT p.product_no, year(l.ordered_on) AS year, CAST(sum(l.cost) AS DECIMAL(38, 4)) AS cost
FROM ledger_lines l JOIN products_known p ON p.product_id = l.product_id {customers}
WHERE l.ordered_on < {as_of} GROUP BY ALL"""

_OTHER_COSTS = """
SELECT l.order_id, sum(l.cost) AS cost FROM ledger_lines l ANTI JOIN products_known p ON p.product_id = l.product_id
WHERE l.ordered_on < {as_of} GROUP BY l.order_id"""

_ADDED = f"""
UPDATE {CELLS} SET goods_cost = {CELLS}.goods_cost + c.cost FROM {_PLACED} c
WHERE c.product_no = {CELLS}.product_no AND c.year = {CELLS}.year"""


def share_orders(engine: Engine, as_of: date, live: tuple[str, ...]) -> None:
    """Write ``products_cells``: pieces and every part of the orders' money by product and year.

    What each order has beyond its lines stays in ``products_order_sums``.

    Parameters
    ----------
    live : tuple of str
        The money of the orders that is not zero throughout, as ``keyed.key_orders`` gave it.
    """
    by_line = "goods_cost" in live and _place_costs(engine, as_of)
    own = {name for name in ("discount", "cost") if name in engine.columns(LINES)}
    weight = "sum(abs(amount))" if has_rows(engine, LINES, "amount < 0") else "sum(amount)"
    make_table(engine, SUMS, _rest(live, own, weight, by_line))
    rest = _largest(engine, live)
    kind = "DECIMAL(18, 6)" if all(most < _WIDEST for most in rest.values()) else "DECIMAL(38, 6)"
    kept = "".join(f"r.{name} AS rest_{name}, " for name in rest) + "".join(f"l.{name}, " for name in sorted(own))
    sums = ", ".join(f"{_sum(name, rest, own, kind)} AS {name}" for name in ORDER_MONEY)
    make_table(engine, CELLS, _CELLS.format(kept=kept, sums=sums))
    if by_line:
        engine.execute(_ADDED)
    drop(engine, _PLACED, _UNPLACED)


def _place_costs(engine: Engine, as_of: date) -> bool:
    """Write what the goods of known products cost, and what those of no known product did, order by order."""
    if "ledger_lines" not in engine.tables() or not has_rows(engine, "ledger_lines"):
        return False
    nobody = has_rows(engine, "sources_orders", "customer_id IS NULL")
    customers = "SEMI JOIN products_orders o ON o.order_id = l.order_id" if nobody else ""
    make_table(engine, _PLACED, _KNOWN_COSTS.format(customers=customers, as_of=day(as_of)))
    make_table(engine, _UNPLACED, _OTHER_COSTS.format(as_of=day(as_of)))
    return True


def _rest(live: tuple[str, ...], own: Collection[str], weight: str, by_line: bool) -> str:
    """What every order has beyond its lines; of the cost of goods, what the ledger places on no known product."""
    discount, cost = (f" - w.{name}" if name in own else "" for name in ("discount", "cost"))
    beyond = {
        "gross": f"o.gross - w.amount{discount}",
        "discount": f"o.discount{discount}",
        "goods_cost": f"{'COALESCE(c.cost, 0)' if by_line else 'o.goods_cost'}{cost}",
    }
    columns = "".join(f", ({beyond.get(name, f'o.{name}')})::DOUBLE AS {name}" for name in live)
    costs = f" LEFT JOIN {_UNPLACED} c ON c.order_id = o.order_id" if by_line else ""
    sums = "".join(f", sum({name}) AS {name}" for name in sorted(own))
    return _SUMS.format(columns=columns, weight=weight, own=sums, costs=costs)


def _largest(engine: Engine, live: tuple[str, ...]) -> dict[str, float]:
    """The largest amount any order has beyond its lines, for each money of which any order has some.

    It decides how wide the sums must be: narrow decimals are added up several times as fast.
    """
    [most] = engine.rows(f"SELECT {', '.join(f'max(abs({name}))' for name in live)} FROM {SUMS}")
    return {name: float(value) for name, value in zip(live, most, strict=True) if value}


def _sum(name: str, rest: Collection[str], own: Collection[str], kind: str) -> str:
    """SQL of one kind of money: the lines' own, and their part of what the order has beyond them."""
    of_lines = {"gross": ("amount", "discount"), "discount": ("discount",), "goods_cost": ("cost",)}
    parts = [f"sum({each})" for each in of_lines.get(name, ()) if each == "amount" or each in own]
    if name in rest:
        parts.append(f"sum(CAST(rest_{name} * part AS {kind}))")
    return f"CAST({' + '.join(parts) or '0'} AS DECIMAL(38, 6))"
