"""The segments of a run, from the customers up."""

from lifeworth.insight.ground import Frame
from lifeworth.insight.segments.groups import write_grid, write_groups
from lifeworth.insight.segments.moves import write_moves
from lifeworth.insight.segments.own import write_own
from lifeworth.insight.segments.parting import part
from lifeworth.insight.segments.showing import shown_groups
from lifeworth.store.engine import Engine


def build(engine: Engine, frame: Frame) -> None:
    """Fill the ``segments_`` tables."""
    part(engine, frame)
    shown = shown_groups(engine)
    write_groups(engine, frame, shown)
    write_grid(engine, shown)
    write_moves(engine, frame)
    write_own(engine, frame, shown)
