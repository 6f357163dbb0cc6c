"""Personas, or the plain statement that there are none."""

from dataclasses import dataclass

import numpy as np

from lifeworth.insight.ground import Frame
from lifeworth.insight.personas.attributes import Attribute, Reading
from lifeworth.insight.personas.classes import Choice, Classes, choose, settle
from lifeworth.insight.personas.classes.shown import Shown, show
from lifeworth.insight.personas.people import People
from lifeworth.insight.personas.roles import IDEAL, Group, belong, find_groups
from lifeworth.insight.personas.scores import Scores
from lifeworth.insight.personas.telling import ALONE, FEWEST_COLUMNS, TELLS, Telling
from lifeworth.maths.arrays import FloatArray, IntArray

FEWEST_PEOPLE = 120
NO_CHOICE = Choice(())


@dataclass(frozen=True)
class Finding:
    """What was found among the people looked at.

    Attributes
    ----------
    reason : str
        Why there are no personas; empty where there are.
    choice : Choice
        Every number of classes that was tried.
    kinds : int
        The kinds that personas come from; without personas the largest number that holds, 1 for none.
    classes : Classes, optional
        The mixture that personas come from.
    groups : tuple of Group
        Personas from the most worth, then the opposite.
    used : tuple of Attribute
        The columns the mixture speaks of.
    member : array, shape (seen,)
        Place of each person's group in ``groups``; −1 for none.
    chance : array, shape (seen,)
        Chance of each person's likeliest class; NaN where too little is known.
    """

    reason: str
    choice: Choice
    kinds: int
    classes: Classes | None
    groups: tuple[Group, ...]
    used: tuple[Attribute, ...]
    member: IntArray
    chance: FloatArray

    @property
    def personas(self) -> tuple[Group, ...]:
        """The groups worth more than the base."""
        return tuple(group for group in self.groups if group.role == IDEAL)


def show_attributes(used: tuple[Attribute, ...]) -> Shown:
    """The columns as the mixture sees them."""
    return show([each.codes for each in used], [len(each.levels) for each in used])


def find(reading: Reading, people: People, telling: Telling, scores: Scores, frame: Frame) -> Finding:
    """The largest number of stable classes among which some are worth more than the base."""
    if reason := _too_little(reading, people, telling, frame):
        return _nothing(reason, NO_CHOICE, people)
    shown = show_attributes(telling.used)
    choice = choose(shown, frame.seed)
    kinds = 1
    for classes, judged in settle(shown, choice, frame.seed):
        choice = judged
        kinds = max(kinds, len(classes))
        found, chance = belong(classes, [each.codes for each in telling.used], telling.used)
        groups = find_groups(found, people, scores, telling.used)
        if groups:
            return Finding(
                "", choice, len(classes), classes, tuple(groups), telling.used, place_of(found, groups), chance
            )
    return _nothing(_why_none(kinds, people.has_past), choice, people, kinds)


def place_of(member: IntArray, groups: list[Group] | tuple[Group, ...]) -> IntArray:
    """Classes as places in the list of groups; −1 for classes without a part."""
    places = np.full(int(member.max(initial=0)) + 2, -1, dtype=np.intp)
    for place, group in enumerate(groups):
        if group.place < len(places) - 1:
            places[group.place] = place
    return places[member]


def _too_little(reading: Reading, people: People, telling: Telling, frame: Frame) -> str:
    if len(people) < FEWEST_PEOPLE:
        return (
            f"there are {len(people):,} customers, and {FEWEST_PEOPLE} are needed to tell kinds of people from chance"
        )
    if frame.no_signal:
        return "nothing told customers apart on past days, so no group can be said to be worth more than another"
    if not reading.candidates:
        return "no column says anything of customers that may be used"
    if not any(each.part in (TELLS, ALONE) for each in telling.standings):
        return f"none of {len(telling.standings)} columns tells customers' worth apart better than chance could"
    if len(telling.used) < FEWEST_COLUMNS:
        named = [each.attribute.name for each in telling.standings if each.part in (TELLS, ALONE)]
        verb = "tells" if len(named) == 1 else "tell"
        return (
            f"{_listed(named)} {verb} worth apart, but {'it does' if len(named) == 1 else 'they do'} not go together with enough "
            f"other columns to make kinds of people: at least {FEWEST_COLUMNS} columns must hang together"
        )
    return ""


def _why_none(kinds: int, has_past: bool) -> str:
    if kinds > 1:
        both = " both in what should come and in what came" if has_past else ""
        return f"customers come in {kinds} kinds, but none of them is worth clearly more than the base{both}"
    return "the columns that go together do not part customers into kinds that come back in both halves of the base"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _nothing(reason: str, choice: Choice, people: People, kinds: int = 1) -> Finding:
    nobody = np.full(len(people), -1, dtype=np.intp)
    return Finding(reason, choice, kinds, None, (), (), nobody, np.full(len(people), np.nan))
