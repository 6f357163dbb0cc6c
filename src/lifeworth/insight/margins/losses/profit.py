"""Profit of every row of the year with all that followed it, and the costs it is made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.margins.leaks.facts import Facts

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Profit:
    """One entry per row of the facts: what it earned, its list price, and its costs by name."""

    amount: Floats
    list_price: Floats
    costs: dict[str, Floats]


def profit_of(facts: Facts) -> Profit:
    """Profit before winning customers (level 2b); what follows the latest orders later is reckoned from how it did before."""
    money = facts.money
    costs = {
        "goods": money["goods"],
        "discounts": money["taken_off"],
        "shipping": money["shipping_cost"] - money["shipping_charged"],
        "payment fees": money["payment_fee"],
        "fulfilment": money["fulfilment"],
        "commission": money["commission"],
        "returns": money["returns"] * _to_come(facts, "returns"),
        "service": money["service"] * _to_come(facts, "service"),
        "communications": money["contact"] * _to_come(facts, "communications"),
    }
    amount = money["list_price"] - np.sum(list(costs.values()), axis=0)
    return Profit(amount, money["list_price"], costs)


def _to_come(facts: Facts, what: str) -> float:
    """By how much what was seen grows until all of it has happened."""
    seen = float((facts.part * facts.seen[what]).sum())
    return float(facts.part.sum()) / seen if seen > 0 else 1.0
