"""BG/NBD likelihood: Fader, Hardie, Lee (2005), "Counting Your Customers" the Easy Way, equation 6.

Customers buy at their own rate (Gamma(r, alpha)) and may leave after any repeat purchase with their own
probability (Beta(a, b)). http://brucehardie.com/papers/018/
The formulas stand in `bg_family`, which tells them together with those of its three sisters.
"""

from dataclasses import astuple, dataclass

import numpy as np

from lifeworth.maths import bg_family
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.bg_family import BGFamilyParameters
from lifeworth.maths.curve import Curve
from lifeworth.maths.purchase_table import PurchaseTable


@dataclass(frozen=True)
class BGNBDParameters:
    """Population parameters; alpha carries the unit of time."""

    r: float
    alpha: float
    a: float
    b: float

    def as_array(self) -> FloatArray:
        """Give r, alpha, a, b in this order."""
        return np.array(astuple(self), dtype=np.float64)

    @property
    def family(self) -> BGFamilyParameters:
        """The same among its sisters: one stage between purchases, nobody leaves at the first."""
        return BGFamilyParameters(self.r, self.alpha, self.a, self.b)


def log_likelihood_rows(p: BGNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Log-likelihood of each customer (equation 6), same unit of time as alpha."""
    return bg_family.log_likelihood_rows(p.family, x, t_x, T)


def p_alive_rows(p: BGNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
    """Probability that each customer has not left by T (Fader, Hardie, Lee 2008, note 021)."""
    return bg_family.p_alive_rows(p.family, x, t_x, T)


def log_likelihood(theta: FloatArray, table: PurchaseTable) -> Curve:
    """Log-likelihood of all customers with its first two derivatives in log(r), log(alpha), log(a), log(b)."""
    return bg_family.log_likelihood(theta, table)
