"""GGompertz/NBD: customers buy at their own rate and leave at a rate of their own that grows as time goes by.

Bemmaor, Glady (2012), Modeling Purchasing Behavior with Sudden "Death": A Flexible Customer Lifetime Model, Management
Science 58(5), 1012-1021, https://doi.org/10.1287/mnsc.1110.1461
"""

from functools import partial
from typing import Self

import numpy as np

from lifeworth.maths import ggompertz_predict, nbd, pareto_nbd
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.curve import Objective
from lifeworth.maths.ggompertz_nbd import GGompertzNBDParameters, log_likelihood, p_alive_rows
from lifeworth.maths.ggompertz_time import beta_after, log_fall, time_of_fall
from lifeworth.maths.maximise import Optimum, maximise
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.maths.unique_rows import on_distinct
from lifeworth.models.arguments import Histories
from lifeworth.models.estimation import PRIOR_SPREAD, Estimate, Likelihood, jittered
from lifeworth.models.purchase.model import PurchaseModel, SimulatedHistories
from lifeworth.models.purchase.moments import rate_moments
from lifeworth.models.purchase.primitives import MOST
from lifeworth.models.ridges import fallback_words

#: On the Pareto/NBD edge b is this much, in spans of the mean T: near enough to 0 to change no answer.
_EDGE = 1e-6
#: A rising rate of leaving that gains less log-likelihood than this is not there.
_GAIN = 0.01
#: Leaving that gains less log-likelihood than this over a shop nobody leaves may be chance.
_SIGN = 3.0


class GGompertzNBD(PurchaseModel):
    """How often customers buy and whether they have left, by Bemmaor and Glady (2012).

    Purchase rates are Gamma(r, alpha). A customer leaves at the rate eta b e^(b t), eta ~ Gamma(s, beta): few at first, then
    many at once, where beta is above s; alpha carries the unit of time, b its inverse, beta none.

    With b -> 0 and beta / b kept, the model is the Pareto/NBD. Where the data do not ask for more, `fit` says so, gives the
    Pareto/NBD's answers with a tiny b, and leaves `converged_` False: b and beta alone are then unknown.

    Examples
    --------
    >>> from lifeworth.models import GGompertzNBD
    >>> model = GGompertzNBD.from_parameters({"r": 2.0, "alpha": 10.0, "b": 0.05, "s": 2.0, "beta": 20.0})  # days
    >>> round(float(model.p_alive(8, 45, 60)[0]), 3)
    0.214
    """

    names = ("r", "alpha", "b", "s", "beta")
    title = "GGompertz/NBD (Bemmaor, Glady 2012)"
    _timed = ("alpha",)
    _mild = (0.7, 0.7, 1.0, 0.7, 0.7)

    @property
    def parameters(self) -> GGompertzNBDParameters:
        """The learned parameters as the formulas take them."""
        self._require_fit()
        return GGompertzNBDParameters(**self.params_)

    def _fit_table(self, table: PurchaseTable) -> Self:
        self._edge = False
        super()._fit_table(table)
        if self.prior_used_ and not self._too_little():
            self._try_edge(table)
        return self

    def _try_edge(self, table: PurchaseTable) -> None:
        """Where the likelihood climbs towards b = 0, tell what it finds there: the Pareto/NBD."""
        unit = table.time / table.customers
        scaled = table.in_unit(unit)
        r, alpha, _, s, beta = self._start(scaled)
        flat = maximise(
            partial(pareto_nbd.log_likelihood, table=scaled),
            partial(pareto_nbd.log_likelihood, table=scaled.thinned(2000)),
            jittered(np.array([r, alpha, s, beta]), self.restarts),
            table.customers,
        )
        if not flat.converged or flat.spread.max() > PRIOR_SPREAD or flat.value < self._best - _GAIN:
            return
        self._edge = True
        top = _at_edge(flat)
        shift = np.where(np.isin(self.names, self._timed), np.log(unit), 0.0)
        self._learn(
            Estimate(top, top, flat.value, False), shift, -table.purchases * float(np.log(unit)), table.customers
        )

    def _likelihood(self, scaled: PurchaseTable) -> Likelihood:
        whole, some = partial(nbd.log_likelihood, table=scaled), partial(nbd.log_likelihood, table=scaled.thinned(2000))
        self._all_stay = maximise(whole, some, [np.log(rate_moments(scaled))], scaled.customers).value
        return super()._likelihood(scaled)

    def _learn(self, found: Estimate, shift: FloatArray, value_shift: float, customers: float) -> None:
        self._best = found.plain.value
        # b is a rate: it shrinks where alpha, a time, grows
        shift = np.where(np.array(self.names) == "b", -shift[self.names.index("alpha")], shift)
        super()._learn(found, shift, value_shift, customers)

    def _explain(self, found: Estimate) -> list[str]:
        if found.prior_used and found.plain.value - self._all_stay < _SIGN and not self._too_little():
            return [fallback_words(["no sign of customers leaving in these data"])]
        if not self._edge:
            return super()._explain(found)
        return [
            "no sign that the rate of leaving rises with time: the likelihood is highest at b = 0, where this model is the "
            "Pareto/NBD. Only beta / b is known, b and beta alone are not; use ParetoNBD, which gives the same answers"
        ]

    def _start(self, scaled: PurchaseTable) -> FloatArray:
        r, alpha = rate_moments(scaled)
        return np.asarray(np.log([r, alpha / 1.5, 1.0, 0.8, 1.5]), dtype=np.float64)

    def _objective(self, table: PurchaseTable) -> Objective:
        return lambda theta: log_likelihood(theta, table)

    def _describe(self, names: frozenset[str], values: FloatArray) -> str:
        _, _, b, s, beta = values
        leave = float(-np.expm1(-s * log_fall(b, np.ones(1), beta)[0]))  # within the mean time observed
        if names & {"b", "s", "beta"} and leave < 0.01:
            return "no sign of customers leaving in these data"
        if names <= {"b", "s", "beta"}:
            return (
                f"({', '.join(n for n in self.names if n in names)}) lie on a ridge: the data fix how many leave "
                f"({leave:.1%} within the mean time observed), not how leaving spreads over time and customers"
            )
        if names == {"r", "alpha"}:
            return "(r, alpha) lie on a ridge: customers buy at nearly one rate; the data fix r / alpha, not their size"
        return f"the data hardly say anything about {', '.join(sorted(names))}"

    def _p_alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        return on_distinct(partial(p_alive_rows, self.parameters), x, t_x, T)

    def _while_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        p = self.parameters
        return np.asarray((p.r + x) / (p.alpha + T) * on_distinct(partial(ggompertz_predict.stay, p), t, T))

    def _discounted(self, t: float, rate: float, x: FloatArray, T: FloatArray) -> FloatArray:
        return ggompertz_predict.discounted_while_alive(self.parameters, t, rate, x, T)

    def _mass(self, n: FloatArray, t: FloatArray) -> FloatArray:
        nobody = np.zeros(n.size)
        return self._mass_ahead(n.ravel(), t.ravel(), Histories(nobody, nobody, nobody)).reshape(n.shape)

    def _exceedance(self, t: float, seen: Histories, tail: float, n_max: int) -> FloatArray:
        x, T = seen.frequency, seen.T
        needed = ggompertz_predict.counts_needed(self.parameters, t, x, T, tail, n_max)
        return ggompertz_predict.alive_exceedance(self.parameters, t, x, T, needed)

    def _still_there(self, t: FloatArray, seen: Histories) -> FloatArray:
        return ggompertz_predict.still_there(self.parameters, t, seen.T)

    def _mass_ahead(self, n: FloatArray, t: FloatArray, seen: Histories) -> FloatArray:
        formula = partial(ggompertz_predict.mass_while_alive, self.parameters)
        return on_distinct(formula, n, t, seen.frequency, seen.T)

    def _buys_within(self, t: FloatArray, seen: Histories) -> FloatArray:
        return on_distinct(partial(ggompertz_predict.buys_within, self.parameters), t, seen.frequency, seen.T)

    def _draw_ahead(self, t: float, seen: Histories, rng: np.random.Generator) -> FloatArray:
        p, n = self.parameters, seen.T.size
        rate = rng.standard_gamma(p.r + seen.frequency) / (p.alpha + seen.T)
        stays = np.minimum(t, _lifetimes(p, beta_after(p.b, p.beta, seen.T), n, rng))
        return rng.poisson(np.minimum(rate * stays, MOST)).astype(np.float64)

    def _simulate(self, T: FloatArray, rng: np.random.Generator) -> SimulatedHistories:
        p, n = self.parameters, T.size
        rate = rng.gamma(p.r, 1.0 / p.alpha, n)
        active = np.minimum(T, _lifetimes(p, np.full(n, p.beta), n, rng))
        x = rng.poisson(rate * active).astype(np.float64)
        # given their number, purchase times are uniform: the last of x is active * U^(1/x)
        t_x = np.where(x > 0, active * rng.random(n) ** (1.0 / np.maximum(x, 1.0)), 0.0)
        return SimulatedHistories(x, t_x, T)


def _lifetimes(p: GGompertzNBDParameters, beta: FloatArray, n: int, rng: np.random.Generator) -> FloatArray:
    """Lifetimes drawn from the chance of staying: its log is exponential."""
    return time_of_fall(p.b, rng.standard_exponential(n) / p.s, beta)


def _at_edge(flat: Optimum) -> Optimum:
    """The Pareto/NBD's top as a point of this model with a tiny b, known to an e-fold, and beta / b as well known as there."""
    r, alpha, s, beta = flat.theta
    theta = np.array([r, alpha, np.log(_EDGE), s, beta + np.log(_EDGE)])
    back = np.zeros((4, 5))  # from (r, alpha, b, s, beta) to the Pareto/NBD's
    back[[0, 1, 2, 3], [0, 1, 3, 4]] = 1.0
    back[3, 2] = -1.0
    hessian = back.T @ flat.hessian @ back
    hessian[2, 2] -= 1.0
    return Optimum(theta, flat.value, hessian, flat.gradient_norm, True, np.array([False, False, True, False, False]))
