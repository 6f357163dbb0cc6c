"""How much more the holders of a thing brought than others alike: numbers only.

Customers are alike who share a stratum (a channel and a month). In each, holders are held against the others; the strata are
weighted by their holders, so the answer is about the holders there are (post-stratification; Rosenbaum and Rubin 1984).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_BESIDE = 2
_FEWEST_CLUSTERS = 8
_NO_SKEW = 1e-4
_SURE = 0.95


@dataclass(frozen=True)
class Crowd:
    """Customers that are compared, one entry each.

    Attributes
    ----------
    stratum, cluster : ints
        Whom they are like, and whose luck they share (the month of the first order); both numbered from 0, and a
        stratum lies in one cluster.
    """

    stratum: Ints
    cluster: Ints


@dataclass(frozen=True)
class Held:
    """Who holds what: entry by entry a customer's place in the crowd and the number of a thing; each pair once."""

    customer: Ints
    thing: Ints
    things: int


@dataclass(frozen=True)
class Differences:
    """One entry per thing.

    Attributes
    ----------
    compared : ints
        Holders with at least two others in their stratum.
    mean : floats
        What these brought more than the others; NaN where nobody can be compared.
    reach : floats
        Half the width of the range at the level asked.
    sure : booleans
        Whether a range of 95 % does not hold zero.
    chance : floats
        Two-sided probability of money as different where holding were dealt at random within strata.
    """

    compared: Ints
    mean: Floats
    reach: Floats
    sure: NDArray[np.bool_]
    chance: Floats


def compare(crowd: Crowd, held: Held, brought: Floats, level: float) -> Differences:
    """Differences between holders and others of the same stratum.

    The range takes the larger of two errors: customers as independent, and months as a whole (cluster-robust; Liang and
    Zeger 1986, with the t distribution of the number of months less one). The chance is asked of the square roots of the money,
    signs kept: the same where nothing differs, and far quicker to see what does among amounts of which a few are huge.
    """
    strata = _strata(crowd, brought)
    cells = _cells(crowd, held, brought, strata)
    compared = cells.per_thing(cells.holders)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = cells.per_thing(cells.money - cells.holders * cells.other_mean) / compared
        errors = (_own_error(cells, mean, compared), _cluster_error(cells, mean, compared))
        reach, widest = (_reach(errors, each) for each in (level, _SURE))
    sure = np.isfinite(widest) & (np.abs(mean) > widest)
    return Differences(
        compared.astype(np.int64), mean, reach, sure, _chance(crowd, held, np.sign(brought) * np.sqrt(np.abs(brought)))
    )


@dataclass(frozen=True)
class _Strata:
    """Sums over everybody of a stratum: how many, money, and central sums of squares and cubes."""

    size: Floats
    money: Floats
    squares: Floats
    spread: Floats
    cubes: Floats
    cluster: Ints


@dataclass(frozen=True)
class _Cells:
    """Things by stratum where both holders and at least two others are; one entry per such cell."""

    thing: Ints
    stratum: Ints
    cluster: Ints
    things: int
    holders: Floats
    money: Floats
    squares: Floats
    others: Floats
    other_mean: Floats
    other_variance: Floats

    def per_thing(self, values: Floats) -> Floats:
        """Sum over the strata of each thing."""
        return np.bincount(self.thing, weights=values, minlength=self.things).astype(np.float64)


def _strata(crowd: Crowd, brought: Floats) -> _Strata:
    count = int(crowd.stratum.max(initial=-1)) + 1

    def add(values: Floats) -> Floats:
        return np.bincount(crowd.stratum, weights=values, minlength=count).astype(np.float64)

    size, money = add(np.ones_like(brought)), add(brought)
    apart = brought - (money / np.maximum(size, 1))[crowd.stratum]
    cluster = np.zeros(count, dtype=np.int64)
    cluster[crowd.stratum] = crowd.cluster
    return _Strata(size, money, add(brought**2), add(apart**2), add(apart**3), cluster)


def _cells(crowd: Crowd, held: Held, brought: Floats, strata: _Strata) -> _Cells:
    count = len(strata.size)
    packed, place = np.unique(held.thing * count + crowd.stratum[held.customer], return_inverse=True)
    thing, stratum = packed // max(count, 1), packed % max(count, 1)
    values = brought[held.customer]
    holders, money, squares = (np.bincount(place, weights=values**power, minlength=len(packed)) for power in range(3))
    others = strata.size[stratum] - holders
    kept = others >= FEWEST_BESIDE
    thing, stratum, holders, money, squares, others = (
        each[kept] for each in (thing, stratum, holders, money, squares, others)
    )
    other_mean = (strata.money[stratum] - money) / others
    apart = strata.squares[stratum] - squares - others * other_mean**2
    return _Cells(
        thing,
        stratum,
        strata.cluster[stratum],
        held.things,
        holders,
        money,
        squares,
        others,
        other_mean,
        np.maximum(apart, 0.0) / (others - 1),
    )


def _reach(errors: tuple[tuple[Floats, Floats], ...], level: float) -> Floats:
    """Half the width of the wider range, each with its own degrees of freedom."""
    first, second = (error * stats.t.ppf((1 + level) / 2, free) for error, free in errors)
    return np.asarray(np.maximum(first, second))


def _own_error(cells: _Cells, mean: Floats, compared: Floats) -> tuple[Floats, Floats]:
    """Customers independent: the spread of the holders around the difference, and that of the others' means; degrees of freedom."""
    middle = cells.other_mean + mean[cells.thing]
    around = cells.squares - 2 * cells.money * middle + cells.holders * middle**2
    noise = cells.holders * cells.other_variance / cells.others
    spread = cells.per_thing(np.maximum(around - noise, 0.0)) * compared / np.maximum(compared - 1, 1)
    variance = spread + cells.per_thing(cells.holders * noise)
    return np.where(compared > 1, np.sqrt(variance) / compared, np.nan), np.maximum(compared - 1, 1)


def _cluster_error(cells: _Cells, mean: Floats, compared: Floats) -> tuple[Floats, Floats]:
    """Months as a whole; zero where too few months hold buyers to say; degrees of freedom."""
    apart = cells.money - cells.holders * (cells.other_mean + mean[cells.thing])
    count = int(cells.cluster.max(initial=-1)) + 1
    packed, place = np.unique(cells.thing * max(count, 1) + cells.cluster, return_inverse=True)
    sums = np.bincount(place, weights=apart, minlength=len(packed))
    of = packed // max(count, 1)
    clusters = np.bincount(of, minlength=cells.things)
    squares = np.bincount(of, weights=sums**2, minlength=cells.things)
    free = np.maximum(clusters - 1, 1)
    error = np.sqrt(squares * clusters / free) / compared
    return np.where(clusters >= _FEWEST_CLUSTERS, error, 0.0), free.astype(np.float64)


def _chance(crowd: Crowd, held: Held, brought: Floats) -> Floats:
    """Dealing the holders of each stratum at random gives their sum a known mean, spread and skewness.

    Its distribution is taken as Pearson's third kind (Mielke and Berry 2007, *Permutation Methods*, section 2.3), because
    sums of a few dozen skewed amounts are far from normal in the tails that many comparisons ask for.
    """
    strata = _strata(crowd, brought)
    cells = _cells(crowd, held, brought, strata)
    size = strata.size[cells.stratum]
    apart = cells.money - cells.holders * strata.money[cells.stratum] / size
    dealt = cells.holders * cells.others / (size * np.maximum(size - 1, 1))
    variance = cells.per_thing(dealt * strata.spread[cells.stratum])
    skewed = dealt * (cells.others - cells.holders) / np.maximum(size - 2, 1) * strata.cubes[cells.stratum]
    with np.errstate(divide="ignore", invalid="ignore"):
        far = cells.per_thing(apart) / np.sqrt(variance)
        skewness = cells.per_thing(skewed) / variance**1.5
    known = np.isfinite(far) & np.isfinite(skewness)
    above = np.ones(cells.things)
    below = np.ones(cells.things)
    above[known] = upper_tail(far[known], skewness[known])
    below[known] = upper_tail(-far[known], -skewness[known])
    return np.minimum(1.0, 2.0 * np.minimum(above, below))


def upper_tail(far: Floats, skewness: Floats) -> Floats:
    """Probability that a standardised variable of Pearson's third kind lies at least so far up, or that of the normal if larger.

    On the side away from the skewness Pearson's kind ends where sums of amounts do not; there the normal is the cautious one.

    Examples
    --------
    >>> upper_tail(np.array([1.6449, 1.6449]), np.array([0.0, 1.0])).round(2).tolist()
    [0.05, 0.07]
    """
    plain = np.abs(skewness) < _NO_SKEW
    shape = 4.0 / np.where(plain, 1.0, skewness) ** 2
    at = np.maximum(shape + np.sign(skewness) * far * np.sqrt(shape), 0.0)
    gamma = np.where(skewness > 0, special.gammaincc(shape, at), special.gammainc(shape, at))
    normal = special.ndtr(-far)
    return np.asarray(np.where(plain, normal, np.maximum(gamma, normal)))
