"""What an export format is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lifeworth.sources.shape import Ask, Shape

# Fields that the file has, and a way to ask the typed values → the shape of its rows.
Shaper = Callable[[frozenset[str], Ask], Shape]


@dataclass(frozen=True)
class Preset:
    """An export format, recognised by its columns.

    ``signature``: columns that must all be there. ``fields``: field → its column. ``refusal``: why a file of
    this format cannot be used, when it cannot. ``currency``: the one the format is in, when it never says.
    ``is_utc``: its clock times are UTC. ``is_exact``: the format has no other columns.
    """

    name: str
    signature: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    shape: Shaper
    currency: str | None = None
    is_utc: bool = False
    refusal: str | None = None
    is_exact: bool = False
