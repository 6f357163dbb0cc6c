"""For whom experiments worked: groups that differ, and customers ranked by effect."""

from lifeworth.answers.experiments import EVERYBODY, ArmAnswer, Experiments, GroupResult
from lifeworth.report.bars import range_bars
from lifeworth.report.card import Card, Column, Name, Table, numbers
from lifeworth.report.cards.experiments_words import DECISIONS, arm_words, p_words, range_of, who, with_range
from lifeworth.report.numbers import count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, sentence, set_well


def group_cards(found: Experiments, voice: Voice) -> tuple[Card, ...]:
    """One card per treatment whose groups differ."""
    return tuple(
        Card(
            key=f"experiments-groups-{place}",
            title=f"{arm_words(arm.result)}: {pair_words(arm, voice)}",
            caption=(
                "Groups as they were on the day of assignment. Effects are drawn to the whole as far as chance may have made "
                "them differ; that they differ at all is tested first, for all groupings together."
            ),
            shown=_groups_table(arm, arm.clear_groups, voice),
            details=_groups_table(arm, arm.groups, voice),
            details_name="Every grouping",
            footer=(
                "Own: the group's difference as it stands. Part its own: 100 % would be that, 0 % the effect on everybody. "
                "Next: treat the groups it pays for; leave the others, or test them with something else."
            ),
            wide=True,
        )
        for place, arm in enumerate([arm for arm in found.arms if arm.clear_groups], 1)
    )


def pair_words(arm: ArmAnswer, voice: Voice) -> str:
    """The group it does most for and the one it does least for, of the grouping that differs most clearly."""
    parted: dict[str, list[GroupResult]] = {}
    for group in arm.clear_groups:
        parted.setdefault(group.grouped_by, []).append(group)
    named = min((_from_the_best(groups) for groups in parted.values()), key=_how_clear)
    best, worst = named[0], named[-1]
    return f"{voice.money.about(best.effect.mean)} each of {who(best)}, {voice.money.about(worst.effect.mean)} of {who(worst)}"


def _from_the_best(groups: list[GroupResult]) -> list[GroupResult]:
    return sorted(groups, key=lambda group: (-group.effect.mean, group.member))


def _how_clear(groups: list[GroupResult]) -> tuple[float, float, str]:
    """The smaller, the more clearly the groups of a grouping differ."""
    return groups[0].p_value, groups[-1].effect.mean - groups[0].effect.mean, groups[0].grouped_by


def _groups_table(arm: ArmAnswer, chosen: tuple[GroupResult, ...], voice: Voice) -> Table:
    everybody = tuple(group for group in arm.groups if group.grouped_by == EVERYBODY)
    rows = (*everybody, *_in_order([group for group in chosen if group.grouped_by != EVERYBODY]))
    bars = range_bars([group.effect for group in rows], voice.money, percent(arm.result.level))
    return Table(
        caption=f"Effect by group of customers: {arm.result.arm}",
        columns=(
            Column("Customers"),
            *numbers("Effect each"),
            Column("", "range", phone=False),
            *numbers(f"{percent(arm.result.level)} range"),
            *numbers("How many", "Own", "Part its own", "Chance that all are alike", phone=False),
            Column("Decision"),
        ),
        rows=tuple(
            (
                Name(sentence(who(group)), f"{group.grouped_by}: {group.member}"),
                voice.money.exact(group.effect.mean),
                bar,
                range_of(group.effect, voice),
                "hidden" if group.customers is None else count(group.customers),
                voice.money.exact(group.own.mean),
                percent(group.own_weight),
                p_words(group.p_value) if group.grouped_by != EVERYBODY else "",
                DECISIONS[group.verdict],
            )
            for group, bar in zip(rows, bars, strict=True)
        ),
    )


def _in_order(groups: list[GroupResult]) -> list[GroupResult]:
    """The grouping that differs most clearly first, its groups from the largest effect to the smallest."""
    parted: dict[str, list[GroupResult]] = {}
    for group in groups:
        parted.setdefault(group.grouped_by, []).append(group)
    ordered = sorted((_from_the_best(found) for found in parted.values()), key=_how_clear)
    return [group for found in ordered for group in found]


def ranking_cards(found: Experiments, voice: Voice) -> tuple[Card, ...]:
    """One card per treatment whose customers can be ranked by effect."""
    ranked = [arm for arm in found.arms if arm.ranking is not None and arm.ranking.told_apart]
    return tuple(_ranking(place, arm, voice) for place, arm in enumerate(ranked, 1))


def _ranking(place: int, arm: ArmAnswer, voice: Voice) -> Card:
    ranking = arm.ranking
    assert ranking is not None
    money, level = voice.money, percent(arm.result.level)
    bars = range_bars([fifth.effect for fifth in ranking.fifths], money, level)
    treated = round(5 * ranking.treat_share) if ranking.treat_share == ranking.treat_share else 0
    return Card(
        key=f"experiments-ranking-{place}",
        title=f"{arm_words(arm.result)}: ranked by effect, {_worth_it(treated)}",
        caption=set_well(sentence(ranking.sentence)),
        shown=Table(
            caption=f"Effect by fifth of the ranking: {arm.result.arm}",
            columns=(
                Column("Ranked"),
                *numbers("Effect each"),
                Column("", "range", phone=False),
                *numbers(f"{level} range"),
                *numbers("Treated down to here, each", "Customers", phone=False),
                Column("Treat"),
            ),
            rows=tuple(
                (
                    f"fifth {fifth.fifth}",
                    money.exact(fifth.effect.mean),
                    bar,
                    range_of(fifth.effect, voice),
                    with_range(fifth.up_to_here, voice),
                    count(fifth.customers),
                    "yes" if fifth.fifth <= treated else "no",
                )
                for fifth, bar in zip(ranking.fifths, bars, strict=True)
            ),
        ),
        footer=(
            f"Each customer was ranked by what others' behaviour taught; ranking beats picking at random by {with_range(ranking.area, voice)} "
            f"a customer, averaged over all shares treated (chance of that without any difference: {p_words(ranking.p_value)}). "
            f"{_list_words(ranking.targets)}"
        ),
        wide=True,
    )


def _worth_it(treated: int) -> str:
    if treated == 0:
        return "nobody is worth treating"
    return "everybody is worth treating" if treated == 5 else f"the first {percent(treated / 5)} are worth treating"


def _list_words(targets: int) -> str:
    if targets == 0:
        return "Next: none of today's customers is like those it pays for."
    return f"Next: treat the {many(targets, 'customer')} of today listed in tables/experiments_targets.csv."
