"""Learning how steady customers' clocks are: k, the stages between two purchases."""

from collections.abc import Mapping
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import special

from lifeworth.errors import UsageError
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.models.arguments import read_column, read_histories, read_weights
from lifeworth.models.purchase.bg_family import BGFamilyModel

#: The steadiest clock looked for; beyond it customers buy like subscribers.
MOST_STAGES = 12
#: The profile has one peak: after so many falls in a row it is behind us.
_FALLS = 2
_RELATIVE = 1e-9


class ErlangModel(BGFamilyModel):
    """Times between purchases are Erlang-k: k stages, passed at the customer's own rate.

    Parameters
    ----------
    k : int, optional
        1 to 12; 1 is the exponential clock. Without it, the k under which the data are most likely.
    restarts : int
        Extra starting points, spread around the first (the same ones every time).

    Attributes
    ----------
    k_ : int
    profile_ : dict of int to float
        Log-likelihood of each k tried: from 1 upwards until it has fallen twice, or the given k alone.
    log_intervals_ : float or None
        Sum of the logarithms of all intervals between purchases, in the caller's unit, when it was given.
    """

    profile_: dict[int, float]
    log_intervals_: float | None

    def __init__(self, k: int | None = None, *, restarts: int = 2) -> None:
        super().__init__(restarts=restarts)
        self.k = k

    @classmethod
    def from_parameters(cls, params: Mapping[str, float]) -> Self:
        """Make a model with known parameters, r, alpha, a, b and k."""
        if "k" not in params:
            raise UsageError(f"{cls.__name__} needs {', '.join(cls.names)} and k; found {', '.join(params)}")
        model = super().from_parameters({name: value for name, value in params.items() if name != "k"})
        model.k = model.k_ = _checked_k(params["k"])
        return model

    def fit(
        self,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        T: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
        *,
        log_intervals: npt.ArrayLike | None = None,
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
        log_intervals : (rows,), optional
            Sum of the logarithms of the customer's intervals between purchases (first to second, second to third …), in
            the same unit; 0 without a repeat purchase. They say how steady the clock is, so without them k must be given.
            They move no other parameter; without them `log_likelihood_` counts each interval as the mean T and leaves out
            Gamma(k), so that it compares parameters but not different k.
        """
        chosen = None if self.k is None else _checked_k(self.k)
        if log_intervals is None and chosen is None:
            raise UsageError(
                f"{type(self).__name__} cannot choose k from frequency, recency and T alone: these do not say how "
                "regular the purchases were.\n  what to do: give log_intervals=, the sum of log(interval) of each "
                f"customer, or a fixed k, {type(self).__name__}(k=2)"
            )
        self.log_intervals_ = None
        if log_intervals is not None:
            self.log_intervals_ = _sum_log_intervals(frequency, recency, T, weights, log_intervals)
        return super().fit(frequency, recency, T, weights)

    def _fit_table(self, table: PurchaseTable) -> Self:
        self.profile_ = {}
        if self.k is not None:
            return self._fit_with(_checked_k(self.k), table)
        best = 1
        for k in range(1, MOST_STAGES + 1 if table.purchases else 2):
            self._fit_with(k, table)
            if self.log_likelihood_ > self.profile_[best] + _RELATIVE * abs(self.profile_[best]):
                best = k
            if k - best == _FALLS:
                break
        if self.k_ != best:
            self._fit_with(best, table)
        self.aic_ += 2.0
        self.bic_ += float(np.log(table.customers))
        return self

    def _fit_with(self, k: int, table: PurchaseTable) -> Self:
        self.k_ = k
        super()._fit_table(table)
        if self.log_intervals_ is not None:
            unit = table.time / table.customers or 1.0
            constant = (k - 1) * (self.log_intervals_ - table.purchases * float(np.log(unit)))
            constant -= table.purchases * float(special.gammaln(k))
            self.log_likelihood_ += constant
            self.aic_ -= 2.0 * constant
            self.bic_ -= 2.0 * constant
        self.profile_[k] = self.log_likelihood_
        return self

    def _require_whole(self) -> None:
        super()._require_whole()
        _checked_k(self.k_)

    def summary(self) -> str:
        """Say in a small table what was learned and how far to trust it."""
        head, *rest = super().summary().split("\n")
        chosen = " (the most likely)" if self.k is None else ""
        return "\n".join([head, f"{self.k_} stages between two purchases{chosen}", *rest])


def _checked_k(k: float) -> int:
    if not (np.isfinite(k) and k == np.floor(k) and 1 <= k <= MOST_STAGES):
        raise UsageError(
            f"k counts the stages between two purchases: a whole number from 1 to {MOST_STAGES}; found {k}"
        )
    return int(k)


def _sum_log_intervals(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    T: npt.ArrayLike,
    weights: npt.ArrayLike | None,
    log_intervals: npt.ArrayLike,
) -> float:
    """Check the sums of logarithms against what intervals that add up to the recency can have, and add them up."""
    seen, given = read_histories(frequency, recency, T), read_column("log_intervals", log_intervals, negative=True)
    if given.size != seen.frequency.size:
        raise UsageError(
            f"log_intervals has {given.size} rows, frequency has {seen.frequency.size}; give one sum per row"
        )
    x = seen.frequency
    most = special.xlogy(x, seen.recency / np.maximum(x, 1.0))  # all intervals alike
    wrong = np.flatnonzero((given > most + 1e-6 * (1.0 + np.abs(most))) | ((x == 0) & (given != 0.0)))
    if wrong.size:
        row = int(wrong[0])
        raise UsageError(
            f"log_intervals is not the sum of log(interval) of these histories; {wrong.size} such rows, the first is row "
            f"{row} ({given[row]:g}): {x[row]:g} intervals that last {seen.recency[row]:g} together allow {most[row]:g} at "
            "most.\n  what to do: measure the intervals in the unit of recency; without a repeat purchase give 0"
        )
    weight = read_weights(weights, x.size)
    return float(given.sum() if weight is None else given @ weight)
