"""What a group of customers should bring together, with a range for the sum."""

from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import NormalDist
from typing import Any

from lifeworth.insight.ground.frame import Frame

# Beyond this a square would not fit the DECIMAL that keeps the sum the same in every run.
_WIDEST = 1e14


@dataclass(frozen=True)
class Worth:
    """A group's customers and the sum of their values with its range, in the run's basis."""

    customers: int
    mean: float
    low: float
    high: float


def worth_columns(value: str = "value", spread: str = "value_sd") -> str:
    """SQL that adds up a group: ``size``, ``mean``, ``variance``, the ``lowest`` low and the ``highest`` high end."""
    kept = f"least(abs({spread}), {_WIDEST})"
    return (
        f"count(*) AS size, coalesce(sum(CAST({value}_mean AS DECIMAL(38, 4))), 0) AS mean, "
        f"coalesce(sum(CAST({kept} * {kept} AS DECIMAL(38, 4))), 0) AS variance, "
        f"coalesce(min({value}_low), 0) AS lowest, coalesce(max({value}_high), 0) AS highest"
    )


def group_range(
    size: int, mean: Any, variance: Any, lowest: Any, highest: Any, *, shared: float, level: float
) -> tuple[float, float]:
    """Range of the sum of a group: mean ± z √(Σ sd² + (shared spread · mean)²).

    Parameters
    ----------
    size : int
        Customers in the group; a single one keeps their own range, from ``lowest`` to ``highest``.
    mean, variance : number
        Sum of the customers' expected values (money), and of the squares of their own spreads (money squared).
    lowest : number
        The smallest low end of any customer's own range; when it is not below zero, neither is the sum's.
    highest : number
        The largest high end.
    shared : float
        Relative spread that all customers have in common.
    level : float
        Share of possible futures the range holds.
    """
    if size == 1:
        return float(lowest), float(highest)
    middle, common = float(mean), shared if isfinite(shared) else 0.0
    reach = NormalDist().inv_cdf((1 + level) / 2) * sqrt(float(variance) + (common * middle) ** 2)
    low = middle - reach
    return (max(low, 0.0) if lowest >= 0 and middle >= 0 else low), middle + reach


def worth_of(frame: Frame, row: dict[str, Any]) -> Worth:
    """A row of :func:`worth_columns` as a sum with its range."""
    parts = [row[name] for name in ("mean", "variance", "lowest", "highest")]
    low, high = group_range(int(row["size"]), *parts, shared=frame.shared_spread, level=frame.interval_level)
    return Worth(int(row["size"]), float(row["mean"]), low, high)
