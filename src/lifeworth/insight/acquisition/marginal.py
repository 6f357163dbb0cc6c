"""What one newcomer more would cost, channel by channel."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.acquisition import tables
from lifeworth.insight.acquisition.chain import DRAWS
from lifeworth.insight.acquisition.channels import pool_of
from lifeworth.insight.acquisition.costs import Prices
from lifeworth.insight.acquisition.response import FEWEST_MONTHS, LEAST, Months, Response, learn_response
from lifeworth.insight.acquisition.won import WON, Won
from lifeworth.insight.acquisition.words import money
from lifeworth.insight.ground import Frame, fill
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

MOST_MONTHS = 120
MOSTLY_PRIOR = 0.3

_PEOPLE = """
SELECT channel, date_trunc('month', first_day)::DATE, count(*) FROM {won} WHERE is_new AND first_day < {until} GROUP BY ALL"""
_MONEY = """
SELECT {pool}, date_trunc('month', spent_on)::DATE, sum(amount) FROM sources_spend
WHERE purpose = 'acquire' AND spent_on < {until} GROUP BY ALL"""


@dataclass(frozen=True)
class Marginal:
    """What one newcomer more costs, by channel's code; only for channels that could be learned from.

    ``elasticity`` is (mean, draws of it); ``cost`` the same of CAC over elasticity.
    """

    elasticity: dict[int, tuple[float, Floats]]
    cost: dict[int, tuple[float, Floats]]


def learn_marginal(engine: Engine, frame: Frame, won: Won, prices: Prices) -> Marginal:
    """``acquisition_marginal``: elasticity of newcomers to spend from whole months, and the cost of one newcomer more."""
    if not prices.known:
        return Marginal({}, {})
    months = read_months(engine, won)
    response = learn_response(months) if months.channel.size else None
    found = _marginal(response, frame.seed, prices)
    spent = np.bincount(months.channel, weights=months.spend > 0, minlength=len(won.channels.names)).astype(int)
    fill(engine, tables.MARGINAL, _rows(frame, won, prices, found, response, spent))
    return found


def read_months(engine: Engine, won: Won) -> Months:
    """Newcomers and spend of every channel in every whole month, the last 120 at most.

    A month counts where all of it lies between the first order and the day asked; the folded channels are one.
    """
    first = won.settled if won.settled.day == 1 else _next_month(won.settled)
    until = won.as_of.replace(day=1)
    first = max(first, _months_before(until, MOST_MONTHS))
    size = (until.year - first.year) * 12 + until.month - first.month
    if size <= 0:
        nothing = np.zeros(0, dtype=np.int64)
        return Months(nothing, nothing, nothing, np.zeros(0), np.zeros(0))
    people, spend = (np.zeros((len(won.channels.names), size)) for _ in range(2))
    for code, month, count in engine.rows(_PEOPLE.format(won=WON, until=day(until))):
        if (place := _place(month, first)) >= 0:
            people[code, place] += count
    for pool, month, amount in engine.rows(_MONEY.format(pool=pool_of("channel"), until=day(until))):
        if (place := _place(month, first)) >= 0:
            spend[won.channels.codes.get(pool, won.channels.others), place] += max(float(amount), 0.0)
    kept = np.flatnonzero(people.sum(axis=1) + spend.sum(axis=1) > 0)
    channel, month = (part.ravel() for part in np.meshgrid(kept, np.arange(size), indexing="ij"))
    of_year = (first.month - 1 + month) % 12
    return Months(channel, month, of_year, people[channel, month], spend[channel, month])


def _marginal(response: Response | None, seed: int, prices: Prices) -> Marginal:
    if response is None:
        return Marginal({}, {})
    noise = np.random.default_rng([seed, 43]).standard_normal((DRAWS, len(response.channels)))
    drawn = response.draw(noise)
    elasticity, cost = {}, {}
    for place, code in enumerate(response.channels.tolist()):
        mean = max(float(response.mean[place]), LEAST)
        elasticity[code] = (mean, drawn[:, place])
        price = prices.by_channel[code]
        if price is not None:
            cost[code] = (price / mean, price / drawn[:, place])
    return Marginal(elasticity, cost)


def _rows(
    frame: Frame, won: Won, prices: Prices, found: Marginal, response: Response | None, spent: NDArray[np.int64]
) -> Iterator[list[Any]]:
    known = {} if response is None else dict(zip(response.channels.tolist(), response.from_data.tolist(), strict=True))
    for code, name in enumerate(won.channels.names):
        price, months = prices.by_channel[code], int(spent[code])
        if not prices.spend[code] and not months:
            continue
        if code not in known:
            yield [name, months, *[None] * 4, price, *[None] * 3, frame.interval_level, _too_few(name, months)]
            continue
        mean, drawn = found.elasticity[code]
        low, high = (float(end) for end in np.quantile(drawn, _ends(frame)))
        cost = _cost(frame, found, code)
        note = _note(frame, name, mean, known[code], price, cost)
        yield [name, months, mean, low, high, known[code], price, *cost, frame.interval_level, note]


def _ends(frame: Frame) -> list[float]:
    return [(1 - frame.interval_level) / 2, (1 + frame.interval_level) / 2]


def _cost(frame: Frame, found: Marginal, code: int) -> list[float | None]:
    """Mean, low and high of the marginal cost; no high end where the elasticity may be as good as nothing."""
    if code not in found.cost:
        return [None, None, None]
    mean, drawn = found.cost[code]
    low, high = (float(end) for end in np.quantile(drawn, _ends(frame)))
    bounded = float(np.quantile(found.elasticity[code][1], _ends(frame)[0])) > LEAST
    return [mean, min(low, mean), max(high, mean) if bounded else None]


def _too_few(name: str, months: int) -> str:
    if months < FEWEST_MONTHS:
        return f"{name}: not enough months. {months} whole months have spend, {FEWEST_MONTHS} are needed."
    return f"{name}: not enough newcomers in its months with spend to say what more spend would do."


def _note(
    frame: Frame, name: str, elasticity: float, from_data: float, price: float | None, cost: list[float | None]
) -> str:
    said = f"{name}: 10 % more spend went with {10 * elasticity:.1f} % more newcomers"
    if price is not None and cost[0] is not None:
        said += f", so one more costs {money(frame, cost[0])} where one cost {money(frame, price)} on average"
    if from_data < MOSTLY_PRIOR:
        said += ". Spend hardly varied beside season and trend: this is mostly the prior"
    return said + "."


def _place(month: date, first: date) -> int:
    return (month.year - first.year) * 12 + month.month - first.month


def _next_month(day_: date) -> date:
    return date(day_.year + day_.month // 12, day_.month % 12 + 1, 1)


def _months_before(day_: date, months: int) -> date:
    number = day_.year * 12 + day_.month - 1 - months
    return date(number // 12, number % 12 + 1, 1) if number >= 12 else date(1, 1, 1)
