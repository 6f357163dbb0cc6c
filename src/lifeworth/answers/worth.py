"""What is the customer base worth, and how few customers carry how much of it?"""

from dataclasses import dataclass
from math import nan

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.groups import COSTS, sum_columns, sum_range
from lifeworth.answers.run_facts import RunFacts
from lifeworth.insight.segments.schemes import CORE_SHARE
from lifeworth.store.engine import Engine

# Half of what is brought, as the tier "core" has it: whoever should cost more than they bring is no part of what is shared.
_HALF = f"""
SELECT count(*) FILTER (WHERE reached - value < {CORE_SHARE} * total), any_value(total)
FROM (SELECT value, sum(value) OVER (ORDER BY value DESC ROWS UNBOUNDED PRECEDING) AS reached, sum(value) OVER () AS total
      FROM (SELECT CAST(value_mean AS DECIMAL(38, 4)) AS value FROM values_customers WHERE value_mean > 0))
"""

_NEW = "SELECT {sums} FROM values_customers WHERE T_days < ?"

NEW_DAYS = 90


@dataclass(frozen=True)
class BaseWorth:
    """The worth of the whole base over the horizon, and how concentrated it is.

    ``half_customers`` is the fewest customers who together bring half of what all bring of whom anything is expected (None
    where nothing is expected of anybody), the customers of the tier "core"; ``half_share`` the same as a share of all customers. ``new_value`` is the sum over the new customers
    with the range of that sum. ``residual`` is everything still to come without a horizon, ``lifetime`` the past
    together with it; both reach beyond what any blind test covers.
    """

    customers: int
    value: Estimate
    revenue: Estimate
    orders: Estimate
    residual: Estimate
    lifetime: Estimate
    half_customers: int | None
    half_share: float | None
    new_customers: int
    new_value: Estimate
    definition: str


def base_worth(engine: Engine, facts: RunFacts) -> BaseWorth:
    """What all customers known at ``as_of`` are expected to bring over the horizon, with its range."""
    customers = int(facts.base.get("customers", 0))
    [(half, total)] = engine.rows(_HALF)
    [(new, *rest)] = engine.rows(_NEW.format(sums=sum_columns(engine)), [NEW_DAYS])
    known = total is not None and customers > 0
    return BaseWorth(
        customers=customers,
        value=_total(facts, "value"),
        revenue=_total(facts, "revenue"),
        orders=_total(facts, "orders"),
        residual=_total(facts, "residual_value"),
        lifetime=_total(facts, "lifetime_value"),
        half_customers=int(half) if known else None,
        half_share=half / customers if known else None,
        new_customers=int(new),
        new_value=sum_range(facts, new, *rest),
        definition=_definition(facts),
    )


def _total(facts: RunFacts, name: str) -> Estimate:
    mean, low, high = (facts.base.get(f"{name}_{end}", nan) for end in ("mean", "low", "high"))
    return Estimate(mean, low, high)


def _definition(facts: RunFacts) -> str:
    what = (
        f"profit after {COSTS}, before the cost of winning customers"
        if facts.in_profit
        else "net revenue; no costs are known, so nothing is taken off"
    )
    return (
        f"Expected {what}, over the {facts.horizon_days} days from the as-of date, from customers who had bought "
        "before it, future amounts discounted. The range for the total comes from simulating all customers "
        f"together, so it is not the sum of single ranges."
    )
