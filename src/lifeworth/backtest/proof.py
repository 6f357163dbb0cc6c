"""A first proof inside every run: go back, forecast, and hold it against what came.

The last stretch of the given history is held out; models see only what was known before it; two simple
rivals forecast the same customers. When a rival wins, the verdict says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest import measures, rivals
from lifeworth.backtest.league import OURS, Contestant, Question, Row, best, score, surprise, verdict
from lifeworth.backtest.tables import (
    make_empty,
    write_absent,
    write_deciles,
    write_league,
    write_proof,
    write_tracking,
)
from lifeworth.backtest.tracking import Tracking, track
from lifeworth.models.forecast import BaseForecast, CustomerForecast, CustomerHistory, Forecaster, Terms
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

MIN_HISTORY_DAYS = 84
MIN_CUSTOMERS = 20
MIN_REPEATS = 10
SAMPLE = 50_000
HISTORIES = "backtest_histories"


@dataclass(frozen=True)
class Proof:
    """What the river needs to know of the proof; the figures stand in the ``backtest_`` tables.

    ``bias`` is in percent. ``surprise`` is the relative spread that the total's error had beyond its range.
    """

    verdict: str
    winner: str | None
    bias: float | None
    surprise: float = 0.0


def prove(
    engine: Engine,
    *,
    first_day: date,
    as_of: date,
    horizon_days: int,
    level: float,
    in_profit: bool,
    seed: int,
    threads: int,
    fast: bool,
    build_histories: Callable[[Engine, date, str], None],
    tell: Callable[[str], None] | None = None,
) -> Proof:
    """Hold out the last stretch, forecast it from the rest, write the ``backtest_`` tables.

    ``build_histories(engine, cut, table)`` is the ledger's own, so that the past is seen through the same
    eyes as the present.
    """
    make_empty(engine)
    days = (as_of - first_day).days
    held = min(horizon_days, days // 3)
    if days < MIN_HISTORY_DAYS:
        return _absent(
            engine,
            f"The history spans {days} {'day' if days == 1 else 'days'}; a proof needs at least {MIN_HISTORY_DAYS}.",
        )
    question = Question(as_of - timedelta(days=held), held, level, in_profit)
    build_histories(engine, question.cut, HISTORIES)
    columns = engine.arrays(f'SELECT * EXCLUDE (customer_id) FROM "{HISTORIES}"')
    history = CustomerHistory.from_columns({k: np.ma.filled(v, 0) for k, v in columns.items() if k in _USED})
    if len(history) < MIN_CUSTOMERS or history.frequency.sum() < MIN_REPEATS:
        return _absent(
            engine,
            f"Too little was known on {question.cut} to prove anything on: customers {len(history):,}, "
            f"repeat purchases {int(history.frequency.sum()):,}.",
        )
    forecaster = Forecaster(seed=seed, threads=threads, fast=fast).fit(history)
    actual = _realised(engine, question.cut, question.end, in_profit)
    ours = _forecast(forecaster, history, question, actual, tell)
    before = _realised(engine, question.cut - timedelta(days=held), question.cut, in_profit)
    money = history.profit if in_profit else history.revenue
    field = [
        ours,
        Contestant("rate so far", rivals.rate_so_far(money, history.T_days, held)),
        Contestant("last stretch", rivals.last_stretch(before)),
    ]
    league = [score(contestant, actual, question) for contestant in field]
    write_deciles(engine, actual, ours.predicted)
    tracking = track(engine, forecaster, HISTORIES, first_day, question.cut, question.end)
    return _conclude(engine, question, league, tracking)


def _conclude(engine: Engine, question: Question, league: list[Row], tracking: Tracking | None) -> Proof:
    winner = best(league)
    said = verdict(question, league, winner)
    weeks = (0, 0)
    if tracking is not None:
        write_tracking(engine, tracking)
        weeks = tracking.weeks_inside()
    write_league(engine, league, winner)
    write_proof(engine, question, league[0], min(league[0].customers, SAMPLE), weeks, winner.model, said)
    bias = league[0].bias if np.isfinite(league[0].bias) else None
    return Proof(said, winner.model, bias, surprise(league[0], question.level))


def _absent(engine: Engine, reason: str) -> Proof:
    write_absent(engine, reason)
    return Proof(reason, None, None)


_USED = frozenset(CustomerHistory.__dataclass_fields__)


def _realised(engine: Engine, start: date, end: date, in_profit: bool) -> Floats:
    """What each customer of the histories brought from ``start`` until before ``end``, in their order."""
    sale, later = ("profit_sale", "profit_effect") if in_profit else ("net_sale", "revenue_effect")
    rows = engine.arrays(
        f"""
        WITH money AS (
            SELECT customer_id, {sale} AS amount FROM ledger_orders
            WHERE ordered_on >= $start AND ordered_on < $end
            UNION ALL
            SELECT customer_id, {later} FROM ledger_events
            WHERE happened_on >= $start AND happened_on < $end AND customer_id IS NOT NULL
        ), by_customer AS (SELECT customer_id, sum(amount) AS amount FROM money GROUP BY ALL)
        SELECT CAST(coalesce(m.amount, 0) AS DOUBLE) AS amount
        FROM "{HISTORIES}" h LEFT JOIN by_customer m USING (customer_id) ORDER BY h.customer_id
        """,
        {"start": start, "end": end},
    )
    return np.ma.filled(rows["amount"], 0.0).astype(np.float64)


def _forecast(
    forecaster: Forecaster,
    history: CustomerHistory,
    question: Question,
    actual: Floats,
    tell: Callable[[str], None] | None,
) -> Contestant:
    """Our own forecast; ranges on a sample of at most 50,000 customers, spread evenly."""
    terms = Terms(question.horizon_days, question.level, discount=0.0, in_profit=question.in_profit, beyond=False)
    among = np.unique(np.linspace(0, len(history) - 1, min(len(history), SAMPLE)).astype(np.intp))
    customers, base = forecaster.predict(terms, among=among, tell=tell)
    low, high = base.interval("value", question.level)
    covered = measures.coverage(actual[among], customers.low["value"], customers.high["value"])
    predicted = customers.mean["value"]
    if len(among) < len(history):
        predicted = forecaster.expected_value(terms)
        low, high = _range_of_all(float(predicted.sum()), len(history) / len(among), customers, base, question.level)
    return Contestant(OURS, predicted, low, high, *covered)


def _range_of_all(
    total: float, times: float, sample: CustomerForecast, base: BaseForecast, level: float
) -> tuple[float, float]:
    """Range of everybody's sum from an even sample: own chance grows with the root of the number, shared with it."""
    reach = NormalDist().inv_cdf((1 + level) / 2)
    spread = np.sqrt(times * (sample.value_sd**2).sum() + (base.shared_spread * total) ** 2)
    return float(total - reach * spread), float(total + reach * spread)
