"""What do our best customers have in common?"""

from dataclasses import dataclass
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

IDEAL, OPPOSITE, REST, BASE = "ideal", "opposite", "everybody else", "base"
POINT, OTHERS = "one point more", "any other"
TELLS, ALONE = "tells worth", "tells worth on its own"


@dataclass(frozen=True)
class Shared:
    """A level of a column: its share in a persona, in the group it is held against, and the difference."""

    attribute: str
    level: str
    share: Estimate
    other: Estimate
    difference: Estimate

    @property
    def differs(self) -> bool:
        """Whether zero lies outside the range of the difference."""
        return not self.difference.low <= 0 <= self.difference.high


@dataclass(frozen=True)
class RuleLine:
    """A condition that describes a group.

    ``coverage`` is the share of the group that fulfils it, ``confidence`` the share of those who fulfil it that belong to the group,
    ``lift`` the confidence over the group's share of everybody; ``condition`` is how the setting ``segments`` takes it, if it can.
    """

    words: str
    condition: str | None
    people: int
    coverage: Estimate
    confidence: Estimate
    lift: Estimate
    worth_each: Estimate


@dataclass(frozen=True)
class StepLine:
    """A step of a typical journey against everybody else's; ``unit`` is share, days, orders, currency or tickets."""

    step: str
    detail: str | None
    unit: str
    figure: Estimate
    others: Estimate
    people: int
    differs: bool


@dataclass(frozen=True)
class VoiceLine:
    """A theme of what a group writes: its share of those who wrote, the difference from others, texts that may be quoted."""

    theme: str
    people: int
    share: Estimate
    difference: Estimate
    differs: bool
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """A line of an example's history; ``month`` counts from the first purchase."""

    pseudonym: str
    month: int | None
    event: str
    detail: str | None
    amount: float | None


@dataclass(frozen=True)
class Persona:
    """A kind of customers; figures are None where too few to be shown; money in the run's basis.

    ``above`` is by how much one of them is worth more than a customer of the base, over the people who might have been customers;
    ``lift`` the same as a ratio.
    """

    name: str
    role: str
    customers: int | None
    share_of_customers: float
    value: Estimate
    share_of_value: float
    worth_each: Estimate
    above: Estimate
    lift: float
    traits: tuple[str, ...]
    rules: tuple[RuleLine, ...]
    shared: tuple[Shared, ...]
    steps: tuple[StepLine, ...]
    voices: tuple[VoiceLine, ...]
    examples: tuple[Event, ...]


@dataclass(frozen=True)
class ColumnLine:
    """A column that was considered; ``strength`` is how well it tells expected value apart, 0 to 1, NaN where not tested."""

    name: str
    origin: str
    part: str
    used: bool
    protected: bool
    reason: str
    strength: Estimate
    q: float


@dataclass(frozen=True)
class TiedLine:
    """What goes with a band of a score, or a theme, in worth: as it is, and among customers known equally long."""

    what: str
    band: str
    people: int
    worth_each: Estimate
    difference: Estimate
    adjusted: Estimate
    differs: bool


@dataclass(frozen=True)
class ProxyLine:
    """How well something tells a protected column: 0.5 nothing, 1 all."""

    protected: str
    predictor: str
    used: bool
    auc: Estimate
    flagged: bool


@dataclass(frozen=True)
class Personas:
    """Every group in reading order (personas, the opposite, everybody else, the base), and how they were found.

    ``reason`` says why there are none; None where there are. ``against`` is the group that personas are held against.
    """

    groups: tuple[Persona, ...]
    reason: str | None
    sentence: str
    kinds: int
    customers: int
    looked_at: int
    columns: tuple[ColumnLine, ...]
    satisfaction: tuple[TiedLine, ...]
    proxies: tuple[ProxyLine, ...]
    against: str

    @property
    def ideal(self) -> tuple[Persona, ...]:
        """The personas, from the most worth."""
        return tuple(group for group in self.groups if group.role == IDEAL)

    @property
    def base(self) -> Persona | None:
        """Everybody."""
        return next((group for group in self.groups if group.role == BASE), None)


def customer_personas(engine: Engine) -> Personas | None:
    """Kinds of customers worth more than the base, from the ``personas_`` tables; None where they were not looked for."""
    found = rows_of(engine, "personas_finding")
    if not found:
        return None
    [row] = found
    contrast = rows_of(engine, "personas_contrast")
    return Personas(
        tuple(
            sorted((_persona(engine, each) for each in rows_of(engine, "personas_profiles", "place")), key=_in_order)
        ),
        None if row["reason"] is None else str(row["reason"]),
        str(row["sentence"]),
        int(row["kinds"] or 1),
        int(row["customers"] or 0),
        int(row["looked_at"] or 0),
        tuple(_column(each) for each in rows_of(engine, "personas_attributes", "used DESC, q NULLS LAST, attribute")),
        _tied(engine),
        tuple(_proxy(each) for each in rows_of(engine, "personas_proxies", "protected, auc_mean DESC, predictor")),
        str(contrast[0]["against"]) if contrast else REST,
    )


def _in_order(group: Persona) -> tuple[bool, float]:
    """Personas first, the most worth first; the others as the table has them."""
    worth = group.worth_each.mean
    return group.role != IDEAL, -worth if group.role == IDEAL and worth == worth else 0.0


def _ranged(row: dict[str, Any], name: str) -> Estimate:
    return estimate(row[f"{name}_mean"], row[f"{name}_low"], row[f"{name}_high"])


def _of(engine: Engine, table: str, persona: str, order: str) -> list[dict[str, Any]]:
    return [row for row in rows_of(engine, table, order) if row["persona"] == persona]


def _persona(engine: Engine, row: dict[str, Any]) -> Persona:
    name = str(row["persona"])
    return Persona(
        name,
        str(row["role"]),
        None if row["customers"] is None else int(row["customers"]),
        number(row["share_of_customers"]),
        _ranged(row, "value"),
        number(row["share_of_value"]),
        _ranged(row, "worth_each"),
        _ranged(row, "above_base"),
        number(row["lift"]),
        tuple(str(row["traits"]).split("; ")) if row["traits"] else (),
        tuple(_rule(each) for each in _of(engine, "personas_rules", name, "place")),
        tuple(
            _shared(each)
            for each in _of(engine, "personas_contrast", name, "abs(difference_mean) DESC, attribute, level")
        ),
        tuple(_step(each) for each in _of(engine, "personas_journey", name, "place")),
        tuple(_voice(each) for each in _of(engine, "personas_voices", name, "place")),
        tuple(_event(each) for each in _of(engine, "personas_examples", name, "example, place")),
    )


def _rule(row: dict[str, Any]) -> RuleLine:
    ranged = [_ranged(row, name) for name in ("coverage", "confidence", "lift", "worth_each")]
    condition = None if row["condition"] is None else str(row["condition"])
    return RuleLine(str(row["rule"]), condition, int(row["people"]), *ranged)


def _shared(row: dict[str, Any]) -> Shared:
    ranged = [_ranged(row, name) for name in ("share", "other_share", "difference")]
    return Shared(str(row["attribute"]), str(row["level"]), *ranged)


def _step(row: dict[str, Any]) -> StepLine:
    detail = None if row["detail"] is None else str(row["detail"])
    figure, others = (_ranged(row, name) for name in ("figure", "others"))
    return StepLine(
        str(row["step"]), detail, str(row["unit"]), figure, others, int(row["people"]), bool(row["differs"])
    )


def _voice(row: dict[str, Any]) -> VoiceLine:
    quotes = tuple(str(row[name]) for name in ("quote_1", "quote_2") if row[name])
    share, difference = (_ranged(row, name) for name in ("share", "difference"))
    return VoiceLine(str(row["theme"]), int(row["people"]), share, difference, bool(row["differs"]), quotes)


def _event(row: dict[str, Any]) -> Event:
    month, amount = row["month"], row["amount"]
    return Event(
        str(row["pseudonym"]),
        None if month is None else int(month),
        str(row["event"]),
        None if row["detail"] is None else str(row["detail"]),
        None if amount is None else float(amount),
    )


def _column(row: dict[str, Any]) -> ColumnLine:
    return ColumnLine(
        str(row["attribute"]),
        str(row["origin"]),
        str(row["part"]),
        bool(row["used"]),
        bool(row["protected"]),
        str(row["reason"]),
        _ranged(row, "strength"),
        number(row["q"]),
    )


def _tied(engine: Engine) -> tuple[TiedLine, ...]:
    """Both readings of each band side by side: it differs where both do."""
    lines: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows_of(engine, "personas_satisfaction", "what, band, adjusted_for DESC"):
        lines.setdefault((str(row["what"]), str(row["band"])), []).append(row)
    return tuple(
        TiedLine(
            what,
            band,
            int(rows[0]["people"]),
            _ranged(rows[0], "worth_each"),
            _ranged(rows[0], "difference"),
            _ranged(rows[-1], "difference"),
            all(bool(row["differs"]) for row in rows),
        )
        for (what, band), rows in lines.items()
    )


def _proxy(row: dict[str, Any]) -> ProxyLine:
    return ProxyLine(
        str(row["protected"]), str(row["predictor"]), bool(row["used"]), _ranged(row, "auc"), bool(row["flagged"])
    )
