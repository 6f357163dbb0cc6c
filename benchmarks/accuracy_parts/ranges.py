"""Do the ranges hold what they say? Customers with ``high`` above zero and customers promised nothing are judged apart."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accuracy_parts.history import Floats
from accuracy_parts.measures import SLACK

SMALLEST_GROUP = 300
DECILES = 10
LAST_BUYERS_DAYS = 30


def percent(inside: NDArray[np.bool_]) -> float | None:
    """Share of true values, None for an empty group."""
    return float(100 * inside.mean()) if len(inside) else None


def range_measures(actual: Floats, low: Floats, high: Floats) -> dict[str, Any]:
    """Coverage where ``high`` > 0; share truly at zero where ``high`` = 0; and how many there are of each."""
    inside = (actual >= low - SLACK) & (actual <= high + SLACK)
    is_open = high > SLACK
    return {
        "cover": percent(inside[is_open]),
        "open": int(is_open.sum()),
        "truly_zero": percent(actual[~is_open] <= SLACK),
        "closed": int((~is_open).sum()),
        "cover_all": percent(inside),
    }


def group_measures(
    actual: Floats, predicted: Floats, low: Floats, high: Floats, days_since_last: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """The ranges of each tenth by prediction, the highest first, and of those who bought in the last 30 days."""
    tenths = np.array_split(np.argsort(-predicted, kind="stable"), DECILES)
    groups = {f"tenth {number}": members for number, members in enumerate(tenths, 1)}
    groups["last buyers"] = np.flatnonzero(days_since_last <= LAST_BUYERS_DAYS)
    return [{"group": name, **range_measures(actual[m], low[m], high[m])} for name, m in groups.items()]


def judged(groups: list[dict[str, Any]], share: str, count: str) -> list[tuple[str, float]]:
    """Groups large enough to judge, with the share asked for."""
    return [(g["group"], g[share]) for g in groups if g[count] >= SMALLEST_GROUP]
