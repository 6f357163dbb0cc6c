"""The stages an Erlang-k customer may have passed since the last purchase, without having bought.

A customer with rate ~ Gamma(n, alpha + T) after x purchases passed j < k stages in (t_x, T] with weight
(n)_j z^j / j!, z = (T - t_x) / (alpha + T); given j the rate is Gamma(n + j, alpha + T).
Reutterer, Platzer, Schroeder (2021), appendix, written as a recurrence without factorials.
"""

from dataclasses import dataclass

import numpy as np

from lifeworth.maths.arrays import FloatArray


@dataclass(frozen=True)
class StageSlopes:
    """log Q of each row, Q the sum of the stages' weights, with its derivatives in n (or r) and alpha."""

    value: FloatArray  # (rows,)
    gradient: FloatArray  # (2, rows) in r, alpha
    hessian: FloatArray  # (3, rows) in r r, r alpha, alpha alpha


def log_open(k: int, n: FloatArray, z: FloatArray) -> FloatArray:
    """Logarithm of the sum of the weights of 0 .. k - 1 stages, (rows,)."""
    return np.asarray(np.log(_weights(k, n, z).sum(axis=0)))


def stage_chances(k: int, n: FloatArray, z: FloatArray) -> FloatArray:
    """Chance that a living customer has passed j stages since the last purchase, (k, rows)."""
    weight = _weights(k, n, z)
    return np.asarray(weight / weight.sum(axis=0))


def _weights(k: int, n: FloatArray, z: FloatArray) -> FloatArray:
    weight = np.ones((k, n.size))
    for j in range(1, k):
        weight[j] = weight[j - 1] * ((n + (j - 1.0)) / j) * z
    return weight


def stage_slopes(k: int, n: FloatArray, z: FloatArray, per_alpha: FloatArray) -> StageSlopes:
    """Evaluate log Q with its derivatives.

    Parameters
    ----------
    n, z : (rows,)
    per_alpha : (rows,)
        1 / (alpha + T): log z falls by this much for each unit of alpha.
    """
    term, rise, square = np.ones_like(n), np.zeros_like(n), np.zeros_like(n)
    total, by_n, by_stage = np.ones_like(n), np.zeros_like(n), np.zeros_like(n)
    by_nn, by_both, by_stages = np.zeros_like(n), np.zeros_like(n), np.zeros_like(n)
    for j in range(1, k):
        back = 1.0 / (n + (j - 1.0))
        term = term * z / (j * back)
        rise += back
        square += back * back
        total += term
        by_n += term * rise
        by_nn += term * (rise * rise - square)
        by_stage += j * term
        by_stages += j * (j + 1.0) * term
        by_both += j * term * rise
    slope_n, slope_a = by_n / total, -per_alpha * by_stage / total
    gradient = np.stack([slope_n, slope_a])
    hessian = np.stack(
        [
            by_nn / total - slope_n**2,
            -per_alpha * by_both / total - slope_n * slope_a,
            per_alpha**2 * by_stages / total - slope_a**2,
        ]
    )
    return StageSlopes(np.log(total), gradient, hessian)
