"""Pareto/NBD: customers buy at their own rate and leave at their own rate, at any moment.

Schmittlein, Morrison, Colombo (1987), Counting Your Customers; formulas in Fader, Hardie (2005), note 009.
http://brucehardie.com/notes/009/
"""

from functools import partial

import numpy as np

from lifeworth.maths import pareto_nbd_counts, pareto_nbd_next, pareto_nbd_predict
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.curve import Objective
from lifeworth.maths.pareto_nbd import log_likelihood, p_alive_rows
from lifeworth.maths.pareto_nbd_integral import ParetoNBDParameters
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.maths.unique_rows import on_distinct
from lifeworth.models.arguments import Histories
from lifeworth.models.purchase.model import PurchaseModel, SimulatedHistories
from lifeworth.models.purchase.moments import rate_moments
from lifeworth.models.purchase.primitives import MOST


class ParetoNBD(PurchaseModel):
    """How often customers buy and whether they have left, by Schmittlein, Morrison and Colombo (1987).

    Purchase rates are Gamma(r, alpha), rates of leaving are Gamma(s, beta).

    Beyond the papers: alive at T, a customer is alive at T + t with chance ((beta + T) / (beta + T + t))^s, as rates of leaving
    are then Gamma(s, beta + T); when the next purchase comes, if ever, is derived in `maths.pareto_nbd_next`, counts in
    (T, T + t] in `maths.pareto_nbd_counts`.

    Examples
    --------
    >>> from lifeworth.models import ParetoNBD
    >>> model = ParetoNBD.from_parameters({"r": 0.5534, "alpha": 10.58, "s": 0.6061, "beta": 11.656})  # weeks
    >>> round(float(model.p_alive(26, 30.86, 31)[0]), 3)
    0.998
    """

    names = ("r", "alpha", "s", "beta")
    title = "Pareto/NBD (Schmittlein, Morrison, Colombo 1987)"
    _timed = ("alpha", "beta")
    _mild = (0.7, 0.7, 0.7, 0.7)

    @property
    def parameters(self) -> ParetoNBDParameters:
        """The learned parameters as the formulas take them."""
        self._require_fit()
        return ParetoNBDParameters(**self.params_)

    def _start(self, scaled: PurchaseTable) -> FloatArray:
        r, alpha = rate_moments(scaled)
        return np.asarray(np.log([r, alpha / 1.5, 0.6, 0.6]), dtype=np.float64)

    def _objective(self, table: PurchaseTable) -> Objective:
        return lambda theta: log_likelihood(theta, table)

    def _describe(self, names: frozenset[str], values: FloatArray) -> str:
        _, _, s, beta = values
        leave = -np.expm1(-s * np.log1p(1.0 / beta))  # within the mean time observed
        if names & {"s", "beta"} and leave < 0.01:
            return "no sign of customers leaving in these data"
        if names == {"s", "beta"}:
            return (
                "(s, beta) lie on a ridge: the data fix how many leave "
                f"({leave:.1%} within the mean time observed), not how much customers differ in it"
            )
        if names == {"r", "alpha"}:
            return "(r, alpha) lie on a ridge: customers buy at nearly one rate; the data fix r / alpha, not their size"
        return f"the data hardly say anything about {', '.join(sorted(names))}"

    def _p_alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        return p_alive_rows(self.parameters, x, t_x, T)

    def _while_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        return pareto_nbd_predict.expected_while_alive(self.parameters, t, x, T)

    def _discounted(self, t: float, rate: float, x: FloatArray, T: FloatArray) -> FloatArray:
        return pareto_nbd_predict.discounted_while_alive(self.parameters, t, rate, x, T)

    def _mass(self, n: FloatArray, t: FloatArray) -> FloatArray:
        return pareto_nbd_counts.probability_of_n(self.parameters, n, t)

    def _exceedance(self, t: float, seen: Histories, tail: float, n_max: int) -> FloatArray:
        x, T = seen.frequency, seen.T
        needed = pareto_nbd_counts.counts_needed(self.parameters, t, x, T, tail, n_max)
        return pareto_nbd_counts.alive_exceedance(self.parameters, t, x, T, needed)

    def _still_there(self, t: FloatArray, seen: Histories) -> FloatArray:
        return pareto_nbd_next.still_there(self.parameters, t, seen.T)

    def _mass_ahead(self, n: FloatArray, t: FloatArray, seen: Histories) -> FloatArray:
        formula = partial(pareto_nbd_counts.mass_while_alive, self.parameters)
        return on_distinct(formula, n, t, seen.frequency, seen.T)

    def _buys_within(self, t: FloatArray, seen: Histories) -> FloatArray:
        return on_distinct(partial(pareto_nbd_next.buys_within, self.parameters), t, seen.frequency, seen.T)

    def _draw_ahead(self, t: float, seen: Histories, rng: np.random.Generator) -> FloatArray:
        p, n = self.parameters, seen.T.size
        rate = rng.standard_gamma(p.r + seen.frequency) / (p.alpha + seen.T)
        leaving = np.maximum(rng.gamma(p.s, 1.0, n) / (p.beta + seen.T), 1e-300)
        stays = np.minimum(t, rng.standard_exponential(n) / leaving)
        return rng.poisson(np.minimum(rate * stays, MOST)).astype(np.float64)

    def _simulate(self, T: FloatArray, rng: np.random.Generator) -> SimulatedHistories:
        p, n = self.parameters, T.size
        rate = rng.gamma(p.r, 1.0 / p.alpha, n)
        leaving = np.maximum(rng.gamma(p.s, 1.0 / p.beta, n), 1e-300)
        active = np.minimum(T, rng.standard_exponential(n) / leaving)
        x = rng.poisson(rate * active).astype(np.float64)
        # given their number, purchase times are uniform: the last of x is active * U^(1/x)
        t_x = np.where(x > 0, active * rng.random(n) ** (1.0 / np.maximum(x, 1.0)), 0.0)
        return SimulatedHistories(x, t_x, T)
