"""What did each experiment change, for whom, and what should be done?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

EVERYBODY = "everybody"
KEEP, STOP, CANNOT_TELL = "keep", "stop", "cannot tell"
TOO_EARLY, DO_NOT_USE, TOO_SMALL = "too early", "do not use", "too small"
ALWAYS_VALID = "always valid"

DEFINITION = (
    "Difference: what a customer of the arm brought since the day of assignment, less what the treatment cost, less the same of the "
    "untreated arm; everybody assigned counts, buyers or not. It is adjusted by what was predicted of each customer before. Counted are "
    "orders placed from that day to the last, with what followed from them so far, and service in that time."
)


@dataclass(frozen=True)
class ArmResult:
    """One treated arm against its control; money a customer, in the run's basis.

    ``difference`` carries the range that may be looked at today: the fixed one when the experiment has ended, the always-valid
    one before. ``fixed`` and ``always_valid`` are both; ``plain`` is without adjustment, ``winsorised`` with the largest and
    smallest amounts cut to ``caps``. Figures that are not known are NaN. ``customers`` are those of the arm.
    """

    experiment: str
    arm: str
    control: str
    offer: str
    ended: bool
    assigned_from: date
    ended_on: date | None
    days: float
    customers: int
    control_customers: int
    brought: float
    control_brought: float
    cost: float
    cost_is_stated: bool
    difference: Estimate
    fixed: Estimate
    always_valid: Estimate
    plain: Estimate
    winsorised: Estimate
    caps: tuple[float, float]
    p_value: float
    relative: Estimate
    variance_saved: float
    bought: float
    control_bought: float
    conversion: Estimate
    level: float
    believed: bool
    verdict: str
    customers_needed: int | None
    sentence: str

    @property
    def shown(self) -> bool:
        """Whether the arms are large enough for their figures to be shown."""
        return self.fixed.mean == self.fixed.mean


@dataclass(frozen=True)
class Check:
    """One check of an experiment, in words."""

    experiment: str
    name: str
    warns: bool
    sentence: str


@dataclass(frozen=True)
class GroupResult:
    """The effect on one group of customers, as they were before; ``effect`` is drawn to the whole, ``own`` is not.

    ``customers`` is None where too few to be shown; ``differ`` says that the groups of this grouping differ beyond chance.
    """

    grouped_by: str
    member: str
    customers: int | None
    effect: Estimate
    own: Estimate
    own_weight: float
    p_value: float
    differ: bool
    verdict: str


@dataclass(frozen=True)
class Fifth:
    """A fifth of an experiment's customers, ranked by expected effect, and the effect on it and on all up to it."""

    fifth: int
    customers: int
    effect: Estimate
    up_to_here: Estimate


@dataclass(frozen=True)
class Ranking:
    """Whether customers can be ranked by effect, and whom it says to treat; ``targets`` counts those listed to treat next."""

    told_apart: bool
    p_value: float
    area: Estimate
    treat_share: float
    advice: str
    sentence: str
    fifths: tuple[Fifth, ...]
    targets: int


@dataclass(frozen=True)
class ArmAnswer:
    """Everything about one arm."""

    result: ArmResult
    groups: tuple[GroupResult, ...]
    ranking: Ranking | None

    @property
    def clear_groups(self) -> tuple[GroupResult, ...]:
        """Groups of groupings that differ beyond chance."""
        return tuple(group for group in self.groups if group.differ)


@dataclass(frozen=True)
class Experiments:
    """Every experiment's arms, those that pay for some customers only first, then those to keep, to stop and the rest; all checks."""

    arms: tuple[ArmAnswer, ...]
    checks: tuple[Check, ...]
    definition: str = DEFINITION

    @property
    def warnings(self) -> tuple[Check, ...]:
        """Checks that warn."""
        return tuple(check for check in self.checks if check.warns)

    def arms_with(self, *verdicts: str) -> tuple[ArmAnswer, ...]:
        """Arms of these verdicts."""
        return tuple(arm for arm in self.arms if arm.result.verdict in verdicts)


_ORDER = (KEEP, STOP, CANNOT_TELL, TOO_EARLY, TOO_SMALL, DO_NOT_USE)


def experiments(engine: Engine) -> Experiments:
    """What the ``experiments_`` tables say; nothing where no experiment was given."""
    found = [_result(row) for row in rows_of(engine, "experiments_results")]
    groups, rankings = _by_arm(engine, "experiments_groups"), _by_arm(engine, "experiments_uplift")
    fifths, targets = _by_arm(engine, "experiments_fifths"), _by_arm(engine, "experiments_targets")
    answers = [
        ArmAnswer(
            one,
            tuple(_group(row) for row in groups.get((one.experiment, one.arm), ())),
            _ranking(rankings, fifths, targets, (one.experiment, one.arm)),
        )
        for one in found
    ]
    checks = tuple(
        Check(str(row["experiment_id"]), str(row["check_name"]), row["state"] == "warn", str(row["sentence"]))
        for row in rows_of(engine, "experiments_checks")
    )
    return Experiments(tuple(sorted(answers, key=_place)), checks)


def _place(answer: ArmAnswer) -> tuple[int, int, str, str]:
    one = answer.result
    place = 0 if answer.clear_groups else 1 + _ORDER.index(one.verdict)
    return place, -one.assigned_from.toordinal(), one.experiment, one.arm


def _by_arm(engine: Engine, table: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows_of(engine, table):
        found.setdefault((str(row["experiment_id"]), str(row["arm"])), []).append(row)
    return found


def _three(row: dict[str, Any], name: str) -> Estimate:
    return estimate(row[f"{name}_mean"], row[f"{name}_low"], row[f"{name}_high"])


def _result(row: dict[str, Any]) -> ArmResult:
    fixed, always = _three(row, "difference"), _three(row, "always_valid")
    looked_at = always if row["look_at"] == ALWAYS_VALID else fixed
    return ArmResult(
        experiment=str(row["experiment_id"]),
        arm=str(row["arm"]),
        control=str(row["control"]),
        offer=str(row["offer"] or ""),
        ended=row["state"] == "ended",
        assigned_from=row["assigned_from"],
        ended_on=row["ended_on"],
        days=number(row["days"]),
        customers=int(row["customers"]),
        control_customers=int(row["control_customers"]),
        brought=number(row["brought_each"]),
        control_brought=number(row["control_brought_each"]),
        cost=number(row["cost_each"]),
        cost_is_stated=bool(row["cost_is_stated"]),
        difference=Estimate(fixed.mean, looked_at.low, looked_at.high),
        fixed=fixed,
        always_valid=always,
        plain=_three(row, "plain"),
        winsorised=_three(row, "winsorised"),
        caps=(number(row["cap_low"]), number(row["cap_high"])),
        p_value=number(row["p_value"]),
        relative=_three(row, "relative"),
        variance_saved=number(row["variance_saved"]),
        bought=number(row["bought_share"]),
        control_bought=number(row["control_bought_share"]),
        conversion=_three(row, "conversion"),
        level=number(row["interval_level"]),
        believed=bool(row["may_be_believed"]),
        verdict=str(row["verdict"]),
        customers_needed=None if row["customers_needed"] is None else int(row["customers_needed"]),
        sentence=str(row["sentence"]),
    )


def _group(row: dict[str, Any]) -> GroupResult:
    return GroupResult(
        str(row["grouped_by"]),
        str(row["member"]),
        None if row["customers"] is None else int(row["customers"]),
        _three(row, "effect"),
        _three(row, "own"),
        number(row["own_weight"]),
        number(row["p_value"]),
        bool(row["differ"]),
        str(row["verdict"]),
    )


def _ranking(
    rankings: dict[tuple[str, str], list[dict[str, Any]]],
    fifths: dict[tuple[str, str], list[dict[str, Any]]],
    targets: dict[tuple[str, str], list[dict[str, Any]]],
    key: tuple[str, str],
) -> Ranking | None:
    if key not in rankings:
        return None
    [row] = rankings[key]
    parts = [
        Fifth(int(one["fifth"]), int(one["customers"]), _three(one, "effect"), _three(one, "up_to_here"))
        for one in sorted(fifths.get(key, ()), key=lambda one: int(one["fifth"]))
    ]
    return Ranking(
        bool(row["told_apart"]),
        number(row["p_value"]),
        _three(row, "area"),
        number(row["treat_share"]),
        str(row["advice"]),
        str(row["sentence"]),
        tuple(parts),
        len(targets.get(key, ())),
    )
