"""Every feature there is, in the order of the columns."""

from lifeworth.features.aftersales import REFUNDS, TICKETS, TOUCHES
from lifeworth.features.basket import BASKET, CATEGORIES
from lifeworth.features.cohort import COHORT
from lifeworth.features.customers import ACQUISITION, HOME, KNOWN
from lifeworth.features.feature import Block, Feature
from lifeworth.features.origin import CHANNEL, COUNTRY, COUPONS, PAYMENT
from lifeworth.features.profit import PROFIT
from lifeworth.features.purchases import PURCHASES
from lifeworth.features.terms import DISCOUNTS, SHIPPING

BLOCKS: tuple[Block, ...] = (
    PURCHASES,
    COHORT,
    PROFIT,
    DISCOUNTS,
    SHIPPING,
    COUPONS,
    REFUNDS,
    TICKETS,
    TOUCHES,
    BASKET,
    CATEGORIES,
    CHANNEL,
    COUNTRY,
    PAYMENT,
    KNOWN,
    HOME,
    ACQUISITION,
)

FEATURES: tuple[Feature, ...] = tuple(feature for block in BLOCKS for feature in block.features)


def describe() -> str:
    """The reference page of the features, as Markdown."""
    titles = "| feature | group | unit | kind | meaning |\n|---|---|---|---|---|\n"
    rows = "".join(f"| {f.name} | {f.group} | {f.unit} | {f.kind} | {f.meaning} |\n" for f in FEATURES)
    own = (
        "\nThe columns named in the setting `attributes` come after these as `attribute_<name>`: numbers as they are,"
        " days as days before the cut, texts as codes.\n"
    )
    return "# What is known of a customer on a day\n\n" + titles + rows + own
