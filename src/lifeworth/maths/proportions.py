"""Shares of people, and the difference of two."""

from math import sqrt
from statistics import NormalDist


def wilson(hits: float, people: float, level: float) -> tuple[float, float]:
    """Range of a share (Wilson 1927, *Journal of the American Statistical Association* 22, 209-212).

    Examples
    --------
    >>> [round(end, 4) for end in wilson(56, 70, 0.95)]
    [0.6918, 0.877]
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, square = hits / people, z * z
    reach = z * sqrt(square + 4 * people * share * (1 - share))
    middle, width = 2 * people * share + square, 2 * (people + square)
    return max((middle - reach) / width, 0.0), min((middle + reach) / width, 1.0)


def share_difference(
    hits: float, people: float, other_hits: float, other_people: float, level: float
) -> tuple[float, float, float]:
    """Difference of two independent shares with its range, which never leaves -1 to 1 and holds at few hits, too.

    Newcombe 1998, *Statistics in Medicine* 17, 873-890, method 10.

    Examples
    --------
    >>> [round(part, 4) for part in share_difference(56, 70, 48, 80, 0.95)]
    [0.2, 0.0524, 0.3339]
    """
    one, other = hits / people, other_hits / other_people
    (low, high), (other_low, other_high) = wilson(hits, people, level), wilson(other_hits, other_people, level)
    difference = one - other
    down = sqrt((one - low) ** 2 + (other_high - other) ** 2)
    up = sqrt((high - one) ** 2 + (other - other_low) ** 2)
    return difference, difference - down, difference + up
