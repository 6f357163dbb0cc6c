"""Lenses 3 and 5: cohorts through time, and what each period is made of (``audit_cohorts``, ``audit_periods``).

A cohort is everybody whose first order fell into one period. In a period an active customer is *new* (first order in it), *kept*
(ordered in the period before, too) or *returning* (ordered earlier, not in the period before). Money of customers without an
order in the period, such as late refunds, is *none of them*; with it every period adds up to the ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.money import MONTHS, PEOPLE
from lifeworth.insight.audit.months import MONTH, Calendar, Period
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import COHORTS, PERIODS
from lifeworth.insight.ground import Frame, hide, hide_grid
from lifeworth.ledger.tables import drop, make_table
from lifeworth.store.engine import Engine

NEW, KEPT, RETURNING, QUIET = "new", "kept", "returning", "quiet"
CLASSES = (NEW, KEPT, RETURNING, QUIET)
FEWEST_FOLLOWED = 30
_FLOWS = "audit_flows"

_GROUPED = """
SELECT customer_key, {place}::INTEGER AS period, sum(visits) AS visits, sum(orders) AS orders, sum(revenue) AS revenue, sum(money) AS money
FROM {months} GROUP BY ALL"""

# Periods with an order as bits of a number: whether the period before had one is then one shift away.
_GRID = """
WITH seen AS (SELECT customer_key, bit_or(1::BIGINT << period) FILTER (visits > 0) AS bits FROM {flows} GROUP BY customer_key),
born AS (SELECT customer_key, {born}::INTEGER AS born FROM {people})
SELECT period, COALESCE(born, -1) AS born,
       CASE WHEN visits = 0 THEN 3 WHEN born = period THEN 0 WHEN (bits >> (period - 1)) & 1 = 1 THEN 1 ELSE 2 END AS kind,
       count(*) AS people, sum(orders) AS orders, sum(revenue) AS revenue, sum(money) AS money
FROM {flows} JOIN seen USING (customer_key) JOIN born USING (customer_key) GROUP BY ALL ORDER BY ALL"""

_ACQUIRED = "SELECT {born}, count(*) FROM {people} WHERE cohort IS NOT NULL GROUP BY 1 ORDER BY 1"


@dataclass(frozen=True)
class Cell:
    """People with anything in a period, their orders, net revenue and money; exact."""

    people: int = 0
    orders: int = 0
    revenue: Decimal = Decimal(0)
    money: Decimal = Decimal(0)

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(
            self.people + other.people,
            self.orders + other.orders,
            self.revenue + other.revenue,
            self.money + other.money,
        )


@dataclass(frozen=True)
class Grid:
    """What each cohort brought in each period, by class of customer.

    Attributes
    ----------
    periods : tuple of Period
        A cohort has the place of the period of its first orders.
    cells : dict
        (period, cohort, class) to a cell; cohort −1 are people who never ordered.
    acquired : dict of int to int
        Customers by cohort.
    settled : int
        The first cohort whose people had hardly bought before the data begin.
    """

    periods: tuple[Period, ...]
    cells: dict[tuple[int, int, str], Cell]
    acquired: dict[int, int]
    settled: int

    def of_period(self, place: int, kind: str | None = None) -> Cell:
        """A period's cell, of one class or of all."""
        return sum((cell for key, cell in self.cells.items() if key[0] == place and kind in (None, key[2])), Cell())

    def of_cohort(self, place: int, cohort: int, *, active: bool = False) -> Cell:
        """What a cohort brought in a period; of its active customers only."""
        kinds = CLASSES[:3] if active else CLASSES
        return sum((self.cells.get((place, cohort, kind), Cell()) for kind in kinds), Cell())

    @property
    def followed(self) -> int | None:
        """The oldest settled, whole cohort of some size: the one whose life is told."""
        large = (
            cohort
            for cohort, people in sorted(self.acquired.items())
            if people >= FEWEST_FOLLOWED and cohort >= self.settled and self.periods[cohort].whole
        )
        return next(large, None)


def read_grid(engine: Engine, calendar: Calendar, settled_month: int) -> Grid:
    """Add up every customer's months by period, cohort and class."""
    grain = calendar.grain
    place = calendar.place_of(grain)
    if grain == MONTH:
        engine.execute(f"CREATE OR REPLACE VIEW {_FLOWS} AS SELECT *, month AS period FROM {MONTHS}")
    else:
        make_table(engine, _FLOWS, _GROUPED.format(place=place, months=MONTHS))
    born = place.replace("month", "cohort")
    rows = engine.rows(_GRID.format(flows=_FLOWS, people=PEOPLE, born=born))
    acquired = {int(cohort): int(people) for cohort, people in engine.rows(_ACQUIRED.format(born=born, people=PEOPLE))}
    engine.execute(f"DROP VIEW {_FLOWS}") if grain == MONTH else drop(engine, _FLOWS)
    cells = {
        (int(period), int(cohort), CLASSES[kind]): Cell(int(people), int(orders), Decimal(revenue), Decimal(money))
        for period, cohort, kind, people, orders, revenue, money in rows
    }
    periods = calendar.periods(grain)
    settled = next((p.place for p in periods if p.first >= settled_month), len(periods)) if settled_month else 0
    return Grid(periods, cells, acquired, settled)


def write_periods(engine: Engine, frame: Frame, calendar: Calendar, grid: Grid) -> None:
    """``audit_periods``: customers and money of every period by class; periods and classes of few people are hidden."""
    active = [sum(grid.of_period(period.place, kind).people for kind in CLASSES[:3]) for period in grid.periods]
    anybody = [grid.of_period(period.place).people for period in grid.periods]
    gone = hide([least or most for least, most in zip(active, anybody, strict=True)])
    rows = (
        _of_period(frame, calendar, grid, period, people, out)
        for period, people, out in zip(grid.periods, active, gone, strict=True)
    )
    put(engine, PERIODS, rows)


def _of_period(frame: Frame, calendar: Calendar, grid: Grid, period: Period, active: int, gone: bool) -> list[Any]:
    every = grid.of_period(period.place)
    parts = [grid.of_period(period.place, kind) for kind in CLASSES]
    basis = "profit" if frame.in_profit else "revenue"
    head = [calendar.grain_name, period.place, period.since, period.until, period.whole]
    if gone:
        return [*head, *[None] * 11, basis]
    # The number of the active is told beside three classes, their money beside all four.
    few = hide([part.people for part in parts[:3]])
    people = [None if out else part.people for part, out in zip(parts[:3], few, strict=True)]
    dark = np.array(hide([part.people for part in parts])) | [*few, False]
    money = [None if out else part.money for part, out in zip(parts, dark, strict=True)]
    return [*head, active, *people, every.orders, every.revenue, every.money, *money, basis]


def write_cohorts(engine: Engine, frame: Frame, calendar: Calendar, grid: Grid) -> None:
    """``audit_cohorts``: every cohort in every period it lived through; cells of few people are hidden."""
    put(engine, COHORTS, _cohort_rows(frame, calendar, grid))


def _cohort_rows(frame: Frame, calendar: Calendar, grid: Grid) -> Iterator[list[Any]]:
    cohorts = sorted(grid.acquired)
    few = np.array(hide([grid.acquired[cohort] for cohort in cohorts]), dtype=np.bool_)
    # In its own period all of a cohort are active.
    born_in = np.equal.outer(cohorts, [period.place for period in grid.periods]) & few[:, None]
    hidden = hide_grid(_people(grid, cohorts, active=False), born_in) | hide_grid(
        _people(grid, cohorts, active=True), born_in
    )
    basis = "profit" if frame.in_profit else "revenue"
    for row, cohort in enumerate(cohorts):
        born, acquired, so_far, in_sight = grid.periods[cohort], grid.acquired[cohort], Decimal(0), True
        known = not few[row]
        for period in grid.periods[cohort:]:
            every, active = grid.of_cohort(period.place, cohort), grid.of_cohort(period.place, cohort, active=True)
            so_far += every.money
            shown = not hidden[row, period.place]
            in_sight = in_sight and shown
            share = active.people / acquired if known else None
            figures = [active.people, share, every.orders, every.revenue, every.money]
            each = [_each(every.money, active.people), _each(every.orders, active.people)]
            yield [
                calendar.grain_name, cohort, born.since, born.until, born.whole and cohort >= grid.settled,
                acquired if known else None, cohort == grid.followed, period.place - cohort, period.since,
                period.until, *([*figures, *each] if shown else [None] * 7),
                so_far if in_sight else None, float(so_far / acquired) if in_sight and known else None, basis,
            ]  # fmt: skip


def _people(grid: Grid, cohorts: list[int], *, active: bool) -> NDArray[np.int64]:
    """People with anything in a period, or those with an order, by cohort (rows) and period (columns)."""
    people = np.zeros((len(cohorts), len(grid.periods)), dtype=np.int64)
    for row, cohort in enumerate(cohorts):
        for period in grid.periods:
            people[row, period.place] = grid.of_cohort(period.place, cohort, active=active).people
    return people


def _each(amount: Decimal | int, people: int) -> float | None:
    return float(Decimal(amount) / people) if people else None
