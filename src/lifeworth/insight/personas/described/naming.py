"""What a group of people is called: by what its people share and others do not, never by an invented name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lifeworth.features.protected import words_of
from lifeworth.insight.ground import FEWEST
from lifeworth.insight.personas.attributes import Attribute
from lifeworth.insight.personas.attributes.levels import NOT_STATED, OTHER
from lifeworth.maths.arrays import BoolArray

IN_NAME = 2
TYPICAL = 0.4
LONGEST = 40

_YES = {"yes", "y", "true", "ja", "oui", "sí", "si", "sì", "sim", "1"}
_NO = {"no", "n", "false", "nein", "non", "não", "nee", "0"}


@dataclass(frozen=True)
class Trait:
    """A level that a group shares: how many of its people have it, how many of all, and how much that tells.

    ``share`` and ``base`` are shares of those of whom the column is known; ``weight`` is the share times its log lift, the
    level's part of the information that belonging gives (Kullback and Leibler 1951). ``nearly_all`` says that so few of the
    group lack it that their number must not be told.
    """

    attribute: Attribute
    level: int
    share: float
    base: float
    weight: float
    nearly_all: bool = False

    @property
    def words(self) -> str:
        """The level as a reader would say it: business buyer, no newsletter, household size 5+."""
        return say(self.attribute, self.level)


def column_words(name: str) -> str:
    """A column's name in plain words.

    Examples
    --------
    >>> column_words("household_size"), column_words("AnnualIncome")
    ('household size', 'annual income')
    """
    return " ".join(words_of(name)) or name


def say(attribute: Attribute, level: int) -> str:
    """A level in plain words."""
    label, name = attribute.levels.labels[level], column_words(attribute.name)
    if _is_yes_or_no(attribute):
        if label.lower() in _YES:
            return name
        if label.lower() in _NO:
            return f"no {name}"
    short = label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
    return f"{name} {short}"


def _is_yes_or_no(attribute: Attribute) -> bool:
    said = {label.lower() for label in attribute.levels.labels} - {NOT_STATED}
    return len(said) == 2 and bool(said & _YES) and bool(said & _NO)


def traits(attributes: Sequence[Attribute], inside: BoolArray) -> list[Trait]:
    """For each column the level that tells a group apart most, the strongest first.

    Parameters
    ----------
    inside : array of bool, shape (seen,)
        Who belongs to the group.
    """
    found = []
    for attribute in attributes:
        width, known = len(attribute.levels), attribute.codes >= 0
        of_all = np.bincount(attribute.codes[known], minlength=width).astype(np.float64)
        of_group = np.bincount(attribute.codes[known & inside], minlength=width).astype(np.float64)
        if not of_group.sum():
            continue
        share, base = of_group / of_group.sum(), of_all / of_all.sum()
        weight = share * np.log(np.maximum(share, 1e-12) / np.maximum(base, 1e-12))
        best = int(weight.argmax())
        lack = int(of_group.sum() - of_group[best])
        found.append(
            Trait(attribute, best, float(share[best]), float(base[best]), float(weight[best]), 0 < lack < FEWEST)
        )
    return sorted(found, key=lambda trait: (-trait.weight, trait.attribute.name))


def name_groups(found: Sequence[Sequence[Trait]]) -> list[str]:
    """A name for each group from its strongest traits, no two alike."""
    names: list[str] = []
    for traits_ in found:
        fit = [
            t for t in traits_ if t.share >= TYPICAL and t.attribute.levels.labels[t.level] not in (OTHER, NOT_STATED)
        ]
        fit += [t for t in traits_ if t not in fit]
        taken = IN_NAME
        while (name := ", ".join(t.words for t in fit[:taken])) in names and taken < len(fit):
            taken += 1
        names.append(name if name not in names else f"{name} ({len(names) + 1})")
    return names
