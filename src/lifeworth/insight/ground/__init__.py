"""What every room of insight stands on: who the customers are, in one table, and how a group is summed and hidden.

Comes in: ``values_stated``, the customer list, what each customer cost to win. Goes out: ``insight_customers``.
Start with ``customers.py``; ``sums.py`` gives the range of a group, ``cells.py`` says which cells are too small to show.
"""

from lifeworth.insight.ground.cells import FEWEST, hide, too_small
from lifeworth.insight.ground.customers import lay_ground
from lifeworth.insight.ground.frame import Frame
from lifeworth.insight.ground.sums import Worth, group_range, worth_columns, worth_of
from lifeworth.insight.ground.write import create, fill

__all__ = [
    "FEWEST",
    "Frame",
    "Worth",
    "create",
    "fill",
    "group_range",
    "hide",
    "lay_ground",
    "too_small",
    "worth_columns",
    "worth_of",
]
