"""Gamma-Gamma likelihood of mean spend: Fader, Hardie (2013), note 025, equation 1a.

A customer's purchases are Gamma(p, nu) with nu ~ Gamma(q, gamma): everyone has an own level of spend, and
p says how much single purchases scatter around it. http://www.brucehardie.com/notes/025/
"""

from dataclasses import astuple, dataclass

import numpy as np
from scipy import special

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.curve import Curve, by_log_parameter


@dataclass(frozen=True)
class GammaGammaParameters:
    """Population parameters; gamma carries the unit of money."""

    p: float
    q: float
    gamma: float

    def as_array(self) -> FloatArray:
        """Give p, q, gamma in this order."""
        return np.array(astuple(self), dtype=np.float64)


@dataclass(frozen=True)
class SpendTable:
    """Distinct (x, mean spend) rows with weights; counts as codes into the distinct counts."""

    x: FloatArray  # distinct counts of purchases
    x_code: IntArray  # (rows,)
    mean: FloatArray  # (rows,) mean spend per purchase
    weight: FloatArray  # (rows,)


def log_likelihood_rows(p: GammaGammaParameters, x: FloatArray, mean: FloatArray) -> FloatArray:
    """Log-likelihood of each customer's mean spend (equation 1a), same unit of money as gamma."""
    shape = p.p * x
    fixed = -special.betaln(shape, p.q) + p.q * np.log(p.gamma) + shape * np.log(x)
    return np.asarray(fixed + (shape - 1.0) * np.log(mean) - (shape + p.q) * np.log(p.gamma + x * mean))


def log_likelihood(theta: FloatArray, table: SpendTable) -> Curve:
    """Log-likelihood of all customers with its first two derivatives in log(p), log(q), log(gamma)."""
    p = GammaGammaParameters(*np.exp(theta))
    fixed, shared = _by_count(p, table), _by_row(p, table)
    total = Curve(fixed.value + shared.value, fixed.gradient + shared.gradient, fixed.hessian + shared.hessian)
    return by_log_parameter(p.as_array(), total)


def _by_count(p: GammaGammaParameters, table: SpendTable) -> Curve:
    """Minus log B(p x, q), which depends on the count alone."""
    weight = np.bincount(table.x_code, weights=table.weight, minlength=table.x.size)
    x, shape = table.x, p.p * table.x
    both, own, other = (special.digamma(v) for v in (shape + p.q, shape, p.q))
    both_2, own_2, other_2 = (special.polygamma(1, v) for v in (shape + p.q, shape, p.q))
    gradient = np.array([weight @ (x * (both - own)), weight @ (both - other), 0.0])
    hessian = np.zeros((3, 3))
    hessian[0, 0] = weight @ (x**2 * (both_2 - own_2))
    hessian[0, 1] = hessian[1, 0] = weight @ (x * both_2)
    hessian[1, 1] = weight @ (both_2 - other_2)
    return Curve(float(-(weight @ special.betaln(shape, p.q))), gradient, hessian)


def _by_row(p: GammaGammaParameters, table: SpendTable) -> Curve:
    """The terms in which the money stands."""
    w, x, mean = table.weight, table.x[table.x_code], table.mean
    spent = x * mean
    shape, both = p.p * x, p.gamma + spent
    share = np.log1p(p.gamma / spent)  # minus log(x z / (gamma + x z))
    back = np.log1p(spent / p.gamma)  # minus log(gamma / (gamma + x z))
    value = -np.sum(w * (shape * share + p.q * back + np.log(mean)))
    pull = p.q * spent / p.gamma - shape
    gradient = np.array([-np.sum(w * x * share), -np.sum(w * back), np.sum(w * pull / both)])
    hessian = np.zeros((3, 3))
    hessian[0, 2] = hessian[2, 0] = -np.sum(w * x / both)
    hessian[1, 2] = hessian[2, 1] = np.sum(w * spent / (p.gamma * both))
    hessian[2, 2] = -np.sum(w * (pull / both**2 + p.q * spent / (p.gamma**2 * both)))
    return Curve(float(value), gradient, hessian)
