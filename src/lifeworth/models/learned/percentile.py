"""Who brings more than whom: trees learn a customer's rank, a rising curve turns the rank into a chance and into money.

Within each window a customer's place among all others is learned instead of the money, so one huge order moves no tree.
Two ensembles learn from half of the windows each; the scores each gives to the other half are held against what came:
isotonic regression (Barlow, Bartholomew, Bremner, Brunk 1972; for chances Zadrozny and Elkan 2002) gives the chance of
any purchase and the expected money, neither of which may fall where the score rises. Windows are first brought to the
purchase model's level, so that no season is learned for all. Whoever is asked about later is given the mean of both
scores.

A rank says little of how far the first is ahead of the second: where a few customers bring most of the money, models of
the money itself rank better (docs/reference/variants.md).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.stats import rankdata

from lifeworth.models.learned.boosting import Trees, boost
from lifeworth.models.learned.two_stage import OUTLIERS
from lifeworth.models.learned.window import LEAST_CHANCE, LEAST_SHARE, Expectation, Known, Window, floored

Floats = NDArray[np.float64]

BINS = 200
FEWEST_IN_BIN = 25


@dataclass(frozen=True)
class Curve:
    """Straight lines between knots, never falling; level beyond the first and the last knot.

    Attributes
    ----------
    scores : (k,) floats
        Strictly ascending.
    values : (k,) floats
        Never falling, above zero.
    """

    scores: Floats
    values: Floats

    def __post_init__(self) -> None:
        sound = len(self.scores) == len(self.values) > 0 and np.isfinite([self.scores, self.values]).all()
        if not sound or not (np.diff(self.scores) > 0).all() or not (np.diff(self.values) >= 0).all():
            raise ValueError("a curve needs scores that rise and values that never fall")

    def __call__(self, score: Floats) -> Floats:
        """Value at each score."""
        return np.asarray(np.interp(score, self.scores, self.values))

    def steepness(self, score: Floats) -> Floats:
        """Slope of the logarithm at each score; zero beyond the ends."""
        if len(self.scores) < 2:
            return np.zeros(len(score))
        piece = np.searchsorted(self.scores, score, side="right") - 1
        inside = (piece >= 0) & (piece < len(self.scores) - 1)
        slopes = np.diff(self.values) / np.diff(self.scores)
        return np.where(inside, slopes[np.clip(piece, 0, len(slopes) - 1)] / self(score), 0.0)


def rising_curve(score: Floats, target: Floats, weight: Floats, most: float = np.inf) -> Curve:
    """What ``target`` is on average at each score, made never to fall (pool adjacent violators).

    Customers are put into up to 200 bins of alike score, bins into blocks by isotonic regression; the centres of the
    blocks are the knots, so that customers of one block are still told apart. The curve goes on beyond the outer centres
    to the last scores seen, at most doubling, and keeps the mean of the target.

    Parameters
    ----------
    score, target, weight : (n,) floats
        ``target`` not negative.
    most : float
        No value lies above.
    """
    count = int(np.clip(len(score) // FEWEST_IN_BIN, 1, BINS))
    edges = np.unique(np.quantile(score, np.linspace(0, 1, count + 1)[1:-1]))
    place = np.searchsorted(edges, score, side="right")
    mass, at, money = (np.bincount(place, w, len(edges) + 1) for w in (weight, weight * score, weight * target))
    filled = mass > 0
    blocks = isotonic_regression(money[filled] / mass[filled], weights=mass[filled]).blocks[:-1]
    mass, at, money = (np.add.reduceat(sums[filled], blocks) for sums in (mass, at, money))
    scores, values = _to_the_ends(at / mass, money / mass, float(score.min()), float(score.max()))
    mean = float(target @ weight / weight.sum())
    values = np.clip(values, LEAST_SHARE * mean, most)
    stated = float(np.interp(score, scores, values) @ weight / weight.sum())
    return Curve(scores, np.minimum(values * (mean / stated if stated > 0 else 1.0), most))


def _to_the_ends(scores: Floats, values: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """The outer lines go on to the lowest and highest score, the upper one no higher than twice its start."""
    if len(scores) < 2:
        return scores, values
    first, last = ((values[k + 1] - values[k]) / (scores[k + 1] - scores[k]) for k in (0, len(scores) - 2))
    below = max(values[0] - first * (scores[0] - low), 0.0)
    above = min(values[-1] + last * (high - scores[-1]), 2.0 * values[-1])
    ends = np.r_[low < scores[0], np.ones(len(scores), dtype=bool), high > scores[-1]].astype(bool)
    return np.r_[low, scores, high][ends], np.r_[below, values, above][ends]


@dataclass
class Percentile:
    """P(any purchase) and E[revenue] as rising curves of a learned rank."""

    seed: int = 1
    threads: int = 2
    rank_: tuple[Trees, ...] = field(init=False)
    chance_: Curve = field(init=False)
    revenue_: Curve = field(init=False)
    name = "calibrated ranks"

    def fit(self, windows: list[Window]) -> "Percentile":
        """Learn from finished windows of equal length, in the order of their days."""
        score = self._learn_ranks(windows)
        chance_weight = np.concatenate([_chance_weight(w) for w in windows])
        bought = np.concatenate([w.revenue > 0 for w in windows]).astype(np.float64)
        money = np.concatenate([_levelled(w) for w in windows])
        money = np.minimum(money, np.quantile(money[bought > 0], OUTLIERS))
        self.chance_ = rising_curve(score, bought, chance_weight, 1.0 - LEAST_CHANCE)
        self.revenue_ = rising_curve(score, money, np.ones(len(score)))
        return self

    def predict(self, known: Known) -> Expectation:
        """Expectation for a window as long as those learned from."""
        score, said = self.score(known), known.purchase
        chance = self.chance_(score)
        return Expectation(chance, said.orders * chance / np.maximum(said.chance, LEAST_CHANCE), self.revenue_(score))

    def score(self, known: Known) -> Floats:
        """The learned rank, the higher the better: (n,)."""
        matrix = known.matrix
        return np.asarray(sum(trees.raw(matrix) for trees in self.rank_) / len(self.rank_))

    def contributions(self, known: Known) -> Floats:
        """What each column adds to :meth:`score`: (n, columns + 1), base last."""
        matrix = known.matrix
        return np.asarray(sum(trees.contributions(matrix) for trees in self.rank_) / len(self.rank_))

    def _learn_ranks(self, windows: list[Window]) -> Floats:
        """Grow the ensembles; score of every customer by the one that has not seen the window.

        The rows of a single window are dealt out instead: no customer is in it twice.
        """
        matrix = np.concatenate([w.known.matrix for w in windows])
        rank = np.concatenate([ranks(w.revenue) for w in windows])
        late = np.repeat(np.arange(len(windows)) >= (len(windows) + 1) // 2, [len(w) for w in windows])
        halves = [late, ~late] if len(windows) > 1 else [np.arange(len(rank)) % 2 == 0, np.arange(len(rank)) % 2 == 1]
        columns, categories = windows[0].known.columns, windows[0].known.categories
        self.rank_ = tuple(
            boost(
                "regression",
                matrix[~held],
                rank[~held],
                columns,
                categories=categories,
                seed=self.seed,
                threads=self.threads,
            )
            for held in halves
        )
        score = np.empty(len(rank))
        for trees, held in zip(self.rank_, halves, strict=True):
            score[held] = trees.raw(matrix[held])
        return score


def ranks(revenue: Floats) -> Floats:
    """Share of the others each customer leaves behind, 0 to 1; equals share the middle: (n,)."""
    return np.asarray((rankdata(np.maximum(revenue, 0.0)) - 0.5) / len(revenue))


def _levelled(window: Window) -> Floats:
    """What came, at the total the purchase model expected."""
    came = np.maximum(window.revenue, 0.0)
    return np.asarray(came * (floored(window.known.purchase.revenue).sum() / came.sum()))


def _chance_weight(window: Window) -> Floats:
    """Weights under which as many came as the purchase model expected: one shift of all log odds (Elkan 2001)."""
    bought = window.revenue > 0
    share, said = float(bought.mean()), float(window.known.purchase.chance.mean())
    wanted = float(np.clip(said, LEAST_CHANCE, 1 - LEAST_CHANCE))
    if not 0.0 < share < 1.0:
        return np.ones(len(window))
    return np.where(bought, wanted / share, (1.0 - wanted) / (1.0 - share))
