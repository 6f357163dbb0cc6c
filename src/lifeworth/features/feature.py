"""What a feature is, and what a group of them is computed from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lifeworth.store.engine import Engine

Kind = Literal["number", "category"]


@dataclass(frozen=True)
class Feature:
    """One thing known of a customer on a day: its column name, unit, meaning in business words and group.

    A ``number`` may be NULL where nothing is known; a ``category`` is a code, NULL where nothing is known.
    """

    name: str
    unit: str
    meaning: str
    group: str
    kind: Kind = "number"


@dataclass(frozen=True)
class Column:
    """A feature beside the SQL that gives it, over the row of its block (``b``) and of its purchases (``p``).

    For a category the SQL gives the text that is coded later.
    """

    feature: Feature
    sql: str


@dataclass(frozen=True)
class Block:
    """Features that come from one query with a row per customer key.

    Attributes
    ----------
    query : str
        SQL with the places ``{cut}`` (a date literal) and ``{days}`` (the table of purchase days).
    exists : callable
        Whether the company has such data, given the engine and a condition's date literal or None for ever.
    """

    columns: tuple[Column, ...]
    query: str
    exists: Callable[[Engine, str | None], bool]

    @property
    def features(self) -> tuple[Feature, ...]:
        """What it tells."""
        return tuple(column.feature for column in self.columns)


def before(column: str, cut: str | None) -> str:
    """SQL for: it happened before the cut, or ever."""
    return "TRUE" if cut is None else f"{column} < {cut}"
