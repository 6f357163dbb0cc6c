"""What a purchase model must give, and what follows from it unless the model knows better.

Every array is (rows,), already checked and of one length; `seen` holds the histories. A model must give

- for learning: `_timed`, `_mild`, `_start`, `_objective`, `_describe`;
- of a customer known to be alive at T: `_while_alive` and `_discounted` (expected purchases ahead), `_exceedance` (chance of
  more than each count), `_still_there` (chance of not leaving meanwhile);
- `_p_alive`, `_mass` (counts of new customers), `_simulate`.

The rest has a default that is right wherever those are: override it where the paper has a closed form, which is faster.
"""

from abc import abstractmethod
from typing import NamedTuple

import numpy as np

from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.maths.count_distribution import masses_from_exceedance
from lifeworth.maths.curve import Objective
from lifeworth.maths.invert import invert_rising
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.models.arguments import Histories
from lifeworth.models.base import Model

#: Customers whose chances of all counts are held at once.
_BLOCK = 4096
#: Nobody is drawn to buy more often than this.
MOST = 1e12
#: What a drawn count may leave out: less than this chance lies above the counts looked at, or they are this many.
_TAIL, _MOST = 1e-9, 20_000


class SimulatedHistories(NamedTuple):
    """Simulated customers, in the unit of T."""

    frequency: FloatArray
    recency: FloatArray
    T: FloatArray


class PurchasePrimitives(Model):
    """The formulas of one paper, under one name each."""

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
    def _p_alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        """Chance of being alive at T."""

    @abstractmethod
    def _while_alive(self, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
        """Expected purchases in (T, T + t] of customers alive at T."""

    @abstractmethod
    def _discounted(self, t: float, rate: float, x: FloatArray, T: FloatArray) -> FloatArray:
        """The same, each discounted to T; t may be infinite."""

    @abstractmethod
    def _mass(self, n: FloatArray, t: FloatArray) -> FloatArray:
        """Chance that a new customer makes exactly n repeat purchases in t."""

    @abstractmethod
    def _exceedance(self, t: float, seen: Histories, tail: float, n_max: int) -> FloatArray:
        """Chance of more than 0, 1, 2 … purchases in (T, T + t] of customers alive at T: (counts, rows).

        As many counts as leave no customer more than `tail` above, at most n_max + 1.
        """

    @abstractmethod
    def _still_there(self, t: FloatArray, seen: Histories) -> FloatArray:
        """Chance that customers alive at T are alive at T + t."""

    @abstractmethod
    def _simulate(self, T: FloatArray, rng: np.random.Generator) -> SimulatedHistories:
        """New customers observed for T."""

    def _expected(self, t: FloatArray, seen: Histories) -> FloatArray:
        """Expected purchases in (T, T + t], the chance of having left included."""
        alive = self._p_alive(seen.frequency, seen.recency, seen.T)
        return alive * self._while_alive(t, seen.frequency, seen.T)

    def _discounted_expected(self, t: float, rate: float, seen: Histories) -> FloatArray:
        """The same, each purchase discounted to T."""
        alive = self._p_alive(seen.frequency, seen.recency, seen.T)
        return alive * self._discounted(t, rate, seen.frequency, seen.T)

    def _mass_ahead(self, n: FloatArray, t: FloatArray, seen: Histories) -> FloatArray:
        """Chance that customers alive at T make exactly n purchases in (T, T + t]."""
        mass = np.zeros(n.size)
        for ahead in np.unique(t):
            for rows in _blocks(np.flatnonzero(t == ahead)):
                wanted = n[rows].astype(np.intp)
                above = self._exceedance(float(ahead), _take(seen, rows), 0.0, int(wanted.max()))
                pmf = masses_from_exceedance(above.T)
                listed = wanted < pmf.shape[1]
                mass[rows[listed]] = pmf[listed, wanted[listed]]
        return mass

    def _buys_within(self, t: FloatArray, seen: Histories) -> FloatArray:
        """Chance that customers alive at T buy in (T, T + t]; 1 for an endless t, where only a purchase is followed by leaving."""
        chance = np.ones(t.size)
        for ahead in np.unique(t[np.isfinite(t)]):
            rows = np.flatnonzero(t == ahead)
            chance[rows] = self._exceedance(float(ahead), _take(seen, rows), 1.0, 0)[0]
        return chance

    def _wait(self, chance: FloatArray, seen: Histories) -> FloatArray:
        """The time within which customers alive at T buy with this chance; infinite where they never reach it."""

        def within(t: FloatArray, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
            return self._buys_within(t, Histories(x, t_x, T))

        return invert_rising(within, chance, seen.frequency, seen.recency, seen.T)

    def _draw_ahead(self, t: float, seen: Histories, rng: np.random.Generator) -> FloatArray:
        """Draw the purchases in (T, T + t] of customers alive at T."""
        drawn, chance = np.empty(seen.T.size), rng.random(seen.T.size)
        for rows in _blocks(np.arange(seen.T.size)):
            above = self._exceedance(t, _take(seen, rows), _TAIL, _MOST)
            drawn[rows] = (above > chance[rows]).sum(axis=0)
        return drawn


def _take(seen: Histories, rows: np.ndarray) -> Histories:
    return Histories(*(as_floats(column[rows]) for column in (seen.frequency, seen.recency, seen.T)))


def _blocks(rows: np.ndarray) -> list[np.ndarray]:
    return [rows[start : start + _BLOCK] for start in range(0, rows.size, _BLOCK)]
