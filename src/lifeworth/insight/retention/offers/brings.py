"""What taking an offer up brings, by tier where enough customers tell, else for all of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.retention.offers.firsts import Adopters
from lifeworth.insight.retention.offers.standing import TIERS, tier_of

FEWEST_ADOPTERS = 30


@dataclass(frozen=True)
class Brings:
    """Mean of what it brought, the standard error of that mean, how single customers scatter, and how many were asked."""

    mean: float
    error: float
    spread: float
    adopters: int


def brings_by_tier(adopters: Adopters, offer: int, category: int, edges: tuple[float, float]) -> tuple[Brings, ...]:
    """One entry per tier, customers placed by what they spent in the year before; none where fewer than 30 took it up."""
    which = (adopters.offer == offer) & (adopters.category == category)
    brought, tier = adopters.brought[which], tier_of(adopters.spent[which], edges)
    if len(brought) < FEWEST_ADOPTERS:
        return ()
    everybody = _of(brought)
    found = []
    for place in range(len(TIERS)):
        own = brought[tier == place]
        found.append(_of(own) if len(own) >= FEWEST_ADOPTERS else everybody)
    return tuple(found)


def _of(brought: NDArray[np.float64]) -> Brings:
    spread = float(brought.std(ddof=1))
    return Brings(float(brought.mean()), spread / float(np.sqrt(len(brought))), spread, len(brought))
