"""What the goods of each order line cost: actual, else ruled, else allocated, else missing.

Out come ``ledger_unit_costs`` (a product's unit cost from each day on which it changes), ``ledger_lines``
(every line with its net money, cost and basis) and ``ledger_goods`` (the same per order and basis).
Lines are priced only where a line can tell more than its order; otherwise the tables stay empty and
``orders.py`` applies the overall margin to whole orders.
"""

from lifeworth.ledger.rules import rule_sql
from lifeworth.ledger.tables import MONEY, drop, has_rows, make_table, part
from lifeworth.settings import CostRule, Settings
from lifeworth.store.engine import Engine

_UNIT_COSTS = """
WITH dated AS (
  SELECT product_id, unit_cost, COALESCE(valid_from, DATE '0001-01-01') AS valid_from, valid_to
  FROM sources_products WHERE unit_cost IS NOT NULL),
changes AS (
  SELECT DISTINCT product_id, unnest([valid_from, valid_to]) AS day FROM dated)
SELECT c.product_id, c.day, arg_max(d.unit_cost, (d.valid_from, d.unit_cost)) AS unit_cost
FROM changes c LEFT JOIN dated d
  ON d.product_id = c.product_id AND d.valid_from <= c.day AND (d.valid_to IS NULL OR c.day < d.valid_to)
WHERE c.day IS NOT NULL
GROUP BY c.product_id, c.day"""

# Discounts and shipping lines carry no goods; what they took off the order is spread over the lines that do.
_SPREAD = f"""
WITH sale AS (
  SELECT order_id, ordered_on, COALESCE(gross, 0) - COALESCE(discount, 0) AS net_goods,
         COALESCE(shipping_charged, 0) AS shipping_charged, profit_given
  FROM sources_orders),
bearing AS (
  SELECT order_id, product_id, category, kind, quantity, COALESCE(amount, 0) AS amount,
         unit_cost_given, profit_given
  FROM sources_order_lines WHERE kind NOT IN ('shipping', 'discount')),
totals AS (
  SELECT order_id, sum(amount) AS total, sum(abs(amount)) AS weight, count(*) AS lines
  FROM bearing GROUP BY order_id),
catalogue AS (
  SELECT product_id, arg_max(category, (COALESCE(valid_from, DATE '0001-01-01'), category)) AS category
  FROM sources_products GROUP BY product_id)
SELECT b.order_id, s.ordered_on, b.product_id, COALESCE(b.category, p.category) AS category, b.kind,
       COALESCE(b.quantity, 0) AS quantity,
       CAST(b.amount + CAST((s.net_goods - t.total)
            * CASE WHEN t.weight > 0 THEN abs(b.amount) / t.weight ELSE 1 / t.lines END AS {MONEY})
         AS {MONEY}) AS net,
       b.unit_cost_given, b.profit_given
FROM bearing b JOIN sale s USING (order_id) JOIN totals t USING (order_id)
LEFT JOIN catalogue p ON p.product_id = b.product_id
WHERE s.profit_given IS NULL
UNION ALL
SELECT order_id, ordered_on, NULL, NULL, 'whole order', 1, net_goods, NULL, profit_given - shipping_charged
FROM sale
WHERE profit_given IS NOT NULL OR order_id NOT IN (SELECT order_id FROM totals)"""

_PRICED = """
WITH line AS ({spread}),
known AS (
  SELECT l.*, COALESCE(l.unit_cost_given, u.unit_cost) AS unit_cost, {margin} AS ruled_cost
  FROM line l ASOF LEFT JOIN ledger_unit_costs u ON u.product_id = l.product_id AND l.ordered_on >= u.day)
SELECT order_id, ordered_on, product_id, category, kind, quantity, net, unit_cost,
       CAST(CASE WHEN profit_given IS NOT NULL THEN net - profit_given
            WHEN kind = 'gift_card' THEN 0
            WHEN unit_cost IS NOT NULL THEN unit_cost * quantity
            ELSE ruled_cost END AS {money}) AS cost,
       CASE WHEN profit_given IS NOT NULL OR kind = 'gift_card' OR unit_cost IS NOT NULL THEN 'actual'
            WHEN ruled_cost IS NOT NULL THEN 'ruled' END AS basis,
       unit_cost IS NOT NULL AND profit_given IS NULL AND kind <> 'gift_card' AND net > 0 AS is_example
FROM known"""

# The average of the known lines up to each day, so that no later sale reaches back into an earlier cut.
# Lines older than any known cost take the first rate known: at no cost at all their profit would be absurd.
_RATES = """
WITH daily AS (
  SELECT category, ordered_on AS day, GROUPING(category) = 1 AS overall, sum(cost) AS cost, sum(net) AS net
  FROM ledger_lines_priced WHERE is_example
  GROUP BY GROUPING SETS ((category, ordered_on), (ordered_on))),
running AS (
  SELECT category, overall, day, sum(cost) OVER w / sum(net) OVER w AS cost_rate
  FROM daily WHERE overall OR category IS NOT NULL
  WINDOW w AS (PARTITION BY overall, category ORDER BY day))
SELECT * FROM running
UNION ALL
SELECT category, overall, DATE '0001-01-01', arg_min(cost_rate, day) FROM running GROUP BY category, overall"""

_ALLOCATED = f"""
SELECT l.order_id, l.ordered_on, l.product_id, l.category, l.quantity, l.net,
       CAST(COALESCE(l.cost, COALESCE(c.cost_rate, a.cost_rate) * l.net, 0) AS {MONEY}) AS cost,
       CASE WHEN l.basis IS NOT NULL THEN l.basis
            WHEN a.cost_rate IS NOT NULL THEN 'allocated' ELSE 'missing' END AS basis
FROM ledger_lines_priced l
ASOF LEFT JOIN (SELECT * FROM ledger_cost_rates WHERE NOT overall) c
  ON c.category = l.category AND l.ordered_on >= c.day
ASOF LEFT JOIN (SELECT * FROM ledger_cost_rates WHERE overall) a ON l.ordered_on >= a.day"""

_GOODS = f"""
SELECT order_id, ordered_on, basis, CAST(sum(net) AS {MONEY}) AS net, CAST(sum(cost) AS {MONEY}) AS cost
FROM ledger_lines GROUP BY ALL"""


def price_lines(engine: Engine, settings: Settings) -> bool:
    """Cost of goods of every order line; whether lines were needed at all.

    Orders whose file gives their profit count as one line that costs what the profit leaves of the sale;
    so does an order without lines, at the overall margin. Money of the order that no line explains is
    spread over its lines by amount.
    """
    make_table(engine, "ledger_unit_costs", _UNIT_COSTS)
    needed = _lines_can_tell_more(engine, settings)
    limit = "" if needed else " LIMIT 0"
    margin = margin_sql(settings, "l.net", "l.ordered_on", "l.category")
    make_table(
        engine,
        "ledger_lines_priced",
        _PRICED.format(spread=_SPREAD, margin=margin, money=MONEY) + limit,
    )
    make_table(engine, "ledger_cost_rates", _RATES)
    make_table(engine, "ledger_lines", _ALLOCATED)
    make_table(engine, "ledger_goods", _GOODS)
    drop(engine, "ledger_lines_priced", "ledger_cost_rates")
    return needed


def margin_sql(settings: Settings, net: str, day: str, category: str = "NULL") -> str:
    """Cost of the goods behind an amount of net goods money under the margin rules; NULL where none holds."""

    def cost(rule: CostRule) -> str:
        return part(net, 1 - rule.rate)

    return rule_sql(settings.costs, "margin", cost, day, category)


def _lines_can_tell_more(engine: Engine, settings: Settings) -> bool:
    if not has_rows(engine, "sources_order_lines"):
        return False
    if has_rows(engine, "sources_products", "unit_cost IS NOT NULL"):
        return True
    if any(rule.category is not None for rule in settings.costs):
        return True
    own = "unit_cost_given IS NOT NULL OR profit_given IS NOT NULL OR kind = 'gift_card'"
    return has_rows(engine, "sources_order_lines", own)
