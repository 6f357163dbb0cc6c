"""Held against what happened: every method at several past days, and the choice that follows from it.

Comes in: ledger tables. Goes out: the ``backtest_`` tables, a :class:`Choice` and what it says of today's customers.
Start with ``proof.py``, which goes through it in order: ``plan.py`` (which days), ``trials.py`` (every day blind),
``choice.py`` (what is used), ``grading.py`` (how it did), ``ahead.py`` (today). ``measures.py`` defines every figure.
"""

from lifeworth.backtest.ahead import Ahead, look_ahead
from lifeworth.backtest.choice import Choice
from lifeworth.backtest.proof import Proof, adopt, prove
from lifeworth.backtest.trials import Eyes

__all__ = ["Ahead", "Choice", "Eyes", "Proof", "adopt", "look_ahead", "prove"]
