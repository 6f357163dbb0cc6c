"""One shop's whole story, past and future, step by step; every later file only tells parts of it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from lifeworth.demo import (
    aftermath,
    attributes,
    baskets,
    campaigns,
    leads,
    marketing,
    newcomers,
    people,
    purchases,
    sales,
    seasons,
    starters,
    terms,
    traits,
    truth,
    voices,
)
from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.catalogue import Catalogue, read_catalogue

_STREAMS = (
    "people", "joins", "purchases", "baskets", "sales", "aftermath", "doors", "voices",
    "kinds", "attributes", "consent", "starters", "campaigns", "leads", "spend",
)  # fmt: skip
"""Each part of the shop has random numbers of its own, by its place here: append only."""


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
    """Everything that happened in the shop, before ``as_of`` (day below 0) and after it.

    ``long_calendar`` reaches a year beyond ``as_of`` at least, whatever the horizon. ``newcomer_profit`` is what each
    customer was expected to bring in the first 365 days, the first order included, in euros.
    """

    calendar: seasons.Calendar
    long_calendar: seasons.Calendar
    season: bool
    price_drift: bool
    structure: bool
    catalogue: Catalogue
    people: people.People
    cells: attributes.Cells
    consent: attributes.Consent
    starters: starters.Starters
    joined: Floats
    town: Ints
    purchases: purchases.Purchases
    assignments: campaigns.Assignments
    brought: campaigns.BroughtOrders
    second: Ints
    order_channel: Ints
    lines: baskets.Lines
    line_no: Ints
    price_lists: sales.PriceLists
    sales: sales.Sales
    after: aftermath.Aftermath
    surveys: voices.Surveys
    spend: marketing.Spend
    leads: leads.Leads
    alive: Bools
    truth: truth.Truth
    newcomer_profit: Floats
    future: Future

    @property
    def joined_day(self) -> Ints:
        """The day of each customer's first order, from ``as_of``."""
        return np.floor(self.joined).astype(np.int64)


def play(
    customers: int,
    seed: int,
    as_of: date,
    horizon_days: int,
    discount: float,
    *,
    season: bool,
    price_drift: bool,
    structure: bool = True,
) -> Simulation:
    """Let the shop live from its opening to the end of the horizon."""
    seeds = np.random.SeedSequence(seed).spawn(len(_STREAMS))
    rng = {name: np.random.default_rng(stream) for name, stream in zip(_STREAMS, seeds, strict=True)}
    calendar = seasons.make_calendar(as_of, horizon_days, season=season, price_drift=price_drift)
    far = max(horizon_days, newcomers.NEWCOMER_DAYS + 1)
    long_calendar = seasons.make_calendar(as_of, far, season=season, price_drift=price_drift)
    catalogue = read_catalogue()
    hidden = traits.draw_traits(customers, rng["people"])
    crowd = people.describe(hidden, rng["people"], rng["kinds"])
    cells = attributes.draw_cells(crowd.kind, rng["attributes"])
    consent = attributes.draw_consent(cells["newsletter"], rng["consent"])
    if not structure:
        cells, consent = attributes.deal_out(cells, consent, rng["attributes"])
    joined = seasons.draw_joins(calendar, customers, rng["joins"])
    month = seasons.month_of(np.floor(joined).astype(np.int64), as_of)
    start = starters.draw_starters(traits.compare(hidden), crowd.channel, month, rng["starters"])
    own, alive = purchases.draw_purchases(crowd, joined, calendar, rng["purchases"])
    assignments = campaigns.assign(own, customers, rng["campaigns"])
    brought = campaigns.bring_orders(assignments, rng["campaigns"])
    bought = purchases.add_orders(own, brought.customer, brought.moment, horizon_days)
    lines = draw_baskets(crowd, bought, catalogue, rng["baskets"], start)
    lists = sales.print_price_lists(catalogue, calendar)
    sold = sales.ring_up(crowd, bought, lines, lists, calendar, rng["sales"])
    after = aftermath.follow_up(crowd, bought, lines, sold, catalogue, rng["aftermath"])
    return Simulation(
        calendar=calendar,
        long_calendar=long_calendar,
        season=season,
        price_drift=price_drift,
        structure=structure,
        catalogue=catalogue,
        people=crowd,
        cells=cells,
        consent=consent,
        starters=start,
        joined=joined,
        town=_number_towns(crowd),
        purchases=bought,
        assignments=assignments,
        brought=brought,
        second=seasons.second_of_day(bought.moment),
        order_channel=_choose_doors(crowd, bought, rng["doors"]),
        lines=lines,
        line_no=1 + purchases.rank_within(lines.order, np.bincount(lines.order, minlength=len(bought.day))),
        price_lists=lists,
        sales=sold,
        after=after,
        surveys=voices.ask(crowd, bought, after, rng["voices"], structure=structure),
        spend=marketing.draw_spend(crowd, calendar, rng["spend"]),
        leads=leads.draw_leads(crowd.kind, cells, joined, long_calendar, rng["leads"], structure=structure),
        alive=alive,
        truth=truth.know_truth(crowd, alive, calendar, discount),
        newcomer_profit=newcomers.expect_newcomers(crowd, joined, start, long_calendar),
        future=look_back(bought, aftermath.settle(sold, after), customers, discount),
    )


def draw_baskets(
    crowd: people.People,
    bought: purchases.Purchases,
    catalogue: Catalogue,
    rng: np.random.Generator,
    start: starters.Starters,
) -> baskets.Lines:
    """Fill every order: the sum in mind is Gamma given the customer (Fader and Hardie 2013), at today's prices."""
    who, first = bought.customer, bought.nth == 0
    budget = rng.gamma(traits.SPEND_P, size=len(who)) * crowd.spend_scale[who]
    wish = baskets.Wish(budget, crowd.taste[who], first, first & start.gateway[who], first & start.lookalike[who])
    return baskets.fill_baskets(wish, catalogue, rng)


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
