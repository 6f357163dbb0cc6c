"""Whom is it worth writing to, when, with what, and how much hangs on it?

Comes in: the ``retention_`` tables and ``values_customers``. Goes out: :class:`Retention`. Start with ``gather.py``; the parts are
what is at risk (``risk.py``), whom to win back (``winback.py``), when to remind and what to offer (``next_steps.py``), and recurring
revenue (``recurring.py``).
"""

from lifeworth.answers.retention.gather import Retention, retention

__all__ = ["Retention", "retention"]
