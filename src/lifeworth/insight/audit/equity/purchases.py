"""How purchases fade: BG/NBD (Fader, Hardie and Lee 2005) learned from the customers of today, and their curve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.maths.unique_rows import unique_rows
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

MOST_LEARNED, MOST_FOLLOWED = 30_000, 8_000
FEWEST = 30
# Where nobody has come back yet nothing says how purchases fade: half of what is left is taken to come within eight months.
PLAIN_DAYS = 365.0

_PEOPLE = """
WITH numbered AS (
  SELECT frequency, recency_days, T_days, revenue_mean, value_mean, row_number() OVER (ORDER BY customer_id) AS place
  FROM insight_customers)
SELECT * EXCLUDE (place) FROM numbered WHERE place % greatest((SELECT count(*) FROM insight_customers) // {most}, 1) = 0
ORDER BY place"""


@dataclass(frozen=True)
class Purchases:
    """The model, or none where too little is known, and an even sample of customers.

    Attributes
    ----------
    x, t_x, T : (customers,) floats
    revenue, value : (customers,) floats
        Expected by the run over its horizon.
    """

    model: BGNBD | None
    x: Floats
    t_x: Floats
    T: Floats
    revenue: Floats
    value: Floats

    def expected(self, days: float) -> Floats:
        """Expected purchases of each customer in the next so many days."""
        if self.model is None:
            return np.full(len(self.x), 1.0 - np.exp(-days / PLAIN_DAYS))
        return np.asarray(self.model.expected_purchases(days, self.x, self.t_x, self.T))

    def for_newcomer(self, days: Floats) -> Floats:
        """Repeat purchases a newcomer is expected to make by each age in days."""
        if self.model is None:
            return np.asarray(1.0 - np.exp(-days / PLAIN_DAYS))
        return np.asarray(self.model.expected_for_new_customer(days))


def learn_purchases(engine: Engine) -> Purchases:
    """Learn from at most 30,000 customers; follow at most 8,000 of them."""
    found = engine.arrays(_PEOPLE.format(most=MOST_LEARNED))
    columns = {name: np.ma.filled(values, 0).astype(np.float64) for name, values in found.items()}
    x, t_x, age = (columns[name] for name in ("frequency", "recency_days", "T_days"))
    model = fit_model(x, t_x, age)
    every = max(len(x) // MOST_FOLLOWED, 1)
    some = slice(None, None, every)
    return Purchases(model, x[some], t_x[some], age[some], columns["revenue_mean"][some], columns["value_mean"][some])


def fit_model(x: Floats, t_x: Floats, age: Floats) -> BGNBD | None:
    """The model of these histories; none where too few are known, nobody came back, or it did not settle."""
    if len(x) < FEWEST or not x.any():
        return None
    rows = unique_rows(x, t_x, age)
    counts, last, seen = (column.values[column.codes] for column in rows.columns)
    model = BGNBD().fit(counts, last, seen, weights=rows.weight)
    return model if model.converged_ else None
