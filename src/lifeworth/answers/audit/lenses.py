"""The five lenses of the audit, as every door reads them; money in the run's basis, None where too few people to be shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from lifeworth.answers.audit.reading import count, known, three
from lifeworth.answers.estimate import Estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

One = TypeVar("One")

AFTER, BEFORE = "after", "before"
BY_WHO, TOTAL, FACTORS, FACTORS_KEPT = "who was active", "total", "factors", "factors of those active in both"
EVERYBODY, FOLLOWED = "everybody", "followed cohort"
TREND, YEAR_AGO, MONEY, BACK = "trend", "newest against a year before", "money", "share back"


@dataclass(frozen=True)
class Reason:
    """What speaks for or against the health of the base: ``sign`` good, bad, open or fact."""

    lens: int
    about: str
    sign: str
    change: float | None
    chance: float | None
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """getting stronger, weakening, mixed, steady or too young; in a sentence; and the reasons."""

    sign: str
    sentence: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Span:
    """How customers differed in a span: ``money`` = customers × orders each × order value × margin."""

    since: date
    until: date
    customers: int
    orders: int
    revenue: float
    money: float
    orders_each: float
    order_value: float
    margin: float | None
    one_time_share: float
    gini: float | None
    top_tenth: float | None
    losing: int | None
    lost: float | None


@dataclass(frozen=True)
class Tenth:
    """An equal part of the customers of a span, the best first."""

    part: int
    parts: int
    customers: int
    money: float
    share: float | None
    share_so_far: float | None
    each: float


@dataclass(frozen=True)
class Band:
    """Customers of a span by how many orders they had."""

    orders_from: int
    orders_to: int | None
    customers: int | None
    money: float | None
    share_of_customers: float | None
    share_of_money: float | None


@dataclass(frozen=True)
class Part:
    """A part of the change between two spans: a group of customers, or a factor with its level before and after.

    ``by_chance`` is what the change might have been with other customers like these; None for a factor.
    """

    name: str
    customers: int | None
    before: float | None
    after: float | None
    change: float
    by_chance: Estimate | None
    levels: tuple[float | None, float | None]


@dataclass(frozen=True)
class Move:
    """Customers who went from one part to another; part 0 is not active."""

    was: int
    became: int
    parts: int
    customers: int | None
    share: float | None


@dataclass(frozen=True)
class Period:
    """What a period was made of: customers and money of new, kept and returning customers."""

    since: date
    until: date
    whole: bool
    customers: int
    new: int | None
    kept: int | None
    returning: int | None
    orders: int
    revenue: float
    money: float
    of_new: float | None
    of_kept: float | None
    of_returning: float | None


@dataclass(frozen=True)
class CohortPeriod:
    """A cohort in a period of its life."""

    cohort: int
    won_since: date
    won_until: date
    settled: bool
    acquired: int | None
    followed: bool
    age: int
    since: date
    until: date
    active: int | None
    active_share: float | None
    orders_each: float | None
    money: float | None
    each_active: float | None
    each_so_far: float | None


@dataclass(frozen=True)
class Repeat:
    """Of those who made a purchase long enough ago, how many went on to the next, and how long they waited."""

    purchase: int
    customers: int
    went_on: Estimate
    within_days: int
    wait_half: float | None
    wait_middle: tuple[float | None, float | None]


@dataclass(frozen=True)
class Aged:
    """A cohort at an age: what an average customer brought so far, and the share who had come back."""

    won_since: date
    won_until: date
    settled: bool
    age_months: int
    customers: int
    each: Estimate
    back: Estimate


@dataclass(frozen=True)
class Trend:
    """Whether newer cohorts do better by an age: change a year, or newest against a year before; shares of what is usual."""

    kind: str
    measure: str
    age_months: int
    cohorts: int
    usual: float
    change: Estimate
    relative: Estimate
    chance: float
    verdict: str


@dataclass(frozen=True)
class Check:
    """A sum of a lens held against the ledger's own."""

    name: str
    ours: float
    difference: float


@dataclass(frozen=True)
class Lenses:
    """Everything the lenses show; empty where the run made no audit.

    ``spans``, ``tenths`` and ``bands`` are by span, before and after; ``change`` by parting; ``repeats`` by group; ``length`` is month,
    quarter or year.
    """

    verdict: Verdict | None
    spans: dict[str, Span]
    tenths: dict[str, tuple[Tenth, ...]]
    bands: dict[str, tuple[Band, ...]]
    change: dict[str, tuple[Part, ...]]
    moves: tuple[Move, ...]
    length: str
    periods: tuple[Period, ...]
    cohorts: tuple[CohortPeriod, ...]
    repeats: dict[str, tuple[Repeat, ...]]
    ages: tuple[Aged, ...]
    trends: tuple[Trend, ...]
    checks: tuple[Check, ...]

    @property
    def followed(self) -> tuple[CohortPeriod, ...]:
        """The life of the cohort that is told."""
        return tuple(cell for cell in self.cohorts if cell.followed)

    @property
    def adds_up(self) -> bool:
        """Whether every sum is the ledger's to the last digit."""
        return all(check.difference == 0 for check in self.checks)


def lenses(engine: Engine) -> Lenses:
    """The five lenses from the ``audit_`` tables."""
    periods = rows_of(engine, "audit_periods", "place")
    return Lenses(
        verdict=_verdict(engine),
        spans={str(row["span"]): _span(row) for row in rows_of(engine, "audit_differ", "span")},
        tenths=_by(rows_of(engine, "audit_tenths", "span, part"), "span", _tenth),
        bands=_by(rows_of(engine, "audit_orders", "span, orders_from"), "span", _band),
        change=_by(rows_of(engine, "audit_change", "parting, place"), "parting", _part),
        moves=tuple(_move(row) for row in rows_of(engine, "audit_moves", "was, became")),
        length=str(periods[0]["length"]) if periods else "",
        periods=tuple(_period(row) for row in periods if row["customers"] is not None),
        cohorts=tuple(_cohort(row) for row in rows_of(engine, "audit_cohorts", "cohort, age")),
        repeats=_by(rows_of(engine, "audit_repeats", "grouped_by, purchase"), "grouped_by", _repeat),
        ages=tuple(_aged(row) for row in rows_of(engine, "audit_ages", "won_since, age_months")),
        trends=tuple(_trend(row) for row in rows_of(engine, "audit_trend", "kind DESC, measure, age_months")),
        checks=tuple(
            Check(str(row["check_name"]), float(row["ours"]), float(row["difference"]))
            for row in rows_of(engine, "audit_books", "check_name")
        ),
    )


def _by(rows: list[dict[str, Any]], name: str, made: Callable[[dict[str, Any]], One]) -> dict[str, tuple[One, ...]]:
    found: dict[str, list[One]] = {}
    for row in rows:
        found.setdefault(str(row[name]), []).append(made(row))
    return {key: tuple(several) for key, several in found.items()}


def _verdict(engine: Engine) -> Verdict | None:
    rows = rows_of(engine, "audit_verdict", "place")
    if not rows:
        return None
    reasons = tuple(
        Reason(
            int(row["lens"]), str(row["about"]), str(row["sign"]), row["change"], row["chance"], str(row["sentence"])
        )
        for row in rows[1:]
    )
    return Verdict(str(rows[0]["sign"]), str(rows[0]["sentence"]), reasons)


def _span(row: dict[str, Any]) -> Span:
    return Span(
        row["since"],
        row["until"],
        int(row["customers"]),
        int(row["orders"]),
        float(row["revenue"]),
        float(row["money"]),
        number(row["orders_each"]),
        number(row["order_value"]),
        row["margin"],
        number(row["one_time_share"]),
        row["gini_money"],
        row["top_tenth_share"],
        count(row["losing"]),
        known(row["lost"]),
    )


def _tenth(row: dict[str, Any]) -> Tenth:
    return Tenth(
        int(row["part"]),
        int(row["parts"]),
        int(row["customers"]),
        float(row["money"]),
        row["share"],
        row["share_so_far"],
        float(row["money_each"]),
    )


def _band(row: dict[str, Any]) -> Band:
    return Band(
        int(row["orders_from"]),
        count(row["orders_to"]),
        count(row["customers"]),
        known(row["money"]),
        row["share_of_customers"],
        row["share_of_money"],
    )


def _part(row: dict[str, Any]) -> Part:
    change = float(row["change"])
    low, high = row["change_low"], row["change_high"]
    return Part(
        str(row["part"]),
        count(row["customers"]),
        known(row["before"]),
        known(row["after"]),
        change,
        None if low is None else Estimate(change, float(low), float(high)),
        (row["level_before"], row["level_after"]),
    )


def _move(row: dict[str, Any]) -> Move:
    return Move(int(row["was"]), int(row["became"]), int(row["parts"]), count(row["customers"]), row["share"])


def _period(row: dict[str, Any]) -> Period:
    return Period(
        row["since"],
        row["until"],
        bool(row["whole"]),
        int(row["customers"]),
        count(row["new"]),
        count(row["kept"]),
        count(row["returning"]),
        int(row["orders"]),
        float(row["revenue"]),
        float(row["money"]),
        known(row["new_money"]),
        known(row["kept_money"]),
        known(row["returning_money"]),
    )


def _cohort(row: dict[str, Any]) -> CohortPeriod:
    return CohortPeriod(
        int(row["cohort"]),
        row["won_since"],
        row["won_until"],
        bool(row["settled"]),
        count(row["acquired"]),
        bool(row["followed"]),
        int(row["age"]),
        row["since"],
        row["until"],
        count(row["active"]),
        row["active_share"],
        row["orders_each"],
        known(row["money"]),
        row["each_active"],
        row["each_so_far"],
    )


def _repeat(row: dict[str, Any]) -> Repeat:
    return Repeat(
        int(row["purchase"]),
        int(row["customers"]),
        three(row, "went_on"),
        int(row["within_days"]),
        row["wait_half"],
        (row["wait_quarter"], row["wait_three_quarters"]),
    )


def _aged(row: dict[str, Any]) -> Aged:
    return Aged(
        row["won_since"],
        row["won_until"],
        bool(row["settled"]),
        int(row["age_months"]),
        int(row["customers"]),
        three(row, "each"),
        three(row, "back"),
    )


def _trend(row: dict[str, Any]) -> Trend:
    return Trend(
        str(row["kind"]),
        str(row["measure"]),
        int(row["age_months"]),
        int(row["cohorts"]),
        float(row["usual"]),
        three(row, "change"),
        three(row, "relative"),
        float(row["chance_of_all"]),
        str(row["verdict"]),
    )
