"""Logistic regression with every column's effects drawn to zero by that column's own strength.

    log odds of winning = level + Σ over columns of the effect of the lead's level,    effect ~ Normal(0, spread²)

Ridge regression for shares (le Cessie and van Houwelingen 1992, *Applied Statistics* 41, 191-201) with a strength for each
column. The most likely effects by Newton's method, their covariance by Laplace's approximation there.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray
from lifeworth.models.cold_start import Effects

ROUNDS = 60
SETTLED = 1e-9
LONGEST_STEP = 4.0


class Design:
    """The levels of leads by column, and sums over leads by level and by pair of levels.

    Parameters
    ----------
    codes : (leads, columns) ints
        Place of each lead's level; -1 where it says nothing.
    sizes : sequence of int
        Levels a column has.
    """

    def __init__(self, codes: IntArray, sizes: Sequence[int]) -> None:
        self.codes, self.sizes = np.asfortranarray(codes), tuple(sizes)
        self.starts = np.cumsum([1, *sizes])[:-1].astype(np.intp)
        self.width = 1 + sum(sizes)
        self._silent = [bool((codes[:, place] < 0).any()) for place in range(len(self.sizes))]

    def stand(self, beta: FloatArray) -> FloatArray:
        """Log odds of every lead: (leads,)."""
        stand = np.full(len(self.codes), beta[0])
        for place, start in enumerate(self.starts):
            own = np.append(beta[start : start + self.sizes[place]], 0.0)
            stand += own[self.codes[:, place]]
        return stand

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum over all leads, then by level: (width,)."""
        found = np.zeros(self.width)
        found[0] = values.sum()
        for place, (start, size) in enumerate(zip(self.starts, self.sizes, strict=True)):
            code, value = self._known(place, values)
            found[start : start + size] = np.bincount(code, value, size)
        return found

    def pairs(self, weight: FloatArray) -> FloatArray:
        """Sum of weights over the leads of every pair of levels: (width, width)."""
        normal = np.zeros((self.width, self.width))
        by_level = self.sums(weight)
        normal[0], normal[:, 0] = by_level, by_level
        np.fill_diagonal(normal, by_level)
        for one, (start, size) in enumerate(zip(self.starts, self.sizes, strict=True)):
            for other in range(one + 1, len(self.sizes)):
                met = self._met(one, other, weight)
                block = slice(self.starts[other], self.starts[other] + self.sizes[other])
                normal[start : start + size, block], normal[block, start : start + size] = met, met.T
        return normal

    def penalty(self, spreads: FloatArray) -> FloatArray:
        """What the square of each effect costs: (width,); the level costs nothing, nor a column without spread."""
        costs = np.zeros(self.width)
        for start, size, spread in zip(self.starts, self.sizes, spreads, strict=True):
            costs[start : start + size] = 1.0 / spread**2 if spread > 0 else 0.0
        return costs

    def asked(self, spreads: FloatArray) -> BoolArray:
        """Which of the level and the effects are learned: (width,); those of a column without spread are not."""
        free = np.ones(self.width, dtype=np.bool_)
        for start, size, spread in zip(self.starts, self.sizes, spreads, strict=True):
            free[start : start + size] = spread > 0
        return free

    def _known(self, place: int, values: FloatArray) -> tuple[IntArray, FloatArray]:
        code = self.codes[:, place]
        if not self._silent[place]:
            return code, values
        known = code >= 0
        return code[known], values[known]

    def _met(self, one: int, other: int, weight: FloatArray) -> FloatArray:
        first, second, size = self.codes[:, one], self.codes[:, other], self.sizes[other]
        if self._silent[one] or self._silent[other]:
            both = (first >= 0) & (second >= 0)
            first, second, weight = first[both], second[both], weight[both]
        together = np.bincount(first * size + second, weight, self.sizes[one] * size)
        return np.asarray(together.reshape(self.sizes[one], size))


# Where every lead was won, or none, no finite level fits best: so much pulls it back.
_LEAST = 1e-6


def fit(design: Design, won: FloatArray, spreads: FloatArray, start: FloatArray | None = None) -> Effects:
    """Learn the effects of levels on the log odds of winning.

    Parameters
    ----------
    won : (leads,) floats
        1 where the lead was won, else 0.
    spreads : (columns,) floats
        Standard deviation that effects of each column's levels have before anything is seen; 0 leaves a column out.
    start : (width,) floats, optional
        Where to begin, such as the effects at another strength.
    """
    penalty, free = design.penalty(spreads), design.asked(spreads)
    beta = np.zeros(design.width) if start is None else np.where(free, start, 0.0)
    if start is None:
        share = (float(won.sum()) + 0.5) / (len(won) + 1.0)
        beta[0] = np.log(share / (1.0 - share))
    normal = np.eye(design.width)
    for _ in range(ROUNDS):
        chance = expit(design.stand(beta))
        normal = design.pairs(chance * (1.0 - chance))[np.ix_(free, free)] + np.diag(penalty[free] + _LEAST)
        slope = (design.sums(won - chance) - penalty * beta)[free]
        step = np.linalg.solve(normal, slope)
        longest = float(np.abs(step).max())
        beta[free] += step * min(1.0, LONGEST_STEP / max(longest, 1e-300))
        if longest < SETTLED:
            break
    covariance = np.zeros((design.width, design.width))
    inverse = np.linalg.inv(normal)
    covariance[np.ix_(free, free)] = (inverse + inverse.T) / 2.0
    effects = tuple(beta[s : s + size] for s, size in zip(design.starts, design.sizes, strict=True))
    return Effects("logit", float(beta[0]), effects, np.asarray(spreads, dtype=np.float64), covariance, 1.0)


def all_effects(learned: Effects) -> FloatArray:
    """The level and the effects in one array: (width,)."""
    return np.concatenate([[learned.level], *learned.effects])
