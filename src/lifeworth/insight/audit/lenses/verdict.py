"""How healthy is the base: what the reasons come to (``audit_verdict``).

A reason is good or bad where the change is at least 2 % and chance alone shows as much in fewer than one in twenty cases, the number of reasons
allowed for (Holm). Otherwise it is open. A fact is neither good nor bad by itself.
"""

from collections.abc import Sequence

import numpy as np

from lifeworth.insight.audit.lenses.reasons import Reason, Seen, reasons
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import VERDICT
from lifeworth.insight.audit.words import by_chance
from lifeworth.insight.ground import Frame
from lifeworth.maths.multiplicity import holm
from lifeworth.store.engine import Engine

GOOD, BAD, OPEN, FACT = "good", "bad", "open", "fact"
STRONGER, WEAKER, MIXED, STEADY, YOUNG = "getting stronger", "weakening", "mixed", "steady", "too young"
CHANCE, LEAST_CHANGE = 0.05, 0.02
_SAID = {
    STRONGER: "The customer base is getting stronger",
    WEAKER: "The customer base is weakening",
    MIXED: "The signs of the customer base are mixed",
    STEADY: "The customer base is steady: nothing has changed beyond chance",
    YOUNG: "The history is too young to say how healthy the customer base is",
}


def write_verdict(engine: Engine, frame: Frame, seen: Seen) -> None:
    """The reasons, and the verdict as row 0."""
    found = list(reasons(engine, frame, seen))
    asked = holm([np.nan if reason.chance is None else reason.chance for reason in found]).tolist()
    chances = [None if np.isnan(chance) else chance for chance in asked]
    signs = [sign_of(reason.change, chance) for reason, chance in zip(found, chances, strict=True)]
    verdict = judge(signs, in_years=seen.in_years)
    rows = [[0, 0, "verdict", verdict, None, None, conclusion(verdict, found, signs)]]
    for place, (reason, chance, sign) in enumerate(zip(found, chances, signs, strict=True), 1):
        told = f"{reason.sentence}." if chance is None else f"{reason.sentence}: {by_chance(chance)}."
        rows.append([place, reason.lens, reason.about, sign, reason.change, chance, told])
    put(engine, VERDICT, rows)


def sign_of(change: float | None, chance: float | None) -> str:
    """good, bad, open or fact.

    Examples
    --------
    >>> sign_of(0.10, 0.001), sign_of(-0.10, 0.001), sign_of(0.10, 0.2), sign_of(0.01, 0.001), sign_of(None, None)
    ('good', 'bad', 'open', 'open', 'fact')
    """
    if chance is None or change is None:
        return FACT
    if chance >= CHANCE or abs(change) < LEAST_CHANGE:
        return OPEN
    return GOOD if change > 0 else BAD


def judge(signs: Sequence[str], *, in_years: bool) -> str:
    """What the reasons come to; without two years to hold against each other, no sign is not a sign of steadiness.

    Examples
    --------
    >>> [judge(signs, in_years=True) for signs in (["good", "open"], ["good", "bad"], ["open", "fact"])]
    ['getting stronger', 'mixed', 'steady']
    >>> judge(["open", "fact"], in_years=False)
    'too young'
    """
    told = set(signs)
    if {GOOD, BAD} <= told:
        return MIXED
    if GOOD in told or BAD in told:
        return STRONGER if GOOD in told else WEAKER
    return STEADY if in_years else YOUNG


def conclusion(verdict: str, found: Sequence[Reason], signs: Sequence[str]) -> str:
    """The verdict in a sentence, with what speaks for and against."""
    parts = [_SAID[verdict]]
    for sign, words in ((GOOD, "better"), (BAD, "worse")):
        named = [reason.about for reason, each in zip(found, signs, strict=True) if each == sign]
        if named:
            parts.append(f"{words}: {', '.join(named)}")
    return f"{'; '.join(parts)}."
