"""Why a customer's value is what it is: three short sentences, the strongest first.

Each candidate has a strength (how far the customer stands from the usual, on a rough log scale; zero where
the sentence would not be true) and a text with the numbers in it. Strengths only order the sentences; they
enter no estimate. A sentence that must be told keeps a place whatever else is strong: that a customer's value rests
on one order, and that it lies far from what the order history alone would give.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest.choice import BLEND, FLOOR, NO_SIGNAL, Choice
from lifeworth.features import Plan
from lifeworth.ledger.tables import text
from lifeworth.models.blend import NEW_DAYS, THERE
from lifeworth.models.calibration import Outlook
from lifeworth.models.forecast import CustomerHistory
from lifeworth.values.contracts import Contracts

Floats = NDArray[np.float64]

TOLD = 3
ABOVE_ALL = 1e6
FAR_FROM_HISTORY = 0.25
MANY_TIMES = 5

_RULES = {
    "cohort mean": "customers here cannot be told apart: everybody is given the mean of customers known as long",
    "rate so far": "by the simple rule that did best here: everybody goes on at their own pace so far",
    "last stretch": "by the simple rule that did best here: everybody repeats their latest stretch",
    "RFM cell mean": "by the simple rule that did best here: everybody is given the mean of customers alike in recency, "
    "frequency and money",
}
_WEIGHED = {
    "first_channel": "channel",
    "last_channel": "channel",
    "acquisition_channel": "channel",
    "country": "country",
    "home_country": "country",
    "discount_share": "discount",
    "coupon_share": "discount",
    "lines_per_order": "basket",
    "top_category": "basket",
    "first_category": "basket",
}


@dataclass(frozen=True)
class Heard:
    """Who spoke in the forecast, as far as reasons tell of it.

    Attributes
    ----------
    rule : str
        The simple rule that is used, or the cohort mean where nothing tells customers apart; empty for models.
    pace : (n,) floats or None
        How much more (above 1) or less a blend expects of each customer than the purchase model does.
    weighed : tuple of str
        What learned models could see of a first order.
    """

    rule: str = ""
    pace: Floats | None = None
    weighed: tuple[str, ...] = ()


def heard(choice: Choice | None, outlook: Outlook | None, plan: Plan | None) -> Heard:
    """Who spoke: from the choice, what the past confirmed, and the plan of features."""
    if choice is None or outlook is None:
        return Heard()
    if choice.kind in (FLOOR, NO_SIGNAL):
        return Heard(rule=choice.name)
    if choice.kind != BLEND:
        return Heard()
    seen = [_WEIGHED[f.name] for f in plan.features if f.name in _WEIGHED] if plan else []
    return Heard("", outlook.pace, tuple(sorted(set(seen))))


@dataclass(frozen=True)
class Standing:
    """How each customer stands against what is usual in this base; arrays have one entry per customer.

    ``gap`` is days between a customer's purchase days (NaN after one), ``order_value`` revenue per order,
    ``margin`` past profit over past revenue (NaN without revenue or when values are revenue). ``contracts`` stand there where
    every order is a bill.
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
    heard: Heard = field(default_factory=Heard)
    contracts: Contracts | None = None

    @property
    def far_from_history(self) -> NDArray[np.bool_]:
        """Whose value lies far from what the order history alone gives."""
        if self.heard.pace is None:
            return np.zeros(len(self.orders), dtype=bool)
        return np.asarray(np.abs(self.heard.pace - 1.0) > FAR_FROM_HISTORY)

    @property
    def usual_monthly(self) -> float:
        """What the average customer with a running contract pays a month."""
        if self.contracts is None or not self.contracts.alive.any():
            return 0.0
        return float(self.contracts.monthly.sum() / self.contracts.alive.sum())

    @property
    def rests_on_one(self) -> NDArray[np.bool_]:
        """Who has a single purchase day and is judged by models."""
        return np.asarray((self.frequency == 0) & (self.heard.rule == ""))


def standing(
    history: CustomerHistory,
    orders: Floats,
    returned_share: Floats,
    tickets: Floats,
    p_alive: Floats,
    *,
    in_profit: bool,
    heard: Heard | None = None,
    contracts: Contracts | None = None,
) -> Standing:
    """Compare every customer with the base they belong to; ``heard`` says who spoke in the forecast."""
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
        heard=heard or Heard(),
        contracts=contracts,
    )


@dataclass(frozen=True)
class Reason:
    """A candidate: ``strength`` per customer (zero where untrue) and ``text`` as SQL.

    Where it has a strength and ``kept`` is set it is one of those told, whatever else is stronger.
    """

    strength: Callable[[Standing], Floats]
    text: str
    kept: bool = False


def _where(true: NDArray[np.bool_], strength: Floats | float) -> Floats:
    return np.where(true, strength, 0.0)


def _log_ratio(above: Floats, below: Floats | float) -> Floats:
    return np.log(np.maximum(above, 1e-9) / np.maximum(below, 1e-9))


def _quiet(s: Standing) -> NDArray[np.bool_]:
    """After at least two gaps: one alone is no rhythm."""
    return np.asarray((s.frequency >= 2) & (s.days_since_last > 2 * s.gap) & (s.days_since_last > s.gap + 14))


def money(amount: str) -> str:
    """SQL that words an amount."""
    return f"format('{{:,.0f}}', {amount}) || $currency_after"


def _percent(share: str) -> str:
    return (
        f"CASE WHEN {share} < 0.01 THEN 'under 1' WHEN {share} > 0.99 AND {share} < 1 THEN 'over 99' "
        f"ELSE format('{{:.0f}}', 100 * {share}) END || ' %'"
    )


def _of_rule(rule: str, sentence: str) -> Reason:
    return Reason(lambda s: np.full(len(s.orders), ABOVE_ALL * (s.heard.rule == rule)), text(sentence), kept=True)


_PATTERN = (
    f"CASE WHEN T_days < {NEW_DAYS} THEN 'new customers' WHEN frequency = 0 THEN 'customers with one order' "
    f"WHEN p_alive >= {THERE} THEN 'regular customers' ELSE 'lapsing customers' END"
)

_ONE_PURCHASE = (
    "'one purchase so far, ' || days_since_last || CASE WHEN days_since_last = 1 THEN ' day' ELSE ' days' END || ' ago'"
)

RULES = tuple(_of_rule(rule, sentence) for rule, sentence in _RULES.items())

COSTS = (
    Reason(
        lambda s: _where(s.margin < 0, 1 + np.minimum(-s.margin, 2)),
        f"'has cost more than they brought: ' || {money('profit')} || ' of profit so far'",
    ),
    Reason(
        lambda s: _where((s.margin >= 0) & (s.margin < s.usual_margin - 0.1), 4 * (s.usual_margin - s.margin)),
        f"'leaves ' || {_percent('profit / revenue')} || ' of revenue as profit, the average is ' "
        f"|| {_percent('$usual_margin')}",
    ),
    Reason(lambda s: _where(s.tickets >= 2, 0.3 * s.tickets), "tickets || ' service tickets'"),
)

REASONS = (
    *RULES,
    Reason(
        lambda s: _where(
            s.far_from_history, np.abs(_log_ratio(s.heard.pace, 1.0)) if s.heard.pace is not None else 0.0
        ),
        f"{_PATTERN} || ' of this pattern brought ' || CASE WHEN told_pace >= {100 * MANY_TIMES - 100} THEN "
        f"'more than {MANY_TIMES} times what' ELSE format('{{:d}}', abs(told_pace)) || "
        "CASE WHEN told_pace > 0 THEN ' % more than' ELSE ' % less than' END END || "
        "' their order history alone suggests'",
        kept=True,
    ),
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
        lambda s: _where(s.rests_on_one, 1.1),
        f"'rests on one order ' || CASE WHEN order_value < 0.5 THEN 'that was sent back,' ELSE 'of ' || {money('order_value')} END || strftime(first_order_at, ' in %B %Y') || "
        "$weighed || ', and on how customers went on after such an order'",
        kept=True,
    ),
    Reason(
        lambda s: _where(s.rests_on_one, 1.2),
        f"{_ONE_PURCHASE} || ': judged by customers like that'",
    ),
    Reason(lambda s: _where((s.frequency == 0) & ~s.rests_on_one, 1.2), _ONE_PURCHASE),
    Reason(
        lambda s: _where(s.order_value > 1.35 * s.usual_order, _log_ratio(s.order_value, s.usual_order)),
        f"'large orders: about ' || {money('order_value')} || ', the average is ' || {money('$usual_order')}",
    ),
    Reason(
        lambda s: _where(
            (s.order_value > 0) & (s.order_value < 0.7 * s.usual_order),
            -_log_ratio(s.order_value, s.usual_order),
        ),
        f"'small orders: about ' || {money('order_value')} || ', the average is ' || {money('$usual_order')}",
    ),
    Reason(
        lambda s: _where(s.returned_share >= 0.15, 3 * s.returned_share),
        "'returns ' || format('{:.0f}', 100 * least(returned_share, 1)) || ' % of what they buy'",
    ),
    *COSTS,
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


def strongest(s: Standing, reasons: tuple[Reason, ...] = REASONS) -> dict[str, NDArray[np.generic]]:
    """Columns for :func:`sentences`: the numbers of the three strongest reasons, ``told_1`` … ``told_3``.

    ``told_pace`` is how many percent more the forecast expects than the order history alone gives.
    """
    strengths = np.empty((len(reasons), len(s.orders)), dtype=np.float32)
    for row, reason in zip(strengths, reasons, strict=True):
        row[:] = reason.strength(s)
    strengths[np.isnan(strengths)] = 0.0
    waiting = np.array([reason.kept for reason in reasons])[:, None] & (strengths > 0)
    everybody = np.arange(strengths.shape[1])
    told: dict[str, NDArray[np.generic]] = {}
    for place in range(1, TOLD + 1):
        urgent = waiting.sum(axis=0) > TOLD - place
        best = _largest(strengths)
        if urgent.any():
            best[urgent] = _largest(np.where(waiting[:, urgent], strengths[:, urgent], -1.0))
        told[f"told_{place}"] = best
        strengths[best, everybody] = -1.0
        waiting[best, everybody] = False
    pace = np.ones(len(everybody)) if s.heard.pace is None else s.heard.pace
    told["told_pace"] = np.rint(100.0 * (pace - 1.0)).astype(np.int32)
    return told


def _largest(rows: NDArray[np.float32]) -> NDArray[np.int8]:
    """Which row is the largest in each column, the first of equals; row by row, as memory has them."""
    best, top = np.zeros(rows.shape[1], dtype=np.int8), rows[0].copy()
    for number, row in enumerate(rows[1:], 1):
        best[row > top] = number
        np.maximum(top, row, out=top)
    return best


def sentences(usual: Standing, unit: str, reasons: tuple[Reason, ...] = REASONS) -> str:
    """SQL columns ``reason_1`` … ``reason_3`` for a query with the told numbers and the facts they speak of.

    ``unit`` stands after every amount, such as " EUR".
    """
    weighed = usual.heard.weighed
    known = {
        "$weighed": text(f", its {' and '.join(weighed)}" if weighed else ""),
        "$currency_after": text(unit),
        "$usual_order": f"CAST({float(usual.usual_order)!r} AS DOUBLE)",
        "$usual_margin": f"CAST({float(usual.usual_margin)!r} AS DOUBLE)",
        "$usual_monthly": f"CAST({usual.usual_monthly!r} AS DOUBLE)",
    }
    cases = " ".join(f"WHEN {number} THEN {_with(reason.text, known)}" for number, reason in enumerate(reasons))
    return ", ".join(f"CASE told_{place} {cases} END AS reason_{place}" for place in range(1, TOLD + 1))


def _with(template: str, known: dict[str, str]) -> str:
    for name, literal in known.items():
        template = template.replace(name, literal)
    return template
