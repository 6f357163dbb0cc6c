"""What do comparable customers buy that this one does not, and what would it bring?

Comes in: lines with categories, orders and events of the ledger, everybody's rhythm. Goes out: ``retention_offers`` and
``retention_offer_list``. Start with ``build.py``; ``goods.py`` says what each line brought, ``standing.py`` who is comparable,
``chances.py`` how many took something up, ``brings.py`` what that brought.
"""

from lifeworth.insight.retention.offers.build import Promise, write_offers

__all__ = ["Promise", "write_offers"]
