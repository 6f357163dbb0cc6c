"""What was known at a day, what a model expects of the stretch that follows, and what came."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_CHANCE = 1e-4
LEAST_SHARE = 1e-4


@dataclass(frozen=True)
class Expectation:
    """What is expected of each customer over a stretch of days; (n,) floats each.

    Attributes
    ----------
    chance : (n,) floats
        Probability of any purchase.
    orders : (n,) floats
        Purchases.
    revenue : (n,) floats
        Net revenue, not discounted.
    """

    chance: Floats
    orders: Floats
    revenue: Floats

    def __len__(self) -> int:
        return len(self.chance)

    @property
    def centre(self) -> Floats:
        """Expected revenue of those who purchase."""
        return self.revenue / np.maximum(self.chance, LEAST_CHANCE)

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_]) -> "Expectation":
        """The same for some customers."""
        return Expectation(self.chance[index], self.orders[index], self.revenue[index])


@dataclass(frozen=True)
class Known:
    """What is known of every customer at a day.

    Attributes
    ----------
    names : tuple of str
        The features.
    features : (n, len(names)) floats
        NaN where nothing is known; categories as codes.
    categories : tuple of str
        Those of ``names`` that hold codes.
    alive : (n,) floats
        The purchase model's probability that the customer is one still.
    purchase : Expectation
        What the purchase and spend models expect of the window.
    """

    names: tuple[str, ...]
    features: NDArray[np.float32]
    categories: tuple[str, ...]
    alive: Floats
    purchase: Expectation

    def __len__(self) -> int:
        return len(self.alive)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of :attr:`matrix`."""
        return (*self.names, "p_alive", "expected_chance", "expected_orders", "expected_revenue", "expected_per_order")

    @property
    def matrix(self) -> NDArray[np.float32]:
        """Features and what the purchase models say, side by side."""
        said = self.purchase
        per_order = said.revenue / np.maximum(said.orders, 1e-9)
        told = np.column_stack([self.alive, said.chance, said.orders, said.revenue, per_order])
        return np.column_stack([self.features, told.astype(np.float32)])


@dataclass(frozen=True)
class Window:
    """A past day and the finished stretch after it; ``revenue`` (n,) is what each customer brought."""

    known: Known
    revenue: Floats

    def __len__(self) -> int:
        return len(self.revenue)


def logit(p: Floats) -> Floats:
    """Log odds, kept finite."""
    kept = np.clip(p, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return np.asarray(np.log(kept / (1 - kept)))


def expit(x: Floats) -> Floats:
    """Probability of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -30, 30))))


def floored(money: Floats) -> Floats:
    """Money no less than a ten-thousandth of the mean, so that its logarithm exists."""
    least = LEAST_SHARE * max(float(np.maximum(money, 0.0).mean()), 1e-12)
    return np.asarray(np.maximum(money, least))
