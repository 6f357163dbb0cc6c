"""What a newcomer is worth on the day of the first order, by channel, country, first category and the like.

Reckoned from customers whose first stretch has finished: the money of their first purchase day (with what came back
of it) and of everything after it, as the ledger has it. Differences between groups are drawn to the base as far as
chance could have made them (``models/cold_start``). Writes ``values_newcomers``.
Read ``valuing.py`` first, then in the order of the data: ``born.py``, ``money.py``, ``rows.py``, ``groups.py``,
``seen.py``, ``telling.py``, ``words.py``.
"""

from lifeworth.values.newcomers.seen import Seen, carry_from, look_at
from lifeworth.values.newcomers.telling import ALL, Newcomer
from lifeworth.values.newcomers.valuing import lead_model, newcomers

__all__ = ["ALL", "Newcomer", "Seen", "carry_from", "lead_model", "look_at", "newcomers"]
