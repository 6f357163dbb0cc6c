"""Which contacts for a budget? Most gain for each euro first.

Choosing whole contacts within a budget is a knapsack. Taken by gain per euro until the next does not fit, the choice is the
best there is where all contacts cost the same; otherwise it lies below the best by less than the gain of the contact that
did not fit, for splitting that one gives a bound on every choice (Dantzig 1957, Discrete-Variable Extremum Problems).
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame
from lifeworth.insight.retention.winback.effect import Effect

Floats = NDArray[np.float64]

MOST_POINTS = 50


@dataclass(frozen=True)
class Choice:
    """The contacts taken, best first; their gain less cost; and what no choice within the budget can exceed."""

    taken: NDArray[np.intp]
    gain: float
    bound: float


def by_gain_per_cost(gain: Floats, cost: Floats) -> NDArray[np.intp]:
    """Places of the contacts, most gain (less cost) for each euro first; equals in the order given."""
    per_cost = np.divide(gain, cost, out=np.where(gain > 0, np.inf, gain), where=cost > 0)
    return np.argsort(-per_cost, kind="stable")


def choose(gain: Floats, cost: Floats, budget: float | None) -> Choice:
    """Contacts with a gain above zero that the budget pays for.

    Parameters
    ----------
    gain : (contacts,)
        Expected gain of each, its cost taken off.
    cost : (contacts,)
        Of each, zero or more.
    budget : float, optional
        Without one, every contact that gains is taken.

    Examples
    --------
    >>> found = choose(np.array([3.0, 5.0, -1.0, 4.0]), np.array([1.0, 1.0, 1.0, 1.0]), 2.0)
    >>> found.taken.tolist(), found.gain, found.bound
    ([1, 3], 9.0, 9.0)
    """
    order = by_gain_per_cost(gain, cost)
    order = order[gain[order] > 0]
    if budget is None:
        total = float(gain[order].sum())
        return Choice(order, total, total)
    spent = np.cumsum(cost[order])
    fits = int(np.searchsorted(spent, budget * (1 + 1e-12) + 1e-12, side="right"))
    taken = order[:fits]
    total, part = float(gain[taken].sum()), 0.0
    if fits < len(order):
        left = budget - (float(spent[fits - 1]) if fits else 0.0)
        part = float(gain[order[fits]]) * left / float(cost[order[fits]])
    return Choice(taken, total, total + part)


@dataclass(frozen=True)
class Contacts:
    """Contacts in the order in which they are made: chance of bringing each back, what they bring then, its spread."""

    chance: Floats
    brings: Floats
    spread: Floats
    cost: float

    def __len__(self) -> int:
        return len(self.chance)


@dataclass(frozen=True)
class Curve:
    """After so many contacts: customers brought back, money spent, and the net gain with its range."""

    contacts: NDArray[np.intp]
    brought_back: Floats
    spend: Floats
    mean: Floats
    low: Floats
    high: Floats


def draw_curve(contacts: Contacts, effect: Effect, frame: Frame, marks: tuple[int, ...]) -> Curve:
    """Net gain by number of contacts, at up to 50 even places and at ``marks``.

    The range holds what single customers do by chance, what is unsure of the effect of a contact, and the spread that all
    values have in common. It never goes below the money spent, unless somebody is expected to cost more than they bring.
    """
    count = len(contacts)
    even = np.rint(np.linspace(0, count, min(count, MOST_POINTS) + 1)).astype(np.intp)
    places = np.unique(np.concatenate([even, [mark for mark in marks if 0 <= mark <= count]])).astype(np.intp)
    brought = contacts.chance * contacts.brings
    single = contacts.chance * (contacts.brings**2 + contacts.spread**2) - brought**2
    backed, gross, variance, least = (
        np.concatenate([[0.0], np.cumsum(each)])[places]
        for each in (contacts.chance, brought, np.maximum(single, 0.0), np.minimum(brought, 0.0))
    )
    spend = contacts.cost * places
    common = (effect.sd / effect.mean if effect.mean > 0 else 0.0) ** 2 + frame.shared_spread**2
    reach = NormalDist().inv_cdf((1 + frame.interval_level) / 2) * np.sqrt(variance + common * gross**2)
    mean = gross - spend
    low = np.where(least < 0, mean - reach, np.maximum(mean - reach, -spend))
    return Curve(places, backed, np.asarray(spend), mean, np.asarray(low), mean + reach)
