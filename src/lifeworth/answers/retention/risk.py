"""Who is overdue against their own rhythm, what hangs on it, and whether the score meant in the past what it says."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

WHOLE = "whole base"
SCHEMES = ("tier", "life cycle", "persona")
SHOWN = 12

_HOLDERS = """
SELECT r.customer_id, r.overdue, r.usual_gap_days, r.value_at_risk, r.chance_anyway, r.window_from, r.window_to,
       v.days_since_last, v.p_alive, v.value_mean, v.value_low, v.value_high
FROM retention_customers r JOIN values_customers v USING (customer_id)
WHERE r.value_at_risk > 0 AND COALESCE(r.may_contact, TRUE) AND r.state IN ('past the usual gap', 'overdue') ORDER BY r.value_at_risk DESC, r.customer_id LIMIT ?"""

_OVERDUE = """
SELECT count(*) FILTER (state = 'overdue') AS overdue, count(*) FILTER (state IS NOT NULL) AS known FROM retention_customers"""


@dataclass(frozen=True)
class RiskLine:
    """A group and what is at risk in it; figures are None where too few people to be shown.

    ``customers`` are those of whom can be told whether they have left, ``untold`` those after a single purchase, ``overdue``
    those silent for longer than nine in ten of their own waits.
    """

    member: str
    customers: int | None
    untold: int | None
    value: float
    at_risk: Estimate
    share: float
    overdue: int | None


@dataclass(frozen=True)
class Holder:
    """A customer past their usual gap with much at risk: silent for how long, against which usual gap, how overdue, and what is at stake."""

    customer_id: str
    silent_days: int
    usual_gap_days: float
    overdue: float
    p_alive: float
    value: Estimate
    at_risk: float


@dataclass(frozen=True)
class AtRisk:
    """The whole base, every way of parting it, the customers past their usual gap with most at risk, and how many are overdue.

    ``whole`` is None where nobody was valued; ``known`` counts customers whose rhythm is known.
    """

    whole: RiskLine | None
    schemes: dict[str, tuple[RiskLine, ...]]
    holders: tuple[Holder, ...]
    overdue: int
    known: int


@dataclass(frozen=True)
class Passed:
    """Of past waits of customers still there, the share that passed a score, and the share that should have."""

    score: float
    expected: float
    share: Estimate
    waits: int


@dataclass(frozen=True)
class Band:
    """Customers of a band of the score on a past day: how many ordered since, and how many were expected to."""

    low: float
    high: float
    customers: int | None
    came: Estimate
    expected: float


@dataclass(frozen=True)
class Proof:
    """What the past says of the score; empty where it is too short."""

    waits: tuple[Passed, ...]
    bands: tuple[Band, ...]
    asked_on: date | None
    follow_days: int

    def passed(self, score: float) -> Passed | None:
        """Past waits at one score."""
        return next((each for each in self.waits if abs(each.score - score) < 1e-9), None)


@dataclass(frozen=True)
class Ground:
    """A figure with the low end of its range, or an assumption, that the others rest on."""

    figure: float
    low: float
    is_assumed: bool
    sentence: str


def at_risk(engine: Engine) -> AtRisk:
    """What of the expected value stands behind customers who may have left already."""
    lines: dict[str, list[RiskLine]] = {}
    for row in rows_of(engine, "retention_risk", "scheme, place"):
        lines.setdefault(str(row["scheme"]), []).append(_line(row))
    whole = lines.pop(WHOLE, [None])[0]
    order = [*(name for name in SCHEMES if name in lines), *(name for name in lines if name not in SCHEMES)]
    schemes = {name: tuple(lines[name]) for name in order}
    if "retention_customers" not in engine.tables():
        return AtRisk(whole, schemes, (), 0, 0)
    [row] = engine.records(_OVERDUE)
    holders = tuple(_holder(row) for row in engine.records(_HOLDERS, [SHOWN]))
    return AtRisk(whole, schemes, holders, int(row["overdue"]), int(row["known"]))


def proof(engine: Engine) -> Proof:
    """Past waits and a past day held against the score."""
    waits = tuple(
        Passed(
            number(row["score"]),
            number(row["expected_share"]),
            estimate(row["share_mean"], row["share_low"], row["share_high"]),
            int(row["waits"]),
        )
        for row in rows_of(engine, "retention_waits", "score")
    )
    rows = rows_of(engine, "retention_past_day", "score_from")
    bands = tuple(
        Band(
            number(row["score_from"]),
            number(row["score_to"]),
            _count(row["customers"]),
            estimate(row["came_share"], row["came_low"], row["came_high"]),
            number(row["expected_share"]),
        )
        for row in rows
    )
    return Proof(waits, bands, rows[0]["asked_on"] if rows else None, int(rows[0]["follow_days"]) if rows else 0)


def grounds(engine: Engine) -> dict[str, Ground]:
    """What the figures rest on, by name."""
    return {
        str(row["name"]): Ground(
            number(row["figure"]), number(row["low"]), bool(row["is_assumed"]), str(row["sentence"])
        )
        for row in rows_of(engine, "retention_grounds", "name")
    }


def _line(row: dict[str, Any]) -> RiskLine:
    return RiskLine(
        str(row["member"]),
        _count(row["customers"]),
        _count(row["untold"]),
        number(row["value"]),
        estimate(row["at_risk_mean"], row["at_risk_low"], row["at_risk_high"]),
        number(row["share_at_risk"]),
        _count(row["overdue"]),
    )


def _holder(row: dict[str, Any]) -> Holder:
    return Holder(
        str(row["customer_id"]),
        int(row["days_since_last"]),
        number(row["usual_gap_days"]),
        number(row["overdue"]),
        number(row["p_alive"]),
        estimate(row["value_mean"], row["value_low"], row["value_high"]),
        number(row["value_at_risk"]),
    )


def _count(value: Any) -> int | None:
    return None if value is None else int(value)
