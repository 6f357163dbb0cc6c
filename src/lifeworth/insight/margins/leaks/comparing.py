"""What a group cost, held against what it would have cost at the rate of its comparables.

Rows are put into strata of what must be alike (coarsened exact matching; Iacus, King and Porro 2012). With E a group's exposure (money
sold, or orders), C its cost and r the comparables' rate in a stratum s,

    excess = Σ_s (C_s − E_s r_s),

indirect standardisation. Strata are nested, from coarse to fine, and comparables who are few in a fine one are drawn to the next
coarser: r_s = (C_s + κ r_coarser) / (E_s + κ), κ the exposure of twenty rows.

Errors are those of the delete-a-group jackknife (Kott 2001): customers are dealt into groups, and everything, the comparables' rates
included, is reckoned again without each group. A customer's lines stay together, so what they share is in the error. The orders that were
placed are taken as given: it is the excess *rate* that varies.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import stdtr, stdtrit

from lifeworth.insight.margins.leaks.dense import dense, first_of_each

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DRAWN = 20.0


@dataclass(frozen=True)
class Cells:
    """Exposure and cost by group and stratum; column 0 of everybody, column 1 + g without jackknife group g.

    Attributes
    ----------
    level, fine : (cells,) ints
        Code of the group, and number of the finest stratum.
    nested : tuple of (finest strata,) ints
        The stratum that each finest one lies in, from the coarsest to the finest themselves.
    split : (finest strata,) ints
        Code of what the groups are told apart by besides, the same throughout a finest stratum.
    exposure, cost : (cells, 1 + groups) floats
    drawn : float
        Exposure by which small strata are drawn to larger ones.
    """

    level: Ints
    fine: Ints
    nested: tuple[Ints, ...]
    split: Ints
    exposure: Floats
    cost: Floats
    drawn: float


@dataclass(frozen=True)
class Rows:
    """What is compared, one entry per row: (n,) each.

    ``nested`` are strata from the coarsest to the finest; rows are ``dealt`` to so many jackknife ``groups``.
    """

    level: Ints
    nested: tuple[Ints, ...]
    split: Ints
    exposure: Floats
    cost: Floats
    dealt: Ints
    groups: int


def gather(rows: Rows) -> Cells:
    """Add up rows by group, finest stratum and jackknife group."""
    strata, place = dense(rows.nested[-1])
    first = first_of_each(place, len(strata))
    levels = int(rows.level.max()) + 1
    keys, cell = dense(place * levels + rows.level)
    return Cells(
        level=keys % levels,
        fine=keys // levels,
        nested=tuple(dense(each[first])[1] for each in rows.nested),
        split=rows.split[first],
        exposure=_without_each(rows, rows.exposure, cell, len(keys)),
        cost=_without_each(rows, rows.cost, cell, len(keys)),
        drawn=DRAWN * float(rows.exposure.sum()) / len(rows.exposure),
    )


def _without_each(rows: Rows, amount: Floats, cell: Ints, cells: int) -> Floats:
    """Sums by cell, of all rows and without each jackknife group: (cells, 1 + groups)."""
    by_group = np.bincount(cell * rows.groups + rows.dealt, weights=amount, minlength=cells * rows.groups)
    by_group = by_group.reshape(cells, rows.groups)
    whole = by_group.sum(axis=1, keepdims=True)
    return np.hstack([whole, whole - by_group])


def rates(cells: Cells, peers: Bools) -> Floats:
    """Rate of the comparables in every fine stratum: (fine strata, 1 + groups); ``peers`` says which groups they are.

    Raises
    ------
    ValueError
        No comparables have any exposure.
    """
    chosen = np.flatnonzero(peers[cells.level])
    exposure, cost = cells.exposure[chosen], cells.cost[chosen]
    whole = exposure.sum(axis=0)
    if not (whole > 0).all():
        raise ValueError("no comparables")
    fine = _sums(cells.fine[chosen], len(cells.split))
    exposure, cost = fine @ exposure, fine @ cost
    rate = np.broadcast_to(cost.sum(axis=0) / whole, exposure.shape)
    for strata in cells.nested:
        together = _sums(strata, int(strata.max()) + 1)
        coarser = np.zeros((together.shape[0], exposure.shape[1]))
        coarser[strata] = rate
        rate = ((together @ cost + cells.drawn * coarser) / (together @ exposure + cells.drawn))[strata]
    return np.asarray(rate)


def expected(cells: Cells, level: int, rate: Floats) -> tuple[Ints, Floats]:
    """Cells of a group, and what each would have cost at the rate of its stratum."""
    own = np.flatnonzero(cells.level == level)
    return own, cells.exposure[own] * rate[cells.fine[own]]


def _sums(places: Ints, size: int) -> csr_matrix:
    """A matrix that adds rows up by place."""
    rows = len(places)
    return csr_matrix((np.ones(rows), (places, np.arange(rows))), shape=(size, rows))


@dataclass(frozen=True)
class Excess:
    """How much more a group cost than its comparables would have, per unit of exposure, with its error.

    Attributes
    ----------
    mean, error : float
        Excess rate and its standard error.
    freedom : float
        Degrees of freedom of the error.
    rate, comparable : float
        The group's own rate, and that of its comparables.
    """

    mean: float
    error: float
    freedom: float
    rate: float
    comparable: float

    @property
    def p_value(self) -> float:
        """Chance of an excess at least as clear where there is none; one-sided, Student's t."""
        if not (self.error > 0 and np.isfinite(self.error)):
            return 1.0
        return float(stdtr(self.freedom, -self.mean / self.error))

    def reach(self, level: float) -> float:
        """Half the width of the central range."""
        return float(stdtrit(self.freedom, (1 + level) / 2) * self.error)


NOTHING = Excess(0.0, float("inf"), 1.0, 0.0, 0.0)


def judge(exposure: Floats, cost: Floats, alike: Floats, people: int) -> Excess:
    """Excess of a group from its sums (1 + groups,): exposure, cost, and what it would have cost.

    With fewer people than jackknife groups the people count as degrees of freedom.
    """
    groups = len(exposure) - 1
    if groups < 2 or people < 2 or not (exposure > 0).all():
        return NOTHING
    own, peers = cost / exposure, alike / exposure
    found = own - peers
    again = found[1:]
    error = float(np.sqrt((groups - 1) / groups * ((again - again.mean()) ** 2).sum()))
    return Excess(float(found[0]), error, float(min(groups, people) - 1), float(own[0]), float(peers[0]))
