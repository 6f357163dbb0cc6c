"""Columns that know the future: found by holding them against the stretch after a cut and the one before it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from lifeworth.features.association import Association, associate
from lifeworth.features.readings import Named, Reading, columns, ordinal, read, read_values
from lifeworth.features.stretch import Stretch, read_stretch
from lifeworth.ledger import last_day
from lifeworth.ledger.tables import day as day_literal
from lifeworth.ledger.tables import drop, make_table
from lifeworth.store.engine import Engine

SAMPLE = 20_000
FEWEST = 100
# An honest column may know a customer's pace but not the chance in each purchase: one holding the true expected
# purchases of a simulated shop reaches 0.71 to 0.80, and 0.12 to 0.17 more than with the stretch before.
SURE = 0.85
STRONG = 0.35
CHANCE = 1.5
AHEAD = 0.18
ERRORS = 0.8
DATED_SHARE = 0.02
DATED_FEWEST = 3
# Days this long after the last order are appointments, such as the end of a contract.
APPOINTMENT_DAYS = 31

Kind = Literal["recorded later", "tells the future", "missing tells the future"]

_SAMPLE = """
SELECT customer_key FROM (
  SELECT customer_key, row_number() OVER (ORDER BY customer_key) AS place, count(*) OVER () AS customers
  FROM (SELECT DISTINCT customer_key FROM ledger_days WHERE day < {cut}))
WHERE (place * {most}) // customers <> ((place - 1) * {most}) // customers"""


@dataclass(frozen=True)
class Leak:
    """A column of the list of customers that knows what happened after the cut.

    Attributes
    ----------
    column : str
        Its name in the company's list.
    feature : str
        Its name among the features, for ``plan(leave_out=...)``.
    kind : str
        ``recorded later``, ``tells the future`` or ``missing tells the future``.
    evidence : str
        The figures it was named for.
    sentence : str
        What to tell the owner of the list.
    """

    column: str
    feature: str
    kind: Kind
    evidence: str
    sentence: str


def find_leaks(engine: Engine, cut: date, horizon_days: int) -> tuple[Leak, ...]:
    """Columns of the list of customers that hold what only became known on the cut or later.

    Each column is held against what the customers known at the cut did in the ``horizon_days`` after it, past
    behaviour taken out, and against what they did in as many days before. At most 20,000 customers are looked
    at, evenly over their keys.
    """
    found = columns(engine)
    if not found:
        return ()
    sample = "features_leak_sample"
    make_table(engine, sample, _SAMPLE.format(cut=day_literal(cut), most=SAMPLE))
    after = read_stretch(engine, cut, horizon_days, sample)
    before = read_stretch(engine, cut - timedelta(days=horizon_days), horizon_days, sample)
    export = last_day(engine) or cut
    leaks = [_judge(engine, column, (before, after), (cut, export), sample) for column in found]
    drop(engine, sample)
    return tuple(leak for leak in leaks if leak)


def _judge(
    engine: Engine, column: Named, stretches: tuple[Stretch, Stretch], days: tuple[date, date], sample: str
) -> Leak | None:
    before, after = stretches
    keys, values = read_values(engine, column, sample)
    if column.form == "day" and (leak := _recorded_later(column, values.astype(np.float64), *days)):
        return leak
    then, now = read(before.keys, keys, values), read(after.keys, keys, values)
    if leak := _by_gaps(column, _told(_gaps(then), before), _told(_gaps(now), after)):
        return leak
    return _by_values(column, _told(then, before), _told(now, after))


def _gaps(reading: Reading) -> Reading:
    return Reading(reading.filled, [reading.filled.astype(np.float64)], [])


def _told(reading: Reading, stretch: Stretch) -> Association | None:
    """Nothing where there are too few customers, or nothing that tells them apart."""
    if len(stretch.keys) < FEWEST or not reading.numbers:
        return None
    return associate(reading.numbers, reading.groups, stretch.outcomes, stretch.past)


def _knows(then: Association | None, now: Association | None) -> bool:
    if now is None:
        return False
    if now.strength >= SURE:
        return True
    if then is None or now.strength < STRONG + CHANCE * now.chance:
        return False
    doubt = float(np.hypot(now.error, then.error))
    return now.strength - then.strength >= AHEAD + ERRORS * doubt


def _recorded_later(
    column: Named, days: np.ndarray[tuple[int, ...], np.dtype[np.float64]], cut: date, export: date
) -> Leak | None:
    """Days between the cut and the last order; a column with days long after it is one of appointments."""
    if not len(days):
        return None
    later = int(((days >= ordinal(cut)) & (days <= ordinal(export) + APPOINTMENT_DAYS)).sum())
    appointments = int((days > ordinal(export) + APPOINTMENT_DAYS).sum())
    if later < max(DATED_FEWEST, DATED_SHARE * len(days)) or appointments >= max(1.0, DATED_SHARE * len(days)):
        return None
    share = f"{later:,} of {len(days):,} filled values are on {cut} or later"
    sentence = (
        f"The column {column.name} holds days that came after {cut} for customers known before it ({share})."
        f" It was written later and knows the future, so the models leave it out. {_REMEDY}"
    )
    return Leak(column.name, column.feature, "recorded later", share, sentence)


_REMEDY = "To use it, export it as it stood on that day."


def _by_values(column: Named, then: Association | None, now: Association | None) -> Leak | None:
    if not _knows(then, now):
        return None
    figures = _figures(then, now)
    sentence = (
        f"The column {column.name} tells what customers did later far better than anything known before could"
        f" ({figures}). It was most likely written afterwards, so the models leave it out. {_REMEDY}"
    )
    return Leak(column.name, column.feature, "tells the future", figures, sentence)


def _by_gaps(column: Named, then: Association | None, now: Association | None) -> Leak | None:
    if not _knows(then, now):
        return None
    figures = _figures(then, now)
    sentence = (
        f"Whether the column {column.name} is filled tells who bought later far better than anything known before"
        f" could ({figures}). It was most likely filled or emptied afterwards, so the models leave it out. {_REMEDY}"
    )
    return Leak(column.name, column.feature, "missing tells the future", figures, sentence)


def _figures(then: Association | None, now: Association | None) -> str:
    told = f"{now.strength:.2f} with the stretch after" if now else ""
    return told + (f", {then.strength:.2f} with the one before" if then else ", the one before has too few customers")
