"""Money: what every order, customer and purchase day earned.

Comes in: the ``sources_*`` tables and the company's cost rules. Goes out: the ``ledger_*`` tables and
purchase histories. Costs are actual, ruled, allocated or missing, and every figure says which.
Start with ``books.py`` (all that does not depend on a day), then ``closing.py`` (all that does).
"""

from lifeworth.ledger.books import keep_books
from lifeworth.ledger.closing import close_books
from lifeworth.ledger.excerpt import WHOLE, Books, copy_part, drop_part
from lifeworth.ledger.facts import LedgerFacts
from lifeworth.ledger.histories import histories
from lifeworth.ledger.tracking import last_day, weekly_repeat_purchases

__all__ = [
    "WHOLE",
    "Books",
    "LedgerFacts",
    "close_books",
    "copy_part",
    "drop_part",
    "histories",
    "keep_books",
    "last_day",
    "weekly_repeat_purchases",
]
