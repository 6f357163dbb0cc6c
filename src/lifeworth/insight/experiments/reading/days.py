"""The days on which models learn, so that no prediction knows what came after an assignment."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

MOST = 4


def learning_days(assigned: Sequence[tuple[date, int]], most: int = MOST) -> tuple[date, ...]:
    """The days to learn on: every day of assignment where they are few, else the ones that keep predictions fresh.

    Everybody is judged by what was learned on the latest of these days up to their own, so the first day is always one.
    Of more days, the ones are taken that leave the fewest customers the longest behind.

    Parameters
    ----------
    assigned : sequence of (date, int)
        Days of assignment, ascending, and how many customers were assigned on each.

    Examples
    --------
    >>> days = [(date(2026, 1, day), 10) for day in (1, 2, 3, 20, 21, 22)]
    >>> [day.day for day in learning_days(days, most=2)]
    [1, 20]
    """
    if len(assigned) <= most:
        return tuple(day for day, _ in assigned)
    chosen = [0]
    while len(chosen) < most:
        chosen = sorted([*chosen, max(_candidates(assigned, chosen))[1]])
    return tuple(assigned[place][0] for place in chosen)


def _candidates(assigned: Sequence[tuple[date, int]], chosen: list[int]) -> list[tuple[int, int]]:
    """How many customer-days of staleness learning on each further day would spare, and the place of the day."""
    found = [(0, 0)]
    for begin, end in pairwise([*chosen, len(assigned)]):
        for place in range(begin + 1, end):
            fresher = (assigned[place][0] - assigned[begin][0]).days
            found.append((fresher * sum(people for _, people in assigned[place:end]), place))
    return found
