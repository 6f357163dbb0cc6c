"""What each customer brought in and cost up to a day: ``ledger_customers``."""

from datetime import date

from lifeworth.ledger.days import ORDER_MONEY
from lifeworth.ledger.excerpt import WHOLE
from lifeworth.ledger.tables import MONEY, has_rows, make_table, make_view, with_money
from lifeworth.ledger.tables import day as day_literal
from lifeworth.store.engine import Engine

MONEY_COLUMNS = (
    *ORDER_MONEY[:3],
    "refunded",
    *ORDER_MONEY[3:],
    "returns_handling",
    "service",
    "contact",
    "acquisition",
)

_SALES = """
  SELECT customer_key, sum(orders)::INTEGER AS orders, min(day) AS first_order_on, max(day) AS last_order_on{sums}
  FROM ledger_days WHERE day < {as_of} GROUP BY customer_key"""

AFTER = """
  SELECT k.customer_key, -sum(e.revenue_effect) AS refunded, sum(e.goods_effect) AS goods_back,
         sum(e.profit_effect) AS profit_effect,
         COALESCE(sum(e.cost) FILTER (e.kind = 'returns_handling'), 0) AS returns_handling,
         COALESCE(sum(e.cost) FILTER (e.kind = 'service'), 0) AS service,
         COALESCE(sum(e.cost) FILTER (e.kind = 'contact'), 0) AS contact,
         (count(*) FILTER (e.kind = 'service'))::INTEGER AS tickets
  FROM {books.events} e JOIN {books.keys} k ON k.customer_id = e.customer_id
  WHERE e.happened_on < {before} GROUP BY k.customer_key"""

_AFTER_COLUMNS = ("refunded", "returns_handling", "service", "contact")

_SUMS = """
WITH sales AS ({sales})
SELECT k.customer_id, COALESCE(s.orders, 0) AS orders, s.first_order_on, s.last_order_on{columns}
FROM ledger_keys k
{joins}
WHERE {known}
ORDER BY k.customer_key"""

_LEVELS = """
WITH filled AS (SELECT customer_id, orders, first_order_on, last_order_on, {filled} FROM ledger_customer_sums),
levels AS (
  SELECT *, gross - discount + shipping_charged AS sold,
         CAST(gross - discount + shipping_charged - refunded AS {money}) AS net_revenue
  FROM filled)
SELECT customer_id, orders, first_order_on, last_order_on, {money_columns}, net_revenue,
       CAST({cm1} AS {money}) AS profit_cm1, CAST({cm2} AS {money}) AS profit_cm2,
       CAST({cm2b} AS {money}) AS profit, CAST({cm2b} - acquisition AS {money}) AS profit_after_acquisition,
       CASE WHEN sold > 0 THEN CAST(refunded AS DOUBLE) / CAST(sold AS DOUBLE) ELSE 0::DOUBLE END
         AS returned_share,
       tickets
FROM levels"""

_CM1 = "net_revenue - goods_cost"
_CM2 = f"{_CM1} - payment_fee - fulfilment - shipping_cost - commission"
_CM2B = f"{_CM2} - returns_handling - service - contact"


def add_up_customers(engine: Engine, as_of: date) -> None:
    """Orders, revenue, every cost and profit of each customer, from what happened before a day.

    Someone known only by a refund, a ticket or a message has a row too, with no orders, so that nothing is
    lost. Money of nobody in particular is in ``ledger_unreconciled``. Only money that is not zero throughout
    is written, to ``ledger_customer_sums``; ``ledger_customers`` is the view with every column.
    """
    moment = day_literal(as_of)
    live = with_money(engine, "ledger_days", ORDER_MONEY)
    happened = has_rows(engine, "ledger_events", f"happened_on < {moment}")
    bought = has_rows(engine, "sources_spend", "purpose = 'acquire'")
    columns = _columns(live, happened, bought)
    sums = "".join(f", sum({name}) AS {name}" for name in ORDER_MONEY if name in live)
    sql = _SUMS.format(
        sales=_SALES.format(sums=sums, as_of=moment),
        columns="".join(f", CAST({sql} AS {_kind(name)}) AS {name}" for name, sql in columns.items()),
        joins=_joins(moment, happened, bought),
        known="s.customer_key IS NOT NULL OR a.customer_key IS NOT NULL" if happened else "TRUE",
    )
    make_table(engine, "ledger_customer_sums", sql)
    make_view(engine, "ledger_customers", _levels(frozenset(columns)))


def _columns(live: frozenset[str], happened: bool, bought: bool) -> dict[str, str]:
    columns = {name: f"COALESCE(s.{name}, 0)" for name in ORDER_MONEY if name in live}
    if happened:
        goods = columns.get("goods_cost", "0")
        columns |= {"goods_cost": f"{goods} - COALESCE(a.goods_back, 0)"}
        columns |= {name: f"COALESCE(a.{name}, 0)" for name in (*_AFTER_COLUMNS, "tickets")}
    if bought:
        columns["acquisition"] = "COALESCE(w.cost, 0)"
    return columns


def _kind(name: str) -> str:
    return "INTEGER" if name == "tickets" else MONEY


def _levels(written: frozenset[str]) -> str:
    filled = [
        name if name in written else f"CAST(0 AS {_kind(name)}) AS {name}" for name in (*MONEY_COLUMNS, "tickets")
    ]
    return _LEVELS.format(
        filled=", ".join(filled),
        money_columns=", ".join(MONEY_COLUMNS),
        money=MONEY,
        cm1=_CM1,
        cm2=_CM2,
        cm2b=_CM2B,
    )


def _joins(moment: str, happened: bool, bought: bool) -> str:
    """Only what holds anything is joined: a million customers are not matched to an empty table."""
    joins = "LEFT JOIN sales s USING (customer_key)" if happened else "JOIN sales s USING (customer_key)"
    if happened:
        joins += f" LEFT JOIN ({AFTER.format(before=moment, books=WHOLE)}) a USING (customer_key)"
    if bought:
        joins += (
            " LEFT JOIN (SELECT customer_id, cost FROM ledger_acquisition"
            f" WHERE acquired_on < {moment}) w USING (customer_id)"
        )
    return joins
