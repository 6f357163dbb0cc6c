"""CRPS of a ranking of customers: how sharp the distributions are that a forecast allows to state.

A forecast that gives only a mean is turned into distributions the same way for every method: customers are
put into twenty groups by the forecast, fewer where there are fewer than thirty customers for each, and a group's distribution is what such groups brought in the other
windows. The continuous ranked probability score (Gneiting & Raftery 2007) is the mean of twice the pinball
losses over evenly spaced levels (ibid., section 4.2). Ties share a group, so a method that says the same of
everybody is scored as one distribution for all.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GROUPS = 20
FEWEST = 30
LEVELS = (np.arange(19) + 0.5) / 19


def pinball(actual: Floats, quantiles: Floats, levels: Floats = LEVELS) -> Floats:
    """Mean pinball loss of each customer over levels, twice: an approximation of CRPS; (n,), (n, k) -> (n,)."""
    distance = actual[:, None] - quantiles
    return np.asarray(2.0 * np.maximum(levels * distance, (levels - 1.0) * distance).mean(axis=1))


def crps(predicted: list[Floats], actual: list[Floats]) -> list[Floats]:
    """Loss of every customer in every window, each window judged by groups learned from the others.

    With a single window the groups are learned from itself.
    """
    return Outcomes(actual).crps(predicted)


class Outcomes:
    """What came in every window, made ready to score many forecasts of it.

    What the other windows brought is put in order once; a forecast then only has to be parted into groups.
    """

    def __init__(self, actual: list[Floats]) -> None:
        self._actual, self._others = actual, list[tuple[list[int], NDArray[np.intp], Floats]]()
        for place in range(len(actual)):
            others = [i for i in range(len(actual)) if i != place] or [place]
            brought = np.concatenate([actual[i] for i in others])
            order = np.argsort(brought, kind="stable")
            self._others.append((others, order, brought[order]))

    def crps(self, predicted: list[Floats]) -> list[Floats]:
        """As :func:`crps`."""
        losses = []
        for forecast, came, (others, order, brought) in zip(predicted, self._actual, self._others, strict=True):
            seen = np.concatenate([predicted[i] for i in others])[order]
            losses.append(_loss(forecast, came, seen, brought))
        return losses


def _loss(forecast: Floats, came: Floats, seen: Floats, brought: Floats) -> Floats:
    """``brought`` ascends, and ``seen`` was forecast of it."""
    count = int(np.clip(len(seen) // FEWEST, 1, GROUPS))
    edges = np.unique(np.quantile(seen, np.linspace(0, 1, count + 1)[1:-1]))
    then, now = np.searchsorted(edges, seen, side="right"), np.searchsorted(edges, forecast, side="right")
    sizes = np.bincount(then, minlength=len(edges) + 1)
    large = sizes >= FEWEST // 2
    table = np.empty((len(sizes), len(LEVELS)))
    table[~large] = _quantiles(brought, np.zeros(1, dtype=np.intp), np.array([len(brought)]))
    parted = brought[np.argsort(then.astype(np.int16), kind="stable")]
    table[large] = _quantiles(parted, (np.cumsum(sizes) - sizes)[large], sizes[large])
    return pinball(came, table[now])


def _quantiles(ascending: Floats, starts: NDArray[np.intp], sizes: NDArray[np.intp]) -> Floats:
    """Quantiles of runs that each ascend, by linear interpolation (Hyndman & Fan 1996, type 7): (runs, levels)."""
    place = (sizes[:, None] - 1) * LEVELS
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, sizes[:, None] - 1)
    low, high = ascending[starts[:, None] + below], ascending[starts[:, None] + above]
    return np.asarray(low + (high - low) * (place - below))
