"""What comes after the sale: refunds, handling of returns, service, communications -> ``ledger_events``."""

from lifeworth.ledger.goods import margin_sql
from lifeworth.ledger.rules import rule_sql
from lifeworth.ledger.tables import MONEY, drop, make_table, money, share
from lifeworth.settings import CostRule, Settings
from lifeworth.store.engine import Engine

# Goods come back piece by piece where lines are priced, in proportion to the money otherwise; money given
# back without goods brings none back until the whole worth of the order has been refunded. An order never
# gets back more goods than went out with it.
_REFUNDS = """
WITH sold AS (
  SELECT order_id, gross - discount AS worth, goods_cost, goods_basis FROM ledger_orders
  WHERE order_id IN (SELECT order_id FROM ledger_returns)),
line AS (
  SELECT order_id, product_id, sum(quantity) AS quantity, sum(net) AS net, sum(cost) AS cost,
         max(basis) AS basis
  FROM ledger_lines WHERE order_id IN (SELECT order_id FROM ledger_returns) AND product_id IS NOT NULL
  GROUP BY order_id, product_id),
catalogue AS (
  SELECT product_id, arg_max(category, (COALESCE(valid_from, DATE '0001-01-01'), category)) AS category
  FROM sources_products GROUP BY product_id),
judged AS (
  SELECT r.*, s.worth, s.goods_cost, u.unit_cost, {margin} AS ruled_cost,
         COALESCE(l.basis, s.goods_basis) AS sold_basis,
         CASE WHEN NOT r.goods_returned THEN 0
              WHEN l.basis <> 'ruled' AND l.quantity > 0 AND r.quantity > 0
                THEN l.cost * (least(r.quantity, l.quantity) / l.quantity)
              WHEN l.net > 0 THEN r.amount * (l.cost / l.net)
              WHEN s.worth > 0 THEN r.amount * (s.goods_cost / s.worth)
              ELSE 0 END AS by_piece,
         sum(r.amount) OVER (PARTITION BY r.order_id ORDER BY r.happened_on, r.refund_no) AS given_back
  FROM ledger_returns r
  LEFT JOIN sold s ON s.order_id = r.order_id
  LEFT JOIN line l ON l.order_id = r.order_id AND l.product_id = r.product_id
  LEFT JOIN catalogue p ON p.product_id = r.product_id
  ASOF LEFT JOIN ledger_unit_costs u ON u.product_id = r.product_id AND r.happened_on >= u.day),
returned AS (
  SELECT *, CAST(CASE WHEN profit_given IS NOT NULL THEN 0
                      WHEN worth > 0 AND given_back >= worth THEN goods_cost ELSE by_piece END AS {money}) AS raw
  FROM judged),
running AS (
  SELECT *, sum(raw) OVER (PARTITION BY order_id ORDER BY happened_on, refund_no) AS upto FROM returned),
capped AS (
  SELECT *, least(greatest(upto, least(goods_cost, 0)), greatest(goods_cost, 0)) AS capped_upto FROM running),
own AS (
  SELECT *, CASE WHEN order_id IS NOT NULL THEN capped_upto - lag(capped_upto, 1, 0) OVER w
                 WHEN NOT goods_returned THEN 0
                 ELSE COALESCE(unit_cost * quantity, ruled_cost, 0) END AS goods_back
  FROM capped WINDOW w AS (PARTITION BY order_id ORDER BY happened_on, refund_no))
SELECT order_id, customer_id, order_day, happened_on, kind, CAST(-amount AS {money}) AS revenue_effect,
       CAST(CASE WHEN profit_given IS NOT NULL THEN profit_given + amount
                 ELSE {resold} * goods_back END AS {money}) AS goods_effect,
       CAST(0 AS {money}) AS cost,
       CASE WHEN profit_given IS NOT NULL THEN 'actual' WHEN order_id IS NOT NULL THEN sold_basis
            WHEN unit_cost IS NOT NULL THEN 'actual' WHEN ruled_cost IS NOT NULL THEN 'ruled'
            ELSE 'missing' END AS basis,
       order_id IS NOT NULL AS matched
FROM own"""

# One parcel, one handling: by customer, refunded order as the file names it, and day.
_HANDLING = """
SELECT arg_max(r.order_id, (r.order_day, r.order_id)) AS order_id, r.customer_id,
       max(r.order_day) AS order_day, r.happened_on, 'returns_handling' AS kind,
       {rule} AS cost, 'ruled' AS basis
FROM ledger_returns r LEFT JOIN sources_orders o ON o.order_id = r.order_id
WHERE r.profit_given IS NULL AND o.profit_given IS NULL AND ({rule}) IS NOT NULL
GROUP BY r.customer_id, r.asked_order_id, r.happened_on"""

_SERVICE = """
SELECT CASE WHEN o.ordered_on <= s.opened_on THEN o.order_id END AS order_id,
       COALESCE(s.customer_id, o.customer_id) AS customer_id,
       CASE WHEN o.ordered_on <= s.opened_on THEN o.ordered_on END AS order_day,
       s.opened_on AS happened_on, 'service' AS kind, COALESCE(s.cost, {rule}, 0) AS cost,
       CASE WHEN s.cost IS NOT NULL THEN 'actual' WHEN ({rule}) IS NOT NULL THEN 'ruled'
            ELSE 'missing' END AS basis
FROM sources_service s LEFT JOIN sources_orders o
  ON o.order_id = s.order_id AND (s.customer_id IS NULL OR o.customer_id = s.customer_id)"""

_CONTACT = """
SELECT NULL AS order_id, customer_id, NULL AS order_day, touched_on AS happened_on, 'contact' AS kind,
       sum(COALESCE(unit_cost, {rule}, 0)) AS cost,
       CASE WHEN unit_cost IS NOT NULL THEN 'actual' WHEN ({rule}) IS NOT NULL THEN 'ruled'
            ELSE 'missing' END AS basis
FROM sources_touches
GROUP BY customer_id, touched_on, basis"""

# A cost that names no order belongs to the customer's latest purchase up to that day.
_COSTS = """
WITH cost AS (
  SELECT * FROM ({handling}) UNION ALL BY NAME SELECT * FROM ({service})
  UNION ALL BY NAME SELECT * FROM ({contact})),
latest AS (
  SELECT customer_id, ordered_on, max(order_id) AS order_id FROM sources_orders
  WHERE customer_id IN (SELECT customer_id FROM cost WHERE order_day IS NULL) GROUP BY ALL)
SELECT CASE WHEN c.kind = 'contact' THEN NULL ELSE COALESCE(c.order_id, l.order_id) END AS order_id,
       c.customer_id, COALESCE(c.order_day, l.ordered_on) AS order_day, c.happened_on, c.kind,
       CAST(0 AS {money}) AS revenue_effect, CAST(0 AS {money}) AS goods_effect,
       CAST(c.cost AS {money}) AS cost, c.basis, COALESCE(c.order_day, l.ordered_on) IS NOT NULL AS matched
FROM cost c ASOF LEFT JOIN latest l ON l.customer_id = c.customer_id AND c.happened_on >= l.ordered_on"""

_EVENTS = """
SELECT order_id, customer_id, order_day, happened_on, kind, revenue_effect, goods_effect, cost,
       CAST(revenue_effect + goods_effect - cost AS {money}) AS profit_effect, basis, matched
FROM (SELECT * FROM ledger_refund_events UNION ALL BY NAME SELECT * FROM ({costs}))"""


def record_events(engine: Engine, settings: Settings) -> None:
    """Money that moves after the sale, each piece on the day it happened."""
    make_table(engine, "ledger_refund_events", _refunds(settings))
    make_table(engine, "ledger_events", _EVENTS.format(costs=_costs(settings), money=MONEY))
    drop(engine, "ledger_refund_events")


def _refunds(settings: Settings) -> str:
    margin = margin_sql(settings, "r.amount", "r.happened_on", "p.category")
    return _REFUNDS.format(margin=margin, money=MONEY, resold=share(settings.returns_resold))


def _costs(settings: Settings) -> str:
    rules = settings.costs
    handling = rule_sql(rules, "returns_handling", _fixed, "r.happened_on")
    service = rule_sql(rules, "service_ticket", _per_ticket, "s.opened_on")
    contact = rule_sql(rules, "contact", _fixed, "touched_on", "type")
    return _COSTS.format(
        handling=_HANDLING.format(rule=handling),
        service=_SERVICE.format(rule=service),
        contact=_CONTACT.format(rule=contact),
        money=MONEY,
    )


def _fixed(rule: CostRule) -> str:
    return money(rule.fixed)


def _per_ticket(rule: CostRule) -> str:
    minutes = f"COALESCE(TRY_CAST(s.handle_minutes AS {MONEY}), 0)"
    return f"{money(rule.fixed)} + {money(rule.per_minute)} * {minutes}"
