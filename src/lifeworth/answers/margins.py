"""Where does profit go?"""

from dataclasses import dataclass
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import flags, rows_of
from lifeworth.store.engine import Engine

LEAK = "leak"
GROUPINGS = ("tier", "life cycle", "persona", "channel", "country", "category", "product")
_MOST_PRODUCTS, _MOST_NAMED = 25, 25


@dataclass(frozen=True)
class Bar:
    """A step of a group's waterfall: money, its share of the group's gross sales, and that less the base's (may be NaN)."""

    step: str
    kind: str
    amount: float
    share: float
    difference: float


@dataclass(frozen=True)
class Fall:
    """From gross sales to profit for one group; ``customers`` is None where they were not counted."""

    grouping: str
    member: str
    label: str
    customers: int | None
    bars: tuple[Bar, ...]

    def bar(self, step: str) -> Bar | None:
        """One step."""
        return next((bar for bar in self.bars if bar.step == step), None)


@dataclass(frozen=True)
class CostFinding:
    """A cost that a group causes beyond its comparables, in money a year; rates in ``unit``.

    ``kind`` is leak or term of trade. ``within`` is the excess when only goods bought by the same customers are compared.
    """

    kind: str
    cost: str
    names: tuple[tuple[str, str], ...]
    orders: int
    customers: int
    amount: float
    excess: Estimate
    rate: float
    comparable_rate: float
    unit: str
    comparables: str
    matched_on: str
    within: Estimate | None
    worst_within: str
    worst_excess: float
    q_value: float
    sentence: str
    what_to_do: str


@dataclass(frozen=True)
class LossState:
    """Customers who lose money so far, ahead, or both: how many, what they brought so far and should bring; None and NaN where hidden."""

    state: str
    customers: int | None
    share: float
    past: float
    value: Estimate
    commonest_cost: str
    definition: str


@dataclass(frozen=True)
class LossMaker:
    """A customer with a loss so far, and the cost furthest above that of customers alike."""

    customer_id: str
    orders: int
    past_revenue: float
    past_profit: float
    value: Estimate
    loses_ahead: bool
    cost: str
    reason: str


@dataclass(frozen=True)
class LossGroup:
    """Orders that lose money beyond chance: profit of one, and the loss of all in a year (positive)."""

    names: tuple[tuple[str, str], ...]
    orders: int
    customers: int
    profit_per_order: Estimate
    loss: Estimate
    cost: str
    q_value: float
    sentence: str


@dataclass(frozen=True)
class Lever:
    """What a lever would change, of which sum, and what is taken for granted; ``change`` is None where it cannot be said."""

    lever: str
    by: float
    channel: str
    to: str
    what_changes: str
    reckoned: str
    before: float
    change: Estimate | None
    assumption: str
    sentence: str


@dataclass(frozen=True)
class Margins:
    """Everything about where profit goes; all empty where a run has no such tables.

    ``falls`` holds the groups of each grouping, "base" among them; ``tested`` says how many groups were held against their
    comparables, and ``losing_tested`` how many groups of orders were asked whether they lose; ``days`` of orders were looked at,
    one customer in ``one_in``.
    """

    falls: dict[str, tuple[Fall, ...]]
    leaks: tuple[CostFinding, ...]
    terms: tuple[CostFinding, ...]
    tested: int
    states: tuple[LossState, ...]
    makers: tuple[LossMaker, ...]
    groups: tuple[LossGroup, ...]
    levers: tuple[Lever, ...]
    days: int
    one_in: int
    level: float

    @property
    def base(self) -> Fall | None:
        """The waterfall of all customers."""
        return next(iter(self.falls.get("base", ())), None)

    @property
    def value_ahead(self) -> float | None:
        """What all customers should bring over the horizon, from where the levers start; None where none was reckoned."""
        return next((lever.before for lever in self.levers if lever.what_changes.startswith("value of the base")), None)

    @property
    def lost(self) -> tuple[int, float] | None:
        """How many customers lost money so far, and how much together (positive); None where that would tell of fewer than ten."""
        behind = [state for state in self.states if state.state != "ahead only"]
        people = [state.customers for state in behind if state.customers is not None]
        return (sum(people), -sum(state.past for state in behind)) if len(people) == len(behind) else None


def margins(engine: Engine) -> Margins:
    """Waterfalls by group, leaks, loss-makers and levers, from the ``margins_`` tables."""
    findings = [_finding(row) for row in rows_of(engine, "margins_leaks", "kind, place")]
    looked = rows_of(engine, "margins_leaks", "kind, place")[:1] or rows_of(engine, "margins_loss_groups", "place")[:1]
    tested = rows_of(engine, "margins_tested")
    level = next((float(row["interval_level"]) for row in (*looked, *rows_of(engine, "margins_what_if"))), 0.0)
    return Margins(
        falls=_falls(engine),
        leaks=tuple(finding for finding in findings if finding.kind == LEAK),
        terms=tuple(finding for finding in findings if finding.kind != LEAK),
        tested=sum(row["q_value"] is not None for row in tested),
        states=tuple(_state(row) for row in rows_of(engine, "margins_losses", "place")),
        makers=tuple(_maker(row) for row in rows_of(engine, "margins_loss_makers", f"place LIMIT {_MOST_NAMED}")),
        groups=tuple(_group(row) for row in rows_of(engine, "margins_loss_groups", "place")),
        levers=tuple(_lever(row) for row in rows_of(engine, "margins_what_if", "place, reckoned")),
        days=int(looked[0]["days"]) if looked else 0,
        one_in=int(looked[0]["one_in"]) if looked else 1,
        level=level,
    )


def _falls(engine: Engine) -> dict[str, tuple[Fall, ...]]:
    if "margins_waterfall" not in engine.tables():
        return {}
    rows = engine.records(
        f"""SELECT * FROM margins_waterfall WHERE grouping <> 'product' OR place <= {_MOST_PRODUCTS}
            ORDER BY grouping, place, position"""
    )
    bars: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in rows:
        bars.setdefault((str(row["grouping"]), int(row["place"])), []).append(row)
    falls: dict[str, list[Fall]] = {}
    for (grouping, _), steps in bars.items():
        falls.setdefault(grouping, []).append(_fall(grouping, steps))
    order = {grouping: place for place, grouping in enumerate(("base", *GROUPINGS))}
    return {name: tuple(falls[name]) for name in sorted(falls, key=lambda name: order.get(name, len(order)))}


def _fall(grouping: str, steps: list[dict[str, Any]]) -> Fall:
    first = steps[0]
    return Fall(
        grouping,
        str(first["member"]),
        str(first["label"]),
        None if first["customers"] is None else int(first["customers"]),
        tuple(
            Bar(
                str(row["step"]),
                str(row["kind"]),
                number(row["amount"]),
                number(row["share_of_gross"]),
                number(row["difference"]),
            )
            for row in steps
        ),
    )


def _names(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    names = [(str(row["dimension"]), str(row["member"]))]
    if row["second_dimension"] is not None:
        names.append((str(row["second_dimension"]), str(row["second_member"])))
    return tuple(names)


def _finding(row: dict[str, Any]) -> CostFinding:
    within = estimate(row["within_mean"], row["within_low"], row["within_high"])
    return CostFinding(
        str(row["kind"]),
        str(row["cost"]),
        _names(row),
        int(row["orders"]),
        int(row["customers"]),
        number(row["amount_year"]),
        estimate(row["excess_mean"], row["excess_low"], row["excess_high"]),
        number(row["rate"]),
        number(row["comparable_rate"]),
        str(row["unit"]),
        str(row["comparables"]),
        str(row["matched_on"]),
        None if row["within_mean"] is None else within,
        str(row["worst_within"] or ""),
        number(row["worst_excess"]),
        number(row["q_value"]),
        str(row["sentence"]),
        str(row["what_to_do"]),
    )


def _state(row: dict[str, Any]) -> LossState:
    return LossState(
        str(row["state"]),
        None if row["customers"] is None else int(row["customers"]),
        number(row["share_of_customers"]),
        number(row["past_profit"]),
        estimate(row["value_mean"], row["value_low"], row["value_high"]),
        str(row["commonest_cost"] or ""),
        str(row["definition"]),
    )


def _maker(row: dict[str, Any]) -> LossMaker:
    return LossMaker(
        str(row["customer_id"]),
        int(row["orders"]),
        number(row["past_revenue"]),
        number(row["past_profit"]),
        estimate(row["value_mean"], row["value_low"], row["value_high"]),
        flags(row, "loses_ahead"),
        str(row["cost"]),
        str(row["reason"]),
    )


def _group(row: dict[str, Any]) -> LossGroup:
    each = (row["profit_per_order_mean"], row["profit_per_order_low"], row["profit_per_order_high"])
    return LossGroup(
        _names(row),
        int(row["orders"]),
        int(row["customers"]),
        estimate(*each),
        estimate(row["loss_mean"], row["loss_low"], row["loss_high"]),
        str(row["cost"]),
        number(row["q_value"]),
        str(row["sentence"]),
    )


def _lever(row: dict[str, Any]) -> Lever:
    change = estimate(row["change_mean"], row["change_low"], row["change_high"])
    return Lever(
        str(row["lever"]),
        number(row["by"]),
        str(row["channel"] or ""),
        str(row["to_channel"] or ""),
        str(row["what_changes"]),
        str(row["reckoned"] or ""),
        number(row["before"]),
        None if row["change_mean"] is None else change,
        str(row["assumption"]),
        str(row["sentence"]),
    )
