"""Shops small enough to reckon by hand, kept as rows per table."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lifeworth import ledger
from lifeworth.contract.registry import create_tables
from lifeworth.settings import CostRule, Settings
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import Engine

Shop = Mapping[str, Sequence[Mapping[str, Any]]]

MARGIN = Settings(costs=[CostRule(cost="margin", rate=Decimal("0.5"))])

DEFAULTS: dict[str, dict[str, Any]] = {
    "orders": {"currency": "EUR", "gross": 0, "discount": 0, "shipping_charged": 0, "tax": 0, "file_no": 1},
    "order_lines": {"kind": "goods", "quantity": 1, "line_no": 1},
    "refunds": {"kind": "refund", "currency": "EUR", "date_is_known": True, "file_no": 1},
    "products": {},
    "customers": {},
    "service": {},
    "touches": {},
}
DAY = {
    "orders": "ordered_on",
    "refunds": "refunded_on",
    "service": "opened_on",
    "touches": "touched_on",
}


def books(shop: Shop, settings: Settings = MARGIN, as_of: date | None = None) -> Engine:
    """The books of a shop, kept and, when a day is given, closed."""
    engine = DuckDB(threads=1)
    create_tables(engine)
    for table, rows in shop.items():
        _insert(engine, table, [_completed(table, DEFAULTS[table] | dict(row)) for row in rows])
    ledger.keep_books(engine, settings)
    if as_of:
        ledger.close_books(engine, as_of)
    return engine


def _completed(table: str, row: dict[str, Any]) -> dict[str, Any]:
    if table == "orders":
        row.setdefault("ordered_at", row["ordered_on"])
    if table == "refunds":
        row.setdefault("refunded_at", row["refunded_on"])
    return row


def _insert(engine: Engine, table: str, rows: Sequence[dict[str, Any]]) -> None:
    names = sorted({name for row in rows for name in row})
    if rows:
        marks = ", ".join(f"({', '.join('?' for _ in names)})" for _ in rows)
        values = [row.get(name) for row in rows for name in names]
        engine.execute(f"INSERT INTO sources_{table} ({', '.join(names)}) VALUES {marks}", values)


def until(shop: Shop, cut: date) -> Shop:
    """The shop as it was before a day: everything that happened on it or later is gone."""
    kept = {table: [row for row in rows if table not in DAY or row[DAY[table]] < cut] for table, rows in shop.items()}
    orders = {row["order_id"] for row in kept["orders"]}
    if "order_lines" in kept:
        kept["order_lines"] = [row for row in kept["order_lines"] if row["order_id"] in orders]
    return kept


def table_of(engine: Engine, table: str) -> dict[str, dict[str, Any]]:
    """Every customer's row by customer id, without the key."""
    rows = engine.records(f"SELECT k.customer_id, t.* FROM {table} t JOIN ledger_keys k USING (customer_key)")
    return {row.pop("customer_id"): {n: v for n, v in row.items() if n != "customer_key"} for row in rows}
