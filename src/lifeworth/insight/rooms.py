"""Every room in its turn; later rooms read earlier rooms' tables."""

from collections.abc import Callable
from typing import NamedTuple

from lifeworth.contract.table import Table
from lifeworth.insight import (
    acquisition,
    audit,
    experiments,
    margins,
    personas,
    products,
    prospects,
    retention,
    segments,
)
from lifeworth.insight.ground import Frame, create, lay_ground
from lifeworth.store.engine import Engine


class Room(NamedTuple):
    """A question, the tables that answer it, and what makes them."""

    name: str
    asks: str
    tables: tuple[Table, ...]
    build: Callable[[Engine, Frame], None]


ROOMS = (
    Room("segments", "Who is worth what, and who moved?", segments.TABLES, segments.build),
    Room("personas", "What do the best customers have in common?", personas.TABLES, personas.build),
    Room("margins", "Where does profit go?", margins.TABLES, margins.build),
    Room("prospects", "Where are the next good customers?", prospects.TABLES, prospects.build),
    Room("experiments", "Did it work?", experiments.TABLES, experiments.build),
    Room("acquisition", "Does each euro contribute?", acquisition.TABLES, acquisition.build),
    Room("products", "Which products bring lasting profit?", products.TABLES, products.build),
    Room("retention", "Whom is it worth writing to?", retention.TABLES, retention.build),
    Room("audit", "How healthy is the base?", audit.TABLES, audit.build),
)

TABLES: tuple[Table, ...] = tuple(table for room in ROOMS for table in room.tables)


def build(engine: Engine, frame: Frame, *, tell: Callable[[str], None] | None = None) -> None:
    """Lay the ground, then ask every room; a table nothing is known for stays empty."""
    lay_ground(engine, frame)
    for room in ROOMS:
        if tell:
            tell(room.asks)
        create(engine, *room.tables)
        room.build(engine, frame)
