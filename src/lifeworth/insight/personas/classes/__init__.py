"""Groups of people who are alike: a mixture of categoricals, as many groups as come back in other halves of the base.

Comes in: one level per person and column. Goes out: classes with their chances, or none. Start with ``choice.py``;
``mixture.py`` fits (Lazarsfeld and Henry 1968), ``halves.py`` measures stability.
"""

from lifeworth.insight.personas.classes.choice import Choice, Tried, choose, settle
from lifeworth.insight.personas.classes.mixture import Classes

__all__ = ["Choice", "Classes", "Tried", "choose", "settle"]
