"""How many repeat purchases a newcomer makes at ages nobody has reached yet, by the purchase model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.acquisition.ages import Sums
from lifeworth.maths.unique_rows import unique_rows
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

MOST_ASKED = 30_000
FEWEST_ASKED = 100
MOST_DOUBT = 1.0

_HISTORIES = """
SELECT frequency, recency_days, T_days FROM insight_customers c
JOIN (SELECT customer_id, row_number() OVER (ORDER BY customer_id) AS place, count(*) OVER () AS people
      FROM acquisition_won WHERE is_new) w USING (customer_id)
WHERE place % greatest(people // {most}, 1) = 0 ORDER BY place"""


@dataclass(frozen=True)
class Onward:
    """Expected repeat purchases by step of age: (steps,) floats, and how far off they may be in relation."""

    orders: Floats
    spread: float


def look_onward(engine: Engine, sums: Sums, reach: int) -> Onward | None:
    """A new customer's expected repeat purchases by BG/NBD (Fader, Hardie and Lee 2005), learned from at most 30,000 customers.

    Its doubt is how far the same curve misses when it is led from the first half of what was seen to all of it, a doubling of
    age at a time. None where fewer than 100 customers are there to learn from, nobody came back, or no month was seen.

    Parameters
    ----------
    sums : Sums
        The base as one group.
    reach : int
        Steps that were seen.
    """
    found = engine.arrays(_HISTORIES.format(most=MOST_ASKED))
    x, t_x, age = (np.ma.filled(found[name], 0).astype(np.float64) for name in ("frequency", "recency_days", "T_days"))
    if reach < 2 or len(x) < FEWEST_ASKED or not x.any():
        return None
    rows = unique_rows(x, t_x, age)
    x, t_x, age = (column.values[column.codes] for column in rows.columns)
    model = BGNBD().fit(x, t_x, age, weights=rows.weight)
    if not model.converged_:
        return None
    upto = np.asarray(model.expected_for_new_customer(np.maximum(sums.edges - 1, 0).astype(np.float64)))
    return Onward(np.diff(upto), _doubt(sums, np.diff(upto), reach))


def _doubt(sums: Sums, orders: Floats, reach: int) -> float:
    people = sums.customers[0].sum(axis=0)
    came = np.divide(sums.orders[0].sum(axis=0), people, out=np.zeros(len(people)), where=people > 0)
    half = int(np.searchsorted(sums.edges, sums.edges[reach] / 2, side="right")) - 1
    early, later = slice(1, max(half, 2)), slice(1, reach)
    parts = [came[early].sum(), came[later].sum(), orders[early].sum(), orders[later].sum()]
    doublings = float(np.log2(max(sums.edges[-1] / sums.edges[reach], 1.0)))
    missed = abs(float(np.log(parts[1] / parts[0] * parts[2] / parts[3]))) if min(parts) > 0 else 1.0
    return min(missed * doublings, MOST_DOUBT)
