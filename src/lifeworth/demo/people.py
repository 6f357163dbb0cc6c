"""Who the customers are: how often they buy, when they stop, how much they spend, what they are like.

Rates are Gamma, dropout after a repeat purchase is Beta, spend per order is Gamma-Gamma, each independent
of the others over the whole shop: the world in which BG/NBD (Fader, Hardie and Lee 2005) and Gamma-Gamma
(Fader and Hardie 2013) are exactly right. Channels and attributes are drawn *given* these traits, so they
truly tell something about a customer without disturbing that mixture.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, expit, gammainc, ndtri

from lifeworth.demo.arrays import Floats, Ints
from lifeworth.demo.catalogue import TASTES
from lifeworth.demo.terms import CHANNELS, COUNTRIES, PAYMENTS

RATE_R, RATE_ALPHA_DAYS = 0.60, 60.0
LEAVING_A, LEAVING_B = 0.7, 2.5
SPEND_P, SPEND_Q, SPEND_GAMMA_EUROS = 4.0, 4.0, 34.5
FUSS_SHAPE, FUSS_MOST = 0.6, 8.0
TICKET_SHAPE, TICKET_MEAN, TICKET_MOST = 0.45, 0.08, 0.9

HOUSEHOLDS = ("1", "2", "3", "4", "5+")
MACHINES = ("none", "filter", "portafilter", "fully automatic")
COLOURS = ("blue", "green", "red", "yellow", "black", "white", "orange", "violet")
YES_NO = ("no", "yes")


@dataclass(frozen=True)
class People:
    """One entry per customer, in the order in which they joined.

    ``rate`` is purchases an average day while a customer, ``leaving`` the chance of being lost after each repeat
    purchase, ``spend_scale`` the euros by which a standard order is multiplied (1/nu of Gamma-Gamma),
    ``fuss`` how readily things come back (1 = average), ``ticket_rate`` service tickets an order,
    ``coupon_rate`` the chance that an order carries a coupon, ``contentment`` how pleased they are (0 = average,
    1 = one standard deviation above). The rest are codes into the named lists.
    """

    rate: Floats
    leaving: Floats
    spend_scale: Floats
    fuss: Floats
    ticket_rate: Floats
    coupon_rate: Floats
    contentment: Floats
    taste: Ints
    channel: Ints
    country: Ints
    town: Ints
    payment: Ints
    household: Ints
    machine: Ints
    business: Ints
    newsletter: Ints
    birth_month: Ints
    colour: Ints

    def __len__(self) -> int:
        return len(self.rate)


@dataclass(frozen=True)
class _Scores:
    """How each customer compares with the others on a trait, as a standard normal score."""

    rate: Floats
    leaving: Floats
    spend: Floats
    fuss: Floats


def draw_people(customers: int, rng: np.random.Generator) -> People:
    """Invent customers: hidden traits first, then what the shop can see of them."""
    rate = rng.gamma(RATE_R, 1 / RATE_ALPHA_DAYS, customers)
    leaving = rng.beta(LEAVING_A, LEAVING_B, customers)
    precision = rng.gamma(SPEND_Q, 1 / SPEND_GAMMA_EUROS, customers)
    fuss = rng.gamma(FUSS_SHAPE, 1 / FUSS_SHAPE, customers)
    scores = _Scores(
        rate=_normal(gammainc(RATE_R, rate * RATE_ALPHA_DAYS)),
        leaving=_normal(betainc(LEAVING_A, LEAVING_B, leaving)),
        spend=-_normal(gammainc(SPEND_Q, precision * SPEND_GAMMA_EUROS)),
        fuss=_normal(gammainc(FUSS_SHAPE, fuss * FUSS_SHAPE)),
    )
    channel = _draw_channel(scores, rng)
    taste = _draw_taste(scores, rng)
    country = _draw_share([place.share for place in COUNTRIES], customers, rng)
    towns = np.array([len(place.towns) for place in COUNTRIES])
    tickets = rng.gamma(TICKET_SHAPE, TICKET_MEAN / TICKET_SHAPE, customers)
    return People(
        rate=rate,
        leaving=leaving,
        spend_scale=1 / precision,
        fuss=np.minimum(fuss, FUSS_MOST),
        ticket_rate=np.minimum(tickets, TICKET_MOST),
        coupon_rate=np.minimum(rng.beta(1.0, 6.0, customers) * _coupon_hunger(channel), 1.0),
        contentment=_feel(scores, rng),
        taste=taste,
        channel=channel,
        country=country,
        town=(rng.uniform(size=customers) * towns[country]).astype(np.int64),
        payment=_draw_share([way.share for way in PAYMENTS], customers, rng),
        household=_draw_household(scores, rng),
        machine=_draw_machine(scores, taste, rng),
        business=_draw_business(taste, rng),
        newsletter=(rng.uniform(size=customers) < expit(0.3 - 0.7 * scores.leaving)).astype(np.int64),
        birth_month=rng.integers(1, 13, customers),
        colour=rng.integers(0, len(COLOURS), customers),
    )


def _normal(probability: Floats) -> Floats:
    return np.asarray(ndtri(np.clip(probability, 1e-6, 1 - 1e-6)))


def _feel(scores: _Scores, rng: np.random.Generator) -> Floats:
    """Loosely tied to worth: those who stay are happier, but not all who are happy stay."""
    noise = rng.standard_normal(len(scores.rate))
    tied = 0.25 * scores.rate - 0.45 * scores.leaving + 0.10 * scores.spend - 0.20 * scores.fuss
    return np.asarray(tied + 0.8 * noise)


def _draw_share(shares: list[float], count: int, rng: np.random.Generator) -> Ints:
    reached = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(reached, rng.uniform(size=count), side="right").astype(np.int64)


def _draw_likeliest(log_odds: Floats, rng: np.random.Generator) -> Ints:
    """One column per row, with odds ``exp(log_odds)`` (the Gumbel trick)."""
    return np.asarray(np.argmax(log_odds + rng.gumbel(size=log_odds.shape), axis=1), dtype=np.int64)


def _draw_channel(scores: _Scores, rng: np.random.Generator) -> Ints:
    columns = [
        np.log(channel.share)
        + channel.pull_rate * scores.rate
        + channel.pull_leaving * scores.leaving
        + channel.pull_spend * scores.spend
        + channel.pull_returns * scores.fuss
        for channel in CHANNELS
    ]
    return _draw_likeliest(np.column_stack(columns), rng)


def _coupon_hunger(channel: Ints) -> Floats:
    hunger = {"paid social": 1.8, "paid search": 1.1, "marketplace": 0.3, "referral": 0.7}
    return np.array([hunger.get(source.name, 1.0) for source in CHANNELS])[channel]


def _draw_taste(scores: _Scores, rng: np.random.Generator) -> Ints:
    customers = len(scores.spend)
    pulls = {
        "coffee": (0.52, 0.0, 0.0),
        "tea": (0.24, 0.0, -0.1),
        "kitchen": (0.17, -0.1, 0.1),
        "office": (0.04, 0.6, 0.9),
    }
    odds = [
        np.log(share) + by_rate * scores.rate + by_spend * scores.spend
        for share, by_rate, by_spend in (pulls[taste] for taste in TASTES)
    ]
    return _draw_likeliest(np.column_stack(odds).reshape(customers, len(TASTES)), rng)


def _draw_household(scores: _Scores, rng: np.random.Generator) -> Ints:
    """Larger households order more often and a little more at a time."""
    pull = 0.5 * scores.rate + 0.3 * scores.spend + 0.8 * rng.standard_normal(len(scores.rate))
    return np.searchsorted(np.array([-0.55, 0.35, 0.85, 1.45]), pull).astype(np.int64)


def _draw_machine(scores: _Scores, taste: Ints, rng: np.random.Generator) -> Ints:
    """Owners of a fully automatic machine empty a bag of beans fastest; tea drinkers own none."""
    tea = (taste == TASTES.index("tea")).astype(np.float64)
    odds = [
        -1.0 + 2.2 * tea - 0.3 * scores.rate,
        -0.2 - 0.5 * scores.rate,
        -0.7 - 0.8 * tea + 0.2 * scores.rate + 0.6 * scores.spend,
        -0.9 - 0.8 * tea + 1.0 * scores.rate + 0.3 * scores.spend,
    ]
    return _draw_likeliest(np.column_stack(odds), rng)


def _draw_business(taste: Ints, rng: np.random.Generator) -> Ints:
    chance = np.where(taste == TASTES.index("office"), 0.85, 0.015)
    return (rng.uniform(size=len(taste)) < chance).astype(np.int64)
