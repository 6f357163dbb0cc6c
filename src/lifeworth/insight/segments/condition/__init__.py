"""Conditions a person writes, such as ``country = 'DE' and value_mean > 100``: read, checked, and turned into SQL.

Comes in: a text and the columns it may speak of. Goes out: SQL in which every name comes from that list and every value
is a literal of ours; nothing the person wrote reaches the engine as it stands. Start with ``parse.py``.
"""

from lifeworth.insight.segments.condition.columns import Known, known_columns
from lifeworth.insight.segments.condition.parse import parse
from lifeworth.insight.segments.condition.words import ConditionError

__all__ = ["ConditionError", "Known", "known_columns", "parse"]
