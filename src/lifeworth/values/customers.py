"""From forecasts to the customer table."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.errors import DataError
from lifeworth.ledger.tables import day, make_view, text
from lifeworth.models.calibration import Outlook
from lifeworth.models.forecast import BaseForecast, CustomerForecast, CustomerHistory, Forecaster, Terms
from lifeworth.store.engine import Engine
from lifeworth.values.bill_reasons import BILL_REASONS
from lifeworth.values.contracts import Contracts
from lifeworth.values.reasons import Heard, Standing, sentences, standing, strongest

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """What every row of the customer table repeats, and ``surprise`` and ``drawn_level``: see
    :class:`~lifeworth.models.forecast.Terms`.
    """

    run_id: str
    model: str
    model_version: str
    as_of: date
    horizon_days: int
    interval_level: float
    discount: float
    currency: str | None
    in_profit: bool
    surprise: float
    drawn_level: float | None = None

    @property
    def basis(self) -> str:
        """What ``value`` is counted in."""
        return "profit" if self.in_profit else "revenue"


@dataclass(frozen=True)
class Valuation:
    """Totals of the base: mean, low and high by measure, and the number of customers."""

    base: dict[str, float]


def value_customers(
    engine: Engine,
    forecaster: Forecaster,
    run: Run,
    *,
    outlook: Outlook | None = None,
    heard: Heard | None = None,
    contracts: Contracts | None = None,
    tell: Callable[[str], None] | None = None,
) -> Valuation:
    """Forecast every customer of ``ledger_histories`` and write ``values_customers``, in the same order.

    ``outlook`` is what the past confirmed for each of them; without it the models speak for themselves. ``heard`` is
    who spoke in it, for the reasons. With ``contracts`` every order is a bill: who is still a customer is known, and what
    comes beyond the horizon is left empty.

    Raises
    ------
    DataError
        A forecast is not a finite number; nothing is published then.
    """
    terms = Terms(
        run.horizon_days, run.interval_level, run.discount, run.in_profit, run.surprise, drawn=run.drawn_level
    )
    customers, base = forecaster.predict(terms, outlook=outlook, tell=tell)
    _refuse_unfinished(customers)
    if contracts is not None:
        customers = replace(customers, p_alive=contracts.alive)
    usual = _standing(engine, forecaster, customers, run, heard, contracts)
    engine.write("values_estimates", _columns(customers, forecaster) | _told(usual))
    _write_table(engine, run, usual)
    engine.execute("DROP TABLE values_estimates")
    return Valuation(_totals(forecaster.history_, base, run, open_ended=contracts is None))


def _standing(
    engine: Engine,
    forecaster: Forecaster,
    customers: CustomerForecast,
    run: Run,
    heard: Heard | None,
    contracts: Contracts | None,
) -> Standing:
    found = engine.arrays("SELECT orders, returned_share, tickets FROM ledger_histories")
    orders, returned, tickets = (np.ma.filled(found[n], 0).astype(np.float64) for n in found)
    return standing(
        forecaster.history_,
        orders,
        returned,
        tickets,
        customers.p_alive,
        in_profit=run.in_profit,
        heard=heard,
        contracts=contracts,
    )


def _told(usual: Standing) -> dict[str, NDArray[Any]]:
    """The strongest reasons, and what only they speak of."""
    if usual.contracts is None:
        return strongest(usual)
    told = strongest(usual, BILL_REASONS)
    return told | {"running": usual.contracts.running, "monthly": usual.contracts.monthly}


def _refuse_unfinished(customers: CustomerForecast) -> None:
    for part in (customers.mean, customers.low, customers.high):
        for measure, values in part.items():
            if not np.isfinite(values).all():
                raise DataError(
                    f"The forecast of {measure} is not a number for {int((~np.isfinite(values)).sum())} customers. "
                    "This is a defect of lifeworth; nothing was published."
                )


def _columns(customers: CustomerForecast, forecaster: Forecaster) -> dict[str, NDArray[Any]]:
    columns: dict[str, NDArray[Any]] = {
        "p_alive": np.round(customers.p_alive, 6),
        "evidence": _evidence(forecaster),
        "value_sd": customers.value_sd,
    }
    for measure in customers.mean:
        digits = 4 if measure == "orders" else 2
        for part in ("mean", "low", "high"):
            columns[f"{measure}_{part}"] = np.round(getattr(customers, part)[measure], digits) + 0.0
    for part in ("mean", "low", "high"):
        waits = getattr(customers, f"next_order_{part}")
        columns[f"wait_{part}"] = np.where(np.isnan(waits), -1, np.floor(np.nan_to_num(waits))).astype(np.int32)
    return columns


def _evidence(forecaster: Forecaster) -> NDArray[np.int8]:
    """1 to 4 (A to D): how much a customer's own history carries the estimate of their order rate.

    The rate given history is Gamma(r + x, …): a share x / (r + x) of it is the customer's own, and its relative
    spread is 1/√(r + x). A: at least three quarters own and a spread of at most 0.35; B: half and 0.5; C: less;
    D: a single purchase day, where the base speaks for the customer.
    """
    repeats = forecaster.history_.frequency
    r = forecaster.purchases_.params_["r"]
    own, spread = repeats / (r + repeats), 1.0 / np.sqrt(r + repeats)
    letter = np.where((own >= 0.75) & (spread <= 0.35), 1, np.where((own >= 0.5) & (spread <= 0.5), 2, 3))
    return np.where(repeats == 0, 4, letter).astype(np.int8)


_TOLD_OF_THE_PAST = (
    *("customer_id", "orders", "frequency", "recency_days", "T_days", "first_order_at", "last_order_at"),
    *("revenue", "profit", "returned_share", "tickets"),
)


def _write_table(engine: Engine, run: Run, usual: Standing) -> None:
    """Histories and estimates stand in the same order, so they are joined row by row.

    ``values_customers`` is a view: reasons are worded where somebody reads them.
    """
    spread = ("mean", "low", "high")
    past = "past_profit" if run.in_profit else "past_revenue"
    waits = [
        f"CASE WHEN wait_{part} >= 0 THEN CAST($as_of + CAST(wait_{part} AS INTEGER) AS DATE) END AS next_order_{part}"
        for part in spread
    ]
    lifetime = [f"round(CAST({past} AS DOUBLE) + residual_value_{p}, 2) AS lifetime_value_{p}" for p in spread]
    replaced = ["evidence", *(f"wait_{part}" for part in spread)]
    if usual.contracts is not None:
        replaced += [f"residual_value_{part}" for part in spread]
        lifetime = [f"CAST(NULL AS DOUBLE) AS {m}_{p}" for m in ("residual_value", "lifetime_value") for p in spread]
    engine.execute(
        f"""
        CREATE OR REPLACE TABLE values_stated AS
        SELECT * EXCLUDE ({", ".join(replaced)}),
            substr('ABCD', evidence, 1) AS evidence, {", ".join(waits)}, {", ".join(lifetime)}
        FROM (
            SELECT {", ".join(f"h.{name}" for name in _TOLD_OF_THE_PAST)}, e.*,
                date_diff('day', h.last_order_at, $as_of) AS days_since_last,
                h.recency_days / nullif(h.frequency, 0) AS gap,
                h.revenue / h.orders AS order_value,
                CAST(h.revenue AS DECIMAL(18, 2)) AS past_revenue,
                CAST(h.profit AS DECIMAL(18, 2)) AS past_profit
            FROM ledger_histories h POSITIONAL JOIN values_estimates e)
        """,
        {"as_of": run.as_of},
    )
    make_view(engine, "values_customers", _customers_sql(run, usual))


def _customers_sql(run: Run, usual: Standing) -> str:
    """The columns of ``customer_value`` and what only this result needs."""
    texts = {name: f"CAST({text(getattr(run, name))} AS VARCHAR)" for name in ("model", "model_version", "run_id")}
    currency = f"CAST({text(run.currency) if run.currency else 'NULL'} AS VARCHAR)"
    return f"""
        SELECT customer_id, {day(run.as_of)} AS as_of, CAST({run.horizon_days} AS INTEGER) AS horizon_days,
            CAST({run.interval_level!r} AS DOUBLE) AS interval_level, {currency} AS currency,
            {text(run.basis)} AS basis, orders, frequency, recency_days, T_days, days_since_last,
            first_order_at, last_order_at, past_revenue, past_profit, p_alive, {_bands("orders", "revenue", "value")},
            {_bands("next_order")}, evidence, {_sentences(usual, run)},
            {", ".join(f"{sql} AS {name}" for name, sql in texts.items())},
            {_bands("residual_value", "lifetime_value")},
            CAST(NULL AS VARCHAR) AS segment, CAST(NULL AS VARCHAR) AS persona, value_sd
        FROM values_stated"""


def _sentences(usual: Standing, run: Run) -> str:
    unit = f" {run.currency}" if run.currency else ""
    return sentences(usual, unit) if usual.contracts is None else sentences(usual, unit, BILL_REASONS)


def _bands(*measures: str) -> str:
    return ", ".join(f"{measure}_{part}" for measure in measures for part in ("mean", "low", "high"))


def _totals(history: CustomerHistory, base: BaseForecast, run: Run, *, open_ended: bool) -> dict[str, float]:
    """Totals by measure; those without a horizon only where something is said beyond it."""
    totals: dict[str, float] = {"customers": len(history)}
    for measure in base.totals:
        if measure == "residual_value" and not open_ended:
            continue
        low, high = base.interval(measure, run.interval_level)
        mean = base.means[measure]
        totals |= {f"{measure}_mean": mean, f"{measure}_low": min(low, mean), f"{measure}_high": max(high, mean)}
    past = float((history.profit if run.in_profit else history.revenue).sum())
    for part in ("mean", "low", "high") if open_ended else ():
        totals[f"lifetime_value_{part}"] = past + totals[f"residual_value_{part}"]
    totals["shared_spread"] = base.shared_spread
    totals["past_revenue"], totals["past_profit"] = float(history.revenue.sum()), float(history.profit.sum())
    return {name: round(value, 4) for name, value in totals.items()}
