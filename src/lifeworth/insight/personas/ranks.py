"""Rank tests of whether the levels of a column differ in an outcome, among people known equally long.

The test is the generalised Cochran-Mantel-Haenszel test of mean scores (Landis, Heyman and Koch 1978, *International
Statistical Review* 46): ranks within each stratum, held against every way of dealing the levels out anew within it. Its
variance is that of the deal itself, so ties, zeros and heavy tails need no assumption.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.sparse import csr_array
from scipy.stats import chi2, false_discovery_control, ncx2, rankdata
from scipy.stats import f as fisher

from lifeworth.maths.arrays import FloatArray, IntArray

STRATA = 20


def control(chances: Sequence[float]) -> FloatArray:
    """Chances with the false discoveries among them under control (Benjamini and Hochberg 1995)."""
    return np.asarray(false_discovery_control(chances)) if len(chances) else np.zeros(0)


@dataclass(frozen=True)
class Told:
    """How far the levels of a column differ in rank.

    Attributes
    ----------
    p : float
        Chance of differences as large, had the levels been dealt out at random.
    strength, low, high : float
        Correlation ratio of the ranks, less what chance would give, and its range (Smithson 2003): 0 nothing, 1 all.
    people : int
    """

    p: float
    strength: float
    low: float
    high: float
    people: int


NOTHING = Told(1.0, 0.0, 0.0, 0.0, 0)


def strata_of(known_days: FloatArray) -> IntArray:
    """People in up to twenty groups of about equal size, by how long they have been known."""
    if not len(known_days):
        return np.zeros(0, dtype=np.intp)
    edges = np.unique(np.quantile(known_days, np.arange(1, STRATA) / STRATA, method="inverted_cdf"))
    return np.searchsorted(edges, known_days, side="right").astype(np.intp)


def rank_scores(outcome: FloatArray, strata: IntArray) -> FloatArray:
    """Ranks within each stratum, from −1 to 1, zero on average in each."""
    scores = np.zeros(len(outcome))
    for stratum in np.unique(strata):
        inside = strata == stratum
        people = int(inside.sum())
        scores[inside] = (2 * rankdata(outcome[inside]) - people - 1) / people
    return scores


def tell(codes: IntArray, scores: FloatArray, strata: IntArray, level: float | None = None) -> Told:
    """Whether the levels of a column differ in their scores beyond chance.

    Parameters
    ----------
    codes : array, shape (people,)
        Place of each person's level; −1 is left out.
    scores : array, shape (people,)
    strata : array, shape (people,)
    level : float, optional
        Of the range of the strength; without it the ends are the strength itself.
    """
    known = codes >= 0
    codes, scores, strata = codes[known], scores[known], strata[known]
    levels = int(codes.max(initial=0)) + 1
    excess, variance = np.zeros(levels), np.zeros((levels, levels))
    for stratum in np.unique(strata):
        inside = strata == stratum
        people = np.bincount(codes[inside], minlength=levels).astype(np.float64)
        total = float(people.sum())
        if total < 2:
            continue
        score = scores[inside]
        excess += np.bincount(codes[inside], score, levels) - people * score.mean()
        variance += float(score.var(ddof=1)) * (np.diag(people) - np.outer(people, people) / total)
    present = np.bincount(codes, minlength=levels) > 0
    freedom = int(present.sum()) - 1
    if freedom < 1 or not variance.any():
        return NOTHING
    kept = np.flatnonzero(present)[:-1]
    inverse = np.linalg.pinv(variance[np.ix_(kept, kept)], hermitian=True)
    statistic = float(excess[kept] @ inverse @ excess[kept])
    return Told(float(chi2.sf(statistic, freedom)), *_strength(statistic, freedom, len(codes), level), len(codes))


def direction(codes: IntArray, scores: FloatArray) -> float:
    """Mean score of those with code 1 less that of those with code 0."""
    ones, zeros = scores[codes == 1], scores[codes == 0]
    return float(ones.mean() - zeros.mean()) if len(ones) and len(zeros) else 0.0


def _strength(statistic: float, freedom: int, people: int, level: float | None) -> tuple[float, float, float]:
    """The correlation ratio and its range: non-centralities under which the statistic is no surprise."""
    likely = max(statistic - freedom, 0.0)
    ends = (likely, likely)
    if level is not None:
        ends = _centre(statistic, freedom, (1 + level) / 2), _centre(statistic, freedom, (1 - level) / 2)
    mean, low, high = (min(float(np.sqrt(each / max(people - 1, 1))), 1.0) for each in (likely, *ends))
    return mean, min(low, mean), max(high, mean)


def _centre(statistic: float, freedom: int, share: float) -> float:
    """The non-centrality at which the statistic is reached with the given share below it."""

    def beyond(centre: float) -> float:
        below = ncx2.cdf(statistic, freedom, centre) if centre > 0 else chi2.cdf(statistic, freedom)
        return float(below) - share

    if beyond(0.0) <= 0:
        return 0.0
    top = statistic + 10 * np.sqrt(2 * statistic + freedom) + 10
    return float(brentq(beyond, 0.0, top, xtol=1e-6)) if beyond(top) < 0 else float(top)


def adds_to(codes: IntArray, others: list[IntArray], scores: FloatArray) -> float:
    """Chance that a column adds as much to the others in a linear forecast of the scores (an F test of its levels)."""
    small, large = _left_over(others, scores), _left_over([*others, codes], scores)
    gained, freedom = large[1] - small[1], len(scores) - large[1]
    if gained < 1 or freedom < 1 or large[0] <= 0:
        return 1.0
    return float(fisher.sf((small[0] - large[0]) / gained / (large[0] / freedom), gained, freedom))


def _left_over(columns: list[IntArray], scores: FloatArray) -> tuple[float, int]:
    """Squares that the levels of the columns leave over, unknown being a level too; and how many free levels there are."""
    places, width = [np.zeros(len(scores), dtype=np.intp)], 1
    for codes in columns:
        places.append(codes + 1 + width)
        width += int(codes.max(initial=0)) + 2
    starts = np.arange(len(scores) + 1) * len(places)
    ones = csr_array(
        (np.ones(len(scores) * len(places)), np.column_stack(places).ravel(), starts), shape=(len(scores), width)
    )
    gram = (ones.T @ ones).toarray()
    weights = np.linalg.pinv(gram, hermitian=True) @ (ones.T @ scores)
    return float(((scores - ones @ weights) ** 2).sum()), int(np.linalg.matrix_rank(gram, hermitian=True))
