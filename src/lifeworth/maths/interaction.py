"""Do groups differ in what a treatment does to them? A test that needs no bell curve."""

from collections.abc import Sequence

import numpy as np

from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray

_NOTHING = 1e-300


def interaction_test(
    residuals: FloatArray, treated: BoolArray, groupings: Sequence[IntArray], rng: np.random.Generator, draws: int
) -> FloatArray:
    """Chance of groups so far apart when the treatment does the same for everybody, for each grouping.

    The lot that dealt customers to the arms is drawn again and again. What is dealt are residuals, from which the average effect
    and what was known before have been taken, so that arms drawn anew are alike but for chance. Held against all draws is
    Cochran's Q of the groups' differences, each weighed by its own spread, so that groups of unequal spread are no trouble
    (Ding, Feller and Miratrix 2016, *Journal of the Royal Statistical Society B* 78, 655-671; Chung and Romano 2013, *Annals
    of Statistics* 41, 484-507, for the studentised statistic). With skewed money and few customers in one arm the usual
    tables of F and chi-square raise far too many alarms.

    Parameters
    ----------
    residuals : (customers,) floats
        With mean zero in each arm.
    treated : (customers,) bools
    groupings : sequence of (customers,) ints
        Each customer's group, -1 for who is in none.
    draws : int
        How often the lot is drawn; the smallest chance is 1 / (draws + 1).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> treated, group = np.arange(800) % 2 == 0, np.arange(800) // 400
    >>> noise = rng.normal(size=800)
    >>> effect = np.where(treated & (group == 1), 1.0, 0.0) - treated * 0.5
    >>> found = interaction_test(noise + effect, treated, [group], rng, 199)
    >>> float(found[0])
    0.005
    """
    slots = [_Sums(codes, residuals) for codes in groupings]
    smaller = np.flatnonzero(treated if treated.sum() * 2 <= len(treated) else ~treated)
    seen = np.array([each.q(smaller) for each in slots])
    above = np.zeros(len(slots))
    for _ in range(draws):
        again = rng.permutation(len(residuals))[: len(smaller)]
        above += np.array([each.q(again) for each in slots]) >= seen * (1 - 1e-12)
    return (above + 1) / (draws + 1)


class _Sums:
    """Sums of the residuals in each group of one grouping, for the smaller arm and, as what is left, for the larger."""

    def __init__(self, codes: IntArray, residuals: FloatArray) -> None:
        self._groups = int(codes.max(initial=-1)) + 1
        self._place = np.where(codes < 0, self._groups, codes)
        self._values, self._squares = residuals, residuals * residuals
        self._all = self._sums(np.arange(len(residuals)))

    def q(self, smaller: IntArray) -> float:
        """Cochran's Q of the groups' differences between the arms, the smaller one holding these customers."""
        one = self._sums(smaller)
        (mean, spread), (other, other_spread) = self._moments(*one), self._moments(*(self._all - one))
        weight = 1 / np.maximum(spread + other_spread, _NOTHING)
        difference = mean - other
        centre = (weight * difference).sum() / weight.sum()
        return float((weight * (difference - centre) ** 2).sum())

    def _sums(self, who: IntArray) -> FloatArray:
        """Customers, sum and sum of squares of each group: (3, groups)."""
        place, size = self._place[who], self._groups + 1
        weights = (None, self._values[who], self._squares[who])
        return np.array([np.bincount(place, weights=each, minlength=size)[: self._groups] for each in weights])

    @staticmethod
    def _moments(count: FloatArray, total: FloatArray, square: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean of each group and the variance of that mean."""
        people = np.maximum(count, 1)
        mean = total / people
        return mean, np.maximum(square / people - mean**2, 0.0) / np.maximum(people - 1, 1)
