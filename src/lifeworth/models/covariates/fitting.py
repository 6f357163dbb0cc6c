"""How a model with covariates learns: columns to numbers, customers to groups of equal ones, an estimate, plain words."""

import copy
from typing import Self

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, IntArray, as_floats
from lifeworth.maths.curve import Objective
from lifeworth.maths.maximise import finish
from lifeworth.maths.purchase_table import collapse
from lifeworth.models.arguments import Histories, read_histories, read_weights, require_customers
from lifeworth.models.covariates.design import Design, learn_design
from lifeworth.models.covariates.each import EACH, each_objective
from lifeworth.models.covariates.learning import Learned, Moves, distinct_rows, joined, learn, restate
from lifeworth.models.purchase.model import PurchaseModel
from lifeworth.models.ridges import fallback_words, open_directions


class CovariateLearning:
    """Maximum likelihood, with a weak pull of the coefficients towards 0."""

    model_: PurchaseModel
    params_: dict[str, float]
    purchase_coefficients_: dict[str, float]
    dropout_coefficients_: dict[str, float]
    compared_with_: dict[str, str]
    names_: tuple[str, ...]
    standard_errors_: dict[str, float]
    log_params_: FloatArray
    log_covariance_: FloatArray
    log_likelihood_: float
    maximum_log_likelihood_: float
    customers_: float
    converged_: bool
    prior_used_: bool
    warnings_: list[str]

    def __init__(self, model: PurchaseModel, *, ridge: float = 0.1) -> None:
        self.model = model
        self.ridge = ridge

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        purchase_covariates: object = None,
        dropout_covariates: object = None,
        weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn parameters and coefficients.

        Parameters
        ----------
        frequency, recency, T : (rows,)
            As every purchase model takes them.
        purchase_covariates, dropout_covariates : frame or mapping of str to (rows,), optional
            What moves how often customers buy, and how they leave; a column may stand in both.
        weights : (rows,), optional
            Customers behind each row.
        """
        if not isinstance(self.model, PurchaseModel):
            raise UsageError(f"model must be a purchase model such as BGNBD(); found {type(self.model).__name__}")
        if not (np.isfinite(self.ridge) and self.ridge >= 0):
            raise UsageError(f"ridge must be finite and 0 or more; found {self.ridge}")
        seen = read_histories(frequency, recency, T)
        given = read_weights(weights, seen.T.size)
        weight = np.ones(seen.T.size) if given is None else given
        require_customers(float(weight.sum()))
        self._moves = Moves.of(self.model)
        self._purchase = learn_design(purchase_covariates, "purchase_covariates", weight)
        self._dropout = learn_design(dropout_covariates, "dropout_covariates", weight)
        if self._dropout.names and not self._moves.dropout.any():
            raise UsageError(f"in a {type(self.model).__name__} nobody leaves: dropout_covariates have nothing to move")
        matrices = self._matrices(purchase_covariates, dropout_covariates, seen.T.size)
        kept = weight > 0
        seen, weight = Histories(seen.frequency[kept], seen.recency[kept], seen.T[kept]), weight[kept]
        self.model_ = copy.copy(self.model).fit(seen.frequency, seen.recency, seen.T, weights=weight)
        self._climb(seen, weight, (matrices[0][kept], matrices[1][kept]))
        return self

    def _climb(self, seen: Histories, weight: FloatArray, matrices: tuple[FloatArray, FloatArray]) -> None:
        """Find the top in scaled units: time in its mean, covariates standardised."""
        whole, customers, purchases = self.model_, float(weight.sum()), float(weight @ seen.frequency)
        unit = float(weight @ seen.T) / customers or 1.0
        lift = -purchases * float(np.log(unit))
        shift = np.where(np.isin(whole.names, whole._timed), np.log(unit), 0.0)
        start, none = whole.log_params_ - shift, np.zeros(sum(each.shape[1] for each in matrices))
        centre, spread = zip(*(_standard(each, weight) for each in matrices), strict=True)
        scaled = [(each - mid) / wide for each, mid, wide in zip(matrices, centre, spread, strict=True)]
        objective = self._objective(seen, weight, scaled, unit)
        ridge = np.concatenate([np.zeros(start.size), none + self.ridge])
        mild = np.concatenate([np.log(np.array(whole._mild)), none])
        found = learn(objective, np.concatenate([start, none]), mild, ridge, customers)
        alone = finish(self._part(seen, weight, np.arange(weight.size), unit), start, customers)
        self._alone, self._purchases = alone.value + lift, purchases
        self._keep(found, restate(self._moves, centre, spread), np.concatenate([shift, none]), lift, customers)

    def _objective(self, seen: Histories, weight: FloatArray, scaled: list[FloatArray], unit: float) -> Objective:
        """Log-likelihood of all customers, (standardised) covariates included."""
        curves = EACH.get(type(self.model_))
        if curves:
            measured = Histories(seen.frequency, seen.recency / unit, seen.T / unit)
            return each_objective(curves, self._moves, measured, weight, *scaled)
        parts = []
        for rows, (purchase, dropout) in distinct_rows(*scaled):
            parts.append((self._part(seen, weight, rows, unit), self._moves.map_of(purchase, dropout)))
        return joined(parts)

    def _part(self, seen: Histories, weight: FloatArray, rows: IntArray, unit: float) -> Objective:
        """Log-likelihood of some customers."""
        table = collapse(seen.frequency[rows], seen.recency[rows], seen.T[rows], weight[rows])
        return self.model_._objective(table.in_unit(unit))

    def _keep(self, found: Learned, turn: FloatArray, shift: FloatArray, lift: float, customers: float) -> None:
        """Restate what was found in the caller's units."""
        top, own = found.optimum, len(self.model_.names)
        covariance = top.covariance if top.curved else np.eye(shift.size) * 9.0
        self.log_params_ = as_floats(turn @ top.theta + shift)
        self.log_covariance_ = as_floats(turn @ (covariance + covariance.T) @ turn.T / 2.0)
        effects = self.log_params_[own:].tolist()
        self.names_ = (
            *self.model_.names,
            *(f"purchase {name}" for name in self._purchase.names),
            *(f"dropout {name}" for name in self._dropout.names),
        )
        self.params_ = dict(zip(self.model_.names, np.exp(self.log_params_[:own]).tolist(), strict=True))
        self.purchase_coefficients_ = dict(zip(self._purchase.names, effects, strict=False))
        self.dropout_coefficients_ = dict(zip(self._dropout.names, effects[len(self._purchase.names) :], strict=True))
        both = {**self._purchase.levels, **self._dropout.levels}
        self.compared_with_ = {column: levels[0] for column, levels in both.items()}
        size = np.concatenate([np.exp(self.log_params_[:own]), np.ones(len(effects))])
        errors = size * np.sqrt(np.diag(self.log_covariance_))
        self.standard_errors_ = dict(zip(self.names_, errors.tolist(), strict=True))
        self.log_likelihood_ = found.log_likelihood + lift
        self.maximum_log_likelihood_ = max(found.plain.value, found.log_likelihood) + lift
        self.customers_, self.converged_, self.prior_used_ = customers, top.converged, found.prior_used
        self.warnings_ = self._explain(found)

    def _explain(self, found: Learned) -> list[str]:
        own = len(self.model_.names)
        values = np.exp(np.clip(found.plain.theta[:own], -700.0, 700.0))
        texts = []
        for each in open_directions(found.plain, self.names_, above=1.5):
            ours = frozenset(each.names & set(self.model_.names))
            if ours:
                texts.append(self.model_._describe(ours, values))
            else:
                texts.append(f"the data hardly say anything about {', '.join(sorted(each.names))}")
        texts = list(dict.fromkeys(texts))
        if found.prior_used:
            texts = [fallback_words(texts)]
        if not found.optimum.converged:
            texts.append("the fit did not converge; do not rely on these parameters")
        return texts

    def _matrices(self, purchase: object, dropout: object, rows: int) -> tuple[FloatArray, FloatArray]:
        """Covariates as numbers, (rows, coefficients) each."""
        return (
            _one_a_row(self._purchase, purchase, "purchase_covariates", rows),
            _one_a_row(self._dropout, dropout, "dropout_covariates", rows),
        )

    def _require_fit(self) -> None:
        if not hasattr(self, "log_params_"):
            raise UsageError("this WithCovariates has not learned anything yet; call fit(...) first")


def _one_a_row(design: Design, given: object, what: str, rows: int) -> FloatArray:
    matrix = design.matrix(given, what)
    if not design.names:
        return np.zeros((rows, 0))
    if matrix.shape[0] not in (1, rows):
        raise UsageError(f"{what} has {matrix.shape[0]} rows, frequency has {rows}; give one row per customer")
    return np.broadcast_to(matrix, (rows, matrix.shape[1]))


def _standard(matrix: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and spread of each covariate over customers."""
    centre = np.average(matrix, axis=0, weights=weight)
    return as_floats(centre), as_floats(np.sqrt(np.average((matrix - centre) ** 2, axis=0, weights=weight)))
