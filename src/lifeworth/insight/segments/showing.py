"""Which published segments and cells of the grid may be shown, and what an own segment is held against.

The larger of a scheme's segments come first, so a small one is hidden together with the smallest of those that would give it away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.segments.guard import Guard
from lifeworth.insight.segments.schemes import SCHEMES
from lifeworth.ledger.tables import text
from lifeworth.maths.arrays import BoolArray, IntArray
from lifeworth.store.engine import Engine

CUSTOMERS = "insight_customers c JOIN segments_customers s USING (customer_id)"
GRID = "grid"

_BITS = 62
_MOST_PARTS = 40
_FIFTHS = range(1, 6)


@dataclass(frozen=True)
class Group:
    """A group that may be shown: the scheme and the name it has there, and a condition over ``c`` and ``s``."""

    scheme: str
    name: str
    sql: str


@dataclass(frozen=True)
class Atoms:
    """Customers who belong to the same groups; ``people`` has shape (atoms,), ``members`` (groups, atoms)."""

    people: IntArray
    members: BoolArray

    @property
    def sizes(self) -> IntArray:
        """People of each group; shape (groups,)."""
        return np.array([self.people[row].sum() for row in self.members], dtype=np.intp)


def cell_name(recency: Any, frequency: Any) -> str:
    """How a cell of the grid is called among the groups."""
    return f"{recency}-{frequency}"


def published() -> list[Group]:
    """Every segment of every scheme, and every cell of the grid."""
    parts = [Group(s.name, part.name, f's."{s.column}" = {text(part.name)}') for s in SCHEMES for part in s.segments]
    cells = [
        Group(GRID, cell_name(r, f), f"s.recency_score = {r} AND s.frequency_score = {f}")
        for r in _FIFTHS
        for f in _FIFTHS
    ]
    return [*parts, *cells]


def shown_groups(engine: Engine) -> list[Group]:
    """Those of the published groups that may be shown."""
    groups = published()
    atoms = count_atoms(engine, CUSTOMERS, [group.sql for group in groups])
    guard, sizes = Guard(atoms.people), atoms.sizes
    schemes = list(dict.fromkeys(group.scheme for group in groups))
    order = sorted(range(len(groups)), key=lambda place: (schemes.index(groups[place].scheme), -sizes[place], place))
    shown = {place for place in order if guard.show(atoms.members[place])}
    return [group for place, group in enumerate(groups) if place in shown]


def told_elsewhere(engine: Engine) -> list[str]:
    """Conditions of groups that other rooms count: the channels and countries of at least ten customers, forty at most of each."""
    found = []
    for column in ("channel", "country"):
        parts = engine.rows(f"""SELECT "{column}" FROM insight_customers GROUP BY 1 HAVING count(*) >= {FEWEST}
            ORDER BY count(*) DESC, 1 LIMIT {_MOST_PARTS}""")
        found += [
            f'c."{column}" IS NULL' if part is None else f'COALESCE(c."{column}" = {text(str(part))}, FALSE)'
            for (part,) in parts
        ]
    return found


def count_atoms(engine: Engine, customers: str, conditions: Sequence[str]) -> Atoms:
    """Customers counted by which conditions they fulfil; one row per atom leaves the engine, whatever their number."""
    masks = list(_masks(conditions))
    names = [f"mask_{place}" for place in range(len(masks))]
    wanted = ", ".join(f"{mask} AS {name}" for mask, name in zip(masks, names, strict=True))
    found = engine.arrays(f"SELECT {wanted}, count(*) AS people FROM {customers} GROUP BY ALL ORDER BY ALL")
    members = np.zeros((len(conditions), len(found["people"])), dtype=np.bool_)
    for place in range(len(conditions)):
        mask = np.asarray(found[names[place // _BITS]], dtype=np.int64)
        members[place] = mask >> (place % _BITS) & 1
    return Atoms(np.asarray(found["people"], dtype=np.intp), members)


def _masks(conditions: Sequence[str]) -> Iterable[str]:
    """Conditions as bits of whole numbers, sixty-two to a number."""
    for start in range(0, len(conditions), _BITS):
        some = conditions[start : start + _BITS]
        yield " + ".join(f"CASE WHEN {sql} THEN {1 << bit}::BIGINT ELSE 0 END" for bit, sql in enumerate(some))
