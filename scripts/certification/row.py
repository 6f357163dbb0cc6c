"""One published number beside ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Bar:
    """How far from theirs ours may lie."""

    size: float
    relative: bool = False

    def distance(self, ours: float, theirs: float) -> float:
        """How far ours lies from theirs, in the measure of the bar."""
        away = abs(ours - theirs)
        return away / abs(theirs) if self.relative and theirs else away

    def __str__(self) -> str:
        return f"{100 * self.size:g} %" if self.relative else f"± {self.size:g}"


LIKELIHOOD = Bar(0.01)
#: Three significant figures.
PARAMETER = Bar(1e-3, relative=True)
PREDICTION = Bar(1e-3, relative=True)


@dataclass(frozen=True)
class Row:
    """A quantity as it was printed elsewhere, and as the models here work it out.

    Attributes
    ----------
    theirs : str
        With the digits it was printed with; ours is shown with as many.
    source : str
        Who printed it.
    note : str
        What a reader should know before judging.
    """

    quantity: str
    theirs: str
    ours: float
    bar: Bar
    source: str
    note: str = ""

    @property
    def distance(self) -> float:
        return self.bar.distance(self.ours, float(self.theirs))

    @property
    def met(self) -> bool:
        return bool(self.distance <= self.bar.size)

    @property
    def printed(self) -> str:
        """Ours with the digits of theirs."""
        number, _, exponent = self.theirs.partition("e")
        digits = len(number.partition(".")[2])
        return f"{self.ours:.{digits}e}" if exponent else f"{self.ours:.{digits}f}"


@dataclass(frozen=True)
class Chapter:
    """The rows of one data set, and its rows nothing here answers, each with why."""

    title: str
    about: str
    rows: list[Row]
    absent: list[tuple[str, str]]


def several(
    quantity: str, keys: Iterable[object], theirs: str, ours: Iterable[float], bar: Bar, source: str
) -> list[Row]:
    """A row for each of several numbers printed beside each other, separated by spaces."""
    columns = zip(keys, theirs.split(), np.asarray(list(ours), dtype=float).tolist(), strict=True)
    return [Row(f"{quantity}{key}", each, mine, bar, source) for key, each, mine in columns]


def parameters(
    quantity: str, theirs: str, ours: dict[str, float], source: str, bar: Bar = PARAMETER, notes: Mapping[str, str] = {}
) -> list[Row]:
    """A row for each parameter, in the model's order."""
    printed = zip(ours.items(), theirs.split(), strict=True)
    return [Row(f"{quantity} {k}", each, mine, bar, source, notes.get(k, "")) for (k, mine), each in printed]
