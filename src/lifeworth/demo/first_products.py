"""Newcomer profit by every product that first orders hold, measured on many simulated newcomers.

``planted.json`` holds the two products that matter by design. Any other product is tied to worth, too, by what it costs
and who likes it; a study that is told of one can look up here whether it is right.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from lifeworth.demo.aftermath import follow_up, settle
from lifeworth.demo.arrays import Floats, Ints
from lifeworth.demo.catalogue import read_catalogue
from lifeworth.demo.newcomers import NEWCOMER_DAYS, count_repeats, price_orders
from lifeworth.demo.people import describe
from lifeworth.demo.population import FINISHED
from lifeworth.demo.purchases import sort_purchases
from lifeworth.demo.sales import print_price_lists, ring_up
from lifeworth.demo.seasons import make_calendar, month_of, weigh_joins
from lifeworth.demo.simulation import draw_baskets
from lifeworth.demo.starters import draw_starters
from lifeworth.demo.terms import CHANNELS
from lifeworth.demo.traits import compare, draw_traits


@dataclass(frozen=True)
class FirstProducts:
    """One entry per product; money in euros.

    ``share`` of newcomers begin with it; ``difference`` is what they bring in 365 days (first order included) more than
    other newcomers of the same channel and month, averaged over the buyers' own; ``standard_error`` is that of measuring.
    """

    product_id: tuple[str, ...]
    share: Floats
    difference: Floats
    standard_error: Floats


def measure_first_products(
    as_of: date, *, season: bool = True, price_drift: bool = True, newcomers: int = 200_000, seed: int = 0
) -> FirstProducts:
    """Simulate newcomers of the finished year: the first order as it happens, the repeats as expected."""
    rng = np.random.default_rng(seed)
    calendar = make_calendar(as_of, 1, season=season, price_drift=price_drift)
    catalogue, hidden = read_catalogue(), draw_traits(newcomers, rng)
    people = describe(hidden, rng, rng)
    reached = np.concatenate([[0.0], np.cumsum(weigh_joins(calendar, *FINISHED))])
    joined = np.interp(
        np.sort(rng.uniform(0, reached[-1], newcomers)), reached, np.arange(FINISHED[0], FINISHED[1] + 1.0)
    )
    day = np.floor(joined).astype(np.int64)
    month = month_of(day, as_of)
    start = draw_starters(compare(hidden), people.channel, month, rng)
    bought = sort_purchases(np.arange(newcomers), joined, np.zeros(newcomers, dtype=np.bool_), calendar.horizon_days)
    lines = draw_baskets(people, bought, catalogue, rng, start)
    sold = ring_up(people, bought, lines, print_price_lists(catalogue, calendar), calendar, rng)
    first = settle(sold, follow_up(people, bought, lines, sold, catalogue, rng)).profit / 100
    repeats = count_repeats(people, joined, calendar, joined, day + float(NEWCOMER_DAYS))
    profit = first + (repeats * price_orders(people, calendar).repeat).sum(axis=0)
    alike = (month - month.min()) * len(CHANNELS) + people.channel
    held = np.unique(lines.product + len(catalogue.names) * bought.customer[lines.order])
    customer, product = np.divmod(held, len(catalogue.names))
    cells = product * (int(alike.max()) + 1) + alike[customer]
    return FirstProducts(catalogue.ids, *_differ(len(catalogue.names), cells, profit[customer], alike, profit))


def _differ(
    products: int, cell: Ints, profit_holder: Floats, alike: Ints, profit: Floats
) -> tuple[Floats, Floats, Floats]:
    """Share, difference and standard error of each product.

    ``cell`` is product × group of each holder, ``alike`` the group (channel and month) of every newcomer.
    """
    groups = int(alike.max()) + 1

    def per_cell(weights: Floats) -> Floats:
        sums = np.bincount(cell, weights=weights, minlength=products * groups)
        return np.asarray(sums.reshape(products, groups), dtype=np.float64)

    holders, money, squares = (per_cell(profit_holder**power) for power in range(3))
    others = np.bincount(alike, minlength=groups) - holders
    other_money = np.bincount(alike, weights=profit, minlength=groups) - money
    other_squares = np.bincount(alike, weights=profit**2, minlength=groups) - squares
    count = holders.sum(axis=1)
    weight = holders / np.maximum(count, 1)[:, None]
    mean, other_mean = money / np.maximum(holders, 1), other_money / np.maximum(others, 1)
    spread = (squares - holders * mean**2).sum(axis=1) / np.maximum(count, 1)
    other_spread = (other_squares - others * other_mean**2).sum(axis=1) / np.maximum(others.sum(axis=1), 1)
    noise = spread / np.maximum(count, 1) + (weight**2 / np.maximum(others, 1)).sum(axis=1) * other_spread
    return count / len(profit), (weight * (mean - other_mean)).sum(axis=1), np.sqrt(noise)
