"""Gamma-Gamma: every customer has an own level of spend around which single purchases scatter.

Fader, Hardie (2013), The Gamma-Gamma Model of Monetary Value, note 025. http://www.brucehardie.com/notes/025/
Honest caveat: it supposes that spend per purchase has nothing to do with how often a customer buys.
"""

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.maths.gamma_gamma import GammaGammaParameters, SpendTable, log_likelihood
from lifeworth.maths.unique_rows import unique_rows
from lifeworth.models.arguments import read_column, read_draws, read_weights, require_customers, require_same_length
from lifeworth.models.base import Model
from lifeworth.models.estimation import Estimate, Likelihood, estimate, jittered
from lifeworth.models.frames import as_given
from lifeworth.models.ridges import fallback_words, open_directions

_SAMPLE = 2000


class GammaPosterior(NamedTuple):
    """What is known of each customer's nu: Gamma(shape, rate); the mean spend per purchase is p / nu."""

    shape: FloatArray  # (rows,) q + p x
    rate: FloatArray  # (rows,) gamma + x zbar


class GammaGamma(Model):
    """How much each customer spends per purchase, by Fader and Hardie (2013).

    Purchases of a customer are Gamma(p, nu), nu ~ Gamma(q, gamma).

    Parameters
    ----------
    restarts : int
        Extra starting points, spread around the first (the same ones every time).

    Examples
    --------
    >>> from lifeworth.models import GammaGamma
    >>> model = GammaGamma.from_parameters({"p": 6.25, "q": 3.74, "gamma": 15.44})
    >>> round(float(model.conditional_expected_value(2, 22.35)[0]), 1)
    24.7
    """

    names = ("p", "q", "gamma")
    title = "Gamma-Gamma (Fader, Hardie 2013)"

    def __init__(self, *, restarts: int = 2) -> None:
        self.restarts = restarts

    def fit(
        self,
        frequency: npt.ArrayLike,
        monetary_value: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn the population from each customer's number of purchases and mean spend.

        Parameters
        ----------
        frequency : (rows,)
            Purchases behind the mean. Rows with 0 carry no information and are left out.
        monetary_value : (rows,)
            Mean spend per purchase, above 0. Rows with exactly 0 (only free orders) are left out and named.
        weights : (rows,), optional
            Customers behind each row.
        """
        x, mean = _read(frequency, monetary_value)
        weight = read_weights(weights, x.size)
        weight = np.ones(x.size) if weight is None else weight
        used = (x > 0) & (mean > 0) & (weight > 0)
        self._free_orders = float(weight[(x > 0) & (mean == 0)].sum())
        x, mean, weight = x[used], mean[used], weight[used]
        require_customers(float(weight.sum()))
        unit = float(np.exp(np.average(np.log(mean), weights=weight)))  # no single amount decides the scale
        table = _collapse(x, mean / unit, weight)
        self._observed_mean = float(np.average(mean, weights=weight * x))
        found = estimate(_likelihood(table, self.restarts))
        customers = float(weight.sum())
        shift = np.array([0.0, 0.0, np.log(unit)])
        self._learn(found, shift, -customers * float(np.log(unit)), customers)
        return self

    @property
    def parameters(self) -> GammaGammaParameters:
        """The learned parameters as the formulas take them."""
        self._require_fit()
        return GammaGammaParameters(**self.params_)

    def conditional_expected_value(self, frequency: npt.ArrayLike, monetary_value: npt.ArrayLike) -> FloatArray:
        """Expected spend per future purchase of each customer (note 025, equation 5).

        Customers without a purchase get the population's mean, p gamma / (q - 1). Where that mean does not exist
        (q at or below 1: see `warnings_`), the mean over the purchases seen in the fit is given.
        """
        x, mean = np.broadcast_arrays(*_read(frequency, monetary_value))
        p = self.parameters
        below = p.p * x + p.q - 1.0
        exists = below > 1e-9 * p.q
        value = p.p * (p.gamma + x * mean) / np.where(exists, below, 1.0)
        found = np.asarray(np.where(exists, value, self._stand_in()))
        return as_given(found, "expected_value", frequency, monetary_value)

    def _stand_in(self) -> float:
        """A finite spend for customers whose expectation does not exist."""
        p = self.parameters
        return float(getattr(self, "_observed_mean", p.p * p.gamma / p.q))

    def posterior(self, frequency: npt.ArrayLike, monetary_value: npt.ArrayLike) -> GammaPosterior:
        """What is known of each customer's nu: Gamma(q + p x, rate gamma + x zbar)."""
        known = self._known(*_read(frequency, monetary_value))
        shape, rate = (as_given(column, name, frequency, monetary_value) for name, column in known._asdict().items())
        return GammaPosterior(shape, rate)

    def _known(self, x: FloatArray, mean: FloatArray) -> GammaPosterior:
        x, mean = np.broadcast_arrays(x, mean)
        p = self.parameters
        return GammaPosterior(p.q + p.p * x, p.gamma + x * mean)

    def sample(
        self, frequency: npt.ArrayLike, monetary_value: npt.ArrayLike, n: int, rng: np.random.Generator
    ) -> FloatArray:
        """Draw each customer's own mean spend per purchase, p / nu, with all that is unsure about it.

        A draw takes parameters from their posterior (the same for all customers of a draw), then each customer's nu. With
        known parameters (`from_parameters`) only nu varies.

        Returns
        -------
        (rows, n)
        """
        x, mean = _read(frequency, monetary_value)
        drawn = np.empty((max(x.size, mean.size), read_draws(n)))
        for column, parameters in enumerate(self.draw_parameters(drawn.shape[1], rng)):
            known = self._at(parameters)._known(x, mean)
            nu = np.maximum(rng.standard_gamma(known.shape), 1e-300) / known.rate
            drawn[:, column] = parameters[0] / nu
        return drawn

    def simulate(self, frequency: npt.ArrayLike, rng: np.random.Generator) -> FloatArray:
        """Simulate the mean spend of customers with these numbers of purchases (0 without a purchase)."""
        x, p = read_column("frequency", frequency), self.parameters
        nu = np.maximum(rng.gamma(p.q, 1.0 / p.gamma, x.size), 1e-300)
        shape = np.maximum(p.p * x, 1e-300)
        return as_given(np.where(x > 0, rng.gamma(shape) / (nu * np.maximum(x, 1.0)), 0.0), "mean_spend", frequency)

    def _explain(self, found: Estimate) -> list[str]:
        texts = []
        if found.prior_used:
            texts.append(fallback_words(self._why_open(found)))
        if found.prior_used and not found.optimum.converged:
            texts.append("even so the fit did not converge; do not rely on these parameters")
        if self.params_["q"] <= 1.0:
            texts.append(
                f"q = {self.params_['q']:.3g} is not above 1: spend is so unequal that its mean does not exist; "
                "use a shrunken mean"
            )
        if self._free_orders:
            texts.append(f"{self._free_orders:g} customers with only free orders (mean 0) were left out of the fit")
        return texts

    def _why_open(self, found: Estimate) -> list[str]:
        if self.customers_ < 10:
            return [f"too few customers with spend to learn a population from ({self.customers_:g})"]
        return [_describe(each.names) for each in open_directions(found.plain, self.names, above=1.5)]


def _describe(names: frozenset[str]) -> str:
    if "p" in names and "q" not in names:
        return "each customer's purchases hardly scatter: the data do not bound p"
    if names == {"q", "gamma"}:
        return "(q, gamma) lie on a ridge: customers hardly differ in their level of spend"
    return (
        f"the data hardly say anything about {', '.join(sorted(names))} "
        "(spend is nearly constant, or everybody bought once)"
    )


def _read(frequency: npt.ArrayLike, monetary_value: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, mean = read_column("frequency", frequency), read_column("monetary_value", monetary_value, negative=True)
    require_same_length(frequency=x, monetary_value=mean)
    negative = int(np.count_nonzero(mean < 0))
    if negative:
        raise UsageError(
            f"monetary_value is negative for {negative} customers, the lowest {mean.min():g}; Gamma-Gamma carries "
            "positive money only.\n  what to do: use ShrunkenMean for profit, or leave these customers out"
        )
    return x, mean


def _collapse(x: FloatArray, mean: FloatArray, weight: FloatArray) -> SpendTable:
    rows = unique_rows(x, mean, weights=weight)
    counts, means = rows.columns
    return SpendTable(counts.values, counts.codes, means.values[means.codes], rows.weight)


def _likelihood(table: SpendTable, restarts: int) -> Likelihood:
    thin = _thinned(table)
    return Likelihood(
        full=lambda theta: log_likelihood(theta, table),
        sample=lambda theta: log_likelihood(theta, thin),
        starts=jittered(np.log(_start(table)), restarts),
        customers=float(table.weight.sum()),
        prior_centre=np.log(np.array([3.0, 4.0, 1.0])),
    )


def _thinned(table: SpendTable) -> SpendTable:
    """Give a systematic sample of customers, evenly spaced through the sorted rows."""
    if table.weight.size <= _SAMPLE:
        return table
    reach = np.cumsum(table.weight)
    picks = np.searchsorted(reach, (np.arange(_SAMPLE) + 0.5) * (reach[-1] / _SAMPLE))
    chosen, counts = np.unique(picks, return_counts=True)
    return SpendTable(table.x, table.x_code[chosen], table.mean[chosen], as_floats(counts))


def _start(table: SpendTable) -> FloatArray:
    """Shape from the spread of log spend, money measured in its mean."""
    spread = float(np.average(np.log(table.mean) ** 2, weights=table.weight))
    q = float(np.clip(1.0 + 2.0 / max(spread, 1e-3), 1.5, 50.0))
    p = 1.5 * q
    return np.array([p, q, (q - 1.0) / p])
