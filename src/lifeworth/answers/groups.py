"""What a group of customers should bring together, with a range for the sum."""

from typing import Any

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.run_facts import RunFacts
from lifeworth.insight.ground import group_range, worth_columns
from lifeworth.store.engine import Engine

HOW_SUMMED = (
    "Range of a sum: the customers' own spreads, taken as independent, and the spread they all share because the "
    "model may be too high or too low for everybody at once."
)

SEE_METHOD = "How the range of a sum is made: see Method."

COSTS = (
    "goods, payment fees, picking and packing, shipping paid, commissions, returns handling, service and communications"
)


def sum_columns(engine: Engine) -> str:
    """SQL that adds up a group: ``size``, ``mean``, ``variance``, the ``lowest`` low and the ``highest`` high end."""
    known = "value_sd" in engine.columns("values_customers")
    return worth_columns(spread="value_sd" if known else "0")


def sum_range(facts: RunFacts, size: int, mean: Any, variance: Any, lowest: Any, highest: Any) -> Estimate:
    """The sum of a group's values with its range, as :func:`lifeworth.insight.ground.group_range` makes it."""
    shared = float(facts.base.get("shared_spread", 0.0) or 0.0)
    low, high = group_range(size, mean, variance, lowest, highest, shared=shared, level=facts.interval_level)
    return Estimate(float(mean), low, high)
