"""Coefficients move log-parameters in a straight line, so every model's own derivatives serve.

With log-parameters theta and coefficients gamma, delta joined in phi, a customer with covariates z lives under A(z) phi:
theta, moved by gamma'z and delta'z where the model says. The log-likelihood is the sum over customers of equal z of
L(A phi), its slope that of A' L'(A phi), its curvature that of A' L''(A phi) A: exact, with no formula of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.curve import Curve, Objective
from lifeworth.maths.maximise import Optimum, finish
from lifeworth.models.estimation import PRIOR_SPREAD
from lifeworth.models.purchase.model import PurchaseModel


@dataclass(frozen=True)
class Moves:
    """Which log-parameters the covariates move, and which way: two arrays of (parameters,)."""

    purchase: FloatArray
    dropout: FloatArray

    @classmethod
    def of(cls, model: PurchaseModel) -> "Moves":
        """Faster purchases by a smaller alpha; dropout by beta (Pareto/NBD) or by a and b alike (BG families)."""
        if "alpha" not in model._timed:
            raise UsageError(f"{type(model).__name__} has no rate of buying that covariates could move")
        dropout = {"a": 1.0, "b": 1.0} if {"a", "b"} <= set(model.names) else {"beta": -1.0}
        return cls(
            np.array([-1.0 if name == "alpha" else 0.0 for name in model.names]),
            np.array([dropout.get(name, 0.0) for name in model.names]),
        )

    def map_of(self, purchase: FloatArray, dropout: FloatArray) -> FloatArray:
        """The matrix A of a customer with these covariates, (parameters, parameters + coefficients)."""
        own = np.eye(self.purchase.size)
        return np.hstack([own, np.outer(self.purchase, purchase), np.outer(self.dropout, dropout)])


@dataclass(frozen=True)
class Learned:
    """What was found, in scaled units: log-parameters, then coefficients of standardised covariates."""

    optimum: Optimum  # of what was maximised
    plain: Optimum  # of the likelihood alone
    log_likelihood: float  # of the data, at the optimum
    prior_used: bool


def distinct_rows(*matrices: FloatArray) -> Iterator[tuple[IntArray, list[FloatArray]]]:
    """Customers of equal covariates: which they are, and one row of each matrix."""
    joined = np.hstack(matrices)
    if joined.shape[1] == 0:
        yield np.arange(joined.shape[0]), [np.zeros(0) for _ in matrices]
        return
    _, first, codes = np.unique(joined, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(codes.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(codes.ravel()))[:-1]
    for rows, place in zip(np.split(order, ends), first, strict=True):
        yield rows, [matrix[place] for matrix in matrices]


def joined(parts: Sequence[tuple[Objective, FloatArray]]) -> Objective:
    """Sum of the likelihoods of the parts, each under its own map of the common phi."""

    def at(phi: FloatArray) -> Curve:
        value, gradient, hessian = 0.0, np.zeros(phi.size), np.zeros((phi.size, phi.size))
        for objective, own in parts:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # steps too far are shortened
                curve = objective(own @ phi)
            value += curve.value
            gradient += own.T @ curve.gradient
            hessian += own.T @ curve.hessian @ own
        return Curve(value, gradient, hessian)

    return at


def learn(objective: Objective, start: FloatArray, mild: FloatArray, ridge: FloatArray, customers: float) -> Learned:
    """Climb from the model without covariates; add the weak prior only where there is no clear peak.

    Parameters
    ----------
    objective : function of phi
    start, mild : (log-parameters and coefficients,)
        The model without covariates; the centre of the weak prior. Coefficients are 0 in both.
    ridge : (log-parameters and coefficients,)
        Precision of the pull towards `mild`, 0 for log-parameters.
    customers : float
    """
    plain = finish(objective, start, customers)
    found = plain
    if ridge.any():
        found = finish(_held(objective, mild, ridge), plain.theta if plain.converged else start, customers)
    if found.converged and float(found.spread.max()) <= PRIOR_SPREAD:
        return Learned(found, plain, objective(found.theta).value, prior_used=False)
    tempered = finish(_held(objective, mild, ridge + 1.0 / PRIOR_SPREAD**2), start, customers)
    return Learned(tempered, plain, objective(tempered.theta).value, prior_used=True)


def _held(objective: Objective, centre: FloatArray, tight: FloatArray) -> Objective:
    def at(phi: FloatArray) -> Curve:
        curve, away = objective(phi), phi - centre
        value = curve.value - 0.5 * float(tight @ away**2)
        return Curve(value, curve.gradient - tight * away, curve.hessian - np.diag(tight))

    return at


def restate(moves: Moves, centre: tuple[FloatArray, FloatArray], spread: tuple[FloatArray, FloatArray]) -> FloatArray:
    """The matrix that turns phi of standardised covariates into phi of covariates in the caller's unit."""
    scale = np.concatenate([np.ones(moves.purchase.size), 1.0 / spread[0], 1.0 / spread[1]])
    away = moves.map_of(-centre[0] / spread[0], -centre[1] / spread[1])
    turn = np.diag(scale)
    turn[: moves.purchase.size] = away
    return turn
