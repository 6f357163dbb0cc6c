"""What every purchase model answers, whatever its paper."""

from abc import abstractmethod
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.maths.count_distribution import CountDistribution, masses_from_exceedance
from lifeworth.maths.curve import Objective
from lifeworth.maths.purchase_table import PurchaseTable, collapse
from lifeworth.models.arguments import (
    Histories,
    read_column,
    read_histories,
    read_horizon,
    read_weights,
    require_customers,
)
from lifeworth.models.base import Model
from lifeworth.models.estimation import Estimate, Likelihood, estimate, jittered
from lifeworth.models.ridges import fallback_words, open_directions

#: Rows of the systematic sample on which starts are climbed.
_SAMPLE = 2000
#: A direction known less well than this many e-folds is worth a word.
_LOOSE = 1.5


class SimulatedHistories(NamedTuple):
    """Simulated customers, in the unit of T."""

    frequency: FloatArray
    recency: FloatArray
    T: FloatArray


class PurchaseModel(Model):
    """A model of repeat purchases by customers who may leave unseen.

    Parameters
    ----------
    restarts : int
        Extra starting points, spread around the first (the same ones every time).
    """

    def __init__(self, *, restarts: int = 2) -> None:
        self.restarts = restarts

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn the population from each customer's history.

        Parameters
        ----------
        frequency : (rows,)
            Repeat purchases (purchase days after the first).
        recency, T : (rows,)
            Time from the first purchase to the last, and to the end of observation; any one unit.
        weights : (rows,), optional
            Customers behind each row.
        """
        seen = read_histories(frequency, recency, T)
        weight = read_weights(weights, seen.frequency.size)
        require_customers(float(seen.frequency.size if weight is None else weight.sum()))
        if weight is not None and not weight.all():
            kept = weight > 0
            seen = Histories(seen.frequency[kept], seen.recency[kept], seen.T[kept])
            weight = weight[kept]
        table = collapse(seen.frequency, seen.recency, seen.T, weight)
        return self._fit_table(table)

    def _fit_table(self, table: PurchaseTable) -> Self:
        unit = table.time / table.customers or 1.0
        scaled = table.in_unit(unit)
        found = estimate(self._likelihood(scaled))
        shift = np.where(np.isin(self.names, self._timed), np.log(unit), 0.0)
        self._observed = (scaled.purchases / scaled.customers, scaled.customers, table.time > 0)
        self._learn(found, shift, -table.purchases * float(np.log(unit)), table.customers)
        return self

    def _likelihood(self, scaled: PurchaseTable) -> Likelihood:
        start = self._start(scaled)
        return Likelihood(
            full=self._objective(scaled),
            sample=self._objective(scaled.thinned(_SAMPLE)),
            starts=jittered(start, self.restarts),
            customers=scaled.customers,
            prior_centre=np.log(np.array(self._mild)),
        )

    def _explain(self, found: Estimate) -> list[str]:
        values = np.exp(found.plain.theta)
        described = [
            self._describe(each.names, values) for each in open_directions(found.plain, self.names, above=_LOOSE)
        ]
        if not found.prior_used:
            return list(dict.fromkeys(described))
        texts = [fallback_words(self._too_little() or described)]
        if not found.optimum.converged:
            texts.append("even so the fit did not converge; do not rely on these parameters")
        return texts

    def _too_little(self) -> list[str]:
        """Reasons why no model could learn from these data."""
        mean, customers, observed = self._observed
        if customers < 10:
            return [f"too few customers to learn a population from ({customers:g})"]
        if not observed:
            return ["nobody has been observed for any time yet"]
        if mean == 0:
            return ["no customer has bought again: these data cannot say how often customers buy or leave"]
        return []

    def expected_purchases(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike
    ) -> FloatArray:
        """Purchases each customer is expected to make in (T, T + t], the chance of having left included."""
        seen = self._read(frequency, recency, T)
        ahead, x, t_x, time = np.broadcast_arrays(read_horizon(t), seen.frequency, seen.recency, seen.T)
        alive = self._p_alive(as_floats(x), as_floats(t_x), as_floats(time))
        return alive * self._while_alive(as_floats(ahead), as_floats(x), as_floats(time))

    def p_alive(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike) -> FloatArray:
        """Chance that each customer has not left."""
        seen = self._read(frequency, recency, T)
        return self._p_alive(seen.frequency, seen.recency, seen.T)

    def discounted_expected_purchases(
        self,
        t: float,
        discount_per_unit: float,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
    ) -> FloatArray:
        """Expected purchases in (T, T + t], each discounted continuously from its moment back to T.

        Parameters
        ----------
        t : float
            Horizon in the unit of T; `numpy.inf` for the whole remaining relationship.
        discount_per_unit : float
            Continuous rate per unit of T: log(1 + annual rate) / 52 for weeks, / 365 for days.
        """
        ahead = float(read_horizon(t, endless=True))
        if not (np.isfinite(discount_per_unit) and discount_per_unit >= 0):
            raise UsageError(f"discount_per_unit must be finite and 0 or more; found {discount_per_unit}")
        seen = self._read(frequency, recency, T)
        alive = self._p_alive(seen.frequency, seen.recency, seen.T)
        return alive * self._discounted(ahead, float(discount_per_unit), seen.frequency, seen.T)

    def expected_for_new_customer(self, t: npt.ArrayLike) -> FloatArray:
        """Repeat purchases a new customer is expected to make in the first t."""
        self._require_fit()
        ahead = read_horizon(t)
        nobody = np.zeros(ahead.size)
        return self._while_alive(as_floats(ahead.ravel()), nobody, nobody).reshape(ahead.shape)

    def probability_of_n(self, n: npt.ArrayLike, t: npt.ArrayLike) -> FloatArray:
        """Chance that a new customer makes exactly n repeat purchases in the first t."""
        self._require_fit()
        counts, ahead = np.broadcast_arrays(np.asarray(n, dtype=np.float64), read_horizon(t))
        read_column("n", counts.ravel())
        return self._mass(as_floats(np.atleast_1d(counts)), as_floats(np.atleast_1d(ahead))).reshape(counts.shape)

    def remaining_count_distribution(
        self,
        t: float,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        *,
        tail: float = 1e-4,
        n_max: int = 2000,
    ) -> CountDistribution:
        """Chance of each number of purchases in (T, T + t] for each customer.

        Counts are listed until no customer keeps more than `tail` above, at most up to `n_max`. Memory is rows times
        counts: pass customers in blocks.
        """
        seen, ahead = self._read(frequency, recency, T), float(read_horizon(t))
        alive = self._p_alive(seen.frequency, seen.recency, seen.T)
        above = self._exceedance(ahead, seen, tail, n_max) * alive
        return CountDistribution(alive, masses_from_exceedance(above.T))

    def simulate(self, n: int, T: npt.ArrayLike, rng: np.random.Generator) -> SimulatedHistories:
        """Simulate customers observed for T: their repeat purchases and the time of the last one."""
        self._require_fit()
        time = as_floats(np.broadcast_to(read_column("T", T), (n,)))
        return self._simulate(time, rng)

    def _read(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike) -> Histories:
        self._require_fit()
        return read_histories(frequency, recency, T)

    _timed: tuple[str, ...]  # parameters that carry the unit of time
    _mild: tuple[float, ...]  # centre of the weak prior, time measured in mean T

    @abstractmethod
    def _start(self, scaled: PurchaseTable) -> FloatArray:
        """Log-parameters from moments."""

    @abstractmethod
    def _objective(self, table: PurchaseTable) -> Objective:
        """Log-likelihood as a function of the log-parameters."""

    @abstractmethod
    def _describe(self, names: frozenset[str], values: FloatArray) -> str:
        """Say in plain words what it means that the data leave these parameters open."""

    @abstractmethod
    def _p_alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _while_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _discounted(self, t: float, rate: float, x: FloatArray, T: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _mass(self, n: FloatArray, t: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _exceedance(self, t: float, seen: Histories, tail: float, n_max: int) -> FloatArray: ...

    @abstractmethod
    def _simulate(self, T: FloatArray, rng: np.random.Generator) -> SimulatedHistories: ...
