"""The files a person receives, written aside before they are published."""

from pathlib import Path

from lifeworth import insight
from lifeworth.contract.customer_value import CUSTOMER_VALUE
from lifeworth.ledger.tables import text
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
    "values_leads",
    *(table.name for table in insight.TABLES),
    "monitoring_matured",
    "monitoring_cusum",
    "monitoring_stability",
    "monitoring_bridge",
    "monitoring_gates",
)

CUSTOMER_MONEY = tuple(
    f"{measure}_{part}"
    for measure in ("revenue", "value", "residual_value", "lifetime_value")
    for part in ("mean", "low", "high")
)
# A row per customer, by customer already as they are written: to sort a million rows again takes seconds.
KEPT_IN_ORDER = (
    "ledger_customers",
    "segments_customers",
    "personas_customers",
    "experiments_customers",
    "retention_customers",
)


def write_exports(engine: Engine, folder: Path) -> None:
    """Write ``customer_value``, ``rejected.csv`` and every other published table."""
    _write(
        engine,
        f"SELECT {', '.join(CUSTOMER_VALUE.names)} FROM customer_value",
        folder / "customer_value",
        guarded=("customer_id",),
        money=CUSTOMER_MONEY,
    )
    rejected = "SELECT * FROM sources_rejected ORDER BY file, line, reason"
    engine.to_csv(_guard(engine, rejected, ("file", "reason", "content")), folder / "rejected.csv")
    (folder / "tables").mkdir(mode=0o700)
    for table in TABLES:
        texts = tuple(name for name, kind in engine.columns(table).items() if kind == "VARCHAR")
        if table not in KEPT_IN_ORDER:
            engine.execute(f'CREATE OR REPLACE TABLE in_order AS SELECT * FROM "{table}" ORDER BY ALL')
        source = table if table in KEPT_IN_ORDER else "in_order"
        _write(engine, f'SELECT * FROM "{source}"', folder / "tables" / table, guarded=texts)
    engine.execute("DROP TABLE in_order")


def _write(engine: Engine, sql: str, path: Path, guarded: tuple[str, ...], money: tuple[str, ...] = ()) -> None:
    """As parquet, and the same as text; in text, amounts have two digits."""
    parquet = path.with_suffix(".parquet")
    engine.to_parquet(sql, parquet)
    amounts = ", ".join(f'CAST("{name}" AS DECIMAL(18,2)) AS "{name}"' for name in money)
    replaced = f"REPLACE ({amounts})" if money else ""
    same = f"SELECT * {replaced} FROM read_parquet({text(str(parquet))})"
    engine.to_csv(_guard(engine, same, guarded), path.with_suffix(".csv"))


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
