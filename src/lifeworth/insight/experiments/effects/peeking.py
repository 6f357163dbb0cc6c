"""A range for those who look while the experiment runs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.experiments.effects.effect import Effect
from lifeworth.insight.experiments.reading.watched import Watched
from lifeworth.maths.adjusted_difference import Difference, adjusted_difference
from lifeworth.maths.always_valid import always_valid_bound, always_valid_p_value
from lifeworth.maths.skewed_t import straighten

WEEK = 7
# Buyers in each arm before a spread can be told at all.
BUYERS = 20


@dataclass(frozen=True)
class AlwaysValid:
    """A range that holds however often one looks, and the smallest error at which it leaves zero outside."""

    low: float
    high: float
    p_value: float


def first_look(first: date, bought_on: NDArray[np.datetime64], arm: NDArray[np.intp], treated: int) -> date | None:
    """The day from which looking makes sense: the end of the first week by which each arm has twenty buyers.

    It is found without a glance at the effect and never moves, as the range asks: what is learned later is measured by
    what had been learned by this day.

    Parameters
    ----------
    bought_on : (customers,) days
        First purchase since assignment; not-a-time for who bought nothing.
    """
    latest = first
    for side in (treated, 0):
        days = np.sort(bought_on[(arm == side) & ~np.isnat(bought_on)])
        if len(days) < BUYERS:
            return None
        latest = max(latest, days[BUYERS - 1].astype("datetime64[D]").item())
    weeks = (latest - first).days // WEEK + 1
    return first + timedelta(days=WEEK * weeks)


def always_valid(now: Effect, customers: int, then: Difference, customers_then: int) -> AlwaysValid | None:
    """The range of an effect at today's look, given what the first look had seen.

    Parameters
    ----------
    customers, customers_then : int
        In both arms, today and at the first look.
    """
    spread, spread_then = customers * now.adjusted.standard_error, customers_then * then.standard_error
    if spread_then <= 0 or spread <= 0:
        return None
    learned = (spread / spread_then) ** 2
    found, error = now.adjusted, 1 - now.level
    low, high = found.reach(always_valid_bound(learned, error))
    z = straighten(found.mean / found.standard_error, found.skewness)
    return AlwaysValid(low, high, always_valid_p_value(z, learned))


def look(
    now: Effect, watched: Watched, arm: int, on: date | None, as_of: date, then: Callable[[date], Watched]
) -> AlwaysValid | None:
    """The always-valid range of an arm today; none before the first look.

    Parameters
    ----------
    on : date, optional
        Day of the first look.
    then : callable
        The experiment as it stood on a day.
    """
    if on is None or on > as_of:
        return None
    both, before = watched.pair(arm), then(on).pair(arm)
    treated = before.arm == arm
    if min(int(treated.sum()), int((~treated).sum())) < 2:
        return None
    seen = adjusted_difference(before.net, treated, before.covariates)
    return always_valid(now, len(both.arm), seen, len(before.arm))
