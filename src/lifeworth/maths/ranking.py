"""Does a ranking put those first on whom a treatment does most?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.skewed_t import softened, straighten


@dataclass(frozen=True)
class Area:
    """Area between the curve of what a ranking gains and that of picking at random: the Qini coefficient.

    Attributes
    ----------
    mean : float
        In the unit of the effect, per customer, averaged over all shares that may be treated.
    standard_error : float
    p_value : float
        Chance of as much when the ranking is no better than chance; one-sided, for a worse one is no finding.
    """

    mean: float
    standard_error: float
    p_value: float


def rank_weights(scores: FloatArray) -> FloatArray:
    """From 1/2 for the highest score to -1/2 for the lowest; equal scores share a place.

    Examples
    --------
    >>> rank_weights(np.array([9.0, 7, 7, 1])).tolist()
    [0.375, 0.0, 0.0, -0.375]
    """
    return np.asarray(0.5 - (stats.rankdata(-scores) - 0.5) / len(scores))


def rank_moves(scores: FloatArray, effects: FloatArray) -> FloatArray:
    """What each customer adds to the area; its mean is the area.

    Parameters
    ----------
    scores : (customers,) floats
        The ranking, from data that hold none of these customers.
    effects : (customers,) floats
        An unbiased guess at each customer's effect, such as a doubly robust score; noisy, but right on average.

    Notes
    -----
    The area under ``q -> E[effect of the best q] · q - E[effect] · q`` is the mean of effect times (1/2 - place), place
    running from 0 for the first to 1 for the last (Radcliffe 2007; Yadlowsky, Fleming, Shah, Brunskill and Wager 2025,
    *Journal of the American Statistical Association*: the rank-weighted average effect with Qini weights).

    Examples
    --------
    >>> effects = np.array([4.0, 3, 2, 1, 0])
    >>> [round(float(rank_moves(way, effects).mean()), 3) for way in (effects, -effects)]
    [0.4, -0.4]
    """
    return np.asarray(rank_weights(scores) * (effects - effects.mean()))


def area_together(parts: Sequence[FloatArray], third_moment: float) -> Area:
    """Areas of rankings, each learned from earlier parts only, as one.

    Given the parts before it, what each part adds is centred when ranking is no better than chance, so the sum over all
    parts is a martingale and its t statistic normal in large samples (the idea of Wager 2024, "Sequential validation of
    treatment heterogeneity", arXiv 2405.05534, with one spread for all parts). Where the arms are of unequal size, skewed
    money bends it; that is taken out as for any mean.

    Parameters
    ----------
    parts : sequence of (customers,) floats
        From :func:`rank_moves`.
    third_moment : float
        Mean cube of a customer's addition, expected from the residuals of both arms together.
    """
    moves = np.concatenate(parts)
    spread = float(moves.std())
    if spread == 0:
        return Area(float(moves.mean()), 0.0, 1.0)
    error = spread / np.sqrt(len(moves))
    skewness = softened(third_moment / spread**3 / float(np.sqrt(len(moves))))
    z = straighten(float(moves.mean()) / error, skewness)
    return Area(float(moves.mean()), float(error), float(stats.norm.sf(z)))
