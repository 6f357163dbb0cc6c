"""When people buy and what a euro buys: the shop's calendar of demand and its price list over time."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from lifeworth.demo.arrays import Floats, Ints

HISTORY_DAYS = 1095
GROWTH_PER_YEAR = 0.25
DRIFT_PER_YEAR = 0.04
_WEEKDAYS = np.array([1.06, 0.98, 0.97, 0.98, 0.95, 0.92, 1.14])  # Monday first
# Share of orders placed up to the end of each hour of the day.
_HOURS = np.cumsum([1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3.5, 5, 6, 6, 6, 6, 5.5, 5, 5.5, 6, 7, 9, 10, 8, 5, 2.5])


@dataclass(frozen=True)
class Calendar:
    """Days counted from ``as_of`` (day 0); the shop opened on day ``-HISTORY_DAYS``.

    ``demand`` is today's demand against an average day, one value a day from opening to the end of the horizon.
    ``clock`` is demand added up, one value more: the time on which customers' buying is steady (in average days).
    ``list_of_day`` says which price list holds; ``list_index`` is each list's level against the one at ``as_of``;
    ``list_start`` its first day.
    """

    as_of: date
    horizon_days: int
    demand: Floats
    clock: Floats
    list_of_day: Ints
    list_index: Floats
    list_start: Ints

    @property
    def edges(self) -> Floats:
        """Day number at which each value of ``clock`` is reached."""
        return np.arange(len(self.clock), dtype=np.float64) - HISTORY_DAYS

    def clock_at(self, day: Floats | float) -> Floats:
        """Demand time reached at a moment, in average days."""
        return np.asarray(np.interp(day, self.edges, self.clock))

    def day_at(self, clock: Floats) -> Floats:
        """The moment at which a demand time is reached, in days from ``as_of``."""
        return np.asarray(np.interp(clock, self.clock, self.edges))

    def price_list(self, day: Ints) -> Ints:
        """Which price list holds on a day."""
        return self.list_of_day[day + HISTORY_DAYS]


def make_calendar(as_of: date, horizon_days: int, *, season: bool, price_drift: bool) -> Calendar:
    """The shop's days, from its opening to the end of the horizon."""
    days = [as_of + timedelta(days=d) for d in range(-HISTORY_DAYS, horizon_days)]
    demand = np.array([_demand(day) for day in days]) if season else np.ones(len(days))
    halves = np.array([2 * day.year + (day.month > 6) for day in days])
    halves -= halves[0]
    starts = np.searchsorted(halves, np.arange(halves[-1] + 1)) - HISTORY_DAYS
    now = 2 * as_of.year + (as_of.month > 6) - (2 * days[0].year + (days[0].month > 6))
    steps = (np.arange(halves[-1] + 1) - now) / 2
    return Calendar(
        as_of=as_of,
        horizon_days=horizon_days,
        demand=demand,
        clock=np.concatenate([[0.0], np.cumsum(demand)]),
        list_of_day=halves,
        list_index=(1 + DRIFT_PER_YEAR * price_drift) ** steps,
        list_start=starts,
    )


def _demand(day: date) -> float:
    """Demand of a day against an average one: a Christmas peak, a lean January, a dip in the holidays."""
    of_year = day.timetuple().tm_yday
    christmas = 0.95 * np.exp(-(((of_year - 341) / 15.0) ** 2))
    summer = -0.28 * np.exp(-(((of_year - 213) / 28.0) ** 2))
    january = -0.18 * np.exp(-(((of_year - 15) / 20.0) ** 2))
    return float((1 + christmas + summer + january - 0.0156) * _WEEKDAYS[day.weekday()])


def weigh_joins(calendar: Calendar, first_day: int, end_day: int) -> Floats:
    """How many join on each day from ``first_day`` up to ``end_day``, in proportion; the shop grows."""
    days = np.arange(first_day, end_day)
    return np.asarray(calendar.demand[days + HISTORY_DAYS] * np.exp(GROWTH_PER_YEAR * days / 365))


def draw_joins(calendar: Calendar, customers: int, rng: np.random.Generator) -> Floats:
    """When customers place their first order, earliest first, in days from ``as_of``."""
    reached = np.concatenate([[0.0], np.cumsum(weigh_joins(calendar, -HISTORY_DAYS, 0))])
    draws = np.sort(rng.uniform(0, reached[-1], customers))
    joined = np.interp(draws, reached, np.arange(-HISTORY_DAYS, 1, dtype=np.float64))
    return np.minimum(joined, np.nextafter(0.0, -1.0))


def month_of(day: Ints, as_of: date) -> Ints:
    """Calendar months, counted through the years; ``% 12`` is 0 in January."""
    return (np.datetime64(as_of) + day).astype("datetime64[M]").astype(np.int64)


def second_of_day(moment: Floats) -> Ints:
    """Time of day in seconds, busiest in the evening; later moments of a day stay later."""
    share = np.concatenate([[0.0], _HOURS]) / _HOURS[-1]
    seconds = np.interp(moment - np.floor(moment), share, np.arange(25) * 3600)
    return np.minimum(seconds.astype(np.int64), 86_399)
