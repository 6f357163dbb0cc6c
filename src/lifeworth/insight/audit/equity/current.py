"""What the customers of today bring, month by month and after.

The run says what each should bring over the horizon, and over the whole relationship; the purchase model says how that is spread over
time. So flows follow the model's curve, breathe with the year, add up over the horizon to the run's total, and with everything after
to the run's residual value.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.equity.ahead import MonthsAhead
from lifeworth.insight.audit.equity.purchases import Purchases
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

_TOTALS = """
SELECT count(*), COALESCE(sum(CAST(revenue_mean AS DECIMAL(38, 4))), 0)::DOUBLE, COALESCE(sum(CAST(value_mean AS DECIMAL(38, 4))), 0)::DOUBLE,
       COALESCE(sum(CAST(residual_value_mean AS DECIMAL(38, 4))), 0)::DOUBLE,
       COALESCE(sum(CAST(least(abs(value_sd), 1e14) * least(abs(value_sd), 1e14) AS DECIMAL(38, 4))), 0)::DOUBLE
FROM insight_customers"""


@dataclass(frozen=True)
class Current:
    """Expected flows of the customers of today; spans as in :class:`MonthsAhead`.

    Attributes
    ----------
    customers : int
    revenue, money : (spans,) floats
        Not discounted; money in the run's basis.
    own_spread : float
        Relative spread of the sum by the customers' own chance over the horizon.
    afterwards : float
        How the run's pace after the horizon compares with that within it; 1 where the model's curve goes on.
    """

    customers: int
    revenue: Floats
    money: Floats
    own_spread: float
    afterwards: float


def follow_current(engine: Engine, frame: Frame, ahead: MonthsAhead, purchases: Purchases, season: Floats) -> Current:
    """Spread the run's totals over time."""
    [(customers, revenue, value, residual, variance)] = engine.rows(_TOTALS)
    by_revenue, by_money = _shapes(frame, ahead, purchases, season)
    inside = ahead.within(frame.horizon_days)
    level = _ratio(value, float((by_money * ahead.present * inside).sum()))
    later = float((by_money * ahead.present * (1 - inside)).sum())
    afterwards = _ratio(residual - value, level * later) if level else 0.0
    if not 0 < afterwards < np.inf:
        afterwards = 1.0
    pace = inside + (1 - inside) * afterwards
    sold = _ratio(revenue, float((by_revenue * inside).sum()))
    own = float(np.sqrt(variance)) / abs(value) if value else 0.0
    return Current(int(customers), sold * by_revenue * pace, level * by_money * pace, min(own, 5.0), afterwards)


def _shapes(frame: Frame, ahead: MonthsAhead, purchases: Purchases, season: Floats) -> tuple[Floats, Floats]:
    """Proportions of revenue and of money over the spans; each customer's purchases weigh what theirs should bring."""
    nodes = ahead.nodes
    over = np.maximum(purchases.expected(frame.horizon_days), 1e-9)
    weights = np.stack([purchases.revenue / over, purchases.value / over])
    reached = np.stack([weights @ purchases.expected(float(days)) for days in nodes], axis=1)
    flows = np.diff(reached, axis=1)
    months = len(ahead.number)
    flows[:, :months] *= season[ahead.number % len(season)]
    plain = np.diff(1.0 - np.exp(-nodes / 365.0))
    return tuple(each if abs(each.sum()) > 1e-12 else plain for each in flows)  # type: ignore[return-value]


def _ratio(above: float, below: float) -> float:
    return above / below if abs(below) > 1e-12 else 0.0
