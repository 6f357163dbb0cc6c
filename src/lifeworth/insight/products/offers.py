"""What to offer next to the customers worth most: ``products_offers``."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.products.contents import Baskets
from lifeworth.insight.products.proof import AGAIN, NEW, Trial, rate
from lifeworth.insight.products.scores import Taste, best, profiles, score

Floats = NDArray[np.float64]

MOST_CUSTOMERS, EACH = 500, 3

WORTH_MOST = f"""
SELECT k.customer_key, i.customer_id, i.value_mean, i.consent_email, i.consent_ads
FROM insight_customers i JOIN ledger_keys k USING (customer_id)
WHERE i.value_mean > 0 AND NOT (i.consent_email IS FALSE AND i.consent_ads IS FALSE)
ORDER BY i.value_mean DESC, i.customer_id LIMIT {MOST_CUSTOMERS}"""


def offer_rows(
    taste: Taste,
    baskets: Baskets,
    people: list[dict[str, Any]],
    names: list[tuple[str, str]],
    trial: Trial,
    kinds: tuple[str, ...],
    level: float,
) -> list[list[Any]]:
    """Three products of each kind for each customer, the customer worth most first.

    Parameters
    ----------
    people : list of dict
        Customers in the order they are listed, with ``customer_key``, ``customer_id``, ``value_mean`` and consent.
    kinds : tuple of str
        Which kinds of offer have proven to beat the favourites of all.
    """
    profile = profiles(baskets, len(baskets.customers))[:, taste.products]
    own = profile.toarray()
    scores = score(taste, profile)
    place_of = {int(key): place for place, key in enumerate(baskets.customers)}
    named = {kind: best(scores, own == 0 if kind == NEW else own > 0, EACH) for kind in kinds}
    rows = []
    for person in people:
        row = place_of.get(int(person["customer_key"]))
        for kind in kinds if row is not None else ():
            for place, product in enumerate(named[kind][row]):
                if product >= 0:
                    because = _because(taste, own[row], int(product)) if kind == NEW else None
                    rows.append(_row(taste, names, person, kind, place, int(product), because, trial, level))
    return rows


def _because(taste: Taste, own: Floats, product: int) -> int | None:
    """The product in the customer's baskets that speaks most for another; none where none does."""
    said = own * taste.weights[:, product]
    most = int(np.argmax(said))
    return most if said[most] > 0 else None


def _row(
    taste: Taste,
    names: list[tuple[str, str]],
    person: dict[str, Any],
    kind: str,
    place: int,
    product: int,
    because: int | None,
    trial: Trial,
    level: float,
) -> list[Any]:
    offered, hits = trial.at_place[kind][place]
    return [
        person["customer_id"],
        kind,
        place + 1,
        *names[int(taste.products[product])],
        *(names[int(taste.products[because])] if because is not None else (None, None)),
        *(rate(hits, offered, level) if offered else (None, None, None)),
        person["value_mean"],
        person["consent_email"],
        person["consent_ads"],
        level,
    ]


__all__ = ["AGAIN", "NEW", "WORTH_MOST", "offer_rows"]
