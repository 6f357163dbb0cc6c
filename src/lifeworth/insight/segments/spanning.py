"""Atoms that decide a sum: exact linear algebra on the zeros and ones of who belongs where.

An atom is all customers who belong to the same groups, so a group is a row of zeros and ones over atoms, and whatever can
be worked out from shown sums is a linear combination of rows. A *base* is a smallest set of atoms on which a combination
must be known to be known everywhere.

Numbers are whole and modulo the prime 2³¹ − 1: products of a number below it with zeros and ones, summed over fewer than
2²² rows, are exact in floats of 64 bits. What holds in whole numbers holds modulo a prime; the reverse could fail only
where the prime happens to divide a determinant.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.maths.arrays import BoolArray, IntArray

Numbers = NDArray[np.int64]

PRIME = 2**31 - 1
_AT_ONCE = 128


@dataclass(frozen=True)
class Base:
    """Atoms on which rows are told apart.

    Attributes
    ----------
    atoms : array, shape (rank,)
    solved : array, shape (rank, rows)
        Combinations of the rows: the first is 1 on the first atom and 0 on the others, and so on.
    left : array, shape (rows − rank, rows)
        Combinations that are 0 on every atom looked at; each tells of the other atoms alone.
    """

    atoms: IntArray
    solved: Numbers
    left: Numbers

    def pin_down(self, group: BoolArray) -> Numbers:
        """Weights of the rows whose sum is like the group on the base's atoms; shape (rows,)."""
        return combine(group[self.atoms], self.solved)

    def widen(self, row: BoolArray, atom: int, there: BoolArray) -> "Base":
        """The base of one row more, told from the others by one atom more, on which the rows are ``there``."""
        apart = np.append(-self.pin_down(row) % PRIME, 1)
        scale = (int(row[atom]) - int(combine(self.pin_down(row), there))) % PRIME
        apart = apart * pow(scale, -1, PRIME) % PRIME
        solved, left = (
            np.hstack([each, np.zeros((len(each), 1), dtype=np.int64)]) for each in (self.solved, self.left)
        )
        others = solved - combine(self.solved, there[:, None]) * apart[None, :] % PRIME
        return Base(np.append(self.atoms, atom), np.vstack([others % PRIME, apart]), left)


@dataclass
class _Work:
    mixed: Numbers
    place: list[int]
    atoms: list[int]


def find_base(rows: BoolArray, order: IntArray, begun: Base | None = None) -> Base:
    """The first atoms of an order on which the rows are as different as on the whole order (Gauss–Jordan).

    Parameters
    ----------
    rows : array, shape (rows, atoms)
    order : array of int
        Atoms to look at, those wanted first in front.
    begun : Base, optional
        Atoms that belong to it whatever the order says.

    Examples
    --------
    >>> rows = np.array([[1, 1, 1, 1], [0, 0, 1, 1]], dtype=bool)
    >>> find_base(rows, np.array([3, 2, 1, 0])).atoms
    array([3, 1])
    """
    work = _start(len(rows), begun)
    for start in range(0, len(order), _AT_ONCE):
        if len(work.place) == len(rows):
            break
        _take(work, rows, order[start : start + _AT_ONCE])
    open_rows = [row for row in range(len(rows)) if row not in set(work.place)]
    return Base(np.array(work.atoms, dtype=np.intp), work.mixed[work.place], work.mixed[open_rows])


def _start(count: int, begun: Base | None) -> _Work:
    if begun is None:
        return _Work(np.eye(count, dtype=np.int64), [], [])
    return _Work(np.vstack([begun.solved, begun.left]), list(range(len(begun.atoms))), begun.atoms.tolist())


def _take(work: _Work, rows: BoolArray, atoms: IntArray) -> None:
    """Add to the base what some atoms add."""
    columns = combine(work.mixed, rows[:, atoms])
    is_open = np.ones(len(rows), dtype=bool)
    is_open[work.place] = False
    while is_open.any():
        news = np.flatnonzero(columns[is_open].any(axis=0))
        if not len(news):
            return
        first = int(news[0])
        pivot = int(np.flatnonzero(is_open & (columns[:, first] != 0))[0])
        scale = pow(int(columns[pivot, first]), -1, PRIME)
        for table in (work.mixed, columns):
            table[pivot] = table[pivot] * scale % PRIME
        factor = columns[:, first].copy()
        factor[pivot] = 0
        for table in (work.mixed, columns):
            table -= factor[:, None] * table[pivot][None, :] % PRIME
            table %= PRIME
        is_open[pivot] = False
        work.place.append(pivot)
        work.atoms.append(int(atoms[first]))


def combine(one: NDArray[np.generic], other: NDArray[np.generic]) -> Numbers:
    """Matrix product modulo the prime, of numbers below it and zeros and ones, in either order."""
    found = np.asarray(one, dtype=np.float64) @ np.asarray(other, dtype=np.float64)
    return np.asarray(found % PRIME, dtype=np.int64)
