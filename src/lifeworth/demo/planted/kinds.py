"""What kinds of customers there are, what they are worth, and which attributes tell them."""

from typing import Any

import numpy as np

from lifeworth.demo.attributes import ATTRIBUTES, EMPTY_SHARE, GENDER, Attribute
from lifeworth.demo.kinds import KINDS
from lifeworth.demo.planted.figures import ratio
from lifeworth.demo.simulation import Simulation


def know_kinds(shop: Simulation) -> dict[str, Any]:
    """Customers and mean worth of each kind in this shop."""
    kind = shop.people.kind
    return {
        "definition": "Latent kind of each customer (truth.parquet: kind). true_value_mean: mean true_value of the kind's"
        " customers, those who have left included (discounted, over horizon_days). newcomer_profit_mean: mean expected"
        " profit of the first 365 days, first order included.",
        "base_true_value_mean": shop.truth.value.mean(),
        "base_newcomer_profit_mean": shop.newcomer_profit.mean(),
        "kinds": [
            {
                "kind": each.name,
                "customers": int((kind == code).sum()),
                "share": np.mean(kind == code),
                "true_value_mean": ratio(shop.truth.value[kind == code].sum(), (kind == code).sum()),
                "newcomer_profit_mean": ratio(shop.newcomer_profit[kind == code].sum(), (kind == code).sum()),
            }
            for code, each in enumerate(KINDS)
        ],
    }


def know_attributes(shop: Simulation) -> dict[str, Any]:
    """Every attribute column: what it tells, and the chance of each label."""
    return {
        "definition": "role kind: drawn given the kind, independent of all else given it. decoy, not a proxy: independent"
        " of everything. protected: may not be scored on; independent of everything but its proxy. proxy: tells gender."
        " With structure false every column is dealt anew to all customers and tells nothing.",
        "empty_share": EMPTY_SHARE,
        "columns": [_describe(each) for each in ATTRIBUTES],
    }


def _describe(attribute: Attribute) -> dict[str, Any]:
    owners = {"kind": [kind.name for kind in KINDS], "proxy": _labels(GENDER)}.get(attribute.role, ["everybody"])
    chances = [dict(zip(attribute.labels, row, strict=True)) for row in attribute.chances]
    return {
        "column": attribute.name,
        "role": attribute.role,
        "chances": dict(zip(owners, chances, strict=True)),
    }


def _labels(name: str) -> list[str]:
    [attribute] = [each for each in ATTRIBUTES if each.name == name]
    return list(attribute.labels)
