"""Held against what happened: the forecast of a past day beside the days that followed.

Comes in: ledger tables. Goes out: ``backtest_proof`` (or ``backtest_absent``), ``backtest_league``,
``backtest_tracking`` and ``backtest_deciles``.
Start with ``proof.py``; ``measures.py`` defines every figure, ``rivals.py`` the simple methods to beat.
"""

from lifeworth.backtest.proof import Proof, prove

__all__ = ["Proof", "prove"]
