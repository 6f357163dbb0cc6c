"""Tiny tables in, tiny tables out: what the specs of the ledger are written in.

A table is its name on a line of its own, a header row and data rows, cells apart by ``|``; ``-`` is empty.
"""

import tomllib
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lifeworth import ledger
from lifeworth.contract.registry import create_tables
from lifeworth.settings import Settings
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import Engine

DEFAULTS = {
    "orders": {
        "currency": "EUR",
        "gross": "0",
        "discount": "0",
        "shipping_charged": "0",
        "tax": "0",
        "file_no": "1",
    },
    "order_lines": {"kind": "goods", "quantity": "1", "line_no": "1"},
    "refunds": {"kind": "refund", "currency": "EUR", "date_is_known": "true", "file_no": "1"},
    "products": {"currency": "EUR"},
    "spend": {"purpose": "acquire", "currency": "EUR"},
}


def cells(row: str) -> list[str | None]:
    return [None if cell.strip() == "-" else cell.strip() for cell in row.split("|")]


Rows = list[dict[str, Any]]


def tables(text: str) -> list[tuple[str, Rows]]:
    """Each table with its rows; a line without ``|`` begins a table, the next one is its header."""
    found: list[tuple[str, Rows]] = []
    header: list[str | None] | None = None
    for line in filter(None, map(str.strip, text.splitlines())):
        if "|" not in line:
            found.append((line, []))
            header = None
        elif header is None:
            header = cells(line)
        else:
            found[-1][1].append(dict(zip(header, cells(line), strict=True)))
    return found


def fill(engine: Engine, shop: list[tuple[str, Rows]]) -> None:
    """Give the engine the shop's sources, everything else empty."""
    create_tables(engine)
    for table, rows in shop:
        if rows:
            full = [_completed(table, row) for row in rows]
            marks = ", ".join(f"({', '.join('?' for _ in full[0])})" for _ in full)
            values = [row[column] for row in full for column in full[0]]
            engine.execute(f"INSERT INTO sources_{table} ({', '.join(full[0])}) VALUES {marks}", values)


def _completed(table: str, row: dict[str, Any]) -> dict[str, Any]:
    row = DEFAULTS.get(table, {}) | row
    if table == "orders":
        row.setdefault("ordered_at", row["ordered_on"])
    if table == "refunds":
        row.setdefault("refunded_at", row["refunded_on"])
        row.setdefault("refund_id", "R")
    return row


def settings(toml: str = "") -> Settings:
    return Settings(**tomllib.loads(toml))


def books(given: str, rules: str = "", as_of: str = "2030-01-01", engine: Engine | None = None) -> Engine:
    """The books of a tiny shop, kept and closed."""
    engine = engine or DuckDB(threads=1)
    fill(engine, tables(given))
    ledger.keep_books(engine, settings(rules))
    ledger.close_books(engine, date.fromisoformat(as_of))
    return engine


def shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        value = Decimal(repr(round(value, 6)))
    if isinstance(value, Decimal):
        text = f"{value:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def expect(engine: Engine, expected: str) -> None:
    """Every table named holds exactly these rows, in the columns named."""
    for name, rows in tables(expected):
        columns = ", ".join(rows[0])
        table, _, where = name.partition(" where ")
        found = engine.rows(f"SELECT {columns} FROM {table} {f'WHERE {where}' if where else ''}")
        ours = sorted([shown(value) for value in row] for row in found)
        theirs = sorted([shown(value) for value in row.values()] for row in rows)
        assert ours == theirs, f"{name}\n{columns}\n" + "\n".join(map(str, ours))


def add_up(engine: Engine, as_of: date) -> None:
    """Customers = orders + events = waterfall, and nothing differs from the sources without its rows."""
    moment = f"DATE '{as_of}'"
    by_customer = engine.value("SELECT COALESCE(sum(profit), 0) FROM ledger_customers")
    by_order = engine.value(
        f"""SELECT (SELECT COALESCE(sum(profit_sale), 0) FROM ledger_orders WHERE ordered_on < {moment})
        + (SELECT COALESCE(sum(profit_effect), 0) FROM ledger_events
           WHERE happened_on < {moment} AND customer_id IS NOT NULL)"""
    )
    fall = "SELECT amount FROM ledger_waterfall WHERE step = 'Profit before winning customers'"
    assert by_customer == by_order == engine.value(fall)
    for name, difference, explanation in engine.rows(
        "SELECT check_name, difference, explanation FROM ledger_reconciliation"
    ):
        why = "SELECT COALESCE(sum(amount), 0) FROM ledger_unreconciled WHERE check_name = ?"
        assert engine.value(why, [name]) == difference, name
        assert explanation


def the_day_after(engine: Engine) -> date:
    last = ledger.last_day(engine)
    assert last is not None
    return last + timedelta(days=1)
