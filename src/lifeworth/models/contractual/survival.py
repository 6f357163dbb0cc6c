"""The chance that a contract runs on, by its age, plan and billing interval."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.contractual.book import Book
from lifeworth.models.contractual.life_table import LifeTable, count_months, drawn_to
from lifeworth.models.contractual.relative_risk import relative_risks
from lifeworth.models.contractual.shifted_beta_geometric import ShiftedBetaGeometric

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_CHURN = 0.999


@dataclass(frozen=True)
class Survival:
    """What is known of how long contracts last.

    Attributes
    ----------
    churn : (groups, months) floats
        Share of the contracts of a group still running that end in their first, second, … month.
    intervals : (intervals,) ints
        Months from bill to bill; group = place of the interval × plans + plan.
    plans : int
    parts : (ends,) floats
        How far into its month each contract ended, ascending; with 1 on the anniversary.
    """

    churn: Floats
    intervals: Ints
    plans: int
    parts: Floats

    def group(self, months: Ints, plan: Ints) -> Ints:
        """The group of a contract."""
        return np.asarray(np.searchsorted(self.intervals, months) * self.plans + plan)

    @cached_property
    def log_stayed(self) -> Floats:
        """(groups, months + 1) log of the share that outlasts so many months."""
        stays = np.cumsum(np.log1p(-self.churn), axis=1)
        return np.concatenate([np.zeros((len(self.churn), 1)), stays], axis=1)

    def ended_by(self, part: Floats) -> Floats:
        """Of the contracts that end in a month, the share that has ended before so much of it is over."""
        before = np.searchsorted(self.parts, part, side="left")
        return np.asarray((before + part) / (len(self.parts) + 1.0))

    def reached(self, months: int, plan: int, age: Ints) -> Floats:
        """Share of the contracts of an interval and plan that run on for so many months."""
        return np.asarray(np.exp(self.log_stayed[int(self.group(np.array(months), np.array(plan))), age]))

    def rest_of_month(self, group: Ints, month: Ints, part: Floats) -> Floats:
        """Log of the chance to outlast the month for a contract that runs when so much of it is over."""
        churn = self.churn[group, month - 1]
        return np.asarray(np.log1p(-churn) - np.log1p(-churn * self.ended_by(part)))


def learn_survival(book: Book, most_months: int) -> Survival:
    """From the contracts of a book, for ages up to ``most_months``.

    One curve for all (shifted beta-geometric), times the risk of each billing interval; the months counted of that
    interval are heard above it; and the risk of each plan on top.
    """
    intervals = np.unique(book.months)
    plans = int(book.plan.max(initial=0)) + 1
    place = np.searchsorted(intervals, book.months)
    table, parts = count_months(book, place * plans + book.plan, len(intervals) * plans)
    by_interval = table.merged(np.repeat(np.arange(len(intervals)), plans), len(intervals))
    curve = _curve(table.together, max(most_months, table.at_risk.shape[1]))
    hazard = -np.log1p(-curve)[: table.at_risk.shape[1]]
    risk = relative_risks(by_interval.lost.sum(axis=1), by_interval.at_risk @ hazard)
    churn = np.array(
        [
            drawn_to(LifeTable(by_interval.at_risk[[i]], by_interval.lost[[i]]), -np.expm1(np.log1p(-curve) * risk[i]))
            for i in range(len(intervals))
        ]
    )
    return Survival(_by_plan(table, churn, plans), intervals, plans, parts)


def _curve(table: LifeTable, months: int) -> Floats:
    """Churn month by month of all contracts as one."""
    if table.at_risk.sum() == 0:
        return np.full(months, 0.5 / (0.5 + months))
    model = ShiftedBetaGeometric().fit(table.at_risk[0], table.lost[0])
    return np.minimum(model.churn(np.arange(1, months + 1)), MOST_CHURN)


def _by_plan(table: LifeTable, churn: Floats, plans: int) -> Floats:
    """Every plan's own churn in each interval: the interval's, times the risk of the plan over all of them."""
    of_interval = np.repeat(churn, plans, axis=0)
    hazard = -np.log1p(-np.minimum(of_interval, MOST_CHURN))
    expected = (table.at_risk * hazard[:, : table.at_risk.shape[1]]).sum(axis=1).reshape(-1, plans).sum(axis=0)
    lost = table.lost.sum(axis=1).reshape(-1, plans).sum(axis=0)
    risk = np.tile(relative_risks(lost, expected), len(churn))
    return np.minimum(-np.expm1(-hazard * risk[:, None]), MOST_CHURN)
