"""How many customers and how long an experiment takes to show an effect in money.

What customers like those chosen differed by over past stretches stands in ``experiments_windows``, by their place in the
list of expected value; the chosen are put together from these groups by their own places today (law of total variance).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, exp, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.experiments.design.windows import LENGTHS
from lifeworth.maths.power import Aim, customers_needed, power_of, smallest_effect
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

EFFECTS = (0.02, 0.05, 0.10, 0.20, 0.50)


@dataclass(frozen=True)
class Spread:
    """What customers bring over a number of days, and how they differ.

    ``rest_variance`` is the variance that is left when each is held against what was predicted of them; money of a customer.
    """

    days: int
    mean: float
    variance: float
    rest_variance: float
    bought_share: float

    @property
    def saved(self) -> float:
        """Part of the variance that the prediction takes away."""
        return 1 - self.rest_variance / self.variance if self.variance > 0 else 0.0


@dataclass(frozen=True)
class Experience:
    """The chosen customers and how such customers differed over stretches of several lengths, shortest first.

    ``past`` says whether that was seen; otherwise it is the run's own forecast.
    """

    customers: int
    spreads: tuple[Spread, ...]
    past: bool

    @property
    def longest(self) -> int:
        """The most days anything is known of."""
        return max((spread.days for spread in self.spreads), default=0)

    def over(self, days: int) -> Spread:
        """The spread over any number of days up to the longest: straight lines between logarithms.

        Below the shortest stretch, money and variance are taken to grow with the days.
        """
        known = [spread.days for spread in self.spreads]
        if days in known:
            return self.spreads[known.index(days)]
        if days < known[0]:
            return _between(Spread(0, 0.0, 0.0, 0.0, 0.0), self.spreads[0], days / known[0], days)
        after = next(place for place, length in enumerate(known) if length > days)
        before, end = self.spreads[after - 1], self.spreads[after]
        share = (log(days) - log(before.days)) / (log(end.days) - log(before.days))
        return _between(before, end, share, days, geometric=True)


@dataclass(frozen=True)
class Wish:
    """What is asked of an experiment; ``effect`` in money a customer, or as a share of what customers bring."""

    effect: float
    is_share: bool
    days: int
    aim: Aim
    cost: float | None = None


@dataclass(frozen=True)
class Size:
    """What one effect over one length takes.

    ``needed`` are customers in both arms together; ``effect`` is money a customer, ``share`` the same of what they bring.
    """

    days: int
    effect: float
    share: float | None
    needed: int | None
    power_here: float


@dataclass(frozen=True)
class ExperimentPlan:
    """An experiment thought through.

    Attributes
    ----------
    customers : int
        Who may take part.
    asked : Size
        The effect wished for, over the days wished for.
    needed_unadjusted, needed_halved : int, optional
        What it would take without the prediction, and with half of the customers held out.
    smallest, smallest_share : float, optional
        The smallest effect that the customers there are would show.
    other_days : int, optional
        The shortest length known over which the customers there are would do, where the wished one does not. Of an effect in
        money it must then come within these days.
    table : tuple of Size
        Several effects over several lengths.
    treated, cost : optional
        Customers treated and what that costs, for as many as are needed or there are.
    """

    customers: int
    past: bool
    wish: Wish
    spread: Spread
    asked: Size
    needed_unadjusted: int | None
    needed_halved: int | None
    smallest: float
    smallest_share: float | None
    other_days: int | None
    table: tuple[Size, ...]
    treated: int
    cost: float | None

    @property
    def can_be_seen(self) -> bool:
        """Whether there are as many customers as it takes."""
        return self.asked.needed is not None and self.asked.needed <= self.customers


_PLACES = """
SELECT share FROM (
  SELECT customer_id, (row_number() OVER (ORDER BY value_mean DESC, customer_id) - 0.5) / count(*) OVER () AS share
  FROM insight_customers) SEMI JOIN {chosen} USING (customer_id) ORDER BY share"""


def read_experience(engine: Engine, chosen: str) -> Experience:
    """How customers like those of a table with a column ``customer_id`` differed over past stretches."""
    found = engine.arrays(_PLACES.format(chosen=chosen))["share"]
    places = np.asarray(np.ma.getdata(found), dtype=np.float64)
    rows = engine.records("SELECT * FROM experiments_windows WHERE place > 0 ORDER BY window_days, place")
    blocks = [list(block) for _, block in groupby(rows, key=lambda row: row["window_days"])]
    spreads = tuple(_mixed(block, places) for block in blocks) if len(places) else ()
    return Experience(len(places), spreads, all(row["basis"] == "past" for row in rows))


def _mixed(block: Sequence[Mapping[str, Any]], places: Floats) -> Spread:
    """The spread of customers at these places of the list, from that of the groups they fall into."""
    edges = np.array([row["from_share"] for row in block[1:]])
    weight = np.bincount(np.searchsorted(edges, places, side="right"), minlength=len(block)) / len(places)

    def column(name: str) -> Floats:
        return np.array([float(row[name] or 0.0) for row in block])

    def whole(mean: str, variance: str) -> tuple[float, float]:
        means = column(mean)
        middle = float(weight @ means)
        return middle, float(weight @ (column(variance) + (means - middle) ** 2))

    mean, variance = whole("mean", "variance")
    _, rest = whole("rest_mean", "rest_variance")
    return Spread(
        int(block[0]["window_days"]), mean, variance, min(rest, variance), float(weight @ column("bought_share"))
    )


def _between(before: Spread, after: Spread, share: float, days: int, geometric: bool = False) -> Spread:
    def at(low: float, high: float) -> float:
        if geometric and low > 0 and high > 0:
            return exp(log(low) + share * (log(high) - log(low)))
        return low + share * (high - low)

    parts = ("mean", "variance", "rest_variance", "bought_share")
    return Spread(days, *(at(getattr(before, part), getattr(after, part)) for part in parts))


def plan(experience: Experience, wish: Wish) -> ExperimentPlan:
    """Think an experiment through; the wish's days must not be beyond the longest stretch known."""
    spread = experience.over(wish.days)
    asked = _size(experience, wish, wish.days, wish.effect, wish.is_share)
    lengths = sorted({spread.days for spread in experience.spreads} | {wish.days})
    fits = [days for days in lengths if _fits(_size(experience, wish, days, wish.effect, wish.is_share), experience)]
    taking_part = min(asked.needed or experience.customers, experience.customers)
    treated = taking_part - round(wish.aim.control_share * taking_part)
    smallest = smallest_effect(experience.customers, spread.rest_variance, wish.aim)
    halved = Aim(wish.aim.error, wish.aim.power, 0.5)
    return ExperimentPlan(
        customers=experience.customers,
        past=experience.past,
        wish=wish,
        spread=spread,
        asked=asked,
        needed_unadjusted=_whole(customers_needed(asked.effect, spread.variance, wish.aim)),
        needed_halved=_whole(customers_needed(asked.effect, spread.rest_variance, halved)),
        smallest=smallest,
        smallest_share=smallest / spread.mean if spread.mean > 0 else None,
        other_days=fits[0] if fits and not _fits(asked, experience) else None,
        table=tuple(_size(experience, wish, days, share, True) for days in _shown(experience) for share in EFFECTS),
        treated=treated,
        cost=None if wish.cost is None else wish.cost * treated,
    )


def _shown(experience: Experience) -> list[int]:
    """Lengths of the table: those measured, or of the usual ones what a forecast reaches."""
    if experience.past:
        return [spread.days for spread in experience.spreads]
    return [days for days in LENGTHS if days <= experience.longest] or [experience.longest]


def _size(experience: Experience, wish: Wish, days: int, effect: float, is_share: bool) -> Size:
    spread = experience.over(days)
    money = effect * spread.mean if is_share else effect
    share = effect if is_share else money / spread.mean if spread.mean > 0 else None
    needed = _whole(customers_needed(money, spread.rest_variance, wish.aim)) if money != 0 else None
    return Size(days, money, share, needed, power_of(money, experience.customers, spread.rest_variance, wish.aim))


def _fits(size: Size, experience: Experience) -> bool:
    return size.needed is not None and size.needed <= experience.customers


def _whole(customers: float) -> int | None:
    return ceil(customers) if customers < 1e15 else None
