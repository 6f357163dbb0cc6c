"""The ``backtest_`` tables: made empty, then filled when there is something to prove on."""

from lifeworth.backtest import measures
from lifeworth.backtest.league import Floats, Question, Row
from lifeworth.backtest.tracking import Tracking
from lifeworth.store.engine import Engine

_TABLES = {
    "backtest_league": """model VARCHAR, kind VARCHAR, cut DATE, horizon_days INTEGER, customers BIGINT,
        actual_total DOUBLE, predicted_total DOUBLE, total_low DOUBLE, total_high DOUBLE, bias DOUBLE,
        bias_error DOUBLE, gini DOUBLE, gini_error DOUBLE, spearman DOUBLE, auc DOUBLE, top_decile DOUBLE, mae DOUBLE,
        rmse DOUBLE, crps DOUBLE, decision DOUBLE, coverage DOUBLE, coverage_zero DOUBLE, width DOUBLE,
        winner BOOLEAN""",
    "backtest_groups": """cut DATE, grouped_by VARCHAR, member VARCHAR, customers BIGINT, actual_total DOUBLE,
        predicted_total DOUBLE, bias DOUBLE, bias_error DOUBLE, coverage DOUBLE, coverage_zero DOUBLE, width DOUBLE""",
    "backtest_weights": "situation VARCHAR, model VARCHAR, weight DOUBLE",
    "backtest_dropped": "model VARCHAR, reason VARCHAR",
    "backtest_total": """factor DOUBLE, spread DOUBLE, last_year DOUBLE, returned DOUBLE, level DOUBLE,
        windows INTEGER""",
    "backtest_leaks": "column_name VARCHAR, kind VARCHAR, evidence VARCHAR, sentence VARCHAR",
    "backtest_tracking": """week_start DATE, week INTEGER, phase VARCHAR, actual_orders DOUBLE,
        predicted_orders DOUBLE, predicted_low DOUBLE, predicted_high DOUBLE""",
    "backtest_deciles": """decile INTEGER, customers BIGINT, predicted_mean DOUBLE, actual_mean DOUBLE,
        predicted_total DOUBLE, actual_total DOUBLE""",
    "backtest_proof": """cut DATE, horizon_days INTEGER, customers BIGINT, measured VARCHAR, actual_total DOUBLE,
        predicted_total DOUBLE, predicted_low DOUBLE, predicted_high DOUBLE, bias DOUBLE, coverage DOUBLE,
        coverage_zero DOUBLE, sample BIGINT, weeks_inside INTEGER, weeks INTEGER, winner VARCHAR, verdict VARCHAR,
        cuts INTEGER, kind VARCHAR""",
    "backtest_absent": "reason VARCHAR",
}


def make_empty(engine: Engine) -> None:
    """Every table of the room, without rows."""
    for name, columns in _TABLES.items():
        engine.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")


def write_absent(engine: Engine, reason: str) -> None:
    """Why nothing could be proved."""
    insert(engine, "backtest_absent", [reason])


def write_league(engine: Engine, league: list[Row], winner: str) -> None:
    """One row a method and cut; those of the method that is used are marked."""
    for row in league:
        insert(engine, "backtest_league", [*row.values(), row.model == winner])


def write_deciles(engine: Engine, actual: Floats, predicted: Floats) -> None:
    """Customers in ten groups by prediction."""
    for decile in measures.deciles(actual, predicted):
        insert(engine, "backtest_deciles", list(decile))


def write_tracking(engine: Engine, tracking: Tracking) -> None:
    """One row a week."""
    for week, start in enumerate(tracking.week_start):
        phase = "holdout" if tracking.is_holdout[week] else "fit"
        numbers = [float(a[week]) for a in (tracking.actual, tracking.predicted, tracking.low, tracking.high)]
        insert(engine, "backtest_tracking", [start, week + 1, phase, *numbers])


def write_proof(
    engine: Engine,
    question: Question,
    ours: Row,
    *,
    sample: int,
    weeks: tuple[int, int],
    winner: str,
    verdict: str,
    cuts: int,
    kind: str,
) -> None:
    """The one row everybody quotes; ``weeks`` are those inside the band and all held out."""
    told = dict(zip(Row.__dataclass_fields__, ours.values(), strict=True))
    named = ("actual_total", "predicted_total", "total_low", "total_high", "bias", "coverage", "coverage_zero")
    insert(
        engine,
        "backtest_proof",
        [
            question.cut,
            question.horizon_days,
            told["customers"],
            question.measured,
            *(told[name] for name in named),
            sample,
            *weeks,
            winner,
            verdict,
            cuts,
            kind,
        ],
    )


def insert(engine: Engine, table: str, values: list[object]) -> None:
    """One row."""
    engine.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
