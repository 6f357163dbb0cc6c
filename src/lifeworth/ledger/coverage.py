"""How much of each cost is known, and how: ``ledger_coverage``."""

from datetime import date

from lifeworth.ledger.tables import TOTAL, drop, has_rows, make_table
from lifeworth.ledger.tables import day as day_literal
from lifeworth.store.engine import Engine

# Goods are held against goods money, the other costs against net revenue at sale; where there is no money,
# orders are counted.
_GOODS_BY_LINE = """
  SELECT 'goods' AS cost, basis, count(DISTINCT order_id) AS orders, sum(cost) AS amount, sum(net) AS covers
  FROM ledger_goods WHERE ordered_on < {as_of} GROUP BY basis"""

_ORDERS = """
  SELECT goods_basis, fee_basis, fulfilment_basis, shipping_basis, commission_basis, count(*) AS orders,
         sum(net_sale) AS covers, sum(gross - discount) AS goods_covers, sum(goods_cost) AS goods_cost,
         sum(payment_fee) AS payment_fee, sum(fulfilment) AS fulfilment, sum(shipping_cost) AS shipping_cost, sum(commission) AS commission
  FROM ledger_orders WHERE ordered_on < {as_of} GROUP BY ALL"""

_ORDER_COSTS = {
    "goods": ("goods_basis", "goods_cost"),
    "payment_fee": ("fee_basis", "payment_fee"),
    "fulfilment": ("fulfilment_basis", "fulfilment"),
    "shipping": ("shipping_basis", "shipping_cost"),
    "commission": ("commission_basis", "commission"),
}

# What was not charged has no event of its own: returns without handling, sales without acquisition.
_AFTER = """
  SELECT kind AS cost, basis, count(*) AS orders, sum(cost) AS amount, 0 AS covers
  FROM ledger_events WHERE happened_on < {as_of} AND kind IN ('returns_handling', 'service', 'contact')
  GROUP BY kind, basis
  UNION ALL
  SELECT 'returns_handling', 'missing', count(*), 0, 0
  FROM (SELECT customer_id, happened_on FROM ledger_events
        WHERE happened_on < {as_of} AND kind IN ('refund', 'cancellation') GROUP BY ALL) r
  ANTI JOIN (SELECT customer_id, happened_on FROM ledger_events WHERE kind = 'returns_handling') h
  ON h.happened_on = r.happened_on AND h.customer_id IS NOT DISTINCT FROM r.customer_id
  HAVING count(*) > 0"""

_ACQUISITION = """
  SELECT 'acquisition' AS cost, basis, count(*) AS orders, sum(cost) AS amount, 0 AS covers
  FROM ledger_acquisition WHERE acquired_on < {as_of} GROUP BY basis"""

_NO_ACQUISITION = """
  SELECT 'acquisition' AS cost, 'missing' AS basis, count(*) AS orders, 0 AS amount, 0 AS covers
  FROM ledger_customers WHERE orders > 0 HAVING count(*) > 0"""

_COVERAGE = f"""
WITH measured AS ({{measured}}),
shared AS (
  SELECT cost, basis, orders, amount,
         CASE WHEN sum(covers) OVER w > 0 THEN covers::DOUBLE / (sum(covers) OVER w)::DOUBLE
              ELSE orders / sum(orders) OVER w END AS share
  FROM measured WINDOW w AS (PARTITION BY cost))
SELECT n.cost, COALESCE(s.basis, 'missing') AS basis, COALESCE(s.orders, 0)::BIGINT AS orders,
       CAST(COALESCE(s.amount, 0) AS {TOTAL}) AS amount,
       COALESCE(s.share, CASE WHEN n.cost = 'returns_handling' THEN 0 ELSE 1 END)::DOUBLE AS share
FROM (SELECT unnest(['goods', 'payment_fee', 'fulfilment', 'shipping', 'commission', 'returns_handling',
                     'service', 'contact', 'acquisition']) AS cost,
             unnest(range(9)) AS position) n
LEFT JOIN shared s ON s.cost = n.cost
ORDER BY n.position, basis"""


def cover_costs(engine: Engine, as_of: date) -> None:
    """Share of net revenue, or of events, for which each cost is actual, ruled, allocated or missing.

    A cost nobody recorded anything about is missing in full; returns that never happened need no handling.
    """
    moment = day_literal(as_of)
    make_table(engine, "ledger_order_bases", _ORDERS.format(as_of=moment))
    by_line = has_rows(engine, "ledger_goods")
    parts = [_GOODS_BY_LINE.format(as_of=moment)] if by_line else []
    for cost, (basis, amount) in _ORDER_COSTS.items():
        if cost == "goods" and by_line:
            continue
        parts.append(
            f"SELECT '{cost}' AS cost, {basis} AS basis, sum(orders) AS orders, sum({amount}) AS amount,"
            f" sum({'goods_covers' if cost == 'goods' else 'covers'}) AS covers FROM ledger_order_bases GROUP BY {basis}"
        )
    if has_rows(engine, "ledger_events"):
        parts.append(_AFTER.format(as_of=moment))
    spent = has_rows(engine, "sources_spend", "purpose = 'acquire'")
    parts.append(_ACQUISITION.format(as_of=moment) if spent else _NO_ACQUISITION)
    make_table(engine, "ledger_coverage", _COVERAGE.format(measured=" UNION ALL ".join(parts)))
    drop(engine, "ledger_order_bases")
