"""The ratio of two means that are both unsure."""

from math import sqrt


def relative_range(
    one: float, one_error: float, other: float, other_error: float, bound: float
) -> tuple[float, float, float] | None:
    """By what share ``one`` exceeds ``other``, with its range; none where ``other`` may be zero.

    Fieller 1954, *Journal of the Royal Statistical Society B* 16, 175-185, for independent means.

    Parameters
    ----------
    one, one_error, other, other_error : float
        Means and their standard errors, in one unit.
    bound : float
        Standard errors that the range reaches to either side.

    Examples
    --------
    >>> [round(part, 4) for part in relative_range(12.0, 1.0, 10.0, 0.5, 1.96)]
    [0.2, -0.0183, 0.4416]
    >>> relative_range(12.0, 1.0, 10.0, 6.0, 1.96) is None
    True
    """
    g = (bound * other_error / other) ** 2 if other > 0 else 1.0
    if g >= 1:
        return None
    ratio = one / other
    reach = bound / other * sqrt(one_error**2 + ratio**2 * other_error**2 - g * one_error**2)
    return ratio - 1, (ratio - reach) / (1 - g) - 1, (ratio + reach) / (1 - g) - 1
