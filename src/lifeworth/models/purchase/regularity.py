"""How regularly do customers buy? Wheat, Morrison (1990), Estimating purchase regularity with two interpurchase times.

Journal of Marketing Research 27(1), 87-93, https://doi.org/10.2307/3172554. If all intervals of a customer are Gamma with
one shape k, whatever the customer's rate, then the share of the first in the sum of two is Beta(k, k), with variance
1 / (4 (2 k + 1)): rates cancel, and everybody with two intervals says something about k.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from lifeworth.errors import DataError
from lifeworth.models.arguments import read_column


def estimate_regularity(intervals: Iterable[npt.ArrayLike]) -> float:
    """Estimate the shape k of the times between purchases: 1 for an exponential clock, more for a steadier one.

    Parameters
    ----------
    intervals : one sequence of numbers per customer
        Times between that customer's successive purchases, oldest first, above 0, in any unit. Each customer's last two
        are used; customers with fewer than two are passed over.

    Returns
    -------
    float
        (1 - 4 V) / (8 V), V the mean squared distance of the shares from one half: their variance, as either interval
        may be called the first. Rounded, it is a guess for the k of BG/CNBD-k. Below 0.5 purchases come in bursts.

    Raises
    ------
    DataError
        Nobody has two intervals, or all pairs are of equal intervals: no k is large enough.
    UsageError
        An interval is not a number, negative, empty or infinite.

    Examples
    --------
    >>> round(estimate_regularity([[7, 7, 9], [30, 20], [14]]), 1)
    17.5
    """
    pairs = [column[-2:] for column in (read_column("intervals", one) for one in intervals) if column.size >= 2]
    if not pairs:
        raise DataError("nobody has two intervals between purchases, so these data cannot say how regular they are")
    last = np.array(pairs)
    total = last.sum(axis=1)
    if not np.all(total > 0):
        raise DataError(
            f"{np.count_nonzero(total <= 0)} customers have two intervals of 0 in a row.\n  what to do: count purchases of "
            "one day as one"
        )
    spread = float(np.mean((last[:, 0] / total - 0.5) ** 2))
    if spread == 0.0:
        raise DataError("all pairs of intervals are equal: purchases are too regular to be told apart from a timetable")
    return (1.0 - 4.0 * spread) / (8.0 * spread)
