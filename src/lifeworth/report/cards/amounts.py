"""Amounts and names inside sentences of other rooms, written as the rest of the page writes them."""

import re

from lifeworth.report.numbers import MINUS, Money
from lifeworth.report.words import shorten

_LEAST = 20


def in_currency(text: str, money: Money) -> str:
    """Amounts that end in the currency code begin with its sign instead.

    Examples
    --------
    >>> in_currency("large orders: about 1,247 USD", Money("USD"))
    'large orders: about $1,247'
    """
    if not money.currency:
        return text
    amount = rf"(?<![\w.,])([-{MINUS}]?)(\d[\d,]*(?:\.\d+)?)\s{re.escape(money.currency)}\b"
    return re.sub(amount, lambda found: f"{MINUS if found[1] else ''}{money.before}{found[2]}", text)


def labelled(before: str, name: str, most: int) -> str:
    """A name behind its kind, only the name shortened: product: Fellowes PB500…with Manual Bind."""
    return f"{before}: {shorten(name, max(most - len(before) - 2, _LEAST))}"
