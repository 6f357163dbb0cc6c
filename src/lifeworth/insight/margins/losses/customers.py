"""Customers who lost money so far or are expected to, and the cost furthest above that of customers alike.

Alike are customers with as many orders (one, two or three, more) and in the same fourth by list price an order. What a customer of
the stratum usually costs is the stratum's cost per list price, cost by cost; the reason of a loss is the cost that is furthest above it.
"""

from datetime import date

from lifeworth.ledger.tables import day, drop, has_rows, make_table
from lifeworth.store.engine import Engine

MOST_NAMED = 1000
STATES = ("so far and ahead", "so far only", "ahead only")

# Goods that came back belong to the returns they came back with, not to the goods.
COSTS = {
    "goods": "c.goods_cost + COALESCE(b.goods_back, 0)",
    "discounts": "c.discount",
    "returns": "c.refunded - COALESCE(b.goods_back, 0) + c.returns_handling",
    "payment fees": "c.payment_fee",
    "fulfilment": "c.fulfilment",
    "shipping": "c.shipping_cost - c.shipping_charged",
    "commission": "c.commission",
    "service": "c.service",
    "communications": "c.contact",
}

_BACK = """
SELECT customer_id, sum(goods_effect) AS goods_back FROM ledger_events
WHERE happened_on < {as_of} AND customer_id IS NOT NULL GROUP BY customer_id"""

_COSTS = """
WITH fourths AS (
  SELECT COALESCE(quantile_disc(gross::DOUBLE / orders, [0.25, 0.5, 0.75]), []) AS edges FROM ledger_customers WHERE orders > 0)
SELECT c.customer_id, c.orders, c.gross::DOUBLE AS gross,
       CASE WHEN c.orders <= 1 THEN 0 WHEN c.orders <= 3 THEN 1 ELSE 2 END * 4
         + len(list_filter(f.edges, lambda edge: c.orders > 0 AND c.gross::DOUBLE / c.orders > edge)) AS alike, {costs}
FROM ledger_customers c CROSS JOIN fourths f{back}"""

_USUAL = """
SELECT alike, {usual} FROM margins_costs WHERE gross > 0 GROUP BY alike"""

_LOSERS = """
CREATE OR REPLACE TABLE margins_losers AS
WITH usual AS ({usual}),
lost AS (
  SELECT i.customer_id, i.orders, i.past_revenue, i.past_profit, i.value_mean, i.value_low, i.value_high, i.value_sd,
         i.{past} < 0 AS lost, i.value_mean < 0 AS loses_ahead, c.gross, [{costs}] AS costs, [{excess}] AS excess
  FROM insight_customers i JOIN margins_costs c USING (customer_id) LEFT JOIN usual u ON u.alike = c.alike
  WHERE i.{past} < 0 OR i.value_mean < 0)
SELECT *, list_position(excess, list_max(excess)) AS worst FROM lost"""


def find_losers(engine: Engine, as_of: date, past: str) -> None:
    """Write ``margins_losers``, a step on the way: everybody with a loss behind or ahead, costs and excess by cost.

    Parameters
    ----------
    past : str
        Column of what customers brought so far: ``past_profit`` or ``past_revenue``.
    """
    happened = has_rows(engine, "ledger_events", f"happened_on < {day(as_of)}")
    back = f" LEFT JOIN ({_BACK.format(as_of=day(as_of))}) b USING (customer_id)" if happened else ""
    sql = {name: (cost if happened else cost.replace("COALESCE(b.goods_back, 0)", "0")) for name, cost in COSTS.items()}
    columns = ", ".join(f"({cost})::DECIMAL(18, 4) AS k{place}" for place, cost in enumerate(sql.values()))
    make_table(engine, "margins_costs", _COSTS.format(costs=columns, back=back))
    places = range(len(COSTS))
    usual = ", ".join(
        f"(sum(CAST(k{place} AS DECIMAL(38, 4))) / sum(CAST(gross AS DECIMAL(38, 4))))::DOUBLE AS r{place}"
        for place in places
    )
    engine.execute(
        _LOSERS.format(
            usual=_USUAL.format(usual=usual),
            past=past,
            costs=", ".join(f"c.k{place}::DOUBLE" for place in places),
            excess=", ".join(f"c.k{place}::DOUBLE - COALESCE(u.r{place}, 0) * c.gross" for place in places),
        )
    )
    drop(engine, "margins_costs")
