"""Cells of a row as figures."""

from typing import Any

from lifeworth.answers.estimate import Estimate, estimate


def count(value: Any) -> int | None:
    """A count, or None where it is not shown."""
    return None if value is None else int(value)


def known(value: Any) -> float | None:
    """An amount, or None where it is not shown."""
    return None if value is None else float(value)


def three(row: dict[str, Any], name: str) -> Estimate:
    """A figure with the ends of its range."""
    return estimate(row[f"{name}_mean"], row[f"{name}_low"], row[f"{name}_high"])


def maybe(row: dict[str, Any], name: str) -> Estimate | None:
    """The same, or None where the figure is empty."""
    return None if row[f"{name}_mean"] is None else three(row, name)
