"""What every model answers: the one contract.

A constructor only remembers, every argument under its own name and with a default. `fit` returns the model itself; what
was learned ends with an underscore. Parameters carry the paper's letters; times and money are in the unit the caller
gave. Columns may be numpy arrays, lists, or columns of pandas, polars or pyarrow; customers' results come back in kind.
`save` and `load` keep all attributes: numbers, text, arrays, and lists, tuples and dictionaries of these.
"""

import copy
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray
from lifeworth.models.estimation import Estimate
from lifeworth.models.keeping import read_state, unreadable, write_state


class Model(ABC):
    """A model learned by maximum likelihood.

    Attributes
    ----------
    params_ : dict of str to float
        Learned parameters, by the paper's letters.
    standard_errors_ : dict of str to float
    covariance_ : (parameters, parameters)
        Of the parameters, in the order of `names`.
    log_params_, log_covariance_ : (parameters,), (parameters, parameters)
        The Laplace posterior: log-parameters are about normal with this mean and covariance.
    log_likelihood_ : float
        Of the data, in the caller's unit.
    aic_, bic_, customers_ : float
    converged_ : bool
        The gradient is small and the curvature that of a real peak.
    gradient_norm_ : float
        Per customer, in log-parameters and scaled units.
    prior_used_ : bool
        The data alone had no peak, so a weak prior was added (never silently: see `warnings_`).
    warnings_ : list of str
        Plain words.
    """

    names: ClassVar[tuple[str, ...]]
    title: ClassVar[str]

    params_: dict[str, float]
    standard_errors_: dict[str, float]
    covariance_: FloatArray
    log_params_: FloatArray
    log_covariance_: FloatArray
    log_likelihood_: float
    aic_: float
    bic_: float
    customers_: float
    converged_: bool
    gradient_norm_: float
    prior_used_: bool
    warnings_: list[str]

    @classmethod
    def from_parameters(cls, params: Mapping[str, float]) -> Self:
        """Make a model with known parameters, to predict or to simulate without fitting."""
        model = cls()
        model.params_ = cls._checked(params)
        model.log_params_ = np.log(np.array(list(model.params_.values())))
        model.warnings_ = []
        return model

    @classmethod
    def _checked(cls, params: Mapping[str, float]) -> dict[str, float]:
        if set(params) != set(cls.names):
            raise UsageError(f"{cls.__name__} needs {', '.join(cls.names)}; found {', '.join(params)}")
        values = {name: float(params[name]) for name in cls.names}
        if not all(np.isfinite(v) and v > 0 for v in values.values()):
            raise UsageError(f"{cls.__name__} parameters must be finite and above 0; found {values}")
        return values

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to a private JSON file with a schema version and a checksum."""
        self._require_fit()
        write_state(path, type(self).__name__, vars(self))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a model that `save` wrote: it answers as the saved one did, to the last bit.

        `Model.load` reads a model of any class, `BGNBD.load` only a BG/NBD.

        Raises
        ------
        UsageError
            There is no such file, or it holds a model of another class.
        DataError
            The file is no model, of another schema version, or damaged.
        """
        name, state = read_state(path)
        kind = {each.__name__: each for each in _family(Model)}.get(name)
        if kind is None:
            unreadable(path, f"it holds a model of the unknown class {name!r}")
        if not issubclass(kind, cls):
            raise UsageError(f"{path} holds a model of class {name}; use {name}.load or Model.load")
        for key in state:
            answer = getattr(kind, key, None)
            if key in ("names", "title") or callable(answer) or isinstance(answer, property):
                unreadable(path, f"a {name} has no attribute {key!r} to fill")
        model = kind()
        vars(model).update(state)
        try:
            model._require_whole()
        except (UsageError, AttributeError, TypeError, ValueError) as fault:
            unreadable(path, f"a part is missing or has another shape ({fault})")
        return model

    def _require_whole(self) -> None:
        self._checked(self.params_)
        size = len(self.names)
        for key, shape in (("log_params_", (size,)), ("covariance_", (size, size)), ("log_covariance_", (size, size))):
            found = np.shape(getattr(self, key, np.empty(shape)))
            if found != shape:
                raise ValueError(f"{key} has the shape {found}, not {shape}")

    @property
    def fitted(self) -> bool:
        """Whether the model knows its parameters."""
        return hasattr(self, "params_")

    def draw_parameters(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw parameters that are plausible given the data, (n, parameters) in the order of `names`.

        Those of a model made by `from_parameters` are known: every draw is the same.
        """
        self._require_fit()
        if not self._uncertain:
            return np.tile(list(self.params_.values()), (n, 1))
        root = np.linalg.cholesky(self.log_covariance_)
        noise = rng.standard_normal((n, len(self.names)))
        return np.asarray(np.exp(self.log_params_ + noise @ root.T))

    @property
    def _uncertain(self) -> bool:
        return hasattr(self, "log_covariance_")

    def _at(self, parameters: FloatArray) -> Self:
        """The same model with other parameters, in the order of `names`."""
        other = copy.copy(self)
        other.params_ = dict(zip(self.names, parameters.tolist(), strict=True))
        other.log_params_ = np.log(parameters)
        return other

    def summary(self) -> str:
        """Say in a small table what was learned and how far to trust it."""
        self._require_fit()
        lines = [self.title]
        if not hasattr(self, "log_likelihood_"):
            return "\n".join([*lines, *(f"  {name:<8}{value:>14.6g}" for name, value in self.params_.items())])
        state = "converged" if self.converged_ else "did NOT converge"
        lines.append(f"{self.customers_:,.0f} customers, {state} (gradient {self.gradient_norm_:.1e} a customer)")
        lines.append(f"  {'':<8}{'estimate':>14}{'standard error':>18}")
        for name, value in self.params_.items():
            lines.append(f"  {name:<8}{value:>14.6g}{self.standard_errors_[name]:>18.4g}")
        lines.append(f"log-likelihood {self.log_likelihood_:.3f}   AIC {self.aic_:.1f}   BIC {self.bic_:.1f}")
        return "\n".join([*lines, *(f"warning: {text}" for text in self.warnings_)])

    def _require_fit(self) -> None:
        if not self.fitted:
            raise UsageError(f"this {type(self).__name__} has not learned anything yet; call fit(...) first")

    def _learn(self, found: Estimate, shift: FloatArray, value_shift: float, customers: float) -> None:
        """Restate a scaled estimate in the caller's unit: log-parameters move by `shift`."""
        top = found.optimum
        self.log_params_ = top.theta + shift
        self.log_covariance_ = _usable_covariance(top.covariance if top.curved else None, top.theta.size)
        values = np.exp(self.log_params_)
        self.params_ = dict(zip(self.names, values.tolist(), strict=True))
        self.covariance_ = self.log_covariance_ * np.outer(values, values)
        errors = np.sqrt(np.diag(self.covariance_))
        self.standard_errors_ = dict(zip(self.names, errors.tolist(), strict=True))
        self.log_likelihood_ = found.log_likelihood + value_shift
        self.aic_ = 2.0 * len(self.names) - 2.0 * self.log_likelihood_
        self.bic_ = len(self.names) * float(np.log(customers)) - 2.0 * self.log_likelihood_
        self.customers_ = customers
        self.converged_, self.gradient_norm_ = top.converged, top.gradient_norm
        self.prior_used_ = found.prior_used
        self.warnings_ = self._explain(found)

    @abstractmethod
    def _explain(self, found: Estimate) -> list[str]:
        """Say in plain words what is wrong with the estimate, if anything."""


def _family(kind: type[Any]) -> Iterator[type[Any]]:
    """A class and all that derive from it."""
    yield kind
    for each in kind.__subclasses__():
        yield from _family(each)


def _usable_covariance(covariance: FloatArray | None, size: int) -> FloatArray:
    """Give a symmetric covariance; a wide one where there was no peak to measure."""
    if covariance is None:
        return np.eye(size) * 9.0
    return np.asarray((covariance + covariance.T) / 2.0)
