"""Shops for the products room: rows written by hand, or dealt at random, with books kept by the ledger itself."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from lifeworth import ledger
from lifeworth.contract.registry import create_tables
from lifeworth.insight import products
from lifeworth.insight.ground import Frame, create
from lifeworth.settings import Settings
from lifeworth.store.duckdb.engine import DuckDB

AS_OF = date(2025, 7, 1)

_ORDER = {
    "currency": "EUR", "status": None, "channel": None, "country": "DE", "payment_method": None, "coupon": None,
    "discount": 0, "shipping_charged": 0, "tax": 0, "profit_given": None, "file_no": 1,
}  # fmt: skip
_LINE = {
    "line_no": 1, "product_id": None, "product_name": None, "category": None, "kind": "goods", "quantity": 1,
    "unit_price": None, "discount": 0, "unit_cost_given": None, "profit_given": None,
}  # fmt: skip
_REFUND = {
    "order_id": None, "customer_id": None, "quantity": None, "product_id": None, "profit_given": None, "reason": None,
    "kind": "refund", "currency": "EUR", "date_is_known": True, "file_no": 1,
}  # fmt: skip

_GROUND = """
CREATE OR REPLACE TABLE insight_customers AS
SELECT k.customer_id, nullif(a.channel, '') AS channel, coalesce(c.net_revenue, 0)::DOUBLE AS value_mean,
       NULL::BOOLEAN AS consent_email, NULL::BOOLEAN AS consent_ads
FROM ledger_keys k LEFT JOIN ledger_acquisition a USING (customer_id) LEFT JOIN ledger_customers c USING (customer_id)
ORDER BY k.customer_id"""


def add(engine, table, rows):
    """Rows as dictionaries, all with the same names, in one statement."""
    rows = list(rows)
    if not rows:
        return
    names = list(rows[0])
    columns = ", ".join(f'unnest(?) AS "{name}"' for name in names)
    engine.execute(f"INSERT INTO {table} BY NAME SELECT {columns}", [[row[name] for row in rows] for name in names])


def written(orders, lines=(), *, settings=None, as_of=AS_OF, threads=1, before=None, **tables):
    """Engine and frame of a shop with its books kept; the room's tables are there and empty.

    An order is (id, customer, day, what else); its gross is that of its lines unless it says so. A line is (order, product,
    amount, what else). Other tables are lists of dictionaries.
    """
    engine = DuckDB(threads=threads)
    create_tables(engine)
    lines = [_LINE | {"order_id": o, "product_id": p, "amount": Decimal(str(a))} | more for o, p, a, more in lines]
    for place, line in enumerate(lines):
        line["line_no"] = place + 1
    sums = {}
    for line in lines:
        if line["kind"] not in ("shipping", "discount"):
            sums[line["order_id"]] = sums.get(line["order_id"], 0) + line["amount"] + Decimal(str(line["discount"]))
    own = {}
    for line in lines:
        own[line["order_id"]] = own.get(line["order_id"], 0) + Decimal(str(line["discount"]))
    add(
        engine,
        "sources_orders",
        (
            _ORDER
            | {
                "order_id": o, "customer_id": c, "ordered_on": d, "ordered_at": datetime.combine(d, time(12)),
                "gross": sums.get(o, 0), "discount": own.get(o, 0),
            }
            | more
            for o, c, d, more in orders
        ),
    )  # fmt: skip
    add(engine, "sources_order_lines", lines)
    for refund in tables.pop("refunds", ()):
        day = refund["refunded_on"]
        row = (
            _REFUND
            | {"refund_id": f"R{day}{refund['amount']}", "refunded_at": datetime.combine(day, time(13))}
            | refund
        )
        add(engine, "sources_refunds", [row])
    for table, rows in tables.items():
        add(engine, f"sources_{table}", rows)
    if before:
        before(engine)
    return engine, books(engine, settings or Settings(currency="EUR"), as_of)


def books(engine, settings, as_of):
    """Keep and close the books, lay what the room reads, make its tables; gives back the frame."""
    ledger.keep_books(engine, settings)
    facts = ledger.close_books(engine, as_of)
    engine.execute(_GROUND)
    create(engine, *products.TABLES)
    return frame_of(engine, facts, as_of, settings)


def frame_of(engine, facts, as_of, settings, **changes):
    usual = {
        "as_of": as_of, "first_day": facts.first_day or as_of, "horizon_days": 365, "interval_level": 0.8,
        "discount": 0.1, "currency": facts.currency, "in_profit": facts.basis == "profit", "shared_spread": 0.05,
        "seed": 1, "settings": settings,
    }  # fmt: skip
    return Frame(**(usual | changes))


def built(*arguments, **named):
    engine, frame = written(*arguments, **named)
    products.build(engine, frame)
    return engine


def day(ago):
    """So many days before as_of."""
    return AS_OF - timedelta(days=ago)
