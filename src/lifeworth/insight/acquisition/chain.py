"""What a newcomer brings by age: steps that everybody who reached them went through, put one behind the other.

As in a life table, the average of each step comes from all who were seen over it, and the curve is their sum; with the days
judged cut to the last year it is the curve of a period (Preston, Heuveline and Guillot 2001, *Demography*, chapter 3), built of
what newcomers of different ages did lately. How sure it is comes from drawing the customers anew (bootstrap; Efron 1979):
they are dealt to buckets by chance once, and buckets are drawn, which keeps all steps of a customer together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.acquisition.ages import Sums

Floats = NDArray[np.float64]

FEWEST_SEEN = 30
DRAWS = 500


@dataclass(frozen=True)
class Steps:
    """What an average newcomer brought in each step.

    Attributes
    ----------
    mean : (groups, steps) floats
        NaN where nobody was seen.
    draws : (draws, groups, steps) floats
        The same for customers drawn anew.
    reach : (groups,) ints
        How many steps, from the first on, at least 30 customers were seen over.
    customers : (groups, steps) floats
        How many were.
    """

    mean: Floats
    draws: Floats
    reach: NDArray[np.int64]
    customers: Floats


def draw_buckets(buckets: int, seed: int, draws: int = DRAWS) -> Floats:
    """How often each bucket is drawn: (draws, buckets); the same for every group, so that groups can be compared."""
    rng = np.random.default_rng([seed, 41])
    return rng.multinomial(buckets, np.full(buckets, 1 / buckets), size=draws).astype(np.float64)


def average_steps(sums: Sums, drawn: Floats) -> Steps:
    """Average of each step for every group, and its draws.

    Examples
    --------
    >>> one = np.ones((1, 2, 1))
    >>> sums = Sums(np.array([0, 1]), money=one * 90, customers=one * 30, orders=one * 0)
    >>> steps = average_steps(sums, np.array([[2.0, 0.0]]))
    >>> float(steps.mean[0, 0]), float(steps.draws[0, 0, 0]), int(steps.reach[0])
    (3.0, 3.0, 1)
    """
    customers = sums.customers.sum(axis=1)
    mean = _ratio(sums.money.sum(axis=1), customers)
    money = np.einsum("db,gbs->dgs", drawn, sums.money)
    people = np.einsum("db,gbs->dgs", drawn, sums.customers)
    draws = np.where(people > 0, _ratio(money, people), mean)
    seen = customers >= FEWEST_SEEN
    reach = np.where(seen.all(axis=1), seen.shape[1], np.argmin(seen, axis=1))
    return Steps(mean, draws, reach.astype(np.int64), customers)


def _ratio(money: Floats, people: Floats) -> Floats:
    return np.asarray(np.divide(money, people, out=np.full(money.shape, np.nan), where=people > 0))
