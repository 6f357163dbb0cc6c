"""Whom should we look after, write to, rethink or win over first?"""

from dataclasses import dataclass
from typing import Any

from lifeworth.answers.estimate import Estimate, number
from lifeworth.answers.groups import sum_columns, sum_range
from lifeworth.answers.lines import PROBABLY_GONE, STILL_THERE, CustomerLine, customer_lines
from lifeworth.answers.run_facts import RunFacts
from lifeworth.answers.spenders import BIG, WORTH, Spenders
from lifeworth.answers.worth import NEW_DAYS
from lifeworth.store.engine import Engine

LENGTH = 12
QUIET_GAPS = 2

_QUIET = f"""(frequency >= 2 AND recency_days > 0 AND value_mean > ?
AND days_since_last * frequency > {QUIET_GAPS} * recency_days)"""


_NO_RHYTHM = "Every order is the bill of a subscription: the contract sets its day, so nobody goes quiet."


@dataclass(frozen=True)
class ActionList:
    """Customers to act on: the first lines of a list, and how many customers and how much it holds in all.

    ``value`` is their sum with the range of that sum; ``past`` is past profit (past revenue when no costs are
    known). Of the customers ``probably_gone`` are likelier than not to have left for good (P(alive) below 0.3) and
    ``still_there`` are not; of the rest the model cannot tell.
    """

    name: str
    customers: int
    value: Estimate
    past: float
    lines: tuple[CustomerLine, ...]
    definition: str
    probably_gone: int = 0
    still_there: int = 0


@dataclass(frozen=True)
class _Rule:
    name: str
    where: str
    parameters: tuple[Any, ...]
    order: str
    definition: str


@dataclass(frozen=True)
class _Sum:
    customers: int
    value: Estimate
    past: float
    gone: int
    still: int


def lists_to_act_on(engine: Engine, facts: RunFacts, spenders: Spenders) -> dict[str, ActionList]:
    """The short lists of customers worth an action, by name, each with its size and its money."""
    rules = _rules(engine, facts, spenders)
    sums = _sums(engine, facts, rules)
    return {
        rule.name: ActionList(
            name=rule.name,
            customers=sums[rule.name].customers,
            value=sums[rule.name].value,
            past=sums[rule.name].past,
            lines=_lines(engine, rule),
            definition=rule.definition,
            probably_gone=sums[rule.name].gone,
            still_there=sums[rule.name].still,
        )
        for rule in rules
    }


def _lines(engine: Engine, rule: _Rule) -> tuple[CustomerLine, ...]:
    """The first of a list; of big spenders half are those probably gone, half the others, for they need other care."""
    first = customer_lines(engine, rule.where, rule.order, LENGTH, rule.parameters)
    if rule.name != "merely_spend":
        return first
    left = f"coalesce({PROBABLY_GONE}, false)"
    gone = customer_lines(engine, f"{rule.where} AND {left}", rule.order, LENGTH, rule.parameters)
    others = customer_lines(engine, f"{rule.where} AND NOT {left}", rule.order, LENGTH, rule.parameters)
    shown = max(LENGTH // 2, LENGTH - len(others))
    return (gone[:shown] + others)[:LENGTH]


def _rules(engine: Engine, facts: RunFacts, spenders: Spenders) -> tuple[_Rule, ...]:
    average = number(engine.value("SELECT avg(value_mean) FROM values_customers"))
    past = past_column(facts)
    lines = (spenders.revenue_line, spenders.value_line)
    return (
        _Rule(
            "most_valuable",
            WORTH,
            lines[1:],
            "value_mean DESC",
            "The fifth of customers with the highest expected value, ties included.",
        ),
        _Rule("gone_quiet", "FALSE", (), "customer_id", _NO_RHYTHM)
        if facts.orders_are_bills
        else _Rule(
            "gone_quiet",
            _QUIET,
            (average,),
            "value_mean DESC",
            "Quiet: silent for more than twice their average gap between purchases (at least three purchase "
            "days), yet still expected to bring more than the average customer.",
        ),
        _Rule(
            "merely_spend",
            f"({BIG} AND NOT {WORTH})",
            lines,
            "past_revenue DESC",
            "Among the fifth who spent most so far, but not among the fifth expected to bring most. Shown first: those "
            f"{'without a running contract' if facts.orders_are_bills else 'probably gone'}; then the others.",
        ),
        _Rule(
            "loss_makers",
            f"({past} < 0)",
            (),
            f"{past} ASC",
            f"Everything known so far adds up to a {'loss' if facts.in_profit else 'negative net revenue'}. Who has only "
            "refunds and no purchase in the files has no value and is not in the list.",
        ),
        _Rule(
            "promising_new",
            f"(T_days < {NEW_DAYS} AND value_mean > ?)",
            (max(average, 0.0),),
            "value_mean DESC",
            f"First purchase within the last {NEW_DAYS} days, expected to bring more than the average customer.",
        ),
    )


def past_column(facts: RunFacts) -> str:
    """The column of past money in the basis of the run."""
    return "past_profit" if facts.in_profit else "past_revenue"


def _sums(engine: Engine, facts: RunFacts, rules: tuple[_Rule, ...]) -> dict[str, _Sum]:
    past, sums = past_column(facts), sum_columns(engine)
    parts: list[str] = []
    parameters: list[Any] = []
    for rule in rules:
        parts.append(
            f"SELECT '{rule.name}' AS name, coalesce(sum(CAST({past} AS DECIMAL(38, 4))), 0) AS past, "
            f"count(*) FILTER (WHERE {PROBABLY_GONE}) AS gone, count(*) FILTER (WHERE {STILL_THERE}) AS still, {sums} "
            f"FROM values_customers WHERE {rule.where}"
        )
        parameters.extend(rule.parameters)
    rows = engine.rows(" UNION ALL ".join(parts), parameters)
    return {
        name: _Sum(int(size), sum_range(facts, size, *rest), float(before), int(gone), int(still))
        for name, before, gone, still, size, *rest in rows
    }
