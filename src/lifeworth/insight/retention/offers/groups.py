"""An offer held against groups of comparable customers: chances from a past window, candidates of today."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.retention.offers.brings import Brings
from lifeworth.insight.retention.offers.chances import Chances, draw_together
from lifeworth.insight.retention.offers.firsts import NEW, Firsts
from lifeworth.insight.retention.offers.standing import GROUPS, NOWHERE, RHYTHMS, Standing

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_TAKERS = 10


@dataclass(frozen=True)
class Window:
    """Customers as they stood on a day, and the days (counted from 1970) of it and of its end."""

    stood: Standing
    start: int
    end: int


@dataclass(frozen=True)
class Offered:
    """An offer to one group: what its comparables did, what it brings, and the keys of its candidates.

    ``chance`` and the range are a probability; ``expected`` how many were to take it up by the window before.
    """

    offer: str
    category: str
    group: int
    comparable: int
    took: int
    expected: float
    chance: float
    chance_low: float
    chance_high: float
    chance_sd: float
    brings: Brings
    candidates: Ints


def could_take(firsts: Firsts, offer: str, stood: Standing, on: int) -> NDArray[np.bool_]:
    """Who of those standing on a day could take an offer up: they do not have it, and for a dearer kind have the category."""
    has = stood.group == NOWHERE
    has |= np.isin(stood.key, firsts.key[firsts.took < on])
    if offer != NEW:
        has |= ~np.isin(stood.key, firsts.key[firsts.could < on])
    return np.asarray(~has)


def count_takers(firsts: Firsts, offer: str, window: Window) -> tuple[Floats, Floats]:
    """How many of each group took an offer up in a window, and how many could have, of the even sample."""
    able = could_take(firsts, offer, window.stood, window.start) & window.stood.sampled
    took = able & np.isin(window.stood.key, firsts.key[(firsts.took >= window.start) & (firsts.took < window.end)])
    counts = [np.bincount(window.stood.group[who], minlength=len(GROUPS)).astype(np.float64) for who in (took, able)]
    return counts[0], counts[1]


def offer_to_groups(
    offer: str,
    category: str,
    firsts: Firsts,
    windows: tuple[Window, Window],
    today: Window,
    free: Ints,
    brings: tuple[Brings, ...],
    level: float,
) -> list[Offered]:
    """An offer to every group that is large enough and that it should bring something from.

    Parameters
    ----------
    windows : two Window
        The last one, which chances come from, and the one before, which they are held against.
    free : (customers,)
        Keys of those who may get an offer.
    brings : one per tier
    """
    took, of = count_takers(firsts, offer, windows[0])
    if took.sum() < FEWEST_TAKERS:
        return []
    chances = draw_together(took, of, level)
    before: Chances = draw_together(*count_takers(firsts, offer, windows[1]), level)
    open_today = could_take(firsts, offer, today.stood, today.start) & np.isin(today.stood.key, free)
    found = []
    for group in range(len(GROUPS)):
        candidates = today.stood.key[open_today & (today.stood.group == group)]
        what = brings[group // len(RHYTHMS)]
        if of[group] < FEWEST or len(candidates) < FEWEST or what.mean <= 0:
            continue
        found.append(
            Offered(
                offer,
                category,
                group,
                int(of[group]),
                int(took[group]),
                float(before.mean[group] * of[group]),
                float(chances.mean[group]),
                float(chances.low[group]),
                float(chances.high[group]),
                float(chances.sd[group]),
                what,
                candidates,
            )
        )
    return found
