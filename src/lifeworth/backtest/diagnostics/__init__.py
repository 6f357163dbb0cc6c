"""Do the purchase and spend models fit this company? Six questions to its own transactions.

Comes in: ``ledger_days``, a table of histories and the forecaster fitted on it. Goes out: ``backtest_diagnostics``.
Start with ``diagnose.py``; each other file is one question (season, pace, regularity, segments, leaving, prices) or
one thing they share: ``sample.py`` (the customers asked), ``between.py`` (days between first and last purchase),
``simulated.py`` (the fitted model's own customers), ``judge.py`` (when a finding becomes a warning).
"""

from lifeworth.backtest.diagnostics.diagnose import diagnose
from lifeworth.backtest.diagnostics.finding import Finding

__all__ = ["Finding", "diagnose"]
