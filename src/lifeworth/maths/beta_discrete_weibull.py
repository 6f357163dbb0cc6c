"""Beta-discrete-Weibull: the likelihood of a life table, with covariates or without.

Fader, Hardie, Liu, Davin, Steenburgh (2018), "How to Project Customer Retention" Revisited: The Role of Duration Dependence,
Journal of Interactive Marketing 43, 1-16: a contract outlasts t periods with chance (1 - theta)^(t^c), and
theta is Beta(alpha, beta). A covariate makes every contract end as if time were e^(eta x) as much: tau = t^c e^(eta x) takes
the place of t^c, so that log tau = c log t + eta x is linear in all that is not alpha or beta.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.curve import Curve
from lifeworth.maths.gamma_ratio import log_gamma_ratio


@dataclass(frozen=True)
class LifeRows:
    """One row per group and period: ``period`` from 1, contracts ``at_risk`` and ``lost`` in it, the group's covariates."""

    period: FloatArray  # (rows,)
    at_risk: FloatArray  # (rows,)
    lost: FloatArray  # (rows,)
    covariates: FloatArray  # (rows, covariates)


def log_survival(alpha: float, beta: float, tau: FloatArray) -> FloatArray:
    """Logarithm of B(alpha, beta + tau) / B(alpha, beta): outlasting an effective time tau."""
    by_time = log_gamma_ratio(beta, tau) - log_gamma_ratio(alpha + beta, tau)
    late = tau > alpha
    if not late.any():
        return by_time
    by_shape = log_gamma_ratio(beta, alpha) - log_gamma_ratio(beta + np.where(late, tau, 0.0), alpha)
    return np.where(late, by_shape, by_time)


def log_likelihood(theta: FloatArray, rows: LifeRows) -> Curve:
    """Log-likelihood with its derivatives in log alpha, log beta, log c and the covariates' eta."""
    hazard = _Step.before(theta, rows).less(_Step.after(theta, rows))
    stays = rows.at_risk - rows.lost
    some = np.flatnonzero(rows.lost > 0)
    lost, h = rows.lost[some], hazard.value[some]
    value = lost @ np.log(-np.expm1(-h)) - stays @ hazard.value
    rise = -stays.copy()
    rise[some] += lost / np.expm1(h)
    bend = np.zeros(rise.size)
    bend[some] = -lost / (np.expm1(h) * -np.expm1(-h))
    hessian = np.einsum("r,ri,rj->ij", bend, hazard.slope, hazard.slope) + np.einsum("r,rij->ij", rise, hazard.bend)
    return Curve(float(value), rise @ hazard.slope, hessian)


@dataclass(frozen=True)
class _Step:
    """Log survival of every row with its derivatives in theta."""

    value: FloatArray  # (rows,)
    slope: FloatArray  # (rows, parameters)
    bend: FloatArray  # (rows, parameters, parameters)

    def less(self, other: "_Step") -> "_Step":
        return _Step(self.value - other.value, self.slope - other.slope, self.bend - other.bend)

    @classmethod
    def before(cls, theta: FloatArray, rows: LifeRows) -> "_Step":
        """At the beginning of the period; of the first, everything is there and nothing depends on anything."""
        later = np.flatnonzero(rows.period > 1)
        size = rows.period.size
        step = cls(np.zeros(size), np.zeros((size, theta.size)), np.zeros((size, theta.size, theta.size)))
        found = cls._at(theta, rows.period[later] - 1.0, rows.covariates[later])
        step.value[later], step.slope[later], step.bend[later] = found.value, found.slope, found.bend
        return step

    @classmethod
    def after(cls, theta: FloatArray, rows: LifeRows) -> "_Step":
        """At the end of the period."""
        return cls._at(theta, rows.period, rows.covariates)

    @classmethod
    def _at(cls, theta: FloatArray, t: FloatArray, covariates: FloatArray) -> "_Step":
        alpha, beta, c = np.exp(theta[:3])
        power = c * np.log(t)
        tau = np.exp(np.clip(power + covariates @ theta[3:], -300.0, 300.0))
        both = alpha + beta
        digamma = [special.digamma(v) for v in (beta + tau, both + tau, beta, both)]
        trigamma = [special.polygamma(1, v) for v in (beta + tau, both + tau, beta, both)]
        by_alpha, by_tau = digamma[3] - digamma[1], digamma[0] - digamma[1]
        by_beta, tau_tau = by_tau - digamma[2] + digamma[3], trigamma[0] - trigamma[1]
        # log tau is linear in log c but for one term, and in eta
        linear = np.column_stack([power, covariates])
        slope = np.column_stack([alpha * by_alpha, beta * by_beta, (tau * by_tau)[:, None] * linear])
        bend = np.zeros((t.size, theta.size, theta.size))
        bend[:, 0, 0] = alpha * by_alpha + alpha**2 * (trigamma[3] - trigamma[1])
        bend[:, 1, 1] = beta * by_beta + beta**2 * (tau_tau - trigamma[2] + trigamma[3])
        bend[:, 0, 1] = bend[:, 1, 0] = alpha * beta * (trigamma[3] - trigamma[1])
        cross = (tau * np.stack([-alpha * trigamma[1], beta * tau_tau]))[:, :, None] * linear
        bend[:, :2, 2:] = cross.transpose(1, 0, 2)
        bend[:, 2:, :2] = cross.transpose(1, 2, 0)
        twice = tau * by_tau + tau**2 * tau_tau
        bend[:, 2:, 2:] = twice[:, None, None] * linear[:, :, None] * linear[:, None, :]
        bend[:, 2, 2] += tau * by_tau * power
        return cls(log_survival(alpha, beta, tau), slope, bend)
