"""The customers whose orders lose money: where free delivery costs more than it brings."""

from typing import Any

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.arrays import Bools, Floats
from lifeworth.demo.given_orders import expected_profit
from lifeworth.demo.planted.figures import ratio
from lifeworth.demo.population import know_order_profit
from lifeworth.demo.simulation import Simulation

DAYS = 365


def know_loss(shop: Simulation) -> dict[str, Any]:
    """Expected profit of the segment's orders, per order and in all, with free delivery and without."""
    country = terms.COUNTRIES[terms.CUSTOMS]
    who = shop.purchases.customer
    of_segment = (shop.people.country[who] == terms.CUSTOMS) & (shop.purchases.day >= -DAYS) & (shop.purchases.day < 0)
    profit, free = expected_profit(shop), shop.sales.shipping_charged == 0
    members = int((shop.people.country == terms.CUSTOMS).sum())
    everybody = know_order_profit(shop.calendar.as_of, shop.season, shop.price_drift, terms.CUSTOMS)
    return {
        "definition": "Customers of one country, where the shop pays the customs of parcels it delivers free. profit_total:"
        " expected profit of the orders placed in the days before as_of, given what was bought; profit_per_order: its mean."
        " everybody_profit_per_order: the mean expected over everybody who might live there, not only this shop's"
        " customers. free_delivery and charged_delivery split the same orders.",
        "country": country.code,
        "days": DAYS,
        "customers": members,
        "customer_share": ratio(members, len(shop.people)),
        "everybody_profit_per_order": everybody,
        "customs_cost": country.customs_cost,
        **_sum(profit, of_segment),
        "free_delivery": _sum(profit, of_segment & free),
        "charged_delivery": _sum(profit, of_segment & ~free),
    }


def _sum(profit: Floats, chosen: Bools) -> dict[str, Any]:
    total, orders = float(profit[chosen].sum()), int(np.count_nonzero(chosen))
    return {"orders": orders, "profit_total": total, "profit_per_order": ratio(total, orders)}
