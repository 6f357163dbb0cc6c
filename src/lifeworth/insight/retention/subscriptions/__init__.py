"""How did recurring revenue move, and how much of a year-old base is left?

Comes in: ``sources_subscriptions``. Goes out: ``retention_mrr`` and ``retention_nrr``. Start with ``levels.py``: what each
customer pays from which month on, all their subscriptions together.
"""

from lifeworth.insight.ground import Frame
from lifeworth.insight.retention.subscriptions.bridge import write_bridge
from lifeworth.insight.retention.subscriptions.kept import write_kept
from lifeworth.insight.retention.subscriptions.levels import drop_levels, write_levels
from lifeworth.store.engine import Engine


def write_subscriptions(engine: Engine, frame: Frame) -> None:
    """Fill the two tables; they stay empty where there are no subscriptions."""
    if write_levels(engine, frame):
        write_bridge(engine, frame)
        write_kept(engine, frame)
    drop_levels(engine)


__all__ = ["write_subscriptions"]
