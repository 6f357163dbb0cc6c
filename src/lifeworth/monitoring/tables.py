"""The ``monitoring_`` tables: made empty, then filled where there is something to compare."""

from collections.abc import Iterable, Sequence

from lifeworth.store.engine import Engine

TABLES = {
    "monitoring_matured": """run_id VARCHAR, made_on DATE, horizon_days INTEGER, days_passed INTEGER, whole BOOLEAN,
        measure VARCHAR, predicted DOUBLE, predicted_low DOUBLE, predicted_high DOUBLE, actual DOUBLE, ratio DOUBLE,
        ranges_judged BIGINT, coverage DOUBLE, coverage_low DOUBLE, coverage_high DOUBLE, state VARCHAR, said VARCHAR""",
    "monitoring_cusum": """run_id VARCHAR, made_on DATE, week INTEGER, week_start DATE, predicted_purchases DOUBLE,
        actual_purchases DOUBLE, sigma DOUBLE, z DOUBLE, upper_sum DOUBLE, lower_sum DOUBLE, alarm VARCHAR""",
    "monitoring_stability": """measure VARCHAR, kind VARCHAR, customers_before BIGINT, customers_now BIGINT, psi DOUBLE,
        p_value DOUBLE, state VARCHAR, said VARCHAR""",
    "monitoring_bridge": "step INTEGER, part VARCHAR, amount DECIMAL(38,2), customers BIGINT, said VARCHAR",
    "monitoring_gates": """gate VARCHAR, state VARCHAR, found VARCHAR, threshold VARCHAR, said VARCHAR,
        remedy VARCHAR""",
}


def make_empty(engine: Engine) -> None:
    """Every table of the room, without rows."""
    for name, columns in TABLES.items():
        engine.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")


def insert(engine: Engine, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Add rows, each in the table's column order."""
    for row in rows:
        engine.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row))
