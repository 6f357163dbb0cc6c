"""Which newcomers are like which: by channel and month of the first order, and by its size as well."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.products.matched import Crowd
from lifeworth.insight.products.newcomers import NEWCOMERS
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_OF_A_CHANNEL = 30
ROOMY = 10
_FIFTHS = (0.2, 0.4, 0.6, 0.8)
_PERIODS = (1, 3, 12)

_PEOPLE = f"""
SELECT COALESCE(channel, '') AS channel, (year(first_day) * 12 + month(first_day) - 1)::INTEGER AS month, sold::DOUBLE AS sold
FROM {NEWCOMERS} ORDER BY customer_key"""


@dataclass(frozen=True)
class Alike:
    """One entry per newcomer, in the order of their numbers.

    Attributes
    ----------
    origin : Crowd
        Alike are newcomers of one channel and month; of one quarter or year where months would hold fewer than ten each.
    basket : Crowd
        The same, of one fifth of the first order's value as well.
    channels : int
        How many are told apart; those with fewer than 30 newcomers count as one.
    """

    origin: Crowd
    basket: Crowd
    channels: int

    def __len__(self) -> int:
        """How many newcomers."""
        return len(self.origin.stratum)


def find_alike(engine: Engine) -> Alike:
    """Strata of all newcomers."""
    found = engine.arrays(_PEOPLE)
    channel = _channels(np.asarray(found["channel"]))
    months = np.asarray(found["month"]).astype(np.int64)
    sold = np.asarray(found["sold"], dtype=np.float64)
    size = np.searchsorted(np.unique(np.quantile(sold, _FIFTHS, method="inverted_cdf")), sold, side="left")
    sized = channel * (len(_FIFTHS) + 1) + size
    return Alike(_crowd(channel, months), _crowd(sized, months), int(channel.max(initial=0)) + 1)


def _channels(names: NDArray[np.object_]) -> Ints:
    """A number for each channel of some size, one for all small ones together, one for those not stated."""
    kinds, code, count = np.unique(names.astype(str), return_inverse=True, return_counts=True)
    large = (count >= FEWEST_OF_A_CHANNEL) | (kinds == "")
    number = np.where(large, np.cumsum(large), 0)
    _, dense = np.unique(number[code], return_inverse=True)
    return np.asarray(dense, dtype=np.int64)


def _crowd(group: Ints, months: Ints) -> Crowd:
    """Group and period, the finest period whose strata hold ten on average."""
    for length in _PERIODS:
        period = np.unique(months // length, return_inverse=True)[1]
        strata, number = np.unique(group * (int(period.max(initial=0)) + 1) + period, return_inverse=True)
        if len(months) >= ROOMY * len(strata):
            break
    return Crowd(np.asarray(number, dtype=np.int64), np.asarray(period, dtype=np.int64))
