"""How satisfaction goes with worth, and who speaks of what."""

from typing import Any

import numpy as np
from scipy.stats import rankdata

from lifeworth.demo.arrays import Floats
from lifeworth.demo.kinds import KIND_NAMES
from lifeworth.demo.simulation import Simulation
from lifeworth.demo.voices import TALKATIVE, TALKATIVE_THEMES, THEMES, theme_chances


def know_surveys(shop: Simulation) -> dict[str, Any]:
    """The tie between contentment and true value, and the themes of each kind."""
    content, worth = shop.people.contentment, shop.truth.value
    answered = np.unique(shop.purchases.customer[shop.surveys.order[shop.surveys.day < 0]])
    chances = theme_chances(structure=shop.structure)
    return {
        "definition": "Correlation, over customers of this shop, of contentment (truth.parquet: true_contentment; what a"
        " score from 0 to 10 measures with noise) with true_value. themes: chance of each theme in an answer that follows"
        " an order without return or ticket.",
        "spearman_all": _correlate(rankdata(content), rankdata(worth)),
        "pearson_all": _correlate(content, worth),
        "customers_with_an_answer": len(answered),
        "spearman_answered": _correlate(rankdata(content[answered]), rankdata(worth[answered])),
        "pearson_answered": _correlate(content[answered], worth[answered]),
        "themes_of_one_kind": {
            "kind": KIND_NAMES[TALKATIVE],
            "themes": list(TALKATIVE_THEMES) if shop.structure else [],
        },
        "themes": {name: dict(zip(THEMES, row, strict=True)) for name, row in zip(KIND_NAMES, chances, strict=True)},
    }


def _correlate(one: Floats, other: Floats) -> float | None:
    """Pearson's correlation; nothing where one of the two does not vary."""
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    left, right = one - one.mean(), other - other.mean()
    return float((left * right).sum() / np.sqrt((left**2).sum() * (right**2).sum()))
