"""Cells of a table with two known margins: which must not be shown so that none can be worked out from the rest."""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]


def hide_table(people: Counts) -> Marks:
    """Which cells to hide: those of one to nine people, and others until no row or column gives a hidden one away.

    Rows and columns are taken in turn: a line whose hidden cells are a single one, or hold fewer than ten people together,
    loses its smallest cell in sight (complementary suppression in two dimensions; Willenborg and de Waal 2001, chapter 7).

    Parameters
    ----------
    people : (rows, columns) ints
        The totals of rows and columns are known to the reader.

    Examples
    --------
    >>> hide_table(np.array([[120, 4], [35, 60]])).tolist()
    [[True, True], [True, True]]
    >>> hide_table(np.array([[120, 40], [35, 60]])).any()
    np.False_
    """
    hidden = (people > 0) & (people < FEWEST)
    while True:
        before = int(hidden.sum())
        for table, marks in ((people, hidden), (people.T, hidden.T)):
            _hide_along_rows(table, marks)
        if int(hidden.sum()) == before:
            return hidden


def _hide_along_rows(people: Counts, hidden: Marks) -> None:
    """Hide the smallest cell in sight of every row that would give itself away; changes ``hidden``."""
    while True:
        cells, held = hidden.sum(axis=1), np.where(hidden, people, 0).sum(axis=1)
        in_sight = np.where(hidden | (people <= 0), np.iinfo(np.int64).max, people)
        smallest = in_sight.argmin(axis=1)
        there = in_sight.min(axis=1) < np.iinfo(np.int64).max
        rows = np.flatnonzero((cells > 0) & ((cells < 2) | (held < FEWEST)) & there)
        if not rows.size:
            return
        hidden[rows, smallest[rows]] = True
