"""The terms the shop trades on: shipping, fees, handling, coupons, and what it pays to win a customer.

The same figures stand in the ``lifeworth.toml`` the demo writes and in the truth, so a difference between an
estimate and the truth is never a difference of opinion about costs.
"""

from dataclasses import dataclass

CURRENCY = "EUR"
SHIPPING_CHARGED_CENTS = 390
FREE_SHIPPING_FROM_CENTS = 3900
SHIPPING_SPREAD = 0.12
SHIPPING_WEIGHT_RATE = 0.015
PICK_PACK_FIXED, PICK_PACK_RATE = 1.45, 0.010
RETURN_HANDLING = 3.20
RETURNS_RESOLD = 0.70
TICKET_FIXED, TICKET_PER_MINUTE = 0.80, 0.55
TICKET_MINUTES_MEAN = 9
REPAIR_SHARE = 0.10
REPAIR_CENTS = (1000, 2600)
EMAIL_COST = 0.01
LETTER_SHARE, LETTER_COST = 0.25, 0.85
# What one win-back letter costs, as it did in the campaign of the past.
WRITING_COST = 1.10
MARKETPLACE_FEE_RATE = 0.12
BREAKAGE, BREAKAGE_MARKETPLACE = 0.09, 0.20
"""Chance that a line of fragile goods arrives broken and comes back, whoever ordered it; the marketplace packs badly."""
COUPONS = ("", "WELCOME10", "KAFFEE10", "SOMMER15", "WIEDER10")
COUPON_RATES = (0.0, 0.10, 0.10, 0.15, 0.10)
WELCOME, COFFEE, SUMMER, COMEBACK = 1, 2, 3, 4
SUMMER_ODDS = 0.4
"""Chance that a coupon on a repeat order is the 15 % one; a first order's coupon is always the welcome."""
REPEAT_COUPON_RATE = (1 - SUMMER_ODDS) * COUPON_RATES[COFFEE] + SUMMER_ODDS * COUPON_RATES[SUMMER]


@dataclass(frozen=True)
class Country:
    """Where parcels go: share of customers, VAT on an average basket, what a parcel costs, invented towns.

    ``customs_cost`` is what the shop pays at the border for a parcel it delivers free; others the customer clears.
    """

    code: str
    share: float
    vat_rate: float
    parcel_cost: float
    towns: tuple[str, ...]
    customs_cost: float = 0.0


@dataclass(frozen=True)
class Payment:
    """A way to pay: share of customers, fee as a rate of the amount paid plus a fixed part in euros."""

    name: str
    share: float
    fee_rate: float
    fee_fixed: float


@dataclass(frozen=True)
class Channel:
    """Where customers come from, whom the channel brings, and what one costs to win.

    The pulls say how much likelier the channel is for customers who order often (``pull_rate``), leave
    soon (``pull_leaving``), spend much per order (``pull_spend``) and send things back (``pull_returns``).
    """

    name: str
    share: float
    pull_rate: float
    pull_leaving: float
    pull_spend: float
    pull_returns: float
    win_cost: float
    campaigns: tuple[str, ...]


COUNTRIES = (
    Country("DE", 0.44, 0.13, 3.90, ("Lindenhafen", "Neu Aldorf", "Brunntal", "Ostermoor", "Kaltenried")),
    Country("AT", 0.12, 0.14, 4.60, ("Sankt Veiden", "Almbruck", "Obertannau")),
    Country("NL", 0.11, 0.13, 4.40, ("Waterloo aan Zee", "Oudekerkdam", "Veenmeer")),
    Country("FR", 0.11, 0.13, 5.20, ("Montclair-sur-Orne", "Port-Saint-Loup", "Valbrune")),
    Country("BE", 0.07, 0.13, 4.50, ("Steenbeke", "Grandvallon")),
    Country("IT", 0.05, 0.15, 5.60, ("Castelmare", "Borgo Sereno")),
    Country("CH", 0.05, 0.05, 9.80, ("Seewil", "Oberalpikon"), customs_cost=29.00),
    Country("ES", 0.03, 0.14, 5.90, ("Villaclara del Mar", "Puerto Luz")),
    Country("IE", 0.02, 0.14, 6.90, ("Ballymarra", "Kilbrannoch")),
)
CUSTOMS = [country.customs_cost > 0 for country in COUNTRIES].index(True)
"""The country where free delivery costs more than orders bring."""
PAYMENTS = (
    Payment("card", 0.38, 0.014, 0.25),
    Payment("paypal", 0.34, 0.0249, 0.35),
    Payment("invoice", 0.20, 0.029, 0.45),
    Payment("bank_transfer", 0.08, 0.0, 0.20),
)
CHANNELS = (
    Channel("organic search", 0.26, 0.10, 0.00, 0.00, -0.10, 0.0, ()),
    Channel("paid search", 0.24, 0.00, 0.10, 0.05, 0.00, 14.0, ("brand", "generic coffee", "machines")),
    Channel("paid social", 0.18, -0.20, 0.60, -0.55, 0.15, 27.0, ("autumn lookalike", "reels")),
    Channel("marketplace", 0.14, -0.10, 0.25, -0.15, 0.60, 6.0, ("sponsored listings",)),
    Channel("referral", 0.12, 0.35, -0.75, 0.30, -0.30, 6.0, ("bring a friend",)),
    Channel("e-mail", 0.06, 0.20, -0.30, 0.10, 0.00, 8.0, ("newsletter sign-up",)),
)
MARKETPLACE = [channel.name for channel in CHANNELS].index("marketplace")
