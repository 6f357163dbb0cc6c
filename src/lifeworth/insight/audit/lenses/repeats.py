"""Lens 3: how many go on from one purchase to the next, and how long they wait (``audit_repeats``)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from lifeworth.insight.audit.lenses.through_time import Grid
from lifeworth.insight.audit.money import PEOPLE
from lifeworth.insight.audit.months import Calendar
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import REPEATS
from lifeworth.insight.ground import FEWEST, Frame
from lifeworth.ledger.tables import day
from lifeworth.maths.proportions import wilson
from lifeworth.store.engine import Engine

MOST_ASKED = 100_000
STEPS = 5
YEAR, SHORTEST = 365, 28
EVERYBODY, FOLLOWED = "everybody", "followed cohort"

_WAITS = """
WITH bought AS (
  SELECT day, row_number() OVER w AS step, lead(day) OVER w - day AS wait
  FROM ledger_days d JOIN {people} p USING (customer_key)
  WHERE day < {as_of} AND customer_key % {every} = 0 AND cohort >= {first} AND cohort < {end}
  WINDOW w AS (PARTITION BY customer_key ORDER BY day))
SELECT step, count(*), count(*) FILTER (wait <= {within}),
       quantile_cont(wait, [0.25, 0.5, 0.75]) FILTER (wait <= {within})
FROM bought WHERE step <= {steps} AND day <= {last} GROUP BY step ORDER BY step"""


def write_repeats(engine: Engine, frame: Frame, calendar: Calendar, grid: Grid) -> None:
    """Of the customers whose purchase lies long enough back, how many bought again within a year, and after how many days.

    Within half the history where that is shorter than a year. An even sample of at most 100,000 customers is asked.
    """
    within = min(YEAR, (frame.as_of - frame.first_day).days // 2)
    if within < SHORTEST:
        return
    groups = {EVERYBODY: (0, calendar.months)}
    if grid.followed is not None:
        period = grid.periods[grid.followed]
        groups[FOLLOWED] = (period.first, period.end)
    every = max(int(engine.value(f"SELECT count(*) FROM {PEOPLE}")) // MOST_ASKED, 1)
    for group, (first, end) in groups.items():
        put(engine, REPEATS, _rows(engine, frame, group, first, end, within, every))


def _rows(
    engine: Engine, frame: Frame, group: str, first: int, end: int, within: int, every: int
) -> Iterator[list[Any]]:
    sql = _WAITS.format(
        people=PEOPLE,
        as_of=day(frame.as_of),
        every=every,
        first=first,
        end=end,
        within=within,
        steps=STEPS,
        last=day(frame.as_of - timedelta(days=within)),
    )
    for step, reached, went_on, waits in engine.rows(sql):
        if reached < FEWEST:
            return
        low, high = wilson(went_on, reached, frame.interval_level)
        quarters = [float(wait) for wait in waits] if waits and went_on >= FEWEST else [None] * 3
        yield [
            group,
            int(step),
            int(reached),
            went_on / reached,
            low,
            high,
            within,
            *quarters,
            every,
            frame.interval_level,
        ]
