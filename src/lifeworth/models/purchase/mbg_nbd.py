"""MBG/NBD: customers buy at their own rate and may leave after any purchase, the first included.

Batislam, Denizel, Filiztekin (2007), Empirical validation and comparison of models for customer base analysis,
https://doi.org/10.1016/j.ijresmar.2006.12.005; found independently by Hoppe, Wagner (2007) as the central variant.
Unlike in the BG/NBD a customer without a repeat purchase may have left. Those who did not leave at once, b / (a + b) of
all, are BG/NBD customers with b + 1.
"""

import numpy as np

from lifeworth.maths.arrays import FloatArray
from lifeworth.models.arguments import Histories
from lifeworth.models.purchase.bg_family import BGFamilyModel


class MBGNBD(BGFamilyModel):
    """How often customers buy and whether they have left, by Batislam, Denizel and Filiztekin (2007).

    Purchase rates are Gamma(r, alpha), chances of leaving after a purchase, the first included, are Beta(a, b).

    Examples
    --------
    >>> from lifeworth.models import MBGNBD
    >>> model = MBGNBD.from_parameters({"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614})  # weeks
    >>> round(float(model.p_alive(0, 0, 0)[0]), 3)
    0.644
    """

    title = "MBG/NBD (Batislam, Denizel, Filiztekin 2007)"
    _leaves_at_first = True

    def _wait(self, chance: FloatArray, seen: Histories) -> FloatArray:
        p = self.parameters
        with np.errstate(over="ignore"):
            grown = np.expm1(-np.log1p(-chance) / p.shape(seen.frequency))
        return np.asarray((p.alpha + seen.T) * grown)
