"""What each order earned at the moment of sale: ``ledger_orders``.

Without lines and recorded costs every cost is a rule on the order's own row, so the table is a view over
``sources_orders`` and takes no room; with them it is written out once.
"""

from collections.abc import Callable

from lifeworth.ledger.goods import margin_sql
from lifeworth.ledger.rules import rule_sql, ruled_sql
from lifeworth.ledger.tables import MONEY, drop_table_or_view, has_rows, make_table, make_view, money, part
from lifeworth.settings import CostRule, Settings
from lifeworth.store.engine import Engine

_SALE = """
  SELECT o.order_id, o.customer_id, o.ordered_on, o.channel, o.country, o.payment_method, o.profit_given,
         COALESCE(o.gross, 0) AS gross, COALESCE(o.discount, 0) AS discount,
         COALESCE(o.shipping_charged, 0) AS shipping_charged,
         COALESCE(o.gross, 0) - COALESCE(o.discount, 0) AS net_goods,
         COALESCE(o.gross, 0) - COALESCE(o.discount, 0) + COALESCE(o.shipping_charged, 0) AS net_sale,
         COALESCE(o.gross, 0) - COALESCE(o.discount, 0) + COALESCE(o.shipping_charged, 0)
           + COALESCE(o.tax, 0) AS paid{columns}
  FROM sources_orders o{joins}"""

_GOODS = """
  LEFT JOIN (SELECT order_id, sum(cost) AS goods_cost, arg_max(basis, (abs(net), basis)) AS goods_basis
             FROM ledger_goods GROUP BY order_id) g ON g.order_id = o.order_id"""

_RECORDED = """
  LEFT JOIN (SELECT order_id,
                    sum(amount) FILTER (cost_type = 'payment_fee') AS payment_fee,
                    sum(amount) FILTER (cost_type = 'pick_pack') AS fulfilment,
                    sum(amount) FILTER (cost_type = 'shipping_paid') AS shipping_cost,
                    sum(amount) FILTER (cost_type NOT IN ('payment_fee', 'pick_pack', 'shipping_paid'))
                      AS commission
             FROM sources_order_costs GROUP BY order_id) c ON c.order_id = o.order_id"""

_PIECES = """
  LEFT JOIN (SELECT order_id, sum(quantity) AS pieces FROM sources_order_lines
             WHERE kind IN ('goods', 'sample') GROUP BY order_id) p ON p.order_id = o.order_id"""

_ORDERS = """
WITH sale AS ({sale}),
charged AS (
  SELECT order_id, customer_id, ordered_on, channel, country, gross, discount, shipping_charged,
         CAST(net_sale AS {money}) AS net_sale,
         {costs}
  FROM sale)
SELECT order_id, customer_id, ordered_on, channel, country, gross, discount, shipping_charged, net_sale,
       goods_cost, payment_fee, fulfilment, shipping_cost, commission,
       CAST(net_sale - goods_cost - payment_fee - fulfilment - shipping_cost - commission AS {money})
         AS profit_sale,
       goods_basis, fee_basis, fulfilment_basis, shipping_basis, commission_basis
FROM charged"""


def cost_orders(engine: Engine, settings: Settings, *, by_line: bool) -> None:
    """Profit of every order at the moment of sale (contribution level 2), with the basis of each cost.

    Parameters
    ----------
    by_line : bool
        Whether ``ledger_goods`` holds the cost of goods, line by line.
    """
    recorded = has_rows(engine, "sources_order_costs")
    pieces = any(rule.per_unit for rule in settings.costs) and has_rows(engine, "sources_order_lines")
    joins = (_GOODS if by_line else "") + (_RECORDED if recorded else "") + (_PIECES if pieces else "")
    columns = ", g.goods_cost, g.goods_basis" if by_line else ", NULL AS goods_cost, NULL AS goods_basis"
    for name in ("payment_fee", "fulfilment", "shipping_cost", "commission"):
        columns += f", c.{name}" if recorded else f", NULL AS {name}"
    columns += ", p.pieces" if pieces else ", NULL AS pieces"
    sql = _ORDERS.format(
        sale=_SALE.format(columns=columns, joins=joins),
        costs=",\n         ".join([*_goods(settings, by_line), *_after_goods(settings)]),
        money=MONEY,
    )
    drop_table_or_view(engine, "ledger_orders")
    (make_table if joins else make_view)(engine, "ledger_orders", sql)


def _goods(settings: Settings, by_line: bool) -> list[str]:
    if by_line:
        return [f"CAST(goods_cost AS {MONEY}) AS goods_cost", "goods_basis"]
    cost = margin_sql(settings, "net_goods", "ordered_on")
    ruled = ruled_sql(settings.costs, "margin", "ordered_on")
    return [
        f"CAST(COALESCE(net_sale - profit_given, {cost}, 0) AS {MONEY}) AS goods_cost",
        f"CASE WHEN profit_given IS NOT NULL THEN 'actual' WHEN {ruled} THEN 'ruled' ELSE 'missing' END AS goods_basis",
    ]


def _after_goods(settings: Settings) -> list[str]:
    costs: list[tuple[str, str, str, Callable[[CostRule], str], str]] = [
        ("payment_fee", "payment_fee", "fee_basis", _payment_fee, "payment_method"),
        ("pick_pack", "fulfilment", "fulfilment_basis", _per_parcel, "NULL"),
        ("shipping", "shipping_cost", "shipping_basis", _per_parcel, "NULL"),
        ("", "commission", "commission_basis", _no_rule, "NULL"),
    ]
    columns = []
    for cost, name, basis, amount, about in costs:
        rule = rule_sql(settings.costs, cost, amount, "ordered_on", about)
        ruled = ruled_sql(settings.costs, cost, "ordered_on", about)
        columns += _cost(name, basis, rule, ruled)
    return columns


def _payment_fee(rule: CostRule) -> str:
    return f"CASE WHEN paid > 0 THEN {part('paid', rule.rate)} + {money(rule.fixed)} ELSE 0 END"


def _per_parcel(rule: CostRule) -> str:
    cost = f"{money(rule.fixed)} + {part('net_sale', rule.rate)}"
    return f"{cost} + {money(rule.per_unit)} * COALESCE(pieces, 1)" if rule.per_unit else cost


def _no_rule(rule: CostRule) -> str:
    return "NULL"


def _cost(name: str, basis: str, rule: str, ruled: str) -> list[str]:
    """A given profit is the profit: rules take nothing from it, records do."""
    return [
        f"CAST(COALESCE({name}, CASE WHEN profit_given IS NOT NULL THEN 0 END, {rule}, 0) AS {MONEY}) AS {name}",
        f"CASE WHEN {name} IS NOT NULL OR profit_given IS NOT NULL THEN 'actual'"
        f" WHEN {ruled} THEN 'ruled' ELSE 'missing' END AS {basis}",
    ]
