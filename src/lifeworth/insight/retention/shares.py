"""Ranges of shares."""

from math import sqrt
from statistics import NormalDist


def share_range(part: int, whole: int, level: float) -> tuple[float, float]:
    """Range of a share (Wilson 1927, Probable Inference).

    Examples
    --------
    >>> [round(end, 3) for end in share_range(0, 30, 0.8)]
    [0.0, 0.052]
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, wide = part / whole, 1 + z * z / whole
    middle = (share + z * z / (2 * whole)) / wide
    reach = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / wide
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
