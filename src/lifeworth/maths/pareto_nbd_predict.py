"""What the Pareto/NBD expects: purchases to come, discounted or not.

Schmittlein, Morrison, Colombo (1987); Fader, Hardie (2005), note 009, equations 27 and 41; discounted (DERT): Fader, Hardie,
Lee (2005), RFM and CLV, equation 2. A customer alive at T buys at r + x over alpha + T on average and stays for u more with
chance ((beta + T) / (beta + T + u))^s.
"""

import numpy as np
from scipy import special

from lifeworth.errors import UsageError
from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.legendre import unit_legendre
from lifeworth.maths.pareto_nbd_integral import ParetoNBDParameters
from lifeworth.maths.unique_rows import code_column

_ENOUGH = 45.0
_NODES = 96


def expected_while_alive(p: ParetoNBDParameters, t: FloatArray, x: FloatArray, T: FloatArray) -> FloatArray:
    """Expected purchases in (T, T + t] of customers known to be alive at T (note 009, equation 41)."""
    return np.asarray((p.r + x) / (p.alpha + T) * _stay(p, t, p.beta + T))


def _stay(p: ParetoNBDParameters, t: FloatArray, scale: FloatArray) -> FloatArray:
    """Expected time the customer stays within the next t; continuous through s = 1."""
    v = np.log1p(t / scale)
    return np.asarray(scale * v * special.exprel((1.0 - p.s) * v))


def discounted_while_alive(p: ParetoNBDParameters, t: float, rate: float, x: FloatArray, T: FloatArray) -> FloatArray:
    """Discounted expected purchases in (T, T + t] of customers known to be alive at T (DERT when t is endless)."""
    if rate == 0.0 and np.isinf(t):
        return _endless(p, x, T)
    if rate == 0.0:
        return expected_while_alive(p, np.full(x.shape, t), x, T)
    moment = code_column(p.beta + T)
    stay = _discounted_stay(p, t, rate, moment.values)
    return np.asarray((p.r + x) / (p.alpha + T) * stay[moment.codes])


def _discounted_stay(p: ParetoNBDParameters, t: float, rate: float, scale: FloatArray) -> FloatArray:
    """Discounted time the customer stays: the integral of e^(-rate u) (scale / (scale + u))^s over (0, t)."""
    length = np.log1p(min(t, _ENOUGH / rate) / scale)
    position, share = unit_legendre(_NODES)
    v = position[:, None] * length
    inside = np.exp(-rate * scale * np.expm1(v) + (1.0 - p.s) * v)
    return np.asarray(scale * length * np.einsum("nm,n->m", inside, share))


def _endless(p: ParetoNBDParameters, x: FloatArray, T: FloatArray) -> FloatArray:
    if p.s <= 1.0:
        raise UsageError(
            "without discounting, expected purchases over an endless horizon are infinite for these customers "
            f"(s = {p.s:.3g} is not above 1).\n  what to do: give a discount rate above 0 or a finite horizon"
        )
    return np.asarray((p.r + x) / (p.alpha + T) * (p.beta + T) / (p.s - 1.0))
