"""Which customers earned the profit so far, and which gave some of it back?"""

from dataclasses import dataclass

from lifeworth.answers.estimate import number
from lifeworth.answers.groups import COSTS
from lifeworth.answers.run_facts import RunFacts
from lifeworth.store.engine import Engine

STEPS = 200

_WHOLE = """
SELECT count(*), coalesce(sum({amount}), 0), count(*) FILTER (WHERE {amount} > 0),
       coalesce(sum({amount}) FILTER (WHERE {amount} > 0), 0), count(*) FILTER (WHERE round({amount}, 2) < 0),
       coalesce(sum({amount}) FILTER (WHERE {amount} < 0), 0),
       count(*) FILTER (WHERE round({amount}, 2) < 0 AND orders = 0)
FROM ledger_customers
"""

_STEPS = """
WITH ranked AS (
    SELECT {amount} AS amount, row_number() OVER (ORDER BY {amount} DESC NULLS LAST) - 1 AS position
    FROM ledger_customers
)
SELECT position * {steps} // {customers} AS step, count(*), coalesce(sum(amount), 0)
FROM ranked GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class WhalePoint:
    """The best customers up to here: their number, and what they brought together."""

    customers: int
    reached: float


@dataclass(frozen=True)
class WhaleCurve:
    """Past profit (or revenue) added up from the best customer to the worst.

    ``earners`` brought ``earned`` in all; ``losers`` gave back ``lost`` (zero or below); the rest brought nothing.
    ``without_purchase`` of the losers have only refunds: what they bought lies outside the files.
    """

    basis: str
    customers: int
    total: float
    earners: int
    earned: float
    losers: int
    lost: float
    without_purchase: int
    points: tuple[WhalePoint, ...]
    definition: str


def whale_curve(engine: Engine, facts: RunFacts) -> WhaleCurve:
    """How past profit piles up over customers, best first, and how much the loss-makers take away again."""
    amount = "profit" if facts.in_profit else "net_revenue"
    [(customers, total, earners, earned, losers, lost, without)] = engine.rows(_WHOLE.format(amount=amount))
    return WhaleCurve(
        basis=facts.basis,
        customers=int(customers),
        total=number(total),
        earners=int(earners),
        earned=number(earned),
        losers=int(losers),
        lost=number(lost),
        without_purchase=int(without),
        points=_points(engine, amount, int(customers)),
        definition=_definition(facts),
    )


def _points(engine: Engine, amount: str, customers: int) -> tuple[WhalePoint, ...]:
    if customers == 0:
        return ()
    sql = _STEPS.format(amount=amount, steps=min(STEPS, customers), customers=customers)
    points, counted, reached = [WhalePoint(0, 0.0)], 0, 0.0
    for _, rows, money in engine.rows(sql):
        counted, reached = counted + int(rows), reached + number(money)
        points.append(WhalePoint(counted, reached))
    return tuple(points)


def _definition(facts: RunFacts) -> str:
    what = (
        f"Profit per customer after {COSTS}, before the cost of winning them"
        if facts.in_profit
        else "Net revenue per customer; no costs are known"
    )
    return f"{what}; everything before the as-of date, customers ordered from most to least."
