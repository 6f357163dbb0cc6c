"""What first orders begin with: one product chosen by those who will stay, one by who comes when and from where.

The gateway product's chance hangs on the traits, so its buyers are worth more at equal channel and month. The
lookalike's hangs on channel and month alone, so within them it tells nothing.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.terms import CHANNELS
from lifeworth.demo.traits import Scores

_GATEWAY_BASE, _GATEWAY_RATE, _GATEWAY_LEAVING = -3.10, 0.75, -0.65
_LOOKALIKE = {
    "organic search": 0.05,
    "paid search": 0.04,
    "paid social": 0.02,
    "marketplace": 0.02,
    "referral": 0.26,
    "e-mail": 0.20,
}
_GIFT_MONTHS, _GIFT_TIMES = (10, 11), 2.0
"""November and December, in which the lookalike is so many times as popular."""


@dataclass(frozen=True)
class Starters:
    """One entry per customer: whether the first order holds each of the two products."""

    gateway: Bools
    lookalike: Bools


def gateway_chance(scores: Scores) -> Floats:
    """Chance that a customer's first order holds the gateway product."""
    return np.asarray(expit(_GATEWAY_BASE + _GATEWAY_RATE * scores.rate + _GATEWAY_LEAVING * scores.leaving))


def lookalike_chance(channel: Ints, month: Ints) -> Floats:
    """Chance that a first order holds the lookalike, by channel and month (``month % 12`` is 0 in January)."""
    by_channel = np.array([_LOOKALIKE[source.name] for source in CHANNELS])
    return by_channel[channel] * np.where(np.isin(month % 12, _GIFT_MONTHS), _GIFT_TIMES, 1.0)


def draw_starters(scores: Scores, channel: Ints, month: Ints, rng: np.random.Generator) -> Starters:
    """Who begins with which of the two."""
    gateway = rng.uniform(size=len(channel)) < gateway_chance(scores)
    return Starters(gateway, rng.uniform(size=len(channel)) < lookalike_chance(channel, month))
