"""What is known of people, ready for a mixture: a row per person with a one for each level that is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from lifeworth.maths.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Shown:
    """Levels of people, side by side.

    Attributes
    ----------
    ones : sparse array, shape (people, levels of all columns)
        A one for each level that is a person's; a column that says nothing of a person leaves its levels at zero.
    heads : array, shape (columns,)
        Where each column's levels begin.
    sizes : array, shape (columns,)
        How many levels each has.
    """

    ones: Any
    heads: IntArray
    sizes: IntArray

    def __len__(self) -> int:
        return int(self.ones.shape[0])

    @property
    def column(self) -> IntArray:
        """The column of each level."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def sum_columns(self, levels: FloatArray) -> FloatArray:
        """Sums over the levels of each column, on the last axis, given back for every level."""
        return np.add.reduceat(levels, self.heads, axis=-1)[..., self.column]

    def take(self, people: IntArray) -> "Shown":
        """Some of the people."""
        return Shown(self.ones[people], self.heads, self.sizes)


def show(codes: Sequence[IntArray], sizes: Sequence[int]) -> Shown:
    """Columns of levels (−1 where nothing is known) as one table of ones.

    Examples
    --------
    >>> import numpy as np
    >>> show([np.array([0, 1, -1]), np.array([1, 0, 0])], [2, 2]).ones.toarray().astype(int).tolist()
    [[1, 0, 0, 1], [0, 1, 1, 0], [0, 0, 1, 0]]
    """
    widths = np.array(sizes, dtype=np.intp)
    heads = np.concatenate([[0], np.cumsum(widths)[:-1]]).astype(np.intp)
    levels = np.column_stack(
        [np.where(column >= 0, head + column, -1) for column, head in zip(codes, heads, strict=True)]
    )
    known = levels >= 0
    starts = np.concatenate([[0], np.cumsum(known.sum(1))])
    ones = csr_array((np.ones(int(known.sum())), levels[known], starts), shape=(len(levels), int(widths.sum())))
    return Shown(ones, heads, widths)
