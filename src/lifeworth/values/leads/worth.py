"""What leads bring once they are won: the value of newcomers by what is known of each lead."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.cold_start import LeadModel
from lifeworth.models.cold_start.lead import OTHERS

Floats = NDArray[np.float64]
Texts = Mapping[str, NDArray[np.object_]]
Said = tuple[tuple[str, int], ...]

CHANNEL = "channel"
MOST_KINDS = 8


@dataclass(frozen=True)
class Worth:
    """Value of a lead once it is won: ``mean`` (kinds,), ``draws`` (kinds, draws), and the kind of each lead."""

    mean: Floats
    draws: Floats
    kind: NDArray[np.intp]


def value_if_won(model: LeadModel, texts: Texts, leads: int, noise: Floats) -> Worth:
    """Value each lead as a newcomer of whom as much is known.

    A source counts as the channel where it is the name of one. Leads of whom the same columns are filled are valued
    together; columns are forgotten where fewer leads than of eight other kinds fill just these.

    Parameters
    ----------
    texts : mapping
        What is said of each lead by dimension, ``source`` among them: (leads,) texts, None where nothing is.
    noise : (4, draws) floats
        As in :meth:`DayZero.draws`.
    """
    said = _said(model, texts, leads)
    kept = [names for names, _ in Counter(tuple(n for n, _ in one) for one in said).most_common(MOST_KINDS)]
    shortened = {names: _fitting(names, kept) for names in {tuple(n for n, _ in one) for one in said}}
    said = [tuple(p for p in one if p[0] in shortened[tuple(n for n, _ in one)]) for one in said]
    kinds = sorted(set(said))
    mean, draws = np.empty(len(kinds)), np.empty((len(kinds), noise.shape[1]))
    for names in {tuple(n for n, _ in one) for one in kinds}:
        rows = [place for place, one in enumerate(kinds) if tuple(n for n, _ in one) == names]
        mean[rows], draws[rows] = _of_kinds(model, names, [kinds[row] for row in rows], noise)
    place = {one: number for number, one in enumerate(kinds)}
    return Worth(mean, draws, np.array([place[one] for one in said], dtype=np.intp))


def _said(model: LeadModel, texts: Texts, leads: int) -> list[Said]:
    """By lead: dimensions of newcomers that are known of it, and the member each is."""
    columns = {}
    for name, members in model.asks.items():
        told = texts.get("source" if name == CHANNEL else name)
        if told is not None:
            columns[name] = _places(members, told, only_named=name == CHANNEL)
    listed = [[(name, int(code)) for code in codes] for name, codes in columns.items()]
    rows = zip(*listed, strict=True) if listed else [()] * leads
    return [tuple(pair for pair in row if pair[1] >= 0) for row in rows]


def _places(members: tuple[str, ...], told: NDArray[np.object_], *, only_named: bool) -> NDArray[np.intp]:
    """Code of each text; one never seen of newcomers counts as one of the others where there are any."""
    known = {member: place for place, member in enumerate(members)}
    other = -1 if only_named else known.get(OTHERS, -1)
    return np.array([-1 if text is None else known.get(text, other) for text in told], dtype=np.intp)


def _fitting(names: tuple[str, ...], kept: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The largest of the kept sets of columns that this one contains; none where none fits."""
    fits = [each for each in kept if set(each) <= set(names)]
    return max(fits, key=lambda each: (len(each), each), default=())


def _of_kinds(model: LeadModel, names: tuple[str, ...], kinds: list[Said], noise: Floats) -> tuple[Floats, Floats]:
    learned = model.knowing(names)
    codes = np.full((len(kinds), len(learned.dimensions)), -1, dtype=np.intp)
    for row, kind in enumerate(kinds):
        for name, code in kind:
            codes[row, learned.dimensions.index(name)] = code
    found = learned.expect(codes)
    return found.first + found.later * model.carry.orders, learned.draws(codes, noise, model.carry)
