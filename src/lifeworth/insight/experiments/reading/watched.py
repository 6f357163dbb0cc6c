"""The customers of one experiment and what they brought."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Watched:
    """The customers of one experiment; one entry per customer in every array, sorted by id.

    Attributes
    ----------
    arm : (customers,) ints
        Place of the arm among the experiment's, the control first.
    brought, cost : (customers,) floats
        Money since assignment, and what the treatment cost; in the run's basis.
    bought : (customers,) bools
        Whether they bought at all since assignment.
    covariates : (customers, covariates) floats
        What was known before: predicted money over the window, whether they were customers, money of the year before.
    """

    arm: Ints
    brought: Floats
    cost: Floats
    bought: Bools
    covariates: Floats

    @property
    def net(self) -> Floats:
        """What they brought less what treating them cost."""
        return self.brought - self.cost

    def pair(self, arm: int) -> "Watched":
        """The customers of one arm and of the control."""
        return self.take((self.arm == arm) | (self.arm == 0))

    def take(self, which: Bools | Ints) -> "Watched":
        """The same for some customers."""
        return Watched(*(part[which] for part in vars(self).values()))

    def people(self, arm: int) -> int:
        """How many customers an arm holds."""
        return int((self.arm == arm).sum())
