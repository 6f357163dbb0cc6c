"""The curves of a run: everybody, every channel, every group by when it was won; and the table of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.acquisition import tables
from lifeworth.insight.acquisition.ages import FLOWS, MONTH_DAYS, Sums, add_up, age_edges, write_flows
from lifeworth.insight.acquisition.apart import keep_apart
from lifeworth.insight.acquisition.beyond import Curves, complete, doubt, go_on
from lifeworth.insight.acquisition.chain import DRAWS, Steps, average_steps, draw_buckets
from lifeworth.insight.acquisition.channels import ALL, PAID
from lifeworth.insight.acquisition.costs import period_name
from lifeworth.insight.acquisition.drift import how_far_apart
from lifeworth.insight.acquisition.onward import look_onward
from lifeworth.insight.acquisition.won import WON, Won
from lifeworth.insight.ground import Frame, fill
from lifeworth.ledger.tables import drop, make_table
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

USUAL_HORIZONS = (90, 180, 365)
MOST_MONTHS = 36
CHANNEL, COHORT, EVERYBODY = "channel", "won in", "everybody"


@dataclass(frozen=True)
class Member:
    """A group of newcomers with a curve: how it is grouped, its name, and its row in the curves."""

    grouped_by: str
    name: str
    row: int


@dataclass(frozen=True)
class Learned:
    """What newcomers bring by age.

    Attributes
    ----------
    members : tuple of Member
        Everybody, those of channels with spend, the channels, then groups by when they were won.
    starts : tuple of date
        First day of each group by when it was won, in order.
    curves : Curves
        Rows as ``members`` say.
    spread : float
        Relative distance of the last year's newcomers from earlier ones, beyond chance: what the next ones may differ by.
    """

    members: tuple[Member, ...]
    starts: tuple[date, ...]
    curves: Curves
    spread: float

    @property
    def first_channel(self) -> int:
        """Row of the first channel."""
        return 2

    @property
    def first_cohort(self) -> int:
        """Row of the first group by when they were won."""
        return len(self.members) - len(self.starts)

    def of(self, grouped_by: str) -> list[Member]:
        """The groups of one kind."""
        return [member for member in self.members if member.grouped_by == grouped_by]

    def at(self, member: Member, days: int) -> tuple[float, Floats, bool]:
        """Mean and draws of money by an age that is an edge, and whether all of it was seen."""
        last = int(np.searchsorted(self.curves.edges, days)) - 1
        row = member.row
        return float(self.curves.mean[row, last]), self.curves.draws[:, row, last], bool(self.curves.reach[row] > last)


def learn_curves(engine: Engine, frame: Frame, won: Won) -> Learned:
    """Curves of all groups over the same steps, from the same draws of customers."""
    edges = age_edges(_last_day(frame, won), horizons(engine, frame))
    starts = _number_cohorts(engine)
    write_flows(engine, edges, frame.as_of, in_profit=frame.in_profit)
    channels = add_up(engine, "w.channel", len(won.channels.names), edges, since=won.since, until=won.as_of)
    cohorts = add_up(engine, "w.cohort_no", len(starts), edges, since=won.settled, until=won.as_of)
    drawn, noise = draw_buckets(channels.money.shape[1], frame.seed), _noise(frame.seed)
    base = _base(engine, channels.together(), drawn, noise[0])
    spread = how_far_apart(engine, won, edges, drawn)
    by_channel = average_steps(channels.pick(_mixtures(won)), drawn)
    by_cohort = average_steps(cohorts, drawn)
    by_channel = replace(by_channel, reach=keep_apart(by_channel.customers, by_channel.reach, _parts(won), 1))
    by_cohort = replace(by_cohort, reach=keep_apart(by_cohort.customers, by_cohort.reach, [range(len(starts))]))
    curves = complete(_stacked(by_channel, by_cohort), base, edges)
    begins = np.arange(len(curves.reach)) < len(by_channel.reach)
    drop(engine, FLOWS)
    return Learned(_members(won, starts), starts, doubt(curves, begins, spread, noise[1]), spread)


def horizons(engine: Engine, frame: Frame) -> tuple[int, ...]:
    """Ages at which values are stated: 90, 180 and 365 days, the run's horizon, and that of the run's own newcomers."""
    own = (
        engine.value("SELECT max(horizon_days) FROM values_newcomers")
        if "values_newcomers" in engine.tables()
        else None
    )
    return tuple(sorted({*USUAL_HORIZONS, frame.horizon_days, *([int(own)] if own else [])}))


def write_curves(engine: Engine, frame: Frame, learned: Learned) -> None:
    """``acquisition_curves``: every group's money by months since the first order."""
    fill(engine, tables.CURVES, _rows(frame, learned))


def _rows(frame: Frame, learned: Learned) -> Iterator[list[Any]]:
    curves, basis = learned.curves, "profit" if frame.in_profit else "revenue"
    for member in learned.members:
        if not curves.reach[member.row]:
            continue
        for month, last in months_of(curves.edges):
            mean, draws, seen = learned.at(member, int(curves.edges[last]))
            if not np.isfinite(mean):
                break
            low, high = range_of(mean, draws, frame.interval_level)
            people = int(curves.customers[member.row, last - 1])
            how = "seen" if seen else "predicted"
            shown = people if seen else None
            yield [member.grouped_by, member.name, month, shown, mean, low, high, how, frame.interval_level, basis]


def months_of(edges: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Whole months of age, 0 for the day of the first order, and the place of their edge."""
    return [
        (int(day) // MONTH_DAYS, place)
        for place, day in enumerate(edges)
        if day == 1 or (day and day % MONTH_DAYS == 0)
    ]


def range_of(mean: float, draws: Floats, level: float) -> tuple[float, float]:
    """Central range of draws, always around the mean."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return min(float(low), mean), max(float(high), mean)


def _last_day(frame: Frame, won: Won) -> int:
    """As far as newcomers can have been seen, up to three years, and at least as far as the run looks ahead."""
    seen = (frame.as_of - won.settled).days // MONTH_DAYS * MONTH_DAYS
    return max(min(seen, MOST_MONTHS * MONTH_DAYS), frame.horizon_days)


def _noise(seed: int) -> Floats:
    """Standard normal, for the doubt about the model's curve and about the next newcomers."""
    return np.random.default_rng([seed, 42]).standard_normal((2, DRAWS))


def _number_cohorts(engine: Engine) -> tuple[date, ...]:
    """Give the groups by when they were won numbers from 0, in order."""
    make_table(engine, WON, f"SELECT *, (dense_rank() OVER (ORDER BY cohort) - 1)::SMALLINT AS cohort_no FROM {WON}")
    return tuple(start for (start,) in engine.rows(f"SELECT DISTINCT cohort FROM {WON} ORDER BY 1"))


def _base(engine: Engine, sums: Sums, drawn: Floats, noise: Floats) -> Steps:
    """Everybody's steps, led on by the purchase model where too few were seen."""
    base = average_steps(sums, drawn)
    reach = int(base.reach[0])
    if reach == base.mean.shape[1]:
        return base
    onward = look_onward(engine, sums, reach)
    if onward is None:
        return go_on(base, np.full(base.mean.shape[1], np.nan), 0.0, noise)
    return go_on(base, onward.orders, onward.spread, noise)


def _mixtures(won: Won) -> Floats:
    """Everybody, those of channels with spend, and every channel, as sums of channels."""
    paid = np.array(won.channels.paid, dtype=np.float64)
    return np.vstack([np.ones(len(paid)), paid, np.eye(len(paid))])


def _parts(won: Won) -> list[list[int]]:
    """Rows of the channels with spend, and of those without."""
    rows = range(2, 2 + len(won.channels.paid))
    return [[row for row, paid in zip(rows, won.channels.paid, strict=True) if paid is told] for told in (True, False)]


def _members(won: Won, starts: tuple[date, ...]) -> tuple[Member, ...]:
    named = [(EVERYBODY, ALL), (EVERYBODY, PAID), *((CHANNEL, name) for name in won.channels.names)]
    named += [(COHORT, period_name(start, won.grain)) for start in starts]
    return tuple(Member(kind, name, row) for row, (kind, name) in enumerate(named))


def _stacked(one: Steps, other: Steps) -> Steps:
    """The groups of both, those of the first before those of the second."""
    return Steps(
        np.concatenate([one.mean, other.mean]),
        np.concatenate([one.draws, other.draws], axis=1),
        np.concatenate([one.reach, other.reach]),
        np.concatenate([one.customers, other.customers]),
    )
