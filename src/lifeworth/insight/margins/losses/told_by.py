"""What groups of orders are told apart by: as for leaks, and free delivery or not, and the size of the order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.margins.leaks.costs import CATEGORY, CHANNEL, COUNTRY, PAYMENT
from lifeworth.insight.margins.leaks.dense import each_once
from lifeworth.insight.margins.leaks.facts import SIZES, Facts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DELIVERY, SIZE = "delivery", "order size"
FREE, CHARGED = "free", "charged"
FIFTHS = 5


@dataclass(frozen=True)
class ToldBy:
    """A dimension: the names of its groups and each row's code; codes beyond the names are never reported."""

    name: str
    names: tuple[str, ...]
    code: Ints
    size: int


def told_by(facts: Facts) -> tuple[ToldBy, ...]:
    """Every dimension that tells at least two groups apart."""
    found = [
        ToldBy(n, facts.codes[n].names, facts.group[n], facts.codes[n].size)
        for n in (CHANNEL, COUNTRY, CATEGORY, PAYMENT)
    ]
    found += [_delivery(facts), _size(facts)]
    return tuple(one for one in found if len(each_once(one.code)) > 1)


def _delivery(facts: Facts) -> ToldBy:
    by_order = np.bincount(facts.order, weights=facts.money["shipping_charged"])
    return ToldBy(DELIVERY, (FREE, CHARGED), (by_order > 0).astype(np.int64)[facts.order], 2)


def _size(facts: Facts) -> ToldBy:
    fifth = facts.value * FIFTHS // SIZES
    by_order = np.bincount(facts.order, weights=facts.money["list_price"])
    kinds = each_once(fifth)
    tops = [float(by_order[each_once(facts.order[fifth == kind])].max()) for kind in kinds]
    names = [_span(place, tops) for place in range(len(kinds))]
    return ToldBy(SIZE, tuple(names), np.searchsorted(kinds, fifth).astype(np.int64), len(kinds))


def _span(place: int, tops: list[float]) -> str:
    if place == 0:
        return f"up to {tops[0]:,.2f}"
    if place == len(tops) - 1:
        return f"above {tops[place - 1]:,.2f}"
    return f"{tops[place - 1]:,.2f} to {tops[place]:,.2f}"
