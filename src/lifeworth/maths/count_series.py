"""A smooth quantity of time, different for each count of purchases, looked up for all customers together.

For each distinct count the quantity depends on one number, v = log(1 + t / (alpha + T)). It is kept as v times a
Chebyshev series in v over 0 .. reach, to twelve digits; counts that need more terms get more.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.unique_rows import Coded

_PATIENCE = (24, 48, 96, 192, 384, 768, 1536)
_DIGITS = 1e-12
#: So few moments are worked out one by one.
_FEW = 24
#: Largest table (counts by moments) that is worked out in whole whatever the number of rows.
_BUDGET = 1 << 20

#: The quantity over v as (counts, moments), for some counts, by their rank, and some v above 0.
Heights = Callable[[IntArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class CountSeries:
    """The quantity as v * series(v), one series for each distinct count."""

    reach: float  # the series hold for 0 <= v <= reach
    coefficients: FloatArray  # (distinct counts, terms)


def each_row(heights: Heights, count: Coded, moment: Coded) -> FloatArray:
    """The quantity of each row, given its count and its v, (rows,)."""
    v = moment.values
    if not v.size:
        return np.zeros(0)
    if v.size <= _FEW:
        table = heights(np.arange(count.values.size), np.where(v > 0.0, v, 1.0)) * v
        return np.asarray(table[count.codes, moment.codes])
    series = expand(heights, count.values.size, float(v.max(initial=0.0)))
    return look_up(moment_terms(v, series), series, moment.codes, count.codes)


def expand(heights: Heights, counts: int, reach: float) -> CountSeries:
    """Expand the quantity for each distinct count, doubling the terms until the last of them are nothing."""
    reach = max(reach, 1e-12)
    series, rough = np.zeros((counts, 0)), np.arange(counts)
    for terms in _PATIENCE:
        if not rough.size:
            break
        found = _chebyshev(heights, rough, reach, terms)
        series = np.pad(series, ((0, 0), (0, terms - series.shape[1])))
        series[rough] = found
        tail = np.abs(found[:, -3:]).max(axis=1)
        rough = rough[tail >= _DIGITS * np.abs(found).max(axis=1)]
    return CountSeries(reach, series)


def _chebyshev(heights: Heights, counts: IntArray, reach: float, terms: int) -> FloatArray:
    angle = np.pi * (np.arange(terms) + 0.5) / terms
    v = reach * (1.0 + np.cos(angle)) / 2.0
    cosines = np.cos(np.outer(np.arange(terms), angle)) * (2.0 / terms)
    cosines[0] /= 2.0
    return np.asarray(heights(counts, v) @ cosines.T)


def moment_terms(v: FloatArray, series: CountSeries) -> FloatArray:
    """Chebyshev polynomials at each v, times v: (terms, *v.shape)."""
    count = series.coefficients.shape[1]
    angle = np.arccos(np.clip(2.0 * v / series.reach - 1.0, -1.0, 1.0))
    return np.asarray(np.cos(np.multiply.outer(np.arange(count), angle)) * v)


def look_up(terms: FloatArray, series: CountSeries, moment: IntArray, count: IntArray) -> FloatArray:
    """Sum over terms of terms[:, moment] * coefficients[count] for each row."""
    coefficients = series.coefficients
    table_size = terms.shape[1] * coefficients.shape[0]
    if table_size <= max(4 * moment.size, _BUDGET):
        table = coefficients @ terms
        return np.asarray(table[count, moment])
    total = np.zeros(moment.size)
    for term in range(terms.shape[0]):
        total += terms[term][moment] * coefficients[:, term][count]
    return total


def discounted_terms(v: FloatArray, weight: FloatArray, series: CountSeries) -> FloatArray:
    """Weighted sum over nodes of :func:`moment_terms`, (terms, moments).

    Parameters
    ----------
    v, weight : (nodes, moments)
        From :func:`lifeworth.maths.discounting.discount_nodes`.
    """
    terms = np.zeros((series.coefficients.shape[1], v.shape[1]))
    for node in range(v.shape[0]):
        terms += moment_terms(v[node], series) * weight[node]
    return terms
