"""Lens 4: cohorts at equal age (``audit_ages``), and whether the newer ones do better (``audit_trend``).

Age is counted in months after the month of the first order: age 12 holds that month and the twelve after it. Only cohorts all of whose
customers have reached an age stand at it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from lifeworth.insight.audit.lenses.through_time import Grid
from lifeworth.insight.audit.lenses.trend import Trend, compare, fit_trend
from lifeworth.insight.audit.money import MONTHS, PEOPLE
from lifeworth.insight.audit.months import YEAR, Calendar
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import AGES, TREND
from lifeworth.insight.ground import FEWEST, Frame
from lifeworth.maths.multiplicity import holm
from lifeworth.maths.proportions import wilson
from lifeworth.store.engine import Engine

AGE_MONTHS = (0, 3, 6, 12, 24, 36)
FEWEST_COMPARED = 30
CHANCE = 0.05
MONEY, BACK = "money", "share back"
ALONG, YEAR_AGO = "trend", "newest against a year before"
BETTER, WORSE, UNTOLD = "better", "worse", "cannot be told"

# Squares are rounded before they are added, so that the order of adding changes nothing.
_SQUARE = "sum(CAST(pow(least(greatest({0}::DOUBLE, -1e14), 1e14), 2) AS DECIMAL(38, 4)))::DOUBLE"

_EACH = """
WITH each AS (
  SELECT customer_key, any_value(cohort) AS cohort, {sums} FROM {months} JOIN {people} USING (customer_key)
  WHERE cohort IS NOT NULL GROUP BY customer_key)
SELECT {born} AS born, count(*), {totals} FROM each GROUP BY 1 ORDER BY 1"""


@dataclass(frozen=True)
class Aged:
    """A cohort at an age: how many, what an average one brought so far with its variance, how many had come back."""

    cohort: int
    age: int
    customers: int
    each: float
    variance: float
    back: int


def read_ages(engine: Engine, calendar: Calendar, grid: Grid) -> list[Aged]:
    """Every cohort at every age all of its customers have reached."""
    sums = ", ".join(
        f"sum(CASE WHEN month - cohort <= {age} THEN money ELSE 0 END) AS money{age}, "
        f"sum(CASE WHEN month - cohort <= {age} THEN visits ELSE 0 END) AS visits{age}"
        for age in AGE_MONTHS
    )
    totals = ", ".join(
        f"sum(money{age})::DOUBLE, {_SQUARE.format(f'money{age}')}, count(*) FILTER (visits{age} > 1)"
        for age in AGE_MONTHS
    )
    born = calendar.place_of(calendar.grain).replace("month", "cohort")
    found = []
    for row in engine.rows(_EACH.format(sums=sums, months=MONTHS, people=PEOPLE, born=born, totals=totals)):
        cohort, people = int(row[0]), int(row[1])
        for place, age in enumerate(AGE_MONTHS):
            if grid.periods[cohort].end - 1 + age < calendar.months:
                total, squares, back = row[2 + 3 * place : 5 + 3 * place]
                spread = max(squares - total * total / people, 0.0) / max(people - 1, 1)
                found.append(Aged(cohort, age, people, total / people, spread / people, int(back)))
    return found


def write_ages(engine: Engine, frame: Frame, calendar: Calendar, grid: Grid, aged: list[Aged]) -> None:
    """``audit_ages``; cohorts of few people are left out."""
    reach = NormalDist().inv_cdf((1 + frame.interval_level) / 2)
    rows = []
    for one in aged:
        if one.customers < FEWEST:
            continue
        born, width = grid.periods[one.cohort], reach * one.variance**0.5
        low, high = wilson(one.back, one.customers, frame.interval_level)
        rows.append([
            calendar.grain_name, born.since, born.until, born.whole and one.cohort >= grid.settled, one.age, one.customers,
            one.each, one.each - width, one.each + width, one.back / one.customers, low, high,
            frame.interval_level, "profit" if frame.in_profit else "revenue",
        ])  # fmt: skip
    put(engine, AGES, rows)


@dataclass(frozen=True)
class Question:
    """Whether newer cohorts do better by an age: which are compared, their average, and the answer."""

    kind: str
    measure: str
    age: int
    group: list[Aged]
    usual: float
    trend: Trend


def write_trend(engine: Engine, frame: Frame, calendar: Calendar, grid: Grid, aged: list[Aged]) -> None:
    """``audit_trend``: a line through the cohorts at every age, and the newest against that of a year before.

    A verdict needs a chance below one in twenty after allowing for how many questions were asked (Holm).
    """
    asked = list(questions(frame, calendar, grid, aged))
    adjusted = holm([one.trend.p_value for one in asked])
    put(engine, TREND, [_row(frame, grid, one, chance) for one, chance in zip(asked, adjusted.tolist(), strict=True)])


def _row(frame: Frame, grid: Grid, one: Question, chance: float) -> list[Any]:
    trend, clear = one.trend, chance < CHANCE and one.trend.slope != 0
    verdict = (BETTER if trend.slope > 0 else WORSE) if clear else UNTOLD
    change = [trend.slope, trend.low, trend.high]
    relative = [end / one.usual if one.usual > 0 else None for end in change]
    first, last = (grid.periods[each.cohort].since for each in (one.group[0], one.group[-1]))
    return [
        one.kind, one.measure, one.age, len(one.group), first, last, one.usual, *change, *relative, trend.p_value, chance, verdict,
        frame.interval_level,
    ]  # fmt: skip


def questions(frame: Frame, calendar: Calendar, grid: Grid, aged: list[Aged]) -> Iterator[Question]:
    """Every question that the cohorts can answer."""
    level = frame.interval_level
    for age in AGE_MONTHS[1:]:
        group = [one for one in aged if one.age == age and _counts(grid, one)]
        for measure in (MONEY, BACK):
            means, variances = _figures(group, measure)
            times = np.array([grid.periods[one.cohort].first / YEAR for one in group])
            if trend := fit_trend(times, means, variances, level):
                yield Question(ALONG, measure, age, group, float(means.mean()), trend)
    if pair := _year_apart(calendar, grid, aged):
        for measure in (MONEY, BACK):
            means, variances = _figures(list(pair), measure)
            if found := compare(means[1], variances[1], means[0], variances[0], level):
                yield Question(YEAR_AGO, measure, pair[0].age, list(pair), float(means[0]), found)


def _counts(grid: Grid, one: Aged) -> bool:
    return one.customers >= FEWEST_COMPARED and one.cohort >= grid.settled and grid.periods[one.cohort].whole


def _figures(group: list[Aged], measure: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Averages and their variances; of a share with a success and a failure added, so that none is without variance."""
    if measure == MONEY:
        return np.array([one.each for one in group]), np.array([one.variance for one in group])
    shares = np.array([one.back / one.customers for one in group])
    drawn = np.array([(one.back + 1) / (one.customers + 2) for one in group])
    return shares, drawn * (1 - drawn) / np.array([one.customers for one in group])


def _year_apart(calendar: Calendar, grid: Grid, aged: list[Aged]) -> tuple[Aged, Aged] | None:
    """The newest cohort at age three months or more, after the one won in the same season a year before."""
    back = YEAR // calendar.grain
    at = {(one.cohort, one.age): one for one in aged if one.age >= 3 and _counts(grid, one)}
    for cohort, age in sorted(at, reverse=True):
        if earlier := at.get((cohort - back, age)):
            return earlier, at[cohort, age]
    return None
