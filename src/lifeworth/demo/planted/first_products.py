"""The product that customers of more worth begin with, and the one that only looks so."""

from typing import Any

from lifeworth.demo.arrays import Bools
from lifeworth.demo.catalogue import GATEWAY, LOOKALIKE
from lifeworth.demo.planted.figures import ratio
from lifeworth.demo.population import CHECKPOINTS, FINISHED, Difference, NewcomerTruth
from lifeworth.demo.simulation import Simulation


def know_first_products(shop: Simulation, newcomers: NewcomerTruth) -> dict[str, Any]:
    """Differences of newcomer profit by first product."""
    ids = shop.catalogue.ids
    return {
        "definition": "adjusted_difference: expected profit of the first 365 days (first order included) of newcomers whose"
        " first order holds the product less that of newcomers whose does not, compared within channel and calendar month"
        " of the first order and averaged over the buyers' channels and months, over everybody who might come."
        " raw_difference: the same without comparing alike. Newcomers as in channels.",
        "days": CHECKPOINTS[-1],
        "newcomers_from": FINISHED[0],
        "newcomers_until": FINISHED[1],
        "gateway": _describe(ids[shop.catalogue.gateway], GATEWAY, shop.starters.gateway, newcomers.gateway),
        "lookalike": _describe(ids[shop.catalogue.lookalike], LOOKALIKE, shop.starters.lookalike, newcomers.lookalike),
    }


def _describe(product_id: str, name: str, began: Bools, difference: Difference) -> dict[str, Any]:
    return {
        "product_id": product_id,
        "product_name": name,
        "customers": int(began.sum()),
        "customer_share": ratio(int(began.sum()), len(began)),
        "share": difference.share,
        "adjusted_difference": difference.adjusted,
        "raw_difference": difference.raw,
    }
