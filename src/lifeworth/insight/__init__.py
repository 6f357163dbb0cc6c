"""From a value to what to do: one room per question a company asks of its customers' worth.

Comes in: ``values_stated`` and the ``ledger_*`` and ``sources_*`` tables. Goes out: ``<room>_*`` tables, each described in
its room's ``tables.py``. Start with ``rooms.py``; ``ground/`` holds what all rooms stand on and no room imports another.
"""

from lifeworth.insight.ground import Frame
from lifeworth.insight.published import name_groups
from lifeworth.insight.rooms import TABLES, build

__all__ = ["TABLES", "Frame", "build", "name_groups"]
