"""What the people of a group speak of more than others do, with texts that are typical: the rows of ``personas_voices``."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.personas import ranges
from lifeworth.insight.personas.described.journey import two_shares
from lifeworth.insight.personas.ranges import Ranged
from lifeworth.insight.personas.ranks import control
from lifeworth.insight.personas.words.texts import Written
from lifeworth.insight.personas.words.themes import Theme
from lifeworth.maths.arrays import BoolArray, IntArray

CHANCE = 0.05
SHOWN = 4
QUOTES = 2


@dataclass(frozen=True)
class Voice:
    """A theme in a group: how many of those who wrote speak of it, against everybody else who wrote, and what they wrote."""

    group: int
    theme: str
    share: Ranged
    difference: Ranged
    people: int
    q: float
    differs: bool
    quotes: tuple[str, ...]


def find_voices(written: Written, themes: Sequence[Theme], member: IntArray, groups: int, level: float) -> list[Voice]:
    """For each group the themes it speaks of more than others, or else those it speaks of most.

    Parameters
    ----------
    member : array, shape (texts,)
        Place of each writer's group; −1 for none.
    """
    found: list[tuple[int, Theme, float]] = []
    for group in range(groups):
        inside = member == group
        for theme in themes:
            mine, others = int((theme.speaks & inside).sum()), int((theme.speaks & ~inside).sum())
            if mine >= FEWEST and not 0 < others < FEWEST:
                found.append((group, theme, two_shares(mine, int(inside.sum()), others, int((~inside).sum()))))
    sure = control([p for *_, p in found])
    voices = [
        _voice(written, theme, member == group, group, float(q), level)
        for (group, theme, _), q in zip(found, sure, strict=True)
    ]
    return [voice for group in range(groups) for voice in _loudest([v for v in voices if v.group == group])]


def _loudest(voices: list[Voice]) -> list[Voice]:
    more = sorted(
        (v for v in voices if v.differs and v.difference.mean > 0), key=lambda v: (-v.difference.mean, v.theme)
    )
    common = sorted((v for v in voices if v not in more), key=lambda v: (-v.share.mean, v.theme))
    return [*more, *common][:SHOWN]


def _voice(written: Written, theme: Theme, inside: BoolArray, group: int, q: float, level: float) -> Voice:
    share, others = (ranges.share(float(theme.speaks[who].sum()), float(who.sum()), level) for who in (inside, ~inside))
    quotes = quote(written, theme, inside)
    people = int((theme.speaks & inside).sum())
    return Voice(group, theme.name, share, share.less(others), people, q, q < CHANCE, quotes)


def quote(written: Written, theme: Theme, inside: BoolArray) -> tuple[str, ...]:
    """The texts of a group that are most typical of a theme, short ones first among equals, no two alike."""
    who = np.flatnonzero(theme.speaks & inside & written.quotable)
    ordered = sorted(
        who,
        key=lambda place: (-round(float(theme.nearness[place]), 9), len(written.texts[place]), written.texts[place]),
    )
    shown: dict[str, str] = {}
    for place in ordered:
        text = " ".join(str(written.texts[place]).split())
        shown.setdefault(text.lower().rstrip(".!? "), text)
        if len(shown) == QUOTES:
            break
    return tuple(shown.values())
