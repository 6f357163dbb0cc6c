"""Is the last prediction still to be believed: what matured, what drifted, what moved, and may it be published.

Comes in: the ledger and customer table of this run, the published version before it, and kept predictions.
Goes out: ``monitoring_matured``, ``_cusum``, ``_stability``, ``_bridge``, ``_gates`` and a verdict: ok, watch or held.
Start with ``checks.py``, which goes through the checks in order; each check is a file of its own.
"""

from lifeworth.monitoring.champion import Decision, compare
from lifeworth.monitoring.checks import Now, watch
from lifeworth.monitoring.verdict import Verdict
from lifeworth.monitoring.weeks import weekly_spread

__all__ = ["Decision", "Now", "Verdict", "compare", "watch", "weekly_spread"]
