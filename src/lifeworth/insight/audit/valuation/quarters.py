"""Revenue and money of the coming quarters and years, from current customers and newcomers apart (``audit_forecast``)."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lifeworth.insight.audit.equity.ahead import MonthsAhead
from lifeworth.insight.audit.equity.futures import Flows, Futures, Total
from lifeworth.insight.audit.money import MONTHS
from lifeworth.insight.audit.months import QUARTER, YEAR, Calendar, months_before
from lifeworth.insight.audit.rows import put
from lifeworth.insight.audit.tables import FORECAST
from lifeworth.insight.ground import Frame
from lifeworth.store.engine import Engine

MOST_PAST, YEARS = 8, 5
SEEN, EXPECTED, EXTRAPOLATED = "seen", "expected", "extrapolated"


def write_forecast(engine: Engine, frame: Frame, calendar: Calendar, ahead: MonthsAhead, futures: Futures) -> None:
    """Quarters that were seen, four to come, and four years after; what lies beyond twice the history is extrapolated."""
    put(engine, FORECAST, (*_seen(engine, frame, calendar), *_coming(frame, calendar, ahead, futures)))


def _seen(engine: Engine, frame: Frame, calendar: Calendar) -> Iterator[list[Any]]:
    sums = {
        int(month): (revenue, money)
        for month, revenue, money in engine.rows(
            f"SELECT month, sum(revenue), sum(money) FROM {MONTHS} GROUP BY 1 ORDER BY 1"
        )
    }
    whole = [period for period in calendar.periods(QUARTER) if period.whole]
    for period in whole[-MOST_PAST:]:
        months = [sums[month] for month in range(period.first, period.end) if month in sums]
        revenue, money = (float(sum(each[place] for each in months)) for place in (0, 1))
        figures = [*([None] * 6), revenue, None, None, money, None, None]
        yield ["quarter", period.since, period.until, SEEN, *figures, frame.interval_level, _basis(frame)]


def _coming(frame: Frame, calendar: Calendar, ahead: MonthsAhead, futures: Futures) -> Iterator[list[Any]]:
    spans = [("quarter", QUARTER * place, QUARTER * (place + 1)) for place in range(4)]
    spans += [("year", YEAR * place, YEAR * (place + 1)) for place in range(YEARS)]
    known = (calendar.as_of - calendar.first_day).days
    for name, first, end in spans:
        weights = np.zeros(len(ahead.years))
        weights[first:end] = 1.0
        how = EXPECTED if ahead.edges[end] <= 2 * known else EXTRAPOLATED
        old, new = futures.current_revenue.total(weights), _new(futures.new_revenue, weights)
        money, more = futures.current_money.total(weights), _new(futures.new_money, weights)
        whole, brought = (part if other is None else part.plus(other) for part, other in ((old, new), (money, more)))
        since, until = (months_before(calendar.as_of, -month) for month in (first, end))
        level = frame.interval_level
        figures = [
            *_three(old, level),
            *(_three(new, level) if new else [None] * 3),
            *_three(whole, level),
            *_three(brought, level),
        ]
        yield [name, since, until, how, *figures, level, _basis(frame)]


def _new(flows: Flows | None, weights: np.ndarray[Any, Any]) -> Total | None:
    return None if flows is None else flows.total(weights)


def _three(total: Total, level: float) -> list[float]:
    return [total.expected, *total.ends(level)]


def _basis(frame: Frame) -> str:
    return "profit" if frame.in_profit else "revenue"
