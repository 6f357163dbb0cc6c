"""What every purchase model answers, whatever its paper.

A new model is a file with one class that derives from `PurchaseModel` and gives the formulas listed at the top of
`primitives.py`; how it learns stands in `learning.py`.
"""

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, IntArray, as_floats
from lifeworth.maths.count_distribution import CountDistribution, masses_from_exceedance
from lifeworth.models.arguments import (
    Histories,
    read_column,
    read_counts,
    read_draws,
    read_histories,
    read_horizon,
)
from lifeworth.models.frames import as_given
from lifeworth.models.purchase.learning import PurchaseLearning
from lifeworth.models.purchase.next_purchase import NextPurchase
from lifeworth.models.purchase.primitives import SimulatedHistories

__all__ = ["PurchaseModel", "SimulatedHistories"]

#: Customers times draws drawn at once.
_BLOCK = 1 << 18


class PurchaseModel(PurchaseLearning):
    """A model of repeat purchases by customers who may leave unseen.

    Every answer takes each customer's frequency (repeat purchases), recency (time from the first purchase to the last) and
    T (time from the first purchase to now), (rows,) in one unit of time, and gives one number per customer in the kind of
    column it was given: numpy, pandas, polars or pyarrow.

    Parameters
    ----------
    restarts : int
        Extra starting points, spread around the first (the same ones every time).
    """

    def expected_purchases(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike
    ) -> FloatArray:
        """Purchases each customer is expected to make in (T, T + t], the chance of having left included."""
        ahead, seen = self._spread(read_horizon(t), self._read(frequency, recency, T))
        return as_given(self._expected(ahead, seen), "expected_purchases", frequency, recency, T)

    def p_alive(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike, t: npt.ArrayLike = 0.0
    ) -> FloatArray:
        """Chance that each customer has not left by T + t: alive at T, and not gone in (T, T + t]."""
        ahead, seen = read_horizon(t), self._read(frequency, recency, T)
        if not np.any(ahead):
            alive = self._p_alive(seen.frequency, seen.recency, seen.T)
            return as_given(alive, "p_alive", frequency, recency, T)
        ahead, seen = self._spread(ahead, seen)
        alive = self._p_alive(seen.frequency, seen.recency, seen.T) * self._still_there(ahead, seen)
        return as_given(alive, "p_alive", frequency, recency, T)

    def p_active(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike
    ) -> FloatArray:
        """Chance of at least one purchase in (T, T + t]; with an endless t, of ever buying again."""
        ahead, seen = self._spread(read_horizon(t, endless=True), self._read(frequency, recency, T))
        alive = self._p_alive(seen.frequency, seen.recency, seen.T)
        return as_given(alive * self._buys_within(ahead, seen), "p_active", frequency, recency, T)

    def next_purchase(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike) -> NextPurchase:
        """The distribution of the time from T to each customer's next purchase."""
        seen, given = self._read(frequency, recency, T), (frequency, recency, T)
        alive = self._p_alive(seen.frequency, seen.recency, seen.T)
        ever = alive * self._buys_within(np.full(seen.T.size, np.inf), seen)
        never = as_given(np.clip(1.0 - ever, 0.0, 1.0), "never", *given)
        return NextPurchase(never, alive, self._buys_within, self._wait, seen, given)

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
        found = self._discounted_expected(ahead, float(discount_per_unit), seen)
        return as_given(found, "discounted_expected_purchases", frequency, recency, T)

    def expected_for_new_customer(self, t: npt.ArrayLike) -> FloatArray:
        """Repeat purchases a new customer is expected to make in the first t."""
        self._require_fit()
        ahead = read_horizon(t)
        nobody = np.zeros(ahead.size)
        found = self._expected(as_floats(ahead.ravel()), Histories(nobody, nobody, nobody))
        return found.reshape(ahead.shape)

    def probability_of_n(
        self,
        n: npt.ArrayLike,
        t: npt.ArrayLike,
        frequency: npt.ArrayLike | None = None,
        recency: npt.ArrayLike | None = None,
        T: npt.ArrayLike | None = None,
    ) -> FloatArray:
        """Chance of exactly n purchases: by a new customer in the first t or, given histories, in (T, T + t].

        Parameters
        ----------
        n, t : whole numbers, durations
            Broadcast against each other and the rows: `n[:, None]` gives (counts, rows).
        frequency, recency, T : (rows,), optional
            All three or none.
        """
        self._require_fit()
        counts, ahead = np.broadcast_arrays(read_counts("n", n), read_horizon(t))
        if frequency is None and recency is None and T is None:
            return self._mass(as_floats(np.atleast_1d(counts)), as_floats(np.atleast_1d(ahead))).reshape(counts.shape)
        if frequency is None or recency is None or T is None:
            raise UsageError("give frequency, recency and T together, or none of them for a new customer")
        seen = self._read(frequency, recency, T)
        columns = np.broadcast_arrays(counts, ahead, seen.frequency, seen.recency, seen.T)
        count, duration, *histories = (as_floats(column.ravel()) for column in columns)
        alive, some = self._p_alive(*histories), Histories(*histories)
        mass = alive * self._mass_ahead(count, duration, some) + np.where(count == 0, 1.0 - alive, 0.0)
        mass = np.minimum(mass, 1.0).reshape(columns[0].shape)  # rounding may leave it a hair above
        return as_given(mass, "probability", frequency, recency, T)

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

    def sample(
        self,
        t: float,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        n: int,
        rng: np.random.Generator,
    ) -> IntArray:
        """Draw each customer's purchases in (T, T + t], with all that is unsure about them.

        A draw is one possible future: parameters from their posterior (the same for all customers of a draw, so that sums
        over customers are as unsure as they are), then whether each customer is still there, then what they do. With
        known parameters (`from_parameters`) only the latter two vary.

        Returns
        -------
        (rows, n) integers
        """
        seen, ahead, draws = self._read(frequency, recency, T), float(read_horizon(t)), read_draws(n)
        rows = seen.T.size
        drawn = np.empty((rows, draws), dtype=np.intp)
        if self._uncertain:
            for column, parameters in enumerate(self.draw_parameters(draws, rng)):
                drawn[:, column] = self._at(parameters)._draw(ahead, seen, rng)
            return drawn
        step = max(_BLOCK // max(rows, 1), 1)
        for start in range(0, draws, step):
            some = min(step, draws - start)
            repeated = Histories(*(np.tile(column, some) for column in (seen.frequency, seen.recency, seen.T)))
            drawn[:, start : start + some] = self._draw(ahead, repeated, rng).reshape(some, rows).T
        return drawn

    def _draw(self, t: float, seen: Histories, rng: np.random.Generator) -> FloatArray:
        """One future of each row under the model's parameters."""
        drawn = np.zeros(seen.T.size)
        for start in range(0, seen.T.size, _BLOCK):
            x, t_x, T = (column[start : start + _BLOCK] for column in (seen.frequency, seen.recency, seen.T))
            here = rng.random(T.size) < self._p_alive(x, t_x, T)
            drawn[start : start + _BLOCK][here] = self._draw_ahead(t, Histories(x[here], t_x[here], T[here]), rng)
        return drawn

    def simulate(self, n: int, T: npt.ArrayLike, rng: np.random.Generator) -> SimulatedHistories:
        """Simulate customers observed for T: their repeat purchases and the time of the last one."""
        self._require_fit()
        time = as_floats(np.broadcast_to(read_column("T", T), (n,)))
        return self._simulate(time, rng)

    def _read(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, T: npt.ArrayLike) -> Histories:
        self._require_fit()
        return read_histories(frequency, recency, T)

    @staticmethod
    def _spread(t: FloatArray, seen: Histories) -> tuple[FloatArray, Histories]:
        """Durations and histories, each against each."""
        ahead, *histories = np.broadcast_arrays(t, seen.frequency, seen.recency, seen.T)
        return as_floats(ahead), Histories(*(as_floats(column) for column in histories))
