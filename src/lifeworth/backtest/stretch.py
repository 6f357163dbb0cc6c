"""A past day seen with the eyes of that day, and what then came."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth import features
from lifeworth.models.forecast import CustomerHistory, Forecaster
from lifeworth.models.learned import Expectation, Known
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Histories = Callable[[Engine, date, str, str | None], None]

HISTORIES, FEATURES = "backtest_histories", "backtest_features"


@dataclass(frozen=True)
class Came:
    """What each customer brought in a stretch: (n,) purchase days, net revenue, and money in the run's basis."""

    orders: Floats
    revenue: Floats
    value: Floats

    @property
    def active(self) -> NDArray[np.bool_]:
        """Who brought or took any money."""
        return np.asarray((self.revenue != 0) | (self.value != 0))


@dataclass(frozen=True)
class Stretch:
    """Customers known at ``cut`` with what was known of them then.

    Attributes
    ----------
    forecaster : Forecaster
        Purchase and spend models fitted on what was known at the cut.
    known : Known or None
        Features, when learned models are wanted.
    came : Came or None
        What happened in the window; None for the day of the run itself.
    before : Came or None
        What the window before the cut brought; None where no rule asks for it.
    ids : (n,) texts
        The customers.
    """

    cut: date
    window_days: int
    history: CustomerHistory
    forecaster: Forecaster
    expected: Expectation
    alive: Floats
    known: Known | None
    came: Came | None
    before: Came | None
    in_profit: bool
    ids: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.history)

    @property
    def cohort(self) -> NDArray[np.int64]:
        """Months since each customer's first purchase: (n,)."""
        return np.asarray(self.history.T_days // 30, dtype=np.int64)

    @property
    def end(self) -> date:
        """First day after the window."""
        return self.cut + timedelta(days=self.window_days)

    def money(self, expectation: Expectation, in_profit: bool) -> Floats:
        """An expectation of orders and revenue as money in the run's basis."""
        if not in_profit:
            return expectation.revenue
        return self.forecaster.profit_.mean(expectation.orders, expectation.revenue)


def read_ids(engine: Engine) -> NDArray[np.object_]:
    """Customers of the histories being looked at."""
    return np.asarray(engine.arrays(f'SELECT customer_id FROM "{HISTORIES}"')["customer_id"], dtype=object)


def read_history(engine: Engine, table: str) -> CustomerHistory:
    """The arrays of a histories table."""
    wanted = ", ".join(CustomerHistory.__dataclass_fields__)
    columns = engine.arrays(f'SELECT {wanted} FROM "{table}"')
    return CustomerHistory.from_columns({name: np.ma.filled(values, 0) for name, values in columns.items()})


def expect(forecaster: Forecaster, days: int) -> Expectation:
    """What purchase and spend models expect of the next ``days``."""
    orders = forecaster.expected_orders(days)
    return Expectation(forecaster.chance_of_order(days), orders, orders * forecaster.revenue_.mean_)


def look_back(
    engine: Engine,
    cut: date,
    window_days: int,
    *,
    build_histories: Histories,
    fit: Callable[[CustomerHistory], Forecaster],
    in_profit: bool,
    plan: features.Plan | None,
    keys: str | None = None,
) -> Stretch:
    """Everything about one past day."""
    build_histories(engine, cut, HISTORIES, keys)
    history = read_history(engine, HISTORIES)
    forecaster = fit(history)
    expected, alive = expect(forecaster, window_days), forecaster.p_alive()
    known = None
    if plan is not None:
        known = read_known(engine, cut, plan, keys, alive, expected)
    came = read_came(engine, HISTORIES, cut, cut + timedelta(days=window_days), in_profit)
    before = read_came(engine, HISTORIES, cut - timedelta(days=window_days), cut, in_profit)
    return Stretch(
        cut, window_days, history, forecaster, expected, alive, known, came, before, in_profit, read_ids(engine)
    )


def read_known(
    engine: Engine, cut: date, plan: features.Plan, keys: str | None, alive: Floats, expected: Expectation
) -> Known:
    """Features of a day beside what the purchase model says."""
    features.build(engine, cut, FEATURES, keys=keys, plan=plan)
    known = known_from(engine, FEATURES, alive, expected)
    engine.execute(f'DROP TABLE "{FEATURES}"')
    return known


def known_from(engine: Engine, table: str, alive: Floats, expected: Expectation, first: int = 0) -> Known:
    """As many rows of a table of features as customers are given, from the row ``first`` on."""
    kinds = engine.columns(table)
    names = tuple(name for name in kinds if name != "customer_key")
    columns = ", ".join(f'"{name}"' for name in names)
    rows = engine.arrays(f'SELECT {columns} FROM "{table}" ORDER BY customer_key LIMIT {len(alive)} OFFSET {first}')
    matrix = np.empty((len(alive), len(names)), dtype=np.float32)
    for place, name in enumerate(names):
        matrix[:, place] = np.ma.filled(np.ma.asarray(rows[name], dtype=np.float32), np.nan)
    categories = tuple(name for name in names if kinds[name] == "SMALLINT")
    return Known(names, matrix, categories, alive, expected)


def read_came(engine: Engine, table: str, start: date, end: date, in_profit: bool) -> Came:
    """What each customer of a histories table brought from ``start`` until before ``end``, in their order."""
    sale, later = ("profit_sale", "profit_effect") if in_profit else ("net_sale", "revenue_effect")
    rows = engine.arrays(
        f"""
        WITH money AS (
            SELECT customer_id, ordered_on AS day, net_sale AS revenue, {sale} AS value FROM ledger_orders
            WHERE ordered_on >= $start AND ordered_on < $end
            UNION ALL
            SELECT customer_id, NULL, revenue_effect, {later} FROM ledger_events
            WHERE happened_on >= $start AND happened_on < $end AND customer_id IS NOT NULL
        ), came AS (
            SELECT customer_id, count(DISTINCT day) AS orders, sum(revenue) AS revenue, sum(value) AS value
            FROM money SEMI JOIN "{table}" USING (customer_id) GROUP BY ALL)
        SELECT CAST(coalesce(c.orders, 0) AS DOUBLE) AS orders, CAST(coalesce(c.revenue, 0) AS DOUBLE) AS revenue,
               CAST(coalesce(c.value, 0) AS DOUBLE) AS value
        FROM "{table}" h LEFT JOIN came c USING (customer_id) ORDER BY h.customer_id
        """,
        {"start": start, "end": end},
    )
    return Came(*(np.ma.filled(rows[name], 0.0).astype(np.float64) for name in ("orders", "revenue", "value")))
