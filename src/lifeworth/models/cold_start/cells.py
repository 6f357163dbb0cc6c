"""Newcomers counted by what was known of them on their first day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Cells:
    """One entry per combination of groups; sums over the newcomers in it, who all had a stretch of equal length.

    Attributes
    ----------
    dimensions : tuple of str
        What newcomers are grouped by.
    members : tuple of tuple of str
        Names of each dimension's groups; a code is a place in it.
    codes : (cells, dimensions) ints
    customers, returned : (cells,) floats
        Newcomers, and those who bought on a later day within the stretch.
    first, first_squares : (cells,) floats
        Money of the first purchase day, with what came back of it, and its squares.
    later, later_squares : (cells,) floats
        Money of the rest of the stretch, and its squares.
    orders, orders_squares : (cells,) floats
        Later purchase days, and their squares.
    """

    dimensions: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    codes: Codes
    customers: Floats
    returned: Floats
    first: Floats
    first_squares: Floats
    later: Floats
    later_squares: Floats
    orders: Floats
    orders_squares: Floats

    def __len__(self) -> int:
        return len(self.customers)

    @property
    def value(self) -> Floats:
        """Money of the whole stretch: (cells,)."""
        return self.first + self.later

    def place(self, dimension: str) -> int:
        """Column of a dimension."""
        return self.dimensions.index(dimension)

    def only(self, *dimensions: str) -> "Cells":
        """The same newcomers, told apart by fewer dimensions."""
        places = [self.place(name) for name in dimensions]
        members = tuple(self.members[p] for p in places)
        sizes = tuple(map(len, members))
        packed = np.ravel_multi_index(tuple(self.codes[:, p] for p in places), sizes)
        kept, inverse = np.unique(packed, return_inverse=True)
        codes = np.column_stack(np.unravel_index(kept, sizes))
        sums = {name: _add_up(inverse, getattr(self, name), len(kept)) for name in SUMS}
        return Cells(dimensions, members, codes, **sums)

    def by(self, dimension: str, column: str) -> Floats:
        """Sum of a column in every group of a dimension: (members,)."""
        place = self.place(dimension)
        return _add_up(self.codes[:, place], getattr(self, column), len(self.members[place]))


def _add_up(where: Codes, values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(where, weights=values, minlength=size), dtype=np.float64)


SUMS = (
    "customers",
    "returned",
    "first",
    "first_squares",
    "later",
    "later_squares",
    "orders",
    "orders_squares",
)
