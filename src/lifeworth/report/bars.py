"""Ranges drawn in table cells, all rows on one scale."""

from collections.abc import Sequence
from math import isfinite

from lifeworth.answers.estimate import Estimate
from lifeworth.report.card import Bar
from lifeworth.report.numbers import Figure, Money, percent

# Percent beyond which a bar ends at the edge: one absurd group must not flatten the others.
_EDGE = 100.0


def range_words(value: Estimate, money: Money) -> str:
    """A range for a table cell; where it holds nothing but zero, that is said instead of "0 … 0"."""
    if value.low == value.high == 0 and value.mean != 0:
        return Figure(f"most likely {money.exact(0.0)}", 0.0, 0.0, unit=money.currency or "")
    if value.low == value.high == value.mean:
        return Figure(money.exact(value.mean), value.low, value.high, unit=money.currency or "")
    return money.exact_range(value.low, value.high)


def range_bars(estimates: Sequence[Estimate], money: Money, level: str) -> list[Bar | str]:
    """Each estimate as a bar with a dot; zero is on the scale, so lengths can be compared."""
    return _bars(estimates, [f"{level} range: {range_words(e, money)}" for e in estimates], coloured=True)


def miss_bars(misses: Sequence[tuple[float, float]]) -> list[Bar | str]:
    """Misses in percent with what chance may explain on either side; zero, where nothing was missed, is on the scale."""
    found = [Estimate(miss, miss - chance, miss + chance) for miss, chance in misses]
    words = [f"from {percent(e.low / 100)} to {percent(e.high / 100)}" for e in found]
    kept = [Estimate(*(min(max(end, -_EDGE), _EDGE) for end in (e.mean, e.low, e.high))) for e in found]
    return _bars(kept, words, coloured=False)


def _bars(estimates: Sequence[Estimate], words: Sequence[str], *, coloured: bool) -> list[Bar | str]:
    """Bars on one scale; ``coloured`` where below zero is a loss."""
    ends = [end for e in estimates for end in (e.low, e.mean, e.high) if isfinite(end)]
    bottom, top = min([0.0, *ends]), max([0.0, *ends])
    width = (top - bottom) or 1.0

    def place(value: float) -> float:
        return round(2 + (value - bottom) / width * 96, 1)

    bars: list[Bar | str] = []
    for e, said in zip(estimates, words, strict=True):
        if not all(map(isfinite, (e.low, e.mean, e.high))):
            bars.append("")
            continue
        bars.append(Bar(place(e.low), place(e.mean), place(e.high), place(0.0), coloured and e.mean < 0, said))
    return bars
