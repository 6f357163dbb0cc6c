"""The one hard part of the Pareto/NBD: the chance of having left at any moment since the last purchase.

    I = integral from t_x to T of (alpha + y)^-(r + x) * s * (beta + y)^-(s + 1) dy

Papers write it with two Gaussian hypergeometric functions (Schmittlein, Morrison, Colombo 1987; Fader, Hardie 2005,
note 009), which lose all digits for many purchases. We integrate. In w = log((m + y) / (m + t_x)), m = min(alpha, beta),
the integrand is exp(-k w) (d + c e^w)^-q with d >= 0: log-concave, and analytic in |Im w| < pi for all parameters, so a
Gauss-Legendre rule converges geometrically. The far tail, under e^-34 of the start, is left out.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass

import numpy as np

from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray
from lifeworth.maths.legendre import unit_legendre

#: The integrand may fall by this many e-folds before the rest is dropped.
_DROP = 34.0
#: Nodes needed for twelve digits, by fall of the integrand and by length of the range in w (found by trial).
_BY_FALL = ((1.0, 8), (10.0, 10), (16.0, 14), (24.0, 18), (np.inf, 22))
_BY_LENGTH = ((2.0, 8), (4.0, 18), (8.0, 26), (16.0, 50), (32.0, 100), (np.inf, 200))
#: Node values held at once, rows times nodes.
_BUDGET = 1 << 18


@dataclass(frozen=True)
class ParetoNBDParameters:
    """Population parameters; alpha and beta carry the unit of time."""

    r: float
    alpha: float
    s: float
    beta: float

    def as_array(self) -> FloatArray:
        """Give r, alpha, s, beta in this order."""
        return np.array(astuple(self), dtype=np.float64)


@dataclass(frozen=True)
class LeavingMoments:
    """The integral of each row relative to its integrand at t_x, and means and covariances over the moment of leaving.

    The averaged quantities are, in this order: log((alpha + y) / (alpha + t_x)), log((beta + y) / (beta + t_x)),
    1 / (alpha + y), 1 / (beta + y).
    """

    area: FloatArray  # (rows,) I divided by exp(log_start)
    log_start: FloatArray  # (rows,) log of the integrand in w at t_x
    mean: FloatArray  # (4, rows), empty unless asked for
    covariance: FloatArray  # (4, 4, rows), empty unless asked for


@dataclass(frozen=True)
class _Shape:
    """exp(-k w) (d + c e^w)^-q for each row, up to w = length."""

    k: FloatArray
    q: FloatArray
    d: FloatArray
    c: FloatArray
    length: FloatArray

    def fall(self, w: FloatArray) -> FloatArray:
        """How far the logarithm has fallen since w = 0."""
        return np.asarray(self.k * w + self.q * np.log1p(self.c / (self.d + self.c) * np.expm1(w)))


def leaving_moments(
    p: ParetoNBDParameters, x: FloatArray, t_x: FloatArray, T: FloatArray, moments: bool = False
) -> LeavingMoments:
    """Integrate over the moment of leaving for every row at once."""
    return leaving_moments_each(p.r, p.alpha, p.s, p.beta, x, t_x, T, moments)


def leaving_moments_each(
    r: float,
    alpha: float | FloatArray,
    s: float,
    beta: float | FloatArray,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    moments: bool = False,
) -> LeavingMoments:
    """The same for customers who may each have an alpha and a beta of their own, (rows,)."""
    shape = _shape(r, alpha, s, beta, x, t_x, T)
    area = np.zeros(x.size)
    mean = np.zeros((4, x.size if moments else 0))
    covariance = np.zeros((4, 4, x.size if moments else 0))
    for rows, nodes in _batches(shape):
        area[rows], averages = _integrate(_take(shape, rows), nodes, moments)
        if moments:
            mean[:, rows], covariance[:, :, rows] = averages
    if moments:
        turned, order = np.flatnonzero(np.broadcast_to(alpha > beta, x.shape)), [1, 0, 3, 2]
        mean[:, turned] = mean[:, turned][order]
        covariance[:, :, turned] = covariance[:, :, turned][order][:, order]
    log_start = -(r + x) * np.log(alpha + t_x) - (s + 1.0) * np.log(beta + t_x) + np.log(s * shape.c)
    return LeavingMoments(area, log_start, mean, covariance)


def _shape(
    r: float,
    alpha: float | FloatArray,
    s: float,
    beta: float | FloatArray,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
) -> _Shape:
    near, far = np.minimum(alpha, beta), np.maximum(alpha, beta)
    buying, leaving, alpha_first = r + x, np.full(x.shape, s + 1.0), np.broadcast_to(alpha <= beta, x.shape)
    slow, fast = np.where(alpha_first, buying, leaving), np.where(alpha_first, leaving, buying)
    c = near + t_x
    shape = _Shape(slow - 1.0, fast, np.broadcast_to(far - near, x.shape), c, np.log1p((T - t_x) / c))
    return _Shape(shape.k, shape.q, shape.d, c, _useful_length(shape))


def _useful_length(shape: _Shape) -> FloatArray:
    """Shorten the range to where the integrand still matters; it is log-concave, so a tangent bounds it."""
    slope = shape.k + shape.q * shape.c / (shape.d + shape.c)
    length = np.where(slope * shape.length > _DROP, _DROP / np.maximum(slope, 1e-300), shape.length)
    far = np.flatnonzero(shape.fall(length) > _DROP + 6.0)
    if far.size:
        length[far] = _bisect(_take(shape, far), length[far])
    return np.asarray(length)


def _bisect(shape: _Shape, high: FloatArray) -> FloatArray:
    low = np.zeros(high.size)
    for _ in range(24):
        middle = (low + high) / 2.0
        beyond = shape.fall(middle) > _DROP
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return high


def _take(shape: _Shape, rows: IntArray) -> _Shape:
    return _Shape(shape.k[rows], shape.q[rows], shape.d[rows], shape.c[rows], shape.length[rows])


def _batches(shape: _Shape) -> Iterator[tuple[IntArray, int]]:
    """Group rows that need equally many nodes, in pieces of bounded size."""
    fall = np.abs(shape.fall(shape.length))
    need = np.maximum(_lookup(_BY_FALL, fall), _lookup(_BY_LENGTH, shape.length))
    live: BoolArray = shape.length > 0.0
    for nodes in np.unique(need[live]):
        rows = np.flatnonzero(live & (need == nodes))
        step = max(_BUDGET // int(nodes), 1)
        for start in range(0, rows.size, step):
            yield rows[start : start + step], int(nodes)


def _lookup(table: tuple[tuple[float, int], ...], size: FloatArray) -> IntArray:
    limits, nodes = np.array([row[0] for row in table]), np.array([row[1] for row in table])
    return np.asarray(nodes[np.searchsorted(limits, size)])


def _integrate(shape: _Shape, nodes: int, moments: bool) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
    position, weight = unit_legendre(nodes)
    w = position[:, None] * shape.length
    near = shape.c * np.exp(w)  # m + y
    far = near + shape.d
    log_far = np.log(far / (shape.d + shape.c))
    mass = np.exp(-shape.k * w - shape.q * log_far)
    mass *= weight[:, None]
    area = mass.sum(axis=0)
    if not moments:
        return area * shape.length, (np.empty(0), np.empty(0))
    mass /= area
    features = np.stack([w, log_far, 1.0 / near, 1.0 / far])
    return area * shape.length, _averages(features, mass)


def _averages(features: FloatArray, mass: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Means and covariances of the features over the nodes."""
    mean = np.einsum("inm,nm->im", features, mass)
    centred = features - mean[:, None, :]
    covariance = np.empty((4, 4, mass.shape[1]))
    for i in range(4):
        weighted = centred[i] * mass
        for j in range(i, 4):
            covariance[i, j] = covariance[j, i] = np.einsum("nm,nm->m", weighted, centred[j])
    return mean, covariance
