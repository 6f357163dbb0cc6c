"""The same comparison within the same customers: what of this category comes back, and what of its peers, bought by one person.

Customers who send much back buy other things than those who do not. With a customer's exposure and cost of the category (E_a, C_a) and of
its peers (E_b, C_b), the Mantel-Haenszel difference of rates over customers is

    Σ (C_a E_b − C_b E_a) / (E_a + E_b)  /  Σ E_a E_b / (E_a + E_b)

(Greenland and Robins 1985): customers who bought only one of both do not count. Dear and cheap goods are held apart.
"""

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.margins.leaks.candidates import Candidate
from lifeworth.insight.margins.leaks.comparing import Excess
from lifeworth.insight.margins.leaks.dense import each_once
from lifeworth.insight.margins.leaks.facts import Facts
from lifeworth.insight.margins.leaks.lines import BANDS
from lifeworth.insight.margins.leaks.measure import Measure

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def within_customers(facts: Facts, measured: Measure, one: Candidate, rows: Bools) -> Excess | None:
    """Excess of a category by customers who bought both it and its peers; none where fewer than ten did."""
    category = facts.group[one.group.dimension]
    own, peers = rows & (category == one.group.code), rows & np.isin(category, one.peers)
    stratum = facts.person * 2 + (facts.price >= BANDS // 2)
    size = facts.people * 2

    def by_person(amount: Floats, chosen: Bools) -> Floats:
        return np.bincount(stratum[chosen], weights=amount[chosen], minlength=size).astype(np.float64)

    exposure_a, exposure_b = by_person(measured.seen, own), by_person(measured.seen, peers)
    both = np.flatnonzero((exposure_a > 0) & (exposure_b > 0))
    if len(each_once(both // 2)) < FEWEST:
        return None
    exposure_a, exposure_b = exposure_a[both], exposure_b[both]
    cost_a, cost_b = by_person(measured.amount, own)[both], by_person(measured.amount, peers)[both]
    whole = exposure_a + exposure_b
    above, below = (cost_a * exposure_b - cost_b * exposure_a) / whole, exposure_a * exposure_b / whole
    weight = exposure_b / whole
    dealt = (both // 2) % facts.dealings
    differences = _without_each(above, dealt, facts.dealings) / _without_each(below, dealt, facts.dealings)
    groups = facts.dealings
    again = differences[1:]
    error = float(np.sqrt((groups - 1) / groups * ((again - again.mean()) ** 2).sum()))
    rate = float((cost_a * weight).sum() / below.sum())
    people = len(each_once(both // 2))
    return Excess(float(differences[0]), error, float(min(groups, people) - 1), rate, rate - float(differences[0]))


def _without_each(amount: Floats, dealt: NDArray[np.int64], groups: int) -> Floats:
    parts = np.bincount(dealt, weights=amount, minlength=groups)
    return np.concatenate([[parts.sum()], parts.sum() - parts])
