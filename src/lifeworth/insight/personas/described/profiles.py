"""What each group is worth together and each, against the base: the rows of ``personas_profiles``."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from lifeworth.insight.ground import Frame, Worth, hide, worth_columns, worth_of
from lifeworth.insight.personas import ranges
from lifeworth.insight.personas.described.naming import Trait
from lifeworth.insight.personas.finding import Finding
from lifeworth.insight.personas.own_past import hear_groups
from lifeworth.insight.personas.people import People
from lifeworth.insight.personas.roles import Group, above_base
from lifeworth.maths.arrays import BoolArray, FloatArray
from lifeworth.store.engine import Engine

BASE, REST = "base", "everybody else"
TRAITS = 5

_SUMS = """
SELECT {grouped} AS persona, {worth}, sum(CAST(past_revenue AS DECIMAL(38, 4))) AS past_revenue,
       sum(CAST({past} AS DECIMAL(38, 4))) AS past_money
FROM insight_customers JOIN personas_customers USING (customer_id) GROUP BY 1"""


@dataclass(frozen=True)
class Summed:
    """A group's customers, worth with range as stated, what its own values add up to, and money so far.

    ``error`` is the relative standard error of the group's part of the base; ``own`` the spread of its customers' futures, as
    the variance of their sum.
    """

    worth: Worth
    listed: float
    own: float
    error: float
    past_revenue: Any
    past_money: Any

    @property
    def each(self) -> float:
        """Expected value of one of them."""
        return self.worth.mean / max(self.worth.customers, 1)


def write_profiles(engine: Engine, frame: Frame, people: People, finding: Finding) -> Iterator[list[Any]]:
    """Personas from the most worth, the opposite group, everybody else, and the base."""
    base = _sum(engine, frame, f"'{BASE}'").get(BASE)
    if base is None or not finding.groups:
        return
    names: list[str | None] = [*(group.name for group in finding.groups), None]
    cells = _share_out(_sum(engine, frame, "persona"), names, base, people, finding, frame)
    hidden = hide([0 if cell is None else cell.worth.customers for cell in cells])
    for place, (group, cell) in enumerate(zip((*finding.groups, None), cells, strict=True)):
        name, role = (group.name, group.role) if group else (REST, REST)
        if cell is None or hidden[place]:
            yield _hidden(place + 1, name, role)
            continue
        inside = finding.member == (place if group else -1)
        yield _row(place + 1, name, role, cell, base, people, inside, group, frame)
    yield _row(len(names) + 1, BASE, BASE, base, base, people, np.ones(len(people), dtype=np.bool_), None, frame)


def _sum(engine: Engine, frame: Frame, grouped: str) -> dict[str | None, Summed]:
    rows = engine.records(_SUMS.format(grouped=grouped, worth=worth_columns(), past=frame.past_money))
    return {
        row["persona"]: Summed(
            worth_of(frame, row),
            float(row["mean"]),
            float(row["variance"]),
            0.0,
            row["past_revenue"],
            row["past_money"],
        )
        for row in rows
    }


def _share_out(
    sums: dict[str | None, Summed],
    names: list[str | None],
    base: Summed,
    people: People,
    finding: Finding,
    frame: Frame,
) -> list[Summed | None]:
    """The base's value shared out by the groups' own past, where it speaks; else as the customers' values add up."""
    cells = [sums.get(name) for name in names]
    heard = hear_groups(people, finding.member, len(names) - 1, frame)
    if heard is None:
        return cells
    weights = [
        0.0 if cell is None else cell.worth.customers * each for cell, each in zip(cells, heard.each, strict=True)
    ]
    return [
        None if cell is None else _at(cell, base.worth.mean * weight / sum(weights), float(error), frame)
        for cell, weight, error in zip(cells, weights, heard.error, strict=True)
    ]


def _at(cell: Summed, mean: float, error: float, frame: Frame) -> Summed:
    """A group whose worth is stated anew: its customers' own spreads, what all share, and what its past leaves open."""
    half = ranges.reach(frame.interval_level) * sqrt(cell.own + (frame.shared_spread**2 + error**2) * mean**2)
    low = mean - half
    worth = Worth(cell.worth.customers, mean, max(low, 0.0) if cell.worth.low >= 0 and mean >= 0 else low, mean + half)
    return replace(cell, worth=worth, error=error)


def _hidden(place: int, name: str, role: str) -> list[Any]:
    said = f"{name}: not shown. It holds too few customers, or would give away a group that does."
    return [place, name, role, *([None] * 18), said]


def _row(
    place: int,
    name: str,
    role: str,
    cell: Summed,
    base: Summed,
    people: People,
    inside: BoolArray,
    group: Group | None,
    frame: Frame,
) -> list[Any]:
    worth, above = cell.worth, cell.each - base.each
    half = 0.0 if role == BASE else ranges.reach(frame.interval_level) * _doubt(cell, above, people, inside, frame)
    return [
        place,
        name,
        role,
        worth.customers,
        worth.customers / base.worth.customers,
        cell.past_revenue,
        cell.past_money,
        worth.mean,
        worth.low,
        worth.high,
        cell.listed,
        worth.mean / base.worth.mean if base.worth.mean > 0 else None,
        *_each(worth, people.value[inside], frame),
        above,
        above - half,
        above + half,
        cell.each / base.each if base.each > 0 else None,
        group.p if group else None,
        "; ".join(trait_words(trait) for trait in group.traits[:TRAITS]) if group else None,
        _sentence(name, role, cell, base, frame),
    ]


def _doubt(cell: Summed, above: float, people: People, inside: BoolArray, frame: Frame) -> float:
    """Standard error of a group's distance from the base, a customer.

    Of a forecast: the spread of the group's own futures, what its past leaves open, and what all share. Of a given value, which is
    certain: over the people who might have been customers.
    """
    if not frame.horizon_days:
        return above_base(people.value, inside)[1] * sqrt(len(people) / max(people.customers, 1))
    own = sqrt(cell.own) / cell.worth.customers
    return sqrt(own**2 + (cell.error * cell.each) ** 2 + (frame.shared_spread * above) ** 2)


def _each(worth: Worth, values: FloatArray, frame: Frame) -> tuple[float, float, float]:
    """A customer's part of the sum and its range; of a given value, which is certain, the range over who might be customers."""
    if frame.horizon_days:
        return worth.mean / worth.customers, worth.low / worth.customers, worth.high / worth.customers
    found = ranges.mean(values, frame.interval_level)
    middle = worth.mean / worth.customers
    return middle, middle + found.low - found.mean, middle + found.high - found.mean


def trait_words(trait: Trait) -> str:
    """A trait with its shares: business buyer (92 % of them, 13 % of all)."""
    theirs = "nearly all" if trait.nearly_all else f"{100 * trait.share:.0f} %"
    return f"{trait.words} ({theirs} of them, {100 * trait.base:.0f} % of all)"


def _sentence(name: str, role: str, cell: Summed, base: Summed, frame: Frame) -> str:
    worth, unit = cell.worth, f" {frame.currency}" if frame.currency else ""
    said = f"{name}: {worth.customers:,} customers, worth {worth.mean:,.0f}{unit} together"
    if frame.horizon_days:
        money = "profit" if frame.in_profit else "revenue"
        level = f"{frame.interval_level:.0%}".replace("%", " %")
        said = (
            f"{name}: {worth.customers:,} customers, expected to bring {worth.mean:,.0f}{unit} of {money} in {frame.horizon_days} days "
            f"({level} range {worth.low:,.0f} to {worth.high:,.0f})"
        )
    if role == BASE:
        return f"{said}, {base.each:,.2f} each."
    part = f", {100 * worth.mean / base.worth.mean:.0f} % of the base's" if base.worth.mean > 0 else ""
    people = 100 * worth.customers / base.worth.customers
    return f"{said}{part} from {people:.0f} % of its customers: {cell.each:,.2f} each against {base.each:,.2f}."
