"""How the people of a group typically come, return and are served: the rows of ``personas_journey``."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from lifeworth.insight.ground import FEWEST, Frame, too_small
from lifeworth.insight.personas import ranges
from lifeworth.insight.personas.finding import Finding
from lifeworth.insight.personas.people import SEEN
from lifeworth.insight.personas.ranges import Ranged
from lifeworth.insight.personas.ranks import control
from lifeworth.ledger.tables import day, drop, make_table
from lifeworth.maths.arrays import BoolArray, FloatArray
from lifeworth.store.engine import Engine

CHANCE = 0.05
NAMED = 3
SETTLED_DAYS = 90
STEPS = "personas_steps"

_STEPS = """
SELECT s.customer_id, g.place AS member, f.category, f.product, s.channel, w.days AS second_after,
       s.frequency, s.gap, s.orders, s.T_days, s.order_value, s.returned_share, s.tickets
FROM (SELECT * FROM {seen} ORDER BY customer_id) s
POSITIONAL JOIN personas_grouped g
LEFT JOIN ({first}) f USING (customer_id) LEFT JOIN ({second}) w USING (customer_id) ORDER BY s.customer_id"""

# The line that made up most of the first order.
_FIRST = """
SELECT s.customer_id, arg_max(coalesce(nullif(trim(l.category), ''), p.category), (l.amount, -l.line_no)) AS category,
       arg_max(coalesce(nullif(trim(l.product_name), ''), p.product_name, l.product_id), (l.amount, -l.line_no)) AS product
FROM {seen} s JOIN sources_order_lines l ON l.order_id = s.first_order_id
LEFT JOIN (SELECT product_id, max(category) AS category, max(product_name) AS product_name FROM sources_products GROUP BY 1) p
  USING (product_id)
WHERE l.kind = 'goods' GROUP BY s.customer_id"""

_SECOND = """
SELECT s.customer_id, min(d.day) - any_value(s.first_order_at) AS days
FROM {seen} s JOIN ledger_keys k USING (customer_id) JOIN ledger_days d USING (customer_key)
WHERE d.day > s.first_order_at AND d.day < {as_of} GROUP BY s.customer_id"""


@dataclass(frozen=True)
class Step:
    """A step of a group's journey against everybody else's; ``detail`` is the product, category or channel."""

    group: int
    step: str
    detail: str
    unit: str
    figure: Ranged
    others: Ranged
    differs: bool


def find_steps(engine: Engine, frame: Frame, finding: Finding) -> list[Step]:
    """The journey of every group, step by step in reading order; nothing where there are no orders."""
    if not finding.groups:
        return []
    first, second = _FIRST.format(seen=SEEN), _SECOND.format(seen=SEEN, as_of=day(frame.as_of))
    engine.write("personas_grouped", {"place": finding.member})
    make_table(engine, STEPS, _STEPS.format(seen=SEEN, first=first, second=second))
    drop(engine, "personas_grouped")
    try:
        steps = [*_named_steps(engine, len(finding.groups), frame.interval_level), *_figures(engine, finding, frame)]
    finally:
        drop(engine, STEPS)
    order = {name: place for place, name in enumerate(_ORDER)}
    return sorted(steps, key=lambda step: (step.group, order[step.step]))


_ORDER = (
    "first category", "first product", "channel", "bought again", "days to the second purchase", "days between purchases",
    "orders a year", "value of an order", "share sent back", "tickets per 100 orders",
)  # fmt: skip


def _named_steps(engine: Engine, groups: int, level: float) -> Iterator[Step]:
    for step, column in (("first category", "category"), ("first product", "product"), ("channel", "channel")):
        counted = engine.rows(
            f"SELECT member, {column}, count(*) FROM {STEPS} WHERE {column} IS NOT NULL GROUP BY 1, 2 ORDER BY 2, 1"
        )
        yield from _most_different(step, [(int(m), str(name), int(n)) for m, name, n in counted], groups, level)


def _most_different(step: str, counted: list[tuple[int, str, int]], groups: int, level: float) -> Iterator[Step]:
    """For each group the names it is found with more often than everybody else, or else the commonest one."""
    total: dict[str, int] = {}
    for _, name, people in counted:
        total[name] = total.get(name, 0) + people
    everybody = sum(total.values())
    found: list[tuple[Step, float]] = []
    for group in range(groups):
        mine = {name: people for member, name, people in counted if member == group}
        size = sum(mine.values())
        for name, people in mine.items():
            if people < FEWEST or 0 < total[name] - people < FEWEST or 0 < size - people < FEWEST:
                continue
            figure, others = (
                ranges.share(people, size, level),
                ranges.share(total[name] - people, everybody - size, level),
            )
            chance = two_shares(people, size, total[name] - people, everybody - size)
            found.append((Step(group, step, name, "share", figure, others, False), chance))
    sure = control([chance for _, chance in found]) < CHANCE
    for group in range(groups):
        mine_ = [(each, is_sure) for (each, _), is_sure in zip(found, sure, strict=True) if each.group == group]
        above = sorted((e for e, is_sure in mine_ if is_sure and e.figure.mean > e.others.mean), key=_by_difference)
        common = sorted((e for e, _ in mine_), key=lambda e: (-e.figure.mean, e.detail))
        for each in above[:NAMED] or common[:1]:
            yield Step(group, step, each.detail, each.unit, each.figure, each.others, bool(above))


def _by_difference(step: Step) -> tuple[float, str]:
    return step.others.mean - step.figure.mean, step.detail


def two_shares(first: float, of_first: float, second: float, of_second: float) -> float:
    """Chance of two shares as far apart, were they the same (pooled normal test)."""
    pooled = (first + second) / max(of_first + of_second, 1.0)
    error = np.sqrt(pooled * (1 - pooled) * (1 / of_first + 1 / of_second)) if of_first and of_second else 0.0
    if error == 0:
        return 1.0
    return float(2 * NormalDist().cdf(-abs(first / of_first - second / of_second) / error))


def _figures(engine: Engine, finding: Finding, frame: Frame) -> Iterator[Step]:
    found = engine.arrays(
        f"SELECT * EXCLUDE (customer_id, category, product, channel) FROM {STEPS} ORDER BY customer_id"
    )
    steps = {name: np.ma.filled(np.ma.asarray(column).astype(np.float64), np.nan) for name, column in found.items()}
    again, age = steps["frequency"] > 0, steps["T_days"]
    everybody = np.ones(len(again), dtype=np.bool_)
    yearly = np.where(age >= SETTLED_DAYS, steps["orders"] * 365 / np.maximum(age, 1), np.nan)
    measured: list[tuple[str, str, str, FloatArray, BoolArray]] = [
        ("bought again", "share", "share", again.astype(np.float64), everybody),
        ("days to the second purchase", "days", "median", steps["second_after"], again),
        ("days between purchases", "days", "median", steps["gap"], again),
        ("orders a year", "orders", "mean", yearly, everybody),
        ("value of an order", "currency", "median", steps["order_value"], everybody),
        ("share sent back", "share", "mean", steps["returned_share"], everybody),
        (
            "tickets per 100 orders",
            "tickets",
            "mean",
            100 * steps["tickets"] / np.maximum(steps["orders"], 1),
            everybody,
        ),
    ]
    for group in range(len(finding.groups)):
        inside = finding.member == group
        for step, unit, how, values, among in measured:
            known = among & np.isfinite(values)
            mine, others = values[known & inside], values[known & ~inside]
            if len(mine) < FEWEST or len(others) < FEWEST or np.ptp(values[known]) == 0:
                continue
            if how != "share" or not _few(mine):
                yield _compare(group, step, unit, how, mine, others, frame.interval_level)


def _few(marks: FloatArray) -> bool:
    """Whether so few of a group do, or do not, what a share counts that it must not be told."""
    do = int(marks.sum())
    return too_small(do) or too_small(len(marks) - do)


def _compare(group: int, step: str, unit: str, how: str, mine: FloatArray, others: FloatArray, level: float) -> Step:
    figure, other = _measure(how, mine, level), _measure(how, others, level)
    sure = _measure(how, mine, 1 - CHANCE).less(_measure(how, others, 1 - CHANCE)).beyond_chance
    return Step(group, step, "", unit, figure, other, sure)


def _measure(how: str, values: FloatArray, level: float) -> Ranged:
    if how == "share":
        return ranges.share(float(values.sum()), len(values), level)
    return ranges.median(values, level) if how == "median" else ranges.mean(values, level)


def step_row(name: str, place: int, step: Step, frame: Frame) -> list[Any]:
    """A step as a row of the table."""
    figure, others = step.figure, step.others
    return [
        name,
        place,
        step.step,
        step.detail or None,
        step.unit,
        *(figure.mean, figure.low, figure.high),
        *(others.mean, others.low, others.high),
        figure.people,
        step.differs,
        _sentence(step, frame),
    ]


def _sentence(step: Step, frame: Frame) -> str:
    mine, others = (_say(each.mean, step.unit, frame) for each in (step.figure, step.others))
    what = f"{step.step} {step.detail}" if step.detail else step.step
    how = "against" if step.differs else "much as"
    return (
        f"{what[:1].upper()}{what[1:]}: {mine}, {how} {others} of everybody else."
        if step.unit == "share"
        else (f"{what[:1].upper()}{what[1:]}: {mine}, {how} {others} with everybody else.")
    )


def _say(value: float, unit: str, frame: Frame) -> str:
    if unit == "share":
        return f"{100 * value:.0f} %"
    if unit == "currency":
        return f"{value:,.2f}{' ' + frame.currency if frame.currency else ''}"
    return f"{value:,.0f} days" if unit == "days" else f"{value:,.1f}"
