"""Chance of winning × what a newcomer like the lead brings, with ranges: the same for leads of the run and of a file."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.values.leads.ageing import Ints
from lifeworth.values.leads.chance import Chance
from lifeworth.values.leads.like import Like

DRAWS = 500
AT_ONCE = 4000
GRADES = ((0.15, "A"), (0.35, "B"), (0.75, "C"))


@dataclass(frozen=True)
class Levels:
    """What is known of leads: (n,) each, codes (n, columns) with -1 where nothing is."""

    age_days: Ints
    chance_codes: IntArray
    worth_codes: IntArray

    def __len__(self) -> int:
        return len(self.age_days)

    def take(self, leads: slice | IntArray) -> "Levels":
        """Some of them."""
        return Levels(self.age_days[leads], self.chance_codes[leads], self.worth_codes[leads])


@dataclass(frozen=True)
class Scores:
    """By lead: (n,) floats each. Ranges hold for the average of many such leads; a single one mostly brings nothing."""

    chance: FloatArray
    chance_low: FloatArray
    chance_high: FloatArray
    if_won: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def evidence(self) -> list[str]:
        """A to D by half the range over the value."""
        share = (self.high - self.low) / 2.0 / np.maximum(np.abs(self.mean), 1e-12)
        return [next((letter for most, letter in GRADES if one <= most), "D") for one in share]


@dataclass(frozen=True)
class Scorer:
    """All that was learned of leads.

    Attributes
    ----------
    as_of : date
        The day it was learned; nothing later was known.
    level : float
        Share of plausible averages a range holds.
    in_profit : bool
        Whether money is profit, else net revenue.
    """

    as_of: date
    level: float
    in_profit: bool
    currency: str | None
    seed: int
    chance: Chance
    like: Like

    def score(self, leads: Levels) -> Scores:
        """Value every lead; a lead's figures hang on nothing but what is known of it."""
        noise = even_noise(self.seed)
        stand, doubt = self.chance.expect(leads.chance_codes, leads.age_days)
        chance, if_won = expit(stand), self.like.expect(leads.worth_codes)
        mean, low, high = chance * if_won, np.empty(len(leads)), np.empty(len(leads))
        for start in range(0, len(leads), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            low[part], high[part] = _range(mean[part], self.draw(leads.take(part), noise), self.level)
        reach = norm.ppf((1 + self.level) / 2) * np.sqrt(doubt)
        return Scores(chance, expit(stand - reach), expit(stand + reach), if_won, mean, low, high)

    def draw(self, leads: Levels, noise: FloatArray) -> FloatArray:
        """Plausible values: (n, draws)."""
        stand, doubt = self.chance.expect(leads.chance_codes, leads.age_days)
        chances = expit(stand[:, None] + np.sqrt(doubt)[:, None] * noise[4])
        kinds, kind = np.unique(leads.worth_codes, axis=0, return_inverse=True)
        return np.asarray(chances * self.like.draws(kinds, noise[:4])[kind.ravel()])


def even_noise(seed: int) -> FloatArray:
    """Standard normal, spread evenly: (5, draws); four for the value, one for the chance."""
    even = norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS)
    rng = np.random.default_rng([seed, 31])
    return np.array([rng.permutation(even) for _ in range(5)])


def _range(mean: FloatArray, draws: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Central interval of each row of draws, brought to its mean: (n,) each."""
    middle = draws.mean(axis=1)
    same = middle * mean > 0
    factor = np.divide(mean, middle, out=np.ones_like(mean), where=same)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=1) * factor
    return np.minimum(low, mean), np.maximum(high, mean)
