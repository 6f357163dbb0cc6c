"""How well one column tells another: the area under the curve, judged on people who were not learned from."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.stats import rankdata

from lifeworth.insight.ground import FEWEST
from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray

FOLDS = 5


@dataclass(frozen=True)
class Area:
    """Area under the receiver operating curve with its range: 0.5 tells nothing, 1 tells all."""

    mean: float
    low: float
    high: float
    people: int


def area(scores: FloatArray, positive: BoolArray) -> tuple[float, float]:
    """Chance that a positive has the higher score (ties count half), and its standard error (Hanley and McNeil 1982).

    Examples
    --------
    >>> import numpy as np
    >>> round(area(np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, False, True, True]))[0], 2)
    1.0
    """
    yes, no = float(positive.sum()), float((~positive).sum())
    if not yes or not no:
        return 0.5, 0.5
    found = float((rankdata(scores)[positive].sum() - yes * (yes + 1) / 2) / (yes * no))
    both_yes, both_no = found / (2 - found), 2 * found**2 / (1 + found)
    spread = found * (1 - found) + (yes - 1) * (both_yes - found**2) + (no - 1) * (both_no - found**2)
    return found, float(np.sqrt(max(spread, 0.0) / (yes * no)))


def tell_apart(columns: list[IntArray], hidden: IntArray, level: float) -> Area:
    """How well columns together tell a hidden one: naive Bayes learned on four fifths, judged on the last, in turn.

    Each value of the hidden column that at least ten people have is told from all others; their areas are averaged by how
    many people have each.

    Parameters
    ----------
    columns : list of array, shape (people,)
        Levels; −1 where nothing is known.
    hidden : array, shape (people,)
        Levels of the column to be told; −1 is left out.
    """
    known = hidden >= 0
    hidden, columns = hidden[known], [codes[known] for codes in columns]
    people = np.bincount(hidden)
    values = np.flatnonzero((people >= FEWEST) & (len(hidden) - people >= FEWEST))
    if not len(values):
        return Area(0.5, 0.0, 1.0, len(hidden))
    found = [area(_odds(columns, hidden == value), hidden == value) for value in values]
    share = people[values] / people[values].sum()
    mean, error = (float(share @ np.array([each[place] for each in found])) for place in (0, 1))
    reach = NormalDist().inv_cdf((1 + level) / 2) * error
    return Area(mean, max(mean - reach, 0.0), min(mean + reach, 1.0), len(hidden))


def _odds(columns: list[IntArray], positive: BoolArray) -> FloatArray:
    """Log odds of being positive, each person's from the other folds; a level nobody else has says nothing."""
    fold = np.arange(len(positive)) % FOLDS
    odds = np.zeros(len(positive))
    for codes in columns:
        levels = int(codes.max(initial=0)) + 2
        for held in range(FOLDS):
            seen = fold != held
            yes = np.bincount(codes[seen & positive] + 1, minlength=levels) + 0.5
            no = np.bincount(codes[seen & ~positive] + 1, minlength=levels) + 0.5
            odds[~seen] += np.log((yes / yes.sum()) / (no / no.sum()))[codes[~seen] + 1]
    return odds
