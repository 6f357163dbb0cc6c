"""NBD: customers buy at their own rate, and nobody ever leaves.

Ehrenberg (1959), The Pattern of Consumer Purchases, Applied Statistics 8(1), https://doi.org/10.2307/2985810.
A yardstick: where customers do leave it forecasts far too much.
"""

import numpy as np
from scipy import special

from lifeworth.maths import nbd
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.count_distribution import enough_counts
from lifeworth.maths.curve import Objective
from lifeworth.maths.nbd import NBDParameters
from lifeworth.maths.negative_binomial import exceedance
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.models.arguments import Histories
from lifeworth.models.purchase.model import PurchaseModel, SimulatedHistories
from lifeworth.models.purchase.moments import rate_moments
from lifeworth.models.purchase.primitives import MOST


class NBD(PurchaseModel):
    """How often customers buy, by Ehrenberg (1959).

    Purchase rates are Gamma(r, alpha); customers never leave, so recency says nothing.

    Examples
    --------
    >>> from lifeworth.models import NBD
    >>> model = NBD.from_parameters({"r": 0.385, "alpha": 12.07})  # weeks
    >>> round(float(model.expected_purchases(39, 2, 30.43, 38.86)[0]), 2)
    1.83
    """

    names = ("r", "alpha")
    title = "NBD (Ehrenberg 1959)"
    _timed = ("alpha",)
    _mild = (0.5, 0.5)

    @property
    def parameters(self) -> NBDParameters:
        """The learned parameters as the formulas take them."""
        self._require_fit()
        return NBDParameters(**self.params_)

    def _start(self, scaled: PurchaseTable) -> FloatArray:
        return np.asarray(np.log(rate_moments(scaled)), dtype=np.float64)

    def _objective(self, table: PurchaseTable) -> Objective:
        return lambda theta: nbd.log_likelihood(theta, table)

    def _describe(self, names: frozenset[str], values: FloatArray) -> str:
        if names == {"r", "alpha"}:
            return "(r, alpha) lie on a ridge: customers buy at nearly one rate; the data fix r / alpha, not their size"
        return f"the data hardly say anything about {', '.join(sorted(names))}"

    def _p_alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        return np.ones(x.shape)

    def _while_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        return nbd.expected_ahead(self.parameters, t, x, T)

    def _discounted(self, t: float, rate: float, x: FloatArray, T: FloatArray) -> FloatArray:
        return nbd.discounted_ahead(self.parameters, t, rate, x, T)

    def _still_there(self, t: FloatArray, seen: Histories) -> FloatArray:
        return np.ones(t.shape)

    def _mass(self, n: FloatArray, t: FloatArray) -> FloatArray:
        return nbd.probability_of_n(self.parameters, n, t, np.zeros(n.shape), np.zeros(n.shape))

    def _mass_ahead(self, n: FloatArray, t: FloatArray, seen: Histories) -> FloatArray:
        return nbd.probability_of_n(self.parameters, n, t, seen.frequency, seen.T)

    def _exceedance(self, t: float, seen: Histories, tail: float, n_max: int) -> FloatArray:
        shape, odds = self._shape(seen), t / (self.parameters.alpha + seen.T)

        def above(n: int) -> float:
            return float(np.max(special.betainc(n + 1.0, shape, odds / (1.0 + odds)), initial=0.0))

        return exceedance(shape, odds, enough_counts(above, tail, n_max))

    def _buys_within(self, t: FloatArray, seen: Histories) -> FloatArray:
        return np.asarray(-np.expm1(-self._shape(seen) * np.log1p(t / (self.parameters.alpha + seen.T))))

    def _wait(self, chance: FloatArray, seen: Histories) -> FloatArray:
        with np.errstate(over="ignore"):
            grown = np.expm1(-np.log1p(-chance) / self._shape(seen))
        return np.asarray((self.parameters.alpha + seen.T) * grown)

    def _draw_ahead(self, t: float, seen: Histories, rng: np.random.Generator) -> FloatArray:
        rate = rng.standard_gamma(self._shape(seen)) / (self.parameters.alpha + seen.T)
        return rng.poisson(np.minimum(rate * t, MOST)).astype(np.float64)

    def _simulate(self, T: FloatArray, rng: np.random.Generator) -> SimulatedHistories:
        rate = rng.standard_gamma(self.parameters.r, T.size) / self.parameters.alpha
        x = rng.poisson(np.minimum(rate * T, MOST)).astype(np.float64)
        # given their number, purchase times are uniform: the last of x is T * U^(1/x)
        t_x = np.where(x > 0, T * rng.random(T.size) ** (1.0 / np.maximum(x, 1.0)), 0.0)
        return SimulatedHistories(x, t_x, T)

    def _shape(self, seen: Histories) -> FloatArray:
        return np.asarray(self.parameters.r + seen.frequency)
