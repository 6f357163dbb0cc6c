"""Beta-discrete-Weibull: contracts differ in how likely they end, and that chance changes as they grow older.

Fader, Hardie, Liu, Davin, Steenburgh (2018), "How to Project Customer Retention" Revisited: The Role of Duration Dependence,
Journal of Interactive Marketing 43, 1-16.
Beyond the paper: covariates multiply the exponent of 1 - theta, so that every contract's hazard (in continuous time) is
proportional to e^(eta x); over contracts the ratio then fades, as those likely to leave go first.
Honest caveat: from a few periods the three parameters are hard to tell apart; ask `against_shifted_beta_geometric_` whether
the third has earned its place.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import special

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.maths.beta_discrete_weibull import LifeRows, log_likelihood, log_survival
from lifeworth.maths.curve import Curve, Objective
from lifeworth.models.arguments import require_customers
from lifeworth.models.base import Model
from lifeworth.models.contractual.remaining import renewals_to_come
from lifeworth.models.estimation import Estimate, Likelihood, estimate, jittered
from lifeworth.models.ridges import fallback_words, open_directions

_LOOSE = 1.5
_MILD = (1.0, 10.0, 1.0)
_SHAPE = 2  # place of log c in theta


class BetaDiscreteWeibull(Model):
    """How long contracts last, by Fader, Hardie, Liu, Davin and Steenburgh (2018).

    A contract outlasts t periods with chance (1 - theta)^(t^c), theta is Beta(alpha, beta) over contracts. With c = 1 this is the
    shifted beta-geometric; above 1 every contract ends the more easily the older it is, below 1 the less.

    Attributes
    ----------
    coefficients_, coefficient_errors_ : (covariates,)
        e^coefficient is how many times as fast a contract runs through its time for one more of the covariate.
    log_joint_covariance_ : (3 + covariates, 3 + covariates)
        Of log alpha, log beta, log c and the coefficients.
    against_shifted_beta_geometric_, against_no_covariates_ : dict of str to float
        Likelihood-ratio tests: `statistic`, `df` and `p_value`. The second is empty without covariates.

    Parameters
    ----------
    restarts : int
        Extra starting points, spread around the first (the same ones every time).

    Examples
    --------
    >>> from lifeworth.models.contractual import BetaDiscreteWeibull
    >>> left = [1000, 869, 743, 653, 593, 551, 517, 491]  # Fader, Hardie (2007), high end
    >>> model = BetaDiscreteWeibull().fit(left[:-1], [a - b for a, b in zip(left, left[1:])])
    >>> [round(float(share), 3) for share in model.survival([8, 12])]
    [0.468, 0.404]
    """

    names = ("alpha", "beta", "c")
    title = "Beta-discrete-Weibull (Fader, Hardie, Liu, Davin, Steenburgh 2018)"

    coefficients_: FloatArray
    coefficient_errors_: FloatArray
    log_joint_covariance_: FloatArray
    against_shifted_beta_geometric_: dict[str, float]
    against_no_covariates_: dict[str, float]

    def __init__(self, *, restarts: int = 2) -> None:
        self.restarts = restarts

    def fit(self, at_risk: npt.ArrayLike, lost: npt.ArrayLike, covariates: npt.ArrayLike | None = None) -> Self:
        """Learn from one life table, or from one for each of several groups (cohorts, plans, segments).

        Parameters
        ----------
        at_risk : (periods,) or (groups, periods)
            Contracts that ran at the beginning of the first, second, … period and were watched to its end; 0 where a group
            has not been watched so long.
        lost : like at_risk
            Those of them that ended in it.
        covariates : (groups, features), optional
            What is known of each group; 0 is the group that alpha and beta speak of.
        """
        rows, contracts = _read(at_risk, lost, covariates)
        require_customers(contracts)
        scale = (
            np.sqrt(np.mean(rows.covariates**2, axis=0)) if rows.covariates.size else np.ones(rows.covariates.shape[1])
        )
        scale = np.where(scale > 0, scale, 1.0)
        rows = replace(rows, covariates=rows.covariates / scale)
        found = _estimate(rows, contracts, self.restarts)
        self._restate(found, scale, contracts)
        self._test(found, rows, contracts)
        return self

    def churn(self, period: npt.ArrayLike, covariates: npt.ArrayLike | None = None) -> FloatArray:
        """Share of those still there who end in a period, counted from 1: like `period`, or (groups, periods)."""
        t = np.asarray(period, dtype=np.float64)
        return np.asarray(-np.expm1(self._log_survival(t, covariates) - self._log_survival(t - 1.0, covariates)))

    def survival(self, periods: npt.ArrayLike, covariates: npt.ArrayLike | None = None) -> FloatArray:
        """Share that outlasts a whole number of periods: like `periods`, or (groups, periods)."""
        return np.asarray(np.exp(self._log_survival(np.asarray(periods, dtype=np.float64), covariates)))

    def expected_lifetime_remaining(
        self,
        periods_survived: npt.ArrayLike,
        discount_per_period: float,
        horizon: float | None = None,
        covariates: npt.ArrayLike | None = None,
    ) -> FloatArray:
        """Renewals still to come of contracts that have outlasted so many periods, discounted: (rows,).

        Just before the next renewal is decided, which itself is not discounted (Fader, Hardie 2010, DERL).

        Parameters
        ----------
        periods_survived : (rows,)
        discount_per_period : float
            Rate per period: (1 + annual rate)^(1 / 12) - 1 for months.
        horizon : whole number, optional
            Renewals looked at; all without. Without a discount that is infinite where alpha c is 1 or less.
        covariates : (rows, features), optional
        """
        return renewals_to_come(self._shape, periods_survived, self._speed(covariates), discount_per_period, horizon)

    def simulate(self, n: int, rng: np.random.Generator, covariates: npt.ArrayLike | None = None) -> FloatArray:
        """Draw the period in which each of ``n`` contracts ends, from 1."""
        alpha, beta, c = self._shape
        chance = np.clip(rng.beta(alpha, beta, n), 1e-15, 1.0 - 1e-15)
        effective = np.log(np.maximum(rng.random(n), 1e-300)) / np.log1p(-chance) / self._speed(covariates)
        return np.asarray(np.maximum(np.ceil(effective ** (1.0 / c)), 1.0))

    def summary(self) -> str:
        """Say in a small table what was learned and how far to trust it."""
        lines = [super().summary()]
        for place, value in enumerate(getattr(self, "coefficients_", ())):
            lines.append(f"  covariate {place + 1:<4}{value:>8.5g}{self.coefficient_errors_[place]:>18.4g}")
        return "\n".join(lines)

    @property
    def _shape(self) -> tuple[float, float, float]:
        self._require_fit()
        return self.params_["alpha"], self.params_["beta"], self.params_["c"]

    def _log_survival(self, t: FloatArray, covariates: npt.ArrayLike | None) -> FloatArray:
        alpha, beta, c = self._shape
        speed = self._speed(covariates)
        return log_survival(
            alpha, beta, (speed[:, None] if speed.size > 1 or covariates is not None else speed[0]) * t**c
        )

    def _speed(self, covariates: npt.ArrayLike | None) -> FloatArray:
        """e^(eta x) of every row; 1 without covariates."""
        if covariates is None:
            return np.ones(1)
        known = getattr(self, "coefficients_", np.zeros(0))
        x = np.atleast_2d(np.asarray(covariates, dtype=np.float64))
        if x.shape[1] != known.size:
            raise UsageError(f"this model knows {known.size} covariates; found {x.shape[1]}")
        return np.asarray(np.exp(x @ known))

    def _restate(self, found: Estimate, scale: FloatArray, contracts: float) -> None:
        """Learn the three parameters, whatever the coefficients are, and the coefficients in the caller's units."""
        top, units = found.optimum, np.concatenate([np.ones(3), scale])
        joint = np.asarray(top.covariance if top.curved else np.eye(units.size) * 9.0)
        three = replace(
            top, theta=top.theta[:3], hessian=np.asarray(-np.linalg.inv(joint[:3, :3])), at_bound=top.at_bound[:3]
        )
        self._learn(replace(found, optimum=three), np.zeros(3), 0.0, contracts)
        self.converged_ = top.converged
        self.log_joint_covariance_ = joint / np.outer(units, units)
        self.coefficients_ = top.theta[3:] / scale
        self.coefficient_errors_ = np.sqrt(np.diag(self.log_joint_covariance_)[3:])
        self.aic_ += 2.0 * scale.size
        self.bic_ += scale.size * float(np.log(contracts))

    def _test(self, found: Estimate, rows: LifeRows, contracts: float) -> None:
        straight = _estimate(rows, contracts, self.restarts, fixed=[_SHAPE])
        self.against_shifted_beta_geometric_ = _likelihood_ratio(found, straight, 1)
        features = rows.covariates.shape[1]
        self.against_no_covariates_ = {}
        if features:
            without = _estimate(rows, contracts, self.restarts, fixed=range(3, 3 + features))
            self.against_no_covariates_ = _likelihood_ratio(found, without, features)

    def _explain(self, found: Estimate) -> list[str]:
        if not found.prior_used:
            return []
        names = (*self.names, *(f"covariate {k + 1}" for k in range(found.plain.theta.size - 3)))
        open_ones = [", ".join(sorted(each.names)) for each in open_directions(found.plain, names, _LOOSE)]
        return [fallback_words([f"the data hardly say anything about {each}" for each in open_ones])]


def _read(at_risk: npt.ArrayLike, lost: npt.ArrayLike, covariates: npt.ArrayLike | None) -> tuple[LifeRows, float]:
    """Life tables as rows of those periods in which somebody was watched; and the number of contracts."""
    n, d = (np.atleast_2d(np.asarray(each, dtype=np.float64)) for each in (at_risk, lost))
    if n.shape != d.shape or n.ndim != 2:
        raise UsageError(f"at_risk is {n.shape} and lost is {d.shape}; give both (periods,) or (groups, periods)")
    if not (np.isfinite(n).all() and np.isfinite(d).all() and (d >= 0).all()):
        raise UsageError("at_risk and lost must be finite and 0 or more")
    if np.any(d > n):
        group, period = np.argwhere(d > n)[0]
        raise UsageError(f"lost is above at_risk in period {period + 1} of group {group + 1}")
    x = np.zeros((n.shape[0], 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    if x.ndim != 2 or x.shape[0] != n.shape[0] or not np.isfinite(x).all():
        raise UsageError(f"covariates must be finite, one row for each of {n.shape[0]} groups; found {x.shape}")
    group, place = np.nonzero(n > 0)
    rows = LifeRows(as_floats(place + 1), n[group, place], d[group, place], x[group])
    return rows, float(n.max(axis=1, initial=0.0).sum())


def _estimate(rows: LifeRows, contracts: float, restarts: int, fixed: Sequence[int] = ()) -> Estimate:
    """The likeliest theta; some of it may be held at 0."""
    churn = float(np.clip(rows.lost.sum() / rows.at_risk.sum(), 1e-3, 0.9))
    size = 3 + rows.covariates.shape[1]
    free = np.setdiff1d(np.arange(size), np.array(fixed, dtype=np.intp))
    start, mild = np.zeros(size), np.zeros(size)
    start[:3], mild[:3] = np.log([2.0 * churn, 2.0 * (1.0 - churn), 1.0]), np.log(_MILD)
    objective = _held(rows, free, size)
    return estimate(Likelihood(objective, objective, jittered(start[free], restarts), contracts, mild[free]))


def _held(rows: LifeRows, free: npt.NDArray[np.intp], size: int) -> Objective:
    def at(theta: FloatArray) -> Curve:
        whole = np.zeros(size)
        whole[free] = theta
        curve = log_likelihood(whole, rows)
        return Curve(curve.value, curve.gradient[free], curve.hessian[np.ix_(free, free)])

    return at


def _likelihood_ratio(full: Estimate, restricted: Estimate, df: int) -> dict[str, float]:
    statistic = max(2.0 * (full.log_likelihood - restricted.log_likelihood), 0.0)
    return {"statistic": statistic, "df": float(df), "p_value": float(special.chdtrc(df, statistic))}
