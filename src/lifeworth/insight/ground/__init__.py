"""What every room of insight stands on: who the customers are, in one table, and how a group is summed and hidden.

Comes in: ``values_stated``, the customer list, what each customer cost to win. Goes out: ``insight_customers``.
Start with ``customers.py``; ``sums.py`` gives the range of a group, ``grids.py`` says which cells of a table with rows and columns
are too small to show, or would give one away; ``lifeworth.maths.small_cells`` says it of a row.
"""

from lifeworth.insight.ground.customers import GROUND, lay_ground
from lifeworth.insight.ground.frame import Frame
from lifeworth.insight.ground.grids import hide_grid
from lifeworth.insight.ground.sums import Worth, group_range, worth_columns, worth_of
from lifeworth.insight.ground.write import create, fill
from lifeworth.maths.small_cells import FEWEST, hide, too_small

__all__ = [
    "FEWEST",
    "GROUND",
    "Frame",
    "Worth",
    "create",
    "fill",
    "group_range",
    "hide",
    "hide_grid",
    "lay_ground",
    "too_small",
    "worth_columns",
    "worth_of",
]
