"""BG/BB: likelihood of purchases at a few opportunities, and what it says of who is still alive.

Fader, Hardie, Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual Setting, Marketing Science 29(6),
1086-1108. http://brucehardie.com/papers/020/
Chances of buying at an opportunity are Beta(alpha, beta), chances of leaving before one are Beta(gamma, delta). Everything
is a sum over the last opportunity k at which the customer was still there; all of it is positive and kept as logarithms.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.curve import Curve, by_log_parameter


@dataclass(frozen=True)
class BGBBParameters:
    """Chances of buying are Beta(alpha, beta), of leaving before an opportunity Beta(gamma, delta)."""

    alpha: float
    beta: float
    gamma: float
    delta: float


@dataclass(frozen=True)
class Cells:
    """Distinct histories and how many customers stand behind each.

    Whole numbers, (rows,) each: ``x`` purchases, the last at opportunity ``t_x`` (0 without any), of ``n``.
    """

    x: IntArray
    t_x: IntArray
    n: IntArray
    weight: FloatArray

    @property
    def customers(self) -> float:
        """Of all cells together."""
        return float(self.weight.sum())


def log_likelihood(theta: FloatArray, cells: Cells) -> Curve:
    """Log-likelihood of all customers with its derivatives in the log-parameters."""
    values = np.exp(theta)
    parts = _Parts(BGBBParameters(*values.tolist()), cells)
    total = parts.total
    slope, bend = np.zeros((4, total.size)), np.zeros((4, 4, total.size))
    for rows, log_term, first, second in parts.terms():
        share = np.exp(log_term - total[rows])
        slope[:, rows] += share * first
        bend[:, :, rows] += share * (second + first[:, None] * first[None, :])
    bend -= slope[:, None] * slope[None, :]
    return by_log_parameter(values, Curve(float(cells.weight @ total), slope @ cells.weight, bend @ cells.weight))


def log_likelihood_rows(parameters: BGBBParameters, cells: Cells) -> FloatArray:
    """Log-likelihood of a customer of each cell: (rows,)."""
    return _Parts(parameters, cells).total


def p_alive_rows(parameters: BGBBParameters, cells: Cells) -> FloatArray:
    """Chance of being there at opportunity n: (rows,)."""
    parts = _Parts(parameters, cells)
    return np.asarray(np.exp(parts.log_alive - parts.total))


class _Parts:
    """Terms of the likelihood: the customer is still there at n, or was last there at k = t_x … n - 1."""

    def __init__(self, parameters: BGBBParameters, cells: Cells) -> None:
        self.p, self.cells = parameters, cells
        p, top = parameters, int(cells.n.max(initial=0)) + 1
        self.log = [_before(np.log, a, top) for a in (p.alpha, p.beta, p.alpha + p.beta, p.delta, p.gamma + p.delta)]
        self.bought = self.log[0][cells.x]
        self.log_alive = self._log_stays(cells.n) + self.log[3][cells.n] - self.log[4][cells.n]
        self.total = self.log_alive
        for k, rows in self._last_there():
            self.total = self.total.copy()
            self.total[rows] = np.logaddexp(self.total[rows], self._log_left(k, rows))

    def terms(self) -> Iterator[tuple[IntArray, FloatArray, FloatArray, FloatArray]]:
        """Rows, logarithm of the term, its first (4, rows) and second (4, 4, rows) derivatives in the parameters."""
        p, top = self.p, int(self.cells.n.max(initial=0)) + 1
        bases = (p.alpha, p.beta, p.alpha + p.beta, p.delta, p.gamma + p.delta)
        first = [_before(np.reciprocal, a, top) for a in bases]
        second = [_before(lambda v: -(v**-2.0), a, top) for a in bases]
        everybody, n = np.arange(self.cells.n.size), self.cells.n
        yield everybody, self.log_alive, *_derivatives(self.cells.x, n, n, first, second, None)
        for k, rows in self._last_there():
            at = np.full(rows.size, k)
            yield rows, self._log_left(k, rows), *_derivatives(self.cells.x[rows], at, at + 1, first, second, p.gamma)

    def _last_there(self) -> Iterator[tuple[int, IntArray]]:
        for k in range(int(self.cells.n.max(initial=0))):
            rows = np.flatnonzero((self.cells.t_x <= k) & (k < self.cells.n))
            if rows.size:
                yield k, rows

    def _log_stays(self, k: IntArray) -> FloatArray:
        return np.asarray(self.bought + self.log[1][k - self.cells.x] - self.log[2][k])

    def _log_left(self, k: int, rows: IntArray) -> FloatArray:
        chance = self.bought[rows] + self.log[1][k - self.cells.x[rows]] - self.log[2][k]
        return np.asarray(chance + np.log(self.p.gamma) + self.log[3][k] - self.log[4][k + 1])


def _before(term: Callable[[FloatArray], FloatArray], a: float, top: int) -> FloatArray:
    """Sums of term(a + i) over i < 0, 1 … top: the logarithm of Gamma(a + k) / Gamma(a), or a derivative of it."""
    return np.concatenate([[0.0], np.cumsum(term(a + np.arange(top, dtype=np.float64)))])


def _derivatives(
    x: IntArray,
    k: IntArray,
    both: IntArray,
    first: list[FloatArray],
    second: list[FloatArray],
    gamma: float | None,
) -> tuple[FloatArray, FloatArray]:
    """Of the logarithm of one term; ``gamma`` where the customer has left."""
    slope, bend = np.zeros((4, x.size)), np.zeros((4, 4, x.size))
    slope[0], slope[1] = first[0][x] - first[2][k], first[1][k - x] - first[2][k]
    slope[2], slope[3] = -first[4][both], first[3][k] - first[4][both]
    bend[:2, :2], bend[2:, 2:] = -second[2][k], -second[4][both]
    bend[0, 0] += second[0][x]
    bend[1, 1] += second[1][k - x]
    bend[3, 3] += second[3][k]
    if gamma is not None:
        slope[2] += 1.0 / gamma
        bend[2, 2] -= gamma**-2.0
    return slope, bend
