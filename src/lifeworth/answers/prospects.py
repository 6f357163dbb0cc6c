"""Where are the next good customers: which leads first, what goes with a good one, what one more may cost, whom to look for?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.insight.prospects.words import level_words
from lifeworth.store.engine import Engine

SOURCE, CHANNEL = "lead source", "channel"
SHOWN_LEADS = 50
BEST_SHARE = 0.2


@dataclass(frozen=True)
class LeadLine:
    """An open lead with its place, its chance, what it brings once won and on average, and what moves the chance."""

    place: int
    lead_id: str
    created_on: date
    source: str | None
    chance: Estimate
    value_if_won: float
    value: Estimate
    evidence: str
    reasons: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class OpenLeads:
    """All open leads together: how many, wins to expect, what they should bring, and how much of it the best fifth brings."""

    count: int
    wins: float
    value: float
    best: int
    best_value: float


@dataclass(frozen=True)
class LeadProof:
    """How well the chance told later leads apart; figures of the comparison are None where too few came for one.

    ``area`` is the chance that a won lead had the higher chance than one that was not: 0.5 is guessing.
    """

    by_all: bool
    judged: bool
    finished: int
    days: int
    told_blind: int | None
    area_by_source: Estimate | None
    area_by_all: Estimate | None
    loss_by_source: float | None
    loss_by_all: float | None
    p: float | None
    sentence: str


@dataclass(frozen=True)
class FifthTold:
    """Leads of about equal chance, told blind; counts are None where too few people to be shown."""

    place: int
    leads: int | None
    expected: float
    won: int | None
    came: tuple[float, float]
    holds: bool


@dataclass(frozen=True)
class LeadColumn:
    """A column of leads: what it tells of being won and of money, or why it may not."""

    name: str
    left_out: str | None
    scores: bool
    tells_chance: bool
    tells_value: bool
    sentence: str


@dataclass(frozen=True)
class LevelEffect:
    """A level of a column, as ``words`` call it; figures are None where not known or too few people to be shown."""

    name: str
    level: str
    words: str
    leads: int | None
    chance: Estimate | None
    chance_effect: Estimate | None
    q_chance: float | None
    tells_chance: bool
    newcomers: int | None
    value: Estimate | None
    value_effect: Estimate | None
    q_value: float | None
    tells_value: bool
    sentence: str


@dataclass(frozen=True)
class Ceiling:
    """What one more newcomer, and one more lead of a source, brings at most, beside what is paid now."""

    grouped_by: str
    member: str
    leads: int | None
    newcomers: int | None
    chance: Estimate | None
    newcomer: Estimate
    lead: Estimate | None
    spend: float | None
    paid_newcomer: float | None
    paid_lead: float | None
    verdict: str | None
    sentence: str


@dataclass(frozen=True)
class SeedFacts:
    """How the seed for lookalike audiences came about."""

    consent_known: bool
    worth_most: int
    consented: int
    listed: int
    capped_at: float | None
    sentence: str


@dataclass(frozen=True)
class ProtectedLevel:
    """A protected level of open leads and whether the score tells it; figures are None where too few people to be shown."""

    name: str
    level: str
    leads: int | None
    area: Estimate | None
    top_share: float | None
    flagged: bool
    sentence: str


@dataclass(frozen=True)
class Prospects:
    """Everything known of prospects; parts are empty or None where this run knows nothing of them."""

    open: OpenLeads
    leads: tuple[LeadLine, ...]
    proof: LeadProof | None
    fifths: tuple[FifthTold, ...]
    columns: tuple[LeadColumn, ...]
    effects: tuple[LevelEffect, ...]
    ceilings: tuple[Ceiling, ...]
    seed: SeedFacts | None
    protected: tuple[ProtectedLevel, ...]

    @property
    def known(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.proof or self.ceilings or (self.seed and self.seed.listed))


def customer_prospects(engine: Engine) -> Prospects:
    """Leads, drivers, ceilings and the seed, from the ``prospects_`` tables."""
    together, leads = _leads(engine)
    return Prospects(
        together,
        leads,
        next((_proof(row) for row in rows_of(engine, "prospects_proof")), None),
        tuple(_fifth(row) for row in rows_of(engine, "prospects_calibration", "place")),
        tuple(_column(row) for row in rows_of(engine, "prospects_columns", "place")),
        tuple(_effect(row) for row in rows_of(engine, "prospects_effects", "name, level")),
        tuple(_ceiling(row) for row in rows_of(engine, "prospects_ceilings", "grouped_by DESC, newcomer_mean DESC, member")),
        next((_seed(row) for row in rows_of(engine, "prospects_seed_facts")), None),
        tuple(_protected(row) for row in rows_of(engine, "prospects_fairness", "name, level")),
    )  # fmt: skip


def _leads(engine: Engine) -> tuple[OpenLeads, tuple[LeadLine, ...]]:
    if "prospects_leads" not in set(engine.tables()):
        return OpenLeads(0, 0.0, 0.0, 0, 0.0), ()
    [(count, wins, value)] = engine.rows(f"SELECT count(*), {_total('chance_mean')}, {_total('value_mean')} FROM prospects_leads")  # fmt: skip
    best = -(-count // round(1 / BEST_SHARE))
    best_value = engine.value(f"SELECT {_total('value_mean')} FROM prospects_leads WHERE place <= {int(best)}")
    first = engine.records(f"SELECT * FROM prospects_leads WHERE place <= {SHOWN_LEADS} ORDER BY place")
    together = OpenLeads(int(count), float(wins), float(value), int(best), float(best_value))
    return together, tuple(_lead(row) for row in first)


def _total(column: str) -> str:
    """A sum that is the same whatever the order of the rows."""
    return f"COALESCE(sum(CAST({column} AS DECIMAL(38,6))), 0)"


def _lead(row: dict[str, Any]) -> LeadLine:
    reasons = tuple(str(row[name]) for name in ("reason_1", "reason_2") if row[name] is not None)
    return LeadLine(
        int(row["place"]),
        str(row["lead_id"]),
        row["created_on"],
        row["source"],
        _ranged(row, "chance"),
        number(row["value_if_won_mean"]),
        _ranged(row, "value"),
        str(row["evidence"]),
        reasons,
        str(row["sentence"]),
    )


def _proof(row: dict[str, Any]) -> LeadProof:
    return LeadProof(
        row["way"] == "by everything known",
        bool(row["judged"]),
        int(row["finished"]),
        int(row["days"]),
        row["told_blind"],
        _maybe(row, "area_by_source"),
        _maybe(row, "area_by_all"),
        row["loss_by_source"],
        row["loss_by_all"],
        row["p"],
        str(row["sentence"]),
    )


def _fifth(row: dict[str, Any]) -> FifthTold:
    came = float(row["came_low"]), float(row["came_high"])
    return FifthTold(
        int(row["place"]), row["leads"], float(row["expected"]), row["won"], came, bool(row["holds"])
    )  # fmt: skip


def _column(row: dict[str, Any]) -> LeadColumn:
    tells = bool(row["tells_chance"]), bool(row["tells_value"])
    return LeadColumn(str(row["name"]), row["left_out"], bool(row["scores"]), *tells, str(row["sentence"]))


def _effect(row: dict[str, Any]) -> LevelEffect:
    return LevelEffect(
        str(row["name"]),
        str(row["level"]),
        level_words(str(row["name"]), str(row["level"])),
        row["leads"],
        _maybe(row, "chance"),
        _maybe(row, "chance_effect"),
        row["q_chance"],
        bool(row["tells_chance"]),
        row["newcomers"],
        _maybe(row, "value"),
        _maybe(row, "value_effect"),
        row["q_value"],
        bool(row["tells_value"]),
        str(row["sentence"]),
    )


def _ceiling(row: dict[str, Any]) -> Ceiling:
    return Ceiling(
        str(row["grouped_by"]),
        str(row["member"]),
        row["leads"],
        row["newcomers"],
        _maybe(row, "chance"),
        _ranged(row, "newcomer"),
        _maybe(row, "lead"),
        row["spend"],
        row["paid_newcomer"],
        row["paid_lead"],
        row["verdict"],
        str(row["sentence"]),
    )


def _seed(row: dict[str, Any]) -> SeedFacts:
    counts = int(row["worth_most"]), int(row["consented"]), int(row["listed"])
    return SeedFacts(bool(row["consent_known"]), *counts, row["capped_at"], str(row["sentence"]))


def _protected(row: dict[str, Any]) -> ProtectedLevel:
    shown = row["leads"], _maybe(row, "area"), row["top_share"]
    return ProtectedLevel(str(row["name"]), str(row["level"]), *shown, bool(row["flagged"]), str(row["sentence"]))


def _ranged(row: dict[str, Any], name: str) -> Estimate:
    return estimate(row[f"{name}_mean"], row[f"{name}_low"], row[f"{name}_high"])


def _maybe(row: dict[str, Any], name: str) -> Estimate | None:
    """An estimate, where there is one."""
    return None if row[f"{name}_mean"] is None else _ranged(row, name)
