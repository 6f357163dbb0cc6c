"""The ``backtest_`` tables: made empty, then filled when there is something to prove on."""

from lifeworth.backtest import measures
from lifeworth.backtest.league import Floats, Question, Row
from lifeworth.backtest.tracking import Tracking
from lifeworth.store.engine import Engine

_TABLES = {
    "backtest_league": """model VARCHAR, cut DATE, horizon_days INTEGER, customers BIGINT, actual_total DOUBLE,
        predicted_total DOUBLE, total_low DOUBLE, total_high DOUBLE, bias DOUBLE, gini DOUBLE, spearman DOUBLE,
        mae DOUBLE, rmse DOUBLE, coverage DOUBLE, coverage_zero DOUBLE, winner BOOLEAN""",
    "backtest_tracking": """week_start DATE, week INTEGER, phase VARCHAR, actual_orders DOUBLE,
        predicted_orders DOUBLE, predicted_low DOUBLE, predicted_high DOUBLE""",
    "backtest_deciles": """decile INTEGER, customers BIGINT, predicted_mean DOUBLE, actual_mean DOUBLE,
        predicted_total DOUBLE, actual_total DOUBLE""",
    "backtest_proof": """cut DATE, horizon_days INTEGER, customers BIGINT, measured VARCHAR, actual_total DOUBLE,
        predicted_total DOUBLE, predicted_low DOUBLE, predicted_high DOUBLE, bias DOUBLE, coverage DOUBLE,
        coverage_zero DOUBLE, sample BIGINT, weeks_inside INTEGER, weeks INTEGER, winner VARCHAR, verdict VARCHAR""",
    "backtest_absent": "reason VARCHAR",
}


def make_empty(engine: Engine) -> None:
    """Every table of the room, without rows."""
    for name, columns in _TABLES.items():
        engine.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")


def write_absent(engine: Engine, reason: str) -> None:
    """Why nothing could be proved."""
    _insert(engine, "backtest_absent", [reason])


def write_league(engine: Engine, league: list[Row], winner: Row) -> None:
    """One row a method, ours first."""
    for row in league:
        _insert(engine, "backtest_league", [*row.values(), row is winner])


def write_deciles(engine: Engine, actual: Floats, predicted: Floats) -> None:
    """Customers in ten groups by prediction."""
    for decile in measures.deciles(actual, predicted):
        _insert(engine, "backtest_deciles", list(decile))


def write_tracking(engine: Engine, tracking: Tracking) -> None:
    """One row a week."""
    for week, start in enumerate(tracking.week_start):
        phase = "holdout" if tracking.is_holdout[week] else "fit"
        numbers = [float(a[week]) for a in (tracking.actual, tracking.predicted, tracking.low, tracking.high)]
        _insert(engine, "backtest_tracking", [start, week + 1, phase, *numbers])


def write_proof(
    engine: Engine, question: Question, ours: Row, sample: int, weeks: tuple[int, int], winner: str, verdict: str
) -> None:
    """The one row everybody quotes; ``weeks`` are those inside the band and all held out."""
    _, _, _, customers, actual, predicted, low, high, bias, *_, coverage, coverage_zero = ours.values()
    _insert(
        engine,
        "backtest_proof",
        [
            question.cut,
            question.horizon_days,
            customers,
            question.measured,
            actual,
            predicted,
            low,
            high,
            bias,
            coverage,
            coverage_zero,
            sample,
            *weeks,
            winner,
            verdict,
        ],
    )


def _insert(engine: Engine, table: str, values: list[object]) -> None:
    engine.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
