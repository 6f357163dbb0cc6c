"""What did a treatment change, in profit, and for whom is it worth it?

Comes in: ``sources_experiments``, the ledger, ``insight_customers``. Goes out: what every arm brought against its control
(``experiments_results``), whether it may be believed (``experiments_checks``), for whom it worked (``experiments_groups``,
``experiments_uplift``, ``experiments_fifths``, ``experiments_targets``), and what the next one needs
(``experiments_windows``, ``experiments_customers``). Start with ``build.py``.
"""

from lifeworth.insight.experiments.build import build
from lifeworth.insight.experiments.tables import TABLES

__all__ = ["TABLES", "build"]
