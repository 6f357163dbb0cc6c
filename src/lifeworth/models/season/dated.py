"""Purchase histories with their days, so that they can be read off any clock."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.purchase_table import PurchaseTable
from lifeworth.maths.season import Days
from lifeworth.maths.unique_rows import code_column, unique_rows
from lifeworth.models.arguments import read_column, read_weights, require_customers
from lifeworth.models.season.calendar import read_days


class DatedHistories(NamedTuple):
    """One row per customer, checked: repeat purchases, first and last purchase day, first day not seen."""

    frequency: FloatArray
    first: Days
    last: Days
    end: Days


def read_dated(frequency: npt.ArrayLike, first_day: object, last_day: object, end_day: object) -> DatedHistories:
    """Check the histories; a single end goes for everybody."""
    x, first, last = (
        read_column("frequency", frequency),
        read_days("first_day", first_day),
        read_days("last_day", last_day),
    )
    end = np.broadcast_to(read_days("end_day", end_day), first.shape) if first.size else first
    sizes = {"frequency": x.size, "first_day": first.size, "last_day": last.size, "end_day": end.size}
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise UsageError(f"the columns differ in length: {listed} rows; give one row per customer")
    for wrong, words in (
        (last < first, "last_day lies before first_day"),
        (last >= end, "last_day lies on end_day or later: end_day is the first day not seen"),
        ((x > 0) != (last > first), "frequency and last_day disagree: they move past first_day together"),
    ):
        rows = np.flatnonzero(wrong)
        if rows.size:
            raise UsageError(f"{words}; {rows.size} such rows, the first is row {int(rows[0])}")
    return DatedHistories(x, first, last, end)


@dataclass(frozen=True)
class DatedTable:
    """Distinct histories in days from the first day of all, with the customers behind each."""

    origin: np.datetime64
    days: int  # from the origin to the last end
    x: FloatArray  # (rows,)
    first: IntArray  # (rows,)
    last: IntArray  # (rows,)
    end: IntArray  # (rows,)
    weight: FloatArray  # (rows,)

    @classmethod
    def collapse(cls, seen: DatedHistories, weights: npt.ArrayLike | None) -> "DatedTable":
        """Customers with the same history become one row."""
        weight = read_weights(weights, seen.frequency.size)
        require_customers(float(seen.frequency.size if weight is None else weight.sum()))
        origin = seen.first.min()
        places = [(days - origin).astype(np.float64) for days in seen[1:]]
        rows = unique_rows(seen.frequency, *places, weights=weight)
        x, first, last, end = (column.values[column.codes] for column in rows.columns)
        first_no, last_no, end_no = (days.astype(np.intp) for days in (first, last, end))
        return cls(origin, int(end.max()), x, first_no, last_no, end_no, rows.weight)

    def on(self, clock: FloatArray) -> PurchaseTable:
        """The histories as a clock shows them; ``clock`` is its time at the beginning of each day, (days + 1,)."""
        x = code_column(self.x)
        each = np.arange(self.x.size, dtype=np.intp)
        recency, T = clock[self.last] - clock[self.first], clock[self.end] - clock[self.first]
        return PurchaseTable(x.values, recency, T, x.codes, each, each, self.weight)

    def thinned(self, rows: int) -> "DatedTable":
        """A systematic sample of customers, evenly spaced through the sorted rows."""
        if self.x.size <= rows:
            return self
        reach = np.cumsum(self.weight)
        picks = (np.arange(rows) + 0.5) * (reach[-1] / rows)
        chosen, counts = np.unique(np.searchsorted(reach, picks), return_counts=True)
        return replace(
            self,
            x=self.x[chosen],
            first=self.first[chosen],
            last=self.last[chosen],
            end=self.end[chosen],
            weight=counts.astype(np.float64),
        )
