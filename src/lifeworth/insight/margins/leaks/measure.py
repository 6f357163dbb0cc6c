"""What a cost is measured by, row by row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.margins.leaks import costs
from lifeworth.insight.margins.leaks.costs import AN_ORDER, OF_LIST, Cost
from lifeworth.insight.margins.leaks.facts import SIZES, Facts

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Measure:
    """A cost of every row and what it is held against.

    Attributes
    ----------
    rows : (n,) bools
        Rows whose cost is known.
    amount : (n,) floats
        The cost.
    usual : (n,) floats
        What an order of its size usually costs, where size alone makes the cost; comparables are held against what is beyond it.
    full, seen : (n,) floats
        Exposure, and the part of it whose cost could have happened by now.
    bears : (n,) bools
        Rows that bear the cost at all.
    recorded : bool
        Whether the cost is on record; one that a rule sets can only differ as the rule does.
    """

    rows: Bools
    amount: Floats
    usual: Floats
    full: Floats
    seen: Floats
    bears: Bools
    recorded: bool


def measure(facts: Facts, cost: Cost) -> Measure | None:
    """A cost as it was in the facts; none where there was none."""
    amount, rows, recorded = _amount(facts, cost)
    full = np.maximum(_exposure(facts, cost), 0.0)
    seen = full * facts.seen.get(cost.name, np.ones(len(facts)))
    bears = facts.came_back if cost is costs.RETURNS else np.abs(amount) > 0
    rows = rows & (seen > 0)
    if not (bears & rows).any():
        return None
    usual = usual_by_size(facts, amount, rows) if cost in (costs.SHIPPING, costs.FEES) else np.zeros(len(facts))
    return Measure(rows, amount, usual, full, seen, bears, recorded)


def usual_by_size(facts: Facts, amount: Floats, rows: Bools) -> Floats:
    """What a row's order usually costs by its size: a line by least squares in each twentieth of the orders, times the row's part.

    Parcels cost by weight: within a stratum of like orders one group's may still be the larger. What is beyond the usual cost
    of the size is compared, which takes that out (regression adjustment of matching; Abadie and Imbens 2011).
    """
    size = np.bincount(facts.order, weights=facts.money["list_price"])[facts.order]
    found = np.zeros(len(facts))
    weight = np.where(rows, facts.part, 0.0)
    rate = np.divide(amount, facts.part, out=np.zeros(len(facts)), where=facts.part > 0)
    for band in range(SIZES):
        here = facts.value == band
        w, x, y = weight[here], size[here], rate[here]
        if (whole := float(w.sum())) <= 0:
            continue
        middle, mean = float((w * x).sum()) / whole, float((w * y).sum()) / whole
        spread = float((w * (x - middle) ** 2).sum())
        slope = float((w * (x - middle) * (y - mean)).sum()) / spread if spread > 0 else 0.0
        found[here] = mean + slope * (x - middle)
    return found * facts.part


def _amount(facts: Facts, cost: Cost) -> tuple[Floats, Bools, bool]:
    money, everywhere = facts.money, np.ones(len(facts), dtype=np.bool_)
    if cost is costs.SHIPPING:
        known = facts.known["shipping"]
        return money["shipping_cost"] - money["shipping_charged"], known, bool(known.any())
    if cost is costs.FEES:
        known = facts.known["fee"]
        return money["payment_fee"], known if known.any() else everywhere, bool(known.any())
    name = {
        costs.RETURNS: "returns",
        costs.DISCOUNTS: "taken_off",
        costs.COMMISSION: "commission",
        costs.SERVICE: "service",
        costs.COMMUNICATIONS: "contact",
    }[cost]
    return money[name], everywhere, True


def _exposure(facts: Facts, cost: Cost) -> Floats:
    money = facts.money
    if cost.unit == AN_ORDER:
        return facts.part
    if cost.unit == OF_LIST:
        return money["list_price"]
    sold = money["list_price"] - money["taken_off"]
    return sold if cost is costs.RETURNS else sold + money["shipping_charged"]
