"""Equally likely futures: what current customers and newcomers bring month by month, and after five years.

What is unsure, and who shares it:

- the level of purchases and spend of the coming years: the run's spread that all customers' values have in common; it moves current
  customers and the later purchases of newcomers alike;
- how purchases fade beyond a year (``fading.py``): shared by both;
- the number of newcomers (``arrivals/``), and what one is worth (the range of ``values_newcomers``);
- chance of single customers, which largely cancels in a sum.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.arrivals.forecast import DRAWS, Arrivals
from lifeworth.insight.audit.equity.ahead import DAYS_A_YEAR, MonthsAhead
from lifeworth.insight.audit.equity.current import Current
from lifeworth.insight.audit.equity.fading import Fading, faded
from lifeworth.insight.audit.equity.newcomer import Newcomer, age_edges, age_years
from lifeworth.insight.audit.months import YEAR
from lifeworth.insight.ground import Frame

Floats = NDArray[np.float64]

_STREAM = 73
_MOST_SPREAD = 1.5


@dataclass(frozen=True)
class Flows:
    """Money over the spans ahead: what is expected, (spans,), and draws of it, (draws, spans).

    For newcomers the spans after five years hold what those who joined within them still bring.
    """

    expected: Floats
    draws: Floats

    def scaled(self, factor: Floats | float) -> "Flows":
        """Times a factor for every span."""
        return Flows(self.expected * factor, self.draws * factor)

    def plus(self, other: "Flows") -> "Flows":
        """Both together, draw by draw."""
        return Flows(self.expected + other.expected, self.draws + other.draws)

    def total(self, weights: Floats) -> "Total":
        """Spans added up with weights."""
        return Total(float(self.expected @ weights), self.draws @ weights)


@dataclass(frozen=True)
class Total:
    """A sum of money: expected, and draws of it."""

    expected: float
    draws: Floats

    def plus(self, other: "Total") -> "Total":
        """Both together, draw by draw."""
        return Total(self.expected + other.expected, self.draws + other.draws)

    def times(self, factor: float) -> "Total":
        """So many times as much."""
        return Total(self.expected * factor, self.draws * factor)

    def ends(self, level: float) -> tuple[float, float]:
        """Central range; the expectation is never outside it."""
        if not self.draws.size:
            return self.expected, self.expected
        low, high = np.quantile(self.draws, [(1 - level) / 2, (1 + level) / 2])
        return min(float(low), self.expected), max(float(high), self.expected)


@dataclass(frozen=True)
class Futures:
    """Revenue and money of current customers and of newcomers, and the newcomers themselves; none where they cannot be told.

    ``lifetime_revenue`` and ``lifetime`` (money) are what a newcomer brings from joining on, worth at that moment.
    """

    current_revenue: Flows
    current_money: Flows
    new_revenue: Flows | None
    new_money: Flows | None
    newcomers: Flows | None
    lifetime_revenue: Total | None
    lifetime: Total | None


def draw_futures(
    frame: Frame,
    ahead: MonthsAhead,
    current: Current,
    arrivals: Arrivals,
    newcomer: Newcomer | None,
    fading: Fading,
    season: Floats,
) -> Futures:
    """All futures from one set of random numbers."""
    rng = np.random.default_rng([frame.seed, _STREAM])
    level, doubt, own, worth, mine = rng.standard_normal((5, DRAWS))
    shared, doubts = _lognormal(level, frame.shared_spread), fading.spread * doubt
    wanes = faded(ahead.years, np.abs(current.money) / np.diff(ahead.nodes), doubts)
    factor = (shared * (1 + current.own_spread * own))[:, None] * wanes
    sold, brought = (Flows(flows, _centred(flows * factor, flows)) for flows in (current.revenue, current.money))
    if newcomer is None or not arrivals.known:
        return Futures(sold, brought, None, None, None, None, None)
    people = float(arrivals.expected[:YEAR].sum())
    several = 1 + min(float(np.sqrt(newcomer.variance / max(people, 1.0))), _MOST_SPREAD) * mine
    worths = Worths(_lognormal(worth, newcomer.spread) * several, shared, doubts)
    joined = Flows(arrivals.expected, arrivals.draws)
    curves = ((newcomer.revenue, newcomer.later_revenue), (newcomer.money, newcomer.later_money))
    followed = [follow(ahead, joined, *curve, worths, season) for curve in curves]
    lifetimes = [lifetime_of(ahead, *curve, worths) for curve in curves]
    return Futures(sold, brought, followed[0], followed[1], joined, lifetimes[0], lifetimes[1])


@dataclass(frozen=True)
class Worths:
    """Draws of what newcomers have in common: their level, that of everybody's later purchases, and the doubt of fading."""

    level: Floats
    shared: Floats
    doubts: Floats

    def by_age(self, years: Floats, pace: Floats) -> Floats:
        """Factor on the flow at each age: (draws, ages); the first is the month of the first order."""
        factor = self.level[:, None] * self.shared[:, None] * faded(years, np.abs(pace), self.doubts)
        factor[:, 0] = self.level
        return factor


def follow(ahead: MonthsAhead, joined: Flows, each: Floats, later: Floats, worths: Worths, season: Floats) -> Flows:
    """What newcomers bring over the spans ahead: those of every month follow their curve by age.

    Parameters
    ----------
    each, later : (ages,), (later spans,) floats
        A newcomer's flows by month of age, and after.
    """
    months = len(ahead.number)
    pulse = season[ahead.number % len(season)]
    factor = worths.by_age(age_years(months)[:months], each)
    expected, draws = np.zeros(months), np.zeros((len(factor), months))
    for age in range(months):
        beat = 1.0 if age == 0 else pulse[age:]
        expected[age:] += joined.expected[: months - age] * each[age] * beat
        draws[:, age:] += joined.draws[:, : months - age] * (factor[:, age, None] * each[age]) * beat
    after = _after(ahead, each, later)
    years = np.maximum(ahead.years[months:] - ahead.edges[-1] / DAYS_A_YEAR / 2, 0.0)
    wanes = worths.level[:, None] * worths.shared[:, None] * faded(years, None, worths.doubts)
    expected = np.concatenate([expected, joined.expected @ after])
    draws = np.concatenate([draws, (joined.draws @ after) * wanes], axis=1)
    return Flows(expected, _centred(draws, expected))


def lifetime_of(ahead: MonthsAhead, each: Floats, later: Floats, worths: Worths) -> Total:
    """What a newcomer brings from joining on, worth at that moment."""
    years, flows = age_years(len(each)), np.concatenate([each, later])
    present = (1 + ahead.discount) ** -years
    factor = worths.by_age(years, flows / np.diff(age_edges(len(each))))
    expected = float(flows @ present)
    drawn = factor @ (flows * present)
    return Total(expected, _centred(drawn[:, None], np.array([expected]))[:, 0])


def _after(ahead: MonthsAhead, each: Floats, later: Floats) -> Floats:
    """What a newcomer of each month ahead brings in each span after them: (months, later spans)."""
    reached = np.concatenate([[0.0], np.cumsum(np.concatenate([each, later]))])
    middle = (ahead.edges[1:] + ahead.edges[:-1]) / 2
    nodes = ahead.nodes[len(each) :]
    return np.diff(np.interp(nodes[None, :] - middle[:, None], age_edges(len(each)), reached), axis=1)


def _lognormal(noise: Floats, spread: float) -> Floats:
    """A factor with mean one."""
    kept = min(spread, _MOST_SPREAD)
    return np.asarray(np.exp(kept * noise - kept**2 / 2))


def _centred(draws: Floats, expected: Floats) -> Floats:
    """Draws whose mean is what is expected of every span: by a ratio where both have one sign, else by a shift."""
    mean = draws.mean(axis=0)
    alike = mean * expected > 0
    ratio = np.divide(expected, mean, out=np.ones_like(mean), where=alike)
    return np.asarray(np.where(alike, draws * ratio, draws + (expected - mean)))
