"""Discounting in continuous time over a finite or endless horizon, laid out for smooth long-tailed quantities."""

import numpy as np

from lifeworth.maths.arrays import FloatArray
from lifeworth.maths.legendre import unit_legendre

#: e^-45 of the value lies beyond this many discount times.
_ENOUGH = 45.0
_NODES = 64


def discount_nodes(t: float, rate: float, scale: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nodes v = log(1 + u / scale) and weights for the discounted sum of a cumulative quantity E(u).

    The weighted sum of E at the nodes is e^(-rate t) E(t) + rate * integral of e^(-rate u) E(u) over (0, t),
    that is, the discounted value of what E accumulates.

    Parameters
    ----------
    t : float
        Horizon, may be infinite when the rate is above zero.
    rate : float
        Continuous discount rate per unit of time.
    scale : (columns,)
        Time scale on which E bends.

    Returns
    -------
    v, weight : (nodes, columns)
    """
    end = min(t, _ENOUGH / rate) if rate > 0 else t
    length = np.log1p(end / scale)
    position, share = unit_legendre(_NODES)
    v = position[:, None] * length
    u = scale * np.expm1(v)
    weight = rate * np.exp(-rate * u) * (u + scale) * share[:, None] * length
    last = np.full_like(length, np.exp(-rate * end))
    return np.vstack([v, length]), np.vstack([weight, last])
