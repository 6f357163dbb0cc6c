"""What experiments changed: every treated arm against its control."""

from lifeworth.answers.experiments import (
    CANNOT_TELL,
    KEEP,
    STOP,
    ArmAnswer,
    ArmResult,
    Experiments,
)
from lifeworth.report.bars import range_bars
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.experiments_parts import group_cards, pair_words, ranking_cards
from lifeworth.report.cards.experiments_words import (
    DECISIONS,
    LONGEST,
    arm_name,
    arm_words,
    p_words,
    points_of,
    range_of,
    relative,
    with_range,
)
from lifeworth.report.numbers import UNKNOWN, chance, count, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, many, sentence, set_well, shorten

_MOST_ROWS, _MOST_POINTS = 60, 4


def experiments_cards(found: Experiments, voice: Voice) -> tuple[Card, ...]:
    """The results, the groups that differ, the rankings that hold; none where no experiment was given."""
    if not found.arms and not found.checks:
        return ()
    return (_results(found, voice), *group_cards(found, voice), *ranking_cards(found, voice))


def _results(found: Experiments, voice: Voice) -> Card:
    arms = found.arms
    told = [arm for arm in arms if arm.result.verdict in (KEEP, STOP, CANNOT_TELL)]
    return Card(
        key="experiments",
        title=_title(found, voice),
        caption=set_well(sentence(told[0].result.sentence)) if told else "",
        shown=_results_table(arms, voice) if arms else None,
        empty=""
        if arms
        else "No experiment has an arm that is known to be the untreated one, so nothing can be compared.",
        points=tuple(_points(found, told)),
        details=_details(arms, voice) if any(arm.result.shown for arm in arms) else None,
        details_name="The same without adjustment, with large amounts cut, and for those who look early",
        footer=f"{found.definition} {_next_step(found)}",
        wide=True,
        tone="warn" if found.warnings else "",
    )


def _title(found: Experiments, voice: Voice) -> str:
    first = found.arms[0] if found.arms else None
    if first is None:
        return "The experiments name no untreated arm"
    one = first.result
    if first.clear_groups:
        return f"{arm_words(one)} does not do the same for all: {pair_words(first, voice)}"
    if one.verdict == KEEP:
        cost = "more than it cost" if one.cost_is_stated else "more than without it"
        return f"{arm_words(one)} brought {voice.money.about(one.difference.mean)} of {voice.worth} a customer {cost}: keep it"
    if one.verdict == STOP:
        cost = "after its cost" if one.cost_is_stated else "even before its cost"
        return f"{arm_words(one)} took {voice.money.about(-one.difference.mean)} of {voice.worth} a customer {cost}: stop it"
    if one.verdict == CANNOT_TELL:
        return f"Of {many(len(found.arms_with(CANNOT_TELL)), 'treatment')} tried, none is told from chance"
    if found.warnings:
        return "The experiments may not be believed yet"
    return f"It is too early to judge {many(len(found.arms), 'treatment')}"


def _points(found: Experiments, told: list[ArmAnswer]) -> list[str]:
    said = [f"{shorten(check.experiment, LONGEST)}: {check.sentence}" for check in found.warnings]
    more = [arm for arm in told[1:] if arm.clear_groups or arm.result.verdict in (KEEP, STOP)]
    said += [f"{shorten(arm.result.experiment, LONGEST)}: {arm.result.sentence}" for arm in more[:_MOST_POINTS]]
    alike = [arm for arm in told if arm.groups and not arm.clear_groups]
    if alike:
        said.append(f"{_names(alike)}: no group of customers differs from the others beyond chance.")
    unranked = [arm for arm in told if arm.ranking is not None and not arm.ranking.told_apart]
    if unranked:
        said.append(
            f"{_names(unranked)}: customers cannot be ranked by effect better than chance, so treat all or none."
        )
    return [set_well(sentence(each)) for each in said]


def _names(arms: list[ArmAnswer]) -> str:
    names = list(dict.fromkeys(shorten(arm.result.experiment, LONGEST) for arm in arms))
    rest = len(names) - _MOST_POINTS
    return listed(names if rest <= 0 else [*names[:_MOST_POINTS], f"{count(rest)} more"])


def _next_step(found: Experiments) -> str:
    if found.warnings:
        return "Next: clear the warning before acting on that experiment."
    if any(arm.clear_groups for arm in found.arms):
        return "Next: treat the customers it pays for, as listed below, and leave the others."
    if found.arms_with(KEEP):
        return "Next: go on with it, and hold a tenth of the customers back to go on measuring."
    if found.arms_with(STOP):
        return "Next: stop it, and test something else."
    if found.arms_with(CANNOT_TELL):
        return "Next: see with `lifeworth experiment plan` how many customers, or how large a change, it takes."
    return "Next: wait for the last day before deciding."


def _results_table(arms: tuple[ArmAnswer, ...], voice: Voice) -> Table:
    shown, level = arms[:_MOST_ROWS], percent(arms[0].result.level)
    bars = range_bars([arm.result.difference for arm in shown], voice.money, level)
    return Table(
        caption="Treated arms against their controls",
        columns=(
            Column("Treatment"),
            *numbers("Difference each"),
            Column("", "range", phone=False),
            *numbers(f"{level} range"),
            *numbers("Customers", "Control", "Cost each", "Bought", "Control bought", phone=False),
            Column("Decision"),
        ),
        rows=tuple(_results_row(arm.result, bar, voice) for arm, bar in zip(shown, bars, strict=True)),
        part="" if len(shown) == len(arms) else f"first {count(len(shown))} of {count(len(arms))} treatments",
    )


def _results_row(one: ArmResult, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    return (
        arm_name(one),
        voice.money.exact(one.difference.mean) if one.shown else "hidden",
        bar,
        range_of(one.difference, voice),
        count(one.customers) if one.shown else "hidden",
        count(one.control_customers) if one.shown else "hidden",
        voice.money.exact(one.cost) if one.cost_is_stated else "not stated",
        chance(one.bought),
        chance(one.control_bought),
        DECISIONS[one.verdict] if one.ended else f"{DECISIONS[one.verdict]} (running)",
    )


def _details(arms: tuple[ArmAnswer, ...], voice: Voice) -> Table:
    return Table(
        caption="Every treated arm, taken apart",
        columns=(
            Column("Treatment"),
            Column("Days", phone=False),
            *numbers("Brought each", "Control brought", "Relative"),
            *numbers("Not adjusted", "Variance saved", "Large amounts cut", "Cut below and above", phone=False),
            *numbers("Looked at once, at the end", "Looked at any day", phone=False),
            *numbers("Chance without effect", "More who bought", phone=False),
        ),
        rows=tuple(_detail_row(arm.result, voice) for arm in arms[:_MOST_ROWS] if arm.result.shown),
    )


def _detail_row(one: ArmResult, voice: Voice) -> tuple[Cell, ...]:
    money = voice.money
    return (
        arm_name(one),
        f"{count(one.days)} from {day(one.assigned_from)}",
        money.exact(one.brought),
        money.exact(one.control_brought),
        relative(one.relative),
        with_range(one.plain, voice),
        percent(max(one.variance_saved, 0.0)) if one.variance_saved == one.variance_saved else UNKNOWN,
        with_range(one.winsorised, voice),
        f"{money.exact(one.caps[0])} and {money.exact(one.caps[1])}",
        range_of(one.fixed, voice),
        range_of(one.always_valid, voice),
        p_words(one.p_value),
        points_of(one.conversion),
    )
