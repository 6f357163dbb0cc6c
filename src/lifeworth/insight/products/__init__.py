"""Which products bring lasting profit?

Comes in: order lines, refunds and the ledger's orders, days and events; ``insight_customers``. Goes out: what each product sold,
cost and earned (``products_sales``), which first purchases begin more (``_gateways``), what goes together and what to offer next (``_pairs``,
``_next_proof``, ``_offers``), how baskets change (``_baskets``, ``_trends``, ``_returning``). Start with ``build.py``.
"""

from lifeworth.insight.products.build import build
from lifeworth.insight.products.tables import TABLES

__all__ = ["TABLES", "build"]
