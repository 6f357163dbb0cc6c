"""The gain of writing to a customer: what they bring if it brings them back, times the chance that it does, less its cost."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame
from lifeworth.insight.retention.winback.effect import Effect
from lifeworth.insight.retention.winback.returning import Returning

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Who is written to: past their own usual gap, and not likelier than not to come anyway within the horizon.
PAST_USUAL, COMES_ANYWAY = 0.5, 0.5


@dataclass(frozen=True)
class Gains:
    """One entry per customer; money in the run's basis.

    ``chance`` is that of being brought back, ``mean`` the expected gain less the cost, ``low`` and ``high`` its range as
    far as the effect of a contact and the customer's worth are unsure.
    """

    chance: Floats
    mean: Floats
    low: Floats
    high: Floats


def seems_lost(overdue: Floats, comes: Floats) -> Bools:
    """Who is past their own usual gap and would more likely than not stay away."""
    return np.asarray((overdue >= PAST_USUAL) & (comes < COMES_ANYWAY))


def weigh_contacts(comes: Floats, returning: Returning, effect: Effect, cost: float, frame: Frame) -> Gains:
    """Expected gain of one contact with each customer.

    Parameters
    ----------
    comes : (customers,)
        Chance of an order within the horizon without a contact.
    returning : Returning
        What each brings once back.
    cost : float
        Of one contact.
    """
    absent = 1.0 - comes
    chance = effect.mean * absent
    brought = chance * returning.mean
    unsure = (effect.sd * absent * returning.mean) ** 2 + (chance * returning.doubt) ** 2
    reach = NormalDist().inv_cdf((1 + frame.interval_level) / 2) * np.sqrt(
        unsure + (frame.shared_spread * brought) ** 2
    )
    return Gains(chance, brought - cost, brought - cost - reach, brought - cost + reach)
