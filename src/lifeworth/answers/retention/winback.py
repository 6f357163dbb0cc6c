"""Whom to win back, and what a campaign of any size should bring."""

from dataclasses import dataclass
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

SHOWN = 12
PEAK, BUDGET = "peak", "budget"


@dataclass(frozen=True)
class WinBackLine:
    """A customer worth writing to: how long silent, the chances, what they bring once back, and the expected gain."""

    customer_id: str
    silent_days: int
    usual_gap_days: float
    overdue: float
    chance_anyway: float
    chance_brought: float
    if_back: Estimate
    gain: Estimate
    within_budget: bool


@dataclass(frozen=True)
class CurvePoint:
    """A campaign of so many contacts, best first: its cost, whom it brings back, its net gain."""

    contacts: int
    spend: float
    brought_back: float
    net: Estimate
    bound: float


@dataclass(frozen=True)
class WinBack:
    """The first customers to write to, the curve over all who could be, and where it peaks and the budget ends.

    ``listed`` counts the whole list of the result; ``peak`` and ``budget`` are None where there is no such point.
    """

    lines: tuple[WinBackLine, ...]
    listed: int
    curve: tuple[CurvePoint, ...]
    peak: CurvePoint | None
    budget: CurvePoint | None

    @property
    def reachable(self) -> int:
        """Customers past their usual gap who may be written to."""
        return self.curve[-1].contacts if self.curve else 0


def win_back(engine: Engine) -> WinBack:
    """Whom to write to first, and the net gain by number of contacts."""
    rows = rows_of(engine, "retention_budget", "contacts")
    points = tuple(_point(row) for row in rows)
    marks = {
        mark: point for row, point in zip(rows, points, strict=True) for mark in str(row["mark"]).split(", within the ")
    }
    if "retention_winback" not in engine.tables():
        return WinBack((), 0, points, marks.get(PEAK), marks.get(BUDGET))
    listed = int(engine.value("SELECT count(*) FROM retention_winback"))
    lines = engine.records("SELECT * FROM retention_winback ORDER BY place LIMIT ?", [SHOWN])
    return WinBack(tuple(_line(row) for row in lines), listed, points, marks.get(PEAK), marks.get(BUDGET))


def _line(row: dict[str, Any]) -> WinBackLine:
    return WinBackLine(
        str(row["customer_id"]),
        int(row["silent_days"]),
        number(row["usual_gap_days"]),
        number(row["overdue"]),
        number(row["chance_anyway"]),
        number(row["chance_brought"]),
        estimate(row["if_back_mean"], row["if_back_low"], row["if_back_high"]),
        estimate(row["gain_mean"], row["gain_low"], row["gain_high"]),
        bool(row["within_budget"]),
    )


def _point(row: dict[str, Any]) -> CurvePoint:
    return CurvePoint(
        int(row["contacts"]),
        number(row["spend"]),
        number(row["brought_back"]),
        estimate(row["net_mean"], row["net_low"], row["net_high"]),
        number(row["bound"]),
    )
