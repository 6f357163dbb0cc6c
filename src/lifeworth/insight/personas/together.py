"""Which columns go together, which say the same, and which one follows from which."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from lifeworth.maths.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Tie:
    """How far two columns go together, among people of whom both are known.

    Attributes
    ----------
    strength : float
        Cramér's V corrected for bias (Bergsma 2013, *J. Korean Statistical Society* 42, equation 11): 0 not at all, 1 wholly.
    p : float
        Chance of a tie as strong between columns that have nothing to do with each other (Pearson's chi-square).
    people : int
    """

    strength: float
    p: float
    people: int


def count_pairs(first: IntArray, second: IntArray) -> FloatArray:
    """People by levels of both columns; those of whom either is unknown (−1) are left out."""
    known = (first >= 0) & (second >= 0)
    rows, columns = int(first.max(initial=0)) + 1, int(second.max(initial=0)) + 1
    flat = np.bincount(first[known] * columns + second[known], minlength=rows * columns)
    return flat.reshape(rows, columns).astype(np.float64)


def tie(first: IntArray, second: IntArray) -> Tie:
    """How far two columns go together.

    Examples
    --------
    >>> import numpy as np
    >>> same = np.arange(900) % 3
    >>> round(tie(same, same).strength, 3), round(tie(same, np.arange(900) // 300).strength, 3)
    (1.0, 0.0)
    """
    table = count_pairs(first, second)
    table = table[table.sum(1) > 0][:, table.sum(0) > 0]
    people, (rows, columns) = float(table.sum()), table.shape
    if rows < 2 or columns < 2:
        return Tie(0.0, 1.0, int(people))
    expected = np.outer(table.sum(1), table.sum(0)) / people
    statistic = float(((table - expected) ** 2 / expected).sum())
    freedom = (rows - 1) * (columns - 1)
    less = max(people - 1, 1.0)
    excess = max(statistic / people - freedom / less, 0.0)
    narrow = min(rows - (rows - 1) ** 2 / less, columns - (columns - 1) ** 2 / less) - 1
    strength = min(float(np.sqrt(excess / narrow)), 1.0) if narrow > 0 else 0.0
    return Tie(strength, float(chi2.sf(statistic, freedom)), int(people))


def follows(fine: IntArray, coarse: IntArray) -> float:
    """How far the coarse column follows from the fine one (lambda of Goodman and Kruskal 1954, leaving one out).

    The coarse level of a person is guessed as what others with the same value of the fine column say most often; everybody is
    judged by the others alone, so that values of few people are no proof.

    Returns
    -------
    float
        1 where every guess is right, 0 where it is no better than always guessing the commonest level.

    Examples
    --------
    >>> import numpy as np
    >>> town = np.arange(90) % 30
    >>> follows(town, town % 3), follows(np.arange(88) % 2, np.arange(88) // 44)
    (1.0, 0.0)
    """
    table = count_pairs(fine, coarse)
    table = table[table.sum(1) > 1]
    people, commonest = float(table.sum()), float(table.sum(0).max(initial=0.0))
    if people <= commonest:
        return 0.0
    right = 0.0
    for level in range(table.shape[1]):
        others = table.copy()
        others[:, level] -= 1
        agree = (others[:, level] > 0) & (others[:, level] >= others.max(1))
        right += float(table[agree, level].sum())
    return max((right - commonest) / (people - commonest), 0.0)
