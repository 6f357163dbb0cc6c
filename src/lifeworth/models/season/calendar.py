"""What may make a day differ: waves over the year, and days the user names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.season import Days, fourier, usual_pace


@dataclass(frozen=True)
class Calendar:
    """Few reasons for a day to be busier than usual.

    Attributes
    ----------
    terms : int
        Waves over the year: one rises and falls once, two also tell spring from autumn.
    holidays : dict of str to days
        Named days, past and coming.
    """

    terms: int
    holidays: Mapping[str, Days]

    @classmethod
    def read(cls, terms: int, holidays: Mapping[str, Iterable[date]] | None) -> "Calendar":
        """Check what the user names."""
        if isinstance(terms, bool) or not isinstance(terms, int) or not 0 <= terms <= 12:
            raise UsageError(f"terms counts waves over the year, a whole number from 0 to 12; found {terms!r}")
        named = {name: read_days(f"holidays[{name!r}]", list(days)) for name, days in (holidays or {}).items()}
        empty = [name for name, days in named.items() if not days.size]
        if empty:
            raise UsageError(f"holidays[{empty[0]!r}] names no day; give its dates, past and coming")
        return cls(terms, named)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the coefficients, in their order."""
        waves = [f"{wave} {k}" for k in range(1, self.terms + 1) for wave in ("sine", "cosine")]
        return (*waves, *self.holidays)

    def basis(self, days: Days) -> FloatArray:
        """What each coefficient does on each day: (days, coefficients)."""
        named = [np.isin(days, holiday).astype(np.float64) for holiday in self.holidays.values()]
        return np.column_stack([fourier(days, self.terms), *named])

    def pace(self, coefficients: FloatArray, basis: FloatArray) -> FloatArray:
        """How fast time runs on each day; 1 is the mean over the year, named days apart."""
        return np.asarray(np.exp(basis @ coefficients) / usual_pace(coefficients[: 2 * self.terms]))


def read_days(name: str, values: object) -> Days:
    """Read one column of days."""
    try:
        days = np.atleast_1d(np.asarray(values)).astype("datetime64[D]")
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name} holds something that is not a day: {error}") from error
    if days.ndim != 1:
        raise UsageError(f"{name} has {days.ndim} dimensions; give one day per customer")
    bad = np.flatnonzero(np.isnat(days))
    if bad.size:
        raise UsageError(f"{name} is empty in {bad.size} rows, the first is row {int(bad[0])}")
    return days
