"""What anybody would say of the months to come without a model: the same month of last year, or the mean of the last year."""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.arrivals.process import MONTHS, Counted

Floats = NDArray[np.float64]

SAME_MONTH, MEAN = "same month of last year", "mean of the last year"


def floors(seen: Counted, days: Floats, *, began_before: bool) -> dict[str, Floats]:
    """Newcomers in the coming months, each so many days long, by each rule that the history allows.

    Parameters
    ----------
    seen : Counted
    days : (months,) floats
    began_before : bool
        Whether the data begin in the middle of a business, so that those who only look new are left out.
    """
    truly = seen.newcomers * (seen.share_true if began_before else 1.0)
    rate = truly / seen.days
    said = {MEAN: days * (truly[-MONTHS:].sum() / seen.days[-MONTHS:].sum())}
    if len(rate) >= MONTHS and (not began_before or seen.share_true[-MONTHS:].min() > 0):
        said[SAME_MONTH] = days * rate[-MONTHS:][np.arange(len(days)) % MONTHS]
    return said
