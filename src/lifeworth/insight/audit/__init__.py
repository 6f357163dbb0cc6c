"""How healthy is the customer base, and what is it worth with the customers still to come?

Comes in: ``insight_customers``, the days and events of the ledger, the run's newcomers, spend, the setting ``valuation``. Goes out: the five
lenses (``audit_verdict`` with its reasons and the tables behind them), newcomers to come (``audit_newcomers``), customer equity
(``audit_equity``), the revenue to come (``audit_forecast``, ``audit_past``), the value of the company (``audit_valuation``). Start with ``build.py``.
"""

from lifeworth.insight.audit.build import build
from lifeworth.insight.audit.tables import TABLES

__all__ = ["TABLES", "build"]
