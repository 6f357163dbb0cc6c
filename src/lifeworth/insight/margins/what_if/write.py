"""``margins_what_if``: every lever of the settings."""

from typing import Any

from lifeworth.insight.ground import Frame, fill
from lifeworth.insight.margins import tables
from lifeworth.insight.margins.what_if.acquisition_cost import cheaper_to_win
from lifeworth.insight.margins.what_if.base import Base, read_base
from lifeworth.insight.margins.what_if.budget import moved_budget
from lifeworth.insight.margins.what_if.change import Change
from lifeworth.insight.margins.what_if.price import dearer
from lifeworth.insight.margins.what_if.rates import Rates, read_rates
from lifeworth.insight.margins.what_if.retention import more_come
from lifeworth.insight.margins.what_if.returns import fewer_returns
from lifeworth.insight.margins.what_if.winning import Winning, read_winning
from lifeworth.settings import WhatIf
from lifeworth.store.engine import Engine


def write_what_if(engine: Engine, frame: Frame) -> None:
    """A row per lever, two where budget is moved; none where there is no customer."""
    base = read_base(engine, frame)
    if base.customers.sum() == 0:
        return
    rates, winning = read_rates(engine, frame), read_winning(engine, frame)
    fill(
        engine,
        tables.WHAT_IF,
        (
            _row(frame, place, lever, change)
            for place, lever in enumerate(frame.settings.what_if, 1)
            for change in pull(frame, base, rates, winning, lever)
        ),
    )


def pull(frame: Frame, base: Base, rates: Rates, winning: Winning, lever: WhatIf) -> tuple[Change, ...]:
    """What a lever changes; budget is reckoned in two ways."""
    by = float(lever.by)
    match lever.lever:
        case "retention":
            return (more_come(frame, base, by),)
        case "returns":
            return (fewer_returns(frame, base, rates, by),)
        case "price":
            return (dearer(frame, base, rates, by, float(frame.settings.elasticity)),)
        case "acquisition_cost":
            return (cheaper_to_win(frame, winning, by),)
        case _:
            return moved_budget(frame, winning, by, lever.channel or "", lever.to or "")


def _row(frame: Frame, place: int, lever: WhatIf, change: Change) -> list[Any]:
    low, high = change.ends(frame.interval_level)
    return [
        place,
        lever.lever,
        float(lever.by),
        lever.channel,
        lever.to,
        change.reckoned,
        change.what_changes,
        change.before,
        change.mean,
        low,
        high,
        frame.horizon_days,
        frame.interval_level,
        change.assumption,
        _sentence(frame, lever, change),
    ]


def lever_words(lever: WhatIf) -> str:
    """How far which lever is pulled: one point more of the customers come back."""
    by = float(lever.by)
    size, more = f"{100 * abs(by):g}", "more" if by >= 0 else "fewer"
    match lever.lever:
        case "retention":
            return f"If {size} {'point' if abs(by) == 0.01 else 'points'} {more} of the customers bought at all"
        case "returns":
            return f"If there were {size} % {more} returns"
        case "price":
            return f"If prices were {size} % {'higher' if by >= 0 else 'lower'}"
        case "acquisition_cost":
            return f"If winning a customer cost {size} % {'more' if by >= 0 else 'less'}"
        case _:
            return f"If {size} % of the spend on {lever.channel} went to {lever.to}"


def _sentence(frame: Frame, lever: WhatIf, change: Change) -> str:
    said = lever_words(lever) + (f", {change.reckoned}" if change.reckoned else "")
    if change.mean is None:
        return f"{said}: it cannot be said what would change. {change.assumption}."
    low, high = change.ends(frame.interval_level)
    assert low is not None and high is not None
    unit = f" {frame.currency}" if frame.currency else ""
    return (
        f"{said}, the {change.what_changes} would change by {change.mean:+,.0f}{unit} ({100 * frame.interval_level:.0f} % range {low:+,.0f} to "
        f"{high:+,.0f}). Taken for granted: {change.assumption[:1].lower() + change.assumption[1:]}."
    )
