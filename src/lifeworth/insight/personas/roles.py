"""Which kinds of people are worth more than the base beyond chance, and which less.

Groups are made of what is known of people alone; worth is read afterwards. Had people been weighted by worth, a group's worth
could not be tested by the same worth, and a few large customers would draw the groups around themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.personas.attributes import Attribute
from lifeworth.insight.personas.classes import Classes
from lifeworth.insight.personas.classes.shown import show
from lifeworth.insight.personas.described.naming import Trait, name_groups, traits
from lifeworth.insight.personas.people import People
from lifeworth.insight.personas.ranks import direction, tell
from lifeworth.insight.personas.scores import Scores
from lifeworth.insight.personas.telling import CHANCE
from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray

IDEAL, OPPOSITE = "ideal", "opposite"
LIKELY = 0.5
KNOWN = 0.5
CLEARLY = 0.10


@dataclass(frozen=True)
class Group:
    """A kind of people with a part to play.

    Attributes
    ----------
    place : int
        Its class.
    name, role : str
    p : float
        The largest of the chances of what was tested, corrected for the number of classes (Holm 1979).
    traits : tuple of Trait
        What they share, the most telling first.
    """

    place: int
    name: str
    role: str
    p: float
    traits: tuple[Trait, ...]


def belong(classes: Classes, codes: Sequence[IntArray], used: Sequence[Attribute]) -> tuple[IntArray, FloatArray]:
    """Each person's class, −1 where none is likelier than not or too little is known, and the chance of the likeliest."""
    weights = classes.belong(show(codes, [len(each.levels) for each in used]))
    likeliest, chance = weights.argmax(0), weights.max(0)
    said = [(column >= 0) & (column != _silent(each)) for column, each in zip(codes, used, strict=True)]
    known = np.sum(said, axis=0) >= KNOWN * len(used)
    return np.where(known & (chance > LIKELY), likeliest, -1), np.where(known, chance, np.nan)


def _silent(attribute: Attribute) -> int:
    """The level of those of whom nothing is said, if there is one."""
    return len(attribute.levels) - 1 if attribute.levels.silence else len(attribute.levels)


def find_groups(member: IntArray, people: People, scores: Scores, attributes: Sequence[Attribute]) -> list[Group]:
    """Every class that is worth more than the base beyond chance, the best first, and the one worth least of those below it."""
    if not _differ(member, scores):
        return []
    classes = [place for place in range(int(member.max(initial=-1)) + 1) if (member == place).sum() >= FEWEST]
    found = [_weigh(place, member == place, people, scores) for place in classes]
    chances = _holm([each.p for each in found])
    clear = [(each, p) for each, p in zip(found, chances, strict=True) if p < CHANCE and each.agrees and each.clear]
    best = sorted((pair for pair in clear if pair[0].above > 0), key=lambda pair: -pair[0].worth)
    worst = sorted((pair for pair in clear if pair[0].above < 0), key=lambda pair: pair[0].worth)[:1]
    if not best:
        return []
    shared = [traits(attributes, member == each.place) for each, _ in (*best, *worst)]
    roles = [IDEAL] * len(best) + [OPPOSITE] * len(worst)
    return [
        Group(each.place, name, role, p, tuple(found_traits))
        for (each, p), role, name, found_traits in zip((*best, *worst), roles, name_groups(shared), shared, strict=True)
    ]


@dataclass(frozen=True)
class _Weighed:
    place: int
    worth: float
    above: float
    p: float
    agrees: bool
    clear: bool


def _weigh(place: int, inside: BoolArray, people: People, scores: Scores) -> _Weighed:
    """A class against the base: the mean of its value, and the ranks of value and of money so far."""
    above, error = above_base(people.value, inside)
    chance = 2 * NormalDist().cdf(-abs(above) / error) if error > 0 else 1.0
    codes = inside.astype(np.intp)
    chances, ways = [chance, tell(codes, scores.ahead, scores.everybody).p], [direction(codes, scores.ahead)]
    if scores.has_past:
        chances.append(tell(codes, scores.behind, scores.strata).p)
        ways.append(direction(codes, scores.behind))
    agrees = all(way * above > 0 for way in ways)
    worth = float(people.value[inside].mean())
    others = float(people.value[~inside].mean()) if not inside.all() else worth
    clear = abs(worth - others) >= CLEARLY * abs(others)
    return _Weighed(place, worth, above, max(chances), agrees, clear)


def above_base(value: FloatArray, inside: BoolArray) -> tuple[float, float]:
    """By how much a group's mean is above that of all, and the standard error: the group is a part of all."""
    group, rest = value[inside], value[~inside]
    if not len(group) or not len(rest):
        return 0.0, 0.0
    apart = float(group.mean() - rest.mean())
    error = float(np.sqrt(_variance(group) / len(group) + _variance(rest) / len(rest)))
    outside = len(rest) / len(value)
    return outside * apart, outside * error


def _variance(value: FloatArray) -> float:
    return float(value.var(ddof=1)) if len(value) > 1 else 0.0


def _differ(member: IntArray, scores: Scores) -> bool:
    """Whether the classes differ in worth at all, in what should come and in what came."""
    chances = [tell(member, scores.ahead, scores.everybody).p]
    if scores.has_past:
        chances.append(tell(member, scores.behind, scores.strata).p)
    return max(chances) < CHANCE


def _holm(chances: Sequence[float]) -> list[float]:
    """Chances corrected for their number, step by step (Holm 1979)."""
    corrected, worst = [0.0] * len(chances), 0.0
    for step, place in enumerate(np.argsort(chances, kind="stable")):
        worst = max(worst, min((len(chances) - step) * chances[place], 1.0))
        corrected[place] = worst
    return corrected
