"""How the chance of winning changes while a lead stays open."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_DOUBT = 4.0
SLOWEST = 0.95


@dataclass(frozen=True)
class Ageing:
    """The chance of winning by age, from all leads together.

    Attributes
    ----------
    won_within : (days + 1,) floats
        Share of leads won in fewer than so many days.
    chance : (days + 1,) floats
        Chance that a lead still open at that age is won later; the last entry holds for every older lead.
    doubt : (days + 1,) floats
        Variance of the log odds of ``chance``.
    """

    won_within: Floats
    chance: Floats
    doubt: Floats

    @property
    def slow_days(self) -> int:
        """Days in which 95 % of those that are ever won are won."""
        return int(np.searchsorted(self.won_within, SLOWEST * self.won_within[-1]))

    def within(self, days: int) -> float:
        """Share of leads won in fewer than so many days."""
        return float(self.won_within[min(days, len(self.won_within) - 1)])

    def shift(self, ages: Ints, days: int) -> tuple[Floats, Floats]:
        """How far the log odds of winning at an age are from those of being won within ``days`` of the first.

        Also the variance that the ages bring beside that of a new lead: (n,) each.
        """
        place = np.minimum(ages, len(self.chance) - 1)
        base = log_odds(np.array([self.within(days)]))[0]
        return log_odds(self.chance[place]) - base, np.maximum(self.doubt[place] - self.doubt[0], 0.0)


def learn_ageing(won: Ints, lost: Ints, open_: Ints) -> Ageing:
    """Learn from leads counted by day.

    Won and lost compete (Aalen and Johansen 1978); open leads count up to their age. Where few leads grew so old, the
    chance is drawn to that of the day before, as if one more lead had been seen; it is never surer than all leads
    together could make it.

    Parameters
    ----------
    won, lost : (days,) ints
        Leads won, and lost, so many days after they came.
    open_ : (days,) ints
        Leads still open at an age of so many days.
    """
    finished = won + lost
    # Somebody open at age a has been watched on the days 0 to a - 1.
    risk = np.cumsum(finished[::-1])[::-1] + np.cumsum(open_[::-1])[::-1] - open_
    watched = np.maximum(risk, 1)
    stay = np.concatenate([[1.0], np.cumprod(1.0 - finished / watched)])
    within = np.concatenate([[0.0], np.cumsum(stay[:-1] * won / watched)])
    left = np.concatenate([risk, [0]]).astype(np.float64)
    later = np.divide(within[-1] - within, stay, out=np.zeros_like(stay), where=stay > 0)
    chance = _smooth(left, np.minimum(later, 1.0))
    doubt = 1.0 / ((left + 1.0) * chance * (1.0 - chance))
    return Ageing(within, chance, np.minimum(doubt, MOST_DOUBT))


def _smooth(watched: Floats, chance: Floats) -> Floats:
    """Each day's chance with one lead of the day before; ``watched`` leads were open that day: (days,) each."""
    first = (watched[0] * chance[0] + 0.5) / (watched[0] + 1.0)
    least, most = first / (watched[0] + 1.0), 1.0 - (1.0 - first) / (watched[0] + 1.0)
    smooth, before = np.empty_like(chance), first
    for day in range(len(chance)):
        drawn = (watched[day] * chance[day] + before) / (watched[day] + 1.0) if day else first
        before = smooth[day] = min(max(drawn, least), most)
    return smooth


def log_odds(share: Floats) -> Floats:
    """Log odds of a chance, finite at zero and one."""
    kept = np.clip(share, 1e-12, 1.0 - 1e-12)
    return np.asarray(np.log(kept) - np.log1p(-kept))
