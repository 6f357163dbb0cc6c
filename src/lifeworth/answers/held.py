"""For whom did ranges hold?"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import isfinite
from typing import Any

from lifeworth.answers.estimate import number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

TENTHS, RECENCY = "predicted tenth", "last purchase"

_ORDER = {
    name: place for place, name in enumerate(("within 30 days", "30 to 90 days", "90 to 365 days", "over a year"))
}


@dataclass(frozen=True)
class HeldGroup:
    """A group of customers at the newest past day, by predicted tenth (01 highest) or by their last purchase.

    ``bias`` is in percent of what came. ``coverage`` is the percent of those with something to expect whose range
    held, ``coverage_zero`` of those with nothing to expect; NaN where there are none. ``width`` is money per customer.
    """

    grouped_by: str
    member: str
    customers: int
    actual_total: float
    predicted_total: float
    bias: float
    coverage: float
    coverage_zero: float
    width: float

    @property
    def least_judged(self) -> int:
        """At least so many customers stand behind ``coverage``: a share in lowest terms cannot come from fewer.

        How many of the group had something to expect is not recorded; 50 % may be one of two, 80.7 % may not.
        """
        if not isfinite(self.coverage):
            return 0
        return Fraction(self.coverage / 100).limit_denominator(max(self.customers, 1)).denominator


def held_groups(engine: Engine, cut: date) -> tuple[HeldGroup, ...]:
    """The groups of one past day, tenths from the highest, then last purchases from the latest."""
    groups = (_group(row) for row in rows_of(engine, "backtest_groups") if row["cut"] == cut)
    asked = (group for group in groups if group.grouped_by in (TENTHS, RECENCY))
    return tuple(
        sorted(asked, key=lambda group: (group.grouped_by == RECENCY, _ORDER.get(group.member, 9), group.member))
    )


def _group(row: dict[str, Any]) -> HeldGroup:
    figures = ("actual_total", "predicted_total", "bias", "coverage", "coverage_zero", "width")
    return HeldGroup(
        str(row["grouped_by"]),
        str(row["member"]),
        int(row["customers"] or 0),
        **{name: number(row[name]) for name in figures},
    )
