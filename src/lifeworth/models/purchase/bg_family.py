"""What BG/NBD's sisters have in common: stages between purchases, and whether customers may leave at the first one.

Their formulas are those of `maths/bg_family.py`; a sister says which paper it is by `k_` and `_leaves_at_first`.
"""

from typing import ClassVar

import numpy as np

from lifeworth.maths import bg_cnbd_counts, bg_cnbd_predict
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.bg_cnbd_counts import Living
from lifeworth.maths.bg_family import BGFamilyParameters, log_likelihood, p_alive_rows
from lifeworth.maths.curve import Objective
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.models.arguments import Histories
from lifeworth.models.purchase.leaving_words import describe_open
from lifeworth.models.purchase.model import PurchaseModel, SimulatedHistories
from lifeworth.models.purchase.moments import rate_moments
from lifeworth.models.purchase.primitives import MOST


class BGFamilyModel(PurchaseModel):
    """Customers pass stages at their own rate, buy at every k-th and may leave after a purchase."""

    names = ("r", "alpha", "a", "b")
    _timed = ("alpha",)
    _leaves_at_first: ClassVar[bool]
    k_: int = 1

    @property
    def parameters(self) -> BGFamilyParameters:
        """The learned parameters as the formulas take them."""
        self._require_fit()
        return BGFamilyParameters(**self.params_, k=self.k_, leaves_at_first=self._leaves_at_first)

    @property
    def _mild(self) -> tuple[float, ...]:  # type: ignore[override]
        return (0.5, 0.5 / self.k_, 1.0, 3.0)

    def _start(self, scaled: PurchaseTable) -> FloatArray:
        r, alpha = rate_moments(scaled)
        return np.asarray(np.log([r, alpha / (2.0 * self.k_), 0.8, 2.5]), dtype=np.float64)

    def _objective(self, table: PurchaseTable) -> Objective:
        k, at_first = self.k_, self._leaves_at_first
        return lambda theta: log_likelihood(theta, table, k, at_first)

    def _describe(self, names: frozenset[str], values: FloatArray) -> str:
        earliest = "right after the first purchase" if self._leaves_at_first else "at the first repeat purchase"
        return describe_open(names, values, earliest)

    def _p_alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        return p_alive_rows(self.parameters, x, t_x, T)

    def _expected(self, t: FloatArray, seen: Histories) -> FloatArray:
        ahead = bg_cnbd_predict.expected_while_alive(self.parameters, t, *_living(seen))
        return self._p_alive(*_living(seen)) * ahead

    def _discounted_expected(self, t: float, rate: float, seen: Histories) -> FloatArray:
        ahead = bg_cnbd_predict.discounted_while_alive(self.parameters, t, rate, *_living(seen))
        return self._p_alive(*_living(seen)) * ahead

    def _while_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        return bg_cnbd_predict.expected_while_alive(self.parameters, t, x, T, T)

    def _discounted(self, t: float, rate: float, x: FloatArray, T: FloatArray) -> FloatArray:
        return bg_cnbd_predict.discounted_while_alive(self.parameters, t, rate, x, T, T)

    def _still_there(self, t: FloatArray, seen: Histories) -> FloatArray:
        return bg_cnbd_predict.still_there(self.parameters, t, *_living(seen))

    def _exceedance(self, t: float, seen: Histories, tail: float, n_max: int) -> FloatArray:
        living = _living(seen)
        needed = bg_cnbd_counts.counts_needed(self.parameters, t, living, tail, n_max)
        return bg_cnbd_counts.alive_exceedance(self.parameters, t, living, needed)

    def _buys_within(self, t: FloatArray, seen: Histories) -> FloatArray:
        return bg_cnbd_counts.chance_to_buy(self.parameters, t, _living(seen))

    def _mass_ahead(self, n: FloatArray, t: FloatArray, seen: Histories) -> FloatArray:
        return bg_cnbd_counts.mass_while_alive(self.parameters, n, t, _living(seen))

    def _mass(self, n: FloatArray, t: FloatArray) -> FloatArray:
        counts, ahead = (np.ravel(each) for each in np.broadcast_arrays(n, t))
        nobody = np.zeros(counts.size)
        stays = self._p_alive(nobody, nobody, nobody)
        mass = stays * self._mass_ahead(counts, ahead, Histories(nobody, nobody, nobody))
        mass += np.where(counts == 0, 1.0 - stays, 0.0)
        return np.asarray(mass.reshape(np.broadcast_shapes(n.shape, t.shape)))

    def _draw_ahead(self, t: float, seen: Histories, rng: np.random.Generator) -> FloatArray:
        p, n = self.parameters, seen.T.size
        chance = bg_cnbd_predict.stages_at(p, *_living(seen))
        passed = (rng.random(n) > np.cumsum(chance, axis=0)[:-1]).sum(axis=0)
        rate = rng.standard_gamma(p.shape(seen.frequency) + passed) / (p.alpha + seen.T)
        if_open = (passed + rng.poisson(np.minimum(rate * t, MOST))) // p.k
        last = _last_purchase(rng.beta(p.a, p.b + p.chances(seen.frequency)), rng)
        return np.asarray(np.minimum(if_open, last))

    def _simulate(self, T: FloatArray, rng: np.random.Generator) -> SimulatedHistories:
        p, n = self.parameters, T.size
        stages = rng.poisson(np.minimum(rng.gamma(p.r, 1.0 / p.alpha, n) * T, MOST)).astype(np.float64)
        last = _last_purchase(rng.beta(p.a, p.b, n), rng) - self._leaves_at_first
        x = np.minimum(stages // p.k, last)
        # given their number, stages are uniform: the j-th of n is at T * Beta(j, n - j + 1)
        j = np.maximum(p.k * x, 1.0)
        t_x = np.where(x > 0, T * rng.beta(j, np.maximum(stages - j, 0.0) + 1.0), 0.0)
        return SimulatedHistories(x, t_x, T)


def _living(seen: Histories) -> Living:
    return Living(seen.frequency, seen.recency, seen.T)


def _last_purchase(chance: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw after which purchase customers leave who leave after each with this chance."""
    return rng.geometric(np.clip(chance, 1e-15, 1.0)).astype(np.float64)
