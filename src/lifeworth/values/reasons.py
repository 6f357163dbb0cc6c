"""Why a customer's value is what it is: three short sentences, the strongest first.

Each candidate has a strength (how far the customer stands from the usual, on a rough log scale; zero where
the sentence would not be true) and a text with the numbers in it. Strengths only order the sentences; they
enter no estimate.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.forecast import CustomerHistory

Floats = NDArray[np.float64]

TOLD = 3


@dataclass(frozen=True)
class Standing:
    """How each customer stands against what is usual in this base; arrays have one entry per customer.

    ``gap`` is days between a customer's purchase days (NaN after one), ``order_value`` revenue per order,
    ``margin`` past profit over past revenue (NaN without revenue or when values are revenue).
    """

    frequency: Floats
    orders: Floats
    days_since_last: Floats
    gap: Floats
    order_value: Floats
    margin: Floats
    returned_share: Floats
    tickets: Floats
    p_alive: Floats
    usual_gap: float
    usual_order: float
    usual_margin: float


def standing(
    history: CustomerHistory,
    orders: Floats,
    returned_share: Floats,
    tickets: Floats,
    p_alive: Floats,
    *,
    in_profit: bool,
) -> Standing:
    """Compare every customer with the base they belong to."""
    repeated = history.frequency > 0
    gap = np.divide(history.recency_days, history.frequency, out=np.full(len(history), np.nan), where=repeated)
    earned = (history.revenue > 0) & in_profit
    margin = np.divide(history.profit, history.revenue, out=np.full(len(history), np.nan), where=earned)
    total = history.revenue.sum()
    return Standing(
        history.frequency,
        orders,
        history.T_days - history.recency_days,
        gap,
        history.revenue / orders,
        margin,
        returned_share,
        tickets,
        p_alive,
        usual_gap=float(np.nanmedian(gap)) if repeated.any() else 1.0,
        usual_order=max(float(total / orders.sum()), 0.01),
        usual_margin=float(history.profit.sum() / total) if total > 0 and in_profit else 0.0,
    )


@dataclass(frozen=True)
class Reason:
    """A candidate: ``strength`` per customer (zero where untrue) and ``text`` as SQL."""

    strength: Callable[[Standing], Floats]
    text: str


def _where(true: NDArray[np.bool_], strength: Floats | float) -> Floats:
    return np.where(true, strength, 0.0)


def _log_ratio(above: Floats, below: Floats | float) -> Floats:
    return np.log(np.maximum(above, 1e-9) / np.maximum(below, 1e-9))


def _quiet(s: Standing) -> NDArray[np.bool_]:
    return np.asarray((s.days_since_last > 2 * s.gap) & (s.days_since_last > s.gap + 14))


def _money(amount: str) -> str:
    return f"format('{{:,.0f}}', {amount}) || $currency_after"


def _percent(share: str) -> str:
    return (
        f"CASE WHEN {share} < 0.01 THEN 'under 1' WHEN {share} > 0.99 AND {share} < 1 THEN 'over 99' "
        f"ELSE format('{{:.0f}}', 100 * {share}) END || ' %'"
    )


REASONS = (
    Reason(
        lambda s: _where(_quiet(s), _log_ratio(s.days_since_last, s.gap)),
        "'quiet for ' || days_since_last || ' days, used to order every ' || format('{:.0f}', greatest(gap, 1))",
    ),
    Reason(
        lambda s: _where((s.frequency >= 2) & ~_quiet(s), 0.4 + np.abs(_log_ratio(s.gap, s.usual_gap))),
        "CASE WHEN gap < 1.5 THEN 'orders nearly every day' "
        "ELSE 'orders about every ' || format('{:.0f}', gap) || ' days' END",
    ),
    Reason(
        lambda s: _where(s.frequency == 0, 1.2),
        "'one purchase so far, ' || days_since_last || CASE WHEN days_since_last = 1 THEN ' day' ELSE ' days' END "
        "|| ' ago: judged by customers like that'",
    ),
    Reason(
        lambda s: _where(s.order_value > 1.35 * s.usual_order, _log_ratio(s.order_value, s.usual_order)),
        f"'large orders: about ' || {_money('order_value')} || ', the average is ' || {_money('$usual_order')}",
    ),
    Reason(
        lambda s: _where(
            (s.order_value > 0) & (s.order_value < 0.7 * s.usual_order),
            -_log_ratio(s.order_value, s.usual_order),
        ),
        f"'small orders: about ' || {_money('order_value')} || ', the average is ' || {_money('$usual_order')}",
    ),
    Reason(
        lambda s: _where(s.returned_share >= 0.15, 3 * s.returned_share),
        "'returns ' || format('{:.0f}', 100 * least(returned_share, 1)) || ' % of what they buy'",
    ),
    Reason(
        lambda s: _where(s.margin < 0, 1 + np.minimum(-s.margin, 2)),
        f"'has cost more than they brought: ' || {_money('profit')} || ' of profit so far'",
    ),
    Reason(
        lambda s: _where((s.margin >= 0) & (s.margin < s.usual_margin - 0.1), 4 * (s.usual_margin - s.margin)),
        f"'leaves ' || {_percent('profit / revenue')} || ' of revenue as profit, the average is ' "
        f"|| {_percent('$usual_margin')}",
    ),
    Reason(lambda s: _where(s.tickets >= 2, 0.3 * s.tickets), "tickets || ' service tickets'"),
    Reason(
        lambda s: _where((s.frequency > 0) & (s.p_alive < 0.3), 1.1 - s.p_alive),
        f"'probably gone: ' || {_percent('p_alive')} || ' likely to still be a customer'",
    ),
    Reason(
        lambda s: _where(s.orders > 1, 0.25 * np.log(np.maximum(s.orders, 1))),
        "orders || ' orders since ' || strftime(first_order_at, '%B %Y')",
    ),
    Reason(
        lambda s: _where((s.frequency > 0) & (s.p_alive >= 0.3), 0.02),
        f"{_percent('p_alive')} || ' likely to still be a customer'",
    ),
    Reason(lambda s: np.full(len(s.orders), 0.01), "'customer since ' || strftime(first_order_at, '%B %Y')"),
    Reason(lambda s: np.full(len(s.orders), 0.005), "'last order on ' || strftime(last_order_at, '%-d %B %Y')"),
)


def strongest(s: Standing) -> dict[str, NDArray[np.int8]]:
    """Number of the three strongest reasons of every customer: ``told_1`` … ``told_3``."""
    strengths = np.array([np.nan_to_num(reason.strength(s), nan=0.0) for reason in REASONS], dtype=np.float32)
    told = {}
    for place in range(1, TOLD + 1):
        best = strengths.argmax(axis=0)
        told[f"told_{place}"] = best.astype(np.int8)
        strengths[best, np.arange(strengths.shape[1])] = -1.0
    return told


def sentences() -> str:
    """SQL columns ``reason_1`` … ``reason_3`` for a query with the told numbers and the facts they speak of."""
    cases = " ".join(f"WHEN {number} THEN {reason.text}" for number, reason in enumerate(REASONS))
    return ", ".join(f"CASE told_{place} {cases} END AS reason_{place}" for place in range(1, TOLD + 1))
