"""BG/BB: what customers who are there at opportunity n do at the opportunities that follow.

Fader, Hardie, Shang (2010). Given that, the chance of buying is Beta(alpha + x, beta + n - x) and the chance of leaving
Beta(gamma, delta + n), independent of each other, so every answer is a sum over the opportunities ahead of products of two
factors that fall from one to the next: no gamma functions, nothing to cancel, and gamma = 1 is no special case.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.maths.bg_bb import BGBBParameters

#: e^-40 of the value lies beyond this many discount times.
_ENOUGH = 40.0
#: Endless sums are followed for this many opportunities (and 16 n) before what is left is extrapolated.
_LONG = 1024


@dataclass(frozen=True)
class Beliefs:
    """Of customers known to be there: buying is Beta(a, b), leaving Beta(gamma, stays), (rows,) each."""

    a: FloatArray
    b: FloatArray
    stays: FloatArray
    gamma: float


def beliefs(parameters: BGBBParameters, x: FloatArray, n: FloatArray) -> Beliefs:
    """What x purchases at n opportunities tell of a customer who is there at n."""
    return Beliefs(parameters.alpha + x, parameters.beta + n - x, parameters.delta + n, parameters.gamma)


def still_there(known: Beliefs, t: FloatArray) -> FloatArray:
    """Chance of not leaving before the t-th opportunity ahead: (rows,)."""
    log_stay = np.zeros(known.a.size)
    for step, rows in _ahead(t):
        log_stay[rows] += np.log1p(-known.gamma / (known.gamma + known.stays[rows] + step))
    return np.asarray(np.exp(log_stay))


def expected_ahead(known: Beliefs, t: FloatArray) -> FloatArray:
    """Expected purchases at the next t opportunities: (rows,)."""
    chance, stay, total = _chance(known), np.ones(known.a.size), np.zeros(known.a.size)
    for step, rows in _ahead(t):
        stay[rows] *= (known.stays[rows] + step) / (known.gamma + known.stays[rows] + step)
        total[rows] += stay[rows]
    return np.asarray(chance * total)


def discounted_ahead(known: Beliefs, t: float, rate: float) -> FloatArray:
    """The same, the purchase at the j-th opportunity ahead divided by (1 + rate)^j.

    Without a discount an endless sum is (delta + n) / (gamma - 1) where gamma is above 1, and infinite elsewhere.
    """
    if np.isinf(t) and rate == 0:
        fine = known.gamma > 1.0
        return np.asarray(_chance(known) * (known.stays / (known.gamma - 1.0) if fine else np.inf))
    steps = min(t, np.ceil(_ENOUGH / np.log1p(rate))) if rate > 0 else t
    stay, total = np.ones(known.a.size), np.zeros(known.a.size)
    for step in range(int(steps)):
        stay = stay * ((known.stays + step) / (known.gamma + known.stays + step) / (1.0 + rate))
        total += stay
    return np.asarray(_chance(known) * total)


def mass(known: Beliefs, count: FloatArray, t: FloatArray) -> FloatArray:
    """Chance of exactly ``count`` purchases at the next t opportunities: (rows,)."""
    total = np.full(known.a.size, -np.inf)
    stay, bought = np.zeros(known.a.size), _log_count(known, count)
    for step in range(int(t.max(initial=0)) + 1):
        rows = np.flatnonzero((t >= step) & (count <= step))
        gone = np.log(known.gamma) - np.log(known.gamma + known.stays + step)
        ends = stay + np.where(t > step, gone, 0.0)
        total[rows] = np.logaddexp(total[rows], (ends + bought)[rows])
        stay = stay + np.log1p(-known.gamma / (known.gamma + known.stays + step))
        bought = bought + _log_next(known, count, float(step))
    return np.asarray(np.exp(total))


def _log_count(known: Beliefs, count: FloatArray) -> FloatArray:
    """Logarithm of the chance to buy at each of ``count`` opportunities."""
    chance = np.zeros(count.size)
    for step, rows in _ahead(count):
        chance[rows] += np.log((known.a[rows] + step) / (known.a[rows] + known.b[rows] + step))
    return chance


def _log_next(known: Beliefs, count: FloatArray, i: float) -> FloatArray:
    """From ``count`` purchases at i opportunities to as many at i + 1; 0 up to i = count - 1, where there are none yet."""
    more = np.maximum(i - count, 0.0)
    factor = (i + 1.0) / (more + 1.0) * (known.b + more) / (known.a + known.b + i)
    return np.where(i >= count, np.log(factor), 0.0)


def no_purchase(known: Beliefs, t: FloatArray) -> FloatArray:
    """Chance of not buying at any of the next t opportunities, leaving included; t may be infinite: (rows,)."""
    endless = np.isinf(t)
    found = np.empty(t.size)
    if endless.any():
        found[endless] = _never(_take(known, np.flatnonzero(endless)))
    rest = np.flatnonzero(~endless)
    left = t[rest]
    for step, none in _without_purchase(_take(known, rest), int(left.max(initial=0.0))):
        found[rest[left == step]] = none[left == step]
    return found


def first_reaching(known: Beliefs, chance: FloatArray, farthest: int) -> FloatArray:
    """First opportunity ahead by which customers who are there have bought with this chance: (rows,).

    Infinite where that lies beyond so many opportunities.
    """
    first = np.full(chance.size, np.inf)
    for step, none in _without_purchase(known, farthest):
        first[np.isinf(first) & (1.0 - none >= chance)] = step
        if np.isfinite(first).all():
            break
    return first


def _without_purchase(known: Beliefs, steps: int) -> Iterator[tuple[int, FloatArray]]:
    """Chance of no purchase at the next 0, 1, 2 … opportunities, leaving included."""
    both, gone, here = known.gamma + known.stays, np.zeros(known.a.size), np.ones(known.a.size)
    for step in range(steps + 1):
        yield step, gone + here
        gone = gone + here * (known.gamma / (both + step))
        here = here * ((known.stays + step) / (both + step) * ((known.b + step) / (known.a + known.b + step)))


def _never(known: Beliefs) -> FloatArray:
    """Sum over j of E[(1 - p)^j] E[theta (1 - theta)^j], followed to J, 2 J and 4 J and extrapolated.

    The terms fall as a power of j. What lies beyond J is taken to be a ratio of two gamma functions that agrees with them to
    second order, whose sum is known; the error of that falls by known powers of J, which Richardson's rule takes out.
    """
    a, b, d, both = known.a, known.b, known.stays, known.gamma + known.stays
    power = a + known.gamma + 1.0
    offset = ((a + b) ** 2 + (both + 1.0) ** 2 - b**2 - d**2 - power**2) / (2.0 * power)
    start = max(_LONG, 16 * int(np.ceil(float(np.max(b + d, initial=0.0)))))
    term, total, seen = known.gamma / both, np.zeros(a.size), []
    for j in range(4 * start):
        if j in (start, 2 * start):
            seen.append(total + term * (j + offset + power - 1.0) / (power - 1.0))
        total = total + term
        term = term * ((b + j) / (a + b + j) * ((d + j) / (both + 1.0 + j)))
    seen.append(total + term * (4 * start + offset + power - 1.0) / (power - 1.0))
    first = [_richardson(near, far, power + 1.0) for near, far in zip(seen, seen[1:], strict=False)]
    return np.asarray(np.clip(_richardson(first[0], first[1], power + 2.0), 0.0, 1.0))


def _richardson(near: FloatArray, far: FloatArray, power: FloatArray) -> FloatArray:
    """Take out an error that falls as a power when what is summed doubles."""
    return np.asarray(far + (far - near) / np.expm1(power * np.log(2.0)))


def _chance(known: Beliefs) -> FloatArray:
    return np.asarray(known.a / (known.a + known.b))


def _ahead(t: FloatArray) -> Iterator[tuple[int, IntArray]]:
    """Every opportunity ahead, from 0, and the rows that have it."""
    for step in range(int(t.max(initial=0))):
        yield step, np.flatnonzero(t > step)


def _take(known: Beliefs, rows: IntArray) -> Beliefs:
    return Beliefs(known.a[rows], known.b[rows], known.stays[rows], known.gamma)
