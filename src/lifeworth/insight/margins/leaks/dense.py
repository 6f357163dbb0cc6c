"""Numbers without gaps."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_TABLE_UP_TO = 16_000_000


def dense(codes: Ints) -> tuple[Ints, Ints]:
    """The different codes in order, and the place of every entry's among them; codes are zero or more.

    Where codes are not too large a table of all of them is quicker than sorting.

    Examples
    --------
    >>> import numpy as np
    >>> different, place = dense(np.array([7, 2, 7]))
    >>> different.tolist(), place.tolist()
    ([2, 7], [1, 0, 1])
    """
    if len(codes) == 0:
        return codes, codes
    largest = int(codes.max())
    if largest > _TABLE_UP_TO:
        different = each_once(codes)
        return different, np.searchsorted(different, codes).astype(np.int64)
    there = np.zeros(largest + 1, dtype=np.bool_)
    there[codes] = True
    rank = np.cumsum(there) - 1
    return np.flatnonzero(there), rank[codes]


def each_once(codes: Ints) -> Ints:
    """The different codes in order, by sorting: numpy's own way hashes, which is many times slower here."""
    ordered = np.sort(codes)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def first_of_each(place: Ints, size: int) -> Ints:
    """Where each place stands first."""
    first = np.empty(size, dtype=np.int64)
    first[place[::-1]] = np.arange(len(place))[::-1]
    return first
