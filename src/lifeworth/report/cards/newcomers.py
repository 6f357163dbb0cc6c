"""What a new customer is worth on the first day, and by what that can be told."""

import re

from lifeworth.answers.newcomers import FIRST_ORDER, UNNAMED, Dimension, NewcomerGroup, Newcomers
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.cards.amounts import labelled
from lifeworth.report.numbers import chance, count
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, many, sentence, shorten, span

_SHOWN = 3
_LONGEST = 44
_MOST_ROWS = 150


def newcomers_cards(found: Newcomers, voice: Voice) -> tuple[Card, ...]:
    """Everybody, then the channel and whatever tells newcomers apart best; none where nothing could be reckoned."""
    everybody = found.everybody
    if everybody is None:
        return ()
    shown = found.clear[:_SHOWN]
    every = tuple(group for one in found.dimensions for group in one.groups)
    return (
        Card(
            key="newcomers",
            title=_title(found, everybody, voice),
            caption=_caption(found, everybody, voice),
            shown=_table((everybody, *(group for one in shown for group in one.groups)), voice),
            points=tuple(_points(found, everybody, shown, voice)),
            details=_details(every[:_MOST_ROWS], len(every), found, everybody, voice) if every else None,
            details_name="Everything known on the first day",
            footer=_footer(found, voice),
            wide=True,
        ),
    )


def _title(found: Newcomers, everybody: NewcomerGroup, voice: Voice) -> str:
    said = f"A new customer brings about {voice.money.about(everybody.value.mean)} of {voice.worth} in the first {span(found.horizon_days)}"
    if not found.clear:
        return f"{said}; nothing known on the first day tells them apart" if found.dimensions else said
    apart = [g for g in found.clear[0].groups if g.member not in UNNAMED and g.apart_from(everybody)]
    named = dict.fromkeys((apart[-1], apart[0]))
    each = [f"{voice.money.about(group.value.mean)} {group_words(group, voice)}" for group in named]
    return f"{said}: {listed(each)}"


def dimension_words(name: str) -> str:
    """What is known on the first day, as a reader would say it: household size."""
    return "what the first order brought" if name == FIRST_ORDER else name.replace("_", " ")


def group_words(group: NewcomerGroup, voice: Voice) -> str:
    """A group after an amount: through referral, from Germany, with a first order bringing up to €4.86."""
    member = shorten(group.member, _LONGEST)
    match group.grouped_by:
        case "first order":
            return f"with a {_bringing(group.member, voice)}"
        case "channel":
            return f"through {member}"
        case "country" | "city":
            return f"from {member}"
        case name:
            return f"with {dimension_words(name)} {member}"


def _bringing(member: str, voice: Voice) -> str:
    amounts = re.sub(r"-?[\d,]+\.\d\d", lambda found: voice.money.exact(float(found[0].replace(",", ""))), member)
    return f"first {'bill' if voice.bills else 'order'} bringing {amounts}"


def _caption(found: Newcomers, everybody: NewcomerGroup, voice: Voice) -> str:
    value, money = everybody.value, voice.money
    seen = f"{many(everybody.customers, 'customer')} whose first {span(found.seen_days)} are over"
    carried = (
        f", carried on to {span(found.horizon_days)} by the purchase model"
        if found.seen_days < found.horizon_days
        else ""
    )
    again = "" if voice.bills else f"; {chance(everybody.chance_of_second)} order again"
    return (
        f"{voice.level} range of that average: {money.exact_range(value.low, value.high)}. "
        f"{money.exact(everybody.first_order)} of it comes with the first order{again}. Measured on {seen}{carried}."
    )


def _points(found: Newcomers, everybody: NewcomerGroup, shown: tuple[Dimension, ...], voice: Voice) -> list[str]:
    said = [words for one in shown if (words := _afterwards(one, everybody, voice))]
    more = found.clear[len(shown) :]
    if more:
        said.append(f"Newcomers also differ by {_named(more)}: see below.")
    if found.faint:
        said.append(
            f"{sentence(_named(found.faint))} {agree(len(found.faint), 'tells', 'tell')} newcomers apart no better than "
            "chance could."
        )
    return said


def _afterwards(one: Dimension, everybody: NewcomerGroup, voice: Voice) -> str:
    """What is left of a difference once the first order is taken out of it; nothing where that is not most of it."""
    apart = [group for group in one.groups if group.member not in UNNAMED and group.apart_from(everybody)]
    if len(apart) < 2:
        return ""
    most, least = apart[0], apart[-1]
    whole, later = most.value.mean - least.value.mean, _later(most) - _later(least)
    mostly_first = abs(later) <= abs(whole) / 2
    if one.name != FIRST_ORDER and not mostly_first:
        return ""
    why = "it is the first order that differs most" if mostly_first else "the first order itself is in these figures"
    return (
        f"By {dimension_words(one.name)}, {why}: afterwards the group that brings most in all brings "
        f"{voice.money.about(_later(most))} more, the one that brings least {voice.money.about(_later(least))}."
    )


def _later(group: NewcomerGroup) -> float:
    return group.value.mean - group.first_order


def _named(dimensions: tuple[Dimension, ...]) -> str:
    return listed([dimension_words(one.name) for one in dimensions])


def _table(groups: tuple[NewcomerGroup, ...], voice: Voice) -> Table:
    everybody, bars = groups[0], range_bars([group.value for group in groups], voice.money, voice.level)
    return Table(
        caption="What a newcomer brings, by what is known on the first day",
        columns=(
            Column("Newcomers"),
            *numbers("Expected of each"),
            Column("", "range", phone=False),
            *numbers(f"{voice.level} range"),
            *numbers(*(() if voice.bills else ("Order again",)), "Seen", phone=False),
            Column("Against all"),
        ),
        rows=tuple(
            (
                _name(group, everybody, voice),
                voice.money.exact(group.value.mean),
                bar,
                range_words(group.value, voice.money),
                *(() if voice.bills else (chance(group.chance_of_second),)),
                count(group.customers),
                _against(group, everybody),
            )
            for group, bar in zip(groups, bars, strict=True)
        ),
    )


def _details(
    groups: tuple[NewcomerGroup, ...], all_of_them: int, found: Newcomers, everybody: NewcomerGroup, voice: Voice
) -> Table:
    money, clear = voice.money, {one.name for one in found.clear}
    return Table(
        caption="What a newcomer brings, by everything known on the first day",
        columns=(
            Column("Newcomers"),
            *numbers("Expected of each", f"{voice.level} range"),
            *numbers(
                "First order", *(() if voice.bills else ("Order again",)), "Seen", "Put down to chance", phone=False
            ),
            Column("Against all", phone=False),
        ),
        rows=tuple(
            (
                _name(group, everybody, voice),
                money.exact(group.value.mean),
                range_words(group.value, money),
                money.exact(group.first_order),
                *(() if voice.bills else (chance(group.chance_of_second),)),
                count(group.customers),
                chance(group.drawn),
                _against(group, everybody) if group.grouped_by in clear else "may be chance",
            )
            for group in groups
        ),
        part="" if len(groups) == all_of_them else f"first {count(len(groups))} of {count(all_of_them)} groups",
    )


def _name(group: NewcomerGroup, everybody: NewcomerGroup, voice: Voice) -> Cell:
    if group is everybody:
        return "All newcomers"
    if group.grouped_by == FIRST_ORDER:
        return sentence(_bringing(group.member, voice))
    kind = sentence(dimension_words(group.grouped_by))
    return Name(labelled(kind, group.member, _LONGEST), f"{kind}: {group.member}")


def _against(group: NewcomerGroup, everybody: NewcomerGroup) -> str:
    if group is everybody:
        return ""
    if not group.apart_from(everybody):
        return "may be chance"
    return "more" if group.value.mean > everybody.value.mean else "less"


def _footer(found: Newcomers, voice: Voice) -> str:
    what = "Profit, before the cost of winning them" if voice.facts.in_profit else "Net revenue (no costs are known)"
    return (
        f"{what}, not discounted, first order included and refunds taken off; an average over all newcomers of the group, those "
        "who never return among them. Small groups are drawn towards all newcomers as far as chance could have made the "
        f"difference: the share is “put down to chance”. May be chance: all newcomers lie inside the group’s {voice.level} "
        f"range. What goes with a group need not come from it. Every group: tables/values_newcomers.csv."
    )
