"""When each customer buys next: a distribution with a part of its chance on never."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.models.arguments import Histories, read_chances, read_horizon
from lifeworth.models.frames import as_given

OfRows = Callable[[FloatArray, Histories], FloatArray]


@dataclass(frozen=True, eq=False)
class NextPurchase:
    """The time from T to the next purchase of each customer.

    Attributes
    ----------
    never : (rows,)
        Chance that there is none: the customer has left, or leaves before buying.
    """

    never: FloatArray
    _alive: FloatArray = field(repr=False)
    _within: OfRows = field(repr=False)  # chance to buy within a time while alive
    _wait: OfRows = field(repr=False)  # its inverse
    _seen: Histories = field(repr=False)
    _given: tuple[object, ...] = field(repr=False)  # the caller's columns

    def cdf(self, t: npt.ArrayLike) -> FloatArray:
        """Chance that the next purchase comes in (T, T + t]; t in the unit of T, may be infinite, broadcasts."""
        ahead, seen, alive, shape = self._spread(read_horizon(t, endless=True))
        chance = alive * self._within(ahead, seen)
        return as_given(chance.reshape(shape), "cdf", *self._given)

    def quantile(self, q: npt.ArrayLike) -> FloatArray:
        """Time from T by which the next purchase has come with chance q; infinite where never has more than 1 - q.

        Parameters
        ----------
        q : number or array that broadcasts against the rows
            From 0 to 1.
        """
        chance, seen, alive, shape = self._spread(read_chances("q", q))
        never = np.broadcast_to(np.asarray(self.never, dtype=np.float64), shape).ravel()
        time = np.full(chance.size, np.inf)
        reached = np.flatnonzero((chance < 1.0 - never) & (alive > 0.0))
        if reached.size:
            some = Histories(seen.frequency[reached], seen.recency[reached], seen.T[reached])
            time[reached] = self._wait(chance[reached] / alive[reached], some)
        time[chance == 0.0] = 0.0
        return as_given(time.reshape(shape), "quantile", *self._given)

    def _spread(self, asked: FloatArray) -> tuple[FloatArray, Histories, FloatArray, tuple[int, ...]]:
        """What is asked, histories and chances of being alive, each against each and flat."""
        seen = self._seen
        columns = np.broadcast_arrays(asked, seen.frequency, seen.recency, seen.T, self._alive)
        flat = [as_floats(column.ravel()) for column in columns]
        return flat[0], Histories(*flat[1:4]), flat[4], columns[0].shape
