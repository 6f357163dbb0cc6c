"""One likelihood for four papers: BG/NBD, MBG/NBD, BG/CNBD-k and MBG/CNBD-k.

Customers pass stages at their own rate, Gamma(r, alpha), and buy at every k-th stage, so that the times between
purchases are Erlang-k: k = 1 is the exponential clock, larger k a steadier one. After a purchase a customer leaves with
their own chance, Beta(a, b): after repeat purchases alone (BG), or also right after the first one (MBG).

Fader, Hardie, Lee (2005), equation 6, is k = 1; Batislam, Denizel, Filiztekin (2007), equation 4, and Hoppe, Wagner
(2007) let customers leave at the first purchase; Platzer (2008) and Reutterer, Platzer, Schroeder (2021) bring the
stages. With n = r + k x and z = (T - t_x) / (alpha + T) the sum over the unseen stages since the last purchase,

    Q = sum over j < k of (n)_j z^j / j!,

stands beside "still here"; it is 1 for k = 1. Written for the times of purchases, whose product enters each customer's
likelihood as the product of their intervals to the power k - 1 over Gamma(k)^x: a constant left out here.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.curve import Curve, by_log_parameter
from lifeworth.maths.erlang_stages import StageSlopes, log_open, stage_slopes
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.maths.rising import log_rising, log_staying, reciprocal_sum, square_reciprocal_sum


@dataclass(frozen=True)
class BGFamilyParameters:
    """Population parameters and which of the four papers; alpha carries the unit of time."""

    r: float
    alpha: float
    a: float
    b: float
    k: int = 1  # stages between two purchases
    leaves_at_first: bool = False  # MBG: customers may also leave right after the first purchase

    def as_array(self) -> FloatArray:
        """Give r, alpha, a, b in this order."""
        return np.array([self.r, self.alpha, self.a, self.b], dtype=np.float64)

    def shape(self, x: FloatArray) -> FloatArray:
        """Shape of the customer's rate after x repeat purchases."""
        return self.r + self.k * x

    def chances(self, x: FloatArray) -> FloatArray:
        """How often a customer with x repeat purchases had the chance to leave."""
        return x + 1.0 if self.leaves_at_first else x


def log_left_odds(p: BGFamilyParameters, x: FloatArray) -> FloatArray:
    """Log of a / (b + chances - 1), the odds factor of having left at the last purchase; -inf where nobody could."""
    chances = p.chances(x)
    able = chances > 0
    odds = np.full(x.shape, -np.inf)
    odds[able] = np.log(p.a) - np.log(p.b + chances[able] - 1.0)
    return odds


def log_likelihood_rows(p: BGFamilyParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Log-likelihood of each customer, same unit of time as alpha."""
    n = p.shape(x)
    left = n * np.log((p.alpha + T) / (p.alpha + t_x)) + log_left_odds(p, x)
    fixed = log_rising(p.r, p.k * x) + p.r * np.log(p.alpha) + log_staying(p.a, p.b, p.chances(x))
    unseen = log_open(p.k, n, (T - t_x) / (p.alpha + T)) if p.k > 1 else 0.0
    return np.asarray(fixed - n * np.log(p.alpha + T) + np.logaddexp(unseen, left))


def p_alive_rows(p: BGFamilyParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Probability that each customer has not left by T."""
    n = p.shape(x)
    left = n * np.log1p((T - t_x) / (p.alpha + t_x)) + log_left_odds(p, x)
    if p.k > 1:
        left -= log_open(p.k, n, (T - t_x) / (p.alpha + T))
    return np.asarray(special.expit(-left))


def log_likelihood(theta: FloatArray, table: PurchaseTable, k: int = 1, leaves_at_first: bool = False) -> Curve:
    """Log-likelihood of all customers with its first two derivatives in log(r), log(alpha), log(a), log(b)."""
    r, alpha, a, b = np.exp(theta)
    p = BGFamilyParameters(r, alpha, a, b, k, leaves_at_first)
    fixed, shared = _by_count(p, table), _by_row(p, table)
    total = Curve(fixed.value + shared.value, fixed.gradient + shared.gradient, fixed.hessian + shared.hessian)
    return by_log_parameter(p.as_array(), total)


def _by_count(p: BGFamilyParameters, table: PurchaseTable) -> Curve:
    """Terms that depend on the number of purchases alone."""
    stages, chances, n = p.k * table.x, p.chances(table.x), table.customers
    weight = np.bincount(table.x_code, weights=table.weight, minlength=table.x.size)
    value = weight @ (log_rising(p.r, stages) + log_staying(p.a, p.b, chances)) + n * p.r * np.log(p.alpha)
    stay = weight @ reciprocal_sum(p.a + p.b, chances)
    gradient = np.array(
        [
            weight @ reciprocal_sum(p.r, stages) + n * np.log(p.alpha),
            n * p.r / p.alpha,
            -stay,
            weight @ reciprocal_sum(p.b, chances) - stay,
        ]
    )
    bend = weight @ square_reciprocal_sum(p.a + p.b, chances)
    hessian = np.zeros((4, 4))
    hessian[0, 0] = -(weight @ square_reciprocal_sum(p.r, stages))
    hessian[0, 1] = hessian[1, 0] = n / p.alpha
    hessian[1, 1] = -n * p.r / p.alpha**2
    hessian[2:, 2:] = bend
    hessian[3, 3] -= weight @ square_reciprocal_sum(p.b, chances)
    return Curve(float(value), gradient, hessian)


def _by_row(p: BGFamilyParameters, table: PurchaseTable) -> Curve:
    """Terms that mix "still here" with "left at the last purchase": one exponential a row."""
    n_of, odds_of, chances = p.shape(table.x), log_left_odds(p, table.x), p.chances(table.x)
    back_of = np.where(chances > 0, 1.0 / np.maximum(p.b + chances - 1.0, 1e-300), 0.0)
    log_T, log_t = np.log(p.alpha + table.T), np.log(p.alpha + table.t_x)
    inv_T, inv_t = 1.0 / (p.alpha + table.T), 1.0 / (p.alpha + table.t_x)
    value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
    for rows in table.blocks():
        k, i, j = table.x_code[rows], table.T_code[rows], table.t_x_code[rows]
        w, n, late, early, inv_late, inv_early = (
            table.weight[rows], n_of[k], log_T[i], log_t[j], inv_T[i], inv_t[j]
        )  # fmt: skip
        s = n * (late - early) + odds_of[k]
        gap = np.stack([late - early, n * (inv_late - inv_early), np.full_like(w, 1.0 / p.a), -back_of[k]])
        unseen = stage_slopes(p.k, n, (table.T[i] - table.t_x[j]) * inv_late, inv_late) if p.k > 1 else None
        if unseen is not None:
            s -= unseen.value
            gap[:2] -= unseen.gradient
        small = np.exp(-np.abs(s))
        left = np.where(s > 0, 1.0, small) / (1.0 + small)
        value += float(np.sum(w * (np.maximum(s, 0.0) + np.log(1.0 + small) - n * late)))
        w_left, w_mixed = w * left, w * left * (1.0 - left)
        gradient += np.einsum("ij,j->i", gap, w_left)
        gradient[0] -= np.sum(w * late)
        gradient[1] -= np.sum(w * n * inv_late)
        hessian += np.einsum("ij,kj->ik", gap, gap * w_mixed)
        w_here = w - w_left
        cross = -np.sum(w_here * inv_late + w_left * inv_early)
        hessian[0, 1] += cross
        hessian[1, 0] += cross
        hessian[1, 1] += np.sum(n * (w_here * inv_late**2 + w_left * inv_early**2))
        hessian[2, 2] -= np.sum(w_left) / p.a**2
        hessian[3, 3] += np.sum(w_left * back_of[k] ** 2)
        if unseen is not None:
            value += float(np.sum(w * unseen.value))
            gradient[:2] += unseen.gradient @ w
            hessian[:2, :2] += _bend(unseen, w_here)
    return Curve(value, gradient, hessian)


def _bend(unseen: StageSlopes, weight: FloatArray) -> FloatArray:
    """Weighted sum over rows of the curvature of log Q in r and alpha."""
    nn, na, aa = unseen.hessian @ weight
    return np.array([[nn, na], [na, aa]])
