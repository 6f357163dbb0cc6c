"""The measures of the page. Every definition is written out, so anyone can check it."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from accuracy_parts.history import Floats

SLACK = 1e-9
TIE_DRAWS = 5
NAMES = ("gini", "spearman", "top10", "mae", "bias")


def gini_once(actual: Floats, predicted: Floats, rng: Generator) -> float:
    """Normalised Gini: g = 2 · mean(cumulative share of actual, best predicted first) − 1, over that of the perfect order.

    Customers predicted alike stand in random order.
    """
    order = np.lexsort((rng.random(len(actual)), -predicted))
    found = 2 * (actual[order].cumsum() / actual.sum()).mean() - 1
    perfect = 2 * (np.sort(actual)[::-1].cumsum() / actual.sum()).mean() - 1
    return float(found / perfect)


def bias_percent(actual: Floats, predicted: Floats) -> float:
    """How far the predicted total is above (+) or below (−) the actual one, in percent of the actual."""
    return float(100 * (predicted.sum() / actual.sum() - 1))


def spearman(actual: Floats, predicted: Floats, rng: Generator) -> float:
    """Rank correlation over all customers, ties broken at random."""
    ranks_actual, ranks_predicted = _ranks(actual, rng), _ranks(predicted, rng)
    return float(np.corrcoef(ranks_actual, ranks_predicted)[0, 1])


def _ranks(values: Floats, rng: Generator) -> NDArray[np.int64]:
    return np.argsort(np.argsort(values + 1e-9 * rng.random(len(values))))


def top_decile_percent(actual: Floats, predicted: Floats) -> float:
    """What the best predicted tenth brought, in percent of what the best tenth brought."""
    size = max(1, len(actual) // 10)
    return float(100 * actual[np.argsort(-predicted)[:size]].sum() / np.sort(actual)[::-1][:size].sum())


def point_measures(actual: Floats, predicted: Floats) -> dict[str, float]:
    """All measures of a forecast without ranges."""
    rng = np.random.default_rng(0)
    return {
        "gini": float(np.mean([gini_once(actual, predicted, rng) for _ in range(TIE_DRAWS)])),
        "spearman": spearman(actual, predicted, rng),
        "top10": top_decile_percent(actual, predicted),
        "mae": float(np.abs(actual - predicted).mean()),
        "bias": bias_percent(actual, predicted),
    }
