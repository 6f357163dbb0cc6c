"""How far off the model may be about the way purchases fade beyond a year.

Customers known two years ago were followed for two years. Seen from that day, the model expected a ratio of the second year to the
first; the logarithm of the ratio that came less that of the one expected, beyond what chance explains, is how far the model's fading was off in
a year. It stands beside a tenth a year, which is supposed where nothing could be seen, as one observation beside another.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.equity.blind import Asked, Blind, see_day
from lifeworth.insight.audit.months import YEAR, Calendar
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

SUPPOSED, LEAST, MOST = 0.10, 0.05, 0.5
FEWEST_BEFORE = 6


@dataclass(frozen=True)
class Fading:
    """What was seen of fading, and the doubt that follows.

    Attributes
    ----------
    spread : float
        Standard deviation of the logarithm of a year-on-year ratio.
    seen, said : float or None
        Second year over first of the customers of two years ago: what came, what the model expected then.
    """

    spread: float
    seen: float | None = None
    said: float | None = None


def look_at_fading(engine: Engine, frame: Frame, calendar: Calendar, asked: Asked) -> Fading:
    """Follow the customers of two years ago where the history reaches half a year before them."""
    cut = calendar.months - 2 * YEAR
    if cut < FEWEST_BEFORE:
        return Fading(SUPPOSED)
    blind = see_day(engine, frame, calendar, cut, ((0, YEAR), (YEAR, 2 * YEAR)), asked)
    return Fading(SUPPOSED) if blind is None else judge(blind)


def judge(blind: Blind) -> Fading:
    """From two years of a past day's customers."""
    (first, second), (said_first, said_second) = blind.came.sum(axis=1), blind.expected.sum(axis=1)
    if min(first, second, said_first, said_second) <= 0:
        return Fading(SUPPOSED)
    seen, said = float(second / first), float(said_second / said_first)
    chance = float(((blind.came[1] - seen * blind.came[0]) ** 2).sum() / second**2)
    beyond = max(float(np.log(seen / said)) ** 2 - chance, 0.0)
    return Fading(float(np.clip(np.sqrt((SUPPOSED**2 + beyond) / 2), LEAST, MOST)), seen, said)


def faded(years: Floats, pace: Floats | None, doubt: Floats) -> Floats:
    """Factors on flows that lie so many years ahead, (draws, spans), when the yearly ratio is off by exp(−doubt).

    The first year keeps its own. No flow rises above that of a year ahead: customers fade or stay, they do not multiply.

    Parameters
    ----------
    years : (spans,) floats
        When each flow comes, ascending.
    pace : (spans,) floats, optional
        How much of it comes a day; without it no flow rises above what is expected.
    doubt : (draws,) floats
    """
    factor = np.exp(np.clip(-doubt[:, None] * np.maximum(years - 1.0, 0.0), -50.0, 50.0))
    if pace is None:
        return np.minimum(factor, 1.0)
    first = pace[max(int(np.searchsorted(years, 1.0)) - 1, 0)]
    most = np.divide(first, pace, out=np.full(len(pace), np.inf), where=pace > 0)
    return np.asarray(np.minimum(factor, np.maximum(most, 1.0)))
