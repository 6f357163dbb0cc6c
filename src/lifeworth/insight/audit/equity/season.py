"""How repeat purchases breathe with the year: a factor for every month of it."""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.arrivals.process import MONTHS, Counted, look_ahead

Floats = NDArray[np.float64]


def month_factors(seen: Counted, purchases: Floats) -> Floats:
    """Factor of every month of the year, by month number modulo twelve; their mean is one.

    The month effects of the model of monthly counts (``arrivals/process.py``), asked about purchases of customers who know the shop (``Beginning.breathing``): drawn to none where the
    history is short or the months are restless.
    """
    if len(purchases) <= MONTHS or purchases.sum() <= 0:
        return np.ones(MONTHS)
    effects = look_ahead(Counted(seen.month, seen.days, purchases, np.ones(len(purchases))), 1).season
    factors = np.exp(effects - effects.mean())
    return np.asarray(factors / factors.mean())
