"""What the value of the company would be if a little were different: the keeping rate, newcomers, margin, cost of winning, discount.

Every lever is pulled on the same draws, so the change has a range of its own. *Retention*: of what customers bring in a year, one point
more comes in the next, from now on and for newcomers by age: flows of t years ahead grow by ((ρ + 0.01) / ρ)^t, ρ the ratio of the second year to the
first of the customers of today. *Margin*: one point of net revenue more is kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.audit.equity.ahead import MonthsAhead
from lifeworth.insight.audit.equity.current import Current
from lifeworth.insight.audit.equity.futures import Futures
from lifeworth.insight.audit.equity.newcomer import Newcomer, age_years
from lifeworth.insight.audit.valuation.cash import MONTHS, Company

Floats = NDArray[np.float64]

RETENTION, ACQUISITION, MARGIN, PRICE, RATE = "keeping rate", "newcomers", "margin", "cost of winning", "discount rate"
POINT, TENTH, RATE_POINTS = 0.01, 0.10, 0.02
Draw = Callable[[Current, Newcomer | None], Futures]


@dataclass(frozen=True)
class Lever:
    """A lever, by how much it is pulled, and the company then."""

    name: str
    by: float
    words: str
    company: Company


def pull_levers(company: Company, draw: Draw, current: Current, newcomer: Newcomer | None) -> Iterator[Lever]:
    """Every lever both ways, as far as it can be pulled."""
    ratio = kept_ratio(current)
    if ratio is not None:
        for by in (POINT, -POINT):
            kept = draw(*more_kept(company.ahead, current, newcomer, (ratio + by) / ratio))
            yield Lever(RETENTION, by, f"{_signed(by)} point a year", replace(company, futures=kept))
    if company.futures.newcomers is not None:
        for by in (TENTH, -TENTH):
            yield Lever(
                ACQUISITION, by, f"{_signed(by)} %", replace(company, futures=more_come(company.futures, 1 + by))
            )
    for by in (POINT, -POINT):
        yield Lever(
            MARGIN, by, f"{_signed(by)} point of revenue", replace(company, futures=more_left(company.futures, by))
        )
    if company.winning.known:
        for by in (TENTH, -TENTH):
            priced = replace(company.winning, each=company.winning.each * (1 + by))
            yield Lever(PRICE, by, f"{_signed(by)} %", replace(company, winning=priced))
    for by in (RATE_POINTS, -RATE_POINTS):
        rate = company.ahead.discount + by
        if rate > 0:
            yield Lever(
                RATE, by, f"{_signed(by)} points", replace(company, ahead=replace(company.ahead, discount=rate))
            )


def kept_ratio(current: Current) -> float | None:
    """Second year over first of what current customers bring; none where the first brings nothing."""
    first, second = (float(current.money[year * MONTHS : (year + 1) * MONTHS].sum()) for year in (0, 1))
    return float(np.clip(second / first, 0.05, 1.0)) if first > 0 else None


def more_kept(
    ahead: MonthsAhead, current: Current, newcomer: Newcomer | None, times: float
) -> tuple[Current, Newcomer | None]:
    """Everybody's flows when each year keeps so many times as much of the last."""
    grown = times**ahead.years
    current = replace(current, revenue=current.revenue * grown, money=current.money * grown)
    if newcomer is None:
        return current, None
    months = len(newcomer.money)
    years = age_years(months)
    ages, later = years[:months], years[months:]
    return current, replace(
        newcomer,
        revenue=newcomer.revenue * times**ages,
        money=newcomer.money * times**ages,
        later_revenue=newcomer.later_revenue * times**later,
        later_money=newcomer.later_money * times**later,
    )


def more_come(futures: Futures, times: float) -> Futures:
    """So many times as many newcomers, of the same kind."""
    scaled = [
        part if part is None else part.scaled(times)
        for part in (futures.new_revenue, futures.new_money, futures.newcomers)
    ]
    return replace(futures, new_revenue=scaled[0], new_money=scaled[1], newcomers=scaled[2])


def more_left(futures: Futures, by: float) -> Futures:
    """So much more of net revenue is kept."""
    current = futures.current_money.plus(futures.current_revenue.scaled(by))
    if futures.new_money is None or futures.new_revenue is None:
        return replace(futures, current_money=current)
    coming = futures.new_money.plus(futures.new_revenue.scaled(by))
    lifetime = futures.lifetime
    if lifetime is not None and futures.lifetime_revenue is not None:
        lifetime = lifetime.plus(futures.lifetime_revenue.times(by))
    return replace(futures, current_money=current, new_money=coming, lifetime=lifetime)


def _signed(by: float) -> str:
    return f"{100 * by:+.0f}".replace("-", "−")
