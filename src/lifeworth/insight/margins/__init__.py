"""Where does profit go?

Comes in: the ledger's orders, lines, events and customers, segments, newcomers, the settings. Goes out: the waterfall of every
group (``margins_waterfall``), where a cost is higher than comparable customers cause (``margins_leaks``, everything tested in
``margins_tested``), who loses money (``margins_loss_makers``, ``margins_loss_groups``) and what a lever would change
(``margins_what_if``). Start with ``build.py``.
"""

from lifeworth.insight.margins.build import build
from lifeworth.insight.margins.tables import TABLES

__all__ = ["TABLES", "build"]
