"""Cells of few people are hidden, and so are those that would give them away.

A cell of fewer than ten people says too much about each of them. Hiding it alone is not enough: where the total of its
row is known, a single hidden cell is the total less the others (complementary suppression; Willenborg and de Waal 2001,
*Elements of Statistical Disclosure Control*, chapter 7). So a second cell, the smallest of the rest, is hidden with it
until what is hidden holds at least ten people in at least two cells.
"""

from collections.abc import Sequence

FEWEST = 10


def too_small(people: int) -> bool:
    """Whether a cell holds somebody, but too few to be shown."""
    return 0 < people < FEWEST


def hide(people: Sequence[int]) -> tuple[bool, ...]:
    """Which cells of a row whose total is known must not be shown.

    Parameters
    ----------
    people : sequence of int
        How many people each cell holds; the cells part everybody of the row.

    Examples
    --------
    >>> hide([120, 4, 35, 60])
    (False, True, True, False)
    >>> hide([120, 35, 60])
    (False, False, False)
    """
    hidden = [too_small(count) for count in people]
    rest = sorted((count, place) for place, count in enumerate(people) if count >= FEWEST)
    while any(hidden) and rest and not _safe(people, hidden):
        hidden[rest.pop(0)[1]] = True
    return tuple(hidden)


def _safe(people: Sequence[int], hidden: Sequence[bool]) -> bool:
    cells = [count for count, is_hidden in zip(people, hidden, strict=True) if is_hidden]
    return len(cells) > 1 and sum(cells) >= FEWEST
