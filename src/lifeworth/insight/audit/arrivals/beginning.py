"""Newcomers who are none: customers from before the data begin, seen for the first time.

Where data begin in the middle of a business, somebody who bought last before the first day passes for new at the next purchase. Let
S(t) be the share of repeat purchases with a wait of more than t days, measured late in the data where waits can be seen. Of the
repeat purchases in a month at age t of the data, the share S(t) has its forerunner before the first day and looks new. With R seen as repeats,

    newcomers who are none = R · S(t) / (1 − S(t))

Whether the data do begin in the middle of a business is not decided here: the model of counts weighs both (``process.py``).
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.arrivals.process import Counted
from lifeworth.insight.audit.money import CALENDAR, MONTHS, PEOPLE
from lifeworth.insight.audit.months import YEAR, Calendar
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

MOST_ASKED = 100_000

_NEW = "SELECT cohort, count(*) FROM {people} WHERE cohort IS NOT NULL GROUP BY 1 ORDER BY 1"
_VISITS = "SELECT month, sum(visits)::BIGINT FROM {months} GROUP BY 1 ORDER BY 1"

_WAITS = """
WITH gaps AS (
  SELECT day, day - lag(day) OVER (PARTITION BY customer_key ORDER BY day) AS wait
  FROM ledger_days WHERE day < {as_of} AND customer_key % {every} = 0)
SELECT c.month, wait, count(*) FROM gaps JOIN {calendar} c USING (day) WHERE wait IS NOT NULL GROUP BY ALL ORDER BY ALL"""


@dataclass(frozen=True)
class Beginning:
    """What is needed to judge how the data begin.

    Attributes
    ----------
    newcomers, repeats : (months,) floats
        First purchase days and later ones, by month.
    days : (months,) floats
        Days of the month within the data.
    age : (months,) floats
        How long the data had run in the middle of the month, in days.
    waits : (months, days) ints
        Repeat purchases by month and days since the one before, in a sample.
    """

    newcomers: Floats
    repeats: Floats
    days: Floats
    age: Floats
    waits: NDArray[np.int64]

    def counted(self, until: int) -> Counted:
        """Months before one, with the share of newcomers that are new as far as could be known by then."""
        share = share_true(self.newcomers[:until], self.repeats[:until], self.age[:until], self._longer(until))
        return Counted(np.arange(until), self.days[:until], self.newcomers[:until], share)

    def breathing(self, until: int, *, began_before: bool) -> Floats:
        """Purchases of the months before one that show how the year breathes.

        Repeat purchases; all purchases where the data begin in the middle of a business: there first and later ones cannot be told
        apart, and repeats rise through the first year whatever the season.
        """
        return np.asarray((self.repeats + self.newcomers * began_before)[:until])

    def _longer(self, until: int) -> Floats:
        """Share of late repeat purchases whose wait exceeds each number of days."""
        late = self.waits[max(until - YEAR, until // 2) : until].sum(axis=0)
        total = late.sum()
        return np.asarray(1.0 - late.cumsum() / total) if total else np.zeros(late.size)


def share_true(newcomers: Floats, repeats: Floats, age: Floats, longer: Floats) -> Floats:
    """Of those who look new in each month, the share that is, if the data begin in the middle of a business.

    Parameters
    ----------
    newcomers, repeats, age : (months,) floats
        First purchases, later purchases, and the age of the data in days.
    longer : (days,) floats
        Share of repeat purchases with a wait of more than so many days.
    """
    place = np.minimum(age.astype(np.intp), len(longer) - 1)
    share = np.clip(longer[place], 0.0, 0.999) if len(longer) else np.zeros(len(age))
    unseen = repeats * share / (1.0 - share)
    kept = 1.0 - np.divide(unseen, newcomers, out=np.zeros(len(newcomers)), where=newcomers > 0)
    return np.asarray(np.clip(kept, 0.0, 1.0))


def read_beginning(engine: Engine, calendar: Calendar) -> Beginning:
    """Count newcomers, repeats and waits by month; waits from an even sample of at most 100,000 customers."""
    count = calendar.months
    newcomers, visits = np.zeros(count), np.zeros(count)
    for month, people in engine.rows(_NEW.format(people=PEOPLE)):
        newcomers[month] = people
    for month, number in engine.rows(_VISITS.format(months=MONTHS)):
        visits[month] = number
    days = np.array([float(calendar.days(month)) for month in range(count)])
    middle = [edge + timedelta(days=15) for edge in calendar.edges[:-1]]
    age = np.array([max(float((each - calendar.first_day).days), 1.0) for each in middle])
    return Beginning(newcomers, visits - newcomers, days, age, _waits(engine, calendar))


def _waits(engine: Engine, calendar: Calendar) -> NDArray[np.int64]:
    every = max(int(engine.value(f"SELECT count(*) FROM {PEOPLE}")) // MOST_ASKED, 1)
    found = np.zeros((calendar.months, (calendar.as_of - calendar.first_day).days + 1), dtype=np.int64)
    for month, wait, number in engine.rows(_WAITS.format(as_of=day(calendar.as_of), every=every, calendar=CALENDAR)):
        found[month, wait] += number
    return found
