"""Do some months of the year bring more purchases than others?

Size of effect: root mean square of the months' log-levels around their mean, chance taken off.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from lifeworth.backtest.diagnostics.between import MIN_PURCHASES, Between, Contrast, climb, contrast, score
from lifeworth.backtest.diagnostics.finding import Evidence, too_little

Floats = NDArray[np.float64]

NAME = "season"
#: A level that strays by 8 % rms moves a forecast of one quarter by about as much.
MATTERS = 0.08
MIN_IN_MONTH = 5.0
_MONTHS = "January February March April May June July August September October November December".split()


def months_and_trend(days: Between) -> tuple[Floats, Floats]:
    """Indicators of the twelve months (days, 12), and years since the middle with their square (days, 2)."""
    calendar = np.datetime64("1970-01-01") + np.arange(days.origin, days.origin + days.length)
    month = calendar.astype("datetime64[M]").astype(np.int64) % 12
    years = (np.arange(days.length) - days.length / 2) / 365.25
    return (month[:, None] == np.arange(12)).astype(np.float64), np.stack([years, years**2], axis=1)


def ask_season(days: Between) -> Evidence:
    """Purchases by month of the year against an even spread, a smooth trend set aside."""
    if len(days.purchases) < MIN_PURCHASES:
        return too_little(NAME, "Too few customers bought three times or more to see a season.")
    months, trend = months_and_trend(days)
    features = np.hstack([months, trend])
    found = contrast(score(days, features, np.zeros(14)), slice(0, 12), slice(12, 14))
    size = _size(days, found)
    return Evidence(NAME, found.statistic, found.p_value, size, size >= MATTERS, _found(days, features), _calm(size))


def _size(days: Between, found: Contrast) -> float:
    return sqrt(max(found.statistic - found.freedom, 0.0) / float(days.spread.sum()))


def month_levels(days: Between, features: Floats) -> Floats:
    """Log-level of each month around their mean; NaN for months that were hardly seen."""
    levels = climb(days, features)[:12]
    exposure = features[:, :12].T @ np.bincount(days.purchases, minlength=days.length)
    levels = np.where(exposure >= MIN_IN_MONTH, levels, np.nan)
    return np.asarray(levels - np.nanmean(levels))


def _found(days: Between, features: Floats) -> str:
    levels = month_levels(days, features)
    top = int(np.nanargmax(np.abs(levels)))
    run = _run(levels, top)
    others = np.delete(levels, run)
    usual = np.mean(others[np.isfinite(others)]) if np.isfinite(others).any() else 0.0
    ratio = float(np.exp(np.mean(levels[run]) - usual)) - 1.0
    name = _MONTHS[run[0]] if len(run) == 1 else f"{_MONTHS[run[0]]} to {_MONTHS[run[-1]]}"
    verb = "peak" if ratio > 0 else "drop"
    return (
        f"Repeat orders {verb} in {name} ({100 * ratio:+.0f} % against the other months). The purchase model knows no "
        "season: it forecasts the same for every month, so a horizon rich or poor in such months is missed by part of that."
    )


def _run(levels: Floats, top: int) -> list[int]:
    """Neighbouring months that share at least half of the top month's level; December borders on January."""
    near = levels * np.sign(levels[top]) >= abs(levels[top]) / 2
    run = [top]
    while len(run) < 6 and near[(run[0] - 1) % 12]:
        run.insert(0, (run[0] - 1) % 12)
    while len(run) < 6 and near[(run[-1] + 1) % 12]:
        run.append((run[-1] + 1) % 12)
    return run


def _calm(size: float) -> str:
    return f"No season that matters: months differ by about {100 * size:.0f} % once chance is taken off."
