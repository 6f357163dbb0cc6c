"""Does each euro contribute? For every channel with spend, what its average and its last euro bring."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.acquisition import tables
from lifeworth.insight.acquisition.costs import Prices
from lifeworth.insight.acquisition.curves import CHANNEL, Learned, range_of
from lifeworth.insight.acquisition.marginal import Marginal
from lifeworth.insight.acquisition.words import verdict_words
from lifeworth.insight.ground import Frame, fill
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

EARNS, LOSES, UNKNOWN = "earns", "loses", "cannot be told"


@dataclass(frozen=True)
class PerEuro:
    """What a euro brings beyond itself: its mean, its range and its draws."""

    mean: float
    low: float
    high: float
    draws: Floats

    @property
    def chance(self) -> float:
        """How often chance alone would put it as far from nothing, on either side."""
        below = float((self.draws <= 0).sum() + 1) / (len(self.draws) + 1)
        above = float((self.draws >= 0).sum() + 1) / (len(self.draws) + 1)
        return min(2 * min(below, above), 1.0)


def write_verdicts(engine: Engine, frame: Frame, learned: Learned, prices: Prices, marginal: Marginal) -> None:
    """``acquisition_verdicts``: the average and the last euro of every channel with spend, at the run's horizon."""
    codes = [code for code, spend in enumerate(prices.spend) if spend > 0]
    average, last = _per_euro(frame, learned, prices, marginal, codes)
    words = [judge(found, 1 - frame.interval_level) for found in (average, last)]
    best = _chance_best(average)
    rows = [
        _row(frame, learned, prices, code, average.get(code), last.get(code), (words[0], words[1]), best.get(code))
        for code in sorted(
            codes, key=lambda code: (code not in average, -average[code].mean if code in average else 0.0, code)
        )
    ]
    fill(engine, tables.VERDICTS, rows)


def _per_euro(
    frame: Frame, learned: Learned, prices: Prices, marginal: Marginal, codes: list[int]
) -> tuple[dict[int, PerEuro], dict[int, PerEuro]]:
    """What the average and the last euro of each channel bring, where it can be said; nothing in revenue."""
    average: dict[int, PerEuro] = {}
    last: dict[int, PerEuro] = {}
    for member in learned.of(CHANNEL):
        code = member.row - learned.first_channel
        price = prices.by_channel[code]
        value, drawn, _ = learned.at(member, frame.horizon_days)
        if code not in codes or price is None or not frame.in_profit or not np.isfinite(value):
            continue
        average[code] = _beyond_itself(frame, value / price, drawn / price)
        if code in marginal.cost:
            cost, costs = marginal.cost[code]
            last[code] = _beyond_itself(frame, value / cost, drawn / costs)
    return average, last


def _beyond_itself(frame: Frame, ratio: float, draws: Floats) -> PerEuro:
    low, high = range_of(ratio, draws, frame.interval_level)
    return PerEuro(ratio - 1, low - 1, high - 1, draws - 1)


def judge(found: dict[int, PerEuro], error: float) -> dict[int, str]:
    """Which channels earn and which lose beyond chance, allowing for how many are compared (Benjamini and Hochberg 1995).

    Parameters
    ----------
    error : float
        Share of false findings among all findings that is accepted.
    """
    ordered = sorted(found, key=lambda code: (found[code].chance, code))
    passed = [place for place, code in enumerate(ordered, 1) if found[code].chance <= error * place / len(ordered)]
    clear = set(ordered[: max(passed, default=0)])
    return {
        code: UNKNOWN if code not in clear or each.low <= 0 <= each.high else EARNS if each.mean > 0 else LOSES
        for code, each in found.items()
    }


def _chance_best(average: dict[int, PerEuro]) -> dict[int, float]:
    """How often each channel brings the most per euro."""
    if not average:
        return {}
    draws = np.column_stack([each.draws for each in average.values()])
    share = np.bincount(draws.argmax(axis=1), minlength=len(average)) / len(draws)
    return dict(zip(average, share.tolist(), strict=True))


def _row(
    frame: Frame,
    learned: Learned,
    prices: Prices,
    code: int,
    average: PerEuro | None,
    last: PerEuro | None,
    words: tuple[dict[int, str], dict[int, str]],
    best: float | None,
) -> list[Any]:
    name = learned.members[learned.first_channel + code].name
    ends: list[list[float | None]] = [
        [each.mean, each.low, each.high] if each else [None] * 3 for each in (average, last)
    ]
    verdicts = [found.get(code, UNKNOWN) for found in words]
    chance = last.chance if last else None
    said = verdict_words(frame, name, prices.by_channel[code], prices.newcomers[code], ends, verdicts)
    return [
        name, frame.horizon_days, prices.spend[code], prices.newcomers[code], *ends[0], *ends[1], chance, verdicts[1],
        verdicts[0], best, frame.interval_level, said,
    ]  # fmt: skip
