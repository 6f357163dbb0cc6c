"""What was judged, written into the tables."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lifeworth.insight.experiments import sentences, tables
from lifeworth.insight.experiments.effects import verdicts
from lifeworth.insight.experiments.effects.effect import LEVEL
from lifeworth.insight.experiments.judging import Judged, JudgedArm
from lifeworth.insight.experiments.reading.blind import Blind
from lifeworth.insight.experiments.uplift.rank import Uplift
from lifeworth.insight.experiments.uplift.targets import choose, read_today
from lifeworth.insight.ground import FEWEST, Frame, fill, hide
from lifeworth.maths.adjusted_difference import Difference

# Which advice follows from a ranking that holds.
FIRST, ALL, NONE, CANNOT_TELL = "the first fifths", "all", "none", "cannot tell"


def write_judged(blind: Blind, judged: Judged) -> None:
    """Results, checks, groups, the ranking and whom to treat next, of one experiment."""
    engine, frame = blind.engine, blind.frame
    name = judged.reading.experiment.name
    fill(engine, tables.RESULTS, [_result(judged, one, frame) for one in judged.arms])
    fill(engine, tables.CHECKS, [_check(name, check) for check in judged.checks])
    fill(engine, tables.GROUPS, [row for one in judged.arms for row in _groups(judged, one)])
    for one in judged.arms:
        if one.uplift is not None:
            _write_ranking(blind, judged, one, *one.uplift)


def _check(name: str, check: Any) -> list[Any]:
    return [name, check.name, check.statistic, check.p_value, "warn" if check.warns else "fine", check.sentence]


def _result(judged: Judged, one: JudgedArm, frame: Frame) -> list[Any]:
    experiment, watched = judged.reading.experiment, judged.reading.watched
    control = experiment.control
    assert control is not None
    days = float(judged.reading.known.window[(watched.arm == one.place) | (watched.arm == 0)].mean())
    shown = min(watched.people(one.place), watched.people(0)) >= FEWEST
    people = watched.people(one.place) + watched.people(0)
    sentence = sentences.state(frame, experiment, one.arm, one.effect, one.decision, days, people)
    if one.decision.verdict not in (verdicts.DO_NOT_USE, verdicts.TOO_SMALL):
        sentence += sentences.differences(one.groupings, frame)
        sentence += sentences.untreated_cost(float(watched.cost[watched.arm == 0].mean()), frame)
    return [
        experiment.name,
        one.arm.name,
        control.name,
        one.arm.offer,
        "ended" if experiment.ended else "running",
        experiment.first,
        experiment.last,
        experiment.ended_on,
        days,
        watched.people(one.place),
        watched.people(0),
        "profit" if frame.in_profit else "revenue",
        *(_money(judged, one) if shown else [None] * 4),
        experiment.costs_stated,
        *(_effect(one) if shown else [None] * 18),
        one.decision.look_at,
        *(_shares(judged, one) if shown else [None] * 10),
        LEVEL,
        judged.believed,
        one.decision.verdict,
        one.decision.customers_needed if shown else None,
        sentence,
    ]


def _money(judged: Judged, one: JudgedArm) -> list[float]:
    watched = judged.reading.watched
    return [
        float(part[watched.arm == arm].mean()) for part in (watched.brought, watched.cost) for arm in (one.place, 0)
    ]


def _effect(one: JudgedArm) -> list[Any]:
    """Everything about the difference in money, from the adjusted one to the always-valid p value."""
    effect, valid = one.effect, one.valid
    assert effect is not None
    comparisons = round((1 - LEVEL) / (1 - effect.level))
    found = effect.adjusted
    always = [found.mean, valid.low, valid.high, min(valid.p_value * comparisons, 1.0)] if valid else [None] * 4
    return [
        *_ends(found, effect.level),
        found.standard_error,
        found.degrees,
        min(found.p_value * comparisons, 1.0),
        *_ends(effect.plain, effect.level),
        *_ends(effect.winsorised, effect.level),
        *effect.caps,
        *always,
    ]


def _ends(found: Difference, level: float) -> list[float]:
    return [found.mean, *found.range(level)]


def _shares(judged: Judged, one: JudgedArm) -> list[Any]:
    effect, watched = one.effect, judged.reading.watched
    assert effect is not None
    bought = [float(watched.bought[watched.arm == arm].mean()) for arm in (one.place, 0)]
    used = "value predicted before, whether a customer before, money of the year before"
    relative = effect.relative or (None, None, None)
    return [*relative, effect.variance_saved, used, *bought, *effect.conversion]


def _groups(judged: Judged, one: JudgedArm) -> Iterator[list[Any]]:
    if not one.groupings or one.effect is None:
        return
    name, everybody = judged.reading.experiment.name, one.effect.adjusted
    people = judged.reading.watched.people(one.place) + judged.reading.watched.people(0)
    whole = [*_ends(everybody, LEVEL), everybody.standard_error, *_ends(everybody, LEVEL)]
    yield [name, one.arm.name, "everybody", "everybody", people, *whole, 1.0, None, False, one.decision.verdict, LEVEL]
    for grouping, chance in one.groupings:
        differ = chance < 1 - LEVEL
        sizes = [group.customers for group in grouping.groups]
        hidden = hide([*sizes, people - sum(sizes)])
        for group, is_hidden in zip(grouping.groups, hidden, strict=False):
            low, high = group.range()
            yield [
                name,
                one.arm.name,
                grouping.name,
                group.member,
                None if is_hidden else group.customers,
                *_ends(group.own, LEVEL),
                group.own.standard_error,
                group.effect,
                low,
                high,
                group.weight,
                chance,
                differ,
                verdicts.verdict_of(low, high) if differ else one.decision.verdict,
                LEVEL,
            ]


def _write_ranking(blind: Blind, judged: Judged, one: JudgedArm, uplift: Uplift, chance: float) -> None:
    engine, frame = blind.engine, blind.frame
    which = [judged.reading.experiment.name, one.arm.name]
    apart = chance < 1 - LEVEL
    advice, share = _advice(one, uplift, apart)
    reach = uplift.range(LEVEL)
    sentence = _ranking_words(one, uplift, advice, apart, frame)
    row = [*which, uplift.tried_on, uplift.area.mean, *reach, chance, apart, share, advice, LEVEL, sentence]
    fill(engine, tables.UPLIFT, [row])
    if not apart:
        return
    fill(
        engine,
        tables.FIFTHS,
        [
            [*which, place, fifth.customers, fifth.effect.mean, *fifth.effect.range()]
            + [fifth.up_to_here.mean, *fifth.up_to_here.range(), LEVEL]
            for place, fifth in enumerate(uplift.fifths, 1)
        ],
    )
    if share:
        today = read_today(blind, float(np.median(judged.reading.known.window)))
        fill(engine, tables.TARGETS, [[*which, *target] for target in choose(uplift, today)])


def _advice(one: JudgedArm, uplift: Uplift, apart: bool) -> tuple[str, float | None]:
    """Whom to treat: down the ranking where it holds, else everybody or nobody by the average effect."""
    if not apart:
        found = {verdicts.KEEP: (ALL, 1.0), verdicts.STOP: (NONE, 0.0)}
        return found.get(one.decision.verdict, (CANNOT_TELL, None))
    wanted = uplift.worth_treating
    if wanted == 0:
        return NONE, 0.0
    return (ALL, 1.0) if wanted == len(uplift.fifths) else (FIRST, wanted / len(uplift.fifths))


def _ranking_words(one: JudgedArm, uplift: Uplift, advice: str, apart: bool, frame: Frame) -> str:
    if not apart:
        words = {
            ALL: "treat all customers like these, for on average it pays",
            NONE: "treat none, for on average it does not pay",
            CANNOT_TELL: "and of the average effect nothing can be told either",
        }
        return f"{one.arm.name}: customers cannot be ranked by effect better than chance; {words[advice]}."
    speech, first = sentences.Speech(frame), uplift.fifths[0]
    low, high = first.effect.range()
    said = (
        f"{one.arm.name}: customers can be ranked by effect. On the first fifth it made "
        f"{speech.amount(first.effect.mean)} ({LEVEL:.0%} range {speech.between(low, high)}) a customer"
    ).replace("% range", " % range")
    if advice == NONE:
        return f"{said}, which is not enough: treat none."
    if advice == ALL:
        return f"{said}, and it pays down to the last: treat all customers like these."
    wanted = uplift.worth_treating
    upto = uplift.fifths[wanted - 1].up_to_here.mean
    count = ("the first fifth", "the first two fifths", "the first three fifths", "the first four fifths")[wanted - 1]
    return f"{said}: treat {count}, {speech.amount(upto)} a customer on average, and leave the others."
