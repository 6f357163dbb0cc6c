"""The table ``backtest_diagnostics``."""

from collections.abc import Sequence
from math import isfinite

from lifeworth.backtest.diagnostics.finding import Finding
from lifeworth.store.engine import Engine

_TABLE = """CREATE OR REPLACE TABLE backtest_diagnostics (name VARCHAR, statistic DOUBLE, p_value DOUBLE,
    size_of_effect DOUBLE, warns BOOLEAN, sentence VARCHAR)"""


def write_diagnostics(engine: Engine, findings: Sequence[Finding]) -> None:
    """One row a test; figures are empty where nothing could be tested."""
    engine.execute(_TABLE)
    for each in findings:
        figures = [number if isfinite(number) else None for number in (each.statistic, each.p_value)]
        size = each.size_of_effect if isfinite(each.size_of_effect) else None
        engine.execute(
            "INSERT INTO backtest_diagnostics VALUES (?, ?, ?, ?, ?, ?)",
            [each.name, *figures, size, each.warns, each.sentence],
        )
