"""The average of a group of leads, with a range that holds what its leads have in common and what they have not.

By the delta method: how the average moves with every effect that was learned, and how sure each is. Two leads of one source share the
doubt about the source, not that about their own levels in other columns, so an average is surer than any single lead's figure.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.special import expit

from lifeworth.maths.arrays import FloatArray
from lifeworth.models.cold_start import Effects
from lifeworth.models.cold_start.effects import mean_of
from lifeworth.models.cold_start.newcomer import MONTHS_AHEAD
from lifeworth.values.leads.like import with_month
from lifeworth.values.leads.penalised import Design
from lifeworth.values.leads.scorer import Levels, Scorer


@dataclass(frozen=True)
class Ranged:
    """A mean with its range."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Averages:
    """Of a group of leads: the chance, what a won one brings, and the product."""

    chance: Ranged
    if_won: Ranged
    value: Ranged


def average(scorer: Scorer, leads: Levels) -> Averages:
    """Averages over leads, each at its age; ranges at the scorer's level."""
    stand, _ = scorer.chance.expect(leads.chance_codes, leads.age_days)
    won = expit(stand)
    slope, worth = won * (1.0 - won), scorer.like.expect(leads.worth_codes)
    chance, value = float(won.mean()), float((won * worth).mean())
    if_won = value / chance
    of_chance = _chance_part(scorer, leads, slope)
    of_value = _chance_part(scorer, leads, slope * worth)
    of_worth = _chance_part(scorer, leads, slope * (worth - if_won) / chance)
    money = _worth_spread(scorer, leads, won)
    z = NormalDist().inv_cdf((1 + scorer.level) / 2)
    return Averages(
        _share(chance, z * of_chance),
        _around(if_won, z * float(np.hypot(of_worth, money / chance))),
        _around(value, z * float(np.hypot(of_value, money))),
    )


def _chance_part(scorer: Scorer, leads: Levels, weight: FloatArray) -> float:
    """Spread of an average that moves by ``weight`` with each lead's log odds of being won."""
    effects, (_, older) = scorer.chance.effects, scorer.chance.ageing.shift(leads.age_days, scorer.chance.days)
    spread = _spread(effects, with_month(leads.chance_codes), weight)
    shared = float(weight.mean()) ** 2 * (scorer.chance.shared + float(older.mean()))
    return float(np.sqrt(spread**2 + shared))


def _worth_spread(scorer: Scorer, leads: Levels, won: FloatArray) -> float:
    """Spread of the average value that comes from what newcomers bring."""
    like = scorer.like
    codes, learned, carry = with_month(leads.worth_codes), like.learned, like.carry
    first, back, money = (
        mean_of(part.link, part.at(codes, skip=learned.ahead)[0])
        for part in (learned.first, learned.chance, learned.money)
    )
    later = back * money * carry.orders
    moves = (
        (learned.first, won * (first if learned.first.link == "log" else 1.0)),
        (learned.chance, won * later * (1.0 - back)),
        (learned.money, won * (later if learned.money.link == "log" else back * carry.orders)),
    )
    total = (float((won * later).mean()) ** 2) * float(np.expm1(carry.spread**2))
    for part, weight in moves:
        months = sum(float(part.spreads[place]) ** 2 / MONTHS_AHEAD for place in learned.ahead)
        total += _spread(part, codes, weight) ** 2 + float(weight.mean()) ** 2 * months
    return float(np.sqrt(total))


def _spread(effects: Effects, codes: np.ndarray, weight: FloatArray) -> float:
    """Standard deviation of an average that moves by ``weight`` with where each lead stands."""
    slope = Design(codes, [len(each) for each in effects.effects]).sums(weight) / len(weight)
    return float(np.sqrt(max(float(slope @ effects.covariance @ slope), 0.0)))


def _share(mean: float, reach: float) -> Ranged:
    """A share with its range on the scale of log odds."""
    kept = min(max(mean, 1e-9), 1.0 - 1e-9)
    stand, wide = np.log(kept / (1.0 - kept)), reach / (kept * (1.0 - kept))
    return Ranged(mean, float(expit(stand - wide)), float(expit(stand + wide)))


def _around(mean: float, reach: float) -> Ranged:
    return Ranged(mean, mean - reach, mean + reach)
