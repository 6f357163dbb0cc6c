"""Customers who can buy at set opportunities only: what is given of them, and when they buy next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import BoolArray, FloatArray, as_floats
from lifeworth.models.arguments import read_chances, read_column, read_horizon, require_same_length
from lifeworth.models.frames import as_given

#: Nobody is waited for longer than so many opportunities.
FARTHEST = 10_000
#: More opportunities than anybody was ever given: surely a time in days or seconds.
_MOST = 1_000_000


class Opportunities(NamedTuple):
    """One row per customer: purchases, the last opportunity with one (0 without any), opportunities so far."""

    frequency: FloatArray
    recency: FloatArray
    n: FloatArray


def read_opportunities(frequency: npt.ArrayLike, recency: npt.ArrayLike, n: npt.ArrayLike) -> Opportunities:
    """Check purchases, the last opportunity with one, and the number of opportunities."""
    columns = {name: read_column(name, c) for name, c in (("frequency", frequency), ("recency", recency), ("n", n))}
    require_same_length(**columns)
    for name, column in columns.items():
        _refuse(column != np.floor(column), column, name, "must be a whole number: it counts opportunities")
    x, t_x, offered = (as_floats(column) for column in np.broadcast_arrays(*columns.values()))
    _refuse(offered > _MOST, offered, "n", "is too large for a number of opportunities")
    _refuse(t_x > offered, t_x, "recency", "lies after n: nobody can buy at an opportunity still to come")
    _refuse(
        x > t_x, x, "frequency", "is above recency: there is one purchase at most at each opportunity up to the last"
    )
    _refuse((x == 0) & (t_x > 0), t_x, "recency", "is above 0 without a purchase: recency is 0 then")
    return Opportunities(x, t_x, offered)


def read_ahead(t: npt.ArrayLike, endless: bool = False) -> FloatArray:
    """Check a number of opportunities ahead."""
    ahead = read_horizon(t, endless)
    if np.any(ahead != np.floor(ahead)):
        raise UsageError(f"t counts opportunities and must be a whole number; found {ahead.ravel()[:3]}")
    return ahead


@dataclass(frozen=True, eq=False)
class NextOpportunity:
    """The opportunity, counted from n, at which each customer buys next.

    Attributes
    ----------
    never : (rows,)
        Chance that there is none: the customer has left, or leaves before buying.
    """

    never: FloatArray
    _within: Callable[[FloatArray], FloatArray] = field(repr=False)  # chance to have bought within t; t goes with rows
    _first: Callable[[FloatArray], FloatArray] = field(repr=False)  # by which chances (rows,) are reached
    _given: tuple[object, ...] = field(repr=False)  # the caller's columns

    def cdf(self, t: npt.ArrayLike) -> FloatArray:
        """Chance that the next purchase comes at one of the next t opportunities; t broadcasts, may be infinite."""
        return as_given(self._within(read_ahead(t, endless=True)), "cdf", *self._given)

    def pmf(self, t: npt.ArrayLike) -> FloatArray:
        """Chance that the next purchase comes at the t-th opportunity ahead, from 1; t broadcasts."""
        ahead = read_ahead(t)
        before = self._within(np.maximum(ahead - 1.0, 0.0))
        return as_given(self._within(ahead) - before, "pmf", *self._given)

    def quantile(self, q: npt.ArrayLike) -> FloatArray:
        """First opportunity by which the next purchase has come with chance q: (rows,).

        Infinite where never has more than 1 - q, and where it lies beyond 10,000 opportunities.

        Parameters
        ----------
        q : number, or (rows,)
            From 0 to 1.
        """
        never = np.asarray(self.never, dtype=np.float64)
        chance = np.broadcast_to(read_chances("q", q), never.shape)
        return as_given(np.where(chance < 1.0 - never, self._first(chance), np.inf), "quantile", *self._given)


def _refuse(bad: BoolArray, values: FloatArray, name: str, problem: str) -> None:
    rows = np.flatnonzero(bad)
    if rows.size:
        raise UsageError(f"{name} {problem}; {rows.size} such rows, the first is row {rows[0]} ({values[rows[0]]:g})")
