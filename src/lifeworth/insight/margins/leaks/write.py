"""``margins_leaks`` and ``margins_tested``."""

from collections.abc import Iterator
from typing import Any

from lifeworth.insight.ground import Frame, fill
from lifeworth.insight.margins import tables
from lifeworth.insight.margins.leaks.candidates import Group
from lifeworth.insight.margins.leaks.facts import Facts
from lifeworth.insight.margins.leaks.finding import LEAK, TERM, Finding, Found, Tested, find
from lifeworth.insight.margins.leaks.strata import matched_words
from lifeworth.insight.margins.leaks.words import comparables_words, group_words, name_of, sentence, worst_words
from lifeworth.store.engine import Engine

MOST_LEAKS, MOST_TERMS = 30, 12


def write_leaks(engine: Engine, frame: Frame, facts: Facts) -> None:
    """Test every group of every cost, and write down what was found."""
    found = find(facts)
    rows = _findings(facts, frame, found)
    fill(engine, tables.LEAKS, rows)
    fill(engine, tables.TESTED, (_tested(facts, frame, one) for one in found.tested))


def _findings(facts: Facts, frame: Frame, found: Found) -> Iterator[list[Any]]:
    for kind, findings in ((LEAK, found.leaks[:MOST_LEAKS]), (TERM, found.terms[:MOST_TERMS])):
        for place, finding in enumerate(findings, 1):
            yield _finding(facts, frame, kind, place, finding)


def _finding(facts: Facts, frame: Frame, kind: str, place: int, finding: Finding) -> list[Any]:
    one, within = finding.one, finding.within
    low, high = one.ends(frame.interval_level)
    inside: list[float | None] = [None, None, None]
    if within is not None:
        reach = within.reach(frame.interval_level)
        inside = [one.exposure * rate for rate in (within.mean, within.mean - reach, within.mean + reach)]
    return [
        place,
        kind,
        one.cost.name,
        *_group(facts, one.group),
        one.orders,
        one.customers,
        one.amount,
        one.mean,
        low,
        high,
        one.excess.rate,
        one.excess.comparable,
        one.cost.unit,
        comparables_words(facts, one),
        matched_words(one.matched),
        *inside,
        worst_words(facts, finding) or None,
        finding.worst.mean if finding.worst else None,
        one.excess.p_value,
        finding.q_value if kind == LEAK else None,
        frame.interval_level,
        facts.span.days,
        facts.span.one_in,
        sentence(facts, frame, finding),
        one.cost.what_to_do if kind == LEAK else one.cost.on_terms,
    ]


def _tested(facts: Facts, frame: Frame, tested: Tested) -> list[Any]:
    one = tested.one
    low, high = one.ends(frame.interval_level)
    return [
        one.cost.name,
        *_group(facts, one.group),
        one.orders,
        one.customers,
        one.mean,
        low,
        high,
        one.excess.p_value,
        None if one.term else tested.q_value,
        tested.verdict,
        group_words(facts, tested.explained_by.group) if tested.explained_by else None,
    ]


def _group(facts: Facts, group: Group) -> list[str | None]:
    second = None
    if group.second is not None and group.second_code is not None:
        second = name_of(facts, group.second, group.second_code)
    return [group.dimension, name_of(facts, group.dimension, group.code), group.second, second]
