"""What is known of customers: every column read, cut into a few levels, or left out with a reason.

Comes in: ``insight_customers``, the company's own columns, options chosen in surveys. Goes out: candidates with a level
per customer, and what was left out and why. Start with ``read.py``.
"""

from lifeworth.insight.personas.attributes.columns import Column, texts_sql
from lifeworth.insight.personas.attributes.levels import Levels
from lifeworth.insight.personas.attributes.read import Attribute, LeftOut, Reading, read

__all__ = ["Attribute", "Column", "LeftOut", "Levels", "Reading", "read", "texts_sql"]
