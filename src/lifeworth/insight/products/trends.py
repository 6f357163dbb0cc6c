"""Whether baskets grow: ``products_trends``."""

from dataclasses import dataclass
from datetime import date
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from lifeworth.insight.ground import Frame, fill
from lifeworth.insight.products import tables
from lifeworth.insight.products.baskets import MONTH
from lifeworth.ledger.tables import text
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEASURES = {"order value": "order_value_mean", "pieces an order": "pieces_mean", "lines an order": "lines_mean"}
RISES, FALLS, NONE = "rises", "falls", "no trend beyond chance"
FEWEST_MONTHS, _SEASON_MONTHS = 6, 24
_LAG = 2
_SURE = 0.95


@dataclass(frozen=True)
class Trend:
    """Change in a year as a share, with its range, the months it rests on, and whether the season was taken out.

    ``sure`` says that a range of 95 % does not hold zero, whatever the level of the one that is shown.
    """

    mean: float
    low: float
    high: float
    months: int
    season: bool
    sure: bool

    @property
    def verdict(self) -> str:
        """Whether it rises or falls beyond chance."""
        return (RISES if self.mean > 0 else FALLS) if self.sure else NONE


def write_trends(engine: Engine, frame: Frame) -> None:
    """The trend of every measure of the basket that at least six complete months tell something of."""
    for measure, column in MEASURES.items():
        rows = engine.rows(
            f"SELECT starts_on, {column} FROM products_baskets WHERE period = {text(MONTH)} AND complete AND {column} > 0 ORDER BY 1"
        )
        found = find_trend([start for start, _ in rows], np.array([mean for _, mean in rows]), frame.interval_level)
        if found is not None:
            fill(engine, tables.TRENDS, [_row(measure, found, frame.interval_level)])


def find_trend(months: list[date], means: Floats, level: float) -> Trend | None:
    """A straight line through the logarithms of the months' means; none for fewer than six months.

    With two years of months each calendar month has a level of its own. The error is the larger of that of least squares and that of Newey and
    West (1987), which holds that a good month is often followed by another; t distribution with the months left over.
    """
    if len(months) < FEWEST_MONTHS:
        return None
    place = np.array([month.year * 12 + month.month - 1 for month in months], dtype=np.int64)
    season = len(months) >= _SEASON_MONTHS
    columns = _columns(place, season)
    slope, error, free = _fit(columns, np.log(means))
    reach, widest = (float(stats.t.ppf((1 + each) / 2, free)) * error for each in (level, _SURE))
    return Trend(
        exp(slope) - 1, exp(slope - reach) - 1, exp(slope + reach) - 1, len(months), season, abs(slope) > widest
    )


def _columns(place: Ints, season: bool) -> Floats:
    """Time in years, then a level, or one for each calendar month."""
    time = (place - place.mean()) / 12.0
    if not season:
        return np.column_stack([time, np.ones(len(place))])
    return np.column_stack([time, (place[:, None] % 12 == np.unique(place % 12)).astype(np.float64)])


def _fit(columns: Floats, outcome: Floats) -> tuple[float, float, int]:
    """Slope, its error, and the degrees of freedom left."""
    solved = np.linalg.pinv(columns)
    left = outcome - columns @ (solved @ outcome)
    free = max(len(outcome) - columns.shape[1], 1)
    plain = float((solved[0] ** 2).sum() * (left @ left) / free)
    pulled = solved[0] * left
    joined = float(pulled @ pulled)
    for lag in range(1, _LAG + 1):
        joined += 2 * (1 - lag / (_LAG + 1)) * float(pulled[lag:] @ pulled[:-lag])
    return float(solved[0] @ outcome), max(plain, joined * len(outcome) / free) ** 0.5, free


def _row(measure: str, found: Trend, level: float) -> list[Any]:
    said = (
        f"{measure[:1].upper()}{measure[1:]}: {found.mean:+.1%} a year ({level:.0%} range {found.low:+.1%} to {found.high:+.1%}), from {found.months} "
        f"complete months{', the season taken out' if found.season else ''}."
    ).replace("%", " %")
    if found.verdict == NONE:
        said += " No trend beyond chance."
    return [
        measure,
        *(round(each, 6) for each in (found.mean, found.low, found.high)),
        found.months,
        found.season,
        found.verdict,
        level,
        said,
    ]
