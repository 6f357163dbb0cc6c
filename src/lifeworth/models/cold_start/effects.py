"""How much groups differ, each drawn to the base as far as chance could have made the difference.

Means are additive in the groups on the scale of a link, and the effects of a dimension's groups are normal around
zero with a spread that the data show (empirical Bayes; Efron & Morris 1973 in many dimensions at once). Fitted by
penalised quasi-likelihood (Breslow & Clayton 1993); spreads by Schall (1991), kept off zero
by one imagined group that differs by a tenth.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lifeworth.errors import DataError

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Link = Literal["log", "logit", "identity"]

USUAL_SPREAD = 0.1
USUAL_WORTH = 1.0
ROUNDS = 100
STEP = 1.0
SETTLED = 1e-4


@dataclass(frozen=True)
class Effects:
    """What was learned, on the scale of the link.

    Attributes
    ----------
    level : float
        Where a customer of average groups stands.
    effects : tuple of (members,) floats
        One array per dimension.
    spreads : (dimensions,) floats
        Standard deviation of each dimension's effects.
    covariance : (1 + all members, 1 + all members) floats
        Of the level and the effects, in that order, given the data.
    dispersion : float
        Variance of one customer over that of the link's variance function (the square of the mean for "log",
        one for "identity").
    """

    link: Link
    level: float
    effects: tuple[Floats, ...]
    spreads: Floats
    covariance: Floats
    dispersion: float

    @property
    def starts(self) -> NDArray[np.intp]:
        """Place of each dimension's first member among the parameters."""
        return np.cumsum([1, *(len(e) for e in self.effects)])

    def at(self, codes: Codes, *, skip: tuple[int, ...] = ()) -> tuple[Floats, Floats]:
        """Where customers stand on the scale of the link, and the variance of that: (n,) each.

        Parameters
        ----------
        codes : (n, dimensions) ints
            -1 where a group is not known or was never seen: no effect, and the spread of the dimension as doubt.
        skip : tuple of int
            Dimensions that count as average and add no doubt.
        """
        stand, doubt = np.full(len(codes), self.level), np.zeros(len(codes))
        columns = [np.zeros(len(codes), dtype=np.intp)]
        for place, (effect, start) in enumerate(zip(self.effects, self.starts, strict=False)):
            if place in skip:
                continue
            known = codes[:, place] >= 0
            code = np.where(known, codes[:, place], 0)
            stand += np.where(known, effect[code], 0.0)
            doubt += np.where(known, 0.0, self.spreads[place] ** 2)
            columns.append(np.where(known, start + code, -1))
        for one in columns:
            for other in columns:
                both = (one >= 0) & (other >= 0)
                doubt += np.where(both, self.covariance[one, other], 0.0)
        return stand, np.maximum(doubt, 0.0)

    def own_doubt(self, place: int) -> Floats:
        """Variance of each effect of a dimension given the data: (members,)."""
        start = self.starts[place]
        diagonal = np.diag(self.covariance)
        return np.asarray(diagonal[start : start + len(self.effects[place])])


def mean_of(link: Link, stand: Floats) -> Floats:
    """From the scale of the link to the scale of the data."""
    if link == "log":
        return np.asarray(np.exp(np.clip(stand, -700, 700)))
    if link == "logit":
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(stand, -30, 30))))
    return stand


def shrink(
    codes: Codes, sizes: tuple[int, ...], count: Floats, total: Floats, squares: Floats, *, link: Link
) -> Effects:
    """Learn a level and the effects of groups from cells of customers.

    Parameters
    ----------
    codes : (cells, dimensions) ints
        Group of each cell in every dimension.
    sizes : tuple of int
        Groups a dimension has.
    count, total, squares : (cells,) floats
        Customers, the sum of their outcomes and of its squares; with "logit" outcomes are 0 or 1.
    link : {"log", "logit", "identity"}
        "log" needs a positive total, "identity" takes any.

    Raises
    ------
    DataError
        Nobody is there to learn from, or "log" is asked of money that is not positive in all.
    """
    if count.sum() <= 0:
        raise DataError("There is no customer to learn from.")
    if link == "log" and total.sum() <= 0:
        raise DataError("The money is not above zero in all, so groups cannot be compared by ratios.")
    kept = count > 0
    work = _Work(codes[kept], sizes, count[kept], total[kept], squares[kept], link)
    return work.solve()


class _Work:
    """One fit: the sums that do not change, and the rounds."""

    def __init__(
        self, codes: Codes, sizes: tuple[int, ...], count: Floats, total: Floats, squares: Floats, link: Link
    ) -> None:
        self.sizes, self.count, self.total, self.squares, self.link = sizes, count, total, squares, link
        self.starts = np.cumsum([1, *sizes])[:-1]
        self.width = 1 + sum(sizes)
        self.columns = np.column_stack([np.zeros(len(count), dtype=np.intp), *(codes + self.starts).T])
        self.mean = total / count
        self.unit = _unit(count, total, squares) if link == "identity" else 1.0
        self.counted: Floats | None = None

    def solve(self) -> Effects:
        stand = np.full(len(self.count), self._start())
        spreads = np.full(len(self.sizes), 2 * USUAL_SPREAD * self.unit)
        dispersion, beta = 1.0, np.zeros(self.width)
        beta[0] = stand[0]
        dispersion = self._dispersion(stand, 1.0)
        covariance = np.eye(self.width)
        for _ in range(ROUNDS):
            found, covariance = self._round(stand, spreads, dispersion)
            step = np.clip(found - beta, -STEP * self.unit, STEP * self.unit)
            beta = beta + step
            stand = beta[self.columns].sum(axis=1)
            wider, free = self._spreads(beta, covariance, spreads)
            dispersion = self._dispersion(stand, free)
            moved = max(float(np.abs(step).max()) / self.unit, float(np.abs(np.log(wider / spreads)).max(initial=0.0)))
            spreads = wider
            if moved < SETTLED:
                break
        effects = tuple(beta[start : start + size] for start, size in zip(self.starts, self.sizes, strict=True))
        return Effects(self.link, float(beta[0]), effects, spreads, covariance, dispersion)

    def _start(self) -> float:
        customers = float(self.count.sum())
        mean = float(self.total.sum()) / customers
        if self.link == "log":
            return float(np.log(mean))
        if self.link == "logit":
            share = (float(self.total.sum()) + 0.5) / (customers + 1.0)
            return float(np.log(share / (1.0 - share)))
        return mean

    def _round(self, stand: Floats, spreads: Floats, dispersion: float) -> tuple[Floats, Floats]:
        """Penalised least squares on the working response (Breslow & Clayton 1993)."""
        mean = mean_of(self.link, stand)
        if self.link == "logit":
            slope = np.maximum(mean * (1.0 - mean), 1e-9)
            weight = self.count * slope
        else:
            slope = mean if self.link == "log" else np.ones_like(mean)
            weight = self.count / dispersion
        response = stand + (self.mean - mean) / slope
        right = self._right(weight * response)
        if self.link == "logit":
            normal = self._normal(weight)
        else:
            self.counted = self._normal(self.count) if self.counted is None else self.counted
            normal = self.counted / dispersion
        penalty = np.zeros(self.width)
        for start, size, spread in zip(self.starts, self.sizes, spreads, strict=True):
            penalty[start : start + size] = spread**-2
        covariance = np.linalg.inv(normal + np.diag(penalty))
        return covariance @ right, (covariance + covariance.T) / 2.0

    def _right(self, weighted: Floats) -> Floats:
        right = np.zeros(self.width)
        for one in self.columns.T:
            right += np.bincount(one, weights=weighted, minlength=self.width)
        return right

    def _normal(self, weight: Floats) -> Floats:
        """Weights of every pair of groups that meet in a customer."""
        normal = np.zeros((self.width, self.width))
        for place, one in enumerate(self.columns.T):
            for other in self.columns.T[place:]:
                pair = np.bincount(one * self.width + other, weights=weight, minlength=self.width**2)
                normal += pair.reshape(self.width, self.width)
        return np.asarray(np.triu(normal) + np.triu(normal, 1).T)

    def _spreads(self, beta: Floats, covariance: Floats, spreads: Floats) -> tuple[Floats, float]:
        """New spread of every dimension, and how many parameters the data carry in all."""
        wider, carried = np.empty_like(spreads), 1.0
        doubt, usual = np.diag(covariance), (USUAL_SPREAD * self.unit) ** 2
        for place, (start, size) in enumerate(zip(self.starts, self.sizes, strict=True)):
            own = slice(start, start + size)
            free = size - float(doubt[own].sum()) / spreads[place] ** 2
            carried += free
            square = float((beta[own] ** 2).sum())
            wider[place] = np.sqrt((square + USUAL_WORTH * usual) / (max(free, 0.0) + USUAL_WORTH))
        return wider, carried

    def _dispersion(self, stand: Floats, carried: float) -> float:
        """Pearson's: mean squared distance of single customers, in units of the variance function."""
        if self.link == "logit":
            return 1.0
        mean = mean_of(self.link, stand)
        distance = self.squares - 2.0 * mean * self.total + self.count * mean**2
        scale = mean**2 if self.link == "log" else 1.0
        free = max(float(self.count.sum()) - carried, 1.0)
        return max(float((np.maximum(distance, 0.0) / scale).sum()) / free, 1e-9 * self.unit**2)


def _unit(count: Floats, total: Floats, squares: Floats) -> float:
    """A usual size of the outcome: its root mean square."""
    return max(float(np.sqrt(squares.sum() / count.sum())), abs(float(total.sum() / count.sum())), 1e-9)
