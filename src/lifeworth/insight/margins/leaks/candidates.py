"""Every group whose cost is held against that of its comparables: one-way and two-way."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.margins.leaks.comparing import Excess
from lifeworth.insight.margins.leaks.costs import CATEGORY, Cost
from lifeworth.insight.margins.leaks.dense import each_once
from lifeworth.insight.margins.leaks.facts import Facts
from lifeworth.insight.margins.leaks.measure import Measure
from lifeworth.insight.margins.leaks.side import compare
from lifeworth.insight.margins.leaks.strata import matched

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FEWEST_ORDERS, FEWEST_BEARING = 30, 5


@dataclass(frozen=True)
class Group:
    """Who is meant: a dimension and the code of its group, and for two-way groups a second of both."""

    dimension: str
    code: int
    second: str | None = None
    second_code: int | None = None

    def holds(self, facts: Facts) -> Bools:
        """Which rows belong to it."""
        own: Bools = facts.group[self.dimension] == self.code
        return own if self.second is None else own & (facts.group[self.second] == self.second_code)

    def parents(self) -> tuple["Group", ...]:
        """The one-way groups it lies in."""
        if self.second is None or self.second_code is None:
            return ()
        return Group(self.dimension, self.code), Group(self.second, self.second_code)


@dataclass(frozen=True)
class Candidate:
    """A group whose cost was held against its comparables.

    Attributes
    ----------
    orders, customers : int
        Of the group, in the days looked at, of those asked.
    exposure : float
        Money sold, or orders, a year and of everybody.
    excess : Excess
        Rates per unit of exposure.
    peers : tuple of int
        Codes of the comparable categories; empty where all others are.
    matched : tuple of str
    term : bool
        Whether the difference is a term of trade.
    """

    cost: Cost
    group: Group
    orders: int
    customers: int
    exposure: float
    excess: Excess
    peers: tuple[int, ...]
    matched: tuple[str, ...]
    term: bool

    @property
    def key(self) -> tuple[str, Group]:
        """What was tested, however it came out."""
        return self.cost.name, self.group

    @property
    def amount(self) -> float:
        """What the cost was a year, what is still to come of it included."""
        return self.excess.rate * self.exposure

    @property
    def mean(self) -> float:
        """Excess a year, in money."""
        return self.excess.mean * self.exposure

    @property
    def sure(self) -> float:
        """What the excess is at least, with a confidence of 95 %."""
        return self.mean - self.excess.reach(0.9) * self.exposure

    def ends(self, level: float) -> tuple[float, float]:
        """Range of the excess a year."""
        reach = self.excess.reach(level) * self.exposure
        return self.mean - reach, self.mean + reach


def candidates(facts: Facts, cost: Cost, measured: Measure) -> list[Candidate]:
    """Every group of a cost that is large enough to be judged."""
    found: list[Candidate] = []
    for dimension in cost.dimensions:
        if measured.recorded or dimension in cost.terms:
            found += one_way(facts, cost, measured, dimension, measured.rows)
    for pair in cost.pairs if measured.recorded else ():
        found += two_way(facts, cost, measured, pair, measured.rows)
    return found


def again(facts: Facts, measured: Measure, one: Candidate, rows: Bools) -> Candidate | None:
    """The same group judged on some of the rows; none where too little is left of it."""
    group = one.group
    if group.second is None:
        found = one_way(facts, one.cost, measured, group.dimension, rows, only=group)
    else:
        found = two_way(facts, one.cost, measured, (group.dimension, group.second), rows, only=group)
    return next(iter(found), None)


def one_way(
    facts: Facts, cost: Cost, measured: Measure, dimension: str, rows: Bools, only: Group | None = None
) -> list[Candidate]:
    """Each group of a dimension against the others, or against goods of its sort."""
    codes = facts.codes[dimension]
    size = sizes(facts, measured, rows, facts.group[dimension], codes.size)
    wanted = [Group(dimension, int(code)) for code in size.large() if code < len(codes.names)]
    wanted = [group for group in wanted if only is None or group == only]
    if not wanted:
        return []
    names = matched(cost, (dimension,))
    side = compare(facts, measured, dimension, names, rows, {group.code for group in wanted})
    found = []
    for group in wanted:
        excess = side.excess(group.code, int(size.customers[group.code]))
        if excess is not None:
            peers = tuple(int(code) for code in np.flatnonzero(side.peers[group.code])) if dimension == CATEGORY else ()
            found.append(
                _candidate(facts, cost, group, size, group.code, excess, peers, names, dimension in cost.terms)
            )
    return found


def two_way(
    facts: Facts, cost: Cost, measured: Measure, pair: tuple[str, str], rows: Bools, only: Group | None = None
) -> list[Candidate]:
    """Each pair of groups against both kinds of comparables: the other firsts within the second, and the other way round.

    Its excess is the smaller of the two, and its p-value the larger (intersection-union test; Berger 1982): goods that come
    back more through one channel must do so against these goods elsewhere *and* against other goods of that channel.
    """
    first, second = pair
    firsts, seconds = facts.codes[first], facts.codes[second]
    both = facts.group[first] * seconds.size + facts.group[second]
    size = sizes(facts, measured, rows, both, firsts.size * seconds.size)
    wanted = [Group(first, int(code) // seconds.size, second, int(code) % seconds.size) for code in size.large()]
    wanted = [g for g in wanted if g.code < len(firsts.names) and (g.second_code or 0) < len(seconds.names)]
    wanted = [group for group in wanted if only is None or group == only]
    if not wanted:
        return []
    names = matched(cost, pair)
    along = compare(facts, measured, first, names, rows, {group.code for group in wanted}, second)
    across = compare(facts, measured, second, names, rows, {group.second_code or 0 for group in wanted}, first)
    found = []
    for group in wanted:
        assert group.second_code is not None
        code = group.code * seconds.size + group.second_code
        people = int(size.customers[code])
        held = [
            along.excess(group.code, people, group.second_code),
            across.excess(group.second_code, people, group.code),
        ]
        excess = _weaker(held)
        if excess is not None:
            found.append(_candidate(facts, cost, group, size, code, excess, (), names, False))
    return found


def _weaker(held: list[Excess | None]) -> Excess | None:
    """The comparison that finds less, with the doubt of the one that is less sure."""
    one, other = held
    if one is None or other is None:
        return None
    less, more = (one, other) if one.mean <= other.mean else (other, one)
    return less if less.p_value >= more.p_value else replace(less, error=_error_for(less, more.p_value))


def _error_for(less: Excess, p_value: float) -> float:
    """The error at which the smaller excess has the larger p-value."""
    quantile = float(stdtrit(less.freedom, p_value))
    return -less.mean / quantile if quantile < 0 < less.mean else float("inf")


@dataclass(frozen=True)
class Sizes:
    """By code: orders, customers, those who bear the cost, exposure in the days looked at, and the usual cost per exposure."""

    orders: Ints
    customers: Ints
    bearing: Ints
    exposure: Floats
    usual: Floats

    def large(self) -> Ints:
        """Codes of groups large enough to be judged and not to say too much of a few people."""
        enough = (self.orders >= FEWEST_ORDERS) & (self.customers >= FEWEST) & (self.bearing >= FEWEST_BEARING)
        return np.flatnonzero(enough)


def sizes(facts: Facts, measured: Measure, rows: Bools, code: Ints, size: int) -> Sizes:
    """How large each group is among some of the rows."""
    own = code[rows]

    def different(who: Ints, chosen: Bools) -> Ints:
        pairs = each_once(who[rows][chosen] * size + own[chosen])
        return np.bincount(pairs % size, minlength=size)

    def added(amount: Floats) -> Floats:
        return np.bincount(own, weights=amount[rows], minlength=size).astype(np.float64)

    everything = np.ones(len(own), dtype=np.bool_)
    seen = added(measured.seen)
    return Sizes(
        orders=different(facts.order, everything),
        customers=different(facts.person, everything),
        bearing=different(facts.person, measured.bears[rows]),
        exposure=added(measured.full),
        usual=np.divide(added(measured.usual), seen, out=np.zeros(size), where=seen > 0),
    )


def _candidate(
    facts: Facts,
    cost: Cost,
    group: Group,
    size: Sizes,
    code: int,
    excess: Excess,
    peers: tuple[int, ...],
    names: tuple[str, ...],
    term: bool,
) -> Candidate:
    exposure = float(size.exposure[code]) * facts.span.a_year
    orders, customers, usual = int(size.orders[code]), int(size.customers[code]), float(size.usual[code])
    excess = replace(excess, rate=excess.rate + usual, comparable=excess.comparable + usual)
    return Candidate(cost, group, orders, customers, exposure, excess, peers, names, term)
