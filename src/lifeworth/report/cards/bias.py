"""Whose forecast was wrong: channels, situations and cohorts held against what they brought."""

from math import isfinite

from lifeworth.answers.bias import CHANNEL, COHORT, OTHERS, SITUATION, Bias
from lifeworth.answers.proof import Proof, Verdict
from lifeworth.report.bars import miss_bars
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.cards.chosen import SITUATIONS
from lifeworth.report.cards.days import off_by
from lifeworth.report.cards.steps import CHANCE, chance_words, judged, roughly_off
from lifeworth.report.numbers import count, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, many, number_word, sentence, shorten, span, too_much_or_little

_NAMED = 3
_MOST_CHANNELS = 8
_LONGEST = 36


def bias_card(proof: Proof, verdict: Verdict, voice: Voice) -> tuple[Card, ...]:
    """Groups of customers whose total was off, beyond chance or not; none where no group can be compared."""
    groups = tuple(group for group in proof.biases if isfinite(group.bias))
    if not any(isfinite(group.chance) for group in groups):
        return ()
    return (
        Card(
            key="bias",
            title=_title(groups),
            caption=f"What was said of each group over {span(verdict.horizon_days)} from {day(verdict.cut)}, held against what "
            f"it brought ({verdict.measured}). All customers together: {too_much_or_little(verdict.bias)}.{_no_channel(groups)}",
            shown=_table(_in_sight(groups)),
            details=_all(groups, voice),
            details_name="Every group with its money",
            footer=_footer(groups),
            wide=True,
        ),
    )


def _title(groups: tuple[Bias, ...]) -> str:
    wrong = sorted(
        (group for group in groups if group.wrong), key=lambda group: -abs(group.bias) / max(group.chance, 1e-9)
    )
    kinds = {CHANNEL: "channel", SITUATION: "situation", COHORT: "cohort"}
    asked = [word for by, word in kinds.items() if any(group.grouped_by == by for group in groups)]
    if not wrong:
        return f"No {' or '.join([', '.join(asked[:-1]), asked[-1]] if len(asked) > 1 else asked)} was off by more than chance explains"
    named = listed([f"{_plain(group)} ({roughly_off(group)})" for group in wrong[:_NAMED]])
    more = len(wrong) - _NAMED
    return f"Off by more than chance explains: {named}" + (f", and {many(more, 'more group')}" if more > 0 else "")


def _plain(group: Bias) -> str:
    """A group inside a sentence: referral, one order so far, won in Q3 2010."""
    member = shorten(group.member, _LONGEST)
    if group.member == OTHERS:
        return f"{OTHERS} by {group.grouped_by}"
    match group.grouped_by:
        case "situation":
            return SITUATIONS.get(group.member, member).split(":")[0]
        case "cohort":
            return f"won in {_quarter(member)}"
        case _:
            return f"channel {member}"


def _name(group: Bias) -> Cell:
    """A group in the first column of a table."""
    match group.grouped_by:
        case "situation" if group.member in SITUATIONS:
            return sentence(SITUATIONS[group.member])
        case "cohort" if group.member != OTHERS:
            return f"Won in {_quarter(group.member)}"
        case by:
            full = f"{sentence(by)}: {group.member}"
            return Name(shorten(full, _LONGEST), full)


def _quarter(member: str) -> str:
    """2010 Q3 as the page writes quarters: Q3 2010."""
    year, _, quarter = member.partition(" ")
    return f"{quarter}\u00a0{year}" if quarter else year


def _no_channel(groups: tuple[Bias, ...]) -> str:
    if any(group.grouped_by == CHANNEL for group in groups):
        return ""
    return " Channels are not compared: the files name none, or the run was made with --fast."


def _in_sight(groups: tuple[Bias, ...]) -> tuple[Bias, ...]:
    """The largest channels, all situations, and of the rest those that were wrong."""
    channels = [group for group in groups if group.grouped_by == CHANNEL][:_MOST_CHANNELS]
    return tuple(group for group in groups if group.wrong or group.grouped_by == SITUATION or group in channels)


def _table(groups: tuple[Bias, ...]) -> Table:
    bars = miss_bars([(group.bias, group.chance) for group in groups])
    return Table(
        caption="How far off the forecast was by group",
        columns=(
            Column("Group"),
            *numbers("Customers", phone=False),
            *numbers("Off by", "Chance explains"),
            Column("", "range", phone=False),
            Column("Verdict"),
            *numbers("Same side, past days", phone=False),
        ),
        rows=tuple(
            (
                _name(group),
                count(group.customers),
                off_by(group.bias),
                chance_words(group.chance),
                bar,
                judged(group),
                f"{count(group.same_side)} of {count(group.days)}",
            )
            for group, bar in zip(groups, bars, strict=True)
        ),
    )


def _all(groups: tuple[Bias, ...], voice: Voice) -> Table:
    money = voice.money
    return Table(
        caption="What was said of every group and what it brought",
        columns=(
            Column("Group"),
            *numbers("Customers", phone=False),
            *numbers("Happened", "We said", "Off by"),
            *numbers("Chance explains", "Range held", phone=False),
        ),
        rows=tuple(
            (
                _name(group),
                count(group.customers),
                money.exact(group.actual_total),
                money.exact(group.predicted_total),
                off_by(group.bias),
                chance_words(group.chance),
                percent(group.coverage / 100) if isfinite(group.coverage) else "–",
            )
            for group in groups
        ),
    )


def _below(groups: tuple[Bias, ...]) -> str:
    """Cohorts that are not in sight because nothing is to be said of them."""
    calm = sum(group.grouped_by == COHORT and not group.wrong for group in groups)
    if not calm:
        return ""
    return f" {sentence(number_word(calm))} {agree(calm, 'cohort', 'cohorts')} within chance {agree(calm, 'stands', 'stand')} in the table below only."


def _footer(groups: tuple[Bias, ...]) -> str:
    wrong = sum(group.wrong for group in groups)
    by_luck = max(round(len(groups) / 20), 1)
    many_asked = (
        f" Of {count(len(groups))} groups, about {number_word(by_luck)} would pass that line by luck; "
        f"{number_word(wrong) if wrong else 'none'} did."
        if len(groups) > 5
        else ""
    )
    return (
        f"{CHANCE}{many_asked}{_below(groups)} Same side: on how many past days the group was off in the same direction; often so "
        "means a habit and not luck. Groups of fewer than 30 customers are put together as others."
    )
