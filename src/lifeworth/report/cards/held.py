"""For whom the ranges of single customers held."""

from math import isfinite, sqrt

from lifeworth.answers.held import TENTHS, HeldGroup
from lifeworth.answers.proof import Proof, Verdict
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.days import off_by
from lifeworth.report.numbers import count, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, many, sentence, span

# A group is named only where chance alone would hardly do it: three standard errors, and some points beside.
_BEYOND_CHANCE = 3.0
_POINTS = 4.0
_NAMED = 3
_FEW = 10


def held_card(proof: Proof, verdict: Verdict, voice: Voice) -> tuple[Card, ...]:
    """Ranges by predicted tenth and by last purchase at the newest past day; none where none were drawn."""
    groups = tuple(group for group in proof.held if isfinite(group.coverage))
    if not groups:
        return ()
    return (
        Card(
            key="held",
            title=_title(groups, verdict, voice),
            caption=f"Share of customers with something to expect whose {voice.level} range held, "
            f"over {span(verdict.horizon_days)} from {day(verdict.cut)}. Dashed: what was promised.",
            chart=_chart(groups, voice),
            chart_label="Share of ranges that held, by group: "
            + ", ".join(f"{_name(group)} {percent(group.coverage / 100)}" for group in groups),
            details=_table(proof.held, voice),
            footer=f"Checked on {many(verdict.sample, 'customer')}. Tenth 1 was predicted to bring most. Last purchase: "
            "how long before that day. Of whom nothing was expected stands apart in the table. Faint: so few of the group had "
            "something to expect that the share may be chance.",
        ),
    )


def _title(groups: tuple[HeldGroup, ...], verdict: Verdict, voice: Voice) -> str:
    level = 100 * voice.facts.interval_level
    seldom = sorted(
        (group for group in groups if level - group.coverage > _chance(group, level)), key=lambda group: group.coverage
    )
    if not seldom:
        return f"Ranges of single customers held for {percent(verdict.coverage / 100)}; {voice.level} were promised"
    named = listed([f"{_name(group)} ({percent(group.coverage / 100)})" for group in seldom[:_NAMED]])
    more = f" and {count(len(seldom) - _NAMED)} more groups" if len(seldom) > _NAMED else ""
    return f"Ranges held too seldom, {voice.level} promised: {named}{more}"


def _chance(group: HeldGroup, level: float) -> float:
    """Points below the level that chance may explain in a group."""
    return max(_BEYOND_CHANCE * sqrt(level * (100 - level) / max(group.least_judged, 1)), _POINTS)


def _name(group: HeldGroup) -> str:
    if group.grouped_by != TENTHS:
        return f"last purchase {group.member}"
    return f"tenth {group.member.lstrip('0') or group.member}"


def _chart(groups: tuple[HeldGroup, ...], voice: Voice) -> dict[str, object]:
    return {
        "kind": "held",
        "names": [_name(group) for group in groups],
        "shares": [round(group.coverage, 1) for group in groups],
        "faint": [group.least_judged < _FEW for group in groups],
        "tenths": sum(group.grouped_by == TENTHS for group in groups),
        "level": round(100 * voice.facts.interval_level, 1),
        "says": [
            f"{sentence(_name(group))}\n{percent(group.coverage / 100)} of ranges held\n{many(group.customers, 'customer')}"
            for group in groups
        ],
    }


def _table(groups: tuple[HeldGroup, ...], voice: Voice) -> Table:
    return Table(
        caption="How ranges held by predicted tenth and by last purchase",
        columns=(
            Column("Group"),
            *numbers("Customers", "Range held"),
            *numbers("Nothing expected, and so it was", "Mean width", phone=False),
            *numbers("Off by"),
        ),
        rows=tuple(_row(group, voice) for group in groups),
    )


def _row(group: HeldGroup, voice: Voice) -> tuple[Cell, ...]:
    return (
        sentence(_name(group)),
        count(group.customers),
        percent(group.coverage / 100) if isfinite(group.coverage) else "–",
        percent(group.coverage_zero / 100) if isfinite(group.coverage_zero) else "–",
        voice.money.exact(group.width) if isfinite(group.width) else "–",
        off_by(group.bias),
    )
