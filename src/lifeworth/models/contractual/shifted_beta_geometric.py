"""Shifted beta-geometric: every contract has its own chance of ending in a period, the same in each.

Fader, Hardie (2007), "How to Project Customer Retention", Journal of Interactive Marketing 21(1), 76-90.
http://brucehardie.com/papers/021/
Honest caveat: those likely to leave go first, so the churn of who is left falls from period to period and never rises;
contracts that tie a customer for a year do not look like that month by month.
"""

from typing import Self

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.curve import Curve, Objective, by_log_parameter
from lifeworth.models.arguments import read_column, require_customers, require_same_length
from lifeworth.models.base import Model
from lifeworth.models.contractual.remaining import renewals_to_come
from lifeworth.models.estimation import Estimate, Likelihood, estimate, jittered
from lifeworth.models.ridges import fallback_words, open_directions

_LOOSE = 1.5
_MILD = (1.0, 10.0)


class ShiftedBetaGeometric(Model):
    """How long contracts last, by Fader and Hardie (2007).

    The chance of ending in a period is Beta(alpha, beta) over contracts.

    Parameters
    ----------
    restarts : int
        Extra starting points, spread around the first (the same ones every time).

    Examples
    --------
    >>> from lifeworth.models.contractual import ShiftedBetaGeometric
    >>> model = ShiftedBetaGeometric.from_parameters({"alpha": 0.668, "beta": 3.806})  # years
    >>> [round(float(share), 3) for share in model.survival([1, 2, 8])]
    [0.851, 0.747, 0.46]
    """

    names = ("alpha", "beta")
    title = "Shifted beta-geometric (Fader, Hardie 2007)"

    def __init__(self, *, restarts: int = 2) -> None:
        self.restarts = restarts

    def fit(self, at_risk: npt.ArrayLike, lost: npt.ArrayLike) -> Self:
        """Learn from a life table.

        Parameters
        ----------
        at_risk : (periods,)
            Contracts that ran at the beginning of the first, second, … period and were watched to its end.
        lost : (periods,)
            Those of them that ended in it.
        """
        n, d = read_column("at_risk", at_risk), read_column("lost", lost)
        require_same_length(at_risk=n, lost=d)
        if np.any(d > n):
            raise UsageError(f"lost is above at_risk in period {int(np.flatnonzero(d > n)[0]) + 1}")
        contracts = float(n.max(initial=0.0))
        require_customers(contracts)
        found = estimate(_likelihood(n, d, contracts, self.restarts))
        self._learn(found, np.zeros(2), 0.0, contracts)
        return self

    def churn(self, period: npt.ArrayLike) -> FloatArray:
        """Share of those still there who end in a period, counted from 1 (equation 8, one less the retention rate)."""
        alpha, beta = self._pair
        return np.asarray(alpha / (alpha + beta + np.asarray(period, dtype=np.float64) - 1.0))

    def survival(self, periods: npt.ArrayLike) -> FloatArray:
        """Share that outlasts a whole number of periods (equation 6)."""
        t = np.asarray(periods, dtype=np.int64)
        steps = np.concatenate([[0.0], np.cumsum(np.log1p(-self.churn(np.arange(1, t.max(initial=0) + 1))))])
        return np.asarray(np.exp(steps[t]))

    def expected_lifetime_remaining(
        self, periods_survived: npt.ArrayLike, discount_per_period: float, horizon: float | None = None
    ) -> FloatArray:
        """Renewals still to come of contracts that have outlasted so many periods, discounted: (rows,).

        Just before the next renewal is decided, which itself is not discounted (Fader, Hardie 2010, Marketing Science 29(1),
        85-93, DERL).

        Parameters
        ----------
        periods_survived : (rows,)
        discount_per_period : float
            Rate per period: (1 + annual rate)^(1 / 12) - 1 for months.
        horizon : whole number, optional
            Renewals looked at; all without. Without a discount that is infinite where alpha is 1 or less.
        """
        return renewals_to_come((*self._pair, 1.0), periods_survived, 1.0, discount_per_period, horizon)

    def simulate(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw the period in which each of ``n`` contracts ends, from 1."""
        alpha, beta = self._pair
        chance = np.clip(rng.beta(alpha, beta, n), 1e-15, 1.0 - 1e-15)
        return np.ceil(np.log(np.maximum(rng.random(n), 1e-300)) / np.log1p(-chance))

    @property
    def _pair(self) -> tuple[float, float]:
        self._require_fit()
        return self.params_["alpha"], self.params_["beta"]

    def _explain(self, found: Estimate) -> list[str]:
        if not found.prior_used:
            return []
        open_ones = open_directions(found.plain, self.names, _LOOSE)
        alpha, beta = np.exp(found.optimum.theta)
        return [fallback_words([_reason(alpha, beta) for _ in open_ones])]


def _reason(alpha: float, beta: float) -> str:
    churn = alpha / (alpha + beta)
    if churn < 1e-3:
        return "no sign of contracts ending in these data"
    return f"contracts hardly differ: the data fix their mean churn ({churn:.1%} a period), not how it varies"


def _likelihood(n: FloatArray, d: FloatArray, contracts: float, restarts: int) -> Likelihood:
    churn = float(np.clip(d.sum() / n.sum(), 1e-3, 0.9))
    start = np.log([2.0 * churn, 2.0 * (1.0 - churn)])
    objective = _objective(n, d)
    return Likelihood(objective, objective, jittered(start, restarts), contracts, np.log(_MILD))


def _objective(n: FloatArray, d: FloatArray) -> Objective:
    """Equations 5 and 7, written by period: the churn of a period is alpha / (alpha + beta + period - 1)."""
    before = np.arange(n.size, dtype=np.float64)

    def at(theta: FloatArray) -> Curve:
        alpha, beta = np.exp(theta)
        stays, both = beta + before, alpha + beta + before
        value = d.sum() * np.log(alpha) + (n - d) @ np.log(stays) - n @ np.log(both)
        shared = n @ (1.0 / both)
        gradient = np.array([d.sum() / alpha - shared, (n - d) @ (1.0 / stays) - shared])
        bend = n @ (1.0 / both**2)
        hessian = np.array([[bend - d.sum() / alpha**2, bend], [bend, bend - (n - d) @ (1.0 / stays**2)]])
        return by_log_parameter(np.array([alpha, beta]), Curve(float(value), gradient, hessian))

    return at
