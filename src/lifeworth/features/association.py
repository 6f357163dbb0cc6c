"""How strongly a column goes with an outcome beyond what the past explains: plain functions of arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from lifeworth.maths.arrays import FloatArray, IntArray

FOLDS = 5
PRIOR_CUSTOMERS = 5.0
_EXPLAINED = 1e-9


@dataclass(frozen=True)
class Association:
    """Rank correlation of what the past leaves unexplained in a column and in an outcome.

    Attributes
    ----------
    strength : float
        Between 0 (nothing beyond the past) and 1 (the column is the outcome).
    chance : float
        Standard error of a correlation that is none: 1 / √(customers less the quantities taken out).
    """

    strength: float
    chance: float

    @property
    def error(self) -> float:
        """Large-sample standard error of the strength."""
        return (1.0 - self.strength**2) * self.chance


class Past:
    """What is left of any quantity once the past has been taken out by least squares.

    Parameters
    ----------
    predictors : array, shape (customers, k)
        What was known of each customer before the stretch.
    """

    def __init__(self, predictors: FloatArray) -> None:
        if not len(predictors):
            self._basis = np.zeros((0, 0))
            return
        spread = predictors.std(axis=0)
        scaled = (predictors - predictors.mean(axis=0))[:, spread > 0] / spread[spread > 0]
        left, values, _ = np.linalg.svd(np.column_stack([np.ones(len(scaled)), scaled]), full_matrices=False)
        self._basis = left[:, values > values.max(initial=1.0) * 1e-9]

    @property
    def freedom(self) -> int:
        """Customers less the quantities taken out, at least 1."""
        return max(self._basis.shape[0] - self._basis.shape[1], 1)

    def leave(self, quantity: FloatArray) -> FloatArray:
        """The quantity less its best linear forecast; zeros where the past explains all of it."""
        spread = quantity.std()
        if spread == 0:
            return np.zeros_like(quantity)
        scaled = (quantity - quantity.mean()) / spread
        rest: FloatArray = scaled - self._basis @ (self._basis.T @ scaled)
        return rest if float((rest**2).mean()) > _EXPLAINED else np.zeros_like(quantity)


def rank_correlation(first: FloatArray, second: FloatArray) -> float:
    """Spearman's rank correlation, 0 where one of the two does not vary."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(first), rankdata(second))[0, 1])


def group_means(groups: IntArray, outcome: FloatArray) -> FloatArray:
    """For each customer the mean outcome of its group among the other folds, drawn towards the mean of all.

    A customer's own outcome never enters its own figure.
    """
    fold = np.arange(len(groups)) % FOLDS
    size = int(groups.max(initial=0)) + 1
    means = np.zeros(len(groups))
    for held in range(FOLDS):
        seen = fold != held
        sums = np.bincount(groups[seen], outcome[seen], size)
        counts = np.bincount(groups[seen], minlength=size)
        overall = float(outcome[seen].mean()) if seen.any() else 0.0
        shrunk = (sums + PRIOR_CUSTOMERS * overall) / (counts + PRIOR_CUSTOMERS)
        means[~seen] = shrunk[groups[~seen]]
    return means


def associate(
    numbers: list[FloatArray], groups: list[NDArray[np.intp]], outcomes: list[FloatArray], past: Past
) -> Association:
    """The strongest association of any reading of a column with any reading of an outcome.

    Parameters
    ----------
    numbers : list of arrays, shape (customers,)
        Readings of the column whose order may tell.
    groups : list of integer arrays, shape (customers,)
        Readings of the column whose groups may tell.
    outcomes : list of arrays, shape (customers,)
        Readings of the outcome.
    """
    strength = 0.0
    left = [past.leave(number) for number in numbers]
    for outcome in outcomes:
        rest = past.leave(outcome)
        strength = max([strength, *(abs(rank_correlation(number, rest)) for number in left)])
        told = (past.leave(group_means(codes, rest)) for codes in groups)
        strength = max([strength, *(rank_correlation(means, rest) for means in told)])
    return Association(strength, 1.0 / float(np.sqrt(past.freedom)))
