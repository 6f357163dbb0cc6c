"""A group in a few readable conditions: whom they cover, and how surely they hold.

Conditions are found on one half of the people and measured on the other, so that none is praised for what chance made of it. A
beam search over conjunctions of at most three columns (subgroup discovery; Lavrač, Kavšek, Flach and Todorovski 2004), by the
harmonic mean of coverage and confidence; each further condition describes those whom the earlier ones miss. A condition of whose
people fewer than half belong to the group describes nobody and is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.personas import ranges
from lifeworth.insight.personas.attributes import Attribute
from lifeworth.insight.personas.attributes.columns import SURVEY
from lifeworth.insight.personas.described.covering import Literal, Searched
from lifeworth.insight.personas.described.naming import column_words, say
from lifeworth.insight.personas.ranges import Ranged
from lifeworth.maths.arrays import BoolArray, FloatArray

MOST_RULES = 3
ADDS = 0.05
SURE = 0.5
_STREAM = 6201


@dataclass(frozen=True)
class Rule:
    """A condition as measured on people it was not found on.

    Attributes
    ----------
    words : str
        As a reader would say it.
    condition : str
        As the setting ``segments`` takes it; empty where the column cannot be used there.
    coverage : Ranged
        Share of the group that fulfils it.
    confidence : Ranged
        Share of those who fulfil it that belong to the group.
    lift : Ranged
        Confidence over the group's share of everybody.
    worth : Ranged
        What one of those who fulfil it should bring.
    """

    words: str
    condition: str
    coverage: Ranged
    confidence: Ranged
    lift: Ranged
    worth: Ranged


def find_rules(
    attributes: Sequence[Attribute], inside: BoolArray, value: FloatArray, seed: int, level: float
) -> list[Rule]:
    """Up to three conditions, the one that describes most first.

    Parameters
    ----------
    inside : array of bool, shape (seen,)
        Who belongs to the group.
    value : array, shape (seen,)
    level : float
        Of the ranges.
    """
    learn = np.random.default_rng([seed, _STREAM]).permutation(len(inside)) < len(inside) // 2
    searched, judged = Searched(attributes, learn), Searched(attributes, ~learn)
    found: list[Rule] = []
    left = inside[learn].copy()
    for _ in range(MOST_RULES):
        literals = searched.best(left)
        held = searched.holds(literals) & left
        if not literals or held.sum() < max(ADDS * inside[learn].sum(), FEWEST):
            break
        left &= ~held
        rule = _measure(literals, attributes, judged.holds(literals), inside[~learn], value[~learn], level)
        if rule.confidence.people >= FEWEST and rule.confidence.mean >= SURE and rule.lift.low > 1:
            found.append(rule)
    return found


def _measure(
    literals: tuple[Literal, ...],
    attributes: Sequence[Attribute],
    held: BoolArray,
    inside: BoolArray,
    value: FloatArray,
    level: float,
) -> Rule:
    both = float((held & inside).sum())
    confidence = ranges.share(both, float(held.sum()), level)
    base = float(inside.mean()) or float("nan")
    return Rule(
        " and ".join(_words(literal, attributes[literal.column]) for literal in literals),
        _condition(literals, attributes),
        ranges.share(both, float(inside.sum()), level),
        confidence,
        Ranged(confidence.mean / base, confidence.low / base, confidence.high / base, confidence.people),
        ranges.mean(value[held], level),
    )


def _words(literal: Literal, attribute: Attribute) -> str:
    """A literal as a reader would say it: coffee machine fully automatic or portafilter."""
    if len(literal.levels) == 1:
        return say(attribute, literal.levels[0])
    labels = [attribute.levels.labels[level] for level in literal.levels]
    if attribute.form == "text":
        return f"{column_words(attribute.name)} {' or '.join(labels)}"
    return f"{column_words(attribute.name)} {stretch(labels)}"


def stretch(labels: Sequence[str]) -> str:
    """Neighbouring levels of numbers or days as one.

    Examples
    --------
    >>> stretch(["under 10", "10 to under 20"]), stretch(["1", "2"]), stretch(["20 to under 30", "30 and more"])
    ('under 20', '1 to 2', '20 and more')
    """
    first, last = labels[0], labels[-1]
    low = "" if first.startswith(("under ", "up to ", "before ")) else first.split(" to ")[0]
    if last.endswith((" and more", " or later")):
        return f"{low}{last[last.rindex(' and more') :] if last.endswith(' and more') else ' or later'}"
    high = last.split(" to ")[-1]
    return f"{low} to {high}" if low else high if high.startswith(("under ", "before ")) else f"up to {high}"


def _condition(literals: tuple[Literal, ...], attributes: Sequence[Attribute]) -> str:
    """The literals as the condition of an own segment; empty where one of them cannot be said there."""
    parts = []
    for literal in literals:
        attribute = attributes[literal.column]
        said = _said(literal, attribute)
        if attribute.origin == SURVEY or not attribute.plain or not all(said):
            return ""
        column = f'"{attribute.name}"' if not attribute.name.isidentifier() else attribute.name
        each = [f"{column} {one.replace('{column}', column)}" for one in said]
        parts.append(each[0] if len(each) == 1 else f"({' or '.join(each)})")
    return " and ".join(parts)


def _said(literal: Literal, attribute: Attribute) -> list[str]:
    """The levels as conditions on the column: words one by one, a stretch of numbers or days by its ends."""
    levels, condition = attribute.levels, attribute.levels.condition
    if attribute.form == "text" or len(literal.levels) == 1:
        return [condition[level] for level in literal.levels]
    low, high = literal.levels[0], literal.levels[-1]
    bounds = [f">= {levels.bound(low - 1)}"] if low > 0 else []
    bounds += [f"< {levels.bound(high)}"] if high < len(levels.edges) else []
    return [" and {column} ".join(bounds)]
