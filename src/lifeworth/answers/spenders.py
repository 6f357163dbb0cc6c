"""Who is valuable, and who merely spends?"""

from dataclasses import dataclass, replace
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.groups import SEE_METHOD, sum_columns, sum_range
from lifeworth.answers.lines import PROBABLY_GONE, STILL_THERE, CustomerLine, customer_lines
from lifeworth.answers.run_facts import RunFacts
from lifeworth.store.engine import Engine

SAMPLE = 1500
EXAMPLES = 5
BIG = "(past_revenue >= ? AND past_revenue > 0)"
WORTH = "(value_mean >= ? AND value_mean > 0)"

_LINES = "SELECT quantile_disc(past_revenue, 0.8), quantile_disc(value_mean, 0.8) FROM values_customers"

_GROUPS = f"""
SELECT {BIG} AS big, {WORTH} AS worth, sum(CAST(past_revenue AS DECIMAL(38, 4))) AS spent,
       count(*) FILTER (WHERE {PROBABLY_GONE}) AS gone, count(*) FILTER (WHERE {STILL_THERE}) AS still, {{sums}}
FROM values_customers GROUP BY 1, 2
"""

_SAMPLE = f"""
WITH chosen AS (SELECT customer_id FROM values_customers ORDER BY hash(customer_id), customer_id LIMIT {SAMPLE})
SELECT customer_id, past_revenue, value_mean, value_low, value_high, {BIG} AS big, {WORTH} AS worth
FROM values_customers SEMI JOIN chosen USING (customer_id) ORDER BY customer_id
"""


@dataclass(frozen=True)
class SpenderGroup:
    """A group of customers: what they spent so far and what they should bring together, with the sum's range.

    ``probably_gone`` have a P(alive) below 0.3, ``still_there`` a higher one; of the rest the model cannot tell.
    """

    customers: int
    past_revenue: float
    value: Estimate
    examples: tuple[CustomerLine, ...] = ()
    probably_gone: int = 0
    still_there: int = 0


@dataclass(frozen=True)
class SpenderPoint:
    """One customer as a point: money spent so far, expected value, and which top fifths they are in."""

    customer_id: str
    past_revenue: float
    value: Estimate
    big_spender: bool
    valuable: bool


@dataclass(frozen=True)
class Spenders:
    """The top fifth by past revenue held against the top fifth by expected value.

    ``value_missed`` is what the best fifth by value are expected to bring beyond what the best fifth by revenue
    are: the money between the two ways of choosing the best customers.
    """

    customers: int
    revenue_line: float
    value_line: float
    merely_spend: SpenderGroup
    quietly_valuable: SpenderGroup
    both: SpenderGroup
    neither: SpenderGroup
    value_missed: float
    points: tuple[SpenderPoint, ...]
    definition: str


def valuable_or_spending(engine: Engine, facts: RunFacts) -> Spenders:
    """Which customers look good by what they spent but not by what they will bring, and the reverse."""
    [(revenue_line, value_line)] = engine.rows(_LINES)
    lines = [revenue_line, value_line]
    sql = _GROUPS.format(sums=sum_columns(engine))
    groups = {(row["big"], row["worth"]): _group(row, facts) for row in engine.records(sql, lines)}
    merely = _with_examples(engine, groups.get((True, False)), f"{BIG} AND NOT {WORTH}", "past_revenue DESC", lines)
    quiet = _with_examples(engine, groups.get((False, True)), f"NOT {BIG} AND {WORTH}", "value_mean DESC", lines)
    return Spenders(
        customers=sum(group.customers for group in groups.values()),
        revenue_line=number(revenue_line),
        value_line=number(value_line),
        merely_spend=merely,
        quietly_valuable=quiet,
        both=groups.get((True, True), _NOBODY),
        neither=groups.get((False, False), _NOBODY),
        value_missed=quiet.value.mean - merely.value.mean,
        points=tuple(_point(row) for row in engine.records(_SAMPLE, lines)),
        definition=(
            "Spent: net revenue to date. Worth: expected "
            f"{'profit' if facts.in_profit else 'revenue'} over {facts.horizon_days} days, present value. "
            f"Top fifth: the highest fifth of customers on that scale. {SEE_METHOD}"
        ),
    )


_NOBODY = SpenderGroup(0, 0.0, Estimate(0.0, 0.0, 0.0))


def _group(row: dict[str, Any], facts: RunFacts) -> SpenderGroup:
    value = sum_range(facts, *(row[name] for name in ("size", "mean", "variance", "lowest", "highest")))
    gone, still = int(row["gone"]), int(row["still"])
    return SpenderGroup(int(row["size"]), number(row["spent"]), value, probably_gone=gone, still_there=still)


def _with_examples(
    engine: Engine, group: SpenderGroup | None, where: str, order: str, lines: list[Any]
) -> SpenderGroup:
    if group is None:
        return _NOBODY
    examples = customer_lines(engine, where, order, EXAMPLES, lines)
    return replace(group, examples=examples)


def _point(row: dict[str, Any]) -> SpenderPoint:
    return SpenderPoint(
        customer_id=str(row["customer_id"]),
        past_revenue=number(row["past_revenue"]),
        value=estimate(row["value_mean"], row["value_low"], row["value_high"]),
        big_spender=bool(row["big"]),
        valuable=bool(row["worth"]),
    )
