"""Do customers come at steady intervals? Regularity from the last two gaps of each.

Wheat and Morrison (1990), Estimating Purchase Regularity with Two Interpurchase Times, J. Marketing Research 27: when a
customer's gaps are Gamma(k) at their own rate, the share M of the former in the last two is Beta(k, k), whatever the rate. So

    E (M - 1/2)² = 1 / (4 (2 k + 1)),   k = 1 / (8 E (M - 1/2)²) - 1/2

k = 1 is chance, larger is steadier, smaller is bursts. M does not depend on how long the two gaps are together, so pairs
too short for whole days to tell anything may be left out without a bias.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.retention.rhythm.days import Days

Floats = NDArray[np.float64]

FEWEST_PAIRS = 30
SHORTEST_PAIR_DAYS = 14
_RANGE = (0.3, 20.0)


@dataclass(frozen=True)
class Regularity:
    """How steady gaps are: ``k`` with its range at a level, from so many customers; 1 where too few can tell."""

    k: float
    low: float
    high: float
    level: float
    pairs: int


def last_two_gaps(days: Days) -> tuple[Floats, Floats]:
    """The last gap but one and the last, in days, of every customer with three purchases or more."""
    third = np.flatnonzero(days.customer[2:] == days.customer[:-2])
    last = third[np.diff(days.customer[third], append=-1) != 0]
    return days.day[last + 1] - days.day[last], days.day[last + 2] - days.day[last + 1]


def estimate_regularity(former: Floats, latter: Floats, level: float = 0.9) -> Regularity:
    """Regularity of gaps from two of each customer.

    Parameters
    ----------
    former, latter : (customers,)
        Two gaps that follow each other, in one unit of time.
    level : float
        Share of samples whose range holds the truth.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> rate = rng.gamma(0.8, 0.1, 20_000)
    >>> gaps = rng.gamma(3.0, 1.0, (2, 20_000)) / rate
    >>> 2.9 < estimate_regularity(*gaps).k < 3.1
    True
    """
    if len(former) < FEWEST_PAIRS:
        return Regularity(1.0, *_RANGE, level, len(former))
    squares = (former / (former + latter) - 0.5) ** 2
    middle = float(squares.mean())
    error = NormalDist().inv_cdf((1 + level) / 2) * float(squares.std()) / np.sqrt(len(squares))
    k, low, high = (_shape(spread) for spread in (middle, middle + error, middle - error))
    return Regularity(k, low, high, level, len(former))


def regularity_of(days: Days, level: float = 0.9) -> Regularity:
    """Regularity of a sample of customers."""
    former, latter = last_two_gaps(days)
    told = former + latter >= SHORTEST_PAIR_DAYS
    return estimate_regularity(former[told], latter[told], level)


def _shape(spread: float) -> float:
    """The k whose shares scatter this much around one half."""
    return float(np.clip(0.125 / max(spread, 1e-9) - 0.5, *_RANGE))
