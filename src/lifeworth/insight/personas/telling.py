"""Which columns may describe a persona: those that tell worth, and those that go with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lifeworth.insight.personas.attributes import Attribute, LeftOut, Reading
from lifeworth.insight.personas.people import People
from lifeworth.insight.personas.ranks import NOTHING, Told, adds_to, control, tell
from lifeworth.insight.personas.scores import Scores
from lifeworth.insight.personas.thinning import thin_out
from lifeworth.insight.personas.together import tie
from lifeworth.maths.arrays import FloatArray, IntArray

CHANCE = 0.05
GOES_WITH = 0.1
UNSTATED_SHARE = 0.05
FEWEST_COLUMNS = 3
MOST_COLUMNS = 24

TELLS, GOES, ALONE, NOTHING_TOLD = (
    "tells worth",
    "goes with what tells worth",
    "tells worth on its own",
    "tells nothing beyond chance",
)


@dataclass(frozen=True)
class Standing:
    """What a column tells of worth, and the part it plays.

    Attributes
    ----------
    ahead, behind, orders : Told
        Against expected value, money so far, and orders so far.
    p : float
        The larger of the chances for value and for money so far: both must be told.
    q : float
        The same with the false discoveries among all columns under control (Benjamini and Hochberg 1995).
    beyond : float
        Chance of what it adds to the stronger columns that tell; NaN where it does not tell.
    part : str
    goes_with : str
        The column it is tied to most among those that may be used, and how strongly; empty where to none.
    """

    attribute: Attribute
    ahead: Told
    behind: Told
    orders: Told
    p: float
    q: float
    beyond: float
    part: str
    goes_with: str

    @property
    def used(self) -> bool:
        """Whether personas are made of it."""
        return self.part in (TELLS, GOES)


@dataclass(frozen=True)
class Telling:
    """Every column that was tested, the strongest first, and every one left out."""

    standings: tuple[Standing, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def used(self) -> tuple[Attribute, ...]:
        """What personas are made of, in the order of the columns."""
        return tuple(sorted((each.attribute for each in self.standings if each.used), key=lambda a: a.place))


def find_telling(reading: Reading, people: People, scores: Scores, level: float) -> Telling:
    """Test every candidate, find out which go together, and settle the part each plays."""
    candidates, left_out = thin_out(reading, people, scores)
    tested = [_test(each, scores, level) for each in candidates]
    chances = [max(ahead.p, behind.p) for ahead, behind, _ in tested]
    adjusted = control(chances)
    tells = [bool(q < CHANCE) for q in adjusted]
    ties = _ties([each.codes for each in candidates])
    joined = _joined(ties > 0, tells)
    standings = []
    for place, attribute in enumerate(candidates):
        part = (TELLS if joined[place] else ALONE) if tells[place] else (GOES if joined[place] else NOTHING_TOLD)
        standings.append(
            Standing(
                attribute,
                *tested[place],
                chances[place],
                float(adjusted[place]),
                np.nan,
                part,
                _partner(place, ties, candidates),
            )
        )
    ordered = sorted(standings, key=lambda each: (each.p, -each.ahead.strength, each.attribute.name))
    return Telling(tuple(_add_up(_stated(_few_enough(ordered)), scores)), (*reading.left_out, *left_out))


def _test(attribute: Attribute, scores: Scores, level: float) -> tuple[Told, Told, Told]:
    ahead = tell(attribute.codes, scores.ahead, scores.everybody, level)
    if not scores.has_past:
        return ahead, replace(NOTHING, p=0.0), NOTHING
    behind = tell(attribute.codes, scores.behind, scores.strata, level)
    return ahead, behind, tell(attribute.codes, scores.orders, scores.strata)


def _ties(codes: Sequence[IntArray]) -> FloatArray:
    """How strongly each two columns go together; zero where it is little, or chance would do (Bonferroni over all pairs).

    A tie that is none would let a column that tells nothing blur the kinds.
    """
    pairs = [(first, second) for first in range(len(codes)) for second in range(first)]
    found = [tie(codes[first], codes[second]) for first, second in pairs]
    ties = np.zeros((len(codes), len(codes)))
    for (first, second), each in zip(pairs, found, strict=True):
        if each.p * len(pairs) < CHANCE and each.strength >= GOES_WITH:
            ties[first, second] = ties[second, first] = each.strength
    return ties


def _joined(tied: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], tells: Sequence[bool]) -> list[bool]:
    """Which columns belong to a set of at least two that hang together and of which one tells worth."""
    joined = [False] * len(tells)
    for start in (place for place, told in enumerate(tells) if told):
        found, waiting = {start}, [start]
        while waiting:
            for other in np.flatnonzero(tied[waiting.pop()]):
                if int(other) not in found:
                    found.add(int(other))
                    waiting.append(int(other))
        if len(found) > 1:
            for place in found:
                joined[place] = True
    return joined


def _partner(place: int, ties: FloatArray, attributes: Sequence[Attribute]) -> str:
    if not ties[place].any():
        return ""
    other = int(ties[place].argmax())
    return f"{attributes[other].name} ({ties[place, other]:.2f})"


def _few_enough(standings: Sequence[Standing]) -> list[Standing]:
    """The columns that tell most; beyond two dozen they blur one another."""
    ranked = [each for each in standings if each.used]
    spare = {each.attribute.name for each in ranked[MOST_COLUMNS:]}
    return [
        replace(each, part=ALONE if each.part == TELLS else NOTHING_TOLD) if each.attribute.name in spare else each
        for each in standings
    ]


def _stated(standings: Sequence[Standing]) -> Iterator[Standing]:
    """Where it goes with other columns that one says nothing, "not stated" becomes a level of its own."""
    used = [each.attribute for each in standings if each.used]
    for standing in standings:
        attribute = standing.attribute
        others = [other.codes for other in used if other.name != attribute.name]
        if (
            standing.used
            and others
            and 1 - attribute.known_share >= UNSTATED_SHARE
            and _silence_tells(attribute.codes, others)
        ):
            yield replace(standing, attribute=attribute.with_silence())
        else:
            yield standing


def _silence_tells(codes: IntArray, others: Sequence[IntArray]) -> bool:
    found = [tie((codes >= 0).astype(np.intp), other) for other in others]
    return any(each.p * len(found) < CHANCE and each.strength >= GOES_WITH for each in found)


def _add_up(standings: Iterator[Standing], scores: Scores) -> Iterator[Standing]:
    """What each column that tells adds to the stronger ones."""
    stronger: list[IntArray] = []
    for standing in standings:
        if standing.part not in (TELLS, ALONE):
            yield standing
            continue
        outcomes = [scores.ahead, scores.behind] if scores.has_past else [scores.ahead]
        yield replace(standing, beyond=max(adds_to(standing.attribute.codes, stronger, each) for each in outcomes))
        stronger.append(standing.attribute.codes)
