"""What moved since the last run, and did its predictions come true?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.monitoring.weeks import RECENT_WEEKS
from lifeworth.store.engine import Engine

BEFORE, AFTER = "before", "after"
FINE, WATCH, ALARM, HELD = "fine", "watch", "alarm", "held"

_WORSE = (FINE, WATCH, ALARM, HELD)


@dataclass(frozen=True)
class BridgeStep:
    """One part of the change of the base's value: money, the customers it concerns, and what it is."""

    part: str
    amount: float
    customers: int
    said: str


@dataclass(frozen=True)
class Matured:
    """An earlier prediction whose time has come: what was said, with its range, and what came.

    ``coverage`` is the share of single customers' ranges that held, NaN where none were judged. ``state`` is fine, watch
    or alarm.
    """

    made_on: date
    days_passed: int
    whole: bool
    measure: str
    predicted: Estimate
    actual: float
    coverage: float
    state: str
    said: str


@dataclass(frozen=True)
class Alarm:
    """Something that asks for a look; ``state`` is watch, alarm or held."""

    state: str
    said: str


@dataclass(frozen=True)
class Moved:
    """The run held against the one before it.

    ``before`` and ``after`` are the value of the base then and now, and ``parts`` add up to their difference; all three are
    empty and ``incomparable`` says why where the two runs cannot be subtracted.
    """

    before: float
    after: float
    before_said: str
    parts: tuple[BridgeStep, ...]
    incomparable: str
    matured: tuple[Matured, ...]
    alarms: tuple[Alarm, ...]

    @property
    def state(self) -> str:
        """The worst that was found: fine, watch, alarm or held."""
        return max((alarm.state for alarm in self.alarms), key=_WORSE.index, default=FINE)


def moved_since(engine: Engine) -> Moved | None:
    """The bridge from the last run, matured predictions and alarms; None when there was no earlier run."""
    bridge = rows_of(engine, "monitoring_bridge", "step")
    matured = tuple(_matured(row) for row in rows_of(engine, "monitoring_matured", "made_on DESC, whole DESC, measure"))
    gates = rows_of(engine, "monitoring_gates")
    compared = [row for row in gates if row["gate"] == "value"]
    weeks = rows_of(engine, "monitoring_cusum", "week_start")
    stability = rows_of(engine, "monitoring_stability")
    if not (bridge or matured or compared or weeks or stability):
        return None
    ends = {str(row["part"]): row for row in bridge if row["part"] in (BEFORE, AFTER)}
    parts = tuple(_step(row) for row in bridge if row["part"] not in (BEFORE, AFTER))
    return Moved(
        before=number(ends[BEFORE]["amount"]) if BEFORE in ends else number(None),
        after=number(ends[AFTER]["amount"]) if AFTER in ends else number(None),
        before_said=str(ends[BEFORE]["said"]) if BEFORE in ends else "",
        parts=parts,
        incomparable=str(compared[0]["said"] or "") if compared and not bridge else "",
        matured=matured,
        alarms=(*_held(gates), *_drifted(weeks), *_asking(matured), *_shifted(stability)),
    )


def _step(row: dict[str, Any]) -> BridgeStep:
    """The sentence ends with the amount, which stands beside it anyway."""
    said, amount = str(row["said"] or ""), row["amount"]
    place = said.rfind(f" {amount:+,.2f}")
    return BridgeStep(str(row["part"]), number(amount), int(row["customers"] or 0), said[:place] if place > 0 else said)


def _matured(row: dict[str, Any]) -> Matured:
    return Matured(
        made_on=row["made_on"],
        days_passed=int(row["days_passed"] or 0),
        whole=bool(row["whole"]),
        measure=str(row["measure"]),
        predicted=estimate(row["predicted"], row["predicted_low"], row["predicted_high"]),
        actual=number(row["actual"]),
        coverage=number(row["coverage"]),
        state=_known(row["state"]),
        said=str(row["said"] or ""),
    )


def _known(state: Any) -> str:
    return str(state) if state in _WORSE else WATCH


def _held(gates: list[dict[str, Any]]) -> list[Alarm]:
    held = [Alarm(HELD, f"{row['said']} {row['remedy'] or ''}".strip()) for row in gates if row["state"] == "held"]
    accepted = [Alarm(WATCH, str(row["said"])) for row in gates if row["state"] == "accepted"]
    return held + accepted


def _drifted(weeks: list[dict[str, Any]]) -> list[Alarm]:
    """The last week in which purchases were beyond chance more or fewer than an earlier forecast said, if any."""
    raised = [row for row in weeks if row["alarm"]]
    if not raised:
        return []
    last = raised[-1]
    recent = last in weeks[-RECENT_WEEKS:]
    said = f"In the week of {last['week_start']} it became clear that known customers buy {last['alarm']} times than"
    since = "" if recent else "; since then they have not"
    return [Alarm(ALARM if recent else WATCH, f"{said} the forecast of {last['made_on']} said{since}.")]


def _asking(matured: tuple[Matured, ...]) -> list[Alarm]:
    return [Alarm(found.state, found.said) for found in matured if found.state in (WATCH, ALARM)]


def _shifted(stability: list[dict[str, Any]]) -> list[Alarm]:
    return [Alarm(str(row["state"]), str(row["said"] or "")) for row in stability if row["state"] in (WATCH, ALARM)]
