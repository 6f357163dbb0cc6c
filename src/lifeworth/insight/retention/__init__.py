"""Whom is it worth writing to, when, with what, and how much hangs on it?

Comes in: ``insight_customers``, ``segments_customers``, the days, lines and events of the ledger, ``sources_subscriptions``, and
what experiments measured. Goes out: who is overdue against their own rhythm (``retention_customers``), the value at risk, whom to
win back and for which budget, when to remind, what to offer, and how recurring revenue moved. Start with ``build.py``.
"""

from lifeworth.insight.retention.build import build
from lifeworth.insight.retention.tables import TABLES

__all__ = ["TABLES", "build"]
