"""The base's rhythm: how customers' rates differ and how they leave, given how regular gaps are.

Gaps of a customer are Gamma(k) at their own rate λ, λ ~ Gamma(r, alpha); after a purchase they leave with their own chance
p ~ Beta(a, b), either after every purchase, the first included, or after repeat purchases only. For whole k these are
MBG/CNBD-k and BG/CNBD-k of Reutterer, Platzer and Schröder (2021), Leveraging Purchase Regularity for Predicting Customer
Behavior the Easy Way, IJRM 38; k = 1 gives MBG/NBD (Batislam et al. 2007) and BG/NBD (Fader, Hardie and Lee 2005). Here k may
be any number: with S the chance that a gap outlasts the silence,

    L = Γ(r + k x) / Γ(r) · alpha^r / (alpha + t_x)^(r + k x) · [stays · S + leaves] · what does not depend on r, alpha, a, b
    S = I_y(r + k x, k),   y = (alpha + t_x) / (alpha + T)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betainc, betaln, expit, gammaln

from lifeworth.insight.retention.rhythm.days import Histories
from lifeworth.maths.unique_rows import code_column, unique_rows

Floats = NDArray[np.float64]

_LEAST = 1e-300
# Wide enough to say nothing where hundreds of customers speak; keeps a flat ridge from running away.
_PRIOR_SD = np.array([1.5, 2.5, 2.0, 2.0])
_STARTS = (np.log([0.6, 0.3, 0.8, 2.5]), np.log([1.5, 0.1, 0.6, 1.0]))
_BOUND = 8.0


@dataclass(frozen=True)
class Rhythm:
    """What was learned of the base; time in days.

    ``k`` regularity; ``r, alpha`` of the rates, so that a customer with x gaps adding up to t_x has rate Gamma(r + k x, alpha +
    t_x) and mean gap k / rate; ``a, b`` of the chances of leaving; ``at_once`` whether one may leave after the very first
    purchase; ``log_likelihood`` up to a constant of k.
    """

    k: float
    r: float
    alpha: float
    a: float
    b: float
    at_once: bool
    customers: float
    log_likelihood: float


def fit_leaving(seen: Histories, k: float, *, at_once: bool) -> Rhythm:
    """The likeliest r, alpha, a, b for histories in days."""
    rows = unique_rows(seen.x, seen.t_x, seen.T, inverse=False)
    x, t_x, T = (each.values[each.codes] for each in rows.columns)
    weight, customers = rows.weight, float(rows.weight.sum())
    unit = max(float(weight @ T) / customers, 1.0)
    middle = np.log(np.array([1.0, 0.2 * k, 1.0, 2.0]))

    def cost(theta: Floats) -> float:
        r, alpha, a, b = np.exp(theta)
        told = weight @ log_likelihood(Rhythm(k, r, alpha, a, b, at_once, 0, 0), x, t_x / unit, T / unit)
        return float(-told + 0.5 * np.sum(((theta - middle) / _PRIOR_SD) ** 2)) / customers

    start = min(_scaled_starts(k), key=cost)
    best = minimize(cost, start, method="L-BFGS-B", bounds=[(-_BOUND, _BOUND)] * 4)
    r, alpha, a, b = (float(value) for value in np.exp(best.x))
    fitted = Rhythm(k, r, alpha * unit, a, b, at_once, customers, 0.0)
    told = float(weight @ log_likelihood(fitted, x, t_x, T))
    return Rhythm(k, r, alpha * unit, a, b, at_once, customers, told)


def _scaled_starts(k: float) -> list[Floats]:
    return [start + np.array([0.0, np.log(k), 0.0, 0.0]) for start in _STARTS]


def log_likelihood(rhythm: Rhythm, x: Floats, t_x: Floats, T: Floats) -> Floats:
    """Log-likelihood of each history, less the part of the gaps that depends on k alone."""
    shape, scale = rhythm.r + rhythm.k * x, rhythm.alpha + t_x
    bought = gammaln(shape) - gammaln(rhythm.r) + rhythm.r * np.log(rhythm.alpha) - shape * np.log(scale)
    stays, leaves = _log_ends(rhythm, x)
    silent = np.log(np.maximum(outlasts(rhythm, x, t_x, T - t_x), _LEAST))
    return np.asarray(bought + np.logaddexp(stays + silent, leaves))


def outlasts(rhythm: Rhythm, x: Floats, t_x: Floats, silence: Floats) -> Floats:
    """S: the chance that the next gap of a customer still there is longer than the silence."""
    part = (rhythm.alpha + t_x) / (rhythm.alpha + t_x + silence)
    if rhythm.k == 1.0:
        return np.asarray(part ** (rhythm.r + x))
    return np.asarray(betainc(rhythm.r + rhythm.k * x, rhythm.k, part))


def chance_there(rhythm: Rhythm, x: Floats, silent: Floats) -> Floats:
    """Probability that each customer has not left, given S of their silence."""
    counts = code_column(x)
    stays, leaves = _log_ends(rhythm, counts.values)
    return np.asarray(expit((stays - leaves)[counts.codes] + np.log(np.maximum(silent, _LEAST))))


def chance_of_leaving(rhythm: Rhythm, x: Floats) -> Floats:
    """Chance that somebody who has just made repeat purchase ``x`` (0 is the first order) leaves after it."""
    if rhythm.at_once:
        return np.asarray(rhythm.a / (rhythm.a + rhythm.b + x))
    return np.where(x > 0, rhythm.a / (rhythm.a + rhythm.b + np.maximum(x - 1.0, 0.0)), 0.0)


def _log_ends(rhythm: Rhythm, x: Floats) -> tuple[Floats, Floats]:
    """Log chances of having stayed after every purchase, and of having left after the last."""
    a, b, start = rhythm.a, rhythm.b, betaln(rhythm.a, rhythm.b)
    if rhythm.at_once:
        return np.asarray(betaln(a, b + x + 1.0) - start), np.asarray(betaln(a + 1.0, b + x) - start)
    left = np.where(x > 0, betaln(a + 1.0, b + np.maximum(x - 1.0, 0.0)) - start, -np.inf)
    return np.asarray(betaln(a, b + x) - start), left
