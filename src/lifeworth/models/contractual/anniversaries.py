"""Months counted from a contract's own first day.

The n-th month ends on the n-th anniversary: the same day of the month, or the last day of a shorter one. A contract of
31 January has its anniversaries on 29 February, 31 March, 30 April.
"""

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_DAY, _MONTH = "datetime64[D]", "datetime64[M]"


def anniversary(began: Days, months: Ints) -> Days:
    """The day a number of months after each first day: (n,), (n,) -> (n,)."""
    month = began.astype(_MONTH)
    in_month = (began - month.astype(_DAY)).astype(np.int64)
    reached = month + months.astype("timedelta64[M]")
    longest = ((reached + 1).astype(_DAY) - reached.astype(_DAY)).astype(np.int64) - 1
    return np.asarray(reached.astype(_DAY) + np.minimum(in_month, longest).astype("timedelta64[D]"))


def whole_months(began: Days, day: Days) -> Ints:
    """Anniversaries reached by a day, that day included: (n,)."""
    apart = (day.astype(_MONTH) - began.astype(_MONTH)).astype(np.int64)
    return np.asarray(apart - (anniversary(began, apart) > day))


def month_and_part(began: Days, day: Days) -> tuple[Ints, Floats]:
    """Which month of the contract a day falls into, from 1, and how much of that month is over by then: (0, 1].

    An anniversary closes its month: it is the whole (1.0) of the month before, not nothing of the next.
    """
    whole = whole_months(began, day)
    start = anniversary(began, whole)
    closes = start == day
    end = anniversary(began, whole + 1)
    part = (day - start).astype(np.float64) / np.maximum((end - start).astype(np.float64), 1.0)
    return np.asarray(whole + ~closes), np.asarray(np.where(closes, 1.0, part))
