"""Why a lead's chance is what it is: the columns that move it most, in words."""

from calendar import month_name
from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.values.leads.chance import Chance
from lifeworth.values.leads.columns import Column
from lifeworth.values.leads.rows import SEASON
from lifeworth.values.newcomers.groups import NOT_STATED

MOST = 2
FAINT = 0.05


def usual_parts(chance: Chance, codes: IntArray) -> FloatArray:
    """What each column adds to the log odds of these leads on average: (columns,)."""
    added = chance.adds(codes)
    return np.asarray(added.mean(axis=0)) if len(added) else np.zeros(added.shape[1])


def reasons(chance: Chance, codes: IntArray, ages: IntArray, usual: FloatArray) -> list[tuple[str | None, ...]]:
    """Up to two reasons a lead, the stronger first.

    Parameters
    ----------
    usual : (columns,) floats
        From :func:`usual_parts`: against this each column is held.
    """
    stand = chance.expect(codes, ages)[0]
    apart = chance.adds(codes) - usual
    order = np.argsort(-np.abs(apart), axis=1, kind="stable")[:, :MOST]
    labels = [level_words(column) for column in chance.columns]
    with_it = expit(stand)
    found: list[list[str | None]] = [[None] * MOST for _ in range(len(codes))]
    for rank in range(order.shape[1]):
        place = order[:, rank]
        moved = np.take_along_axis(apart, place[:, None], axis=1)[:, 0]
        without = expit(stand - moved)
        for lead in np.flatnonzero(np.abs(moved) >= FAINT):
            label = labels[place[lead]][codes[lead, place[lead]]]
            found[lead][rank] = f"{label}: {percent(with_it[lead])} instead of {percent(without[lead])}"
    return [tuple(each) for each in found]


def level_words(column: Column) -> Sequence[str]:
    """What each level of a column is called in a sentence, and last what stands where nothing is known."""
    return (*(words_of(column.name, member) for member in column.members), f"{column.name} not known")


def words_of(name: str, level: str) -> str:
    """A level with its column: source recommendation, industry not stated.

    Examples
    --------
    >>> words_of("first_contact", "chat"), words_of("month of the year", "12"), words_of("industry", "not stated")
    ('first contact chat', 'came in December', 'industry not stated')
    """
    plain = name.replace("_", " ")
    if name == SEASON and level.isdigit():
        return f"came in {month_name[int(level)]}"
    return f"{plain} {NOT_STATED}" if level == NOT_STATED else f"{plain} {level}"


def percent(share: float) -> str:
    """A share in percent, with a decimal below ten.

    Examples
    --------
    >>> percent(0.0001), percent(0.034), percent(0.25)
    ('under 0.1 %', '3.4 %', '25 %')
    """
    if 0 < share < 0.0005:
        return "under 0.1 %"
    return f"{100 * share:.1f} %" if 0 < share < 0.0995 else f"{100 * share:.0f} %"
