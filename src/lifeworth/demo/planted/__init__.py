"""Everything that is planted in the shop, in numbers: what an analysis of its files should find, and what it should not.

Comes in: one simulation. Goes out: ``planted.json``, a section per question. Start with ``know_planted`` below; each
section has a file of its own and says in ``definition`` what its numbers mean.
"""

from typing import Any

from lifeworth.demo.planted.channels import know_channels
from lifeworth.demo.planted.experiments import know_experiments
from lifeworth.demo.planted.figures import rounded
from lifeworth.demo.planted.first_products import know_first_products
from lifeworth.demo.planted.kinds import know_attributes, know_kinds
from lifeworth.demo.planted.leads import know_leads
from lifeworth.demo.planted.leak import know_leak
from lifeworth.demo.planted.loss import know_loss
from lifeworth.demo.planted.surveys import know_surveys
from lifeworth.demo.population import know_newcomers
from lifeworth.demo.simulation import Simulation
from lifeworth.demo.terms import CURRENCY

__all__ = ["know_planted"]


def know_planted(shop: Simulation) -> dict[str, Any]:
    """Every section of ``planted.json``; money in the shop's currency, rounded to six digits."""
    calendar = shop.calendar
    newcomers = know_newcomers(calendar.as_of, shop.season, shop.price_drift)
    sections = {
        "about": {
            "currency": CURRENCY,
            "as_of": str(calendar.as_of),
            "horizon_days": calendar.horizon_days,
            "customers": len(shop.people),
            "season": shop.season,
            "price_drift": shop.price_drift,
            "structure": shop.structure,
            "profit": "level 2b: before the cost of winning the customer, not discounted unless a definition says so",
        },
        "kinds": know_kinds(shop),
        "attributes": know_attributes(shop),
        "channels": know_channels(shop, newcomers),
        "leaking_category": know_leak(shop),
        "loss_making_segment": know_loss(shop),
        "first_products": know_first_products(shop, newcomers),
        "experiments": know_experiments(shop),
        "leads": know_leads(shop),
        "surveys": know_surveys(shop),
    }
    return {name: rounded(section) for name, section in sections.items()}
