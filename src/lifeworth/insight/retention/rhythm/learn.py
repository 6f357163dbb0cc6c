"""From purchase days to the base's rhythm."""

from lifeworth.insight.retention.rhythm.days import Days
from lifeworth.insight.retention.rhythm.leaving import Rhythm, fit_leaving
from lifeworth.insight.retention.rhythm.regularity import Regularity, regularity_of

FEWEST_REPEATERS = 30
MOST_FITTED = 8_000


def learn_rhythm(days: Days, regularity: Regularity | None = None, *, at_once: bool | None = None) -> Rhythm | None:
    """How the base's customers come and go; None where too few of them ever came back.

    Parameters
    ----------
    days : Days
        Purchase days up to the day asked about; at most 8,000 of the customers are used for the rates.
    regularity : Regularity, optional
        How steady gaps are; estimated where not given.
    at_once : bool, optional
        Whether customers may leave after their very first purchase; where not given, the likelier of the two.
    """
    part = days.first_of(MOST_FITTED)
    seen = part.histories()
    if int((seen.x > 0).sum()) < FEWEST_REPEATERS:
        return None
    k = (regularity or regularity_of(days)).k
    ways = (False, True) if at_once is None else (at_once,)
    return max((fit_leaving(seen, k, at_once=way) for way in ways), key=lambda fitted: fitted.log_likelihood)
