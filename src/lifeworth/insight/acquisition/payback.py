"""When a newcomer has brought back what winning one cost."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.acquisition import tables
from lifeworth.insight.acquisition.beyond import Curves
from lifeworth.insight.acquisition.costs import Prices
from lifeworth.insight.acquisition.curves import CHANNEL, EVERYBODY, Learned, Member, months_of
from lifeworth.insight.acquisition.words import payback_words
from lifeworth.insight.ground import Frame, fill
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

NEVER = np.inf


def write_payback(engine: Engine, frame: Frame, learned: Learned, prices: Prices) -> None:
    """``acquisition_payback``: the month in which each group has earned its cost back, with its range."""
    if frame.in_profit:
        fill(engine, tables.PAYBACK, _rows(frame, learned, prices))


def price_of(member: Member, learned: Learned, prices: Prices) -> float | None:
    """What winning one of a group cost."""
    if member.grouped_by == EVERYBODY:
        return prices.blended if member.row == 0 else prices.paid
    if member.grouped_by == CHANNEL:
        return prices.by_channel[member.row - learned.first_channel]
    return prices.by_cohort.get(learned.starts[member.row - learned.first_cohort])


def first_month(curve: Floats, months: NDArray[np.int64], price: float) -> Floats:
    """First of the months at which a curve has reached a price; infinite where it does not.

    Parameters
    ----------
    curve : (..., months) floats
        Money up to each month.
    months : (months,) ints
    """
    reached = curve >= price
    return np.where(reached.any(axis=-1), months[np.argmax(reached, axis=-1)].astype(np.float64), NEVER)


def _rows(frame: Frame, learned: Learned, prices: Prices) -> Iterator[list[Any]]:
    months, places = (np.array(part, dtype=np.int64) for part in zip(*months_of(learned.curves.edges), strict=True))
    for member in learned.members:
        price = price_of(member, learned, prices)
        curve = learned.curves.mean[member.row, places - 1]
        known = np.isfinite(curve)
        if price is None or not known.any():
            continue
        yield _row(frame, learned.curves, member, price, months[known], places[known] - 1)


def _row(
    frame: Frame, curves: Curves, member: Member, price: float, months: NDArray[np.int64], steps: NDArray[np.int64]
) -> list[Any]:
    mean = first_month(curves.mean[member.row, steps], months, price)
    drawn = np.sort(first_month(curves.draws[:, member.row, steps], months, price))
    tail = (1 - frame.interval_level) / 2
    low, high = (drawn[int(np.clip(round(share * (len(drawn) - 1)), 0, len(drawn) - 1))] for share in (tail, 1 - tail))
    low, high = min(low, float(mean)), max(high, float(mean))
    seen = int(curves.reach[member.row])
    how = "seen" if mean < NEVER and steps[months.tolist().index(int(mean))] < seen else "predicted"
    if mean == NEVER and seen > steps[-1]:
        how = "seen"
    ends = [None if end == NEVER else int(end) for end in (float(mean), low, high)]
    people, within = int(curves.customers[member.row, 0]), int(months[-1])
    chance = float((drawn < NEVER).mean())
    said = payback_words(frame, member.name, price, ends, within, how)
    return [member.grouped_by, member.name, people, price, *ends, chance, within, how, frame.interval_level, said]
