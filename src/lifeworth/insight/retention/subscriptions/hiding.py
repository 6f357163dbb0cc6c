"""Which moves and levels of recurring revenue may be shown, so that they tell of no fewer than ten people.

A move of one to nine customers is hidden. The level after a month less the level before it is the sum of its moves, so what is
hidden between two shown levels must be moves of at least ten different customers, both of all moves (money) and of those by which
the number of customers changes. Where they are fewer, the month's smallest other moves are hidden with them, and where there are
none the level before is hidden as well: the months are told together. The newest level is kept, older ones give way. A level of
one to nine customers is hidden with all moves to it and from it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST

Marks = NDArray[np.bool_]
Cell = tuple[int, int]

MOVES = ("new", "expansion", "reactivation", "contraction", "churn")
_ALL = range(len(MOVES))
_COUNTED = tuple(MOVES.index(name) for name in ("new", "reactivation", "churn"))


@dataclass(frozen=True)
class Moved:
    """Who moved, month by month.

    Attributes
    ----------
    people : (months, moves) ints
        Customers by month and move, in the order of ``MOVES``.
    customers : (months,) ints
        Who pay at the end of each.
    few : dict
        Month and move of every cell of fewer than ten, to who they are.
    """

    people: NDArray[np.int64]
    customers: NDArray[np.int64]
    few: dict[Cell, frozenset[str]]


@dataclass(frozen=True)
class Hidden:
    """What must not be shown: ``moves`` (months, moves), and ``levels`` (months,) at the end of each month."""

    moves: Marks
    levels: Marks


def hide_moves(moved: Moved) -> Hidden:
    """From the newest month back.

    Examples
    --------
    >>> people = np.array([[40, 0, 0, 0, 0], [3, 0, 0, 0, 12]])
    >>> hide_moves(Moved(people, np.array([40, 31]), {(1, 0): frozenset("abc")})).moves[1].tolist()
    [True, False, False, False, True]
    """
    levels = _too_small(moved.customers)
    beside = levels | np.concatenate([[False], levels[:-1]])
    moves = _too_small(moved.people) | (beside[:, None] & (moved.people > 0))
    told: list[Cell] = []
    for month in range(len(moves) - 1, -1, -1):
        told += [(month, int(move)) for move in np.flatnonzero(moves[month])]
        safe = [_cover(moved, moves[month], told, month, ways) for ways in (_COUNTED, _ALL)]
        if not all(safe):
            levels[month - 1 : month] = True
        elif month and not levels[month - 1]:
            told = []
    return Hidden(moves, levels)


def _too_small(people: NDArray[np.int64]) -> Marks:
    return np.asarray((people > 0) & (people < FEWEST))


def _cover(moved: Moved, marks: Marks, told: list[Cell], month: int, ways: Sequence[int]) -> bool:
    """Hide the month's smallest moves in sight until those hidden are of enough people; says whether they are. Changes ``marks``, ``told``."""
    while not _enough(moved, [cell for cell in told if cell[1] in ways]):
        in_sight = [move for move in ways if moved.people[month, move] and not marks[move]]
        if not in_sight:
            return False
        smallest = min(in_sight, key=lambda move: int(moved.people[month, move]))
        marks[smallest] = True
        told.append((month, smallest))
    return True


def _enough(moved: Moved, cells: Collection[Cell]) -> bool:
    """Whether cells hold nobody or at least ten different people."""
    if not cells or any(moved.people[cell] >= FEWEST for cell in cells):
        return True
    return len(frozenset[str]().union(*(moved.few[cell] for cell in cells))) >= FEWEST
