"""Does the score tell what nobody may be scored by? ``prospects_fairness``, for open leads.

Protected columns are read for this report alone. A score that tells one is no proof of wrong, but whoever acts on it should know.
A column's levels are each held against the rest and against the leading one; all these comparisons together raise a false flag in at
most one column of twenty (Bonferroni).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from scipy.stats import rankdata

from lifeworth.features.attributes import raw_text
from lifeworth.insight.ground import FEWEST, Frame, hide
from lifeworth.insight.prospects.words import of_fairness
from lifeworth.maths.arrays import BoolArray, FloatArray
from lifeworth.maths.proportions import share_difference
from lifeworth.store.engine import Engine

FAR = 0.15
LEAST_RATIO = 0.8
BEST = 0.2
MOST_LEVELS = 20
ENOUGH = 30
FALSE_FLAGS = 0.05

_PROTECTED = "SELECT name FROM values_lead_columns WHERE reason LIKE 'protected:%' ORDER BY name"
_LEVELS = """
SELECT {level} AS level, v.value_mean AS value FROM values_leads v JOIN sources_leads l USING (lead_id)
WHERE {level} IS NOT NULL ORDER BY v.lead_id"""


@dataclass(frozen=True)
class Area:
    """Area under the curve with its range."""

    mean: float
    low: float
    high: float


def fairness_rows(engine: Engine, frame: Frame) -> Iterator[list[Any]]:
    """Every protected column and level that open leads have; empty where fewer than 30 open leads have the column."""
    for (name,) in engine.rows(_PROTECTED):
        found = engine.arrays(_LEVELS.format(level=raw_text(name)))
        values = np.asarray(np.ma.getdata(found["value"]), dtype=np.float64)
        told = np.asarray(np.ma.getdata(found["level"]), dtype=object)
        levels, counts = np.unique(told.astype(str), return_counts=True)
        if len(values) >= ENOUGH and 1 < len(levels) <= MOST_LEVELS:
            yield from _of_column(name, told, values, dict(zip(levels.tolist(), counts.tolist(), strict=True)), frame)


def _of_column(name: str, told: Any, values: FloatArray, counts: dict[str, int], frame: Frame) -> Iterator[list[Any]]:
    best = values >= np.quantile(values, 1 - BEST, method="inverted_cdf")
    hidden = dict(zip(counts, hide(list(counts.values())), strict=True))
    shares = {level: float(best[told == level].mean()) for level in counts if not hidden[level]}
    leader = max(shares, key=lambda level: (shares[level], level), default=None)
    sure = 1 - FALSE_FLAGS / max(len(shares) * (len(shares) + 1) / 2, 1)
    for level, count in counts.items():
        if hidden[level] or leader is None:
            yield [name, level, None, None, None, None, None, None, False, of_fairness(name, level, None, False)]
            continue
        own = told == level
        found = _area(values, own, frame.interval_level)
        ratio = shares[level] / shares[leader] if shares[leader] > 0 else None
        flagged = _is_far(_area(values, own, sure)) or _is_less(own, told == leader, best, ratio, sure)
        said = of_fairness(name, level, found.mean, flagged)
        yield [name, level, count, found.mean, found.low, found.high, shares[level], ratio, flagged, said]


def _area(values: FloatArray, own: BoolArray, level: float) -> Area:
    """Chance that one of a level has the higher value than another, ties counting half (Hanley and McNeil 1982)."""
    yes, no = float(own.sum()), float((~own).sum())
    found = float((rankdata(values)[own].sum() - yes * (yes + 1) / 2) / (yes * no))
    both_yes, both_no = found / (2 - found), 2 * found**2 / (1 + found)
    spread = found * (1 - found) + (yes - 1) * (both_yes - found**2) + (no - 1) * (both_no - found**2)
    reach = NormalDist().inv_cdf((1 + level) / 2) * float(np.sqrt(max(spread, 0.0) / (yes * no)))
    return Area(found, max(found - reach, 0.0), min(found + reach, 1.0))


def _is_far(found: Area) -> bool:
    return abs(found.mean - 0.5) > FAR and not found.low <= 0.5 <= found.high


def _is_less(own: BoolArray, leader: BoolArray, best: BoolArray, ratio: float | None, level: float) -> bool:
    """Whether a level is among the best much less often than the leading one, beyond chance."""
    if ratio is None or ratio >= LEAST_RATIO or min(own.sum(), leader.sum()) < FEWEST:
        return False
    hits, others = float(best[leader].sum()), float(best[own].sum())
    return share_difference(hits, float(leader.sum()), others, float(own.sum()), level)[1] > 0
