"""Purchase days before a cut with what was known of their money then: the base of most features."""

from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.tables import MONEY, has_rows, make_table
from lifeworth.store.engine import Engine

_SOLD = f"""
  SELECT customer_key, day, orders, CAST({NET_SALE} AS {MONEY}) AS revenue{{profit}}
  FROM ledger_days WHERE day < {{cut}}{{some}}"""

_PROFIT = f", CAST({PROFIT_SALE} AS {MONEY}) AS profit"

_SETTLED = f"""
  SELECT d.customer_key, d.day, d.orders, CAST(d.revenue + COALESCE(l.revenue, 0) AS {MONEY}) AS revenue{{profit}}
  FROM ({{sold}}) d LEFT JOIN (
    SELECT k.customer_key, e.order_day AS day, sum(e.revenue_effect) AS revenue, sum(e.profit_effect) AS profit
    FROM ledger_events e JOIN ledger_keys k ON k.customer_id = e.customer_id
    WHERE e.happened_on < {{cut}} AND e.order_day < {{cut}} GROUP BY ALL) l
  ON l.customer_key = d.customer_key AND l.day = d.day"""

_SETTLED_PROFIT = f", CAST(d.profit + COALESCE(l.profit, 0) AS {MONEY}) AS profit"

_DAYS = """
SELECT *, day - lag(day) OVER w AS gap, first_value(day) OVER w AS first_day, row_number() OVER w AS nth
FROM ({days}) WINDOW w AS (PARTITION BY customer_key ORDER BY day)"""


def in_profit(engine: Engine) -> bool:
    """Whether values are in profit; revenue where the books have not been closed."""
    if "ledger_facts" not in engine.tables():
        return False
    return bool(engine.value("SELECT basis FROM ledger_facts") == "profit")


def write_days(engine: Engine, cut: str, table: str, keys: str | None) -> None:
    """One row per customer and purchase day before the cut.

    ``gap`` is the days since the purchase before (NULL on the first), ``nth`` counts from 1; money is the day's
    sales and whatever followed from them before the cut, as in ``ledger.histories``.
    """
    profit = in_profit(engine)
    some = f" AND customer_key IN (SELECT customer_key FROM {keys})" if keys else ""
    sold = _SOLD.format(cut=cut, some=some, profit=_PROFIT if profit else "")
    if has_rows(engine, "ledger_events", f"happened_on < {cut}"):
        sold = _SETTLED.format(sold=sold, cut=cut, profit=_SETTLED_PROFIT if profit else "")
    make_table(engine, table, _DAYS.format(days=sold))
