"""Kaplan-Meier: the share that lasts so long, counted, without any model; for judging the models.

Kaplan, Meier (1958), "Nonparametric Estimation from Incomplete Observations", JASA 53, 457-481. Greenwood (1926), "The
Natural Duration of Cancer", for the variance; intervals on the scale of log(-log S) (Kalbfleisch, Prentice 1980), which
stay within 0 and 1.
Honest caveat: it supposes that who is still being watched lasts as long as the others, and says nothing beyond the longest
time watched.
"""

from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import special

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import BoolArray, FloatArray, as_floats
from lifeworth.models.arguments import read_column, read_weights, require_customers, require_same_length


class KaplanMeier:
    """How long contracts last, by Kaplan and Meier (1958).

    Attributes
    ----------
    times_ : (times,)
        Every duration at which somebody ended or was seen last, ascending.
    at_risk_, ended_ : (times,)
        Contracts that were watched up to then, and those of them that ended then.
    survival_, greenwood_ : (times,)
        Share that outlasts the time, and the variance of its logarithm.

    Examples
    --------
    >>> from lifeworth.models.contractual import KaplanMeier
    >>> counted = KaplanMeier().fit([1, 2, 2, 3, 4], ended=[True, True, False, True, False])
    >>> [round(float(share), 2) for share in counted.survival([0, 1, 2, 3])]
    [1.0, 0.8, 0.6, 0.3]
    """

    times_: FloatArray
    at_risk_: FloatArray
    ended_: FloatArray
    survival_: FloatArray
    greenwood_: FloatArray

    def fit(self, durations: npt.ArrayLike, ended: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Self:
        """Count from each contract's duration.

        Parameters
        ----------
        durations : (rows,)
            Time from the beginning to the end, or to when the contract was seen last; any unit.
        ended : (rows,) of bool
            Whether it ended then. One that was last seen when others ended counts as having outlasted them.
        weights : (rows,), optional
            Contracts behind each row.
        """
        time, over = read_column("durations", durations), read_column("ended", ended)
        require_same_length(durations=time, ended=over)
        if np.any((over != 0) & (over != 1)):
            raise UsageError("ended must be true or false (1 or 0) for each contract")
        given = read_weights(weights, time.size)
        weight = np.ones(time.size) if given is None else given
        require_customers(float(weight.sum()))
        time, over, weight = (column[weight > 0] for column in np.broadcast_arrays(time, over, weight))
        times, place = np.unique(time, return_inverse=True)
        seen = np.bincount(place, weights=weight, minlength=times.size)
        lost = np.bincount(place, weights=weight * over, minlength=times.size)
        return self._count(as_floats(times), as_floats(np.cumsum(seen[::-1])[::-1]), as_floats(lost))

    def fit_life_table(self, at_risk: npt.ArrayLike, lost: npt.ArrayLike) -> Self:
        """Count from a life table, as the models of contracts take it.

        Parameters
        ----------
        at_risk : (periods,)
            Contracts that ran at the beginning of the first, second, … period and were watched to its end.
        lost : (periods,)
            Those of them that ended in it.
        """
        n, d = read_column("at_risk", at_risk), read_column("lost", lost)
        require_same_length(at_risk=n, lost=d)
        if np.any(d > n):
            raise UsageError(f"lost is above at_risk in period {int(np.flatnonzero(d > n)[0]) + 1}")
        require_customers(float(n.max(initial=0.0)))
        watched = np.flatnonzero(n > 0)
        return self._count(as_floats(watched + 1), n[watched], d[watched])

    def survival(self, t: npt.ArrayLike) -> FloatArray:
        """Share that lasts longer than t; not a number beyond the longest time watched, unless nobody was left."""
        place, known = self._place(t)
        return np.where(known, np.concatenate([[1.0], self.survival_])[place], np.nan)

    def variance(self, t: npt.ArrayLike) -> FloatArray:
        """Greenwood's variance of that share; 0 before the first end and when nobody is left, where it does not apply."""
        spread = np.concatenate([[0.0], np.where(self.survival_ > 0, self.greenwood_, 0.0)])
        return np.asarray(self.survival(t) ** 2 * spread[self._place(t)[0]])

    def interval(self, t: npt.ArrayLike, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Limits of that share, at each time by itself, by log(-log S).

        Before the first end the lower limit is the exact binomial one of everybody still watched; when nobody is left the
        upper limit is that of the time before.
        """
        if not 0 < level < 1:
            raise UsageError(f"level must lie between 0 and 1; found {level}")
        low, high = self._limits(level)
        place, known = self._place(t)
        return tuple(np.where(known, limit[place], np.nan) for limit in (low, high))  # type: ignore[return-value]

    def quantile(self, q: float) -> float:
        """Time by which a share q has ended: 0.5 for the median; infinite where it has not been seen."""
        if not 0 < q < 1:
            raise UsageError(f"q must lie between 0 and 1; found {q}")
        reached = np.flatnonzero(self._require().survival_ <= 1.0 - q + 1e-12)
        return float(self.times_[reached[0]]) if reached.size else float("inf")

    def _count(self, times: FloatArray, at_risk: FloatArray, lost: FloatArray) -> Self:
        self.times_, self.at_risk_, self.ended_ = times, at_risk, lost
        stays = at_risk - lost
        self.survival_ = as_floats(np.cumprod(stays / at_risk))
        with np.errstate(divide="ignore", invalid="ignore"):
            self.greenwood_ = as_floats(np.cumsum(np.where(lost > 0, lost / (at_risk * stays), 0.0)))
        return self

    def _limits(self, level: float) -> tuple[FloatArray, FloatArray]:
        """At the beginning and after each of the times."""
        share, spread = self._require().survival_, np.sqrt(self.greenwood_)
        inside = (share > 0) & (share < 1)
        log_share = np.log(np.where(inside, share, 0.5))
        reach = special.ndtri(0.5 + level / 2.0) * np.where(inside, spread, 0.0) / -log_share
        with np.errstate(over="ignore"):
            low, high = np.exp(log_share * np.exp(reach)), np.exp(log_share * np.exp(-reach))
        alone = np.maximum(self.at_risk_ - self.ended_, 1.0)
        low = np.where(share == 1, (0.5 - level / 2.0) ** (1.0 / alone), np.where(share == 0, 0.0, low))
        high = np.where(share == 1, 1.0, high)
        if share[-1] == 0:
            nobody = int(np.flatnonzero(share == 0)[0])
            high[nobody:] = high[nobody - 1] if nobody else 1.0 - (0.5 - level / 2.0) ** (1.0 / self.at_risk_[0])
        return np.concatenate([[1.0], low]), np.concatenate([[1.0], high])

    def _place(self, t: npt.ArrayLike) -> tuple[npt.NDArray[np.intp], BoolArray]:
        """How many of the times have passed by t, and whether anybody was watched so long."""
        times = self._require().times_
        asked = np.asarray(t, dtype=np.float64)
        known = (asked <= times[-1]) | (self.survival_[-1] == 0)
        return np.searchsorted(times, asked, side="right"), np.asarray(known)

    def _require(self) -> Self:
        if not hasattr(self, "times_"):
            raise UsageError("this KaplanMeier has not counted anything yet; call fit(...) first")
        return self
