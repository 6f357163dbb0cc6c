"""``audit_equity``: current customers and those still to come, over one, three and five years, and without end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.equity.ahead import DAYS_A_YEAR, MonthsAhead
from lifeworth.insight.audit.equity.futures import Flows, Futures, Total
from lifeworth.insight.audit.equity.keeping import Keeping
from lifeworth.insight.audit.equity.winning import Winning
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import EQUITY
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

YEARS = (1, 3, 5, None)
CURRENT, COMING, WINNING, ALL, BY_RULE = (
    "current customers",
    "customers to come",
    "cost of winning them",
    "customer equity",
    "current customers by the keeping rate",
)
SEEN_TIMES = 2.0


@dataclass(frozen=True)
class Equity:
    """Everything the table is made of."""

    ahead: MonthsAhead
    futures: Futures
    winning: Winning
    keeping: Keeping
    history_days: int


def write_equity(engine: Engine, frame: Frame, equity: Equity) -> None:
    """Every part over every span of years."""
    put(engine, EQUITY, (row for years in YEARS for row in _of_years(frame, equity, years)))


def parts_over(equity: Equity, years: int | None) -> dict[str, Total]:
    """Present value of every part that can be told, over so many years or without end."""
    ahead, futures = equity.ahead, equity.futures
    weights = present_weights(ahead, years)
    parts = {CURRENT: futures.current_money.total(weights)}
    whole = parts[CURRENT]
    if futures.new_money is not None and futures.newcomers is not None:
        parts[COMING] = futures.new_money.total(weights)
        whole = whole.plus(parts[COMING])
        if equity.winning.known:
            months = len(ahead.number)
            parts[WINNING] = futures.newcomers.total(weights[:months]).times(-equity.winning.each)
            whole = whole.plus(parts[WINNING])
    return parts | {ALL: whole}


def present_weights(ahead: MonthsAhead, years: int | None) -> Floats:
    """What money of every span counts within so many years, or at all."""
    return ahead.present if years is None else ahead.present * ahead.within(years * DAYS_A_YEAR)


def extrapolated(ahead: MonthsAhead, flows: Flows, weights: Floats, history_days: int) -> float | None:
    """Share of a present value that comes later than twice the history is long."""
    total = float(flows.expected @ weights)
    beyond = float(flows.expected @ (weights * (1 - ahead.within(SEEN_TIMES * history_days))))
    return float(np.clip(beyond / total, 0.0, 1.0)) if total > 0 else None


def _of_years(frame: Frame, equity: Equity, years: int | None) -> Iterator[list[Any]]:
    ahead, futures = equity.ahead, equity.futures
    weights = present_weights(ahead, years)
    flows = {CURRENT: futures.current_money, COMING: futures.new_money}
    if futures.new_money is not None:
        flows[ALL] = futures.current_money.plus(futures.new_money)
    else:
        flows[ALL] = futures.current_money
    basis = "profit" if frame.in_profit else "revenue"
    for place, (name, total) in enumerate(parts_over(equity, years).items(), 1):
        flow = flows.get(name)
        beyond = None if flow is None else extrapolated(ahead, flow, weights, equity.history_days)
        yield [
            years,
            place,
            name,
            total.expected,
            *total.ends(frame.interval_level),
            beyond,
            frame.interval_level,
            basis,
        ]
    first = float(futures.current_money.total(present_weights(ahead, 1)).expected)
    if (ruled := equity.keeping.years(first, ahead.discount, years)) is not None:
        yield [years, 9, BY_RULE, ruled, None, None, None, frame.interval_level, basis]
