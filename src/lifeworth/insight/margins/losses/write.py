"""``margins_loss_makers``, ``margins_losses`` and ``margins_loss_groups``."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lifeworth.insight.ground import Frame, fill, hide, worth_columns, worth_of
from lifeworth.insight.margins import tables
from lifeworth.insight.margins.leaks.facts import Facts
from lifeworth.insight.margins.losses.customers import COSTS, MOST_NAMED, STATES, find_losers
from lifeworth.insight.margins.losses.groups import LosingGroup, losing_groups
from lifeworth.insight.margins.losses.profit import Profit, profit_of
from lifeworth.insight.margins.losses.told_by import told_by
from lifeworth.insight.margins.losses.words import reason, sentence
from lifeworth.ledger.tables import drop
from lifeworth.store.engine import Engine

_WHO = (
    "lost money so far and are expected to go on losing it",
    "lost money so far; what they should bring is not below zero",
    "brought money so far, but are expected to lose some",
)

_STATE = "CASE WHEN lost AND loses_ahead THEN 0 WHEN lost THEN 1 ELSE 2 END"

_STATES = """
SELECT {state} AS state, {worth}, sum(CAST({past} AS DECIMAL(38, 4))) AS past_money, mode(worst) AS commonest
FROM margins_losers GROUP BY 1 ORDER BY 1"""

_NAMED = """
SELECT customer_id, orders, past_revenue, past_profit, value_mean, value_low, value_high, loses_ahead, gross,
       costs[worst] AS cost_amount, excess[worst] AS cost_excess, worst
FROM margins_losers WHERE lost ORDER BY {past}, customer_id LIMIT {most}"""


def write_losses(engine: Engine, frame: Frame, facts: Facts) -> None:
    """Who loses money, and which groups of orders do; groups only where costs are known."""
    find_losers(engine, frame.as_of, frame.past_money)
    fill(engine, tables.LOSSES, _states(engine, frame))
    fill(engine, tables.LOSS_MAKERS, _named(engine, frame))
    drop(engine, "margins_losers")
    if frame.in_profit and len(facts):
        fill(engine, tables.LOSS_GROUPS, _groups(frame, facts))


def _states(engine: Engine, frame: Frame) -> Iterator[list[Any]]:
    everybody = int(engine.value("SELECT count(*) FROM insight_customers"))
    rows = engine.records(_STATES.format(state=_STATE, worth=worth_columns(), past=frame.past_money))
    people = [int(row["size"]) for row in rows]
    # Who loses nothing is the rest of the base.
    for row, is_hidden in zip(rows, hide([*people, everybody - sum(people)]), strict=False):
        place = int(row["state"])
        figures = [None] * 7 if is_hidden else _state(frame, row, everybody)
        yield [place + 1, STATES[place], *figures, _WHO[place]]


def _state(frame: Frame, row: dict[str, Any], everybody: int) -> list[Any]:
    worth = worth_of(frame, row)
    commonest = list(COSTS)[int(row["commonest"]) - 1] if int(row["state"]) < 2 else None
    share = worth.customers / everybody
    return [worth.customers, share, row["past_money"], worth.mean, worth.low, worth.high, commonest]


def _named(engine: Engine, frame: Frame) -> Iterator[list[Any]]:
    for place, row in enumerate(engine.records(_NAMED.format(past=frame.past_money, most=MOST_NAMED)), 1):
        cost = list(COSTS)[int(row["worst"]) - 1]
        amount, excess = float(row["cost_amount"]), float(row["cost_excess"])
        yield [
            place,
            row["customer_id"],
            row["orders"],
            row["past_revenue"],
            row["past_profit"] if frame.in_profit else row["past_revenue"],
            row["value_mean"],
            row["value_low"],
            row["value_high"],
            row["loses_ahead"],
            cost,
            amount,
            excess,
            reason(frame, cost, amount, excess, float(row["gross"]), int(row["orders"])),
        ]


def _groups(frame: Frame, facts: Facts) -> Iterator[list[Any]]:
    profit = profit_of(facts)
    found = losing_groups(facts, profit, told_by(facts))
    for place, group in enumerate(found.groups, 1):
        yield _group(frame, facts, profit, found.tested, place, group)


def _group(frame: Frame, facts: Facts, profit: Profit, tested: int, place: int, group: LosingGroup) -> list[Any]:
    cost, share, usual = _furthest(profit, group)
    loss, reach = group.loss.mean, group.loss.reach(frame.interval_level)
    names = [*group.told.names, (None, None)][:2]
    orders = group.orders * facts.span.a_year
    return [
        place,
        *names[0],
        *names[1],
        round(orders),
        group.customers,
        -loss,
        -loss - reach,
        -loss + reach,
        loss * orders,
        (loss - reach) * orders,
        (loss + reach) * orders,
        cost,
        group.loss.p_value,
        group.q_value,
        tested,
        frame.interval_level,
        facts.span.days,
        facts.span.one_in,
        sentence(facts, frame, group, cost, share, usual),
    ]


def _furthest(profit: Profit, group: LosingGroup) -> tuple[str, float, float]:
    """The cost whose share of the list price is furthest above that of all orders: name, share, usual share."""
    rows, everything = group.told.holds(), max(float(profit.list_price.sum()), 1e-9)
    own = max(float(profit.list_price[rows].sum()), 1e-9)
    shares = {
        name: (float(cost[rows].sum()) / own, float(cost.sum()) / everything) for name, cost in profit.costs.items()
    }
    name = max(shares, key=lambda cost: shares[cost][0] - shares[cost][1])
    assert np.isfinite(shares[name]).all()
    return name, *shares[name]
