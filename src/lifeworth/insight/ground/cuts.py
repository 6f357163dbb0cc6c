"""A cut of a grid that few people lie on, found without trying all of them.

Rows and columns are points, people of a cell the weight of the edge between its row and its column. Points are taken in
turn, always the one most people join to those taken before. Two points that a path of at least ``fewest`` people joins cannot
be parted by a smaller cut, and the order shows many such pairs at once: they become one point, and the rest is looked at again
(Nagamochi and Ibaraki 1992, *SIAM Journal on Discrete Mathematics* 5, 54–66; Stoer and Wagner 1997, *Journal of the ACM* 44,
585–591). Each look either finds a small cut or leaves fewer points.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]


def small_cut(people: Counts, fewest: int) -> tuple[Marks, Marks] | None:
    """Rows and columns on one side of a cut that one to ``fewest`` − 1 people lie on; none where there is none.

    Parameters
    ----------
    people : (rows, columns) ints
        Nobody where there is no edge.

    Examples
    --------
    >>> small_cut(np.array([[6, 6], [6, 12]]), 10) is None
    True
    >>> rows, columns = small_cut(np.array([[30, 0], [4, 12]]), 10)
    >>> rows.tolist(), columns.tolist()
    ([False, True], [False, True])
    """
    rows, columns = people.shape
    weights = np.zeros((rows + columns, rows + columns), dtype=np.int64)
    weights[:rows, rows:], weights[rows:, :rows] = people, people.T
    of = np.arange(rows + columns)
    while True:
        weights, of = _without_loners(weights, of)
        if len(weights) == 0:
            return None
        joined = np.arange(len(weights))
        for first, last, taken in _look(weights, fewest, joined):
            if taken < fewest:
                inside = of == last
                return inside[:rows], inside[rows:]
            _join(joined, first, last)
        weights, of = _merged(weights, of, joined)


def _without_loners(weights: Counts, of: NDArray[np.intp]) -> tuple[Counts, NDArray[np.intp]]:
    """Points nobody is joined to lie on no cut; what was merged into them is −1 from now on."""
    kept = weights.any(axis=1)
    place = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
    return weights[np.ix_(kept, kept)], place[of]


def _look(weights: Counts, fewest: int, joined: NDArray[np.intp]) -> Iterator[tuple[int, int, int]]:
    """Take the points in order; joins what belongs together, and gives the last two of every connected part with the last one's people."""
    count = len(weights)
    taken, people = np.zeros(count, dtype=bool), np.zeros(count, dtype=np.int64)
    before, here = -1, -1
    for _ in range(count):
        open_people = np.where(taken, -1, people)
        following = int(open_people.argmax())
        if open_people[following] == 0 and here >= 0 and before >= 0:
            yield before, here, int(people[here])
            before = here = -1
        before, here = here, following
        taken[here] = True
        edges = (weights[here] > 0) & ~taken
        people[edges] += weights[here][edges]
        for other in np.flatnonzero(edges & (people >= fewest)):
            _join(joined, here, int(other))
    yield before, here, int(people[here])


def _join(joined: NDArray[np.intp], one: int, other: int) -> None:
    joined[joined == joined[other]] = joined[one]


def _merged(weights: Counts, of: NDArray[np.intp], joined: NDArray[np.intp]) -> tuple[Counts, NDArray[np.intp]]:
    """Points that belong together as one; people between them are on no small cut."""
    _, place = np.unique(joined, return_inverse=True)
    member = np.zeros((len(weights), int(place.max()) + 1), dtype=np.int64)
    member[np.arange(len(weights)), place] = 1
    merged = member.T @ weights @ member
    np.fill_diagonal(merged, 0)
    return merged, np.append(place, -1)[of]
