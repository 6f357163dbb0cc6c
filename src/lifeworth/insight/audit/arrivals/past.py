"""The model of newcomers and the floors, blind on past days and held against who came.

The model is used unless a floor was clearly closer: by a quarter on average, and on three quarters of the days. How far the model missed, in its own
standard errors, widens its range where it missed by more than it said; windows that overlap count once together, and four
windows as good as stated stand beside what was seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from lifeworth.insight.audit.arrivals.beginning import Beginning
from lifeworth.insight.audit.arrivals.floors import floors
from lifeworth.insight.audit.arrivals.process import MONTHS, Ahead, look_ahead
from lifeworth.insight.audit.months import Calendar
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import NEWCOMERS_PAST
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine

MODEL = "model"
MOST_CUTS, STEP, FEWEST_BEFORE, SHORTEST = 6, 3, 6, 3
FEWEST_NEWCOMERS = 30
CLEARLY, MOSTLY = 0.75, 0.75
AS_STATED = 4.0
MOST_WIDENED = 3.0


@dataclass(frozen=True)
class Held:
    """One method on one past day: said and came over the window, with the range where it gives one."""

    cut: int
    months: int
    method: str
    said: float
    low: float | None
    high: float | None
    came: float

    @property
    def log_error(self) -> float:
        """Logarithm of said over came; half a newcomer is added to both."""
        return float(np.log((self.said + 0.5) / (self.came + 0.5)))


@dataclass(frozen=True)
class Past:
    """Everything held against the past, the method that is used, and by how much ranges are widened."""

    held: tuple[Held, ...]
    method: str
    widened: float

    @staticmethod
    def nothing() -> "Past":
        """Where nothing could be held against anything."""
        return Past((), MODEL, 1.0)


def hold_against_past(beginning: Beginning, settled: int, level: float, *, began_before: bool) -> Past:
    """Ask every method on past days, three months apart, about the year after, or less where the history is short.

    Parameters
    ----------
    settled : int
        First month whose newcomers are mostly new; a past day needs six months after it to look at, as today has.
    began_before : bool
        Whether the data begin in the middle of a business.
    """
    months, fewest = len(beginning.newcomers), settled + FEWEST_BEFORE
    window = next((w for w in (MONTHS, 6, SHORTEST) if months - w >= fewest), 0)
    truly = beginning.newcomers * (beginning.counted(months).share_true if began_before else 1.0)
    held: list[Held] = []
    misses: list[float] = []
    for cut in range(months - window, fewest - 1, -STEP)[:MOST_CUTS] if window else ():
        if beginning.newcomers[:cut].sum() < FEWEST_NEWCOMERS:
            break
        came = float(truly[cut : cut + window].sum())
        here, miss = _ask(beginning, cut, window, came, level)
        held += here
        misses.append(miss)
    if not misses:
        return Past.nothing()
    return Past(tuple(held), choose(held), _widened(misses, window))


def choose(held: Sequence[Held]) -> str:
    """The method to use: the model, or the floor that was clearly closer."""
    errors: dict[str, dict[int, float]] = {}
    for one in held:
        errors.setdefault(one.method, {})[one.cut] = abs(one.log_error)
    ours = errors.get(MODEL, {})
    best, closest = MODEL, np.inf
    for method, theirs in errors.items():
        both = sorted(set(ours) & set(theirs))
        if method == MODEL or len(both) < 3:
            continue
        mean, mine = (float(np.mean([which[cut] for cut in both])) for which in (theirs, ours))
        wins = sum(theirs[cut] < ours[cut] for cut in both)
        if mean < CLEARLY * mine and wins >= MOSTLY * len(both) and mean < closest:
            best, closest = method, mean
    return best


def total_ahead(ahead: Ahead, days: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Expected number over some months, and the standard deviation of its logarithm, chance of single newcomers included."""
    months = len(days)
    mean = ahead.mean[:, :months] + np.log(days)
    covariance = ahead.covariance[:, :months, :months]
    expected = np.exp(mean + np.diagonal(covariance, axis1=1, axis2=2) / 2)
    totals = expected.sum(axis=1)
    second = np.einsum("wi,wj,wij->w", expected, expected, np.exp(np.minimum(covariance, 50.0)))
    total = float(ahead.weight @ totals)
    variance = float(ahead.weight @ second) - total**2 + total
    return total, float(np.sqrt(np.log1p(max(variance, 0.0) / max(total, 1e-9) ** 2)))


def _ask(beginning: Beginning, cut: int, window: int, came: float, level: float) -> tuple[list[Held], float]:
    """Every method on one day, and by how many standard errors the model missed."""
    seen, days = beginning.counted(cut), beginning.days[cut : cut + window]
    ahead = look_ahead(seen, window)
    total, spread = total_ahead(ahead, days)
    reach = NormalDist().inv_cdf((1 + level) / 2) * spread
    middle = total * np.exp(-(spread**2) / 2)
    found = [Held(cut, window, MODEL, total, float(middle * np.exp(-reach)), float(middle * np.exp(reach)), came)]
    for name, said in floors(seen, days, began_before=ahead.began_before > 0.5).items():
        found.append(Held(cut, window, name, float(said.sum()), None, None, came))
    return found, float(np.log((middle + 0.5) / (came + 0.5)) / max(spread, 1e-6))


def _widened(misses: list[float], window: int) -> float:
    """Factor on the spread, at least one."""
    weight = 1.0 / max(1.0, min(window / STEP, len(misses)))
    squares = AS_STATED + weight * float(np.sum(np.square(misses)))
    return float(np.clip(np.sqrt(squares / (AS_STATED + weight * len(misses))), 1.0, MOST_WIDENED))


def write_newcomers_past(engine: Engine, frame: Frame, calendar: Calendar, past: Past) -> None:
    """``audit_newcomers_past``: every method on every past day."""
    rows = [
        [
            calendar.edges[one.cut], calendar.edges[one.cut + one.months], one.months, one.method, one.said, one.low, one.high,
            one.came, one.said / one.came - 1 if one.came else None, one.method == past.method, frame.interval_level,
        ]
        for one in past.held
    ]  # fmt: skip
    put(engine, NEWCOMERS_PAST, rows)
