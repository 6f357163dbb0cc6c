"""An experiment judged: what each arm changed, whether that may be believed, for whom it worked."""

from dataclasses import dataclass

import numpy as np

from lifeworth.insight.experiments.effects.checks import Check, check_experiment, warn
from lifeworth.insight.experiments.effects.differing import Grouping, adjust, groupings
from lifeworth.insight.experiments.effects.effect import Effect, measure
from lifeworth.insight.experiments.effects.peeking import AlwaysValid, first_look, look
from lifeworth.insight.experiments.effects.verdicts import TOO_SMALL, Decision, decide
from lifeworth.insight.experiments.reading.assigned import Arm
from lifeworth.insight.experiments.reading.reader import Reading
from lifeworth.insight.experiments.uplift.rank import Uplift, find_uplift
from lifeworth.insight.experiments.uplift.traits import measures
from lifeworth.insight.ground import Frame
from lifeworth.maths.multiplicity import holm

_STREAM = 71_002


@dataclass(frozen=True)
class JudgedArm:
    """One treated arm against the control.

    Attributes
    ----------
    place : int
        Of the arm among the experiment's, the control being 0.
    groupings : tuple of (Grouping, float)
        Each with its chance, adjusted for all groupings of all arms.
    uplift : (Uplift, float), optional
        The ranking with its chance, adjusted for all arms; none where it could not be tried.
    """

    arm: Arm
    place: int
    effect: Effect | None
    valid: AlwaysValid | None
    decision: Decision
    groupings: tuple[tuple[Grouping, float], ...]
    uplift: tuple[Uplift, float] | None


@dataclass(frozen=True)
class Judged:
    """An experiment's customers, checks and arms; no arms where no control is known."""

    reading: Reading
    checks: tuple[Check, ...]
    arms: tuple[JudgedArm, ...]

    @property
    def believed(self) -> bool:
        """Whether no check warns."""
        return not warn(self.checks)


def judge(reading: Reading, frame: Frame) -> Judged:
    """Measure, check and decide."""
    experiment, watched = reading.experiment, reading.watched
    checks = check_experiment(experiment, watched.arm, reading.expected, reading.known.window)
    places = {arm.key: place for place, arm in enumerate(experiment.arms)}
    believed = not warn(checks)
    found = [_against_control(reading, arm, places[arm.key], frame, believed=believed) for arm in experiment.treated]
    may_part = [experiment.ended and believed and one.decision.verdict != TOO_SMALL for one in found]
    return Judged(reading, checks, tuple(_with_parts(reading, found, may_part, frame)))


def _against_control(reading: Reading, arm: Arm, place: int, frame: Frame, *, believed: bool) -> JudgedArm:
    experiment, watched = reading.experiment, reading.watched
    effect = valid = None
    if min(watched.people(place), watched.people(0)) >= 2:
        effect = measure(watched, place, experiment.comparisons)
        on = first_look(experiment.first, reading.bought_on, watched.arm, place)
        valid = look(effect, watched, place, on, frame.as_of, reading.seen)
    decision = decide(effect, valid, watched, place, ended=experiment.ended, believed=believed)
    return JudgedArm(arm, place, effect, valid, decision, (), None)


def _with_parts(reading: Reading, found: list[JudgedArm], may_part: list[bool], frame: Frame) -> list[JudgedArm]:
    """The arms with their groups and rankings, chances adjusted for everything that was asked."""
    if not any(may_part):
        return found
    groups = reading.groups()
    figures, number = measures(reading.known, reading.expected), reading.experiment.number
    parted = [
        groupings(reading.watched, one.place, groups, np.random.default_rng([frame.seed, _STREAM, number, one.place]))
        if may
        else ()
        for one, may in zip(found, may_part, strict=True)
    ]
    ranked = [
        find_uplift(reading.watched, one.place, figures, groups, frame.seed, number) if may else None
        for one, may in zip(found, may_part, strict=True)
    ]
    chances = holm([one.area.p_value if one else np.nan for one in ranked])
    return [
        JudgedArm(
            one.arm,
            one.place,
            one.effect,
            one.valid,
            one.decision,
            tuple((grouping, float(p)) for grouping, p in zip(arm_groups, adjusted, strict=True)),
            (uplift, float(chance)) if uplift else None,
        )
        for one, arm_groups, adjusted, uplift, chance in zip(
            found, parted, adjust(parted), ranked, chances, strict=True
        )
    ]
