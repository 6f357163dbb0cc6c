"""A purchase model on a seasonal clock: time runs faster when everybody buys more.

Customers keep the rates and the leaving of any purchase model, in clock time instead of calendar time, so that every
formula of the model stays exact. Where customers leave after purchases (NBD, the BG families) nothing else changes; in
the Pareto families lifetimes, too, run on the clock, which is an approximation.
Honest caveat: a season seen once cannot be told from a good year; with less than two years it is drawn towards none.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import stats

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, as_floats
from lifeworth.maths.season import Days, elapsed
from lifeworth.models.arguments import Histories, read_column, read_horizon
from lifeworth.models.frames import as_given
from lifeworth.models.purchase.erlang import ErlangModel
from lifeworth.models.purchase.model import PurchaseModel
from lifeworth.models.season.calendar import Calendar, read_days
from lifeworth.models.season.dated import DatedHistories, DatedTable, read_dated
from lifeworth.models.season.learning import Profile, belief, climb, noise_of_months, years_of


class SeasonalClock:
    """A purchase model whose purchase clock runs with the season.

    Parameters
    ----------
    model : PurchaseModel
        Which model lives on the clock, such as ``BGNBD()``.
    terms : int
        Waves over the year (two coefficients each); 0 for none.
    holidays : dict of str to dates, optional
        Days the user names, past and coming; each name gets one coefficient.

    Attributes
    ----------
    model_ : PurchaseModel
        Learned in clock time (days of the mean season).
    coefficients_, standard_errors_ : dict of str to float
        Log-pace by wave and holiday, as kept; their errors count what months scatter.
    kept_ : float
        Share of the season found that is believed, 0 to 1.
    p_value_ : float
        Chance of a season as strong where there is none.
    log_likelihood_ : float
        Of the calendar days; comparable with the plain model's of the same data in days.
    converged_ : bool
    warnings_ : list of str
    """

    model_: PurchaseModel
    coefficients_: dict[str, float]
    standard_errors_: dict[str, float]
    kept_: float
    p_value_: float
    log_likelihood_: float
    converged_: bool
    warnings_: list[str]

    def __init__(
        self, model: PurchaseModel, *, terms: int = 2, holidays: Mapping[str, Iterable[date]] | None = None
    ) -> None:
        self.model, self.terms, self.holidays = model, terms, holidays

    def fit(
        self,
        frequency: npt.ArrayLike,
        first_day: object,
        last_day: object,
        end_day: object,
        purchase_days: object,
        purchases: npt.ArrayLike | None = None,
        weights: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn the season and the model together.

        Parameters
        ----------
        frequency : (rows,)
            Repeat purchases (purchase days after the first).
        first_day, last_day : (rows,) days
            Of each customer's first and last purchase.
        end_day : day or (rows,) days
            The first day not seen.
        purchase_days : (days,) days
            Days of the repeat purchases of all customers, one entry each, or one per day beside ``purchases``.
        purchases : (days,), optional
            Repeat purchases on each of ``purchase_days`` (default one).
        weights : (rows,), optional
            Customers behind each row.
        """
        if isinstance(self.model, ErlangModel):
            raise UsageError(
                f"{type(self.model).__name__} cannot live on a seasonal clock: the intervals it learns from would have to be "
                "read off the clock as well.\n  what to do: give BGNBD(), MBGNBD(), NBD() or ParetoNBD()"
            )
        self._calendar = Calendar.read(self.terms, self.holidays)
        table = DatedTable.collapse(read_dated(frequency, first_day, last_day, end_day), weights)
        counts = _by_day(table, purchase_days, purchases)
        coefficients = self._learn(table, counts)
        days = self._calendar.basis(table.origin + np.arange(table.days))
        pace = self._calendar.pace(coefficients, days)
        self.model_ = copy.copy(self.model)._fit_table(table.on(elapsed(pace)))
        self.coefficients_ = dict(zip(self._calendar.names, coefficients.tolist(), strict=True))
        self.log_likelihood_ = self.model_.log_likelihood_ + float(counts @ np.log(pace))
        self.converged_ = self.converged_ and self.model_.converged_
        self.warnings_ += self.model_.warnings_
        return self

    def _learn(self, table: DatedTable, counts: FloatArray) -> FloatArray:
        size = len(self._calendar.names)
        nothing = np.zeros(size)
        self.kept_, self.p_value_, self.converged_, self.warnings_ = 0.0, 1.0, True, []
        self.standard_errors_ = dict.fromkeys(self._calendar.names, float("inf"))
        years = years_of(table)
        if not size or years <= 1.0 or not counts.any():
            if size:
                self.warnings_ = [
                    f"the history holds {years:.1f} years: too little to tell a season from a trend; none is assumed"
                ]
            return nothing
        profile = Profile(copy.copy(self.model), self._calendar, table, counts)
        season = climb(profile)
        noise = noise_of_months(counts, self._calendar.pace(season.coefficients, profile.basis))
        self.kept_, wald = belief(season, noise, years)
        self.p_value_ = float(stats.chi2.sf(wald, size))
        errors = np.sqrt(np.maximum(np.diag(season.covariance), 0.0) * noise)
        self.standard_errors_ = dict(zip(self._calendar.names, errors.tolist(), strict=True))
        self.converged_ = season.converged
        if not season.converged:
            self.warnings_.append("the search for the season did not converge; none is assumed")
            self.kept_ = 0.0
        elif self.kept_ == 0.0:
            self.warnings_.append("no season stands out from what months scatter anyway; none is assumed")
        elif years < 2.0:
            self.warnings_.append(
                f"the history holds {years:.1f} years: {self.kept_:.0%} of the season found is believed"
            )
        return season.coefficients * self.kept_

    def pace(self, days: object) -> FloatArray:
        """How fast time runs on each day; 1 is the mean over the year."""
        self._require_fit()
        when = read_days("days", days)
        return self._calendar.pace(self._coefficients, self._calendar.basis(when))

    def expected_purchases(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, first_day: object, last_day: object, end_day: object
    ) -> FloatArray:
        """Purchases each customer is expected to make in the t days from end_day on."""
        ahead, seen = self.histories(t, frequency, first_day, last_day, end_day)
        return as_given(self.model_.expected_purchases(ahead, *_columns(seen)), "expected_purchases", frequency)

    def p_alive(self, frequency: npt.ArrayLike, first_day: object, last_day: object, end_day: object) -> FloatArray:
        """Chance that each customer has not left by end_day."""
        _, seen = self.histories(0.0, frequency, first_day, last_day, end_day)
        return as_given(self.model_.p_alive(*_columns(seen)), "p_alive", frequency)

    def p_active(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, first_day: object, last_day: object, end_day: object
    ) -> FloatArray:
        """Chance of at least one purchase in the t days from end_day on."""
        ahead, seen = self.histories(t, frequency, first_day, last_day, end_day)
        return as_given(self.model_.p_active(ahead, *_columns(seen)), "p_active", frequency)

    def histories(
        self, t: npt.ArrayLike, frequency: npt.ArrayLike, first_day: object, last_day: object, end_day: object
    ) -> tuple[FloatArray, Histories]:
        """What to ask ``model_`` anything with: the horizon and the histories in clock time.

        Parameters
        ----------
        t : days ahead, a number or (rows,)
        frequency, first_day, last_day, end_day
            As in :meth:`fit`.
        """
        self._require_fit()
        seen = read_dated(frequency, first_day, last_day, end_day)
        days = np.broadcast_to(read_horizon(t), seen.frequency.shape)
        clock = self._clock(seen, float(days.max(initial=0.0)))
        first, last, end = (clock(column) for column in seen[1:])
        until = clock(seen.end, as_floats(days))
        return as_floats(until - end), Histories(seen.frequency, as_floats(last - first), as_floats(end - first))

    def _clock(self, seen: DatedHistories, ahead: float) -> Callable[..., FloatArray]:
        """Time on the clock at a day, or some days after it."""
        origin = seen.first.min() if seen.first.size else np.datetime64("2000-01-01")
        length = int((seen.end.max() - origin).astype(int)) + int(np.ceil(ahead)) + 1 if seen.first.size else 1
        time = elapsed(self.pace(origin + np.arange(length)))

        def at(days: Days, later: FloatArray | float = 0.0) -> FloatArray:
            return np.interp((days - origin).astype(np.float64) + later, np.arange(length + 1.0), time)

        return at

    @property
    def _coefficients(self) -> FloatArray:
        return np.array(list(self.coefficients_.values()))

    def _require_fit(self) -> None:
        if not hasattr(self, "model_"):
            raise UsageError("this SeasonalClock has not learned anything yet; call fit(...) first")

    def summary(self) -> str:
        """Say in a small table what was learned and how far to trust it."""
        self._require_fit()
        lines = [f"Seasonal clock under {self.model_.title}", f"  {'log-pace':<12}{'kept':>10}{'error':>10}"]
        for name, value in self.coefficients_.items():
            lines.append(f"  {name:<12}{value:>10.3f}{self.standard_errors_[name]:>10.3f}")
        lines.append(
            f"kept {self.kept_:.0%} of the season found   p {self.p_value_:.2g}   log-likelihood {self.log_likelihood_:.3f}"
        )
        return "\n".join([*lines, self.model_.summary()])


def _columns(seen: Histories) -> tuple[FloatArray, FloatArray, FloatArray]:
    return seen.frequency, seen.recency, seen.T


def _by_day(table: DatedTable, purchase_days: object, purchases: npt.ArrayLike | None) -> FloatArray:
    """Repeat purchases of all customers by day from the origin: (days,)."""
    days = read_days("purchase_days", purchase_days)
    made = np.ones(days.size) if purchases is None else read_column("purchases", purchases)
    if made.size != days.size:
        raise UsageError(f"purchases has {made.size} rows, purchase_days has {days.size}; give one count per day")
    place = (days - table.origin).astype(np.intp)
    outside = np.flatnonzero((place < 0) | (place >= table.days))
    if outside.size:
        raise UsageError(
            f"{days[outside[0]]} in purchase_days lies outside the histories: before any first purchase, or on the end or later"
        )
    counts = as_floats(np.bincount(place, weights=made, minlength=table.days))
    told = float((table.weight * table.x).sum())
    if abs(counts.sum() - told) > 1e-6 * max(told, 1.0):
        raise UsageError(
            f"purchase_days holds {counts.sum():g} repeat purchases, frequency adds up to {told:g}; they must be the same"
        )
    return counts
