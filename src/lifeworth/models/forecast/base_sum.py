"""The sum over all customers, with the range a sum deserves.

Two kinds of chance: each customer's own, which largely cancels in a sum, and what is unsure about the
population, which all customers share and which does not cancel.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from lifeworth.models.forecast.terms import MEASURES, BaseForecast

Floats = NDArray[np.float64]


class BaseSum:
    """Collects blocks of draws, added up by each customer's shift, and says what the base may bring."""

    def __init__(self, count: int, seed: int, residual_tilt: Floats, surprise: float) -> None:
        self._count, self._seed, self._surprise = count, seed, surprise
        self._by_shift = {m: np.zeros((count, count)) for m in MEASURES}
        self._residual_tilt = residual_tilt
        self._purchase_tilt, self._spend_tilt = np.zeros(1), np.zeros(1)

    def add(self, sums: dict[str, NDArray[np.float32]], by_purchase: Floats, by_spend: Floats) -> None:
        """Take in one block: sums by shift (count, count) and expected revenue under each parameter point."""
        for measure, part in sums.items():
            self._by_shift[measure] += part
        self._purchase_tilt = self._purchase_tilt + by_purchase
        self._spend_tilt = self._spend_tilt + by_spend

    def forecast(self, means: dict[str, float]) -> BaseForecast:
        """Equally likely totals: customers independent, times what all of them share."""
        generator = np.random.default_rng([self._seed, 3])
        purchase, spend, residual = (
            self._factor(tilt, generator) for tilt in (self._purchase_tilt, self._spend_tilt, self._residual_tilt)
        )
        unknown = self._unknown(generator)
        shared = {
            "orders": purchase * unknown,
            "revenue": purchase * spend * unknown,
            "value": purchase * spend * unknown,
            "residual_value": residual * spend * unknown,
        }
        totals = {m: self._independent(m, means[m]) * shared[m] for m in MEASURES}
        return BaseForecast(totals, means, float(np.std(shared["value"])))

    def _factor(self, tilt: Floats, generator: np.random.Generator) -> Floats:
        """How far all customers move together, at every draw; 1 on average."""
        level = tilt / tilt.mean() if tilt.mean() > 0 else np.ones_like(tilt)
        return np.resize(level, self._count)[generator.permutation(self._count)]

    def _unknown(self, generator: np.random.Generator) -> Floats:
        """What no model here knows and the last proof showed: a lognormal factor with mean 1."""
        even = ndtri((np.arange(self._count) + 0.5) / self._count)
        return np.asarray(np.exp(self._surprise * even - self._surprise**2 / 2)[generator.permutation(self._count)])

    def _independent(self, measure: str, mean: float) -> Floats:
        """Undo each customer's rotation, add up, and centre on the expectation."""
        places = np.arange(self._count)
        rolled = (places[:, None] + places[None, :]) % self._count
        totals = self._by_shift[measure][places[None, :], rolled].sum(axis=1)
        usual = float(totals.mean())
        if totals.min() >= 0 and usual > 0 and mean > 0:
            return np.asarray(totals * (mean / usual))
        return np.asarray(mean + (totals - usual))
