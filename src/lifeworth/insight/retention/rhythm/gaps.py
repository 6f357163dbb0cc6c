"""A customer's own next gap, given that they are still there.

With rate λ ~ Gamma(A, B), A = r + k x, B = alpha + t_x after x gaps that add up to t_x, the next gap g is Gamma(k) / λ, so that
g / B is a ratio of two Gammas, a beta prime:

    P(g ≤ s) = I_{s / (s + B)}(k, A)

(for k = 1 the Pareto of BG/NBD, 1 - (B / (B + s))^A). Orders after a return: the n-th comes within h when n gaps do,
I_{h / (h + B)}(n k, A), and when none of the purchases before it was the last.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, betaln, gammainc, gammaincinv

from lifeworth.insight.retention.rhythm.days import Histories
from lifeworth.insight.retention.rhythm.leaving import Rhythm, chance_there, outlasts
from lifeworth.maths.unique_rows import code_column

Floats = NDArray[np.float64]

_GRID = 65
_BLOCK = 32
_DONE = 1e-4
_MOST_ORDERS = 2_000


def overdue(rhythm: Rhythm, x: Floats, t_x: Floats, silence: Floats) -> Floats:
    """Probability that a customer still there would have ordered again within the silence.

    Parameters
    ----------
    x, t_x : (customers,)
        Repeat purchase days, and days from the first purchase to the last.
    silence : (customers,)
        Days since the last purchase.
    """
    return 1.0 - outlasts(rhythm, x, t_x, silence)


def gap_quantile(rhythm: Rhythm, x: Floats, t_x: Floats, q: float) -> Floats:
    """Days after a purchase by which a customer still there has ordered again with chance ``q``."""
    counts = code_column(x)
    part = betaincinv(rhythm.k, rhythm.r + rhythm.k * counts.values, q)
    odds = part / np.maximum(1.0 - part, 1e-12)
    return np.asarray(odds[counts.codes] * (rhythm.alpha + t_x))


def chance_to_come(rhythm: Rhythm, seen: Histories, ahead: float, silent: Floats | None = None) -> Floats:
    """Probability that each customer orders within the next ``ahead`` days, the chance of having left included.

    ``silent`` is the chance that their gap would outlast their silence, where it is known already.
    """
    now = outlasts(rhythm, seen.x, seen.t_x, seen.silence) if silent is None else silent
    then = outlasts(rhythm, seen.x, seen.t_x, seen.silence + ahead)
    comes = 1.0 - np.divide(then, now, out=np.ones_like(now), where=now > 0)
    return np.asarray(chance_there(rhythm, seen.x, now) * comes)


def orders_after_return(rhythm: Rhythm, x: Floats, T: Floats, ahead: float) -> Floats:
    """Further orders expected within ``ahead`` days of a customer who has just ordered again at T after ``x`` repeats."""
    reach = np.log1p(ahead / (rhythm.alpha + T))
    grid = np.linspace(0.0, float(reach.max(initial=0.0)) or 1.0, _GRID)
    counts = code_column(x)
    expected = np.empty(len(x))
    order = np.argsort(counts.codes, kind="stable")
    ends = np.searchsorted(counts.codes[order], np.arange(len(counts.values) + 1))
    for place, count in enumerate(counts.values):
        who = order[ends[place] : ends[place + 1]]
        expected[who] = np.interp(reach[who], grid, _orders_on_grid(rhythm, float(count), -np.expm1(-grid)))
    return expected


def _orders_on_grid(rhythm: Rhythm, x: float, part: Floats) -> Floats:
    """Expected further orders for each part h / (h + B), (grid,): a sum over the first, second, … of them."""
    shape, survived = rhythm.r + rhythm.k * (x + 1.0), rhythm.b + x + float(rhythm.at_once)
    total, start = np.zeros(len(part)), betaln(rhythm.a, survived)
    for first in range(1, _MOST_ORDERS, _BLOCK):
        n = np.arange(first, first + _BLOCK, dtype=np.float64)
        staying = np.exp(betaln(rhythm.a, survived + n) - start)
        terms = staying[:, None] * betainc(rhythm.k * n[:, None], shape, part)
        total += terms.sum(axis=0)
        if terms[-1].max() < _DONE:
            break
    return total


def share_above_on_a_day(k: float, score: float) -> float:
    """Share of customers still there whose overdue score is above ``score`` on any one day.

    A day falls into long gaps more often than into short ones, but mostly before they are long: with G the gap in units of
    its mean and q its quantile at the score, E max(G - q, 0). For k = 1 this is 1 - score; for steadier gaps it is less.
    """
    q = float(gammaincinv(k, score)) / k
    return float((1.0 - gammainc(k + 1.0, k * q)) - q * (1.0 - score))
