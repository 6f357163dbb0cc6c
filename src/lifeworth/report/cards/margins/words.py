"""How groups of orders, goods and customers are spoken of."""

import re

from lifeworth.report.card import Cell, Name
from lifeworth.report.numbers import Money
from lifeworth.report.words import sentence, shorten

_LONGEST = 44


def group_words(names: tuple[tuple[str, str], ...], money: Money) -> str:
    """Whose money it is: Cups and glasses ordered through marketplace."""
    goods = [name for dimension, name in names if dimension == "category"]
    how = [_how(dimension, name, money) for dimension, name in names if dimension != "category"]
    if not goods:
        return " ".join(["orders", *how])
    return " ".join([*goods, "ordered", *how]) if how else goods[0]


def _how(dimension: str, name: str, money: Money) -> str:
    match dimension:
        case "channel":
            return f"through {name}"
        case "country":
            return f"from {name}"
        case "payment":
            return f"paid by {name}"
        case "coupon":
            return f"with the coupon {name}"
        case "first channel":
            return f"of customers won through {name}"
        case "delivery":
            return "with free delivery" if name == "free" else "with delivery charged"
        case "order size":
            amounts = re.sub(r"[\d,]+\.\d\d", lambda found: money.exact(float(found[0].replace(",", ""))), name)
            return f"worth {amounts}"
        case other:
            return f"with {other} {name}"


def group_cell(names: tuple[tuple[str, str], ...], money: Money) -> Cell:
    """The same for a table cell."""
    full = sentence(group_words(names, money))
    return Name(shorten(full, _LONGEST), full)
