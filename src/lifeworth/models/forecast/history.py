"""What a forecast knows of each customer."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CustomerHistory:
    """One entry per customer in every array; durations in days, money in one currency.

    Attributes
    ----------
    frequency, recency_days, T_days : (n,) floats
        Repeat purchase days; days from the first purchase to the last and to the cut.
    revenue, profit : (n,) floats
        All money known before the cut, refunds that match no purchase included.
    day_revenue_sum, day_revenue_sumsq, day_profit_sum, day_profit_sumsq, day_cross_sum : (n,) floats
        Sums over purchase days of revenue, revenue², profit, profit² and revenue × profit.
    paid_days, paid_revenue_sum : (n,) floats
        Purchase days that brought revenue above zero, and that revenue.
    """

    frequency: Floats
    recency_days: Floats
    T_days: Floats
    revenue: Floats
    profit: Floats
    day_revenue_sum: Floats
    day_revenue_sumsq: Floats
    day_profit_sum: Floats
    day_profit_sumsq: Floats
    day_cross_sum: Floats
    paid_days: Floats
    paid_revenue_sum: Floats

    @classmethod
    def from_columns(cls, columns: Mapping[str, Any]) -> "CustomerHistory":
        """Take the arrays of a histories table by column name."""
        return cls(**{f.name: np.asarray(columns[f.name], dtype=np.float64) for f in fields(cls)})

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def purchase_days(self) -> Floats:
        """First purchase and repeats."""
        return self.frequency + 1.0

    def take(self, index: NDArray[np.intp]) -> "CustomerHistory":
        """The same arrays for some customers."""
        return CustomerHistory(**{f.name: getattr(self, f.name)[index] for f in fields(self)})
