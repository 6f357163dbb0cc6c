"""A shop small enough to follow by hand, as the tables that monitoring reads."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from lifeworth.monitoring import Now
from lifeworth.store.archive import Facts
from lifeworth.store.duckdb.engine import DuckDB

START = date(2025, 1, 6)
FACTS = Facts(
    "run-0", START, 364, 0.8, 0.0, "EUR", "revenue", "BG/NBD + Gamma-Gamma", {}, 1, "0.1.0", weekly_spread=0.05
)
NOW = Now("run-1", START + timedelta(days=182), 364, 0.0, "revenue", "EUR", "BG/NBD + Gamma-Gamma", True, 1)


def engine_with(orders, events=()):
    """Books of orders (customer, day, amount) and refunds (customer, day, amount given back)."""
    engine = DuckDB(threads=1)
    who, when, what = (np.array([o[i] for o in orders]) for i in range(3))
    engine.write("raw", {"customer_id": who.astype(object), "day": _days(when), "amount": what.astype(float)})
    engine.execute(
        """CREATE TABLE ledger_orders AS SELECT row_number() OVER ()::VARCHAR AS order_id, customer_id,
           DATE '1970-01-01' + day AS ordered_on, NULL::VARCHAR AS channel, NULL::VARCHAR AS country,
           CAST(amount AS DECIMAL(18,4)) AS net_sale, CAST(amount * 0.4 AS DECIMAL(18,4)) AS profit_sale FROM raw"""
    )
    engine.execute(
        """CREATE TABLE ledger_keys AS SELECT row_number() OVER (ORDER BY customer_id)::INTEGER AS customer_key, customer_id
           FROM (SELECT DISTINCT customer_id FROM raw)"""
    )
    engine.execute(
        """CREATE TABLE ledger_days AS SELECT customer_key, ordered_on AS day, sum(net_sale) AS gross,
           0::DECIMAL(18,4) AS discount, 0::DECIMAL(18,4) AS shipping_charged,
           sum(net_sale - profit_sale) AS goods_cost, 0 AS payment_fee, 0 AS fulfilment, 0 AS shipping_cost, 0 AS commission
           FROM ledger_orders JOIN ledger_keys USING (customer_id) GROUP BY ALL"""
    )
    engine.execute(
        """CREATE TABLE ledger_events (customer_id VARCHAR, happened_on DATE, revenue_effect DECIMAL(18,4),
           profit_effect DECIMAL(18,4))"""
    )
    for customer, day, amount in events:
        engine.execute("INSERT INTO ledger_events VALUES (?, ?, ?, ?)", [customer, day, -amount, -amount])
    engine.execute(
        "CREATE TABLE ledger_reconciliation AS SELECT 'Net revenue' AS check_name, 0.00 AS difference, NULL AS explanation"
    )
    return engine


VALUES = """customer_id VARCHAR, orders INTEGER, frequency INTEGER, recency_days INTEGER, T_days INTEGER,
    days_since_last INTEGER, past_revenue DECIMAL(18,2), p_alive DOUBLE, orders_mean DOUBLE, revenue_mean DOUBLE,
    revenue_low DOUBLE, revenue_high DOUBLE, value_mean DOUBLE, value_low DOUBLE, value_high DOUBLE, segment VARCHAR"""


def write_values(engine, customers, table="values_customers"):
    """Customers as dictionaries; what is not said is worked out plainly."""
    rows = []
    for c in customers:
        revenue = c.get("revenue_mean", c["orders_mean"] * c.get("price", 50.0))
        value = c.get("value_mean", revenue * c.get("share", 1.0))
        x = c.get("frequency", 1)
        rows.append([
            c["id"], c.get("orders", x + 1), x, c.get("recency", 30 * x), c.get("T", 200), c.get("since", 40),
            c.get("past", 50.0 * (x + 1)), c.get("p_alive", 0.7), c["orders_mean"], round(revenue, 2), 0.0,
            2 * revenue, round(value, 2), 0.0, 2 * value, c.get("segment"),
        ])  # fmt: skip
    engine.execute(f"CREATE OR REPLACE TABLE {table} ({VALUES})")
    if table == "values_customers":
        engine.execute("CREATE OR REPLACE VIEW customer_value AS SELECT * FROM values_customers")
    columns = {name: np.array([row[i] for row in rows], dtype=object) for i, name in enumerate(_names())}
    kinds = {"customer_id": object}
    typed = {n: v.astype(kinds.get(n, float)) if n != "segment" else _texts(v) for n, v in columns.items()}
    if rows:
        engine.append(table, typed)


def _days(dates):
    return np.array(dates, dtype="datetime64[D]").astype(np.int32)


def _names():
    return [part.split()[0] for part in VALUES.replace("DECIMAL(18,2)", "DECIMAL").split(",")]


def _texts(values):
    return np.ma.array(np.array([v or "" for v in values], dtype=object), mask=[v is None for v in values])


def write_weeks(engine, start, expected, revenue_per_order=50.0):
    weeks = np.arange(1, len(expected) + 1)
    days = _days([start + timedelta(days=7 * int(w - 1)) for w in weeks])
    said = np.asarray(expected, dtype=float)
    engine.write("raw_weeks", {"week": weeks, "d": days, "o": said, "r": said * revenue_per_order})
    engine.execute(
        """CREATE OR REPLACE TABLE values_weeks AS SELECT week::INTEGER AS week, DATE '1970-01-01' + d AS week_start,
           o AS expected_orders, r AS expected_revenue FROM raw_weeks"""
    )


def write_previous(folder: Path, customers, *, as_of=START, past=0.0, **changes):
    """A published version as far as monitoring reads it."""
    (folder / "tables").mkdir(parents=True)
    engine = DuckDB(threads=1)
    write_values(engine, customers)
    engine.to_parquet("SELECT * FROM values_customers", folder / "customer_value.parquet")
    engine.to_parquet(
        f"SELECT CAST({past} AS DECIMAL(38,4)) AS net_revenue", folder / "tables/ledger_customers.parquet"
    )
    engine.close()
    said = {"as_of": as_of.isoformat(), "horizon_days": 364, "currency": "EUR", "basis": "revenue", "discount": 0.0}
    said |= {"model": {"chosen": "BG/NBD + Gamma-Gamma"}} | changes
    (folder / "run.json").write_text(json.dumps(said))
    return folder


def facts(**changes):
    return replace(FACTS, **changes)


def now(**changes):
    return replace(NOW, **changes)
