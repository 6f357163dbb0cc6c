"""What an arm changed against its control: one experiment's customers in, numbers out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.experiments.reading.watched import Watched
from lifeworth.maths.adjusted_difference import Difference, adjusted_difference
from lifeworth.maths.proportions import share_difference
from lifeworth.maths.ratio import relative_range

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

ERROR = 0.05
LEVEL = 1 - ERROR
# Amounts beyond this share at either end are cut in the winsorised version.
_TAIL = 0.005


@dataclass(frozen=True)
class Effect:
    """One arm against the control.

    Attributes
    ----------
    plain, adjusted, winsorised : Difference
        Of net money a customer: as it is, adjusted by what was known before, and that with cut amounts.
    caps : tuple of float
        What smaller and larger amounts were cut to.
    level : float
        Level of each range, so that those of all arms hold together.
    conversion : tuple of float
        Difference of the shares who bought, with its range.
    """

    plain: Difference
    adjusted: Difference
    winsorised: Difference
    caps: tuple[float, float]
    level: float
    conversion: tuple[float, float, float]

    @property
    def variance_saved(self) -> float | None:
        """Part of the plain difference's variance that the adjustment took away."""
        if self.plain.standard_error == 0:
            return None
        return 1 - (self.adjusted.standard_error / self.plain.standard_error) ** 2

    @property
    def relative(self) -> tuple[float, float, float] | None:
        """The difference as a share of what the control brought."""
        found = self.adjusted
        bound = found.bound(self.level)
        return relative_range(found.treated, found.treated_error, found.control, found.control_error, bound)


def measure(watched: Watched, arm: int, comparisons: int) -> Effect:
    """The effect of an arm on net money a customer.

    Parameters
    ----------
    comparisons : int
        How many arms of the experiment are held against its control; ranges widen so that all hold together
        (Bonferroni).

    Raises
    ------
    ValueError
        An arm has fewer than two customers.
    """
    both = watched.pair(arm)
    treated = both.arm == arm
    low, high = (float(np.quantile(both.net, end)) for end in (_TAIL, 1 - _TAIL))
    level = 1 - ERROR / comparisons
    hits, others = both.bought[treated], both.bought[~treated]
    return Effect(
        plain=adjusted_difference(both.net, treated),
        adjusted=adjusted_difference(both.net, treated, both.covariates),
        winsorised=adjusted_difference(np.clip(both.net, low, high), treated, both.covariates),
        caps=(low, high),
        level=level,
        conversion=share_difference(int(hits.sum()), len(hits), int(others.sum()), len(others), level),
    )
