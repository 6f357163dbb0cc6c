"""The chance that a lead is won, by what is known of it and how old it is.

    log odds = of all leads + what its columns add + what its age adds

The columns learn from leads old enough to have had their time, won in it or not. Each column's effects are drawn to the whole
as far as chance could have made the differences (``models/cold_start/effects.py`` says how widely they differ), and all of them
by one strength more, chosen on leads that came later (``folds.py``). The age adds the same for all (``ageing.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import expit

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.models.cold_start import Effects, shrink
from lifeworth.values.leads.ageing import Ageing, Ints, log_odds
from lifeworth.values.leads.columns import Column
from lifeworth.values.leads.finished import Finished
from lifeworth.values.leads.penalised import Design, all_effects, fit
from lifeworth.values.leads.rows import SOURCE

MOST_DRIFT = 1.5
MONTH_DAYS = 30
FEWEST_RECENT = 30

Way = Literal["by source", "by everything known"]
BY_SOURCE: Way = "by source"
BY_ALL: Way = "by everything known"


@dataclass(frozen=True)
class Chance:
    """What was learned; ask it with :meth:`expect`.

    Attributes
    ----------
    way : str
        Whether the source speaks alone, or everything known.
    columns : tuple of Column
        What it asks of a lead.
    effects : Effects
        Log odds of being won within ``days``; the first dimension is the month, which counts as average.
    shared : float
        Variance of log odds that all leads share: how months differ, and how far later leads were from earlier ones.
    """

    way: Way
    columns: tuple[Column, ...]
    effects: Effects
    ageing: Ageing
    days: int
    shared: float

    def expect(self, codes: IntArray, ages: Ints) -> tuple[FloatArray, FloatArray]:
        """Log odds of winning from this age on, and their variance: (n,) each; codes (n, columns), -1 where not known."""
        with_month = np.column_stack([np.full(len(codes), -1, dtype=np.intp), codes])
        found, doubt = self.effects.at(with_month, skip=(0,))
        shift, older = self.ageing.shift(ages, self.days)
        return found + shift, doubt + older + self.shared

    def adds(self, codes: IntArray) -> FloatArray:
        """What each column adds to the log odds of each lead: (n, columns)."""
        parts = zip(self.effects.effects[1:], codes.T, strict=True)
        return np.column_stack([np.zeros((len(codes), 0)), *(np.append(effect, 0.0)[code] for effect, code in parts)])


def learn_chance(finished: Finished, way: Way, strength: float, ageing: Ageing, days: int) -> Chance:
    """Learn from leads that were watched for ``days``; ``strength`` as in :func:`learn_effects`."""
    told = finished.only((SOURCE,)) if way == BY_SOURCE else finished
    effects = learn_effects(told, strength)
    lately = told.take(told.recent) if told.recent.sum() >= FEWEST_RECENT else told
    months = float(effects.spreads[0]) ** 2 / max(days / MONTH_DAYS, 1.0)
    moved = brought_to_total(effects, lately)
    return Chance(way, told.columns, moved, ageing, days, months + _drift(lately) ** 2)


def learn_effects(finished: Finished, strength: float = 1.0) -> Effects:
    """Effects of the months and of every column's levels.

    Parameters
    ----------
    strength : float
        What the spread that the data show of each column but the source is multiplied by: below 1 draws closer to the rate
        of the source.
    """
    design = finished.design()
    usual = usual_effects(design, finished.won)
    return fit(design, finished.won, usual.spreads * weights(finished.names, strength), all_effects(usual))


def weights(names: Sequence[str], strength: float) -> FloatArray:
    """What the spread of the months and of each column is multiplied by: (1 + columns,)."""
    return np.array([1.0, *(1.0 if name == SOURCE else strength for name in names)])


def usual_effects(design: Design, won: FloatArray) -> Effects:
    """Effects with the spread of each column that the data show beyond chance, by empirical Bayes."""
    return shrink(design.codes, design.sizes, np.ones(len(won)), won, won, link="logit")


def stand(effects: Effects, codes: IntArray) -> FloatArray:
    """Log odds of leads in an average month: (n,); codes (n, columns), -1 where nothing is known."""
    found = np.full(len(codes), effects.level)
    for place, effect in enumerate(effects.effects[1:]):
        found += np.append(effect, 0.0)[codes[:, place]]
    return found


def brought_to_total(effects: Effects, finished: Finished) -> Effects:
    """The same effects around the level at which leads of average months are won as often as those that were seen."""
    around, won, level = stand(effects, finished.codes) - effects.level, float(finished.won.sum()), effects.level
    for _ in range(50):
        share = expit(np.clip(around + level, -30, 30))
        slope = max(float((share * (1.0 - share)).sum()), 1e-12)
        level += float(np.clip((won - float(share.sum())) / slope, -1.0, 1.0))
    return replace(effects, level=level)


def _drift(finished: Finished) -> float:
    """How far the log odds of later leads were from those of earlier ones, beyond chance."""
    months = len(finished.months)
    leads = np.bincount(finished.month, minlength=months).astype(np.float64)
    won = np.bincount(finished.month, finished.won, months)
    newer = np.cumsum(leads) - leads / 2 > leads.sum() / 2
    parts = [(float(won[half].sum()), float((leads - won)[half].sum())) for half in (~newer, newer)]
    if min(min(part) for part in parts) <= 0:
        return 0.0
    noise = sum(1.0 / yes + 1.0 / no for yes, no in parts)
    odds = [log_odds(np.array([yes / (yes + no)]))[0] for yes, no in parts]
    return float(min(np.sqrt(max((odds[1] - odds[0]) ** 2 - noise, 0.0)), MOST_DRIFT))
