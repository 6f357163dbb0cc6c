"""What is reported of all that was tested: each leak once, at the level that explains it.

1. Of all groups but terms of trade, those with a false discovery rate of at most 5 % go on; a category must also cost more than its
   peers within the same customers.
2. Cost by cost, the surest loss is taken first. Where nothing beyond chance is left of a one-way group without the surest
   of the two-way groups inside it, that one is taken in its place.
3. The others are judged again without the orders of those taken: what is then no longer beyond chance is explained by them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.margins.discovery import DISCOVERED, q_values
from lifeworth.insight.margins.leaks.candidates import Candidate, again, candidates
from lifeworth.insight.margins.leaks.comparing import Excess
from lifeworth.insight.margins.leaks.costs import CATEGORY, COSTS
from lifeworth.insight.margins.leaks.facts import Facts
from lifeworth.insight.margins.leaks.measure import Measure, measure
from lifeworth.insight.margins.leaks.within import within_customers

Bools = NDArray[np.bool_]

BEYOND_CHANCE = 0.05
MOST_REPORTED = 20


@dataclass(frozen=True)
class Tested:
    """A candidate with its q-value, what became of it, and the comparison within the same customers where there is one."""

    one: Candidate
    q_value: float | None
    verdict: str
    explained_by: Candidate | None = None
    within: Excess | None = None


@dataclass(frozen=True)
class Finding:
    """A leak or a term of trade as reported; ``worst`` is the part of it where it is worse still.

    ``one`` is reckoned without the orders of findings above it that it shares any with, and ``apart_from_others`` says so.
    """

    one: Candidate
    q_value: float | None
    within: Excess | None = None
    worst: Candidate | None = None
    apart_from_others: bool = False


@dataclass(frozen=True)
class Found:
    """Everything tested, the leaks with the surest loss first, and the terms of trade with the largest excess first."""

    tested: tuple[Tested, ...] = ()
    leaks: tuple[Finding, ...] = ()
    terms: tuple[Finding, ...] = ()


LEAK, TERM, CHANCE = "leak", "term of trade", "may be chance"
EXPLAINED, NOT_WITHIN = "explained by another", "not within the same customers"
TOO_MANY = "beyond the twenty surest of its cost"


def find(facts: Facts) -> Found:
    """Test every group of every cost."""
    measures = {cost.name: measured for cost in COSTS if (measured := measure(facts, cost)) is not None}
    tested = [one for cost in COSTS if cost.name in measures for one in candidates(facts, cost, measures[cost.name])]
    judged = _judged(facts, measures, tested)
    leaks: list[Finding] = []
    for name, measured in measures.items():
        hopeful = [t for t in judged if t.one.cost.name == name and t.verdict == LEAK]
        found, explained = _follow(facts, measured, hopeful)
        leaks += found
        judged = [
            replace(t, verdict=EXPLAINED, explained_by=explained[t.one]) if t.one in explained else t for t in judged
        ]
    terms = [Finding(t.one, t.q_value) for t in judged if t.verdict == TERM]
    reported = {finding.one.key for finding in leaks}
    return Found(
        tuple(replace(t, verdict=TOO_MANY) if t.verdict == LEAK and t.one.key not in reported else t for t in judged),
        tuple(sorted(leaks, key=lambda finding: (-finding.one.sure, finding.one.cost.name))),
        tuple(sorted(terms, key=lambda finding: (-finding.one.mean, finding.one.cost.name))),
    )


def _judged(facts: Facts, measures: dict[str, Measure], tested: Sequence[Candidate]) -> list[Tested]:
    """Each with its q-value: leaks among leaks, terms of trade among their own."""
    found: list[Tested] = []
    for term in (False, True):
        group = [one for one in tested if one.term is term]
        for one, q_value in zip(group, q_values([one.excess.p_value for one in group]), strict=True):
            if q_value > DISCOVERED:
                found.append(Tested(one, q_value, CHANCE))
            elif term:
                found.append(Tested(one, q_value, TERM))
            else:
                found.append(_with_own_customers(facts, measures[one.cost.name], Tested(one, q_value, LEAK)))
    return found


def _with_own_customers(facts: Facts, measured: Measure, tested: Tested) -> Tested:
    one = tested.one
    if one.group.dimension != CATEGORY or one.group.second is not None:
        return tested
    within = within_customers(facts, measured, one, measured.rows)
    holds = within is None or within.p_value <= BEYOND_CHANCE
    return replace(tested, within=within, verdict=LEAK if holds else NOT_WITHIN)


def _follow(facts: Facts, measured: Measure, hopeful: list[Tested]) -> tuple[list[Finding], dict[Candidate, Candidate]]:
    """The findings of one cost, and which of them explains each of the rest."""
    left = sorted(hopeful, key=lambda t: (-t.one.sure, str(t.one.group)))
    kept, found = measured.rows.copy(), list[Finding]()
    explained: dict[Candidate, Candidate] = {}
    while left and len(found) < MOST_REPORTED:
        best = left.pop(0)
        shares = bool((best.one.group.holds(facts) & measured.rows & ~kept).any())
        now = again(facts, measured, best.one, kept) if shares else best.one
        if now is None or now.excess.p_value > BEYOND_CHANCE:
            explained[best.one] = _most_shared(facts, best.one, [finding.one for finding in found])
            continue
        inside = [t for t in hopeful if t.one.group.second is not None and best.one.group in t.one.group.parents()]
        child = _holds_it_all(facts, measured, now, inside, kept)
        if child is not None:
            explained[best.one] = child.one
            if child not in left:
                continue
            left.remove(child)
            best, now = child, child.one
        whole = (
            ()
            if best.one.group.second
            else [t for t in inside if not (t.one.group.holds(facts) & measured.rows & ~kept).any()]
        )
        worst = max(whole, key=lambda t: t.one.sure, default=None)
        found.append(Finding(now, best.q_value, best.within, worst.one if worst else None, shares))
        kept &= ~best.one.group.holds(facts)
    return found, explained


def _holds_it_all(facts: Facts, measured: Measure, one: Candidate, inside: list[Tested], kept: Bools) -> Tested | None:
    """The surest two-way group without which nothing beyond chance is left of a one-way group."""
    if not inside:
        return None
    child = max(inside, key=lambda t: t.one.sure)
    rest = again(facts, measured, one, kept & ~child.one.group.holds(facts))
    return child if rest is None or rest.excess.p_value > BEYOND_CHANCE else None


def _most_shared(facts: Facts, one: Candidate, found: list[Candidate]) -> Candidate:
    own = one.group.holds(facts)
    return max(found, key=lambda other: int((own & other.group.holds(facts)).sum()))
