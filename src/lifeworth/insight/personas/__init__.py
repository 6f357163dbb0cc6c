"""What do our best customers have in common?

Comes in: ``insight_customers``, the company's own columns, surveys, first orders. Goes out: kinds of people worth more than the base
(``personas_profiles``, ``personas_customers``), what describes them, what they say, and what was left out and why. Start with ``build.py``.
"""

from lifeworth.insight.personas.build import build
from lifeworth.insight.personas.tables import TABLES

__all__ = ["TABLES", "build"]
