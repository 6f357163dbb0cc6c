"""BG/NBD and MBG/NBD likelihoods of customers who each have an alpha, a and b of their own, as covariates give them.

Fader, Hardie (2007), note 019, http://brucehardie.com/notes/019/; the terms are those of `bg_family`, row by row.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.rising import log_rising, reciprocal_sum, square_reciprocal_sum
from lifeworth.maths.row_curves import RowCurves, rows_by_log_parameter, symmetric_rows

#: Above this many purchases the sums would be longer than the closed forms are inaccurate.
_SUM_LIMIT = 10_000


def log_likelihood_curves(
    theta: FloatArray, x: FloatArray, t_x: FloatArray, T: FloatArray, leaves_at_first: bool = False
) -> RowCurves:
    """Evaluate every row.

    Parameters
    ----------
    theta : (4, rows)
        Logs of r, alpha, a, b; r is the same for all.
    x, t_x, T : (rows,)
    leaves_at_first : bool
        MBG/NBD: customers may also leave right after the first purchase.
    """
    own = np.exp(theta)
    r, (alpha, a, b) = float(own[0, 0]), own[1:]
    n, chances = r + x, x + 1.0 if leaves_at_first else x
    stay = _staying(a, b, chances)
    inv_T, inv_t = 1.0 / (alpha + T), 1.0 / (alpha + t_x)
    late, apart = np.log(alpha + T), np.log1p((T - t_x) * inv_t)
    back = np.where(chances > 0, 1.0 / np.maximum(b + chances - 1.0, 1e-300), 0.0)
    odds = np.where(chances > 0, n * apart + theta[2] + np.log(np.maximum(back, 1e-300)), -np.inf)
    left = np.exp(odds - np.logaddexp(0.0, odds))
    here = 1.0 - left
    value = log_rising(r, x) + r * np.log(alpha) + stay.log_chance - n * late + np.logaddexp(0.0, odds)
    gap = np.stack([apart, n * (inv_T - inv_t), 1.0 / a, -back])
    slope = np.stack(
        [
            reciprocal_sum(r, x) + np.log(alpha) - late,
            r / alpha - n * inv_T,
            -stay.by_both,
            stay.by_b - stay.by_both,
        ]
    )
    bend = np.einsum("ij,kj->ikj", gap, gap * (left * here))
    bend += symmetric_rows(
        x.size,
        {
            (0, 0): -square_reciprocal_sum(r, x),
            (0, 1): 1.0 / alpha - here * inv_T - left * inv_t,
            (1, 1): n * (here * inv_T**2 + left * inv_t**2) - r / alpha**2,
            (2, 2): stay.by_both_twice - left / a**2,
            (2, 3): stay.by_both_twice,
            (3, 3): stay.by_both_twice - stay.by_b_twice + left * back**2,
        },
    )
    return rows_by_log_parameter(own, np.asarray(value), slope + gap * left, bend)


@dataclass(frozen=True)
class _Staying:
    """Log of B(a, b + n) / B(a, b) and the sums of 1 / (b + k), 1 / (a + b + k) over k < n, and of their squares."""

    log_chance: FloatArray
    by_b: FloatArray
    by_both: FloatArray
    by_b_twice: FloatArray
    by_both_twice: FloatArray


def _staying(a: FloatArray, b: FloatArray, chances: FloatArray) -> _Staying:
    """Sum chance by chance, those with many first: differences of gamma functions would lose digits for large b."""
    if chances.max(initial=0.0) > _SUM_LIMIT:
        return _staying_closed(a, b, chances)
    order = np.argsort(-chances, kind="stable")
    ordered, one, both = chances[order], b[order], (a + b)[order]
    sums = np.zeros((5, chances.size))
    most = int(ordered[0]) if ordered.size else 0
    reached = np.searchsorted(-ordered, -np.arange(most, dtype=np.float64), side="left")
    for k, some in enumerate(reached):
        by_b, by_both = 1.0 / (one[:some] + k), 1.0 / (both[:some] + k)
        sums[0, :some] += np.log1p(-a[order[:some]] * by_both)
        sums[1, :some] += by_b
        sums[2, :some] += by_both
        sums[3, :some] += by_b**2
        sums[4, :some] += by_both**2
    back = np.empty_like(sums)
    back[:, order] = sums
    return _Staying(*back)


def _staying_closed(a: FloatArray, b: FloatArray, chances: FloatArray) -> _Staying:
    both = a + b
    return _Staying(
        special.betaln(a, b + chances) - special.betaln(a, b),
        special.digamma(b + chances) - special.digamma(b),
        special.digamma(both + chances) - special.digamma(both),
        special.polygamma(1, b) - special.polygamma(1, b + chances),
        special.polygamma(1, both) - special.polygamma(1, both + chances),
    )
