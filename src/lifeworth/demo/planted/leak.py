"""The category that leaks: what its breakages cost beyond what comes back of its peers."""

from typing import Any

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.aftermath import breakage
from lifeworth.demo.catalogue import DURABLE, FRAGILE, RETURN_RATE, RETURN_RATE_DURABLE
from lifeworth.demo.given_orders import expected_breakage
from lifeworth.demo.planted.figures import ratio
from lifeworth.demo.simulation import Simulation

DAYS = 365


def know_leak(shop: Simulation) -> dict[str, Any]:
    """Expected cost of the excess returns, in all and by channel."""
    day = shop.purchases.day[shop.lines.order]
    chosen = np.flatnonzero((day >= -DAYS) & (day < 0) & shop.catalogue.fragile[shop.lines.product])
    cost = expected_breakage(shop)[chosen]
    broken = breakage(shop.people, shop.purchases, shop.lines, shop.catalogue)[chosen]
    channel = shop.people.channel[shop.purchases.customer[shop.lines.order[chosen]]]
    by_channel = np.bincount(channel, weights=cost, minlength=len(terms.CHANNELS))
    lines = np.bincount(channel, minlength=len(terms.CHANNELS))
    return {
        "definition": "excess_cost: expected cost (refund and handling less the goods regained) of returns of the category"
        " beyond what its peers' return rate would cost, for the lines ordered in the days before as_of, given the orders"
        " that were placed; excess_returns: expected number of them. excess_chance: chance that a line of the category comes back beyond its peers' chance. Every"
        " other category has the same chance as its peers: no excess.",
        "category": FRAGILE,
        "peers": [name for name in DURABLE if name != FRAGILE],
        "days": DAYS,
        "peers_return_chance": RETURN_RATE_DURABLE,
        "others_return_chance": RETURN_RATE,
        "excess_chance": terms.BREAKAGE,
        "worse_channel": terms.CHANNELS[terms.MARKETPLACE].name,
        "worse_channel_excess_chance": terms.BREAKAGE_MARKETPLACE,
        "lines": len(chosen),
        "excess_returns": broken.sum(),
        "excess_cost": cost.sum(),
        "excess_cost_per_line": ratio(cost.sum(), len(chosen)),
        "by_channel": {
            each.name: {"lines": lines[code], "excess_cost": by_channel[code]}
            for code, each in enumerate(terms.CHANNELS)
        },
    }
