"""BG/NBD: customers buy at their own rate and may leave after any repeat purchase.

Fader, Hardie, Lee (2005), "Counting Your Customers" the Easy Way. http://brucehardie.com/papers/018/
Honest caveat: a customer without a repeat purchase is always taken to be alive.
"""

import numpy as np

from lifeworth.maths import bg_nbd_counts, bg_nbd_predict
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.bg_nbd import BGNBDParameters, log_likelihood, p_alive_rows
from lifeworth.maths.curve import Objective
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.models.arguments import Histories
from lifeworth.models.purchase.leaving_words import describe_open
from lifeworth.models.purchase.model import PurchaseModel, SimulatedHistories
from lifeworth.models.purchase.moments import rate_moments
from lifeworth.models.purchase.primitives import MOST


class BGNBD(PurchaseModel):
    """How often customers buy and whether they have left, by Fader, Hardie and Lee (2005).

    Purchase rates are Gamma(r, alpha), chances of leaving after a purchase are Beta(a, b).

    Beyond the paper: alive at T, a customer is alive at T + t with chance 2F1(r + x, a; a + b + x; -t / (alpha + T)) (derived at
    `maths.bg_nbd_predict.still_there`); exactly n purchases come in (T, T + t] by equation 8 with r + x, alpha + T, a, b + x;
    the next purchase comes by t with chance 1 - ((alpha + T) / (alpha + T + t))^(r + x), as nobody leaves before one.

    Examples
    --------
    >>> from lifeworth.models import BGNBD
    >>> model = BGNBD.from_parameters({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})  # weeks
    >>> round(float(model.expected_purchases(39, 2, 30.43, 38.86)[0]), 2)
    1.23
    """

    names = ("r", "alpha", "a", "b")
    title = "BG/NBD (Fader, Hardie, Lee 2005)"
    _timed = ("alpha",)
    _mild = (0.5, 0.5, 1.0, 3.0)

    @property
    def parameters(self) -> BGNBDParameters:
        """The learned parameters as the formulas take them."""
        self._require_fit()
        return BGNBDParameters(**self.params_)

    def _start(self, scaled: PurchaseTable) -> FloatArray:
        r, alpha = rate_moments(scaled)
        return np.asarray(np.log([r, alpha / 2.0, 0.8, 2.5]), dtype=np.float64)

    def _objective(self, table: PurchaseTable) -> Objective:
        return lambda theta: log_likelihood(theta, table)

    def _describe(self, names: frozenset[str], values: FloatArray) -> str:
        return describe_open(names, values, "at the first repeat purchase")

    def _p_alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        return p_alive_rows(self.parameters, x, t_x, T)

    def _while_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        return bg_nbd_predict.expected_while_alive(self.parameters, t, x, T)

    def _discounted(self, t: float, rate: float, x: FloatArray, T: FloatArray) -> FloatArray:
        return bg_nbd_predict.discounted_while_alive(self.parameters, t, rate, x, T)

    def _mass(self, n: FloatArray, t: FloatArray) -> FloatArray:
        return bg_nbd_predict.probability_of_n(self.parameters, n, t)

    def _exceedance(self, t: float, seen: Histories, tail: float, n_max: int) -> FloatArray:
        x, T = seen.frequency, seen.T
        needed = bg_nbd_counts.counts_needed(self.parameters, t, x, T, tail, n_max)
        return bg_nbd_counts.alive_exceedance(self.parameters, t, x, T, needed)

    def _still_there(self, t: FloatArray, seen: Histories) -> FloatArray:
        return bg_nbd_predict.still_there(self.parameters, t, seen.frequency, seen.T)

    def _mass_ahead(self, n: FloatArray, t: FloatArray, seen: Histories) -> FloatArray:
        return bg_nbd_predict.mass_while_alive(self.parameters, n, t, seen.frequency, seen.T)

    def _buys_within(self, t: FloatArray, seen: Histories) -> FloatArray:
        # nobody leaves before a purchase: the chance of none is that of a rate ~ Gamma(r + x, alpha + T)
        p = self.parameters
        return np.asarray(-np.expm1(-(p.r + seen.frequency) * np.log1p(t / (p.alpha + seen.T))))

    def _wait(self, chance: FloatArray, seen: Histories) -> FloatArray:
        p = self.parameters
        with np.errstate(over="ignore"):
            grown = np.expm1(-np.log1p(-chance) / (p.r + seen.frequency))
        return np.asarray((p.alpha + seen.T) * grown)

    def _draw_ahead(self, t: float, seen: Histories, rng: np.random.Generator) -> FloatArray:
        p = self.parameters
        rate = rng.standard_gamma(p.r + seen.frequency) / (p.alpha + seen.T)
        last = _last_purchase(rng.beta(p.a, p.b + seen.frequency), rng)
        return np.minimum(rng.poisson(np.minimum(rate * t, MOST)), last)

    def _simulate(self, T: FloatArray, rng: np.random.Generator) -> SimulatedHistories:
        p, n = self.parameters, T.size
        if_open = rng.poisson(rng.gamma(p.r, 1.0 / p.alpha, n) * T).astype(np.float64)
        x = np.minimum(if_open, _last_purchase(rng.beta(p.a, p.b, n), rng))
        # given their number, purchase times are uniform: the k-th of n is T * Beta(k, n - k + 1)
        k = np.maximum(x, 1.0)
        t_x = np.where(x > 0, T * rng.beta(k, np.maximum(if_open - k, 0.0) + 1.0), 0.0)
        return SimulatedHistories(x, t_x, T)


def _last_purchase(chance: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw after which purchase customers leave who leave after each with this chance."""
    stays = np.log1p(-np.clip(chance, 1e-15, 1 - 1e-15))
    return np.maximum(np.ceil(np.log(np.maximum(rng.random(chance.size), 1e-300)) / stays), 1.0)
