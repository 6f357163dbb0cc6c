"""What a row of a table beside the orders is: its staged columns, what identifies it, the rules that set it aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lifeworth.sources.shape import Rule

MONEY = "DECIMAL(18,4)"


@dataclass(frozen=True)
class TableShape:
    """Staged columns as (type, SQL over ``v_<field>``), rules, the key, and the money of a row.

    ``key`` None: rows have no identity. ``mode``: whether a key owns one row or several. ``keeps``: which of several
    rows of one key stands, by their ``happened_at``.
    """

    columns: Mapping[str, tuple[str, str]]
    key: str | None = None
    mode: str = "loose"
    rules: tuple[Rule, ...] = ()
    money: str = "NULL"
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    keeps: Literal["latest", "earliest"] = "latest"


def as_given(has: frozenset[str], **types: str) -> dict[str, tuple[str, str]]:
    """Staged columns that carry a field as it is; NULL where the file has none."""
    return {name: (kind, f"v_{name}" if name in has else "NULL") for name, kind in types.items()}


def not_negative(has: frozenset[str], name: str, words: str) -> tuple[Rule, ...]:
    """A field that may not lie below zero."""
    if name not in has:
        return ()
    return (Rule(f"v_{name} < 0", "quarantined", f"{words} is negative"),)
