"""Who is worth what, and who moved since the last run?"""

from dataclasses import dataclass
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.insight.segments.schemes import SCHEMES
from lifeworth.store.engine import Engine

NEW, GONE = "new customer", "no longer known"


@dataclass(frozen=True)
class SegmentLine:
    """A segment: who belongs, how many, what they brought and should bring together; money in the run's basis.

    Where too few people belong to it to be shown, ``customers`` and ``value`` are None and the other figures not a number.
    """

    name: str
    customers: int | None
    share_of_customers: float
    past_revenue: float
    value: Estimate | None
    share_of_value: float
    worth_each: float
    orders_each: float
    definition: str
    what_to_do: str


@dataclass(frozen=True)
class GridCell:
    """A cell of the grid of recency and frequency; figures are None where too few people to be shown."""

    recency: int
    frequency: int
    name: str
    customers: int | None
    worth_each: float | None


@dataclass(frozen=True)
class Move:
    """Customers who went from one segment to another since the last run, and by how much their value changed.

    ``customers`` and ``change`` are None where too few went that way to be shown.
    ``ranks`` are the places of both in the scheme, the best first; None for somebody new or no longer known.
    """

    before: str
    now: str
    customers: int | None
    change: float | None
    ranks: tuple[int | None, int | None]

    @property
    def direction(self) -> str:
        """up, down, stayed, came or left."""
        was, became = self.ranks
        if was is None:
            return "came"
        if became is None:
            return "left"
        return "stayed" if was == became else "up" if became < was else "down"


@dataclass(frozen=True)
class OwnLine:
    """A segment of the company's own; figures are None where it may not be shown."""

    name: str
    condition: str
    customers: int | None
    value: Estimate | None
    sentence: str


@dataclass(frozen=True)
class Segments:
    """Every scheme by name, its segments in reading order; the grid; moves by scheme; the company's own."""

    schemes: dict[str, tuple[SegmentLine, ...]]
    grid: tuple[GridCell, ...]
    moves: dict[str, tuple[Move, ...]]
    own: tuple[OwnLine, ...]

    def line(self, scheme: str, name: str) -> SegmentLine | None:
        """One segment, shown or hidden; none where nobody belongs to it."""
        return next((line for line in self.schemes.get(scheme, ()) if line.name == name), None)


def customer_segments(engine: Engine) -> Segments:
    """The base in its segments, from the ``segments_`` tables."""
    lines: dict[str, list[SegmentLine]] = {}
    for row in rows_of(engine, "segments_groups", "scheme, place"):
        lines.setdefault(str(row["scheme"]), []).append(_line(row))
    moves: dict[str, list[Move]] = {}
    for row in rows_of(engine, "segments_moves"):
        moves.setdefault(str(row["scheme"]), []).append(_move(row))
    return Segments(
        {scheme: tuple(found) for scheme, found in lines.items()},
        tuple(_cell(row) for row in rows_of(engine, "segments_rfm")),
        {scheme: tuple(found) for scheme, found in moves.items()},
        tuple(_own(row) for row in rows_of(engine, "segments_own", "place")),
    )


def _line(row: dict[str, Any]) -> SegmentLine:
    customers = _whole(row["customers"])
    return SegmentLine(
        str(row["segment"]),
        customers,
        number(row["share_of_customers"]),
        number(row["past_revenue"]),
        None if customers is None else estimate(row["value_mean"], row["value_low"], row["value_high"]),
        number(row["share_of_value"]),
        number(row["worth_each"]),
        number(row["orders_each"]),
        str(row["definition"]),
        str(row["what_to_do"]),
    )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _cell(row: dict[str, Any]) -> GridCell:
    worth = row["worth_each"]
    return GridCell(
        int(row["recency_score"]),
        int(row["frequency_score"]),
        str(row["name"]),
        _whole(row["customers"]),
        None if worth is None else float(worth),
    )


def _move(row: dict[str, Any]) -> Move:
    places = {
        segment.name: place for s in SCHEMES if s.name == row["scheme"] for place, segment in enumerate(s.segments)
    }
    before, now = str(row["before"]), str(row["now"])
    change = None if row["change"] is None else float(row["change"])
    return Move(before, now, _whole(row["customers"]), change, (places.get(before), places.get(now)))


def _own(row: dict[str, Any]) -> OwnLine:
    shown = bool(row["shown"])
    return OwnLine(
        str(row["name"]),
        str(row["condition"]),
        int(row["customers"]) if shown else None,
        estimate(row["value_mean"], row["value_low"], row["value_high"]) if shown else None,
        str(row["sentence"]),
    )
