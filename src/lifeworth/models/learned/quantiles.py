"""The whole distribution of a customer's money: trees for several quantiles of it, beside the chance of any.

Given that a customer comes, each quantile of revenue relative to what was expected of those who come is learned by
trees of its own (quantile regression, Koenker and Bassett 1978; quantiles of the logarithm are logarithms of the
quantiles). Quantiles that cross are sorted, which never makes them worse (Chernozhukov, Fernández-Val, Galichon 2010).
On the last finished window, unseen by the trees, every quantile is moved by the amount that makes it hold there as often
as it says (conformalized quantile regression, each side apart: Romano, Patterson, Candès 2019, theorem 2). That promise
holds on average over customers, and for a coming window only as far as it is like the last one.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from lifeworth.models.learned.boosting import Trees, boost
from lifeworth.models.learned.two_stage import MIN_BUYERS
from lifeworth.models.learned.window import Known, Window, floored

Floats = NDArray[np.float64]

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
HELD_OUT = 3


@dataclass(frozen=True)
class Distribution:
    """What each customer may bring: nothing with probability 1 − ``chance``, else money with known quantiles.

    Attributes
    ----------
    chance : (n,) floats
        Probability of any purchase.
    levels : (k,) floats
        Ascending, between 0 and 1.
    amounts : (n, k) floats
        Quantiles of revenue of those who come, above zero, never falling along a row.
    """

    chance: Floats
    levels: Floats
    amounts: Floats

    def __len__(self) -> int:
        return len(self.chance)

    def quantiles(self, points: Floats) -> Floats:
        """Quantiles of revenue, the lump at zero included: (m,) points between 0 and 1 give (n, m).

        Between the learned levels, and beyond them, the logarithm of money is a straight line in normal scores.
        """
        away = 1.0 - self.chance[:, None]
        share = (points - away) / np.maximum(self.chance[:, None], 1e-12)
        score, knots = ndtri(np.clip(share, 1e-6, 1 - 1e-6)), ndtri(self.levels)
        logs = np.log(self.amounts)
        piece = np.clip(np.searchsorted(knots, score, side="right") - 1, 0, len(knots) - 2)
        start, rise = np.take_along_axis(logs, piece, 1), np.take_along_axis(np.diff(logs, axis=1), piece, 1)
        money = np.exp(start + rise * (score - knots[piece]) / np.diff(knots)[piece])
        return np.where(share > 0, money, 0.0)


@dataclass
class Quantiles:
    """Quantiles of revenue around ``known.purchase``, whichever forecast stands there."""

    seed: int = 1
    threads: int = 2
    levels: tuple[float, ...] = LEVELS
    ratio_: tuple[Trees, ...] = field(init=False)
    shift_: Floats = field(init=False)
    name = "quantiles"

    def fit(self, windows: list[Window]) -> "Quantiles":
        """Learn from finished windows of equal length, in the order of their days; the last one corrects the rest."""
        learned, held = _apart(windows)
        known = learned[0].known
        matrix = np.concatenate([w.known.matrix for w in learned])
        target = np.concatenate([_log_ratio(w) for w in learned])
        self.ratio_ = tuple(
            boost(
                "quantile",
                matrix,
                target,
                known.columns,
                categories=known.categories,
                seed=self.seed,
                threads=self.threads,
                alpha=level,
            )
            for level in self.levels
        )
        self.shift_ = _corrections(_log_ratio(held), self._raw(held.known), np.array(self.levels))
        return self

    def predict(self, known: Known) -> Distribution:
        """What may come in a window as long as those learned from."""
        logs = np.sort(self._raw(known) + self.shift_, axis=1)
        amounts = np.exp(np.clip(logs, -20, 20)) * floored(known.purchase.centre)[:, None]
        return Distribution(known.purchase.chance, np.array(self.levels), amounts)

    def _raw(self, known: Known) -> Floats:
        """Quantiles of the log ratio before correction, sorted: (n, levels)."""
        matrix = known.matrix
        return np.sort(np.column_stack([trees.raw(matrix) for trees in self.ratio_]), axis=1)


def _apart(windows: list[Window]) -> tuple[list[Window], Window]:
    """Buyers to learn from and buyers to correct by: the last window, or every third customer where that is too few."""
    buyers = [_of(w, np.flatnonzero(w.revenue > 0)) for w in windows]
    if len(buyers[-1]) >= MIN_BUYERS and sum(map(len, buyers[:-1])) >= MIN_BUYERS:
        return buyers[:-1], buyers[-1]
    last = max(buyers, key=len)
    held = np.arange(len(last)) % HELD_OUT == HELD_OUT - 1
    return [_of(last, np.flatnonzero(~held))], _of(last, np.flatnonzero(held))


def _of(window: Window, who: NDArray[np.intp]) -> Window:
    known = window.known
    some = Known(known.names, known.features[who], known.categories, known.alive[who], known.purchase.take(who))
    return Window(some, window.revenue[who])


def _log_ratio(buyers: Window) -> Floats:
    """Log of what buyers brought over what was expected of them, the window at its own total."""
    centre = floored(buyers.known.purchase.centre)
    return np.asarray(np.log(buyers.revenue / centre) - np.log(buyers.revenue.sum() / centre.sum()))


def _corrections(came: Floats, stated: Floats, levels: Floats) -> Floats:
    """How far each quantile must move to hold as often as it says: order statistics of what it missed by, (levels,).

    Upper quantiles take the ⌈(n + 1) α⌉-th smallest, lower ones the ⌊(n + 1) α⌋-th, so that each errs outwards.
    """
    missed = np.sort(came[:, None] - stated, axis=0)
    wanted = (len(came) + 1) * levels
    order = np.where(levels < 0.5, np.floor(wanted), np.ceil(wanted)).astype(np.intp) - 1
    return np.asarray(missed[np.clip(order, 0, len(came) - 1), np.arange(len(levels))])
