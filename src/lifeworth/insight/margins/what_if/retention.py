"""Retention: so many points more of the customers buy at all within the horizon.

The customers who come besides are spread over the base in proportion to those not expected to come, each at what customers
like them bring when they come. With n customers, value V and the chance p to come of those who bought as often and as lately, a
point more of N customers adds

    0.01 N · Σ n (1 − p) · V / (n p)  /  Σ n (1 − p).

A point less takes as many of those who would have come: 0.01 N · Σ V / Σ n p.
"""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame
from lifeworth.insight.margins.what_if.base import Base
from lifeworth.insight.margins.what_if.change import Change

Floats = NDArray[np.float64]

_BILLED = "Every order is the bill of a subscription: who buys at all is who has a contract, and what would keep contracts running is not known"


def more_come(frame: Frame, base: Base, by: float) -> Change:
    """Change of the base's value when ``by`` (0.01 is a point) more of the customers buy at all."""
    if frame.orders_are_bills:
        return Change(f"value of the base over {frame.horizon_days} days", float(base.value.sum()), None, 0.0, _BILLED)
    people, come = float(base.customers.sum()), base.come
    away = base.customers - come
    moved = by * people
    moved = min(moved, float(away.sum())) if by >= 0 else max(moved, -float(come.sum()))
    spread_over = away if by >= 0 else come
    each = np.divide(base.value, come, out=np.zeros(len(come)), where=come > 0)
    share = spread_over / spread_over.sum() if spread_over.sum() > 0 else np.zeros(len(come))
    mean = moved * float((share * each).sum())
    return Change(
        f"value of the base over {frame.horizon_days} days",
        float(base.value.sum()),
        mean,
        _spread(frame, base, mean, moved * share, come),
        _assumption(base, people, moved),
    )


def _spread(frame: Frame, base: Base, mean: float, more: Floats, come: Floats) -> float:
    """By the customers' own chance, what all values have in common, and the doubt of the chance to come."""
    own = np.divide(more * np.sqrt(base.variance), come, out=np.zeros(len(come)), where=come > 0)
    chance = np.divide(more * base.value * base.doubt, come, out=np.zeros(len(come)), where=come > 0)
    return float(np.sqrt((own**2).sum() + (chance**2).sum() + (frame.shared_spread * mean) ** 2))


def _assumption(base: Base, people: float, moved: float) -> str:
    how = (
        "as did those who a horizon ago had bought as often and as lately as they"
        if base.seen
        else "by the orders expected of them, for the books do not reach back a horizon"
    )
    who = "not expected to come" if moved >= 0 else "expected to come"
    return (
        f"{100 * float(base.come.sum()) / max(people, 1):.1f} % of the customers buy at all, {how}; the {abs(moved):,.0f} "
        f"{'more' if moved >= 0 else 'fewer'} are spread over the base in proportion to those {who}, each at what customers like them "
        "bring when they come. What it takes to get there is not counted"
    )
