"""What a customer may want next, scored from their own baskets, from what goes with these, and from what sells now."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lifeworth.insight.products.contents import Baskets, Ints, Sparse, commonest, count_products
from lifeworth.insight.products.ease import learn_weights

Floats = NDArray[np.float64]

NAMED = 10
BLOCK = 2_000
MOST_SCORED = 1_000
_HALF_BASKETS = 3.0
_OWN, _NOW = 0.5, 2.0
_NOW_DAYS, _SOLD_DAYS = 28, 90
_NEVER = -np.inf


@dataclass(frozen=True)
class Taste:
    """What was learned from baskets before a day.

    Attributes
    ----------
    products : (n,) ints
        The products that are scored: those in most baskets.
    weights : (n, n) floats
        What one product in a basket says of another.
    now : (n,) floats
        Share of the baskets of the last four weeks that hold each.
    ever : (n,) floats
        Baskets that ever held each.
    sold : (n,) booleans
        Whether anybody bought it in the last ninety days.
    """

    products: Ints
    weights: Floats
    now: Floats
    ever: Floats
    sold: NDArray[np.bool_]


def learn_taste(baskets: Baskets, until: int) -> Taste:
    """Learn from baskets that all lie before a day (days since 1970-01-01)."""
    products = commonest(baskets, MOST_SCORED)
    holds = baskets.holds[:, products]
    lately = holds[np.flatnonzero(baskets.day >= until - _NOW_DAYS)]
    still = holds[np.flatnonzero(baskets.day >= until - _SOLD_DAYS)]
    return Taste(
        products,
        learn_weights(holds),
        count_products(lately) / max(lately.shape[0], 1),
        count_products(holds),
        count_products(still) > 0,
    )


def profiles(baskets: Baskets, customers: int, *, fading: bool = True) -> Sparse:
    """What each customer has bought so far, (customers, products): a basket counts half as much every three baskets."""
    last = np.zeros(customers, dtype=np.int64)
    last[baskets.customer] = np.arange(len(baskets))
    ago = last[baskets.customer] - np.arange(len(baskets))
    weight = np.exp2(-ago / _HALF_BASKETS) if fading else np.ones(len(baskets))
    who = sparse.csr_array((weight, (baskets.customer, np.arange(len(baskets)))), shape=(customers, len(baskets)))
    return sparse.csr_array(who @ baskets.holds)


def score(taste: Taste, profile: Sparse) -> Floats:
    """Scores of the products of a taste for each row of a profile over the same products; products not sold any more get none."""
    own = profile.toarray()
    said = own @ taste.weights + _OWN * own + _NOW * taste.now
    return np.where(taste.sold, np.round(said, 9), _NEVER)


def best(scores: Floats, allowed: NDArray[np.bool_] | None = None, most: int = NAMED) -> Ints:
    """The best products of each row, −1 where there are no more; of equal ones the one with the smaller number first.

    Examples
    --------
    >>> best(np.array([[0.1, 0.9, 0.9]]), np.array([[True, True, True]]), most=2).tolist()
    [[1, 2]]
    >>> best(np.array([[0.1, 0.9, 0.9]]), np.array([[True, False, False]]), most=2).tolist()
    [[0, -1]]
    """
    worst = -scores if allowed is None else np.where(allowed, -scores, np.inf)
    most = min(most, worst.shape[1])
    near = np.sort(np.argpartition(worst, most - 1, axis=1)[:, :most], axis=1)
    there = np.take_along_axis(worst, near, axis=1)
    order = np.argsort(there, axis=1, kind="stable")
    named = np.take_along_axis(near, order, axis=1)
    return np.where(np.isfinite(np.take_along_axis(there, order, axis=1)), named, -1)
