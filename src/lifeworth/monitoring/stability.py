"""Do today's customers look like last run's: population stability, with a test of whether chance would do as much.

PSI = sum over bins of (now - before) * log(now / before), on shares. Its limits 0.10 and 0.25 are a rule of thumb
that knows nothing of sample size (Yurdakul and Naranjo 2020, Journal of Risk Model Validation 14), so beside it
stands a permutation p-value, and an alarm needs both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lifeworth.monitoring.tables import insert
from lifeworth.store.engine import Engine

Counts = NDArray[np.int64]

WATCH, ALARM = 0.10, 0.25
BEYOND_CHANCE = 0.01
PERMUTATIONS = 199
BINS = 10
SAMPLE = 20_000
MOST_CATEGORIES = 50
FEWEST_CUSTOMERS = 20

MEASURES = (
    ("recency", "input", "CAST(days_since_last AS DOUBLE)", "days since the last order"),
    ("frequency", "input", "CAST(frequency AS DOUBLE)", "repeat purchase days"),
    ("money_per_order", "input", "CAST(past_revenue AS DOUBLE) / nullif(orders, 0)", "money per order"),
    ("orders", "input", "CAST(orders AS DOUBLE)", "orders per customer"),
    ("value_mean", "score", "value_mean", "value per customer"),
    ("p_alive", "score", "p_alive", "probability of still being a customer"),
)
CATEGORIES = (("channel", "channel of the first order"), ("country", "country of the first order"))

# The first orders are read from today's books for both runs: an earlier run's base is who had ordered by then.
_MIX = """
WITH first AS (
  SELECT customer_id, arg_min(COALESCE({column}, ''), (ordered_on, order_id)) AS label, min(ordered_on) AS day
  FROM ledger_orders WHERE ordered_on < $as_of AND customer_id IS NOT NULL AND {chosen} GROUP BY customer_id)
SELECT label, count(*) FILTER (day < $before), count(*) FROM first GROUP BY label ORDER BY 3 DESC, 1"""


@dataclass(frozen=True)
class Stability:
    """One measure in both runs."""

    measure: str
    kind: str
    before: int
    now: int
    psi: float
    p_value: float
    label: str

    @property
    def state(self) -> str:
        """``fine``, ``watch`` or ``alarm``; what chance may do is fine whatever its size."""
        if self.psi < WATCH or self.p_value > BEYOND_CHANCE:
            return "fine"
        return "alarm" if self.psi > ALARM else "watch"

    @property
    def said(self) -> str:
        """One sentence."""
        words = {"fine": "much as in the last run", "watch": "has shifted", "alarm": "is far from the last run"}
        chance = "" if self.psi < WATCH or self.p_value <= BEYOND_CHANCE else ", which chance can do in so small a base"
        return f"{self.label[0].upper()}{self.label[1:]}: {words[self.state]} (PSI {self.psi:.2f}{chance})."

    def row(self) -> list[object]:
        """As ``monitoring_stability`` holds it."""
        return [self.measure, self.kind, self.before, self.now, self.psi, self.p_value, self.state, self.said]


def psi(before: Counts, now: Counts) -> NDArray[np.float64]:
    """Population stability index of counts by bin; half a customer is added to every bin so that none is empty.

    Parameters
    ----------
    before, now : (..., bins)
        Customers by bin.

    Examples
    --------
    >>> float(psi(np.array([50, 50]), np.array([50, 50])))
    0.0
    """
    p, q = (counts + 0.5 for counts in (before, now))
    p, q = p / p.sum(axis=-1, keepdims=True), q / q.sum(axis=-1, keepdims=True)
    return np.asarray(((q - p) * np.log(q / p)).sum(axis=-1), dtype=np.float64)


def permutation_p(before: Counts, now: Counts, seed: int) -> float:
    """How often customers dealt to two runs at random differ as much, (1 + such deals) / (1 + all deals).

    Dealing customers at random gives bin counts that are multivariate hypergeometric, so each deal is drawn from
    its counts at once.
    """
    pooled, size = before + now, int(before.sum())
    generator = np.random.default_rng([seed, 43])
    dealt = generator.multivariate_hypergeometric(pooled, size, PERMUTATIONS, method="marginals")
    as_far = psi(dealt, pooled - dealt) >= float(psi(before, now)) - 1e-12
    return float((1 + as_far.sum()) / (1 + PERMUTATIONS))


def judge_stability(engine: Engine, as_of: date, before: date, seed: int) -> list[Stability]:
    """Compare ``values_customers`` with ``monitoring_before`` and write ``monitoring_stability``.

    Bins are tenths of both runs' customers together, so that dealing them out at random is a fair comparison. Of
    large bases some 20,000 customers are looked at, which settles PSI to about 0.001.
    """
    found = [*_numbers(engine, seed), *_categories(engine, as_of, before, seed)]
    insert(engine, "monitoring_stability", (each.row() for each in found))
    return found


def _numbers(engine: Engine, seed: int) -> Iterator[Stability]:
    before, now = _sample(engine, "monitoring_before"), _sample(engine, "values_customers")
    for name, kind, _, label in MEASURES:
        old, new = before[name], now[name]
        if min(len(old), len(new)) >= FEWEST_CUSTOMERS:
            a, b = tenths(old, new)
            yield Stability(name, kind, int(a.sum()), int(b.sum()), float(psi(a, b)), permutation_p(a, b, seed), label)


def _sample(engine: Engine, table: str) -> dict[str, NDArray[np.float64]]:
    """Every measure of some 20,000 customers at most, chosen by their ids; empty values are left out."""
    columns = ", ".join(f"CAST({sql} AS DOUBLE) AS {name}" for name, _, sql, _ in MEASURES)
    size = int(engine.value(f"SELECT count(*) FROM {table}"))
    found = engine.arrays(f"SELECT {columns} FROM {table} WHERE {_chosen(size)}")
    return {name: np.ma.compressed(np.ma.masked_invalid(values)) for name, values in found.items()}


def _chosen(customers: int) -> str:
    return f"hash(customer_id) % {max(1, round(customers / SAMPLE))} = 0"


def tenths(before: NDArray[np.float64], now: NDArray[np.float64]) -> tuple[Counts, Counts]:
    """Customers of each run by tenths of both together; equal values share a bin, so there may be fewer than ten."""
    both = np.concatenate([before, now])
    edges = np.unique(np.quantile(both, np.arange(1, BINS) / BINS, method="inverted_cdf"))
    bins = len(edges) + 1
    a, b = (np.bincount(np.searchsorted(edges, values), minlength=bins) for values in (before, now))
    filled = a + b > 0
    return a[filled], b[filled]


def _categories(engine: Engine, as_of: date, before: date, seed: int) -> Iterator[Stability]:
    customers = int(engine.value("SELECT count(*) FROM values_customers"))
    for column, label in CATEGORIES:
        if not engine.value(f"SELECT EXISTS (SELECT 1 FROM ledger_orders WHERE {column} IS NOT NULL)"):
            continue
        sql = _MIX.format(column=column, chosen=_chosen(customers))
        rows = engine.rows(sql, {"as_of": as_of, "before": before})
        then, now = np.array([counts for _, *counts in rows], dtype=np.int64).reshape(-1, 2).T
        a, b = _fewer(then), _fewer(now)
        if min(a.sum(), b.sum()) >= FEWEST_CUSTOMERS and len(a) > 1:
            p_value = permutation_p(a, b, seed)
            yield Stability(column, "input", int(a.sum()), int(b.sum()), float(psi(a, b)), p_value, label)


def _fewer(counts: Counts) -> Counts:
    """The largest labels, and all others as one."""
    if len(counts) <= MOST_CATEGORIES:
        return counts
    return np.append(counts[:MOST_CATEGORIES], counts[MOST_CATEGORIES:].sum())
