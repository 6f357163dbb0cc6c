"""For whom did it work? Effects by groups that were known before, drawn to the whole, none believed without a test."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from lifeworth.insight.experiments.effects.effect import LEVEL
from lifeworth.insight.experiments.reading.members import Members
from lifeworth.insight.experiments.reading.watched import Watched
from lifeworth.maths.adjusted_difference import Difference, adjusted_difference
from lifeworth.maths.group_effects import differ, shrink
from lifeworth.maths.interaction import interaction_test
from lifeworth.maths.multiplicity import holm

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EVERYBODY, OTHERS = "everybody", "others"
# A group stands alone with so many customers and buyers in each arm; spreads of fewer cannot be told.
PEOPLE, BUYERS = 100, 20
_MOST = 8
# Up to so many customers the lot is drawn again; how often, by the work it is.
_DRAWN, _STEPS, _FEWEST_DRAWS, _MOST_DRAWS = 200_000, 10_000_000, 199, 999


@dataclass(frozen=True)
class GroupEffect:
    """The effect on one group.

    ``own`` is the group's difference as it stands, ``effect`` and ``spread`` what is left after drawing it to the whole;
    ``weight`` says how far it is the group's own.
    """

    member: str
    customers: int
    own: Difference
    effect: float
    spread: float
    weight: float

    def range(self) -> tuple[float, float]:
        """Ends of the drawn effect's range."""
        reach = float(stats.norm.ppf((1 + LEVEL) / 2)) * self.spread
        return self.effect - reach, self.effect + reach


@dataclass(frozen=True)
class Grouping:
    """One way of parting the customers: its groups, and the chance of groups so far apart when all have one effect."""

    name: str
    groups: tuple[GroupEffect, ...]
    p_value: float


def groupings(
    watched: Watched, arm: int, members: Mapping[str, Members], rng: np.random.Generator
) -> tuple[Grouping, ...]:
    """The effect of an arm within every grouping that leaves at least two groups to compare.

    Parameters
    ----------
    members : mapping of str to Members
        Each customer's group, by the name of the grouping; known before the assignment.
    rng : numpy.random.Generator
        Draws the lot again, for the test.
    """
    pair = np.flatnonzero((watched.arm == arm) | (watched.arm == 0))
    both = watched.take(pair)
    treated = both.arm == arm
    whole = adjusted_difference(both.net, treated, both.covariates)
    parted = {name: merged(groups.take(pair), both, arm) for name, groups in members.items()}
    asked = {name: groups for name, groups in parted.items() if len(groups.names) > 1}
    each = {name: _within(both, treated, groups) for name, groups in asked.items()}
    asked = {name: groups for name, groups in asked.items() if all(one.standard_error > 0 for one in each[name])}
    chances = _chances(whole, treated, asked, each, rng)
    return tuple(
        Grouping(name, _drawn(groups, each[name], whole), chance)
        for (name, groups), chance in zip(asked.items(), chances, strict=True)
    )


def adjust(found: list[tuple[Grouping, ...]]) -> list[Floats]:
    """Chances of all arms' groupings, adjusted for their number (Holm); in the same shape."""
    every = holm([one.p_value for arm in found for one in arm])
    ends = np.cumsum([len(arm) for arm in found])
    return np.split(every, ends[:-1]) if found else []


def _within(both: Watched, treated: Bools, groups: Members) -> list[Difference]:
    found = []
    for place in range(len(groups.names)):
        inside = groups.codes == place
        here = both.take(inside)
        found.append(adjusted_difference(here.net, treated[inside], here.covariates))
    return found


def _chances(
    whole: Difference,
    treated: Bools,
    asked: Mapping[str, Members],
    each: Mapping[str, list[Difference]],
    rng: np.random.Generator,
) -> list[float]:
    """Of groups so far apart when all have one effect: by drawing the lot again, or where customers are very many by Welch's F."""
    if not asked:
        return []
    if len(treated) > _DRAWN:
        return [_welch(each[name]) for name in asked]
    draws = int(np.clip(_STEPS // len(treated), _FEWEST_DRAWS, _MOST_DRAWS))
    codes = [groups.codes for groups in asked.values()]
    return [float(chance) for chance in interaction_test(whole.residuals, treated, codes, rng, draws)]


def _welch(found: list[Difference]) -> float:
    parts = ("mean", "standard_error", "degrees")
    return differ(*(np.array([getattr(one, part) for one in found]) for part in parts)).p_value


def _drawn(groups: Members, found: list[Difference], whole: Difference) -> tuple[GroupEffect, ...]:
    effects, errors = (np.array([getattr(one, part) for one in found]) for part in ("mean", "standard_error"))
    drawn = shrink(effects, errors, whole.mean, whole.standard_error)
    sizes = groups.count(groups.codes >= 0)
    parts = zip(groups.names, sizes, found, drawn.mean, drawn.spread, drawn.weight, strict=True)
    return tuple(GroupEffect(n, int(size), d, float(m), float(s), float(w)) for n, size, d, m, s, w in parts)


def merged(groups: Members, watched: Watched, arm: int) -> Members:
    """Groups too small to stand alone, and those beyond the eight largest, put together; code -1 where even that is small."""
    large, people = _large(groups, watched, arm)
    if large.sum() > _MOST:
        large &= people >= np.sort(people[large])[-_MOST]
    kept = [place for place in np.flatnonzero(large) if groups.names[place] != OTHERS]
    code_of = np.full(len(groups.names), len(kept), dtype=np.intp)
    code_of[kept] = np.arange(len(kept))
    found = Members((*(groups.names[place] for place in kept), OTHERS), code_of[groups.codes])
    enough, _ = _large(found, watched, arm)
    if enough[-1]:
        return _in_order(found)
    return _in_order(Members(found.names[:-1], np.where(found.codes == len(kept), -1, found.codes)))


def _large(groups: Members, watched: Watched, arm: int) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Which groups have enough customers and buyers in both arms, and how many customers they have there."""
    large, total = np.ones(len(groups.names), dtype=bool), np.zeros(len(groups.names), dtype=np.intp)
    for side in (arm, 0):
        here = watched.arm == side
        people, buyers = groups.count(here), groups.count(here & watched.bought)
        large &= (people >= PEOPLE) & (buyers >= BUYERS)
        total += people
    return large, total


def _in_order(groups: Members) -> Members:
    """The same, by name, others last."""
    order = sorted(range(len(groups.names)), key=lambda place: (groups.names[place] == OTHERS, groups.names[place]))
    place_of = np.empty(len(order) + 1, dtype=np.intp)
    place_of[order], place_of[-1] = np.arange(len(order)), -1
    return Members(tuple(groups.names[place] for place in order), place_of[groups.codes])
