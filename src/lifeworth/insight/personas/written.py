"""What was considered, tried and found, as rows."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from lifeworth.insight.ground import Frame
from lifeworth.insight.personas.finding import Finding
from lifeworth.insight.personas.people import People
from lifeworth.insight.personas.telling import ALONE, GOES, NOTHING_TOLD, TELLS, Standing, Telling
from lifeworth.store.engine import Engine

LEFT_OUT = "left out"


def finding_row(engine: Engine, frame: Frame, people: People, finding: Finding) -> list[Any]:
    """Whether there are personas, in a row."""
    belonging = int(engine.value("SELECT count(persona) FROM personas_customers"))
    used = len(finding.used)
    return [
        bool(finding.groups),
        finding.kinds,
        len(finding.personas),
        used,
        people.customers,
        len(people),
        belonging,
        frame.interval_level,
        finding.reason or None,
        _sentence(people, finding),
    ]


def _sentence(people: People, finding: Finding) -> str:
    if finding.reason:
        return f"No personas: {finding.reason}."
    count = len(finding.personas)
    named = " and ".join(f"“{group.name}”" for group in finding.personas)
    return (
        f"{people.customers:,} customers come in {finding.kinds} kinds; {count} of them {'is' if count == 1 else 'are'} worth clearly more "
        f"than a customer of the base: {named}."
    )


def choice_rows(finding: Finding) -> Iterator[list[Any]]:
    """Every number of kinds that was tried, the smallest first."""
    chosen = len(finding.classes) if finding.classes is not None else 0
    for each in finding.choice.tried:
        stable = (each.stability, each.stability_low, each.stability_high)
        by_chance = each.by_chance if isfinite(each.by_chance) else None
        yield [each.classes, *stable, by_chance, each.gain, each.gain_spread, each.holds, each.classes == chosen]


def attribute_rows(telling: Telling, found: bool) -> Iterator[list[Any]]:
    """Every column that was tested, the strongest first, then every one left out."""
    for each in telling.standings:
        attribute, ahead, behind = each.attribute, each.ahead, each.behind
        has_past = behind.people > 0
        yield [
            attribute.name,
            attribute.origin,
            each.part,
            each.used and found,
            False,
            _reason(each, found),
            attribute.known_share,
            len(attribute.levels),
            ahead.people,
            ahead.strength,
            ahead.low,
            ahead.high,
            ahead.p,
            *((behind.strength, behind.low, behind.high, behind.p, each.orders.p) if has_past else [None] * 5),
            each.q,
            each.beyond if isfinite(each.beyond) else None,
            each.goes_with or None,
        ]
    for out in telling.left_out:
        known = (out.name, out.origin, LEFT_OUT, False, out.protected, out.reason, out.known_share, out.levels)
        yield [*known, *([None] * 13)]


def _reason(standing: Standing, found: bool) -> str:
    tie = f" It goes with {standing.goes_with}." if standing.goes_with else ""
    unused = "" if found or not standing.used else " No personas were found."
    added = "" if not standing.beyond >= 0.05 else " Beyond the stronger columns it adds nothing."
    said = {
        TELLS: f"Tells worth apart ({_by_chance(standing.q)}).{added}{tie}{unused}",
        GOES: f"Tells no worth of its own, but helps to tell kinds of people apart.{tie}{unused}",
        ALONE: f"Tells worth apart ({_by_chance(standing.q)}), but goes with no other column, so it makes no kind of people.{added}",
        NOTHING_TOLD: f"Tells worth no better than chance ({_by_chance(standing.q)}).{tie}",
    }
    return said[standing.part]


def _by_chance(q: float) -> str:
    """A q-value in words: how many of the findings as clear as this one are false."""
    share = "fewer than one in a thousand" if q < 0.001 else f"{100 * q:.2g} %"
    return f"{share} of findings as clear are chance"
