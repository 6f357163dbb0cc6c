"""The experiments of a run, from who was assigned to whom to treat next."""

from lifeworth.insight.experiments.design.people import write_customers
from lifeworth.insight.experiments.design.windows import write_windows
from lifeworth.insight.experiments.judging import judge
from lifeworth.insight.experiments.reading.assigned import assign_people
from lifeworth.insight.experiments.reading.blind import Blind
from lifeworth.insight.experiments.reading.reader import Reader
from lifeworth.insight.experiments.rows import write_judged
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine


def build(engine: Engine, frame: Frame) -> None:
    """Fill the ``experiments_`` tables."""
    experiments = assign_people(engine, frame)
    write_customers(engine, experiments)
    blind = Blind.prepare(engine, frame)
    if experiments:
        reader = Reader.prepare(blind, experiments)
        for experiment in experiments:
            write_judged(blind, judge(reader.read(experiment), frame))
        reader.close()
    write_windows(blind)
    blind.close()
