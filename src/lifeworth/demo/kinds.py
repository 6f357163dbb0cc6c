"""The kinds of people who shop here: a label nobody sees, which shows in what they like and what is known of them.

A kind is drawn given a customer's traits, so kinds differ in worth without disturbing the traits' distribution.
"""

from dataclasses import dataclass

import numpy as np

from lifeworth.demo.arrays import Floats, Ints
from lifeworth.demo.draws import draw_given, draw_likeliest
from lifeworth.demo.traits import Scores


@dataclass(frozen=True)
class Kind:
    """Whom a kind is likelier to be (pulls on the scores of the traits), and the chance of each taste."""

    name: str
    share: float
    pull_rate: float
    pull_leaving: float
    pull_spend: float
    tastes: tuple[float, float, float, float]


# Tastes: coffee, tea, kitchen, office.
KINDS = (
    Kind("home barista", 0.23, 1.00, -0.60, 0.10, (0.86, 0.02, 0.12, 0.00)),
    Kind("office buyer", 0.10, 0.60, -0.30, 1.00, (0.18, 0.04, 0.02, 0.76)),
    Kind("tea lover", 0.27, 0.15, -0.15, -0.10, (0.05, 0.81, 0.14, 0.00)),
    Kind("gift giver", 0.33, -0.75, 0.45, -0.10, (0.34, 0.24, 0.42, 0.00)),
)
KIND_NAMES = tuple(kind.name for kind in KINDS)
BARISTA, OFFICE, TEA, GIFTS = range(len(KINDS))


def weigh_kinds(scores: Scores) -> Floats:
    """Log odds of each kind (a column) for each customer (a row)."""
    columns = [
        np.log(kind.share)
        + kind.pull_rate * scores.rate
        + kind.pull_leaving * scores.leaving
        + kind.pull_spend * scores.spend
        for kind in KINDS
    ]
    return np.column_stack(columns)


def draw_kind(scores: Scores, rng: np.random.Generator) -> Ints:
    """A kind for each customer, given their traits."""
    return draw_likeliest(weigh_kinds(scores), rng)


def draw_taste(kind: Ints, rng: np.random.Generator) -> Ints:
    """A code into ``catalogue.TASTES`` for each customer, given the kind."""
    return draw_given(taste_chances(), kind, rng)


def taste_chances() -> Floats:
    """The chance of each taste (a column) for each kind (a row)."""
    return np.array([each.tastes for each in KINDS])
