"""What a group of customers should bring together, with a range for the sum."""

from math import isfinite, sqrt
from statistics import NormalDist
from typing import Any

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.run_facts import RunFacts
from lifeworth.store.engine import Engine

HOW_SUMMED = (
    "Range of a sum: the customers' own spreads, taken as independent, and the spread they all share because the "
    "model may be too high or too low for everybody at once."
)

SEE_METHOD = "How the range of a sum is made: see Method."

COSTS = (
    "goods, payment fees, picking and packing, shipping paid, commissions, returns handling, service and communications"
)

# Beyond this a square would not fit the DECIMAL that keeps the sum the same in every run.
_WIDEST = 1e14


def sum_columns(engine: Engine) -> str:
    """SQL that adds up a group: ``size``, ``mean``, ``variance``, the ``lowest`` low and the ``highest`` high end."""
    spread = f"least(abs(value_sd), {_WIDEST})" if "value_sd" in engine.columns("values_customers") else "0"
    return (
        "count(*) AS size, coalesce(sum(CAST(value_mean AS DECIMAL(38, 4))), 0) AS mean, "
        f"coalesce(sum(CAST({spread} * {spread} AS DECIMAL(38, 4))), 0) AS variance, "
        "coalesce(min(value_low), 0) AS lowest, coalesce(max(value_high), 0) AS highest"
    )


def sum_range(facts: RunFacts, size: int, mean: Any, variance: Any, lowest: Any, highest: Any) -> Estimate:
    """The sum of a group's values, with mean ± z √(Σ sd² + (shared spread · mean)²) as its range.

    Parameters
    ----------
    size : int
        Customers in the group; a single one keeps their own range, from ``lowest`` to ``highest``.
    mean, variance : number
        Sum of the customers' expected values (money), and of the squares of their own spreads (money squared).
    lowest : number
        The smallest low end of any customer's own range; when it is not below zero, neither is the sum's.
    highest : number
        The largest high end.
    """
    middle = float(mean)
    if size == 1:
        return Estimate(middle, float(lowest), float(highest))
    shared = float(facts.base.get("shared_spread", 0.0) or 0.0)
    shared = shared if isfinite(shared) else 0.0
    reach = NormalDist().inv_cdf((1 + facts.interval_level) / 2) * sqrt(float(variance) + (shared * middle) ** 2)
    low = middle - reach
    return Estimate(middle, max(low, 0.0) if lowest >= 0 and middle >= 0 else low, middle + reach)
