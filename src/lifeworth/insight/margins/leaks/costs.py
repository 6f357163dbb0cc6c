"""The costs that may leak: by what they are measured, what must be alike, and what is a term of trade instead."""

from dataclasses import dataclass

CATEGORY, CHANNEL, COUNTRY = "category", "channel", "country"
PAYMENT, COUPON, WON_BY = "payment", "coupon", "first channel"
DIMENSIONS = (CATEGORY, CHANNEL, COUNTRY, PAYMENT, COUPON, WON_BY)

OF_LIST, OF_SOLD, AN_ORDER = "share of list price", "share of money sold", "currency an order"


@dataclass(frozen=True)
class Cost:
    """A cost and how it is compared.

    Attributes
    ----------
    name : str
    unit : str
        What it is measured by: a share of the list price, of the money sold, or an amount per order.
    dimensions : tuple of str
        What groups are told apart by.
    pairs : tuple of (str, str)
        Two-way groups.
    matched : tuple of str
        What comparables must share before all else, apart from what the group is told apart by; ``size``, ``value``,
        ``price``, ``history`` and the dimensions.
    terms : tuple of str
        Dimensions whose difference is a price somebody sets: a contract, a tariff, an offer of one's own.
    plural : bool
        Whether its name takes a plural verb.
    what_to_do, on_terms : str
        The usual next step for a leak, and for a term of trade.
    """

    name: str
    unit: str
    dimensions: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    matched: tuple[str, ...]
    terms: tuple[str, ...]
    plural: bool
    what_to_do: str
    on_terms: str = ""


RETURNS = Cost(
    "returns",
    OF_SOLD,
    DIMENSIONS,
    ((CATEGORY, CHANNEL), (CATEGORY, COUNTRY), (CHANNEL, COUNTRY), (CHANNEL, PAYMENT), (COUNTRY, PAYMENT)),
    (CATEGORY, CHANNEL, "price"),
    (),
    True,
    "Read the reasons given and look at packing, pictures and sizes; fix the worst first or take it off sale there.",
)
DISCOUNTS = Cost(
    "discounts",
    OF_LIST,
    (CATEGORY, CHANNEL, COUNTRY, COUPON, WON_BY),
    ((CATEGORY, CHANNEL), (CHANNEL, COUNTRY)),
    (CHANNEL, "size"),
    (COUPON,),
    True,
    "Try smaller discounts there, on a part of the customers first, and see who still buys.",
    "An offer of your own: judge it by the orders it brings.",
)
SHIPPING = Cost(
    "shipping",
    AN_ORDER,
    (CHANNEL, COUNTRY, PAYMENT, WON_BY),
    ((CHANNEL, PAYMENT),),
    (COUNTRY, "size", "value"),
    (COUNTRY,),
    False,
    "Ask the carrier for what these parcels have in common; charge for them or raise the limit for free delivery.",
    "A tariff: pass it on, raise the limit for free delivery there, or ask other carriers.",
)
FEES = Cost(
    "payment fees",
    OF_SOLD,
    (CHANNEL, COUNTRY, PAYMENT),
    (),
    (PAYMENT, "size", "value"),
    (PAYMENT,),
    True,
    "Look at what these payments have in common: small amounts, chargebacks, foreign cards.",
    "A price list: offer the cheaper ways to pay first, or renegotiate.",
)
COMMISSION = Cost(
    "commission",
    OF_SOLD,
    (CHANNEL,),
    (),
    (),
    (CHANNEL,),
    False,
    "",
    "A contract: weigh it against what the channel spares in winning customers, or renegotiate.",
)
SERVICE = Cost(
    "service",
    AN_ORDER,
    (CHANNEL, COUNTRY, PAYMENT, COUPON, WON_BY),
    ((CHANNEL, COUNTRY), (CHANNEL, PAYMENT)),
    (CHANNEL, "history"),
    (),
    False,
    "Read what these customers ask; answer it on the page or in the parcel.",
)
COMMUNICATIONS = Cost(
    "communications",
    AN_ORDER,
    (CHANNEL, COUNTRY, WON_BY),
    (),
    (CHANNEL, "history"),
    (),
    True,
    "Write less, or by cheaper means, to those who do not answer.",
)

COSTS = (RETURNS, DISCOUNTS, SHIPPING, FEES, COMMISSION, SERVICE, COMMUNICATIONS)
