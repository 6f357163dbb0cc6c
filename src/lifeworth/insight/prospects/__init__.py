"""Where are the next good customers?

Comes in: ``values_leads`` with the ``values_lead_`` tables, ``values_newcomers``, spend, consent. Goes out: open leads in the order of
their worth with reasons (``prospects_leads``), how well the chance did blind, what goes with being won and with money, what one more
lead or newcomer may cost (``prospects_ceilings``), and the seed for lookalike audiences (``prospects_seed``). Start with ``build.py``.
"""

from lifeworth.insight.prospects.build import build
from lifeworth.insight.prospects.tables import TABLES

__all__ = ["TABLES", "build"]
