"""Several forecasts as one: convex weights per situation of the customer, shrunk to equal where little was seen.

Forecasts are brought to one total first, so that weights decide who brings the money and not how much comes in
all; the total is a question of its own (``total.py``). Weights minimise CRPS plus a penalty on the bias of the
situation (ACCURACY: unconstrained stacking absorbs one window's season; weights that sum to one do not).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.forecast import CustomerHistory
from lifeworth.models.learned.window import Expectation
from lifeworth.models.scoring import Outcomes

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

SITUATIONS = ("new", "one order", "regular", "lapsing")
NEW_DAYS = 60
THERE = 0.5
STEP = 4
EQUAL_WORTH_WINDOWS = 3.0
BIAS_PENALTY = 0.5
FEWEST = 50


def situation(history: CustomerHistory, alive: Floats) -> Places:
    """Place in :data:`SITUATIONS` of every customer: known under 60 days; one purchase; likely there; lapsing."""
    regular = np.where(alive >= THERE, 2, 3)
    place = np.where(history.frequency == 0, 1, regular)
    return np.asarray(np.where(history.T_days < NEW_DAYS, 0, place), dtype=np.intp)


@dataclass(frozen=True)
class Seen:
    """One finished window: what each candidate expected, the situations, the money that came."""

    expected: dict[str, Expectation]
    situation: Places
    revenue: Floats


@dataclass(frozen=True)
class Blend:
    """``weights`` (situations, names): each row sums to one; ``windows`` how many they were learned from.

    ``base`` names the forecast whose totals the blend keeps, whether or not it has any weight.
    """

    names: tuple[str, ...]
    weights: Floats
    windows: float
    base: str

    def __call__(self, expected: dict[str, Expectation], places: Places) -> Expectation:
        """The blended expectation, at the totals of the base; candidates that cannot be asked leave theirs to the rest."""
        there = [k for k, name in enumerate(self.names) if name in expected]
        if not there:
            return expected[self.base]
        parts = level(expected, tuple(self.names[k] for k in there))
        weight = self.weights[:, there]
        weight = (weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12))[places]
        chance = sum(weight[:, k] * part.chance for k, part in enumerate(parts))
        orders = sum(weight[:, k] * part.orders for k, part in enumerate(parts))
        revenue = sum(weight[:, k] * part.revenue for k, part in enumerate(parts))
        return _scaled(Expectation(*map(np.asarray, (chance, orders, revenue))), expected[self.base])


def level(expected: dict[str, Expectation], names: tuple[str, ...]) -> list[Expectation]:
    """The candidates, every one brought to the totals of the first."""
    first = expected[names[0]]
    return [first, *(_scaled(expected[name], first) for name in names[1:])]


def _scaled(one: Expectation, to: Expectation) -> Expectation:
    orders = to.orders.sum() / max(one.orders.sum(), 1e-12)
    revenue = to.revenue.sum() / one.revenue.sum() if one.revenue.sum() > 0 else 1.0
    return Expectation(one.chance, one.orders * orders, one.revenue * revenue)


def equal(names: tuple[str, ...], base: str) -> Blend:
    """Every candidate counts the same."""
    return Blend(names, np.full((len(SITUATIONS), len(names)), 1.0 / len(names)), 0.0, base)


def learn_blend(seen: list[Seen], names: tuple[str, ...], independent: float, base: str) -> Blend:
    """Weights from finished windows; ``independent`` is how many windows' worth of days they cover."""
    if not seen or len(names) == 1:
        return equal(names, base)
    parts = [[part.revenue for part in level(window.expected, names)] for window in seen]
    weights = np.array([_best(parts, seen, place, len(names)) for place in range(len(SITUATIONS))])
    share = independent / (independent + EQUAL_WORTH_WINDOWS)
    return Blend(names, share * weights + (1.0 - share) / len(names), independent, base)


def _best(parts: list[list[Floats]], seen: list[Seen], place: int, count: int) -> Floats:
    """The best point of an even grid over the simplex for the customers of one situation."""
    members = [np.flatnonzero(window.situation == place) for window in seen]
    if sum(map(len, members)) < FEWEST or not all(map(len, members)):
        return np.full(count, 1.0 / count)
    came = [window.revenue[who] for window, who in zip(seen, members, strict=True)]
    # The season is the total's business: each window's money is compared at the level the candidates stand on.
    ratio = [p[0].sum() / max(w.revenue.sum(), 1e-12) for p, w in zip(parts, seen, strict=True)]
    levelled = [c * r for c, r in zip(came, ratio, strict=True)]
    local = [[column[who] for column in p] for p, who in zip(parts, members, strict=True)]
    points = [np.array(w) / STEP for w in product(range(STEP + 1), repeat=count) if sum(w) == STEP]
    outcomes, average = Outcomes(levelled), float(np.concatenate(levelled).mean())
    scores = [_score(point, local, outcomes, average) for point in points]
    return points[int(np.argmin(scores))]


def _score(point: Floats, local: list[list[Floats]], came: Outcomes, average: float) -> float:
    mixed = [np.asarray(sum(w * column for w, column in zip(point, columns, strict=True))) for columns in local]
    loss = np.concatenate(came.crps(mixed)).mean()
    bias = np.concatenate(mixed).mean() - average
    return float(loss + BIAS_PENALTY * abs(bias))
