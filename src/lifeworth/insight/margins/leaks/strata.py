"""What must be alike between a group and its comparables, as numbers of strata."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.margins.leaks.costs import CHANNEL, WON_BY, Cost
from lifeworth.insight.margins.leaks.dense import dense
from lifeworth.insight.margins.leaks.facts import HISTORIES, SIZES, Facts
from lifeworth.insight.margins.leaks.lines import BANDS

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DRIVERS = ("size", "history", "value")
COARSE, FEWEST_ROWS = 5, 10
IN_WORDS = {
    "history": "orders so far and time as a customer",
    "size": "order value",
    "value": "order value",
    "price": "price of a piece",
    "first channel": "first channel",
}


def matched(cost: Cost, told_by: Iterable[str]) -> tuple[str, ...]:
    """What comparables of a group share before all else; a channel is not matched on where it tells the group apart."""
    left_out = set(told_by)
    if WON_BY in left_out:
        left_out.add(CHANNEL)
    return tuple(name for name in cost.matched if name not in left_out)


def matched_words(names: Iterable[str]) -> str:
    """What was the same, for a reader."""
    said = dict.fromkeys(IN_WORDS.get(name, name) for name in [*names, *DRIVERS])
    return ", ".join(said)


def nested_strata(facts: Facts, names: tuple[str, ...], rows: Bools) -> tuple[Ints, ...]:
    """Strata by the first name, by the first two, and so on, then by what drives value besides: one entry per chosen row each.

    A name that would leave fewer than ten rows a stratum on average is passed over.
    """
    found: list[Ints] = [np.zeros(int(rows.sum()), dtype=np.int64)]
    for name in dict.fromkeys([*names, *DRIVERS]):
        codes, size = _column(facts, name)
        strata, place = dense(found[-1] * size + codes[rows])
        if len(strata) * FEWEST_ROWS <= max(len(place), FEWEST_ROWS):
            found.append(place)
    return tuple(found[1:]) or tuple(found)


def _column(facts: Facts, name: str) -> tuple[Ints, int]:
    match name:
        case "history":
            return facts.history, HISTORIES
        case "size":
            return facts.value * COARSE // SIZES, COARSE
        case "value":
            return facts.value, SIZES
        case "price":
            return facts.price, BANDS
        case _:
            return facts.group[name], facts.codes[name].size
