"""Do customers come at steady intervals, or in bursts, instead of at any time?

Given a customer's first and last purchase, Poisson purchasing makes the gaps an even random split. Greenwood (1946),
The statistical study of infectious diseases: the sum of squared gaps is small when they are alike. The models' other
suppositions play no part (the idea of Wheat and Morrison 1990, with every gap used instead of two).
Size of effect: k of gaps that are Gamma(k); 1 is chance, 4 is four times as regular, below 1 is bursts.
"""

from math import nan

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import poch
from scipy.stats import norm

from lifeworth.backtest.diagnostics.finding import Evidence, too_little
from lifeworth.backtest.diagnostics.sample import Sample

Floats = NDArray[np.float64]

NAME = "regularity"
MIN_CUSTOMERS = 30
STEADY, BURSTS = 1.25, 0.80
_RANGE = (0.05, 100.0)


def ask_regularity(sample: Sample) -> Evidence:
    """Squared gaps of customers with at least two repeat purchases against an even random split."""
    usable = (sample.x >= 2) & (sample.t_x - sample.x >= 4)
    if usable.sum() < MIN_CUSTOMERS:
        return too_little(NAME, "Too few customers bought three times or more to see whether they come regularly.")
    x, free = sample.x[usable].astype(np.float64), (sample.t_x - sample.x)[usable].astype(np.float64)
    squares = _squares(sample)[usable]
    mean, variance = split_moments(x, free)
    weight = _pull(x) * (free + x) ** 2 / variance
    z = float(weight @ (squares - mean) / np.sqrt(weight**2 @ variance))
    k = _shape(x, free + x, weight, float(weight @ (squares - mean)))
    matters = k >= STEADY or k <= BURSTS
    return Evidence(NAME, z, float(2 * norm.sf(abs(z))), k, matters, _found(k), _calm(k))


def _squares(sample: Sample) -> Floats:
    """Sum over a customer's gaps g (days) of (g - 1)(g - 2)."""
    same = sample.customer[1:] == sample.customer[:-1]
    skipped = np.diff(sample.day)[same].astype(np.float64) - 1.0
    return np.asarray(np.bincount(sample.customer[1:][same], skipped * (skipped - 1.0), len(sample)), dtype=np.float64)


def split_moments(x: Floats, free: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of the sum of y(y - 1) when ``free`` days are split at random into ``x`` gaps.

    Every split into x whole numbers y is equally likely; E[y₁^(a) y₂^(b)] = free^(a + b) a! b! / (x)_(a + b), falling
    powers above, a rising one below.
    """
    falling = [np.ones_like(free), free]
    for power in range(2, 5):
        falling.append(falling[-1] * (free - power + 1))
    two, three, four = (falling[power] / poch(x, power) for power in (2, 3, 4))
    own = 24 * four + 4 * 6 * three + 2 * 2 * two
    mean = x * 2 * two
    return mean, np.maximum(x * own + x * (x - 1) * 4 * four - mean**2, 1e-12)


def _expected_share(x: Floats, k: float | Floats) -> Floats:
    """Expected sum of squared shares of x gaps that are Gamma(k)."""
    return np.asarray((k + 1) / (k * x + 1))


def _pull(x: Floats) -> Floats:
    """How fast that falls in k, at 1."""
    return np.asarray((x - 1) / (x + 1) ** 2)


def _shape(x: Floats, length: Floats, weight: Floats, excess: float) -> float:
    """The k whose gaps would show the same excess of squares."""

    def miss(k: float) -> float:
        return float(weight @ (length**2 * (_expected_share(x, k) - _expected_share(x, 1.0)))) - excess

    low, high = _RANGE
    if miss(low) <= 0:
        return low
    if miss(high) >= 0:
        return high
    return float(brentq(miss, low, high)) if np.isfinite(excess) else nan


def _found(k: float) -> str:
    if k > 1:
        return (
            f"Customers come at steadier intervals than the purchase model supposes (regularity {k:.1f}, chance is 1). It then "
            "notices too late that a steady customer has stopped, and next-order dates and customer ranges are too wide."
        )
    return (
        f"Customers buy in bursts with long breaks (regularity {k:.1f}, chance is 1). The purchase model takes a break for "
        "leaving: people in a break are valued too low, people in a burst too high."
    )


def _calm(k: float) -> str:
    return f"Gaps between purchases look like chance (regularity {k:.1f}, chance is 1)."
