"""Groups of customers that differ, small ones borrowing from the whole: one purchase model per cohort, country or channel.

The groups' log-parameters are taken to be normal around a common mean, with a spread per parameter that is learned from
the groups themselves (empirical Bayes; Gelman and Hill 2007, "Data Analysis Using Regression and Multilevel/Hierarchical
Models", chapter 12). Mean and spread are found by expectation maximisation, each group's posterior taken as normal around
its top (Laplace). A group of few customers is drawn to the whole, a large one keeps its own; groups that differ no more
than chance end up alike.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, IntArray, as_floats
from lifeworth.maths.curve import Curve, Objective
from lifeworth.maths.maximise import Optimum, finish
from lifeworth.maths.purchase_table import collapse
from lifeworth.models.arguments import Histories, read_histories, read_weights, require_customers
from lifeworth.models.frames import as_given
from lifeworth.models.purchase.model import PurchaseModel

#: Groups cannot be told to differ by less than this (in logarithms), nor by more.
LEAST_SPREAD, MOST_SPREAD = 0.01, 2.0
_ROUNDS, _STILL = 100, 1e-3


@dataclass(frozen=True)
class Population:
    """How groups lie: mean and spread of their log-parameters, (parameters,)."""

    mean: FloatArray
    spread: FloatArray


class PooledGroups:
    """A purchase model for each group, drawn to each other as far as the groups are alike.

    Parameters
    ----------
    model : PurchaseModel
        Which model every group gets, such as ``BGNBD()``.

    Attributes
    ----------
    groups_ : dict
        A model of each group by its name.
    population_ : PurchaseModel
        Of a group nothing is known of: the common mean.
    spread_ : dict of str to float
        Spread of the groups' log-parameters: 0.1 means that groups differ by about 10 %.
    converged_ : bool
    warnings_ : list of str
    """

    groups_: dict[Any, PurchaseModel]
    population_: PurchaseModel
    spread_: dict[str, float]
    converged_: bool
    warnings_: list[str]

    def __init__(self, model: PurchaseModel) -> None:
        self.model = model

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        group: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn every group and how groups differ.

        Parameters
        ----------
        frequency, recency, T, weights
            As in the model's own ``fit``.
        group : (rows,)
            Name of each customer's group; an empty name is a group, too.
        """
        seen = read_histories(frequency, recency, T)
        names, codes = _read_groups(group, seen.frequency.size)
        weight = read_weights(weights, seen.frequency.size)
        weight = np.ones(seen.frequency.size) if weight is None else weight
        require_customers(float(weight.sum()))
        whole = copy.copy(self.model).fit(seen.frequency, seen.recency, seen.T, weight)
        unit = float((weight * seen.T).sum() / weight.sum()) or 1.0
        shift = np.where(np.isin(whole.names, whole._timed), np.log(unit), 0.0)
        parts = [_part(whole, seen, weight, codes == place, unit) for place in range(len(names))]
        found, tops = _pool(parts, whole.log_params_ - shift)
        self.groups_ = {name: _with(whole, top, shift) for name, top in zip(names, tops, strict=True)}
        self.population_ = _from_mean(whole, found, shift)
        self.spread_ = dict(zip(whole.names, found.spread.tolist(), strict=True))
        self._judge(whole, tops, names)
        return self

    def _judge(self, whole: PurchaseModel, tops: list[Optimum], names: list[Any]) -> None:
        stuck = [str(name) for name, top in zip(names, tops, strict=True) if not top.converged]
        self.converged_ = whole.converged_ and not stuck
        self.warnings_ = list(whole.warnings_)
        if stuck:
            listed = ", ".join(stuck[:3])
            self.warnings_.append(f"{len(stuck)} groups did not converge ({listed}); do not rely on their parameters")
        if len(names) < 5:
            self.warnings_.append(f"only {len(names)} groups: how much groups differ is itself hardly known")

    def expected_purchases(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike, group: npt.ArrayLike
    ) -> FloatArray:
        """Purchases each customer is expected to make in (T, T + t]; a group never seen is taken as the common mean."""
        ahead = np.asarray(t, dtype=np.float64)

        def ask(model: PurchaseModel, rows: IntArray, seen: Histories) -> FloatArray:
            own = ahead if ahead.ndim == 0 else ahead[rows]
            return model.expected_purchases(own, seen.frequency, seen.recency, seen.T)

        return as_given(self._by_group(ask, frequency, recency, T, group), "expected_purchases", frequency)

    def p_alive(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike, group: npt.ArrayLike
    ) -> FloatArray:
        """Chance that each customer has not left."""

        def ask(model: PurchaseModel, _: IntArray, seen: Histories) -> FloatArray:
            return model.p_alive(seen.frequency, seen.recency, seen.T)

        return as_given(self._by_group(ask, frequency, recency, T, group), "p_alive", frequency)

    def _by_group(
        self,
        ask: Callable[[PurchaseModel, IntArray, Histories], FloatArray],
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        group: npt.ArrayLike,
    ) -> FloatArray:
        self._require_fit()
        seen = read_histories(frequency, recency, T)
        names, codes = _read_groups(group, seen.frequency.size)
        answer = np.empty(seen.frequency.size)
        for place, name in enumerate(names):
            rows = np.flatnonzero(codes == place)
            part = Histories(seen.frequency[rows], seen.recency[rows], seen.T[rows])
            answer[rows] = ask(self.groups_.get(name, self.population_), rows, part)
        return answer

    def summary(self) -> str:
        """Say in a small table how the groups differ."""
        self._require_fit()
        names = self.population_.names
        lines = [f"{self.population_.title}, {len(self.groups_)} groups pooled"]
        lines.append("  " + f"{'':<16}" + "".join(f"{name:>12}" for name in names))
        rows: Mapping[str, Mapping[str, float]] = {
            "common mean": self.population_.params_,
            **{str(name): model.params_ for name, model in self.groups_.items()},
        }
        lines += ["  " + f"{label[:15]:<16}" + "".join(f"{params[name]:>12.4g}" for name in names) for label, params in rows.items()]  # fmt: skip
        lines.append("  " + f"{'spread (log)':<16}" + "".join(f"{self.spread_[name]:>12.3f}" for name in names))
        return "\n".join([*lines, *(f"warning: {text}" for text in self.warnings_)])

    def _require_fit(self) -> None:
        if not hasattr(self, "groups_"):
            raise UsageError("these PooledGroups have not learned anything yet; call fit(...) first")


def _part(
    whole: PurchaseModel, seen: Histories, weight: FloatArray, which: npt.NDArray[np.bool_], unit: float
) -> tuple[Objective, float]:
    """A group's log-likelihood, and how many customers it has."""
    chosen = which & (weight > 0)
    columns = (seen.frequency[chosen], seen.recency[chosen], seen.T[chosen])
    table = collapse(*columns, weight[chosen]).in_unit(unit)
    return whole._objective(table), max(table.customers, 1.0)


def _read_groups(group: npt.ArrayLike, rows: int) -> tuple[list[Any], IntArray]:
    column = np.atleast_1d(np.asarray(group))
    if column.shape != (rows,):
        raise UsageError(f"group has shape {column.shape}, frequency has {rows} rows; give one group per customer")
    if column.dtype == object:
        column = np.array(["" if each is None else str(each) for each in column])
    names, codes = np.unique(column, return_inverse=True)
    return names.tolist(), codes.astype(np.intp)


def _pool(parts: list[tuple[Objective, float]], start: FloatArray) -> tuple[Population, list[Optimum]]:
    """Mean and spread of the groups, and each group's top under them."""
    found = Population(start, np.full(start.size, 0.3))
    tops: list[Optimum] = []
    at = [start] * len(parts)
    for _ in range(_ROUNDS):
        tops = [finish(_drawn(part, found), theta, people) for (part, people), theta in zip(parts, at, strict=True)]
        at = [top.theta for top in tops]
        doubt = np.array([np.diag(top.covariance) if top.curved else found.spread**2 for top in tops])
        mean = np.mean(at, axis=0)
        spread = np.sqrt(np.mean((np.array(at) - mean) ** 2 + doubt, axis=0))
        new = Population(as_floats(mean), np.clip(spread, LEAST_SPREAD, MOST_SPREAD))
        moved = max(np.abs(new.mean - found.mean).max(), np.abs(np.log(new.spread / found.spread)).max())
        found = new
        if moved < _STILL:
            break
    return found, tops


def _drawn(part: Objective, found: Population) -> Objective:
    """A group's log-likelihood and how likely such a group is."""
    tight = 1.0 / found.spread**2

    def at(theta: FloatArray) -> Curve:
        curve, away = part(theta), theta - found.mean
        return Curve(
            curve.value - 0.5 * float(tight @ away**2), curve.gradient - tight * away, curve.hessian - np.diag(tight)
        )

    return at


def _with(whole: PurchaseModel, top: Optimum, shift: FloatArray) -> PurchaseModel:
    covariance = top.covariance if top.curved else np.eye(shift.size) * MOST_SPREAD**2
    return _restated(whole, top.theta + shift, (covariance + covariance.T) / 2.0)


def _from_mean(whole: PurchaseModel, found: Population, shift: FloatArray) -> PurchaseModel:
    return _restated(whole, found.mean + shift, np.diag(found.spread**2))


def _restated(whole: PurchaseModel, log_params: FloatArray, log_covariance: FloatArray) -> PurchaseModel:
    """A model of the same kind with other parameters."""
    values = np.exp(log_params)
    model = copy.copy(whole)
    model.params_ = dict(zip(whole.names, values.tolist(), strict=True))
    model.log_params_, model.log_covariance_ = log_params, log_covariance
    model.covariance_ = log_covariance * np.outer(values, values)
    model.standard_errors_ = dict(zip(whole.names, np.sqrt(np.diag(model.covariance_)).tolist(), strict=True))
    for judged_on_all in ("log_likelihood_", "aic_", "bic_", "customers_", "gradient_norm_"):
        vars(model).pop(judged_on_all, None)
    return model
