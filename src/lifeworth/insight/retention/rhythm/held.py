"""Does the score mean what it says? Past waits, and a past day that knew nothing of what followed.

A wait begins with a purchase and is scored as it goes on, from the purchases before it alone. Of the waits of customers
still there, one in ten should pass 0.9. Some waits end because the books end, and some never end because the customer has
left; which, nobody sees. So a wait without an end counts as that of somebody still there by its chance

    (1 - p) S(c) / (p + (1 - p) S(c)),   p the chance of leaving after that purchase, c the score it has reached,

and S, the share of waits that pass a score, is what reproduces itself (a cure model with a known share of the cured:
Turnbull 1976 for the self-consistency, Berkson and Gage 1952 for the mixture), read from the counts in 200 steps of the score.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from lifeworth.insight.retention.rhythm.days import Days
from lifeworth.insight.retention.rhythm.gaps import chance_to_come, overdue
from lifeworth.insight.retention.rhythm.leaving import Rhythm, chance_of_leaving

Floats = NDArray[np.float64]

SCORES = (0.5, 0.75, 0.9, 0.95)
FEWEST_WAITS = 200
MOST_ASKED = 10_000
YEAR = 365
_STEPS, _ROUNDS, _PARTS = 200, 25, 20


@dataclass(frozen=True)
class Waits:
    """One entry per wait: whose, the score it ended at or has reached, whether it ended with an order, chance of having left."""

    customer: NDArray[np.int64]
    score: Floats
    ended: NDArray[np.bool_]
    leaving: Floats

    def take(self, which: NDArray[np.bool_]) -> "Waits":
        """Some of the waits."""
        return Waits(self.customer[which], self.score[which], self.ended[which], self.leaving[which])


@dataclass(frozen=True)
class Passed:
    """Of past waits of customers still there, the share that passed a score, with its range; ``waits`` are all asked."""

    score: float
    share: float
    low: float
    high: float
    waits: int


def waits_since(days: Days, rhythm: Rhythm, since: float) -> Waits:
    """Every wait that began on a day or later (days before today are below zero), scored by what was known at its start."""
    first = np.flatnonzero(np.diff(days.customer, prepend=-1))
    number = np.arange(len(days.customer)) - first[days.customer]
    so_far = days.day - days.day[first][days.customer]
    until = np.append(days.day[1:], 0.0)
    ended = np.append(days.customer[1:] == days.customer[:-1], False)
    until[~ended] = 0.0
    asked = days.day >= since
    x = number[asked].astype(np.float64)
    score = overdue(rhythm, x, so_far[asked], (until - days.day)[asked])
    return Waits(days.customer[asked], score, ended[asked], chance_of_leaving(rhythm, x))


def share_passing(waits: Waits) -> Floats:
    """Share of waits of customers still there that pass each of :data:`SCORES`."""
    grid = np.linspace(0.0, 1.0, _STEPS + 1)
    step = np.minimum((waits.score * _STEPS).astype(np.intp), _STEPS - 1)
    ends = np.bincount(step[waits.ended], minlength=_STEPS).astype(np.float64)
    open_step, open_score, leaving = (a[~waits.ended] for a in (step, waits.score, waits.leaving))
    passing = 1.0 - grid
    for _ in range(_ROUNDS):
        reached = (1.0 - leaving) * np.interp(open_score, grid, passing)
        there = np.divide(reached, leaving + reached, out=np.ones_like(reached), where=leaving + reached > 0)
        lost = np.bincount(open_step, weights=there, minlength=_STEPS)
        left = np.cumsum((ends + lost)[::-1])[::-1]
        ending = ends / np.maximum(left - lost / 2, 1e-9)
        passing = np.concatenate([[1.0], np.cumprod(1.0 - np.clip(ending, 0.0, 1.0))])
    return np.asarray(np.interp(SCORES, grid, passing))


def hold_against_waits(days: Days, rhythm: Rhythm, level: float) -> tuple[Passed, ...]:
    """How many past waits passed each score; ranges by leaving out a twentieth of the customers in turn.

    Waits of the last year, so that every season counts once, or of the later two thirds of a shorter past; nothing where
    fewer than 200 began.
    """
    asked = days.first_of(MOST_ASKED)
    history = -float(asked.day.min(initial=0.0))
    waits = waits_since(asked, rhythm, -min(YEAR, history * 2 / 3))
    if len(waits.score) < FEWEST_WAITS:
        return ()
    whole = share_passing(waits)
    without = np.array([share_passing(waits.take(waits.customer % _PARTS != part)) for part in range(_PARTS)])
    error = np.sqrt((_PARTS - 1) / _PARTS * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    reach = NormalDist().inv_cdf((1 + level) / 2) * error
    return tuple(
        Passed(score, float(share), float(max(share - far, 0.0)), float(min(share + far, 1.0)), len(waits.score))
        for score, share, far in zip(SCORES, whole, reach, strict=True)
    )


@dataclass(frozen=True)
class Band:
    """Customers whose score lay in a band on a past day, how many came within ``follow_days``, and how many were expected."""

    low_score: float
    high_score: float
    customers: int
    came: int
    expected: float


BANDS = ((0.0, 0.5), (0.5, 0.75), (0.75, 0.9), (0.9, 1.0))


@dataclass(frozen=True)
class Told:
    """In how many pairs of somebody who stayed away and somebody who came, the score stood higher for the first.

    One half is chance; ``low`` and ``high`` are its range, ``customers`` all who were asked.
    """

    share: float
    low: float
    high: float
    customers: int
    level: float


@dataclass(frozen=True)
class PastDay:
    """What a past day says of the score; ``told`` is None where all came or none did."""

    bands: tuple[Band, ...]
    told: Told | None


def hold_against_past_day(days: Days, follow_days: int, blind: Rhythm, level: float) -> PastDay:
    """Customers as they stood ``follow_days`` ago, by score, and who of them came since.

    ``blind`` is the rhythm learned from what was known on that day.
    """
    then = -float(follow_days)
    known = days.before(then).histories()
    first = np.flatnonzero(np.diff(days.customer, prepend=-1))
    bought_by_then = days.day[first] < then
    last = days.day[np.append(first[1:], len(days.day)) - 1]
    came = (last >= then)[bought_by_then]
    score = overdue(blind, known.x, known.t_x, known.silence)
    chance = chance_to_come(blind, known, float(follow_days))
    found = []
    for low, high in BANDS:
        inside = (score >= low) & ((score < high) | (high == 1.0))
        found.append(Band(low, high, int(inside.sum()), int(came[inside].sum()), float(chance[inside].sum())))
    return PastDay(tuple(found), tell_apart(score, ~came, level))


def tell_apart(score: Floats, stayed_away: NDArray[np.bool_], level: float) -> Told | None:
    """How well a score tells who stays away from who comes, ties counted half (Hanley and McNeil 1982)."""
    away, came = int(stayed_away.sum()), int((~stayed_away).sum())
    if not away or not came:
        return None
    share = float(rankdata(score)[stayed_away].sum() - away * (away + 1) / 2) / (away * came)
    one, two = share / (2 - share), 2 * share**2 / (1 + share)
    pairs = share * (1 - share) + (away - 1) * (one - share**2) + (came - 1) * (two - share**2)
    reach = NormalDist().inv_cdf((1 + level) / 2) * float(np.sqrt(max(pairs, 0.0) / (away * came)))
    return Told(share, max(share - reach, 0.0), min(share + reach, 1.0), away + came, level)
