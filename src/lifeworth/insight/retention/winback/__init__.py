"""Whom is it worth writing to, and what should it bring?

Comes in: everybody's history, the base's rhythm, what a contact costs and does. Goes out: the chance that somebody comes
anyway, what they bring if they return, the gain of writing, and the best choice for a budget. Start with ``gain.py``.
"""

from lifeworth.insight.retention.winback.effect import Effect, assumed_effect
from lifeworth.insight.retention.winback.gain import Gains, weigh_contacts

__all__ = ["Effect", "Gains", "assumed_effect", "weigh_contacts"]
