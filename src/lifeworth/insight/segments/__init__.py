"""Who is worth what, and who moved since the last run?

Comes in: ``insight_customers``, the days of the ledger, the last published run. Goes out: every customer's segment in
four schemes (``segments_customers``), what each segment is worth (``segments_groups``), the grid of recency, frequency and
money (``segments_rfm``), moves (``segments_moves``) and the company's own segments (``segments_own``). Start with ``build.py``.
"""

from lifeworth.insight.segments.build import build
from lifeworth.insight.segments.condition import ConditionError
from lifeworth.insight.segments.own import read_conditions
from lifeworth.insight.segments.tables import TABLES

__all__ = ["TABLES", "ConditionError", "build", "read_conditions"]
