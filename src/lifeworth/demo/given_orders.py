"""What orders that were placed should have brought: their baskets are known, what comes back of them is left to chance."""

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.aftermath import breakage
from lifeworth.demo.arrays import Floats
from lifeworth.demo.order_worth import expect_aftercare
from lifeworth.demo.simulation import Simulation


def cost_of_a_return(shop: Simulation) -> Floats:
    """What it costs in euros when a line comes back: the refund and its handling less the goods regained."""
    lost = shop.sales.line_amount - terms.RETURNS_RESOLD * shop.sales.line_cost
    return np.asarray(lost / 100 + terms.RETURN_HANDLING)


def expected_breakage(shop: Simulation) -> Floats:
    """What each line's chance to arrive broken costs on average, in euros."""
    return breakage(shop.people, shop.purchases, shop.lines, shop.catalogue) * cost_of_a_return(shop)


def expected_profit(shop: Simulation) -> Floats:
    """Expected profit (level 2b) of each order in euros, given what was bought, by whom, with which coupon."""
    people, orders = shop.people, len(shop.purchases.customer)
    fuss = people.fuss[shop.purchases.customer[shop.lines.order]]
    sent_back = shop.catalogue.return_rate[shop.lines.product] * fuss * cost_of_a_return(shop)
    returns = np.bincount(shop.lines.order, weights=sent_back + expected_breakage(shop), minlength=orders)
    return np.asarray(shop.sales.profit / 100 - returns - expect_aftercare(people)[shop.purchases.customer])
