"""Does each euro spent on winning customers contribute?

Comes in: ``insight_customers``, the days and events of the ledger, acquisition cost, spend, the run's newcomers. Goes out: what
winning one cost (``acquisition_costs``), what one brings by age (``acquisition_curves``, ``_values``, ``_payback``), what one more
would cost (``_marginal``), whether a euro earns (``_verdicts``), all to the cent (``_spend``, ``_books``). Start with ``build.py``.
"""

from lifeworth.insight.acquisition.build import build
from lifeworth.insight.acquisition.tables import TABLES

__all__ = ["TABLES", "build"]
