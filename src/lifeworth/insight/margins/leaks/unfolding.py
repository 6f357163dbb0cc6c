"""How much of what follows an order has been seen by now: the latest orders' returns are still to come.

The share seen by age is the empirical distribution of delays of orders old enough to have had their time (the chain ladder's
factors, Mack 1993, with one day as the step).
"""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

SETTLED_DAYS, LOOKED_AT_DAYS, FEWEST = 180, 730, 50

_DELAYS = """
SELECT least(greatest(happened_on - order_day, 0), {longest}) AS delay, count(*) AS events FROM ledger_events
WHERE kind IN ({kinds}) AND order_day >= {begin} AND order_day < {end} AND happened_on < {as_of} AND customer_id IS NOT NULL
GROUP BY 1 ORDER BY 1"""


def seen_by_age(engine: Engine, kinds: tuple[str, ...], as_of: date, longest: int) -> Floats:
    """Share of an order's later events that has happened once the order is 0, 1, 2 … ``longest`` days old.

    One throughout where fewer than fifty events of settled orders are known.
    """
    end = as_of - timedelta(days=SETTLED_DAYS)
    sql = _DELAYS.format(
        longest=longest,
        kinds=", ".join(f"'{kind}'" for kind in kinds),
        begin=day(end - timedelta(days=LOOKED_AT_DAYS)),
        end=day(end),
        as_of=day(as_of),
    )
    counts = np.zeros(longest + 1)
    for delay, events in engine.rows(sql):
        counts[int(delay)] = float(events)
    total = counts.sum()
    return np.cumsum(counts) / total if total >= FEWEST else np.ones(longest + 1)
