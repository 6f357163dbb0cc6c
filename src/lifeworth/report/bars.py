"""Ranges drawn in table cells, all rows on one scale."""

from collections.abc import Sequence
from math import isfinite

from lifeworth.answers.estimate import Estimate
from lifeworth.report.card import Bar
from lifeworth.report.numbers import Figure, Money


def range_words(value: Estimate, money: Money) -> str:
    """A range for a table cell; where it holds nothing but zero, that is said instead of "0 … 0"."""
    if value.low == value.high == 0 and value.mean != 0:
        return Figure(f"most likely {money.exact(0.0)}", 0.0, 0.0, unit=money.currency or "")
    if value.low == value.high == value.mean:
        return Figure(money.exact(value.mean), value.low, value.high, unit=money.currency or "")
    return money.exact_range(value.low, value.high)


def range_bars(estimates: Sequence[Estimate], money: Money, level: str) -> list[Bar | str]:
    """Each estimate as a bar with a dot; zero is on the scale, so lengths can be compared."""
    ends = [end for e in estimates for end in (e.low, e.mean, e.high) if isfinite(end)]
    bottom, top = min([0.0, *ends]), max([0.0, *ends])
    width = (top - bottom) or 1.0

    def place(value: float) -> float:
        return round(2 + (value - bottom) / width * 96, 1)

    bars: list[Bar | str] = []
    for e in estimates:
        if not all(map(isfinite, (e.low, e.mean, e.high))):
            bars.append("")
            continue
        words = f"{level} range: {range_words(e, money)}"
        bars.append(Bar(place(e.low), place(e.mean), place(e.high), place(0.0), e.mean < 0, words))
    return bars
