"""What is asked of a forecast, and what it answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.forecast.ranges import central_interval

Floats = NDArray[np.float64]

MEASURES = ("orders", "revenue", "value", "residual_value")
DAYS_PER_YEAR = 365.0
CENTURY_DAYS = 100 * DAYS_PER_YEAR
_NOTHING_LEFT = 9.0


@dataclass(frozen=True)
class Terms:
    """What is asked of a forecast.

    Attributes
    ----------
    horizon_days : float
    level : float
        Share of possible futures a range holds.
    discount : float
        Annual rate; money a year away counts 1 / (1 + discount).
    in_profit : bool
        Whether value is profit; otherwise value is net revenue.
    surprise : float
        Relative spread of whatever the models do not know and all customers share (a season, a price rise),
        as far as the last proof showed it. It widens the range of sums, not of customers.
    beyond : bool
        Whether the residual value beyond the horizon is wanted too; without it, it stays zero.
    drawn : float, optional
        Share that customers' ranges are drawn at where past ranges held less often than they said.
    """

    horizon_days: float
    level: float = 0.8
    discount: float = 0.10
    in_profit: bool = False
    surprise: float = 0.0
    beyond: bool = True
    drawn: float | None = None

    @property
    def held(self) -> float:
        """Share of possible futures a customer's range is drawn to hold."""
        return self.level if self.drawn is None else self.drawn

    @property
    def delta(self) -> float:
        """Continuous discount rate per day."""
        return float(np.log1p(self.discount) / DAYS_PER_YEAR)

    @property
    def forever(self) -> float:
        """Horizon of the residual value in days: a century; without end where discounting leaves nothing of it by then."""
        return float(np.inf) if self.delta * CENTURY_DAYS > _NOTHING_LEFT else CENTURY_DAYS


@dataclass(frozen=True)
class CustomerForecast:
    """One entry per customer; ``mean``, ``low`` and ``high`` by measure, waiting times in days.

    ``value_sd`` is the spread of a customer's value, for sums over groups.
    """

    p_alive: Floats
    mean: dict[str, Floats]
    low: dict[str, Floats]
    high: dict[str, Floats]
    value_sd: Floats
    next_order_mean: Floats
    next_order_low: Floats
    next_order_high: Floats


@dataclass(frozen=True)
class BaseForecast:
    """The sum over all customers: equally likely totals by measure, (count,) each.

    ``shared_spread`` is the relative spread that all customers' values have in common.
    """

    totals: dict[str, Floats]
    means: dict[str, float]
    shared_spread: float

    def interval(self, measure: str, level: float) -> tuple[float, float]:
        """Central interval of the sum."""
        return central_interval(self.totals[measure], level)
