"""Cells of a table with two known margins: which must not be shown so that none can be worked out from the rest.

Hidden cells join rows and columns like edges, and whatever sums and differences of totals tell of them is told of a *cut*:
choose some rows and columns, add the totals of the rows chosen, take away those of the columns chosen, and what is left are
the hidden cells between a chosen line and one that is not. So fewer than ten people are told of exactly where a cut holds one
to nine, alone or with others (Gusfield 1988, *SIAM Journal on Computing* 17, 552–571, on edges that data security must
keep out of cuts). Whole lines are looked at first (Willenborg and de Waal 2001, *Elements of Statistical Disclosure Control*,
chapter 7), then every cut (``cuts.py``).

Not guaranteed is what follows from anything but addition, such as that no count is below zero.
"""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground.cuts import small_cut
from lifeworth.maths.small_cells import FEWEST

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]

_NONE = np.iinfo(np.int64).max


def hide_grid(people: Counts, dark: Marks | None = None) -> Marks:
    """Which cells to hide: those of one to nine people, and others until no totals give a hidden one away.

    Parameters
    ----------
    people : (rows, columns) ints
        The totals of rows and columns are known to the reader. Where a total itself is of few people, they are taken as
        known, and nobody else is hidden behind them.
    dark : (rows, columns) bools, optional
        Cells that are hidden for another reason.

    Examples
    --------
    >>> hide_grid(np.array([[120, 4], [35, 60]])).tolist()
    [[True, True], [True, True]]
    >>> hide_grid(np.array([[120, 40], [35, 60]])).any()
    np.False_
    """
    hidden = (people > 0) & (people < FEWEST)
    if dark is not None:
        hidden |= dark & (people > 0)
    _hide_along_lines(people, hidden)
    known = np.zeros_like(hidden)
    while (chosen := small_cut(np.where(hidden & ~known, people, 0), FEWEST)) is not None:
        crossed = np.not_equal.outer(*chosen)
        place = _smallest(np.where(crossed & ~hidden, people, 0))
        if place is None:
            known |= crossed & hidden
        else:
            hidden[place] = True
    return hidden


def _smallest(people: Counts) -> tuple[int, int] | None:
    """Place of the smallest cell that holds anybody."""
    there = np.where(people > 0, people, _NONE)
    row, column = np.unravel_index(int(there.argmin()), there.shape)
    return None if there[row, column] == _NONE else (int(row), int(column))


def _hide_along_lines(people: Counts, hidden: Marks) -> None:
    """Rows and columns in turn until no line gives itself away; changes ``hidden``."""
    before = -1
    while before != int(hidden.sum()):
        before = int(hidden.sum())
        for table, marks in ((people, hidden), (people.T, hidden.T)):
            _hide_along_rows(table, marks)


def _hide_along_rows(people: Counts, hidden: Marks) -> None:
    """Hide the smallest cell in sight of every row whose hidden ones are a single one, or of fewer than ten people together."""
    while people.size:
        cells, held = hidden.sum(axis=1), np.where(hidden, people, 0).sum(axis=1)
        in_sight = np.where(hidden | (people <= 0), _NONE, people)
        there = in_sight.min(axis=1) < _NONE
        rows = np.flatnonzero((cells > 0) & ((cells < 2) | (held < FEWEST)) & there)
        if not rows.size:
            return
        hidden[rows, in_sight.argmin(axis=1)[rows]] = True
