"""Which past days are asked, and how far ahead from each."""

from dataclasses import dataclass
from datetime import date, timedelta

MIN_HISTORY_DAYS = 84
MIN_WINDOW_DAYS = 28
ENOUGH = 5
GRADED = 8
GRADED_FAST = 3
MOST_CUTS = 12
YEAR = 365


@dataclass(frozen=True)
class Plan:
    """The past days at which everything is repeated, and why these.

    Attributes
    ----------
    cuts : tuple of date
        Ascending; each is followed by a finished window of ``window_days``.
    graded : int
        The last so many of them are graded; the earlier ones are only learned from.
    window_days : int
        As long as the horizon where the history holds two of them, shorter where it does not.
    ratio_days : tuple of date
        Days a year before the cuts and before ``as_of``, asked only for the total.
    """

    as_of: date
    first_day: date
    horizon_days: int
    window_days: int
    cuts: tuple[date, ...]
    graded: int
    ratio_days: tuple[date, ...]

    @property
    def graded_cuts(self) -> tuple[date, ...]:
        """The days whose forecasts stand in the league table."""
        return self.cuts[len(self.cuts) - self.graded :]

    @property
    def shortened(self) -> bool:
        """Whether the history is too short for windows as long as the horizon."""
        return self.window_days < self.horizon_days


def plan_cuts(first_day: date, as_of: date, horizon_days: int, *, fast: bool = False) -> Plan | None:
    """Rolling days before ``as_of``, evenly apart, the last one window before it; none when history is too short.

    Windows are as long as the horizon where at least two of them and twelve weeks of history fit, else a third
    of the history. Days lie half a window apart, closer where that gives fewer than eight.
    """
    days = (as_of - first_day).days
    fits = days >= 2 * horizon_days + MIN_HISTORY_DAYS
    window = horizon_days if fits else min(horizon_days, days // 3)
    room = days - window - MIN_HISTORY_DAYS
    if window < MIN_WINDOW_DAYS and window < horizon_days or room < 0:
        return None
    graded = GRADED_FAST if fast else GRADED
    step = max(min(window // 2, room // max(graded - 1, 1)), 7)
    most = graded if fast else MOST_CUTS
    count = min(room // step + 1, most)
    last = as_of - timedelta(days=window)
    cuts = tuple(last - timedelta(days=step * back) for back in reversed(range(count)))
    return Plan(as_of, first_day, horizon_days, window, cuts, min(graded, count), _ratio_days(first_day, as_of, cuts))


def _ratio_days(first_day: date, as_of: date, cuts: tuple[date, ...]) -> tuple[date, ...]:
    wanted = {day - timedelta(days=YEAR) for day in (*cuts, as_of)}
    return tuple(sorted(d for d in wanted if (d - first_day).days >= MIN_HISTORY_DAYS and d not in cuts))
