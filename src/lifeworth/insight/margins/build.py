"""Where profit goes, from the ledger up."""

from lifeworth.insight.ground import Frame
from lifeworth.insight.margins.after_sale import drop_after_sale, write_after_sale
from lifeworth.insight.margins.leaks import write_leaks
from lifeworth.insight.margins.leaks.facts import look_at_year
from lifeworth.insight.margins.losses import write_losses
from lifeworth.insight.margins.waterfalls import write_waterfalls
from lifeworth.insight.margins.what_if import write_what_if
from lifeworth.store.engine import Engine


def build(engine: Engine, frame: Frame) -> None:
    """Fill the ``margins_`` tables."""
    one_in = write_after_sale(engine, frame.as_of)
    write_waterfalls(engine, frame, one_in)
    year = look_at_year(engine, frame.as_of, frame.first_day, one_in)
    if len(year):
        write_leaks(engine, frame, year)
    write_losses(engine, frame, year)
    write_what_if(engine, frame)
    drop_after_sale(engine)
