"""One ensemble for money that is often zero: Tweedie loss on top of the purchase model's expectation.

A compound Poisson sum of gamma amounts has variance proportional to mean^p with 1 < p < 2 (Jørgensen 1987).
The trees learn the ratio of what came to what the purchase model expected, every window brought to the same
total first, so what they learn can be carried to another horizon.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.learned.boosting import Trees, boost
from lifeworth.models.learned.two_stage import OUTLIERS
from lifeworth.models.learned.window import LEAST_CHANCE, Expectation, Known, Window, floored

Floats = NDArray[np.float64]

POWER = 1.3


@dataclass
class Tweedie:
    """E[revenue] as the purchase model's expectation times what the trees learned."""

    seed: int = 1
    threads: int = 2
    ratio_: Trees = field(init=False)
    name = "Tweedie on purchase model"

    def fit(self, windows: list[Window]) -> "Tweedie":
        """Learn from finished windows of equal length."""
        matrix = np.concatenate([w.known.matrix for w in windows])
        revenue = np.concatenate([w.revenue for w in windows])
        money = np.clip(revenue, 0.0, np.quantile(revenue[revenue > 0], OUTLIERS))
        usual = money.mean()
        offset = np.concatenate([_level(w) for w in windows]) - np.log(usual)
        self.ratio_ = boost(
            "tweedie",
            matrix,
            money / usual,
            windows[0].known.columns,
            categories=windows[0].known.categories,
            offset=offset,
            seed=self.seed,
            threads=self.threads,
            tweedie_variance_power=POWER,
        )
        return self

    def predict(self, known: Known) -> Expectation:
        """Expectation for a window as long as those learned from."""
        said = known.purchase
        ratio = np.exp(np.clip(self.ratio_.raw(known.matrix), -10, 10))
        faster = np.sqrt(ratio)
        chance = 1.0 - (1.0 - np.clip(said.chance, LEAST_CHANCE, 1 - LEAST_CHANCE)) ** faster
        return Expectation(chance, said.orders * faster, floored(said.revenue) * ratio)


def _level(window: Window) -> Floats:
    """Log of the expected revenue, shifted to the window's total."""
    expected = floored(window.known.purchase.revenue)
    came = np.maximum(window.revenue, 0.0).sum()
    return np.asarray(np.log(expected) + np.log(came / expected.sum()))
