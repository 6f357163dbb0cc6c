"""What customers should bring and what they have brought, as ranks."""

from dataclasses import dataclass

import numpy as np

from lifeworth.insight.personas.people import People
from lifeworth.insight.personas.ranks import rank_scores, strata_of
from lifeworth.maths.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Scores:
    """What customers should bring and what they have brought, as ranks.

    ``ahead`` ranks everybody by expected value; ``behind`` and ``orders`` rank those known equally long (``strata``).
    """

    ahead: FloatArray
    everybody: IntArray
    behind: FloatArray
    orders: FloatArray
    strata: IntArray
    has_past: bool


def score(people: People) -> Scores:
    """Rank the people looked at."""
    everybody = np.zeros(len(people), dtype=np.intp)
    strata = strata_of(people.known_days)
    return Scores(
        rank_scores(people.value, everybody),
        everybody,
        rank_scores(people.past, strata),
        rank_scores(people.orders, strata),
        strata,
        people.has_past,
    )
