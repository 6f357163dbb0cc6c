"""What lies ahead of the audit: newcomers, customer equity, revenue to come, the value of the company, and such forecasts blind on past days."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lifeworth.answers.audit.reading import count, known, maybe, three
from lifeworth.answers.estimate import Estimate
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

CURRENT, COMING, WINNING, EQUITY, BY_RULE = (
    "current customers",
    "customers to come",
    "cost of winning them",
    "customer equity",
    "current customers by the keeping rate",
)
OPERATING, SHAREHOLDERS, LATER = "operating value", "shareholder value", "customers to come after that"
SEEN, EXPECTED, EXTRAPOLATED, MISSING = "seen", "expected", "extrapolated", "missing"
TOGETHER = "together"


@dataclass(frozen=True)
class NewcomersOfMonth:
    """Newcomers of a month that was seen (``came``, and those of them who are new as far as can be told), or is to come."""

    since: date
    until: date
    seen: bool
    came: int | None
    newcomers: Estimate
    method: str


@dataclass(frozen=True)
class NewcomersHeld:
    """Newcomers said, blind on a past day, and come; ``said.low`` is NaN for a method without a range."""

    since: date
    until: date
    months: int
    method: str
    said: Estimate
    came: float
    off: float | None
    used: bool


@dataclass(frozen=True)
class EquityPart:
    """A part of customer equity; ``years`` None is without end; the keeping rate's figure has no range."""

    years: int | None
    part: str
    value: Estimate
    extrapolated: float | None


@dataclass(frozen=True)
class Coming:
    """Revenue of a quarter or year: seen, expected or extrapolated; ``current`` and ``new`` None where not told."""

    length: str
    since: date
    until: date
    how: str
    current: Estimate | None
    new: Estimate | None
    revenue: Estimate
    money: Estimate


@dataclass(frozen=True)
class RevenueHeld:
    """Revenue said, blind on a past day, and come."""

    since: date
    until: date
    months: int
    part: str
    said: Estimate
    came: float
    off: float | None
    inside: bool


@dataclass(frozen=True)
class Step:
    """A step from customers to the value of the company; ``amount`` None where missing, and counted as nothing."""

    step: str
    is_total: bool
    amount: Estimate | None
    how: str


@dataclass(frozen=True)
class Lever:
    """A lever, how far it is pulled, and what it changes of the last total."""

    lever: str
    words: str
    value: float
    change: Estimate
    share: float | None


@dataclass(frozen=True)
class Ahead:
    """Everything ahead; empty where the run made no audit. ``notes`` are by what they are about."""

    newcomers: tuple[NewcomersOfMonth, ...]
    newcomers_held: tuple[NewcomersHeld, ...]
    equity: tuple[EquityPart, ...]
    coming: tuple[Coming, ...]
    held: tuple[RevenueHeld, ...]
    valuation: tuple[Step, ...]
    levers: tuple[Lever, ...]
    notes: dict[str, tuple[str, ...]]

    def part(self, part: str, years: int | None) -> EquityPart | None:
        """A part of customer equity over so many years."""
        return next((one for one in self.equity if (one.part, one.years) == (part, years)), None)

    def step(self, step: str) -> Step | None:
        """A step of the valuation."""
        return next((one for one in self.valuation if one.step == step), None)

    @property
    def worth(self) -> Step | None:
        """The last total: shareholder value where assets or debt are stated, else operating value."""
        return self.step(SHAREHOLDERS) or self.step(OPERATING)


def ahead(engine: Engine) -> Ahead:
    """What lies ahead, from the ``audit_`` tables."""
    notes: dict[str, list[str]] = {}
    for row in rows_of(engine, "audit_notes", "about"):
        notes.setdefault(str(row["about"]), []).append(str(row["sentence"]))
    return Ahead(
        newcomers=tuple(_newcomers(row) for row in rows_of(engine, "audit_newcomers", "since")),
        newcomers_held=tuple(
            _newcomers_held(row) for row in rows_of(engine, "audit_newcomers_past", "since DESC, method")
        ),
        equity=tuple(_equity(row) for row in rows_of(engine, "audit_equity", "years NULLS LAST, place")),
        coming=tuple(_coming(row) for row in rows_of(engine, "audit_forecast", "length, since")),
        held=tuple(_held(row) for row in rows_of(engine, "audit_past", "since DESC, part")),
        valuation=tuple(
            Step(str(row["step"]), bool(row["is_total"]), maybe(row, "amount"), str(row["how"]))
            for row in rows_of(engine, "audit_valuation", "place")
        ),
        levers=tuple(
            Lever(str(row["lever"]), str(row["words"]), float(row["value"]), three(row, "change"), row["share"])
            for row in rows_of(engine, "audit_levers", "place")
        ),
        notes={about: tuple(said) for about, said in notes.items()},
    )


def _newcomers(row: dict[str, Any]) -> NewcomersOfMonth:
    return NewcomersOfMonth(
        row["since"],
        row["until"],
        row["how"] == SEEN,
        count(row["came"]),
        three(row, "newcomers"),
        str(row["method"] or ""),
    )


def _newcomers_held(row: dict[str, Any]) -> NewcomersHeld:
    return NewcomersHeld(
        row["since"],
        row["until"],
        int(row["months"]),
        str(row["method"]),
        three(row, "said"),
        float(row["came"]),
        known(row["off"]),
        bool(row["used"]),
    )


def _equity(row: dict[str, Any]) -> EquityPart:
    return EquityPart(count(row["years"]), str(row["part"]), three(row, "value"), known(row["extrapolated"]))


def _coming(row: dict[str, Any]) -> Coming:
    return Coming(
        str(row["length"]),
        row["since"],
        row["until"],
        str(row["how"]),
        maybe(row, "current_revenue"),
        maybe(row, "new_revenue"),
        three(row, "revenue"),
        three(row, "money"),
    )


def _held(row: dict[str, Any]) -> RevenueHeld:
    return RevenueHeld(
        row["since"],
        row["until"],
        int(row["months"]),
        str(row["part"]),
        three(row, "said"),
        float(row["came"]),
        known(row["off"]),
        bool(row["inside"]),
    )
