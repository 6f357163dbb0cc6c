"""How many customers an experiment needs, and what it can see."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

_NORMAL = NormalDist()


@dataclass(frozen=True)
class Aim:
    """How sure an experiment is to be.

    Attributes
    ----------
    error : float
        Chance of seeing an effect where there is none; two-sided.
    power : float
        Chance of seeing the effect where there is one.
    control_share : float
        Part of the customers that goes untreated.
    """

    error: float = 0.05
    power: float = 0.8
    control_share: float = 0.5

    @property
    def distance(self) -> float:
        """Standard errors that must lie between the effect and zero."""
        return _NORMAL.inv_cdf(1 - self.error / 2) + _NORMAL.inv_cdf(self.power)

    @property
    def spread(self) -> float:
        """Variance of the difference, times customers, over the variance of one customer: 1 / (s (1 - s))."""
        return 1 / (self.control_share * (1 - self.control_share))


def customers_needed(effect: float, variance: float, aim: Aim) -> float:
    """Customers in both arms together to see a difference of means; infinite where the effect is nothing.

    Normal approximation with Guenther's term for the estimated variance (1981, *American Statistician* 35(4), 243-244).

    Examples
    --------
    >>> half = customers_needed(1.0, 1.0, Aim(error=0.05, power=0.9)) / 2
    >>> round(half, 2)    # R's power.t.test says 22.02 each
    21.98
    """
    if effect == 0:
        return float("inf")
    guenther = _NORMAL.inv_cdf(1 - aim.error / 2) ** 2 / 2
    return aim.distance**2 * variance * aim.spread / effect**2 + guenther


def smallest_effect(customers: float, variance: float, aim: Aim) -> float:
    """The smallest difference of means that so many customers in both arms together show with the power asked."""
    return aim.distance * sqrt(variance * aim.spread / customers) if customers > 0 else float("inf")


def power_of(effect: float, customers: float, variance: float, aim: Aim) -> float:
    """Chance of seeing an effect with so many customers in both arms together.

    Examples
    --------
    >>> aim = Aim(power=0.8)
    >>> round(power_of(0.2, customers_needed(0.2, 1.0, aim), 1.0, aim), 3)
    0.801
    """
    if customers <= 0 or variance <= 0:
        return 0.0
    z, edge = abs(effect) / sqrt(variance * aim.spread / customers), _NORMAL.inv_cdf(1 - aim.error / 2)
    return _NORMAL.cdf(z - edge) + _NORMAL.cdf(-z - edge)
