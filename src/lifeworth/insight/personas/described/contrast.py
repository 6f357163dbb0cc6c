"""How the people of a group differ from those of the opposite group, level by level."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lifeworth.insight.personas import ranges
from lifeworth.insight.personas.attributes import Attribute
from lifeworth.insight.personas.attributes.levels import OTHER
from lifeworth.insight.personas.described.pooling import pool_small
from lifeworth.insight.personas.ranges import Ranged
from lifeworth.maths.arrays import FloatArray, IntArray

OTHERS = f"any {OTHER}"


@dataclass(frozen=True)
class Contrast:
    """A level of a column: its share in a group, in the opposite group, and in the base, of those of whom it is known.

    ``apart`` is the difference of the first two; without an opposite group ``other`` is everybody who is not in the group.
    """

    group: int
    attribute: Attribute
    label: str
    share: Ranged
    other: Ranged
    apart: Ranged
    base: float


def contrast(
    attributes: Sequence[Attribute], member: IntArray, groups: int, opposite: int | None, level: float
) -> Iterator[Contrast]:
    """Every level of every column in every group but the opposite one; levels of few people are put together.

    Parameters
    ----------
    member : array, shape (seen,)
        Place of each person's group; −1 for none.
    groups : int
        How many groups there are.
    opposite : int, optional
        Place of the opposite group.
    """
    for attribute in attributes:
        people = count(attribute, member, groups)
        parts = pool_small(people)
        labels = [attribute.levels.labels[part[0]] if len(part) == 1 else OTHERS for part in parts]
        for group in range(groups) if parts else ():
            if group != opposite:
                pooled = np.column_stack([people[:, part].sum(1) for part in parts]).astype(np.float64)
                yield from _levels(attribute, labels, pooled, group, opposite, level)


def count(attribute: Attribute, member: IntArray, groups: int) -> IntArray:
    """People by group (everybody else first) and level."""
    width, known = len(attribute.levels), attribute.codes >= 0
    flat = np.bincount((member[known] + 1) * width + attribute.codes[known], minlength=(groups + 1) * width)
    return flat.reshape(groups + 1, width)


def _levels(
    attribute: Attribute, labels: Sequence[str], people: FloatArray, group: int, opposite: int | None, level: float
) -> Iterator[Contrast]:
    mine, total = people[group + 1], people.sum(0)
    others = total - mine if opposite is None else people[opposite + 1]
    if not mine.sum() or not others.sum():
        return
    for place, label in enumerate(labels):
        share, other = (ranges.share(float(each[place]), float(each.sum()), level) for each in (mine, others))
        yield Contrast(group, attribute, label, share, other, share.less(other), float(total[place] / total.sum()))
