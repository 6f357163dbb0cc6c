"""Steps of a curve that would give away what fewer than ten newcomers brought are not shown as seen.

A curve's steps are averages over known numbers of people, so the step of a group that is not shown is that of all less those
of the groups that are. As with cells of a table, a second group then goes with it (``ground/cells.py``); what is not shown is
predicted from all instead.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST

Floats = NDArray[np.float64]
Reach = NDArray[np.int64]


def keep_apart(customers: Floats, reach: Reach, parts: Sequence[Sequence[int]], whole: int | None = None) -> Reach:
    """How many steps of each group may be shown as seen.

    Parameters
    ----------
    customers : (groups, steps) floats
        How many were seen over each step.
    reach : (groups,) ints
        Steps from the first on that would be shown.
    parts : sequence of sequence of int
        Groups that add up to something shown; together they are everybody.
    whole : int, optional
        The group that is the sum of the first of the parts, and is shown beside everybody.

    Examples
    --------
    >>> customers = np.array([[90.0, 50.0], [40.0, 35.0], [40.0, 8.0]])
    >>> keep_apart(customers, np.array([2, 2, 1]), [[0, 1, 2]]).tolist()
    [2, 1, 1]
    """
    kept = reach.copy()
    everybody = sorted({group for part in parts for group in part})
    for step in range(customers.shape[1]):
        people = customers[:, step]
        shown_whole = whole is not None and kept[whole] > step
        for part in parts if shown_whole else [everybody]:
            if not _hide_enough(people, kept, part, step) and whole is not None and shown_whole:
                kept[whole] = step
                _hide_enough(people, kept, everybody, step)
    return kept


def _hide_enough(people: Floats, kept: Reach, part: Sequence[int], step: int) -> bool:
    """Cut the smallest groups in sight until what is hidden of a part holds nobody, or ten and more; whether that could be."""
    while True:
        hidden = sum(people[group] for group in part if kept[group] <= step)
        if hidden == 0 or hidden >= FEWEST:
            return True
        in_sight = [group for group in part if kept[group] > step]
        if not in_sight:
            return False
        kept[min(in_sight, key=lambda group: (people[group], group))] = step
