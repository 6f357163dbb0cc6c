"""Which differences are more than chance? Paired bootstrap over customers: the same customers drawn for every method."""

from collections.abc import Iterator

import numpy as np

from accuracy_parts.history import Floats

DRAWS = 200
HIGHER_IS_BETTER = {"gini": True, "spearman": True, "top10": True, "mae": False, "bias": False}
STANDARD_ERRORS = 2.0


class Redrawn:
    """A forecast whose measures can be taken again with weights on the customers; orders and ranks stay as they are."""

    def __init__(self, actual: Floats, predicted: Floats, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.actual, self.predicted = actual, predicted
        self.error = np.abs(actual - predicted)
        self.order = np.lexsort((rng.random(len(actual)), -predicted))
        self.perfect = np.argsort(-actual, kind="stable")
        self.ranks = (_ranks(actual, rng), _ranks(predicted, rng))

    def measures(self, weights: Floats) -> dict[str, float]:
        """The five measures of the sample in which customer i stands ``weights[i]`` times; bias as distance from 0."""
        total = weights @ self.actual
        found, best = self._share(weights, self.order), self._share(weights, self.perfect)
        return {
            "gini": found / best,
            "spearman": _correlation(*self.ranks, weights),
            "top10": 100 * self._top(weights, self.order) / self._top(weights, self.perfect),
            "mae": float(weights @ self.error / weights.sum()),
            "bias": abs(100 * (weights @ self.predicted / total - 1)),
        }

    def _share(self, weights: Floats, order: np.ndarray) -> float:
        heavy = weights[order]
        brought = (heavy * self.actual[order]).cumsum()
        return float(2 * (heavy @ brought) / (heavy.sum() * brought[-1]) - 1)

    def _top(self, weights: Floats, order: np.ndarray) -> float:
        heavy = weights[order]
        taken = np.clip(heavy.sum() / 10 - (heavy.cumsum() - heavy), 0, heavy)
        return float(taken @ self.actual[order])


def _ranks(values: Floats, rng: np.random.Generator) -> Floats:
    return np.argsort(np.argsort(values + 1e-9 * rng.random(len(values)))).astype(float)


def _correlation(one: Floats, other: Floats, weights: Floats) -> float:
    share = weights / weights.sum()
    one, other = one - share @ one, other - share @ other
    return float(share @ (one * other) / np.sqrt((share @ one**2) * (share @ other**2)))


def weights_of_draws(customers: int, draws: int = DRAWS, seed: int = 0) -> Iterator[Floats]:
    """How often each customer is drawn, once per bootstrap sample."""
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        yield np.bincount(rng.integers(0, customers, customers), minlength=customers).astype(float)


def redraw(actual: Floats, forecasts: dict[str, Floats], draws: int = DRAWS) -> dict[str, dict[str, Floats]]:
    """Measure → method → its value in every bootstrap sample, shape (draws,)."""
    ready = {name: Redrawn(actual, predicted) for name, predicted in forecasts.items()}
    found: dict[str, dict[str, list[float]]] = {m: {n: [] for n in ready} for m in HIGHER_IS_BETTER}
    for weights in weights_of_draws(len(actual), draws):
        for name, one in ready.items():
            for measure, value in one.measures(weights).items():
                found[measure][name].append(value)
    return {m: {n: np.array(values) for n, values in by.items()} for m, by in found.items()}


def goodness(measure: str, value: float) -> float:
    """The value, turned so that more is better."""
    return value if HIGHER_IS_BETTER[measure] else -abs(value)


def marks(measure: str, values: dict[str, float], drawn: dict[str, Floats]) -> dict[str, str]:
    """Method → "best" (beyond two standard errors of every paired difference), "tie" (within them) or ""."""
    best = max(values, key=lambda name: goodness(measure, values[name]))
    level = [name for name in values if name == best or not is_beyond(measure, best, name, values, drawn)]
    return {name: ("best" if len(level) == 1 else "tie") if name in level else "" for name in values}


def is_beyond(measure: str, better: str, worse: str, values: dict[str, float], drawn: dict[str, Floats]) -> bool:
    """Is the gap larger than two bootstrap standard errors of the paired difference?"""
    gap = goodness(measure, values[better]) - goodness(measure, values[worse])
    return bool(gap > STANDARD_ERRORS * np.std(drawn[better] - drawn[worse], ddof=1))
