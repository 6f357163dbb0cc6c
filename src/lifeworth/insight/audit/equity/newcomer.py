"""What a newcomer brings by age: what newcomers of each age did lately, beyond that as the purchase model goes on.

Age is counted in months after the month of the first order, as newcomers are. What each age adds to the ages before it comes from those who
reached it within the last year (all, where a year brought few), as in a period life table; it is a ratio to what the same
cohorts had brought by then (the chain ladder; Mack 1993, *ASTIN Bulletin* 23), for those who came first need not be like those who come now.
The level is that of the run's own value of a newcomer (``values_newcomers``), so that both say the same over its horizon.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.equity.ahead import DAYS_A_MONTH, DAYS_A_YEAR, LATER, MonthsAhead
from lifeworth.insight.audit.equity.purchases import Purchases
from lifeworth.insight.audit.lenses.ages import Aged
from lifeworth.insight.audit.money import MONTHS, PEOPLE
from lifeworth.insight.audit.months import YEAR
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

FEWEST_SEEN, ENOUGH_OF_A_YEAR = 30, 100
MOST_SCALED = 2.0
EVERYBODY = "all newcomers"

_MATRIX = """
SELECT cohort, month - cohort AS age, sum(revenue)::DOUBLE AS revenue, sum(money)::DOUBLE AS money
FROM {months} JOIN {people} USING (customer_key) WHERE month >= cohort GROUP BY ALL ORDER BY ALL"""


@dataclass(frozen=True)
class Matrix:
    """Revenue and money by month of the first order (rows) and age in months (columns), and newcomers by month."""

    revenue: Floats
    money: Floats
    newcomers: Floats

    def upto(self, month: int) -> "Matrix":
        """What was known before a month: the rest is blank."""
        row, column = np.indices(self.money.shape)
        known = row + column < month
        blank = [np.where(known, part, 0.0)[:month, :month] for part in (self.revenue, self.money)]
        return Matrix(blank[0], blank[1], self.newcomers[:month])


@dataclass(frozen=True)
class Newcomer:
    """Expected flows of a newcomer by age.

    Attributes
    ----------
    revenue, money : (ages,) floats
        By month of age for five years; the first is the month of the first order.
    later_revenue, later_money : (spans,) floats
        After these five years, over the spans between ``LATER``.
    seen : int
        Ages that newcomers were seen at; those after are the model's.
    spread : float
        Relative doubt about the level.
    variance : float
        Of one newcomer's money in the first year, over the square of its mean.
    value : float
        Money by the end of the run's horizon for newcomers.
    """

    revenue: Floats
    money: Floats
    later_revenue: Floats
    later_money: Floats
    seen: int
    spread: float
    variance: float
    value: float


def read_matrix(engine: Engine, newcomers: Floats) -> Matrix:
    """Add up newcomers' money by month of the first order and age."""
    count = len(newcomers)
    revenue, money = np.zeros((count, count)), np.zeros((count, count))
    for cohort, age, sold, brought in engine.rows(_MATRIX.format(months=MONTHS, people=PEOPLE)):
        revenue[cohort, age], money[cohort, age] = sold, brought
    return Matrix(revenue, money, newcomers)


def follow_newcomer(
    engine: Engine, ahead: MonthsAhead, purchases: Purchases, matrix: Matrix, settled: int, aged: list[Aged]
) -> Newcomer | None:
    """A newcomer's flows; none where too few have been seen to say anything."""
    ages = len(ahead.number)
    seen = by_age(matrix, settled, ages)
    if seen is None:
        return None
    revenue, money, reach = seen
    onward = np.diff(purchases.for_newcomer(age_edges(ages)))
    revenue, later_revenue = go_on(revenue, reach, onward)
    money, later_money = go_on(money, reach, onward)
    stated = _stated(engine)
    days, mean, spread = stated or (365.0, 0.0, 0.0)
    usual = float((money * _covered(days, ages)).sum())
    scale = float(np.clip(mean / usual, 1 / MOST_SCALED, MOST_SCALED)) if mean > 0 and usual > 0 else 1.0
    return Newcomer(
        revenue * scale, money * scale, later_revenue * scale, later_money * scale, reach, spread,
        _own_variance(aged), usual * scale,
    )  # fmt: skip


def by_age(matrix: Matrix, settled: int, ages: int) -> tuple[Floats, Floats, int] | None:
    """Revenue and money a newcomer by age, (ages,) each with zeros where nobody was seen, and how many ages were."""
    count = len(matrix.newcomers)
    row = np.arange(count)
    lately = matrix.newcomers[max(count - YEAR, settled) :].sum() >= ENOUGH_OF_A_YEAR
    revenue, money = np.zeros(ages), np.zeros(ages)
    for age in range(min(count, ages)):
        first = max(settled, count - YEAR - age if lately else 0, 0)
        who = (row >= first) & (row + age < count)
        people = float(matrix.newcomers[who].sum())
        if people < FEWEST_SEEN:
            return (revenue, money, age) if age else None
        revenue[age] = _next_age(matrix.revenue[who, : age + 1].sum(axis=0), revenue[:age], people)
        money[age] = _next_age(matrix.money[who, : age + 1].sum(axis=0), money[:age], people)
    return revenue, money, min(count, ages)


def _next_age(brought: Floats, before: Floats, people: float) -> float:
    """Flow of the next age: in proportion to what the same cohorts brought before; as it is where that was nothing or a loss.

    Parameters
    ----------
    brought : (age + 1,) floats
        Of the cohorts that reached the age, together, by age.
    before : (age,) floats
        Of a newcomer, at the ages before.
    """
    reached, had = float(brought[:-1].sum()), float(before.sum())
    if reached <= 0 or had <= 0:
        return float(brought[-1]) / people
    return float(brought[-1]) / reached * had


def go_on(flows: Floats, reach: int, onward: Floats) -> tuple[Floats, Floats]:
    """The ages nobody was seen at, in the proportions of the model's purchases, at the level of the ages that were.

    Parameters
    ----------
    flows : (ages,) floats
    reach : int
        Ages seen.
    onward : (ages + later spans,) floats
        Purchases a newcomer is expected to make at each age and after.
    """
    ages = len(flows)
    usual = float(onward[1:reach].sum())
    level = float(flows[1:reach].sum()) / usual if usual > 0 else 0.0
    return np.concatenate([flows[:reach], level * onward[reach:ages]]), level * onward[ages:]


def age_edges(ages: int) -> Floats:
    """Ages in days at which months of age begin and end, a newcomer joining in the middle of a month on average, then later spans."""
    months = np.concatenate([[0.0], (np.arange(ages) + 0.5) * DAYS_A_MONTH])
    return np.concatenate([months, LATER[LATER > months[-1] + DAYS_A_MONTH]])


def age_years(ages: int) -> Floats:
    """Age in years at which the flow of every month and later span comes; that of the month of the first order at once."""
    edges = age_edges(ages)[ages:]
    return np.concatenate([np.arange(ages) * DAYS_A_MONTH, (edges[1:] + edges[:-1]) / 2]) / DAYS_A_YEAR


def _covered(days: float, ages: int) -> Floats:
    """Which part of every month of age lies before a number of days since the first order."""
    return np.clip(days / DAYS_A_MONTH - (np.arange(ages) - 0.5), 0.0, 1.0)


def _stated(engine: Engine) -> tuple[float, float, float] | None:
    """The run's own value of a newcomer: over how many days, its mean, and its relative doubt."""
    if "values_newcomers" not in engine.tables():
        return None
    rows = engine.records(f"SELECT * FROM values_newcomers WHERE grouped_by = '{EVERYBODY}'")
    if not rows:
        return None
    [row] = rows
    mean, reach = float(row["value_mean"]), NormalDist().inv_cdf((1 + float(row["interval_level"])) / 2)
    width = (float(row["value_high"]) - float(row["value_low"])) / 2
    return float(row["horizon_days"]), mean, min(width / reach / abs(mean), 2.0) if mean else 0.0


def _own_variance(aged: list[Aged]) -> float:
    """Variance of a newcomer's money in the first year over its squared mean, from the oldest age up to a year that was seen."""
    oldest = max((one.age for one in aged if one.age <= YEAR), default=None)
    group = [one for one in aged if one.age == oldest and one.customers > 1]
    people = sum(one.customers for one in group)
    if not people:
        return 1.0
    mean = sum(one.each * one.customers for one in group) / people
    variance = sum(one.variance * one.customers**2 for one in group) / people
    return float(np.clip(variance / mean**2, 0.0, 1e4)) if mean else 1.0
