"""Will they buy, and if so how much? Two ensembles whose answers are multiplied.

``anchored`` starts from the purchase model's own answer and learns only where it is wrong, every window
brought to the same level first so that one window's season is not learned for all; without it the trees learn
from the features alone (Vanderveld et al. 2016; the hurdle of Cragg 1971).
"""

from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.learned.boosting import Trees, boost
from lifeworth.models.learned.window import Expectation, Known, Window, expit, floored, logit

Floats = NDArray[np.float64]

OUTLIERS = 0.999
MIN_BUYERS = 50


@dataclass
class TwoStage:
    """P(any purchase) × E[revenue | purchase], each an ensemble of trees."""

    anchored: bool
    seed: int = 1
    threads: int = 2
    usual_: float = field(init=False)
    chance_: Trees = field(init=False)
    amount_: Trees = field(init=False)

    @property
    def name(self) -> str:
        """How the league table calls it."""
        return "two-stage on purchase model" if self.anchored else "two-stage"

    def fit(self, windows: list[Window]) -> "TwoStage":
        """Learn from finished windows of equal length."""
        matrix = np.concatenate([w.known.matrix for w in windows])
        revenue = np.concatenate([w.revenue for w in windows])
        bought = revenue > 0
        self.usual_ = float(revenue[bought].mean())
        capped = np.minimum(revenue, np.quantile(revenue[bought], OUTLIERS)) / self.usual_
        columns, categories = windows[0].known.columns, windows[0].known.categories
        common = partial(boost, names=columns, categories=categories, seed=self.seed, threads=self.threads)
        chance_offset = amount_offset = None
        if self.anchored:
            chance_offset = np.concatenate([_level_chance(w) for w in windows])
            amount_offset = np.concatenate([_level_amount(w) for w in windows])[bought] - np.log(self.usual_)
        target = bought.astype(np.float64)
        self.chance_ = common("binary", matrix, target, offset=chance_offset)
        self.amount_ = common("gamma", matrix[bought], capped[bought], offset=amount_offset)
        return self

    def predict(self, known: Known) -> Expectation:
        """Expectation for a window as long as those learned from."""
        matrix, said = known.matrix, known.purchase
        chance, amount = self.chance_.raw(matrix), self.amount_.raw(matrix)
        if self.anchored:
            chance, amount = chance + logit(said.chance), amount + _log_centre(said)
        else:
            amount = amount + np.log(self.usual_)
        p = expit(chance)
        revenue = p * np.exp(amount)
        return Expectation(p, said.orders * p / np.maximum(said.chance, 1e-4), revenue)


def enough(windows: list[Window]) -> bool:
    """Whether there are buyers to learn from and others to tell them from."""
    bought = sum(int((w.revenue > 0).sum()) for w in windows)
    return bought >= MIN_BUYERS and sum(len(w) for w in windows) - bought >= MIN_BUYERS


def _log_centre(said: Expectation) -> Floats:
    return np.asarray(np.log(floored(said.centre)))


def _level_chance(window: Window) -> Floats:
    """The purchase model's log odds, shifted so that the window's share of buyers is met (Newton steps)."""
    odds, share = logit(window.known.purchase.chance), float((window.revenue > 0).mean())
    shift = 0.0
    for _ in range(25):
        p = expit(odds + shift)
        shift += float(np.clip((share - p.mean()) / max((p * (1 - p)).mean(), 1e-6), -1, 1))
    return np.asarray(odds + np.clip(shift, -5, 5))


def _level_amount(window: Window) -> Floats:
    """The purchase model's log amount, shifted to what the window's buyers brought."""
    bought, centre = window.revenue > 0, _log_centre(window.known.purchase)
    if not bought.any():
        return centre
    return np.asarray(centre + np.log(window.revenue[bought].sum() / np.exp(centre[bought]).sum()))
