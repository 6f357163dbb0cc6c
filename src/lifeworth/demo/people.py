"""Who the customers are: hidden traits, the channel that brought them, their kind, and how they pay.

Channels and kinds are drawn *given* the traits (``traits.py``), so they truly tell something about a customer without
disturbing the mixture of BG/NBD and Gamma-Gamma. What the shop knows of its customers is in ``attributes.py``.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.special import betaincinv, gammaincinv

from lifeworth.demo.arrays import Bools, Floats, Ints
from lifeworth.demo.draws import chances_of, draw_likeliest, draw_share, row_at, share_at
from lifeworth.demo.kinds import draw_kind, draw_taste, taste_chances, weigh_kinds
from lifeworth.demo.terms import CHANNELS, COUNTRIES, PAYMENTS
from lifeworth.demo.traits import FUSS_MOST, Scores, Traits, compare

TICKET_SHAPE, TICKET_MEAN, TICKET_MOST = 0.45, 0.08, 0.9
_THRIFT = (1.0, 6.0)
_HUNGER = {"paid social": 1.8, "paid search": 1.1, "marketplace": 0.3, "referral": 0.7}


@dataclass(frozen=True)
class People:
    """One entry per customer, in the order in which they joined.

    ``rate`` is purchases an average day while a customer, ``leaving`` the chance of being lost after each repeat
    purchase, ``spend_scale`` the euros by which a standard order is multiplied (1/nu of Gamma-Gamma),
    ``fuss`` how readily things come back (1 = average), ``ticket_rate`` service tickets an order,
    ``thrift`` the chance that an order would carry a coupon in an average channel, ``contentment`` how pleased they are
    (0 = average, 1 = one standard deviation above). The rest are codes into the named lists.
    """

    rate: Floats
    leaving: Floats
    spend_scale: Floats
    fuss: Floats
    ticket_rate: Floats
    thrift: Floats
    contentment: Floats
    kind: Ints
    taste: Ints
    channel: Ints
    country: Ints
    town: Ints
    payment: Ints

    def __len__(self) -> int:
        return len(self.rate)

    @property
    def coupon_rate(self) -> Floats:
        """The chance that an order carries a coupon: channels differ in how many they hand out."""
        hunger = np.array([_HUNGER.get(source.name, 1.0) for source in CHANNELS])
        return np.asarray(np.minimum(self.thrift * hunger[self.channel], 1.0))

    def take(self, which: Ints | Bools) -> "People":
        """Some of the customers, or some several times."""
        return People(**{field.name: getattr(self, field.name)[which] for field in fields(self)})

    def all_from(self, *, channel: int | None = None, country: int | None = None) -> "People":
        """The same people, had they all come through one channel or lived in one country."""
        moved = self
        if channel is not None:
            moved = replace(moved, channel=np.full(len(self), channel))
        return moved if country is None else replace(moved, country=np.full(len(self), country))


def describe(traits: Traits, rng: np.random.Generator, kinds_rng: np.random.Generator) -> People:
    """People with the given traits; everything else is drawn."""
    scores, customers = compare(traits), len(traits.rate)
    kind = draw_kind(scores, kinds_rng)
    channel = draw_likeliest(weigh_channels(scores), rng)
    country = draw_share([place.share for place in COUNTRIES], customers, rng)
    towns = np.array([len(place.towns) for place in COUNTRIES])
    tickets = rng.gamma(TICKET_SHAPE, TICKET_MEAN / TICKET_SHAPE, customers)
    return People(
        rate=traits.rate,
        leaving=traits.leaving,
        spend_scale=traits.spend_scale,
        fuss=np.minimum(traits.fuss, FUSS_MOST),
        ticket_rate=np.minimum(tickets, TICKET_MOST),
        thrift=rng.beta(*_THRIFT, customers),
        contentment=_feel(scores, rng),
        kind=kind,
        taste=draw_taste(kind, kinds_rng),
        channel=channel,
        country=country,
        town=(rng.uniform(size=customers) * towns[country]).astype(np.int64),
        payment=draw_share([way.share for way in PAYMENTS], customers, rng),
    )


def people_at(traits: Traits, shares: Floats) -> People:
    """People with these traits, and below whom the given shares of all like them lie: (n, 6) shares.

    The columns are kind, taste, country, payment, need for help, thrift. All come through the first channel, live in the
    first town of their country and are as content as the average.
    """
    count, tickets = len(shares), gammaincinv(TICKET_SHAPE, shares[:, 4]) * TICKET_MEAN / TICKET_SHAPE
    kind = row_at(chances_of(weigh_kinds(compare(traits))), shares[:, 0])
    return People(
        rate=traits.rate,
        leaving=traits.leaving,
        spend_scale=traits.spend_scale,
        fuss=np.minimum(traits.fuss, FUSS_MOST),
        ticket_rate=np.minimum(tickets, TICKET_MOST),
        thrift=betaincinv(*_THRIFT, shares[:, 5]),
        contentment=np.zeros(count),
        kind=kind,
        taste=row_at(taste_chances()[kind], shares[:, 1]),
        channel=np.zeros(count, dtype=np.int64),
        country=share_at([place.share for place in COUNTRIES], shares[:, 2]),
        town=np.zeros(count, dtype=np.int64),
        payment=share_at([way.share for way in PAYMENTS], shares[:, 3]),
    )


def weigh_channels(scores: Scores) -> Floats:
    """Log odds of each channel (a column) for each customer (a row)."""
    columns = [
        np.log(channel.share)
        + channel.pull_rate * scores.rate
        + channel.pull_leaving * scores.leaving
        + channel.pull_spend * scores.spend
        + channel.pull_returns * scores.fuss
        for channel in CHANNELS
    ]
    return np.column_stack(columns)


def _feel(scores: Scores, rng: np.random.Generator) -> Floats:
    """Loosely tied to worth: those who stay are happier, but not all who are happy stay."""
    noise = rng.standard_normal(len(scores.rate))
    tied = 0.25 * scores.rate - 0.45 * scores.leaving + 0.10 * scores.spend - 0.20 * scores.fuss
    return np.asarray(tied + 0.8 * noise)
