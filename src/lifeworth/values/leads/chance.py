"""The chance that a lead is won, by where it came from, what is known of it and how old it is.

    log odds = of all leads + what its groups add + what its age adds

The groups learn from leads old enough to have had their time, won in it or not, and are drawn to the base as far as
chance could have made the differences; the age adds the same for all (``ageing.py``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.cold_start import Effects, shrink
from lifeworth.values.leads.ageing import Ageing, log_odds

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Ints = NDArray[np.int64]

MOST_DRIFT = 1.5
MONTH_DAYS = 30


@dataclass(frozen=True)
class Finished:
    """Leads whose time is over, by combination of groups; the first dimension is the month they came.

    Attributes
    ----------
    members : tuple of tuple of str
        Names of each dimension's groups.
    codes : (cells, dimensions) ints
    leads, won : (cells,) floats
    """

    members: tuple[tuple[str, ...], ...]
    codes: Codes
    leads: Floats
    won: Floats


@dataclass(frozen=True)
class Chance:
    """What was learned; ask it with :meth:`expect`.

    Attributes
    ----------
    effects : Effects
        Log odds of being won within ``days``; the month counts as average.
    shared : float
        Variance of log odds that all leads share: how months differ, and how far later leads were from earlier ones.
    """

    effects: Effects
    ageing: Ageing
    days: int
    shared: float

    def expect(self, codes: Codes, ages: Ints) -> tuple[Floats, Floats]:
        """Log odds of winning from this age on, and their variance: (n,) each; codes are -1 where not known."""
        stand, doubt = self.effects.at(codes, skip=(0,))
        shift, older = self.ageing.shift(ages, self.days)
        return stand + shift, doubt + older + self.shared


def learn_chance(finished: Finished, ageing: Ageing, days: int) -> Chance:
    """Learn from leads that were watched for ``days``."""
    sizes = tuple(len(each) for each in finished.members)
    effects = shrink(finished.codes, sizes, finished.leads, finished.won, finished.won, link="logit")
    level = _brought_to_total(effects, finished)
    months = float(effects.spreads[0]) ** 2 / max(days / MONTH_DAYS, 1.0)
    moved = Effects("logit", level, effects.effects, effects.spreads, effects.covariance, effects.dispersion)
    return Chance(moved, ageing, days, months + _drift(finished) ** 2)


def _brought_to_total(effects: Effects, finished: Finished) -> float:
    """The level at which leads of average months are won as often as those that were seen."""
    stand = effects.at(finished.codes, skip=(0,))[0] - effects.level
    won, leads, level = float(finished.won.sum()), finished.leads, effects.level
    for _ in range(50):
        share = 1.0 / (1.0 + np.exp(-np.clip(stand + level, -30, 30)))
        slope = max(float((leads * share * (1.0 - share)).sum()), 1e-12)
        level += float(np.clip((won - float((leads * share).sum())) / slope, -1.0, 1.0))
    return level


def _drift(finished: Finished) -> float:
    """How far the log odds of later leads were from those of earlier ones, beyond chance."""
    months = np.array(finished.members[0])
    place = np.argsort(np.argsort(months, kind="stable"), kind="stable")[finished.codes[:, 0]]
    leads, won = (np.bincount(place, weights=each, minlength=len(months)) for each in (finished.leads, finished.won))
    newer = np.cumsum(leads) - leads / 2 > leads.sum() / 2
    parts = [(float(won[half].sum()), float((leads - won)[half].sum())) for half in (~newer, newer)]
    if min(min(part) for part in parts) <= 0:
        return 0.0
    noise = sum(1.0 / yes + 1.0 / no for yes, no in parts)
    odds = [log_odds(np.array([yes / (yes + no)]))[0] for yes, no in parts]
    return float(min(np.sqrt(max((odds[1] - odds[0]) ** 2 - noise, 0.0)), MOST_DRIFT))
