"""Likelihoods with covariates, customer by customer: as fast for fine numbers as for a few categories."""

from collections.abc import Callable
from functools import partial

import numpy as np

from lifeworth.maths import bg_nbd_each, pareto_nbd_each
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.curve import Curve, Objective
from lifeworth.maths.row_curves import RowCurves
from lifeworth.models.arguments import Histories
from lifeworth.models.covariates.learning import Moves
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.purchase.mbg_nbd import MBGNBD
from lifeworth.models.purchase.model import PurchaseModel
from lifeworth.models.purchase.pareto_nbd import ParetoNBD

_Curves = Callable[[FloatArray, FloatArray, FloatArray, FloatArray], RowCurves]
#: Models whose likelihood is written for customers with parameters of their own.
EACH: dict[type[PurchaseModel], _Curves] = {
    BGNBD: bg_nbd_each.log_likelihood_curves,
    MBGNBD: partial(bg_nbd_each.log_likelihood_curves, leaves_at_first=True),
    ParetoNBD: pareto_nbd_each.log_likelihood_curves,
}

#: Customers looked at together.
_BLOCK = 1 << 13


def each_objective(
    curves: _Curves, moves: Moves, seen: Histories, weight: FloatArray, purchase: FloatArray, dropout: FloatArray
) -> Objective:
    """Log-likelihood of log-parameters and coefficients, as `learning.joined` gives it.

    Parameters
    ----------
    curves : function of log-parameters and histories
        One of `EACH`.
    seen, weight : (rows,)
    purchase, dropout : (rows, coefficients)
        Covariates of each customer.
    """
    size, first = moves.purchase.size, purchase.shape[1]

    def at(phi: FloatArray) -> Curve:
        total = Curve(0.0, np.zeros(phi.size), np.zeros((phi.size, phi.size)))
        for start in range(0, weight.size, _BLOCK):
            rows = slice(start, start + _BLOCK)
            some, other = purchase[rows], dropout[rows]
            moved = np.outer(moves.purchase, some @ phi[size : size + first])
            moved += np.outer(moves.dropout, other @ phi[size + first :])
            theta = phi[:size, None] + moved
            histories = (seen.frequency[rows], seen.recency[rows], seen.T[rows])
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # steps too far are shortened
                each = curves(theta, *histories)
            part = _summed(moves, weight[rows], each.value, each.gradient, each.hessian, some, other)
            total = Curve(total.value + part.value, total.gradient + part.gradient, total.hessian + part.hessian)
        return total

    return at


def _summed(
    moves: Moves,
    weight: FloatArray,
    value: FloatArray,
    gradient: FloatArray,
    hessian: FloatArray,
    purchase: FloatArray,
    dropout: FloatArray,
) -> Curve:
    """Sum of A' g and A' H A over customers, whose A has the two directions of `moves` times their covariates."""
    slope, bend = gradient * weight, hessian * weight
    by_purchase = np.einsum("i,ijn->jn", moves.purchase, bend)
    by_dropout = np.einsum("i,ijn->jn", moves.dropout, bend)
    both = np.hstack([(moves.purchase @ slope) @ purchase, (moves.dropout @ slope) @ dropout])
    cross = np.hstack([by_purchase @ purchase, by_dropout @ dropout])
    corner = (purchase.T * (moves.dropout @ by_purchase)) @ dropout
    effects = np.block(
        [
            [(purchase.T * (moves.purchase @ by_purchase)) @ purchase, corner],
            [corner.T, (dropout.T * (moves.dropout @ by_dropout)) @ dropout],
        ]
    )
    whole = np.block([[bend.sum(axis=2), cross], [cross.T, effects]])
    return Curve(float(weight @ value), np.concatenate([slope.sum(axis=1), both]), whole)
