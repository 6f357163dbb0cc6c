"""Who is comparable: customers of one tier and one rhythm on a day.

A tier goes down the list by money spent in the 365 days before: the first half of it is core, the next three tenths solid,
the rest small; who spent nothing stands nowhere. The rhythm is one purchase, within the own usual gap, or past it.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.retention.rhythm import Rhythm
from lifeworth.insight.retention.rhythm.gaps import overdue
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TIERS = ("core", "solid", "small")
RHYTHMS = ("one purchase", "within rhythm", "past the usual gap")
GROUPS = tuple((tier, rhythm) for tier in TIERS for rhythm in RHYTHMS)
NOWHERE = -1
YEAR = 365
_CORE, _SOLID = 0.5, 0.8

_STOOD = """
SELECT a.customer_key, a.is_sampled, count(DISTINCT o.day) AS days, max(o.day) - min(o.day) AS t_x,
       {cut} - max(o.day) AS silence,
       coalesce(sum(CAST(o.spent AS DECIMAL(38, 4))) FILTER (o.day >= {cut} - {year}), 0) AS spent
FROM retention_asked a JOIN retention_orders o ON o.customer_key = a.customer_key AND o.day < {cut}
GROUP BY ALL ORDER BY a.customer_key"""


@dataclass(frozen=True)
class Standing:
    """Customers known on a day, one entry each: key, whether of the even sample, and the group (a place in GROUPS, or nowhere).

    ``edges`` is the least money of a core and of a solid customer.
    """

    key: Ints
    sampled: NDArray[np.bool_]
    group: Ints
    edges: tuple[float, float]


def stand(engine: Engine, rhythm: Rhythm, cut: date) -> Standing:
    """Everybody asked, as they stood on a day; the tiers are those of the even sample."""
    found = engine.arrays(_STOOD.format(cut=day(cut), year=YEAR))
    plain = {name: np.asarray(np.ma.filled(found[name], 0), dtype=np.float64) for name in found}
    sampled = plain["is_sampled"] > 0
    spent = plain["spent"]
    edges = tier_edges(spent[sampled])
    tier = tier_of(spent, edges)
    x = plain["days"] - 1.0
    late = overdue(rhythm, x, plain["t_x"], plain["silence"]) >= 0.5
    place = np.where(x == 0, 0, np.where(late, 2, 1))
    group = np.where(spent > 0, 3 * tier + place, NOWHERE)
    return Standing(plain["customer_key"].astype(np.int64), sampled, group.astype(np.int64), edges)


def tier_of(spent: Floats, edges: tuple[float, float]) -> Ints:
    """The tier of each customer, a place in TIERS."""
    return np.where(spent >= edges[0], 0, np.where(spent >= edges[1], 1, 2)).astype(np.int64)


def tier_edges(spent: Floats) -> tuple[float, float]:
    """The least money of a core and of a solid customer."""
    paying = np.sort(spent[spent > 0])[::-1]
    if len(paying) == 0:
        return np.inf, np.inf
    above = np.concatenate([[0.0], np.cumsum(paying)[:-1]]) / paying.sum()
    return float(paying[above < _CORE][-1]), float(paying[above < _SOLID][-1])
