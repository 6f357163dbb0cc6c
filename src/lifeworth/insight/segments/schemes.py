"""The ways of parting a base that everybody knows: names in reading order, who belongs, the usual next step."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """One part of a scheme."""

    name: str
    definition: str
    what_to_do: str


@dataclass(frozen=True)
class Scheme:
    """A way of parting the base; ``column`` holds each customer's part in ``segments_customers``."""

    name: str
    column: str
    segments: tuple[Segment, ...]


CORE_SHARE, SOLID_SHARE, SMALL_SHARE = 0.5, 0.8, 0.95
NEW_DAYS, QUIET_GAPS, GONE_CHANCE, GONE_ORDERS = 90, 2.0, 0.3, 0.1
CHANGE_DAYS, GREW, SHRANK = 182, 1.25, 0.75

_HALF_YEARS = f"the last {CHANGE_DAYS} days than in the {CHANGE_DAYS} before"

TIERS = Scheme(
    "tier",
    "tier",
    (
        Segment(
            "core",
            "bring the first half of the base's expected value",
            "Know them by name; never lose one to a bad parcel.",
        ),
        Segment("solid", "bring the next three tenths", "Keep the rhythm: remind, restock, thank."),
        Segment("small", "bring the next 15 %", "Serve well at low cost; widen the basket."),
        Segment("marginal", "bring the last twentieth, or nothing", "Only contacts that pay for themselves."),
        Segment(
            "loss", "are expected to cost more than they bring", "Find the cost behind it before the next discount."
        ),
    ),
)

QUADRANTS = Scheme(
    "quadrant",
    "quadrant",
    (
        Segment(
            "loyal earner",
            "in the top fifth by revenue so far and by expected value",
            "Reward them and ask for referrals.",
        ),
        Segment(
            "costly spender",
            "in the top fifth by revenue so far, not by expected value",
            "See why: gone quiet, or dear to serve.",
        ),
        Segment(
            "unsung earner",
            "in the top fifth by expected value, not by revenue so far",
            "Notice them before a rival does.",
        ),
        Segment("the rest", "in neither", "Serve at low cost."),
    ),
)

LIFE_CYCLE = Scheme(
    "life cycle",
    "life_cycle",
    (
        Segment("new", f"first order in the last {NEW_DAYS} days", "Help them to a second order."),
        Segment("growing", f"at least a quarter more revenue in {_HALF_YEARS}", "Widen the range they know."),
        Segment("steady", "none of the others", "Keep the rhythm."),
        Segment("cooling", f"at least a quarter less revenue in {_HALF_YEARS}", "Ask what changed."),
        Segment(
            "quiet",
            "silent for more than twice their average gap between orders; with one order so far, twice the base's",
            "Ask before they are gone; whom a letter should pay for stands in Retention.",
        ),
        Segment(
            "gone",
            f"chance of still being a customer under {GONE_CHANCE:.0%}".replace("%", " %")
            + ", or fewer than one order in ten expected over the horizon",
            "Leave in peace, save whom Retention lists as worth a letter.",
        ),
    ),
)

RFM_NAMES = Scheme(
    "rfm",
    "rfm",
    (
        Segment("champions", "recency 4 or 5, frequency 4 or 5", "Reward; ask for reviews."),
        Segment("loyal", "recency 3, frequency 4 or 5", "Offer what goes with what they buy."),
        Segment("promising", "recency 4 or 5, frequency 2 or 3", "Invite back within their rhythm."),
        Segment("newcomers", "recency 4 or 5, one purchase", "Help them to a second order."),
        Segment("need attention", "recency 3, frequency 2 or 3", "Remind with something of use."),
        Segment("about to sleep", "recency 3, one purchase", "A light reminder."),
        Segment("at risk", "recency 1 or 2, frequency 4 or 5", "Win back first of all."),
        Segment("hibernating", "recency 1 or 2, frequency 1 to 3", "Only what costs next to nothing."),
    ),
)

# Where every order is the bill of a subscription: definition and next step that fit a contract.
OF_BILLS = {
    ("tier", "core"): (
        "bring the first half of the base's expected value",
        "Know them by name; speak with them long before a contract ends.",
    ),
    ("tier", "solid"): ("bring the next three tenths", "See that they use what they pay for."),
    ("tier", "small"): ("bring the next 15 %", "Serve well at low cost; show them the next plan."),
    ("life cycle", "new"): (f"first bill in the last {NEW_DAYS} days", "Help them to use what they took."),
    ("life cycle", "cooling"): (
        f"pay at least a quarter less a month than {CHANGE_DAYS} days before",
        "Ask what changed.",
    ),
    ("life cycle", "growing"): (
        f"pay at least a quarter more a month than {CHANGE_DAYS} days before",
        "Learn what they grow by, and offer it to others.",
    ),
    ("life cycle", "steady"): ("none of the others", "Keep it so: ask once a year what is missing."),
    ("life cycle", "gone"): (
        "no contract runs any more, or fewer than one bill in ten expected over the horizon",
        "Ask why they left; leave the rest in peace.",
    ),
}

SCHEMES = (TIERS, QUADRANTS, LIFE_CYCLE, RFM_NAMES)
MOVING = (TIERS, QUADRANTS, LIFE_CYCLE)


def segment_words(scheme: str, segment: Segment, *, orders_are_bills: bool) -> tuple[str, str]:
    """Who belongs to a segment, and the usual next step."""
    usual = (segment.definition, segment.what_to_do)
    return OF_BILLS.get((scheme, segment.name), usual) if orders_are_bills else usual
