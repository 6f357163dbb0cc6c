"""Subscriptions that bring money without a list of orders: their bills, as orders.

In: ``sources_subscriptions`` and every other loaded table. Out: orders and order lines, and a :class:`Billing` that says
what was done. Start at ``bill.py``; ``terms.py`` says what a subscription bills and when, ``deciding.py`` whether it is
asked to, ``days.py`` up to which day, ``words.py`` what is said of it.
"""

from lifeworth.sources.billing.bill import bill
from lifeworth.sources.billing.billing import Billing
from lifeworth.sources.billing.days import known_until
from lifeworth.sources.billing.terms import ARE_BILLS, TERMS
from lifeworth.sources.billing.words import sentences, why_no_bills

__all__ = ["ARE_BILLS", "TERMS", "Billing", "bill", "known_until", "sentences", "why_no_bills"]
