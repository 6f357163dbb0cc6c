"""Does everything known tell leads apart better than their source alone, beyond chance?"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.special import logit
from scipy.stats import norm, rankdata

from lifeworth.maths.arrays import BoolArray, FloatArray
from lifeworth.maths.proportions import wilson
from lifeworth.values.leads.folds import Blind, losses_of

SURE = 0.05
PARTS = 5


@dataclass(frozen=True)
class Figure:
    """A figure with its standard error."""

    mean: float
    error: float

    def range(self, level: float) -> tuple[float, float]:
        """Low and high end at a level."""
        reach = NormalDist().inv_cdf((1 + level) / 2) * self.error
        return self.mean - reach, self.mean + reach


@dataclass(frozen=True)
class Fifth:
    """Leads of about equal chance, told blind, and how many of them were won; ``low`` to ``high`` is what the wins leave open."""

    leads: int
    expected: float
    won: int
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the chance lies in the range of what came."""
        return self.low <= self.expected <= self.high


@dataclass(frozen=True)
class Judged:
    """Both ways on the same leads, which came later than those they had learned from.

    Attributes
    ----------
    area_by_source, area_by_all, area_apart : Figure
        Chance that a lead that was won had the higher chance than one that was not (area under the curve), and the second less
        the first.
    loss_by_source, loss_by_all : float
        Mean log loss.
    gain : Figure
        Mean of what everything known takes off the log loss of a lead.
    p : float
        Chance of as much if everything known told nothing that the source does not; one-sided.
    """

    leads: int
    won: int
    area_by_source: Figure
    area_by_all: Figure
    area_apart: Figure
    loss_by_source: float
    loss_by_all: float
    gain: Figure
    p: float

    @property
    def better(self) -> bool:
        """Whether everything known is used: it tells more beyond chance, and both measures are better."""
        return self.p < SURE and self.gain.mean > 0 and self.area_apart.mean > 0


def judge(blind: Blind) -> Judged:
    """Hold both ways against what came."""
    source, everything = (losses_of(told, blind.won) for told in (blind.by_source, blind.by_all))
    areas = areas_within(np.column_stack([blind.by_source, blind.by_all]), blind.won, blind.block)
    apart = Figure(
        areas.mean[1] - areas.mean[0],
        float(np.sqrt(max(areas.covariance[0, 0] + areas.covariance[1, 1] - 2 * areas.covariance[0, 1], 0.0))),
    )
    gained = source - everything
    error = float(gained.std(ddof=1)) / np.sqrt(len(gained))
    gain = Figure(float(gained.mean()), error)
    return Judged(
        len(blind.won),
        int(blind.won.sum()),
        Figure(areas.mean[0], float(np.sqrt(areas.covariance[0, 0]))),
        Figure(areas.mean[1], float(np.sqrt(areas.covariance[1, 1]))),
        apart,
        float(source.mean()),
        float(everything.mean()),
        gain,
        chance_of_more(blind),
    )


def chance_of_more(blind: Blind) -> float:
    """Chance that everything known seems to tell as much beyond the source when it tells nothing; one-sided.

    Notes
    -----
    The score test of b = 0 in  log odds = of the source + b (of everything known - of the source),  the difference centred in each
    block. What is said of a block hangs on earlier leads alone, so without anything to tell the sum over blocks is a martingale.
    A comparison of log losses sees the same far less clearly, because it also counts what was learned too boldly.
    """
    source = np.clip(blind.by_source, 1e-9, 1.0 - 1e-9)
    moved, weight = logit(np.clip(blind.by_all, 1e-9, 1.0 - 1e-9)) - logit(source), source * (1.0 - source)
    centre = np.bincount(blind.block, weight * moved) / np.bincount(blind.block, weight)
    moved = moved - centre[blind.block]
    spread = float(np.sqrt((weight * moved**2).sum()))
    return float(norm.sf(((blind.won - source) * moved).sum() / spread)) if spread > 1e-9 else 1.0


def fifths(told: FloatArray, won: BoolArray, level: float) -> tuple[Fifth, ...]:
    """Leads in five parts by their chance, equal chances together, each against what came."""
    order = np.argsort(told, kind="stable")
    cuts = np.unique(np.quantile(told[order], np.arange(1, PARTS) / PARTS, method="inverted_cdf"))
    part = np.searchsorted(cuts, told, side="left")
    found = []
    for number in np.unique(part):
        inside = part == number
        leads, wins = int(inside.sum()), int(won[inside].sum())
        found.append(Fifth(leads, float(told[inside].mean()), wins, *wilson(wins, leads, level)))
    return tuple(found)


@dataclass(frozen=True)
class Areas:
    """Areas under the curve of several scores, and the covariance of their errors."""

    mean: FloatArray
    covariance: FloatArray


def areas_within(scores: FloatArray, won: BoolArray, block: np.ndarray) -> Areas:
    """Areas from pairs of leads of the same block, so that a better year is no skill; ties count half.

    Notes
    -----
    DeLong, DeLong and Clarke-Pearson 1988, *Biometrics* 44, 837-845, in each block; blocks are weighted by their pairs.

    Parameters
    ----------
    scores : (leads, scores) floats
    """
    total, mean, covariance = 0.0, np.zeros(scores.shape[1]), np.zeros((scores.shape[1],) * 2)
    for number in np.unique(block):
        inside = block == number
        yes, no = scores[inside & won], scores[inside & ~won]
        pairs = float(len(yes) * len(no))
        if pairs:
            found, spread = _delong(yes, no)
            total, mean, covariance = total + pairs, mean + pairs * found, covariance + pairs**2 * spread
    if not total:
        return Areas(np.full(scores.shape[1], 0.5), np.full((scores.shape[1],) * 2, 0.25))
    return Areas(mean / total, covariance / total**2)


def _delong(yes: FloatArray, no: FloatArray) -> tuple[FloatArray, FloatArray]:
    both = np.vstack([yes, no])
    first, second = len(yes), len(no)
    among_all = rankdata(both, axis=0)
    above = (among_all[:first] - rankdata(yes, axis=0)) / second
    below = 1.0 - (among_all[first:] - rankdata(no, axis=0)) / first
    return above.mean(axis=0), _covariance(above) / first + _covariance(below) / second


def _covariance(placed: FloatArray) -> FloatArray:
    if len(placed) < 2:
        return np.full((placed.shape[1],) * 2, 0.25)
    return np.atleast_2d(np.cov(placed, rowvar=False))
