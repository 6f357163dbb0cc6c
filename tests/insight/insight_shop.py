"""Two shops for the rooms of insight: one valued by the river itself, one of a few customers written down by hand."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from lifeworth.contract.registry import create_tables
from lifeworth.insight.ground import Frame, create, lay_ground
from lifeworth.insight.rooms import TABLES
from lifeworth.refresh.request import Request
from lifeworth.refresh.stages import Stages
from lifeworth.refresh.understanding import understand
from lifeworth.refresh.valuing import frame, value_everybody
from lifeworth.settings import Settings
from lifeworth.store.duckdb.engine import DuckDB

AS_OF = date(2025, 7, 1)

CUSTOMER = {
    "orders": 3, "frequency": 2, "recency_days": 200, "T_days": 400, "days_since_last": 50, "gap": 100.0,
    "order_value": 50.0, "first_order_at": None, "last_order_at": None, "past_revenue": 150.0, "past_profit": 60.0,
    "returned_share": 0.0, "tickets": 0, "p_alive": 0.8, "orders_mean": 1.5, "revenue_mean": 75.0,
    "value_mean": 30.0, "value_low": 0.0, "value_high": 60.0, "value_sd": 20.0, "residual_value_mean": 90.0,
    "next_order_mean": None, "next_order_low": None, "next_order_high": None, "evidence": "C", "channel": "search",
    "country": "DE", "acquisition_cost": 0.0, "acquisition_basis": "missing", "first_order_id": None,
    "consent_email": None, "consent_ads": None,
}  # fmt: skip

_TYPES = """customer_id VARCHAR, orders INTEGER, frequency INTEGER, recency_days INTEGER, T_days INTEGER,
  days_since_last INTEGER, gap DOUBLE, order_value DOUBLE, first_order_at DATE, last_order_at DATE,
  past_revenue DECIMAL(18,2), past_profit DECIMAL(18,2), returned_share DOUBLE, tickets INTEGER, p_alive DOUBLE,
  orders_mean DOUBLE, revenue_mean DOUBLE, value_mean DOUBLE, value_low DOUBLE, value_high DOUBLE, value_sd DOUBLE,
  residual_value_mean DOUBLE, next_order_mean DATE, next_order_low DATE, next_order_high DATE, evidence VARCHAR,
  channel VARCHAR, country VARCHAR, acquisition_cost DECIMAL(18,4), acquisition_basis VARCHAR, first_order_id VARCHAR,
  consent_email BOOLEAN, consent_ads BOOLEAN"""

_LEDGER = (
    "CREATE TABLE ledger_keys (customer_key INTEGER, customer_id VARCHAR)",
    """CREATE TABLE ledger_days (customer_key INTEGER, day DATE, orders INTEGER, gross DECIMAL(18,4), discount DECIMAL(18,4),
       shipping_charged DECIMAL(18,4), goods_cost DECIMAL(18,4), payment_fee DECIMAL(18,4), fulfilment DECIMAL(18,4),
       shipping_cost DECIMAL(18,4), commission DECIMAL(18,4))""",
    """CREATE TABLE ledger_orders (order_id VARCHAR, customer_id VARCHAR, ordered_on DATE, channel VARCHAR, country VARCHAR,
       gross DECIMAL(18,4), discount DECIMAL(18,4), shipping_charged DECIMAL(18,4), net_sale DECIMAL(18,4),
       goods_cost DECIMAL(18,4), payment_fee DECIMAL(18,4), fulfilment DECIMAL(18,4), shipping_cost DECIMAL(18,4),
       commission DECIMAL(18,4), profit_sale DECIMAL(18,4))""",
    """CREATE TABLE ledger_events (order_id VARCHAR, customer_id VARCHAR, order_day DATE, happened_on DATE, kind VARCHAR,
       revenue_effect DECIMAL(18,4), goods_effect DECIMAL(18,4), cost DECIMAL(18,4), profit_effect DECIMAL(18,4),
       basis VARCHAR, matched BOOLEAN)""",
)


def small_shop(customers, **framed):
    """An engine and a frame with ``insight_customers`` as written: dictionaries that change :data:`CUSTOMER`."""
    engine = DuckDB(threads=1)
    create_tables(engine)
    for sql in _LEDGER:
        engine.execute(sql)
    engine.execute(f"CREATE TABLE insight_customers ({_TYPES})")
    for place, changes in enumerate(customers):
        row = CUSTOMER | {"customer_id": f"C{place:04d}"} | changes
        row["last_order_at"] = row["last_order_at"] or AS_OF - timedelta(days=row["days_since_last"])
        row["first_order_at"] = row["first_order_at"] or AS_OF - timedelta(days=row["T_days"])
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        engine.execute(f"INSERT INTO insight_customers ({names}) VALUES ({marks})", list(row.values()))
        engine.execute("INSERT INTO ledger_keys VALUES (?, ?)", [place + 1, row["customer_id"]])
    create(engine, *TABLES)
    return engine, plain_frame(**framed)


def plain_frame(**changes):
    usual = {
        "as_of": AS_OF, "first_day": date(2023, 1, 1), "horizon_days": 365, "interval_level": 0.8, "discount": 0.1,
        "currency": "EUR", "in_profit": True, "shared_spread": 0.05, "seed": 1,
    }  # fmt: skip
    return Frame(**(usual | changes))


def sell(engine, customer_key, day, amount, **costs):
    """One purchase day in the books."""
    rest = [costs.get(name, 0) for name in ("goods_cost", "payment_fee", "fulfilment", "shipping_cost", "commission")]
    engine.execute(
        "INSERT INTO ledger_days VALUES (?, ?, 1, ?, 0, 0, ?, ?, ?, ?, ?)", [customer_key, day, amount, *rest]
    )


def valued(files, folder: Path, *, settings=None, as_of=None, horizon_days=365, fast=True, threads=1, seed=1):
    """Engine and frame of a shop that went through the river up to insight, the ground laid, every room's table empty."""
    request = Request(
        tuple(files), folder / "out", settings or Settings(), as_of=as_of, horizon_days=horizon_days, fast=fast,
        threads=threads, seed=seed,
    )  # fmt: skip
    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    engine = DuckDB(threads=threads)
    stages = Stages(quiet=True)
    known = understand(engine, request, stages, work)
    found = frame(request, value_everybody(engine, request, known, work, stages), None)
    lay_ground(engine, found)
    create(engine, *TABLES)
    return engine, found


def deal(count, seed=1):
    """A generator of its own for each test."""
    return np.random.default_rng([seed, count])
