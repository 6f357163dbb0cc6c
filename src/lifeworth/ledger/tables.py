"""Writing SQL text: named tables, views and literals."""

from datetime import date
from decimal import Decimal

from lifeworth.store.engine import Engine

MONEY = "DECIMAL(18,4)"
TOTAL = "DECIMAL(38,4)"


def make_table(engine: Engine, name: str, sql: str) -> None:
    """Create or replace a table by a query."""
    engine.execute(f"CREATE OR REPLACE TABLE {name} AS {sql}")


def make_view(engine: Engine, name: str, sql: str) -> None:
    """Create or replace a view by a query."""
    engine.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")


def drop(engine: Engine, *tables: str) -> None:
    """Remove tables that were steps on the way."""
    for table in tables:
        engine.execute(f"DROP TABLE IF EXISTS {table}")


def drop_table_or_view(engine: Engine, name: str) -> None:
    """Remove what an earlier run made of a name that may be either."""
    sql = "SELECT table_type FROM information_schema.tables WHERE table_name = ?"
    for (kind,) in engine.rows(sql, [name]):
        engine.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {name}")


def has_rows(engine: Engine, table: str, where: str = "TRUE") -> bool:
    """Whether a table has at least one row of a kind."""
    return bool(engine.value(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {where})"))


def with_money(engine: Engine, table: str, columns: tuple[str, ...]) -> frozenset[str]:
    """The columns that hold anything other than zero; the rest need not be added up."""
    return frozenset(column for column in columns if has_rows(engine, table, f"{column} <> 0"))


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def day(value: date) -> str:
    """A date literal."""
    return f"DATE '{value.isoformat()}'"


def money(value: Decimal) -> str:
    """An amount as a literal with four decimals."""
    return f"{value:.4f}::{MONEY}"


def share(value: Decimal) -> str:
    """A rate as a literal with ten decimals."""
    return f"{value:.10f}::DECIMAL(12,10)"


def part(amount: str, rate: Decimal) -> str:
    """A share of an amount, exact and rounded to four decimals.

    The product stays within 64 bits wherever it can: the engine divides wider numbers fifty times slower.
    """
    digits = max(-int(rate.normalize().as_tuple().exponent), 0)
    if digits > 10:
        return part(amount, rate.quantize(Decimal(10) ** -10))
    literal = f"{rate:f}::DECIMAL({digits + 1},{digits})"
    wide = f"CAST(({amount}) * {literal} AS {MONEY})"
    return f"COALESCE(CAST(TRY_CAST({amount} AS DECIMAL({17 - digits},4)) * {literal} AS {MONEY}), {wide})"
