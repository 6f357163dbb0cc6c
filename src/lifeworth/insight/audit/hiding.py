"""Cells of a table whose margins are known: which must not be shown, so that none can be worked out from the rest."""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]


def hide_grid(people: Counts) -> Marks:
    """Which cells to hide: those of one to nine people, and others until no row or column gives a hidden one away.

    A row or column whose hidden cells are a single one, or hold fewer than ten people together, loses its smallest cell in
    sight, rows and columns in turn until nothing changes (complementary suppression in two dimensions; Willenborg and de Waal
    2001, *Elements of Statistical Disclosure Control*, chapter 7).

    Parameters
    ----------
    people : (rows, columns) ints
        The totals of rows and columns are known to the reader.

    Examples
    --------
    >>> hide_grid(np.array([[120, 4], [35, 60]])).tolist()
    [[True, True], [True, True]]
    >>> hide_grid(np.array([[120, 40], [35, 60]])).any()
    np.False_
    """
    hidden = (people > 0) & (people < FEWEST)
    before = -1
    while before != int(hidden.sum()):
        before = int(hidden.sum())
        for table, marks in ((people, hidden), (people.T, hidden.T)):
            for row in range(len(table)):
                _cover(table[row], marks[row])
    return hidden


def _cover(people: Counts, hidden: Marks) -> None:
    """Hide the smallest cells in sight until the hidden ones of a line no longer give themselves away."""
    while hidden.any() and (hidden.sum() < 2 or people[hidden].sum() < FEWEST):
        sight = np.flatnonzero(~hidden & (people > 0))
        if not sight.size:
            return
        hidden[sight[people[sight].argmin()]] = True
