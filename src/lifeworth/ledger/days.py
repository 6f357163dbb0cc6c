"""Purchase days: the orders of one customer on one day are one purchase -> ``ledger_keys``, ``ledger_days``.

Grouping millions of orders by text is what a ledger spends its time on, so it is done once: each customer
gets a number, and each purchase day one row with its money.
"""

from lifeworth.ledger.tables import MONEY, has_rows, make_table, make_view, with_money
from lifeworth.store.engine import Engine

ORDER_MONEY = (
    "gross",
    "discount",
    "shipping_charged",
    "goods_cost",
    "payment_fee",
    "fulfilment",
    "shipping_cost",
    "commission",
)
NET_SALE = "gross - discount + shipping_charged"
PROFIT_SALE = f"{NET_SALE} - goods_cost - payment_fee - fulfilment - shipping_cost - commission"

# Numbers in the order of the ids keep neighbours together: joins and sorts by them run twice as fast.
_KEYS = """
SELECT (row_number() OVER (ORDER BY customer_id))::INTEGER AS customer_key, customer_id
FROM (SELECT DISTINCT customer_id FROM ({everybody}) WHERE customer_id IS NOT NULL)"""

# Customer and day packed into one number: grouping by one integer is a third faster than by two columns.
_DAYS = """
SELECT (packed >> 22)::INTEGER AS customer_key, DATE '0001-01-01' + (packed & 4194303)::INTEGER AS day,
       orders{columns}
FROM (SELECT (k.customer_key::BIGINT << 22) + (o.ordered_on - DATE '0001-01-01') AS packed,
             count(*)::INTEGER AS orders{sums}
      FROM ledger_orders o JOIN ledger_keys k ON k.customer_id = o.customer_id GROUP BY 1)
ORDER BY (packed >> 22)::INTEGER"""


def merge_days(engine: Engine) -> None:
    """One row per customer and purchase day, customers together, with the money of the day's sales.

    Only money that is not zero throughout is written; the view ``ledger_days`` has every column.
    """
    everybody = "SELECT customer_id FROM sources_orders"
    if has_rows(engine, "ledger_events"):
        everybody += " UNION ALL SELECT customer_id FROM ledger_events"
    make_table(engine, "ledger_keys", _KEYS.format(everybody=everybody))
    found = with_money(engine, "ledger_orders", ORDER_MONEY)
    live = [name for name in ORDER_MONEY if name in found]
    columns = "".join(f", {name}" for name in live)
    sums = "".join(f", CAST(sum(o.{name}) AS {MONEY}) AS {name}" for name in live)
    make_table(engine, "ledger_day_sums", _DAYS.format(columns=columns, sums=sums))
    everything = [name if name in live else f"CAST(0 AS {MONEY}) AS {name}" for name in ORDER_MONEY]
    day_columns = f"customer_key, day, orders, {', '.join(everything)}"
    make_view(engine, "ledger_days", f"SELECT {day_columns} FROM ledger_day_sums")
