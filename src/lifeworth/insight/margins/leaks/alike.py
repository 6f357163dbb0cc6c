"""Which categories are goods of one sort: glasses come back more often than coffee, and that alone is no leak.

Categories are ranked by what they cost against what all would have cost in the same strata. A category's comparables are the others that
come nearest to it from below or are not clearly above it: the group grows from the highest downward for as long as the next
one is not clearly lower than the group so far (in the manner of Scott and Knott 1974, who part treatment means into groups
that are alike). What several categories have in common is so put down to their sort; what one has alone stands out.
"""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.margins.leaks.comparing import Cells, expected, rates

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CLEARLY = 2.576


def all_others(levels: int, left_out: tuple[int, ...] = ()) -> Bools:
    """Row a says who a's comparables are: everybody else."""
    peers = ~np.eye(levels, dtype=np.bool_)
    peers[:, list(left_out)] = False
    return peers


def of_one_sort(cells: Cells, levels: int, left_out: tuple[int, ...] = ()) -> Bools:
    """Row a says which groups are comparable goods; groups left out are nobody's comparables."""
    counted = np.ones(levels, dtype=np.bool_)
    counted[list(left_out)] = False
    there = [a for a in range(levels) if counted[a] and (cells.exposure[cells.level == a].sum(axis=0) > 0).all()]
    peers = np.zeros((levels, levels), dtype=np.bool_)
    if len(there) < 2:
        return peers
    cost, usual = _against_all(cells, levels, there, counted)
    for a in there:
        peers[a, _nearest(a, there, cost, usual)] = True
    return peers


def _against_all(cells: Cells, levels: int, there: list[int], counted: Bools) -> tuple[Floats, Floats]:
    """What each group cost, and what all would have cost in its place: (levels, 1 + groups) each."""
    rate = rates(cells, counted)
    cost, usual = (np.zeros((levels, cells.exposure.shape[1])) for _ in range(2))
    for a in there:
        own, alike = expected(cells, a, rate)
        cost[a], usual[a] = cells.cost[own].sum(axis=0), alike.sum(axis=0)
    return cost, usual


def _nearest(a: int, there: list[int], cost: Floats, usual: Floats) -> list[int]:
    index = cost / np.maximum(usual, 1e-12)
    ranked = sorted((b for b in there if b != a), key=lambda b: (-index[b, 0], b))
    below = [b for b in ranked if not _clearly(index[b] - index[a])]
    group: list[int] = []
    for b in below:
        if group and _clearly(cost[group].sum(axis=0) / np.maximum(usual[group].sum(axis=0), 1e-12) - index[b]):
            break
        group.append(b)
    return group or ranked[:1]


def _clearly(difference: Floats) -> bool:
    """Whether a difference lies above zero beyond chance, by its jackknife values (1 + groups,)."""
    again = difference[1:]
    groups = len(again)
    error = np.sqrt((groups - 1) / groups * ((again - again.mean()) ** 2).sum())
    return bool(difference[0] > CLEARLY * error and error > 0)
