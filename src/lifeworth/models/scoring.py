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
    losses = []
    for place, (forecast, came) in enumerate(zip(predicted, actual, strict=True)):
        others = [i for i in range(len(predicted)) if i != place] or [place]
        learned = np.concatenate([predicted[i] for i in others]), np.concatenate([actual[i] for i in others])
        losses.append(_loss(forecast, came, *learned))
    return losses


def _loss(forecast: Floats, came: Floats, seen: Floats, brought: Floats) -> Floats:
    count = int(np.clip(len(seen) // FEWEST, 1, GROUPS))
    edges = np.unique(np.quantile(seen, np.linspace(0, 1, count + 1)[1:-1]))
    then, now = np.searchsorted(edges, seen, side="right"), np.searchsorted(edges, forecast, side="right")
    table = np.empty((len(edges) + 1, len(LEVELS)))
    table[:] = np.quantile(brought, LEVELS)
    order = np.argsort(then, kind="stable")
    starts = np.searchsorted(then[order], np.arange(len(edges) + 2))
    for group in range(len(edges) + 1):
        members = order[starts[group] : starts[group + 1]]
        if len(members) >= FEWEST // 2:
            table[group] = np.quantile(brought[members], LEVELS)
    return pinball(came, table[now])
