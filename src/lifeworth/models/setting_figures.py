"""What is measured to tell the kind of business: bills, shared days, even intervals."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray

#: The densest days that hold this share of purchases are looked at: the rest may be late.
_HELD = 0.9
#: A longer pause than this between such days, and there is a new occasion.
_PAUSE_DAYS = 4.0
#: Purchase days from which a rhythm shows.
_ENOUGH_DAYS = 4
#: Intervals are even where this share of them is near their median.
_EVEN = 0.8


@dataclass(frozen=True)
class Purchases:
    """One row per purchase; time in days."""

    customer: npt.NDArray[Any]
    time: FloatArray
    amount: FloatArray

    def share_of_revenue(self, some: BoolArray) -> float:
        """Of those purchases in all; of their number where nothing was earned."""
        total = float(self.amount.sum())
        return float(self.amount[some].sum()) / total if total > 0 else float(some.mean())


@dataclass(frozen=True)
class Contracts:
    """One row per contract; ended is infinite while it runs."""

    customer: npt.NDArray[Any]
    began: FloatArray
    ended: FloatArray


@dataclass(frozen=True)
class Occasions:
    """Days that customers share.

    Attributes
    ----------
    days_filled : float
        Days that hold nine in ten purchases, against the days that as many at any time would need.
    count : int
        Occasions those days make.
    once : float
        Share of a customer's visits to an occasion with purchases on one day only.
    skipped : float
        Share of occasions between a customer's first and last that were left out.
    """

    days_filled: float
    count: int
    once: float
    skipped: float


@dataclass(frozen=True)
class Rhythm:
    """Customers who bought on four days or more: how many, their share of revenue, and of that what comes evenly."""

    customers: int
    revenue_judged: float
    revenue_regular: float


def under_contract(bought: Purchases, contracts: Contracts) -> BoolArray:
    """Which purchases were made while a contract of the customer ran, or on the day it ended: (purchases,)."""
    names, codes = np.unique(np.concatenate([bought.customer, contracts.customer]), return_inverse=True)
    buyers, holders = codes[: bought.time.size], codes[bought.time.size :]
    order = np.lexsort((contracts.began, holders))
    holders, began, ended = holders[order], contracts.began[order], contracts.ended[order]
    by_holder = np.searchsorted(holders, np.arange(names.size + 1))
    under = np.zeros(bought.time.size, dtype=bool)
    for turn in range(int(np.diff(by_holder).max(initial=0))):
        place = by_holder[buyers] + turn
        has = np.flatnonzero(place < by_holder[buyers + 1])
        mine = place[has]
        under[has] |= (began[mine] <= bought.time[has]) & (bought.time[has] <= ended[mine])
    return under


def occasions_of(bought: Purchases) -> Occasions | None:
    """The days customers share; none where there are too few purchases to tell."""
    who, day = _customer_days(bought)
    if who.size < 50:
        return None
    days, counts = np.unique(day, return_counts=True)
    span = int(days[-1] - days[0]) + 1
    busiest = np.argsort(-counts, kind="stable")
    held = days[np.sort(busiest[: _days_needed(counts)])]
    anywhere = np.random.default_rng(1).multinomial(who.size, np.full(span, 1.0 / span))
    number = np.cumsum(np.diff(held, prepend=held[0]) > _PAUSE_DAYS)
    on_time = np.isin(day, held)
    occasion = number[np.searchsorted(held, day[on_time])]
    visits, each = np.unique(np.stack([who[on_time], occasion]), axis=1, return_counts=True)
    return Occasions(
        held.size / _days_needed(anywhere),
        int(number[-1]) + 1,
        float((each == 1).mean()),
        _skipped(visits[0], visits[1]),
    )


def like_bills(bought: Purchases) -> Rhythm:
    """How much of what regular customers bring comes after even intervals.

    An interval is even when it is off the customer's median by three days at most (a fifth, where the median is under
    fifteen): bills of months, quarters and years, and weekends between, differ by as much, people by more.
    """
    who, day = _customer_days(bought)
    count = np.bincount(who)
    money = np.bincount(np.unique(bought.customer, return_inverse=True)[1], weights=np.maximum(bought.amount, 0.0))
    judged = np.flatnonzero(count >= _ENOUGH_DAYS)
    even = np.array([_is_even(gaps) for gaps in _gaps(who, day, judged)], dtype=bool)
    of_judged, total = float(money[judged].sum()), float(money.sum())
    return Rhythm(
        judged.size, of_judged / total if total > 0 else 0.0, float(money[judged[even]].sum()) / of_judged if of_judged > 0 else 0.0
    )  # fmt: skip


def _is_even(gaps: IntArray) -> bool:
    middle = float(np.median(gaps))
    near = min(3.0, 0.2 * middle)
    return bool((np.abs(gaps - middle) <= near).mean() >= _EVEN)


def _gaps(who: IntArray, day: IntArray, judged: IntArray) -> list[IntArray]:
    """Days between purchases of each of some customers; who and day are sorted."""
    first, after = np.searchsorted(who, judged), np.searchsorted(who, judged, side="right")
    return [np.diff(day[a:b]) for a, b in zip(first, after, strict=True)]


def _customer_days(bought: Purchases) -> tuple[IntArray, IntArray]:
    """Each customer's days with a purchase, in order; customers by number."""
    if not bought.time.size:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    number = np.unique(bought.customer, return_inverse=True)[1]
    pairs = np.unique(np.stack([number, np.floor(bought.time).astype(np.intp)]), axis=1)
    return pairs[0], pairs[1]


def _days_needed(counts: IntArray) -> int:
    """The fewest days that hold nine in ten purchases."""
    held = np.cumsum(np.sort(counts)[::-1])
    return int(np.searchsorted(held, _HELD * held[-1])) + 1


def _skipped(who: IntArray, occasion: IntArray) -> float:
    """Share of occasions left out between each customer's first and last; sorted by customer, each pair once."""
    first = np.flatnonzero(np.diff(who, prepend=-1))
    last = np.append(first[1:], who.size) - 1
    offered = occasion[last] - occasion[first] + 1
    came = last - first + 1
    several = offered > 1
    return float(1.0 - came[several].sum() / offered[several].sum()) if several.any() else 0.0
