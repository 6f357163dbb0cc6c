"""One shop's whole story, past and future, step by step; every later file only tells parts of it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from lifeworth.demo import (
    aftermath,
    baskets,
    marketing,
    people,
    purchases,
    sales,
    seasons,
    terms,
    truth,
    voices,
)
from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.catalogue import Catalogue, read_catalogue


@dataclass(frozen=True)
class Future:
    """What really happened from ``as_of`` to the end of the horizon, one entry per customer; money in euros.

    ``value`` is discounted profit (level 2b) of the orders placed in that time with all that followed from them,
    ``revenue`` their net revenue, not discounted, ``orders`` their number.
    """

    value: Floats
    revenue: Floats
    orders: Ints


@dataclass(frozen=True)
class Simulation:
    """Everything that happened in the shop, before ``as_of`` (day below 0) and after it."""

    calendar: seasons.Calendar
    catalogue: Catalogue
    people: people.People
    joined_day: Ints
    town: Ints
    purchases: purchases.Purchases
    second: Ints
    order_channel: Ints
    lines: baskets.Lines
    line_no: Ints
    price_lists: sales.PriceLists
    sales: sales.Sales
    after: aftermath.Aftermath
    surveys: voices.Surveys
    spend: marketing.Spend
    leads: marketing.Leads
    alive: Bools
    truth: truth.Truth
    future: Future


def play(
    customers: int,
    seed: int,
    as_of: date,
    horizon_days: int,
    discount: float,
    *,
    season: bool,
    price_drift: bool,
) -> Simulation:
    """Let the shop live from its opening to the end of the horizon."""
    rng = [np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(8)]
    calendar = seasons.make_calendar(as_of, horizon_days, season=season, price_drift=price_drift)
    catalogue = read_catalogue()
    crowd = people.draw_people(customers, rng[0])
    joined = seasons.draw_joins(calendar, customers, rng[1])
    bought, alive = purchases.draw_purchases(crowd, joined, calendar, rng[2])
    lines = draw_baskets(crowd, bought, catalogue, rng[3])
    lists = sales.print_price_lists(catalogue, calendar)
    sold = sales.ring_up(crowd, bought, lines, lists, calendar, rng[4])
    after = aftermath.follow_up(crowd, bought, lines, sold, catalogue, rng[5])
    return Simulation(
        calendar=calendar,
        catalogue=catalogue,
        people=crowd,
        joined_day=np.floor(joined).astype(np.int64),
        town=_number_towns(crowd),
        purchases=bought,
        second=seasons.second_of_day(bought.moment),
        order_channel=_choose_doors(crowd, bought, rng[6]),
        lines=lines,
        line_no=1 + purchases.rank_within(lines.order, np.bincount(lines.order, minlength=len(bought.day))),
        price_lists=lists,
        sales=sold,
        after=after,
        surveys=voices.ask(crowd, bought, after, rng[7]),
        spend=marketing.draw_spend(crowd, joined, as_of, rng[6]),
        leads=marketing.draw_leads(crowd, joined, rng[6]),
        alive=alive,
        truth=truth.know_truth(crowd, alive, calendar, discount),
        future=look_back(bought, aftermath.settle(sold, after), customers, discount),
    )


def draw_baskets(
    crowd: people.People, bought: purchases.Purchases, catalogue: Catalogue, rng: np.random.Generator
) -> baskets.Lines:
    """Fill every order: the sum in mind is Gamma given the customer (Fader and Hardie 2013), at today's prices."""
    budget = rng.gamma(people.SPEND_P, size=len(bought.customer)) * crowd.spend_scale[bought.customer]
    return baskets.fill_baskets(budget, crowd.taste[bought.customer], catalogue, rng)


def look_back(bought: purchases.Purchases, money: aftermath.OrderMoney, customers: int, discount: float) -> Future:
    """What the orders placed on or after ``as_of`` brought, customer by customer."""
    ahead = bought.day >= 0
    who = bought.customer[ahead]
    present = truth.discount_factor(bought.moment[ahead], discount)
    return Future(
        value=_per_customer(who, money.profit[ahead] / 100 * present, customers),
        revenue=_per_customer(who, money.revenue[ahead] / 100, customers),
        orders=np.bincount(who, minlength=customers),
    )


def _per_customer(who: Ints, values: Floats, customers: int) -> Floats:
    return np.asarray(np.bincount(who, weights=values, minlength=customers), dtype=np.float64)


def _number_towns(crowd: people.People) -> Ints:
    """Towns counted through all countries."""
    towns = [len(country.towns) for country in terms.COUNTRIES]
    return np.cumsum([0, *towns])[crowd.country] + crowd.town


def _choose_doors(crowd: people.People, bought: purchases.Purchases, rng: np.random.Generator) -> Ints:
    """Through which channel an order came: the first one's won the customer, later ones often need no advert."""
    own = crowd.channel[bought.customer]
    names = [channel.name for channel in terms.CHANNELS]
    others = np.where(rng.uniform(size=len(own)) < 0.5, names.index("e-mail"), names.index("organic search"))
    wanders = (bought.nth > 0) & (own != terms.MARKETPLACE) & (rng.uniform(size=len(own)) < 0.7)
    return np.where(wanders, others, own)
