"""What is known of each customer on a day, and whether any of it knows the future.

Comes in: the ``ledger_*`` and ``sources_*`` tables and a cut. Goes out: one table with a row per customer, the
columns that the company's data allow, and the names of columns that leak. Nothing on the cut or later is read.
Start with ``build.py`` (the table), then ``registry.py`` (every feature), then ``leaks.py``.
"""

from lifeworth.features.build import available, build
from lifeworth.features.feature import Feature
from lifeworth.features.leaks import Leak, find_leaks
from lifeworth.features.plan import Plan, plan
from lifeworth.features.registry import FEATURES, describe

__all__ = ["FEATURES", "Feature", "Leak", "Plan", "available", "build", "describe", "find_leaks", "plan"]
