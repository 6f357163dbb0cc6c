"""Which columns may speak of a lead, and which levels each has."""

from collections.abc import Sequence
from dataclasses import dataclass

from lifeworth.features.attributes import number_sql
from lifeworth.ledger.tables import text
from lifeworth.models.cold_start.lead import OTHERS
from lifeworth.store.engine import Engine
from lifeworth.values.newcomers.groups import NOT_STATED

FEWEST = 30
MOST_LEVELS = 100
FIFTHS = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class Column:
    """Something said of leads, and the levels that at least thirty finished ones named.

    Attributes
    ----------
    members : tuple of str
        Levels; ``others`` stands for all that fewer named, ``not stated`` for an empty cell.
    edges : tuple of float
        Where a column of numbers is cut; empty for one of texts.
    """

    name: str
    members: tuple[str, ...]
    edges: tuple[float, ...] = ()

    def level_sql(self, raw: str) -> str:
        """SQL of the level of a raw text; NULL where nothing is said, or no number where one is asked."""
        return level_sql(self.edges, raw)

    def code_sql(self, level: str) -> str:
        """SQL of the place of a level among the members; -1 where there is none for it."""
        return code_sql(self.members, level)


def level_sql(edges: Sequence[float], raw: str) -> str:
    """SQL of a level: numbers by the edges they lie between, texts as they are.

    Examples
    --------
    >>> level_sql((), "g0")
    'g0'
    """
    if not edges:
        return raw
    number = number_sql(raw)
    names = level_names(edges)
    cases = " ".join(f"WHEN {number} <= {edge!r} THEN {text(name)}" for edge, name in zip(edges, names, strict=False))
    return f"CASE WHEN {number} IS NULL THEN NULL {cases} ELSE {text(names[-1])} END"


def level_names(edges: Sequence[float]) -> tuple[str, ...]:
    """What the stretches between edges are called.

    Examples
    --------
    >>> level_names((5.0, 20.0))
    ('up to 5', 'above 5 up to 20', 'above 20')
    """
    inner = [f"above {low:,g} up to {high:,g}" for low, high in zip(edges, edges[1:], strict=False)]
    return (f"up to {edges[0]:,g}", *inner, f"above {edges[-1]:,g}")


def code_sql(members: Sequence[str], level: str) -> str:
    """SQL of a level's place; a level nobody named counts as one of the others, an empty cell as not stated."""
    places = {member: place for place, member in enumerate(members)}
    named = [(member, place) for member, place in places.items() if member not in (OTHERS, NOT_STATED)]
    cases = " ".join(f"WHEN {text(member)} THEN {place}" for member, place in named)
    silent, other = places.get(NOT_STATED, places.get(OTHERS, -1)), places.get(OTHERS, -1)
    known = f"CASE {level} {cases} ELSE {other} END" if named else str(other)
    return f"CASE WHEN {level} IS NULL THEN {silent} ELSE {known} END"


def unnamed_sql(members: Sequence[str], level: str) -> str:
    """SQL of whether something is said that is no named level."""
    named = [text(member) for member in members if member not in (OTHERS, NOT_STATED)]
    return f"({level} IS NOT NULL AND {level} NOT IN ({', '.join(named)}))" if named else f"({level} IS NOT NULL)"


def members_of(engine: Engine, table: str, level: str) -> tuple[str, ...]:
    """Levels that at least thirty rows name, the most frequent first; the rest as others.

    An empty cell is a level of its own where thirty are empty, else one of the others.
    """
    said = f"COALESCE({level}, {text(NOT_STATED)})"
    counted = f"SELECT {said} AS member, count(*) AS n FROM {table} GROUP BY 1"
    [(distinct,)] = engine.rows(f"SELECT count(*) FROM ({counted})")
    large = [
        member
        for (member,) in engine.rows(
            f"SELECT member FROM ({counted}) WHERE n >= {FEWEST} AND member <> {text(OTHERS)}"
            f" ORDER BY n DESC, member LIMIT {MOST_LEVELS}"
        )
    ]
    return (*large, OTHERS) if len(large) < distinct else tuple(large)


def edges_of(engine: Engine, table: str, raw: str) -> tuple[float, ...]:
    """Where a column of numbers is cut into fifths; values that many share make fewer parts."""
    found = engine.value(f"SELECT quantile_disc({number_sql(raw)}, {list(FIFTHS)}) FROM {table}")
    top = engine.value(f"SELECT max({number_sql(raw)}) FROM {table}")
    return tuple(sorted({float(edge) for edge in found if edge is not None and edge < top}))
