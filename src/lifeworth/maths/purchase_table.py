"""The purchase histories a model is fitted on: distinct rows with weights, in a comfortable time unit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.unique_rows import unique_rows

#: Rows worked on at once: temporaries stay in the processor's cache.
BLOCK = 1 << 15


@dataclass(frozen=True)
class PurchaseTable:
    """Distinct (x, t_x, T) rows as codes into three short lists of distinct values."""

    x: FloatArray  # distinct repeat-purchase counts
    t_x: FloatArray  # distinct times of the last purchase
    T: FloatArray  # distinct observation times
    x_code: IntArray  # (rows,)
    t_x_code: IntArray  # (rows,)
    T_code: IntArray  # (rows,)
    weight: FloatArray  # (rows,) customers behind each row

    @property
    def rows(self) -> int:
        """Distinct rows."""
        return int(self.weight.size)

    @property
    def customers(self) -> float:
        """Customers behind the rows."""
        return float(self.weight.sum())

    @property
    def purchases(self) -> float:
        """Repeat purchases of all customers together."""
        return float(np.sum(self.weight * self.x[self.x_code]))

    @property
    def time(self) -> float:
        """Time observed, summed over customers."""
        return float(np.sum(self.weight * self.T[self.T_code]))

    def in_unit(self, unit: float) -> "PurchaseTable":
        """Measure time in another unit: 30 turns days into spans of thirty days."""
        return replace(self, t_x=self.t_x / unit, T=self.T / unit)

    def thinned(self, rows: int) -> "PurchaseTable":
        """Give a systematic sample of customers, evenly spaced through the sorted rows."""
        if self.rows <= rows:
            return self
        reach = np.cumsum(self.weight)
        picks = (np.arange(rows) + 0.5) * (reach[-1] / rows)
        chosen, counts = np.unique(np.searchsorted(reach, picks), return_counts=True)
        return replace(
            self,
            x_code=self.x_code[chosen],
            t_x_code=self.t_x_code[chosen],
            T_code=self.T_code[chosen],
            weight=counts.astype(np.float64),
        )

    def blocks(self) -> Iterator[slice]:
        """Walk the rows in pieces that fit the cache."""
        for start in range(0, self.rows, BLOCK):
            yield slice(start, start + BLOCK)


def collapse(
    frequency: FloatArray, recency: FloatArray, T: FloatArray, weights: FloatArray | None = None
) -> PurchaseTable:
    """Collapse customers with the same history into one weighted row."""
    rows = unique_rows(frequency, recency, T, weights=weights)
    x, t_x, time = rows.columns
    return PurchaseTable(x.values, t_x.values, time.values, x.codes, t_x.codes, time.codes, rows.weight)
