"""The base as it stands, by how often and how lately customers bought: value, revenue, and the chance to come at all.

The chance is the share that came in the last stretch of the horizon's length: of all customers known at its beginning, who had then
bought as often and as lately as those of today. Small cells are drawn, with the weight of twenty customers, to what expected orders say,
which stand alone where the books do not reach back that far: purchases of somebody still there are negative binomial with the shape
of their own repeats and half a purchase, and nobody who comes brings more than an order and those of their own pace (half a purchase is added here, too).
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OFTEN, LATELY = (0, 1, 3), (91, 182, 365)
CLASSES, CELLS = len(LATELY) + 1, (len(OFTEN) + 1) * (len(LATELY) + 1)
DRAWN, FEWEST_KNOWN = 20.0, 100
OWN_HALF = 0.5

_SHAPE = f"(frequency + {OWN_HALF})"
_EXPECTED = f"""least(greatest(
  p_alive * (1 - pow(1 + orders_mean / (greatest(p_alive, 1e-6) * {_SHAPE}), -{_SHAPE})),
  orders_mean / (1 + {{horizon}} * {_SHAPE} / greatest(T_days, 1)::DOUBLE), 0), 1)"""

_BASE = f"""
SELECT {{cell}} AS cell, count(*)::DOUBLE AS customers, {{value}} AS value, {{revenue}} AS revenue, {{variance}} AS variance,
       avg(CAST({_EXPECTED} AS DECIMAL(18, 9)))::DOUBLE AS expected
FROM insight_customers GROUP BY 1 ORDER BY 1"""

_PAST = """
WITH known AS (
  SELECT customer_key, count(*) FILTER (day < {cut}) - 1 AS frequency, {cut} - max(day) FILTER (day < {cut}) AS days_since_last,
         bool_or(day >= {cut}) AS came
  FROM ledger_days WHERE day < {as_of} GROUP BY customer_key)
SELECT {cell} AS cell, count(*)::DOUBLE AS customers, (count(*) FILTER (came))::DOUBLE AS came
FROM known WHERE frequency >= 0 GROUP BY 1 ORDER BY 1"""


@dataclass(frozen=True)
class Base:
    """Sums over customers by cell: (cells,) each.

    Attributes
    ----------
    customers : floats
    value, variance : floats
        Expected value over the horizon, present value in the run's basis, and its variance by the customers' own chance.
    revenue : floats
        Expected net revenue over the horizon, as money of the day it comes.
    chance, doubt : floats
        Share that buys at all, and its relative standard error.
    seen : bool
        Whether the chance is that of the past.
    worth : float
        What one unit of revenue over the horizon is worth today, as if it came in the middle.
    """

    customers: Floats
    value: Floats
    variance: Floats
    revenue: Floats
    chance: Floats
    doubt: Floats
    seen: bool
    worth: float

    @property
    def come(self) -> Floats:
        """How many of each cell buy at all."""
        return self.customers * self.chance


def read_base(engine: Engine, frame: Frame) -> Base:
    """From ``insight_customers``, and for the chance from ``ledger_days``."""
    sums = {"value": "value_mean", "revenue": "revenue_mean", "variance": "value_sd * value_sd"}
    bounded = {
        name: f"sum(CAST(least(greatest({sql}, -1e20), 1e20) AS DECIMAL(38, 6)))::DOUBLE" for name, sql in sums.items()
    }
    rows = engine.records(_BASE.format(cell=_cell(), horizon=frame.horizon_days, **bounded))
    place = np.array([int(row["cell"]) for row in rows], dtype=np.int64)
    columns = {name: np.array([float(row[name] or 0) for row in rows]) for name in ("customers", *sums, "expected")}
    known, came = _past(engine, frame)
    seen = known.sum() >= FEWEST_KNOWN
    known, came = (known[place], came[place]) if seen else (np.zeros(len(rows)), np.zeros(len(rows)))
    chance = (came + DRAWN * columns["expected"]) / (known + DRAWN)
    return Base(
        columns["customers"],
        columns["value"],
        columns["variance"],
        columns["revenue"],
        chance,
        np.sqrt((1 - chance) / (np.maximum(chance, 1e-9) * (known + DRAWN))),
        bool(seen),
        float((1 + frame.discount) ** (-frame.horizon_days / 2 / 365)),
    )


def _cell() -> str:
    often = " ".join(f"WHEN frequency <= {most} THEN {place}" for place, most in enumerate(OFTEN))
    lately = " ".join(f"WHEN days_since_last <= {most} THEN {place}" for place, most in enumerate(LATELY))
    return f"(CASE {often} ELSE {len(OFTEN)} END) * {CLASSES} + (CASE {lately} ELSE {len(LATELY)} END)"


def _past(engine: Engine, frame: Frame) -> tuple[Floats, Floats]:
    """Customers known a horizon ago by cell, and how many of them came since."""
    cut = frame.as_of - timedelta(days=frame.horizon_days)
    known, came = np.zeros(CELLS), np.zeros(CELLS)
    for row in engine.records(_PAST.format(cell=_cell(), cut=day(cut), as_of=day(frame.as_of))):
        known[int(row["cell"])], came[int(row["cell"])] = float(row["customers"]), float(row["came"])
    return known, came
