"""What a newcomer brings in a stretch that begins with the first order.

    value = first order + chance of coming back x money of those who come back

The three parts are learned apart, each additive in the groups on its own scale and drawn to the base
(``effects.py``): money by ratios, the chance by log odds. The month of the first order is a group like the others, so
that a group is not praised for a good December; ahead, the month is average.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.cold_start.cells import Cells
from lifeworth.models.cold_start.effects import Codes, Effects, Link, mean_of, shrink

Floats = NDArray[np.float64]

MONTH = "first month"
MONTHS_AHEAD = 12
NEGATIVE = 0.02
MOST_DRIFT = 1.5


@dataclass(frozen=True)
class Carry:
    """From the stretch that was seen to the horizon that is asked; 1 where they are the same.

    Attributes
    ----------
    orders, chance : float
        Later purchases and share of those who come back over the horizon, as multiples of those in the stretch.
    spread : float
        Relative doubt of money after the first order, shared by all: of the way to the horizon, and of whether the
        next newcomers are like the last.
    """

    orders: float = 1.0
    chance: float = 1.0
    spread: float = 0.0


@dataclass(frozen=True)
class Expected:
    """What newcomers are expected to bring: (n,) floats each; ``later`` is chance x money."""

    first: Floats
    chance: Floats
    later: Floats
    orders: Floats

    @property
    def value(self) -> Floats:
        """Money of the whole stretch."""
        return self.first + self.later


@dataclass(frozen=True)
class DayZero:
    """Learned from newcomers whose stretch has finished; their totals are met exactly.

    Attributes
    ----------
    first, chance, money, orders : Effects
        Money of the first order; coming back; money of those who come back; later purchase days.
    customers : float
        How many newcomers were learned from.
    """

    dimensions: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    first: Effects
    chance: Effects
    money: Effects
    orders: Effects
    customers: float

    @property
    def ahead(self) -> tuple[int, ...]:
        """Dimensions that are average in the time ahead: the month."""
        return tuple(i for i, name in enumerate(self.dimensions) if name == MONTH)

    def expect(self, codes: Codes) -> Expected:
        """Expectation of newcomers of these groups: codes (n, dimensions), -1 where not known."""
        first, chance, money, orders = (
            mean_of(part.link, part.at(codes, skip=self.ahead)[0])
            for part in (self.first, self.chance, self.money, self.orders)
        )
        return Expected(first, chance, chance * money, orders)

    def draws(self, codes: Codes, noise: Floats, carry: Carry) -> Floats:
        """Values that are plausible given what was seen: (n, draws).

        Parameters
        ----------
        noise : (4, draws) floats
            Standard normal: for the first order, coming back, its money, and what all share.
        """
        first, chance, money = (
            self._draw(part, codes, z) for part, z in zip((self.first, self.chance, self.money), noise[:3], strict=True)
        )
        shared = np.exp(carry.spread * noise[3] - carry.spread**2 / 2)
        return np.asarray(first + chance * money * carry.orders * shared)

    def _draw(self, part: Effects, codes: Codes, noise: Floats) -> Floats:
        stand, doubt = part.at(codes, skip=self.ahead)
        months = sum(float(part.spreads[place]) ** 2 / MONTHS_AHEAD for place in self.ahead)
        return mean_of(part.link, stand[:, None] + np.sqrt(doubt + months)[:, None] * noise)

    def drawn_to_base(self, place: int) -> Floats:
        """Share of a dimension's own differences that was given up, per group: 1 says the base speaks for it.

        The doubt left about a group over the doubt before anything was seen of it, both in money.
        """
        part = np.full((1, len(self.dimensions)), -1, dtype=np.intp)
        base = self.expect(part)
        p, later = float(base.chance[0]), float(base.later[0])
        by_first = float(base.first[0]) if self.first.link == "log" else 1.0
        by_money = later if self.money.link == "log" else p
        worth = ((self.first, by_first), (self.chance, later * (1.0 - p)), (self.money, by_money))
        left = np.sum([each.own_doubt(place) * by**2 for each, by in worth], axis=0)
        before = sum(float(each.spreads[place]) ** 2 * by**2 for each, by in worth)
        return np.asarray(np.clip(left / before, 0.0, 1.0)) if before > 0 else np.ones(len(left))


def learn_day_zero(cells: Cells) -> DayZero:
    """Learn the parts from newcomers counted by their groups."""
    sizes = tuple(len(members) for members in cells.members)
    people, back = cells.customers, cells.returned
    parts = (
        _learn(cells.codes, sizes, people, cells.first, cells.first_squares),
        shrink(cells.codes, sizes, people, back, back, link="logit"),
        _learn(cells.codes, sizes, back, cells.later, cells.later_squares),
        _learn(cells.codes, sizes, people, cells.orders, cells.orders_squares),
    )
    return _brought_to_totals(DayZero(cells.dimensions, cells.members, *parts, float(people.sum())), cells)


def drift(cells: Cells) -> float:
    """How far newcomers of the later months were from those of the earlier ones, beyond chance; relative.

    The only thing finished stretches say of how the next newcomers may differ from the last: the log ratio of what the
    two halves brought after the first order, less the variance that single customers explain.
    """
    columns = ("customers", "later", "later_squares")
    names = np.array(cells.members[cells.place(MONTH)])
    order = np.argsort(names)
    people, later, squares = (cells.by(MONTH, column)[order] for column in columns)
    newer = np.cumsum(people) - people / 2 > people.sum() / 2
    halves = [[float(column[half].sum()) for column in (people, later, squares)] for half in (~newer, newer)]
    if min(min(n, money) for n, money, _ in halves) <= 0:
        return 0.0
    chance = sum((square / n - (money / n) ** 2) / (n * (money / n) ** 2) for n, money, square in halves)
    moved = np.log(halves[1][1] / halves[1][0]) - np.log(halves[0][1] / halves[0][0])
    return float(min(np.sqrt(max(moved**2 - chance, 0.0)), MOST_DRIFT))


def _learn(codes: Codes, sizes: tuple[int, ...], count: Floats, total: Floats, squares: Floats) -> Effects:
    """Differences as ratios where outcomes are positive but for a trifle, else as amounts."""
    if count.sum() <= 0 or not squares.any():
        return _nothing(sizes)
    losses, gains = -float(np.minimum(total, 0.0).sum()), float(np.maximum(total, 0.0).sum())
    link: Link = "log" if losses <= NEGATIVE * gains else "identity"
    return shrink(codes, sizes, count, total, squares, link=link)


def _nothing(sizes: tuple[int, ...]) -> Effects:
    """Zero for everybody: nobody brought any."""
    width = 1 + sum(sizes)
    effects = tuple(np.zeros(size) for size in sizes)
    return Effects("identity", 0.0, effects, np.zeros(len(sizes)), np.zeros((width, width)), 0.0)


def _brought_to_totals(model: DayZero, cells: Cells) -> DayZero:
    """Shrunken means need not add up to what was earned; moving the level makes them (benchmarking)."""
    chance = _moved(model.chance, model, cells.codes, cells.customers, cells.returned)
    come = mean_of("logit", chance.at(cells.codes, skip=model.ahead)[0])
    return replace(
        model,
        first=_moved(model.first, model, cells.codes, cells.customers, cells.first),
        chance=chance,
        money=_moved(model.money, model, cells.codes, cells.customers * come, cells.later),
        orders=_moved(model.orders, model, cells.codes, cells.customers, cells.orders),
    )


def _moved(part: Effects, model: DayZero, codes: Codes, weight: Floats, total: Floats) -> Effects:
    """The same effects around the level at which the weighted sum of means is the total."""
    stand, _ = part.at(codes, skip=model.ahead)
    wanted, shift = float(total.sum()), 0.0
    if part.link == "identity":
        shift = (wanted - float((weight * stand).sum())) / max(float(weight.sum()), 1e-12)
    elif part.link == "log":
        shift = float(np.log(wanted / (weight * mean_of("log", stand)).sum()))
    elif 0 < wanted < weight.sum():
        for _ in range(50):
            share = mean_of("logit", stand + shift)
            slope = float((weight * share * (1 - share)).sum())
            shift += float(np.clip((wanted - float((weight * share).sum())) / max(slope, 1e-12), -1.0, 1.0))
    return replace(part, level=part.level + shift)
