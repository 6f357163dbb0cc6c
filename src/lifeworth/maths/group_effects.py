"""Effects of several groups: do they differ beyond chance, and what is each, drawn to the whole?"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from lifeworth.maths.arrays import FloatArray


@dataclass(frozen=True)
class Heterogeneity:
    """Whether groups differ.

    Attributes
    ----------
    statistic : float
        Welch's F; with many degrees of freedom, Cochran's Q over groups less one.
    p_value : float
        Chance of groups so far apart when all have one effect.
    """

    statistic: float
    p_value: float


@dataclass(frozen=True)
class Shrunken:
    """Effects drawn to the whole as far as chance could have driven them from it: (groups,) arrays.

    ``between`` is the variance of the groups' true effects; ``weight`` the part of each that is the group's own.
    """

    mean: FloatArray
    spread: FloatArray
    weight: FloatArray
    between: float


def differ(effects: FloatArray, errors: FloatArray, degrees: FloatArray) -> Heterogeneity:
    """Test that all groups have the same effect, their standard errors being estimates.

    Parameters
    ----------
    effects, errors : (groups,) floats
        Estimates and standard errors.
    degrees : (groups,) floats
        Of freedom behind each standard error.

    Notes
    -----
    Welch 1951, *Biometrika* 38, 330-336. Cochran's Q (1954) takes the standard errors for true; small groups then raise
    false alarms.
    """
    weight = errors**-2.0
    groups, total = len(effects), weight.sum()
    common = float((weight * effects).sum() / total)
    between = float((weight * (effects - common) ** 2).sum()) / (groups - 1)
    doubt = float(((1 - weight / total) ** 2 / degrees).sum())
    statistic = between / (1 + 2 * (groups - 2) / (groups**2 - 1) * doubt)
    below = (groups**2 - 1) / (3 * doubt)
    return Heterogeneity(statistic, float(stats.f.sf(statistic, groups - 1, below)))


def between_variance(effects: FloatArray, errors: FloatArray) -> float:
    """Variance of the groups' true effects (Paule and Mandel 1982), zero where chance explains all.

    It is where Q, weighted by ``1 / (error² + variance)``, equals groups less one.
    """
    squares, surplus = errors**2, len(effects) - 1

    def excess(between: float) -> float:
        weight = 1 / (squares + between)
        common = (weight * effects).sum() / weight.sum()
        return float((weight * (effects - common) ** 2).sum()) - surplus

    if excess(0.0) <= 0:
        return 0.0
    top = float(np.ptp(effects)) ** 2
    while excess(top) > 0:
        top *= 2
    return float(optimize.brentq(excess, 0.0, top, xtol=1e-12 * top))


def shrink(effects: FloatArray, errors: FloatArray, whole: float, whole_error: float) -> Shrunken:
    """Each group's effect as far its own as the data say, the whole's for the rest.

    Empirical Bayes for a normal mean per group (Efron and Morris 1975; Morris 1983, *Journal of the American Statistical
    Association* 78, 47-55, for the doubt about how far the groups truly differ).

    Parameters
    ----------
    effects, errors : (groups,) floats
        Estimates and standard errors.
    whole, whole_error : float
        The effect on all of them together and its standard error, to which they are drawn.
    """
    between, groups = between_variance(effects, errors), len(effects)
    own = between / (errors**2 + between)
    away = effects - whole
    unsure = 2 / max(groups - 3, 1) * ((1 - own) * away) ** 2
    variance = own * errors**2 + (1 - own) ** 2 * whole_error**2 + unsure
    return Shrunken(whole + own * away, np.sqrt(variance), own, between)
