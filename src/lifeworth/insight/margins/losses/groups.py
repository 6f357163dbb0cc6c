"""Groups of orders that lose money beyond chance, each order told of once.

The mean profit of a group's orders is held against zero: one-sided, with the error of the jackknife over customers
(``leaks/comparing.py``), and a false discovery rate over all one- and two-way groups. Of those beyond chance the largest loss is taken
first; where a one-way group does not lose beyond chance without the largest of the two-way groups inside it, that one is taken in
its place. The others are judged again without the orders of those taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.margins.discovery import DISCOVERED, q_values
from lifeworth.insight.margins.leaks.candidates import FEWEST_ORDERS
from lifeworth.insight.margins.leaks.comparing import Excess, judge
from lifeworth.insight.margins.leaks.dense import each_once
from lifeworth.insight.margins.leaks.facts import Facts
from lifeworth.insight.margins.losses.profit import Profit
from lifeworth.insight.margins.losses.told_by import ToldBy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BEYOND_CHANCE = 0.05
MOST_REPORTED = 20


@dataclass(frozen=True)
class Told:
    """Which orders are meant: one or two dimensions with the code of their group."""

    by: tuple[ToldBy, ...]
    codes: tuple[int, ...]

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Dimension and group."""
        return tuple((one.name, one.names[code]) for one, code in zip(self.by, self.codes, strict=True))

    def holds(self) -> Bools:
        """Which rows belong to it."""
        found = np.ones(len(self.by[0].code), dtype=np.bool_)
        for one, code in zip(self.by, self.codes, strict=True):
            found &= one.code == code
        return found

    def inside(self, other: "Told") -> bool:
        """Whether this is a two-way group within a one-way one."""
        return len(self.names) == 2 and len(other.names) == 1 and other.names[0] in self.names


@dataclass(frozen=True)
class LosingGroup:
    """A group of orders; ``loss`` is the loss of an order on average, its ``mean`` positive where money is lost."""

    told: Told
    orders: int
    customers: int
    loss: Excess
    q_value: float = 1.0

    @property
    def together(self) -> float:
        """What all its orders lost, of those asked."""
        return self.loss.mean * self.orders


@dataclass(frozen=True)
class Losses:
    """Groups reported, the largest loss first, and how many were tested."""

    groups: tuple[LosingGroup, ...]
    tested: int


def losing_groups(facts: Facts, profit: Profit, dimensions: Sequence[ToldBy]) -> Losses:
    """One- and two-way groups of orders whose profit is below zero beyond chance."""
    everything = np.ones(len(facts), dtype=np.bool_)
    tested = [group for by in _ways(dimensions) for group in _judge(facts, profit, by, everything)]
    hopeful = [
        LosingGroup(group.told, group.orders, group.customers, group.loss, q_value)
        for group, q_value in zip(tested, q_values([group.loss.p_value for group in tested]), strict=True)
        if q_value <= DISCOVERED
    ]
    return Losses(tuple(_follow(facts, profit, hopeful)), len(tested))


def _ways(dimensions: Sequence[ToldBy]) -> Iterator[tuple[ToldBy, ...]]:
    yield from ((one,) for one in dimensions)
    yield from combinations(dimensions, 2)


def _follow(facts: Facts, profit: Profit, hopeful: list[LosingGroup]) -> Iterator[LosingGroup]:
    left = sorted(hopeful, key=lambda group: (-group.together, group.told.names))
    kept, taken = np.ones(len(facts), dtype=np.bool_), 0
    while left and taken < MOST_REPORTED:
        best = left.pop(0)
        now = _again(facts, profit, best, kept)
        if now is None or now.loss.p_value > BEYOND_CHANCE:
            continue
        child = _holds_it_all(facts, profit, best, [g for g in left if g.told.inside(best.told)], kept)
        if child is not None:
            left.remove(child)
            best, now = child, _again(facts, profit, child, kept) or child
        taken += 1
        yield now
        kept &= ~best.told.holds()


def _holds_it_all(
    facts: Facts, profit: Profit, one: LosingGroup, inside: list[LosingGroup], kept: Bools
) -> LosingGroup | None:
    """The largest two-way group without which a one-way group does not lose beyond chance."""
    if not inside:
        return None
    child = max(inside, key=lambda group: group.together)
    rest = _again(facts, profit, one, kept & ~child.told.holds())
    return child if rest is None or rest.loss.p_value > BEYOND_CHANCE else None


def _again(facts: Facts, profit: Profit, group: LosingGroup, rows: Bools) -> LosingGroup | None:
    """The same group judged on some of the rows; none where too little is left of it."""
    chosen = rows & group.told.holds()
    found = next(_judge_codes(facts, profit, group.told.by, np.zeros(len(facts), dtype=np.int64), 1, chosen), None)
    return None if found is None else LosingGroup(group.told, found.orders, found.customers, found.loss, group.q_value)


def _judge(facts: Facts, profit: Profit, by: tuple[ToldBy, ...], rows: Bools) -> Iterator[LosingGroup]:
    code, size = by[0].code, by[0].size
    for one in by[1:]:
        code, size = code * one.size + one.code, size * one.size
    for group in _judge_codes(facts, profit, by, code, size, rows):
        if all(place < len(one.names) for one, place in zip(by, group.told.codes, strict=True)):
            yield group


def _judge_codes(
    facts: Facts, profit: Profit, by: tuple[ToldBy, ...], code: Ints, size: int, rows: Bools
) -> Iterator[LosingGroup]:
    """Every group that is large enough, whatever its profit."""
    own = code[rows]
    pairs = each_once(facts.order[rows] * size + own)
    orders = np.bincount(pairs % size, minlength=size)
    customers = np.bincount(each_once(facts.person[rows] * size + own) % size, minlength=size)
    groups = facts.dealings
    counts = _by_dealing(pairs % size, facts.dealt_by_order[pairs // size], np.ones(len(pairs)), size, groups)
    loss = -_by_dealing(own, facts.dealt[rows], profit.amount[rows], size, groups)
    for place in np.flatnonzero((orders >= FEWEST_ORDERS) & (customers >= FEWEST)):
        found = judge(counts[place], loss[place], np.zeros(groups + 1), int(customers[place]))
        codes = tuple(int(part) for part in np.unravel_index(place, [one.size for one in by])) if size > 1 else ()
        yield LosingGroup(Told(by, codes), int(orders[place]), int(customers[place]), found)


def _by_dealing(place: Ints, dealt: Ints, amount: Floats, size: int, groups: int) -> Floats:
    """Sums by place, of all rows and without each jackknife group: (size, 1 + groups)."""
    parts = np.bincount(place * groups + dealt, weights=amount, minlength=size * groups).reshape(size, groups)
    whole = parts.sum(axis=1, keepdims=True)
    return np.hstack([whole, whole - parts])
