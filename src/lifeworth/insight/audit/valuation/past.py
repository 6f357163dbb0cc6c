"""Revenue forecasts, blind on past days, held against what came: from the customers of the day and from those who came after.

Customers of the day: the run's purchase and spend models, learned from nothing later, their sum corrected by what such sums had missed on days
finished by then (``models/total.py``), as the run corrects its own. Newcomers: how many the months so far let expect, times
what newcomers had brought by age so far.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.arrivals.beginning import Beginning
from lifeworth.insight.audit.arrivals.forecast import expect, settled, why_not
from lifeworth.insight.audit.arrivals.past import total_ahead
from lifeworth.insight.audit.arrivals.process import look_ahead
from lifeworth.insight.audit.equity.blind import Asked, Blind, see_day
from lifeworth.insight.audit.equity.newcomer import Matrix, age_edges, by_age, go_on
from lifeworth.insight.audit.equity.season import month_factors
from lifeworth.insight.audit.months import QUARTER, YEAR, Calendar
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import PAST
from lifeworth.insight.ground import Frame
from lifeworth.models.total import PastRatio, correct_total
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

CURRENT, NEW, TOTAL = "customers of that day", "newcomers", "together"
FEWEST_BEFORE, MOST_CUTS, MOST_DAYS = 6, 5, 12
USUAL_MISS, USUAL_YEARS = 0.15, 2.0


@dataclass(frozen=True)
class Said:
    """What was said of a sum, with the spread of its logarithm, and what came."""

    cut: int
    months: int
    part: str
    said: float
    spread: float
    came: float

    def ends(self, level: float) -> tuple[float, float]:
        """Range around what was said."""
        reach = NormalDist().inv_cdf((1 + level) / 2) * self.spread
        return self.said * float(np.exp(-reach)), self.said * float(np.exp(reach))


@dataclass(frozen=True)
class Known:
    """What newcomers of the whole history tell; a day is shown only its own part."""

    beginning: Beginning
    matrix: Matrix


def forecast_past(
    engine: Engine, frame: Frame, calendar: Calendar, known: Known, asked: Asked, doubts: tuple[float, float]
) -> list[Said]:
    """Every past day's forecast, the newest first; empty where the history is too short.

    Parameters
    ----------
    asked : Asked
        Whose past is looked at.
    doubts : (float, float)
        Relative doubt about what a newcomer is worth, and the variance of one newcomer's money over its squared mean.
    """
    window = next((w for w in (YEAR, 6, QUARTER) if calendar.months - w >= FEWEST_BEFORE), 0)
    if not window:
        return []
    days = range(calendar.months - window, FEWEST_BEFORE - 1, -QUARTER)
    seen = [see_day(engine, frame, calendar, cut, ((0, window),), asked) for cut in list(days)[:MOST_DAYS]]
    blinds = [blind for blind in seen if blind is not None]
    olds = [_customers_of(calendar, blind, blinds, window) for blind in blinds]
    said: list[Said] = []
    for blind, old in list(zip(blinds, olds, strict=True))[:MOST_CUTS]:
        held = replace(old, spread=float(np.hypot(old.spread, missed(old.cut, olds))))
        new = _newcomers_after(known, blind, window, doubts)
        said.append(held)
        if new is not None:
            together = held.said + new.said
            spread = float(np.hypot(held.spread * held.said, new.spread * new.said)) / together if together > 0 else 0.0
            said += [new, Said(blind.cut, window, TOTAL, together, spread, held.came + new.came)]
    return said


def missed(cut: int, olds: list[Said]) -> float:
    """How far forecasts that had finished by a day were off: the mean square of their log errors beside that of a usual year.

    Windows that overlap count once together; a usual miss counts as two years.
    """
    finished = [old for old in olds if old.cut + old.months <= cut and old.said > 0 and old.came > 0]
    squares = [float(np.log(old.said / old.came)) ** 2 for old in finished]
    weight = 1.0 / max(1.0, min(finished[0].months / QUARTER, len(finished))) if finished else 0.0
    total = USUAL_YEARS * USUAL_MISS**2 + weight * sum(squares)
    return float(np.sqrt(total / (USUAL_YEARS + weight * len(squares))))


def _customers_of(calendar: Calendar, blind: Blind, others: list[Blind], window: int) -> Said:
    """The models' sum, corrected by days that had finished."""
    day = _day(calendar, blind.cut)
    length = _day(calendar, blind.cut + window) - day
    ratios = []
    for other in others:
        ratio = other.log_ratio(0)
        if other.cut + window <= blind.cut and ratio is not None:
            ratios.append(PastRatio(_day(calendar, other.cut), length, *ratio, _day(calendar, other.cut)))
    total = correct_total(ratios, day, length)
    expected, came = float(blind.expected[0].sum()), float(blind.came[0].sum())
    own = float(np.sqrt((blind.came[0] ** 2).sum())) / came if came > 0 else 0.0
    return Said(
        blind.cut,
        window,
        CURRENT,
        expected * total.factor / blind.share,
        own,
        came / blind.share,
    )


def _day(calendar: Calendar, month: int) -> int:
    return (calendar.edges[month] - calendar.edges[0]).days


def _newcomers_after(known: Known, blind: Blind, window: int, doubts: tuple[float, float]) -> Said | None:
    """Newcomers of the months after a day, and what they brought within them; none where they could not be forecast."""
    cut, beginning = blind.cut, known.beginning
    seen = beginning.counted(cut)
    if why_not(seen.newcomers):
        return None
    days, ahead = beginning.days[cut : cut + window], look_ahead(seen, window)
    curve = by_age(known.matrix.upto(cut), settled(seen, ahead.began_before), window)
    if curve is None:
        return None
    people = expect(ahead) * days
    onward = np.diff(blind.for_newcomer(age_edges(window)))
    each, _ = go_on(curve[0], curve[2], onward)
    season = month_factors(seen, beginning.breathing(cut, began_before=ahead.began_before > 0.5))
    flows = [
        people[month]
        * (each[0] + each[1 : window - month] @ season[(cut + month + np.arange(1, window - month)) % YEAR])
        for month in range(window)
    ]
    came = sum(float(known.matrix.revenue[cut + month, : window - month].sum()) for month in range(window))
    total, spread = total_ahead(ahead, days)
    worth, variance = doubts
    return Said(
        cut, window, NEW, float(sum(flows)), float(np.sqrt(spread**2 + worth**2 + variance / max(total, 1.0))), came
    )


def write_past(engine: Engine, frame: Frame, calendar: Calendar, said: list[Said]) -> None:
    """``audit_past``: what was said and what came, part by part."""
    put(engine, PAST, _rows(frame, calendar, said))


def _rows(frame: Frame, calendar: Calendar, said: list[Said]) -> Iterator[list[Any]]:
    for one in said:
        low, high = one.ends(frame.interval_level)
        off = one.said / one.came - 1 if one.came > 0 else None
        yield [
            calendar.edges[one.cut], calendar.edges[one.cut + one.months], one.months, one.part, one.said, low, high, one.came,
            off, low <= one.came <= high, frame.interval_level,
        ]  # fmt: skip
