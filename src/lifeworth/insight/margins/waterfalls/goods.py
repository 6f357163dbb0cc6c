"""Money of categories and products: what a line shows itself, and its share of what its order brought and cost.

A line's list price and discount are its own; its goods cost is the ledger's, or what its own profit leaves. Everything that hangs
on the whole order (shipping, fees, packing, commission, service, messages, refunds without a product) is shared over its lines by
net money. Winning the customer hangs on the customer and is not stated of goods.

Own money is always that of every line. In a shop of more than 300,000 orders what is shared is divided as in the orders of one
customer in so many; it still adds up to the ledger.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lifeworth.insight.margins.after_sale import AFTER, AFTER_MONEY, ASKED, CATALOGUE, RETURNS, SHARED, after_in_all
from lifeworth.insight.margins.waterfalls.folding import NOT_STATED, Group, nothing
from lifeworth.insight.margins.waterfalls.rounding import UNIT, round_to_total
from lifeworth.insight.margins.waterfalls.steps import Amounts
from lifeworth.ledger.customers import MONEY_COLUMNS
from lifeworth.ledger.days import ORDER_MONEY
from lifeworth.ledger.tables import day, drop, has_rows, make_table, make_view, with_money
from lifeworth.store.engine import Engine

LINES = "margins_lines"
ORDERS = "margins_line_orders"

_OWN = ("gross", "discount", "goods_cost")
_SETS = "GROUP BY GROUPING SETS ((product_id), (category)) ORDER BY ALL"

_KNOWN = "customer_id IS NOT NULL AND ordered_on < {as_of}"

# A line's own goods cost counts where its order's profit was given and no line was priced.
_LINES = """
SELECT l.order_id, l.product_id, COALESCE(nullif(trim(l.category), ''), c.category) AS category, abs(l.amount) AS weight,
       l.amount + COALESCE(l.discount, 0) AS gross, COALESCE(l.discount, 0) AS discount, {goods_cost} AS goods_cost
FROM sources_order_lines l LEFT JOIN {catalogue} c ON c.product_id = l.product_id
WHERE l.kind NOT IN ('shipping', 'discount') AND {known}"""

_OWN_SUMS = f"""
SELECT product_id, category, GROUPING(product_id) AS by_category, {", ".join(f"sum({name}) AS {name}" for name in _OWN)}
FROM {LINES} {_SETS}"""

_PRICED = f"""
SELECT product_id, category, GROUPING(product_id) AS by_category, sum(cost) AS goods_cost
FROM ledger_lines WHERE {{known}} AND {{not_whole}} {_SETS}"""

_BACK = f"""
SELECT r.product_id, c.category, GROUPING(r.product_id) AS by_category, sum(refunded) AS refunded,
       sum(goods_back) AS goods_back, sum(returns_handling) AS returns_handling
FROM {RETURNS} r LEFT JOIN {CATALOGUE} c ON c.product_id = r.product_id WHERE r.product_id IS NOT NULL
{_SETS.replace("product_id", "r.product_id").replace("category", "c.category")}"""

_ORDERS = """
WITH asked AS (
  SELECT o.*, hash(o.customer_id) AS person FROM ledger_orders o{asked} WHERE o.ordered_on < {as_of} AND o.customer_id IS NOT NULL),
totals AS (
  SELECT order_id, sum(weight)::DOUBLE AS weight, count(*) AS lines, sum(gross) AS gross, sum(discount) AS discount,
         sum(goods_cost) AS goods_cost
  FROM {lines} WHERE order_id IN (SELECT order_id FROM asked) GROUP BY order_id)
SELECT o.order_id, o.person, t.weight, t.lines{columns}
FROM asked o LEFT JOIN totals t ON t.order_id = o.order_id{joins}"""

_PART = "CASE WHEN o.weight > 0 THEN l.weight::DOUBLE / o.weight ELSE 1.0 / COALESCE(o.lines, 1) END"

_SHARES = f"""
SELECT product_id, category, GROUPING(product_id) AS by_category, count(DISTINCT o.person) AS customers{{sums}}
FROM {ORDERS} o LEFT JOIN {LINES} l ON l.order_id = o.order_id {_SETS}"""

Members = dict[str | None, dict[str, Any]]


@dataclass(frozen=True)
class _Ways:
    """How this shop's goods are costed: by the ledger line by line (``priced``), and whether some orders' profit was given."""

    priced: bool
    given: bool

    @property
    def whole(self) -> str:
        """SQL of whether an order's goods were not priced line by line."""
        if not self.priced:
            return "TRUE"
        return (
            "order_id IN (SELECT order_id FROM sources_orders WHERE profit_given IS NOT NULL)"
            if self.given
            else "FALSE"
        )


def groups_of_goods(engine: Engine, as_of: date, total: Amounts, one_in: int) -> dict[str, list[Group]]:
    """Categories and products with their money; what is not stated of goods makes them add up to ``total``.

    Their customers are all who bought; where one customer ``one_in`` so many is asked, those of them who did.
    """
    if not has_rows(engine, "sources_order_lines"):
        return {}
    ways = _Ways(has_rows(engine, "ledger_lines"), has_rows(engine, "sources_orders", "profit_given IS NOT NULL"))
    _write_steps(engine, as_of, ways, one_in)
    found: dict[str, Members] = {"category": {}, "product": {}}
    rows = engine.records(_OWN_SUMS)
    if ways.priced:
        known, not_whole = _known(engine, as_of, ""), f"NOT ({ways.whole})"
        rows += engine.records(_PRICED.format(known=known, not_whole=not_whole))
    for row in rows:
        _add(found, row)
    shares: dict[str, Members] = {"category": {}, "product": {}}
    for row in engine.records(_shares(engine)):
        _add(shares, row)
    to_share = _to_share(engine, as_of)
    for grouping, members in shares.items():
        _divide(found[grouping], members, to_share)
    for row in engine.records(_BACK):
        _add(found, row | {"goods_cost": -row["goods_back"]})
    engine.execute(f"DROP VIEW {LINES}")
    drop(engine, ORDERS)
    return {name: _groups(held, total) for name, held in found.items() if set(held) - {None}}


def _known(engine: Engine, as_of: date, table: str) -> str:
    """SQL of whether a line's order has a customer and lies before the day; orders that have not are few, or none."""
    outside = f"NOT ({_KNOWN.format(as_of=day(as_of))})"
    if not has_rows(engine, "ledger_orders", outside):
        return "TRUE"
    return f"{table}order_id NOT IN (SELECT order_id FROM ledger_orders WHERE {outside})"


def _write_steps(engine: Engine, as_of: date, ways: _Ways, one_in: int) -> None:
    """The view of lines, and the orders asked with what is shared of them."""
    whole = ways.whole.replace("order_id IN", "l.order_id IN")
    given = f"CASE WHEN {whole} THEN COALESCE(l.amount - l.profit_given, 0) ELSE 0 END"
    make_view(engine, LINES, _LINES.format(goods_cost=given, catalogue=CATALOGUE, known=_known(engine, as_of, "l.")))
    live, after = with_money(engine, "ledger_orders", ORDER_MONEY), with_money(engine, AFTER, AFTER_MONEY)
    columns = ""
    for name in MONEY_COLUMNS:
        sql = _left_to_share(name, ways, live, after)
        columns += f", ({sql})::DOUBLE AS {name}" if sql else ""
    make_table(
        engine,
        ORDERS,
        _ORDERS.format(
            asked=f" SEMI JOIN {ASKED} k ON k.customer_id = o.customer_id" if one_in > 1 else "",
            as_of=day(as_of),
            lines=LINES,
            columns=columns,
            joins=f" LEFT JOIN {AFTER} a ON a.order_id = o.order_id" if after else "",
        ),
    )


def _left_to_share(name: str, ways: _Ways, live: frozenset[str], after: frozenset[str]) -> str:
    """SQL of what an order's lines do not show themselves; nothing where there is none in the whole shop."""
    if name == "goods_cost":
        back = " - COALESCE(a.goods_back, 0)" if "goods_back" in after else ""
        whole = ways.whole.replace("order_id IN", "o.order_id IN")
        return f"CASE WHEN {whole} THEN o.goods_cost - COALESCE(t.goods_cost, 0) ELSE 0 END{back}"
    if name in _OWN:
        return f"o.{name} - COALESCE(t.{name}, 0)"
    if name in live:
        return f"o.{name}"
    return f"COALESCE(a.{name}, 0)" if name in after else ""


def _shares(engine: Engine) -> str:
    shared = set(engine.columns(ORDERS))
    sums = [f", sum(CAST(o.{name} * {_PART} AS {SHARED})) AS {name}" for name in MONEY_COLUMNS if name in shared]
    return _SHARES.format(sums="".join(sums))


def _to_share(engine: Engine, as_of: date) -> dict[str, Decimal]:
    """What stands on whole orders in the books, by column, before what lines show themselves is taken off."""
    sums = ", ".join(f"COALESCE(sum(CAST({name} AS DECIMAL(38, 4))), 0) AS {name}" for name in ORDER_MONEY)
    [sold] = engine.records(f"SELECT {sums} FROM ledger_days WHERE day < {day(as_of)}")
    after = after_in_all(engine, as_of)
    found = dict.fromkeys(MONEY_COLUMNS, Decimal(0)) | {name: Decimal(sold[name]) for name in ORDER_MONEY}
    for name in ("refunded", "returns_handling", "service", "contact"):
        found[name] = after[name]
    found["goods_cost"] -= after["goods_back"]
    return found


def _divide(found: Members, shares: Members, to_share: dict[str, Decimal]) -> None:
    """Give every member its part of what is left to share, in proportion to the orders asked."""
    for column in MONEY_COLUMNS:
        left = to_share[column] - sum((Decimal(held[column]) for held in found.values()), Decimal(0))
        asked = sum((Decimal(held[column]) for held in shares.values()), Decimal(0))
        factor = left / asked if asked else Decimal(0)
        for member, held in shares.items():
            _held(found, member)[column] += factor * Decimal(held[column])
    for member, held in shares.items():
        _held(found, member)["customers"] = held["customers"]


def _held(members: Members, member: str | None) -> dict[str, Any]:
    return members.setdefault(member, dict.fromkeys(MONEY_COLUMNS, Decimal(0)) | {"customers": 0})


def _add(found: dict[str, Members], row: dict[str, Any]) -> None:
    """A row of one grouping set; the member None is what names no product, or no category."""
    grouping, member = ("category", row["category"]) if row["by_category"] else ("product", row["product_id"])
    held = _held(found[grouping], None if member is None else str(member))
    for name in (*MONEY_COLUMNS, "customers"):
        held[name] += row.get(name) or 0


def _groups(members: Members, total: Amounts) -> list[Group]:
    names = sorted(name for name in members if name is not None)
    rounded: dict[str, tuple[Decimal, ...]] = {}
    for column in MONEY_COLUMNS:
        parts = [Decimal(members[name][column]) for name in names]
        rounded[column] = round_to_total(parts, sum(parts, Decimal(0)).quantize(UNIT))
    groups = [
        Group(name, int(members[name]["customers"]), {column: rounded[column][place] for column in MONEY_COLUMNS})
        for place, name in enumerate(names)
    ]
    left = {column: total[column] - sum(rounded[column], Decimal(0)) for column in MONEY_COLUMNS}
    return groups if nothing(left) else [*groups, Group(NOT_STATED, 0, left)]
