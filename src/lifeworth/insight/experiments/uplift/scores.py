"""A guess at each customer's own effect, and a ranking learned from such guesses.

The guess is the doubly robust score (Robins, Rotnitzky and Zhao 1994; Kennedy 2023, "Towards optimal doubly robust
estimation of heterogeneous causal effects")

    score = m₁(x) - m₀(x) + (T - e) / (e (1 - e)) · (y - m_T(x)),

with e the share that is treated, by lot, and m₁, m₀ what customers like x bring with and without the treatment. It is
right on average whatever m is; m only takes noise away. A ridge regression of the scores on traits gives the ranking.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.experiments.reading.watched import Watched

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_TAIL = 0.005
_PENALTIES = np.logspace(0, 6, 13)


@dataclass(frozen=True)
class Guess:
    """The doubly robust score of each customer, and what means leave unexplained of their money: (customers,) floats."""

    scores: Floats
    rest: Floats


@dataclass(frozen=True)
class Means:
    """What customers bring by what was known of them, untreated and treated: intercept and slopes."""

    control: Floats
    treated: Floats

    @classmethod
    def learn(cls, watched: Watched, treated: Bools) -> "Means":
        """Least squares in each arm."""
        return cls(*(_line(watched.covariates[side], watched.net[side]) for side in (~treated, treated)))

    def guess(self, watched: Watched, treated: Bools, share: float) -> Guess:
        """Of customers, none of whom the means were learned from; ``share`` of them is treated."""
        with_it, without = (line[0] + watched.covariates @ line[1:] for line in (self.treated, self.control))
        rest = watched.net - np.where(treated, with_it, without)
        return Guess(with_it - without + np.where(treated, rest / share, -rest / (1 - share)), rest)


def _line(covariates: Floats, outcome: Floats) -> Floats:
    design = np.column_stack([np.ones(len(outcome)), covariates])
    return np.asarray(np.linalg.lstsq(design, outcome, rcond=None)[0], dtype=np.float64)


@dataclass(frozen=True)
class Ranker:
    """A straight line through traits: ``middle`` and ``slopes`` of the traits."""

    middle: Floats
    slopes: Floats
    mean: float

    @classmethod
    def learn(cls, traits: Floats, scores: Floats) -> "Ranker":
        """Ridge regression with the penalty that generalised cross-validation likes best.

        The largest and smallest scores are cut: a ranking need not follow a single amount.
        """
        low, high = np.quantile(scores, [_TAIL, 1 - _TAIL])
        kept = np.clip(scores, low, high)
        middle, mean = traits.mean(axis=0), float(kept.mean())
        centred, target = traits - middle, kept - mean
        squares, axes = np.linalg.eigh(centred.T @ centred)
        squares, along = np.maximum(squares, 0.0), axes.T @ (centred.T @ target)
        size = float(target @ target)
        best = min(_PENALTIES, key=lambda penalty: _error(squares, along, size, len(target), float(penalty)))
        return cls(middle, axes @ (along / (squares + best)), mean)

    def rank(self, traits: Floats) -> Floats:
        """Expected effect of each customer, as far as traits tell."""
        return np.asarray(self.mean + (traits - self.middle) @ self.slopes)


def _error(squares: Floats, along: Floats, size: float, count: int, penalty: float) -> float:
    """Generalised cross-validation (Golub, Heath and Wahba 1979), from the covariances alone.

    ``squares`` are eigenvalues of the traits' cross-products, ``along`` those with the scores, ``size`` the scores' own.
    """
    shrunk = along / (squares + penalty)
    left = size - 2 * float(shrunk @ along) + float(shrunk**2 @ squares)
    fitted = 1 + float((squares / (squares + penalty)).sum())
    return max(left, 0.0) / max(1 - fitted / count, 0.01) ** 2
