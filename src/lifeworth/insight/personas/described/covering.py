"""The search for conditions that tell a group from everybody else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.personas.attributes import Attribute
from lifeworth.insight.personas.classes.shown import show
from lifeworth.maths.arrays import BoolArray, FloatArray

MOST_COLUMNS = 3
BEAM = 8
GAIN = 0.01
PAIRED = 6


@dataclass(frozen=True)
class Literal:
    """A column (by its place) that holds one of some levels."""

    column: int
    levels: tuple[int, ...]


class Searched:
    """People among whom conditions are looked for.

    Parameters
    ----------
    attributes : sequence of Attribute
    rows : array of bool, shape (seen,)
        Which of the people seen are searched.
    """

    def __init__(self, attributes: Sequence[Attribute], rows: BoolArray) -> None:
        self._codes = [each.codes[rows] for each in attributes]
        self._shown = show(self._codes, [len(each.levels) for each in attributes])
        self._literals = [literal for place, each in enumerate(attributes) for literal in literals_of(place, each)]

    def holds(self, literals: Sequence[Literal]) -> BoolArray:
        """Who fulfils all of some literals."""
        held = np.ones(len(self._shown), dtype=np.bool_)
        for literal in literals:
            held &= np.isin(self._codes[literal.column], literal.levels)
        return held

    def best(self, wanted: BoolArray) -> tuple[Literal, ...]:
        """The literals that together describe the wanted people best; none where nobody is wanted.

        Parameters
        ----------
        wanted : array of bool, shape (searched,)
        """
        beam: list[tuple[float, tuple[Literal, ...]]] = [(0.0, ())]
        for _ in range(MOST_COLUMNS):
            longer = {key: value for _, literals in beam for key, value in self._lengthen(literals, wanted)}
            ranked = sorted(longer.items(), key=lambda item: (-item[1], len(item[0]), _order(item[0])))
            found = [(quality, literals) for literals, quality in ranked[:BEAM]]
            if not found or found[0][0] < beam[0][0] + GAIN:
                break
            beam = found
        return beam[0][1]

    def _lengthen(
        self, literals: tuple[Literal, ...], wanted: BoolArray
    ) -> Iterator[tuple[tuple[Literal, ...], float]]:
        held = self.holds(literals)
        right, wrong = self._by_level(held & wanted), self._by_level(held & ~wanted)
        taken = {literal.column for literal in literals}
        for literal in self._literals:
            if literal.column in taken:
                continue
            levels = self._shown.heads[literal.column] + np.array(literal.levels)
            hits, misses = float(right[levels].sum()), float(wrong[levels].sum())
            if hits + misses < FEWEST:
                continue
            quality = 2 * hits / (hits + misses + float(wanted.sum()))
            yield tuple(sorted((*literals, literal), key=lambda each: each.column)), quality

    def _by_level(self, people: BoolArray) -> FloatArray:
        return np.asarray(self._shown.ones[np.flatnonzero(people)].sum(axis=0)).ravel()


def literals_of(column: int, attribute: Attribute) -> Iterator[Literal]:
    """Single levels, stretches of numbers and days, pairs of words; never what nobody said."""
    last = len(attribute.levels) - attribute.levels.silence
    if attribute.form != "text":
        stretches = ((low, high) for low in range(last) for high in range(low, last) if high - low + 1 < last)
        yield from (Literal(column, tuple(range(low, high + 1))) for low, high in stretches)
        return
    yield from (Literal(column, (level,)) for level in range(last))
    if 2 < last <= PAIRED:
        yield from (Literal(column, pair) for pair in combinations(range(last), 2))


def _order(literals: tuple[Literal, ...]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple((literal.column, literal.levels) for literal in literals)
