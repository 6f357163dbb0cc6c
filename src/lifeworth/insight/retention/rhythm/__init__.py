"""How often does each customer come, how regularly, and is this silence long for them?

Comes in: purchase days of an even sample of customers. Goes out: a :class:`Rhythm` (the base's regularity, how customers'
rates differ, how they leave) and functions that ask it of everybody's own history. Start with ``learn.py``; ``gaps.py``
holds the distribution of the next gap, ``held.py`` what past waits say of it.
"""

from lifeworth.insight.retention.rhythm.days import Days, Histories, read_days
from lifeworth.insight.retention.rhythm.learn import learn_rhythm
from lifeworth.insight.retention.rhythm.leaving import Rhythm

__all__ = ["Days", "Histories", "Rhythm", "learn_rhythm", "read_days"]
