"""For whom, and how far ahead, was the forecast off by more than chance?"""

from dataclasses import dataclass
from datetime import date
from math import isfinite
from statistics import median
from typing import Any

from lifeworth.answers.estimate import number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

CHANNEL, SITUATION, COHORT, STEP = "channel", "situation", "cohort", "horizon step"
OTHERS = "others"
STANDARD_ERRORS = 2.0

_SITUATIONS = {name: place for place, name in enumerate(("new", "one order", "regular", "lapsing"))}


@dataclass(frozen=True)
class Bias:
    """How far off the forecast of a group, or of a step ahead for everybody, was at the newest past day.

    ``bias`` is in percent of what came, ``chance`` what the luck of single customers may explain of it: two standard
    errors, in the same percent; NaN where nothing came. ``coverage`` is the percent of customers with something to
    expect whose range held. On ``same_side`` of ``days`` past days the group was off to the same side as at this one;
    ``usual_miss`` is the middle one of its misses without their sign, in percent.
    """

    grouped_by: str
    member: str
    customers: int
    actual_total: float
    predicted_total: float
    bias: float
    chance: float
    coverage: float
    same_side: int
    days: int
    usual_miss: float

    @property
    def wrong(self) -> bool:
        """Whether it was off by more than chance explains."""
        return isfinite(self.chance) and abs(self.bias) > self.chance


def group_biases(engine: Engine, cut: date) -> tuple[Bias, ...]:
    """Channels, then situations, both with the largest first or in their order, then cohorts from the oldest."""
    found = _biases(engine, cut, (CHANNEL, SITUATION, COHORT))
    place = {CHANNEL: 0, SITUATION: 1, COHORT: 2}
    return tuple(sorted(found, key=lambda one: (place[one.grouped_by], one.member == OTHERS, *_order(one))))


def step_biases(engine: Engine, cut: date) -> tuple[Bias, ...]:
    """Everybody by steps of the stretch, the nearest first."""
    return tuple(sorted(_biases(engine, cut, (STEP,)), key=lambda one: int(one.member.split()[1])))


def _order(one: Bias) -> tuple[int, str]:
    match one.grouped_by:
        case "channel":
            return -one.customers, one.member
        case "situation":
            return _SITUATIONS.get(one.member, len(_SITUATIONS)), one.member
        case _:
            return 0, one.member


def _biases(engine: Engine, cut: date, wanted: tuple[str, ...]) -> list[Bias]:
    rows = [row for row in rows_of(engine, "backtest_groups") if row["grouped_by"] in wanted]
    over_days: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        if isfinite(bias := number(row["bias"])):
            over_days.setdefault((row["grouped_by"], row["member"]), []).append(bias)
    return [_bias(row, over_days.get((row["grouped_by"], row["member"]), [])) for row in rows if row["cut"] == cut]


def _bias(row: dict[str, Any], over_days: list[float]) -> Bias:
    bias = number(row["bias"])
    return Bias(
        grouped_by=str(row["grouped_by"]),
        member=str(row["member"]),
        customers=int(row["customers"] or 0),
        actual_total=number(row["actual_total"]),
        predicted_total=number(row["predicted_total"]),
        bias=bias,
        chance=STANDARD_ERRORS * number(row.get("bias_error")),
        coverage=number(row["coverage"]),
        same_side=sum(other * bias > 0 for other in over_days),
        days=len(over_days),
        usual_miss=median(map(abs, over_days)) if over_days else float("nan"),
    )
