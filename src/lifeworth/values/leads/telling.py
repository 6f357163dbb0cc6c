"""What goes with being won: every column and level, all others being equal.

Each column is asked by a score test (Rao 1948) whether its levels differ once all other columns are taken out; chances are
corrected for how many columns, and how many levels, were asked (Benjamini and Hochberg 1995). How much a level moves the chance
is reckoned with hardly any drawing to zero, as the average over all leads of what their chance were with that level
(standardisation), and its range by the delta method. The score itself draws effects to zero and is another model.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.special import expit
from scipy.stats import chi2, false_discovery_control

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.models.cold_start import Effects
from lifeworth.values.leads.penalised import Design, all_effects, fit

HARDLY = 2.5
SURE = 0.05


@dataclass(frozen=True)
class Level:
    """A level of a column and the chance of leads that have it, the other columns as they are.

    Attributes
    ----------
    leads, won : int
        Finished leads that have it, and how many of them were won.
    chance, low, high : float
        Average chance of all leads if they had this level, and its range.
    effect, effect_low, effect_high : float
        That less the average chance of all leads as they are.
    p : float
        Chance of so much if the level told nothing; ``q`` with the false discoveries among all levels under control.
    """

    name: str
    leads: int
    won: int
    chance: float
    low: float
    high: float
    effect: float
    effect_low: float
    effect_high: float
    p: float
    q: float
    tells: bool


@dataclass(frozen=True)
class Told:
    """A column: the chance of such differences if it told nothing, and its levels."""

    name: str
    p: float
    q: float
    tells: bool
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class _Score:
    """What the score test says of a column: the chance of all its levels together, and of each."""

    together: float
    each: FloatArray


def tell(
    names: Sequence[str],
    members: Sequence[tuple[str, ...]],
    codes: IntArray,
    won: FloatArray,
    months: tuple[IntArray, int, float],
    level: float,
) -> tuple[Told, ...]:
    """Ask every column.

    Parameters
    ----------
    codes : (leads, columns) ints
        Level of each finished lead.
    months : tuple
        The month each lead came, how many months there are, and how far they differ (standard deviation of log odds).
    level : float
        Of ranges.
    """
    month, count, apart = months
    sizes = (count, *(len(each) for each in members))
    design = Design(np.column_stack([month, codes]), sizes)
    spreads = np.array([apart, *(HARDLY for _ in names)])
    full = fit(design, won, spreads)
    scores = [_score(design, won, full, 1 + place) for place in range(len(names))]
    together = control([each.together for each in scores])
    every = iter(control(np.concatenate([each.each for each in scores])) if scores else ())
    found = []
    for place, name in enumerate(names):
        tells = bool(together[place] < SURE)
        own = scores[place].each
        levels = _levels(design, won, full, 1 + place, members[place], level)
        judged = tuple(
            Level(*one, p=float(p), q=(q := float(next(every))), tells=tells and q < SURE)
            for one, p in zip(levels, own, strict=True)
        )
        found.append(Told(name, scores[place].together, float(together[place]), tells, judged))
    return tuple(found)


def control(chances: Sequence[float] | FloatArray) -> FloatArray:
    """Chances with the false discoveries among them under control (Benjamini and Hochberg 1995)."""
    given = np.asarray(chances, dtype=np.float64)
    return np.asarray(false_discovery_control(given)) if len(given) else given


def _score(design: Design, won: FloatArray, full: Effects, place: int) -> _Score:
    """Whether a column's levels are won more or less often than the others make expect.

    Notes
    -----
    With X the levels of the column, Z all others, W the variances and H the penalised information of the others, the
    efficient score is X'(y - p) - X'WZH⁻¹ s, s the slope of the others, and has the variance X'MWM'X, M = I - WZH⁻¹Z'.
    The others stand where the full fit leads them once the column is taken out, to second order; the efficient score does
    not feel what is left of that (Neyman 1959).
    """
    own = np.arange(design.starts[place], design.starts[place] + design.sizes[place])
    others = np.setdiff1d(np.arange(design.width), own)
    beta = _without(full, own, others)
    chance = expit(design.stand(beta))
    pairs, slope = design.pairs(chance * (1.0 - chance)), design.sums(won - chance)
    penalty = design.penalty(full.spreads)
    inner = pairs[np.ix_(others, others)]
    by = np.linalg.solve(inner + np.diag(penalty[others]), pairs[np.ix_(others, own)]).T
    score = slope[own] - by @ (slope - penalty * beta)[others]
    met = by @ pairs[np.ix_(others, own)]
    return _judge(score, pairs[np.ix_(own, own)] - met - met.T + by @ inner @ by.T)


def _without(full: Effects, own: IntArray, others: IntArray) -> FloatArray:
    """The effects of the others once a column is taken out."""
    beta, covariance = all_effects(full), full.covariance
    moved = covariance[np.ix_(others, own)] @ np.linalg.solve(covariance[np.ix_(own, own)], beta[own])
    beta[others] -= moved
    beta[own] = 0.0
    return beta


def _judge(score: FloatArray, variance: FloatArray) -> _Score:
    alone = np.diag(variance)
    seen = alone > 1e-9 * max(float(alone.max(initial=0.0)), 1e-300)
    each = np.ones(len(score))
    each[seen] = chi2.sf(score[seen] ** 2 / alone[seen], 1)
    kept = np.flatnonzero(seen)[:-1]
    if not len(kept):
        return _Score(1.0, each)
    statistic = float(score[kept] @ np.linalg.pinv(variance[np.ix_(kept, kept)], hermitian=True) @ score[kept])
    return _Score(float(chi2.sf(max(statistic, 0.0), len(kept))), each)


def _levels(
    design: Design, won: FloatArray, full: Effects, place: int, members: tuple[str, ...], level: float
) -> Iterator[tuple[str, int, int, float, float, float, float, float, float]]:
    """Chance and effect of every level of a column, with their ranges."""
    beta, z, leads = all_effects(full), NormalDist().inv_cdf((1 + level) / 2), len(won)
    stand, code = design.stand(beta), design.codes[:, place]
    own = np.append(full.effects[place], 0.0)
    chance = expit(stand)
    usual, slope = float(chance.mean()), design.sums(chance * (1.0 - chance)) / leads
    have = np.bincount(code[code >= 0], minlength=len(members))
    wins = np.bincount(code[code >= 0], won[code >= 0], len(members))
    block = slice(design.starts[place], design.starts[place] + len(members))
    for number, name in enumerate(members):
        moved = expit(stand - own[code] + own[number])
        weight = moved * (1.0 - moved)
        there = design.sums(weight) / leads
        there[block] = 0.0
        there[design.starts[place] + number] = weight.mean()
        mean, effect = float(moved.mean()), float(moved.mean()) - usual
        reach = z * _spread(there, full.covariance)
        apart = z * _spread(there - slope, full.covariance)
        yield (
            name,
            int(have[number]),
            int(round(wins[number])),
            mean,
            *_within(mean, reach),
            effect,
            effect - apart,
            effect + apart,
        )


def _spread(slope: FloatArray, covariance: FloatArray) -> float:
    return float(np.sqrt(max(float(slope @ covariance @ slope), 0.0)))


def _within(share: float, reach: float) -> tuple[float, float]:
    """A range of a share on the scale of log odds, so that it stays between 0 and 1."""
    kept = min(max(share, 1e-9), 1.0 - 1e-9)
    stand, wide = np.log(kept / (1.0 - kept)), reach / (kept * (1.0 - kept))
    return float(expit(stand - wide)), float(expit(stand + wide))
