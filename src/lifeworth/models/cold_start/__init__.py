"""What somebody is worth before their history can say: on the day of the first order, and as a lead before it.

Comes in: earlier newcomers counted by what was known of them on their first day, and what they brought since. Goes
out: what the next ones may bring, drawn to the base where few were seen. Start with ``newcomer.py``;
``effects.py`` is the shrinkage, ``lead.py`` values a lead, ``handover.py`` lets the customer's own history take over.
"""

from lifeworth.models.cold_start.cells import Cells
from lifeworth.models.cold_start.effects import Effects, Link, shrink
from lifeworth.models.cold_start.handover import Handover, learn_handover
from lifeworth.models.cold_start.lead import LeadModel, lead_value
from lifeworth.models.cold_start.newcomer import Carry, DayZero, Expected, drift, learn_day_zero

__all__ = [
    "Carry",
    "Cells",
    "DayZero",
    "Effects",
    "Expected",
    "Handover",
    "LeadModel",
    "Link",
    "drift",
    "lead_value",
    "learn_day_zero",
    "learn_handover",
    "shrink",
]
