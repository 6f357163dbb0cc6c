"""The segments of a run, from the customers up."""

from lifeworth.insight.ground import Frame
from lifeworth.insight.segments.groups import write_grid, write_groups
from lifeworth.insight.segments.moves import write_moves
from lifeworth.insight.segments.own import write_own
from lifeworth.insight.segments.parting import part
from lifeworth.store.engine import Engine


def build(engine: Engine, frame: Frame) -> None:
    """Fill the ``segments_`` tables."""
    part(engine, frame)
    write_groups(engine, frame)
    write_grid(engine)
    write_moves(engine, frame)
    write_own(engine, frame)
