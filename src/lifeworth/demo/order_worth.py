"""What one order of a customer brings on average: the same terms as in ``sales.py`` and ``aftermath.py``, as expectations."""

from dataclasses import dataclass

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.aftermath import breakage_by_channel
from lifeworth.demo.arrays import Floats
from lifeworth.demo.basket_means import Baskets
from lifeworth.demo.people import People
from lifeworth.demo.sales import COUNTRY_CUSTOMS, COUNTRY_PARCEL, COUNTRY_VAT, FEE_FIXED, FEE_RATE


@dataclass(frozen=True)
class Money:
    """Expected net revenue and profit (level 2b) of one order, one entry per customer, in euros."""

    revenue: Floats
    profit: Floats


def expect_order(people: People, baskets: Baskets, level: float, coupon: Floats) -> Money:
    """Expected money of one order at a price level (1 = today's), with what follows from it.

    ``coupon`` is the share of the list price that coupons take off on average.
    """
    kept, goods = 1 - coupon, level * baskets.goods
    free = baskets.free_share(level)
    paid = goods * kept
    net = paid + terms.SHIPPING_CHARGED_CENTS / 100 * (1 - free)
    fee = FEE_RATE[people.payment] * net * (1 + COUNTRY_VAT[people.country]) + FEE_FIXED[people.payment]
    pick_pack = terms.PICK_PACK_FIXED + terms.PICK_PACK_RATE * net
    carrier = (
        COUNTRY_PARCEL[people.country] + terms.SHIPPING_WEIGHT_RATE * goods + COUNTRY_CUSTOMS[people.country] * free
    )
    market = terms.MARKETPLACE_FEE_RATE * paid * (people.channel == terms.MARKETPLACE)
    sale = net - level * baskets.cost - fee - pick_pack - carrier - market
    refund, lost = _expect_returns(people, baskets, level, kept)
    return Money(net - refund, sale - lost - expect_aftercare(people))


def _expect_returns(people: People, baskets: Baskets, level: float, kept: Floats) -> tuple[Floats, Floats]:
    """Refunds of an order, and refunds and handling less the goods that can be sold again."""
    broken = breakage_by_channel(people.channel)
    refund = level * kept * (people.fuss * baskets.back + broken * baskets.fragile)
    regained = level * terms.RETURNS_RESOLD * (people.fuss * baskets.back_cost + broken * baskets.fragile_cost)
    lines = people.fuss * baskets.back_lines + broken * baskets.fragile_lines
    return refund, refund - regained + terms.RETURN_HANDLING * lines


def expect_aftercare(people: People) -> Floats:
    """Service tickets, e-mails and letters of an order."""
    ruled = terms.TICKET_FIXED + terms.TICKET_PER_MINUTE * terms.TICKET_MINUTES_MEAN
    ticket = (1 - terms.REPAIR_SHARE) * ruled + terms.REPAIR_SHARE * sum(terms.REPAIR_CENTS) / 200
    contact = terms.EMAIL_COST + terms.LETTER_SHARE * terms.LETTER_COST
    return np.asarray(people.ticket_rate * ticket + contact)
