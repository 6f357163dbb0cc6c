"""The files a person receives, written aside before they are published."""

from pathlib import Path

from lifeworth.contract.customer_value import CUSTOMER_VALUE
from lifeworth.store.engine import Engine

TABLES = (
    "sources_files",
    "sources_reasons",
    "ledger_facts",
    "ledger_coverage",
    "ledger_waterfall",
    "ledger_reconciliation",
    "ledger_unreconciled",
    "ledger_customers",
    "backtest_proof",
    "backtest_absent",
    "backtest_league",
    "backtest_groups",
    "backtest_weights",
    "backtest_dropped",
    "backtest_tracking",
    "backtest_deciles",
    "backtest_total",
    "backtest_diagnostics",
    "backtest_leaks",
    "values_weeks",
    "values_newcomers",
    "monitoring_matured",
    "monitoring_cusum",
    "monitoring_stability",
    "monitoring_bridge",
    "monitoring_gates",
)


def write_exports(engine: Engine, folder: Path) -> None:
    """Write ``customer_value``, ``rejected.csv`` and every other published table."""
    _write(
        engine,
        f"SELECT {', '.join(CUSTOMER_VALUE.names)} FROM values_customers",
        folder / "customer_value",
        guarded=("customer_id",),
    )
    rejected = "SELECT * FROM sources_rejected ORDER BY file, line, reason"
    engine.to_csv(_guard(engine, rejected, ("file", "reason", "content")), folder / "rejected.csv")
    (folder / "tables").mkdir(mode=0o700)
    for table in TABLES:
        texts = tuple(name for name, kind in engine.columns(table).items() if kind == "VARCHAR")
        order = "customer_id" if table == "ledger_customers" else "ALL"
        engine.execute(f'CREATE TABLE in_order AS SELECT * FROM "{table}" ORDER BY {order}')
        _write(engine, "SELECT * FROM in_order", folder / "tables" / table, guarded=texts)
        engine.execute("DROP TABLE in_order")


def _write(engine: Engine, sql: str, path: Path, guarded: tuple[str, ...]) -> None:
    engine.to_parquet(sql, path.with_suffix(".parquet"))
    engine.to_csv(_guard(engine, sql, guarded), path.with_suffix(".csv"))


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def _guard(engine: Engine, sql: str, columns: tuple[str, ...]) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers."""
    if not columns:
        return sql
    found = ", ".join(f"coalesce(bool_or({_risky(name)}), false)" for name in columns)
    [flags] = engine.rows(f"SELECT {found} FROM ({sql})")
    replaced = [
        f"""CASE WHEN {_risky(name)} THEN '''' || "{name}" ELSE "{name}" END AS "{name}" """
        for name, risky in zip(columns, flags, strict=True)
        if risky
    ]
    return f"SELECT * REPLACE ({', '.join(replaced)}) FROM ({sql})" if replaced else sql


def _risky(column: str) -> str:
    starts = ", ".join(f"'{start}'" for start in FORMULA_STARTS)
    return f"""substr("{column}", 1, 1) IN ({starts})"""
