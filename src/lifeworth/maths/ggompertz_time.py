"""How long customers stay when the rate of leaving rises with time: Gompertz lifetimes, mixed by a Gamma.

Bemmaor, Glady (2012), Modeling Purchasing Behavior with Sudden "Death", Management Science 58(5), equations 3 and 4:

    S(u) = (beta / (beta + e^(b u) - 1))^s

The mixture forgets nothing but its start: a customer who has stayed for T stays on as a new one would with
beta_T = 1 + (beta - 1) e^(-b T) in place of beta. So all integrals over a lifetime start at 0.

They are taken in w = log(1 + u / near) + speed * u: like log u close to the start, where b -> 0 makes the lifetime a
Pareto (S -> (1 + u b / beta)^-s), and like u later, where S falls like e^(-s b u). There the integrands are smooth, and
Gauss-Legendre rules converge geometrically.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.legendre import unit_legendre

#: What is left out lies this many e-folds below the rest.
ENOUGH = 40.0
_LEAST_NODES, _MOST_NODES, _BY_LENGTH = 28, 512, 6.0
#: Node values held at once, rows times nodes.
_BUDGET = 1 << 18
_TINY = 1e-300


@dataclass(frozen=True)
class Stretch:
    """Nodes of an integral over (0, end) for some rows."""

    rows: IntArray  # (some,)
    u: FloatArray  # (some, nodes) times since the start
    du: FloatArray  # (some, nodes) weights: the integral of g is the sum of g(u) du


def log_fall(b: float, u: FloatArray, beta: FloatArray | float) -> FloatArray:
    """Log(1 + (e^(b u) - 1) / beta): the chance of staying for u is e^(-s times this)."""
    late = b * u
    with np.errstate(over="ignore"):
        early = np.log1p(np.expm1(np.minimum(late, 1.0)) / beta)
    past = np.maximum(late, 1.0)
    return np.where(late <= 1.0, early, past - np.log(beta) + np.log1p((beta - 1.0) * np.exp(-past)))


def time_of_fall(b: float, fall: FloatArray | float, beta: FloatArray | float) -> FloatArray:
    """The time u with `log_fall(b, u, beta) = fall`."""
    near = np.log1p(np.minimum(beta * np.expm1(np.minimum(fall, 600.0)), 1e290))
    return np.asarray(np.where(np.asarray(fall) <= 600.0, near, np.asarray(fall) + np.log(beta)) / b)


def beta_after(b: float, beta: float, T: FloatArray) -> FloatArray:
    """The beta of customers who have stayed for T; a sum of positive terms, so no digit is lost."""
    return np.asarray(np.maximum(beta * np.exp(-b * T) - np.expm1(-b * T), _TINY))


def stretches(
    b: float, s: float, beta: FloatArray, end: FloatArray, near: FloatArray, discount: float = 0.0, extra: int = 0
) -> Iterator[Stretch]:
    """Nodes for integrals over lifetimes from 0 to `end`, a batch of rows of like length at a time.

    Parameters
    ----------
    beta, end, near : (rows,)
        End must be finite. `near` is the closest other scale of the integrand (alpha, say).
    discount : float
        Rate at which the integrand falls besides.
    extra : int
        Nodes to add, for integrands with narrow peaks.
    """
    near = np.minimum(np.minimum(near, beta / b), 1.0 / (b + discount))
    near = np.maximum(near, _TINY)
    settled = (np.maximum(np.log(beta), 0.0) + ENOUGH) / b  # from here on S is an exponential, to the last digit
    first = np.minimum(end, settled)
    length = np.log1p(first / near) + (b + discount) * first
    slow = min(s, 1.0) * b + discount
    rest = np.log1p((end - first) / (near + first)) + slow * (end - first)
    size = np.ceil(np.log2(np.maximum(np.maximum(length, rest), 1.0))).astype(np.intp) * 2 + (end > first)
    for bucket in np.unique(size):
        members = np.flatnonzero(size == bucket)
        longest = 2.0 ** (bucket // 2)
        nodes = int(min(_LEAST_NODES + _BY_LENGTH * longest, _MOST_NODES)) + extra
        step = max(_BUDGET // (nodes * (1 + bucket % 2)), 1)
        for start in range(0, members.size, step):
            rows = members[start : start + step]
            u, du = _panel(first[rows], near[rows], b + discount, nodes)
            if bucket % 2:
                more, dmore = _panel((end - first)[rows], (near + first)[rows], slow, nodes)
                u, du = np.hstack([u, first[rows, None] + more]), np.hstack([du, dmore])
            yield Stretch(rows, u, du)


def _panel(end: FloatArray, near: FloatArray, speed: float, nodes: int) -> tuple[FloatArray, FloatArray]:
    """Nodes evenly placed in w, with the lengths of time they stand for."""
    position, share = unit_legendre(nodes)
    length = (np.log1p(end / near) + speed * end)[:, None]
    u = _time_at(position * length, near[:, None], speed)
    return u, share * length / (1.0 / (near[:, None] + u) + speed)


def _time_at(w: FloatArray, near: FloatArray, speed: float) -> FloatArray:
    """Solve log(1 + u / near) + speed * u = w: a Wright omega, and a Newton step for the digits of a small u."""
    pace = np.maximum(speed * near, _TINY)
    u = np.maximum(special.wrightomega(np.log(pace) + pace + w) / (pace / near) - near, 0.0)
    miss = np.log1p(u / near) + speed * u - w
    return np.asarray(np.maximum(u - miss / (1.0 / (near + u) + speed), 0.0))
