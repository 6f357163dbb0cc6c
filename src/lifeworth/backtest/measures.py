"""How far a forecast was from what happened, each figure in one function."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HALF_A_CENT = 0.005


def bias_percent(actual: Floats, predicted: Floats) -> float:
    """How far the predicted total is above (+) or below (−) the actual one, in percent of the actual."""
    total = actual.sum()
    return float(100.0 * (predicted.sum() / total - 1.0)) if abs(total) >= HALF_A_CENT else float("nan")


def gini(actual: Floats, predicted: Floats) -> float:
    """Normalised Gini: 1 ranks customers perfectly, 0 no better than chance.

    g = 2 · mean(cumulative share of actual, best predicted first) − 1, over that of the perfect order.
    Customers predicted alike share their actual values evenly, so the order of the file cannot help.
    """
    total = actual.sum()
    if len(actual) < 2 or total < HALF_A_CENT:
        return float("nan")
    perfect = 2.0 * (np.cumsum(np.sort(actual)[::-1]) / total).mean() - 1.0
    if perfect <= 0:
        return float("nan")
    order = np.argsort(-predicted, kind="stable")
    shared = _even_out_ties(actual[order], predicted[order])
    return float((2.0 * (np.cumsum(shared) / total).mean() - 1.0) / perfect)


def _even_out_ties(actual: Floats, predicted: Floats) -> Floats:
    starts = np.flatnonzero(np.r_[True, np.diff(predicted) != 0])
    sizes = np.diff(np.r_[starts, len(predicted)])
    return np.repeat(np.add.reduceat(actual, starts) / sizes, sizes)


def spearman(actual: Floats, predicted: Floats) -> float:
    """Rank correlation over all customers, ties at their middle rank."""
    if len(actual) < 2 or np.ptp(actual) == 0 or np.ptp(predicted) == 0:
        return float("nan")
    return float(np.corrcoef(_middle_ranks(actual), _middle_ranks(predicted))[0, 1])


def _middle_ranks(values: Floats) -> Floats:
    order = np.argsort(values)
    ascending = values[order]
    starts = np.flatnonzero(np.r_[True, np.diff(ascending) != 0])
    sizes = np.diff(np.r_[starts, len(values)])
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(starts + (sizes + 1) / 2.0, sizes)
    return ranks


def mean_absolute_error(actual: Floats, predicted: Floats) -> float:
    """Mean distance per customer. Never choose a model by it alone: it rewards predicting zero."""
    return float(np.abs(actual - predicted).mean())


def root_mean_squared_error(actual: Floats, predicted: Floats) -> float:
    """Root of the mean squared distance per customer; one large customer can decide it."""
    return float(np.sqrt(((actual - predicted) ** 2).mean()))


def coverage(actual: Floats, low: Floats, high: Floats) -> tuple[float, float]:
    """Percent of customers inside their range: those with ``high`` above zero, then those whose range is zero.

    Half a cent of slack keeps rounding from counting as a miss. NaN where a group is empty.
    """
    inside = (actual >= low - HALF_A_CENT) & (actual <= high + HALF_A_CENT)
    open_range = high > HALF_A_CENT
    share = [float(100.0 * inside[g].mean()) if g.any() else float("nan") for g in (open_range, ~open_range)]
    return share[0], share[1]


def bias_error(actual: Floats, predicted: Floats) -> float:
    """Standard error of :func:`bias_percent` by the chance of single customers (ratio estimator, delta method)."""
    total = actual.sum()
    if abs(total) < HALF_A_CENT:
        return float("nan")
    ratio = predicted.sum() / total
    return float(100.0 * np.sqrt(((predicted - ratio * actual) ** 2).sum()) / abs(total))


def gini_error(actual: Floats, predicted: Floats, groups: int = 10) -> float:
    """Standard error of :func:`gini` by the delete-a-group jackknife (Kott 2001), customers dealt out in turn."""
    if len(actual) < 4 * groups:
        return float("nan")
    dealt = np.arange(len(actual)) % groups
    found = np.array([gini(actual[dealt != g], predicted[dealt != g]) for g in range(groups)])
    return float(np.sqrt((groups - 1) / groups * ((found - found.mean()) ** 2).sum()))


def auc(active: NDArray[np.bool_], predicted: Floats) -> float:
    """Chance that a customer who came was ranked above one who did not, ties counted half (Mann & Whitney 1947)."""
    came = int(active.sum())
    away = len(active) - came
    if came == 0 or away == 0:
        return float("nan")
    return float((_middle_ranks(predicted)[active].sum() - came * (came + 1) / 2) / (came * away))


def top_decile(actual: Floats, predicted: Floats) -> float:
    """Money of the tenth ranked highest, in percent of that of the tenth that brought most; ties shared evenly."""
    count = max(1, len(actual) // 10)
    best = np.sort(actual)[::-1][:count].sum()
    if best < HALF_A_CENT:
        return float("nan")
    order = np.argsort(-predicted, kind="stable")
    return float(100.0 * _even_out_ties(actual[order], predicted[order])[:count].sum() / best)


def decision_value(actual: Floats, predicted: Floats) -> float:
    """Gain of contacting everybody who is predicted to bring more than the contact costs, in percent of the best.

    A contact costs a tenth of what a customer brings on average; the best contacts exactly those who bring more.
    """
    cost = 0.1 * float(actual.mean())
    best = np.maximum(actual - cost, 0.0).sum()
    if cost <= 0 or best <= 0:
        return float("nan")
    return float(100.0 * (actual - cost)[predicted > cost].sum() / best)


def deciles(actual: Floats, predicted: Floats) -> list[tuple[int, int, float, float, float, float]]:
    """Customers in ten groups by prediction, the highest first.

    Rows of decile, customers, mean predicted, mean actual, total predicted, total actual.
    """
    groups = np.array_split(np.argsort(-predicted, kind="stable"), 10)
    return [
        (
            number,
            len(group),
            float(predicted[group].mean()),
            float(actual[group].mean()),
            float(predicted[group].sum()),
            float(actual[group].sum()),
        )
        for number, group in enumerate(groups, 1)
        if len(group)
    ]
