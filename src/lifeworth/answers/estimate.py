"""A point never stands without its range."""

from dataclasses import dataclass
from math import nan
from typing import Any


@dataclass(frozen=True)
class Estimate:
    """An expected figure with the low and high end of its range, all in one unit."""

    mean: float
    low: float
    high: float


def number(value: Any) -> float:
    """A database figure as a float; nothing becomes NaN, which every page words as "not known"."""
    return nan if value is None else float(value)


def estimate(mean: Any, low: Any, high: Any) -> Estimate:
    """Three database figures as an Estimate."""
    return Estimate(number(mean), number(low), number(high))
