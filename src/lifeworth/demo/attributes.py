"""What the shop knows of its customers: columns that tell their kind, and columns that tell nothing.

Given the kind, the columns that tell it are independent of one another and of everything else, so the kinds are the
latent classes of these columns. Every cell is empty by chance, as cells are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lifeworth.demo.arrays import Ints
from lifeworth.demo.draws import draw_given

EMPTY = -1
EMPTY_SHARE = 0.08
GENDER = "gender"

Role = Literal["kind", "decoy", "protected", "proxy", "not a proxy"]
Cells = Mapping[str, Ints]
"""Codes into the labels of each attribute by its name, one entry per customer; ``EMPTY`` where a cell is empty."""


@dataclass(frozen=True)
class Attribute:
    """A column of ``customers.csv``: what may stand in it, and with what chance.

    ``chances`` has one row per kind for the role "kind", one per gender for "proxy", else a single row. ``decoy`` tells
    nothing of anything; ``protected`` may not be scored on; "not a proxy" looks like one and tells nothing, either.
    """

    name: str
    role: Role
    labels: tuple[str, ...]
    chances: tuple[tuple[float, ...], ...]


def _even(labels: int) -> tuple[tuple[float, ...], ...]:
    return ((1 / labels,) * labels,)


YES_NO = ("no", "yes")
_COLOURS = ("blue", "green", "red", "yellow", "black", "white", "orange", "violet")
_HOBBIES = ("cooking", "gardening", "sport", "travel", "crafts", "reading")
_MACHINES = ("none", "filter", "portafilter", "fully automatic")

# Rows: home barista, office buyer, tea lover, gift giver; of apron_size: female, male, other.
ATTRIBUTES = (
    Attribute("household_size", "kind", ("1", "2", "3", "4", "5+"), (
        (0.14, 0.58, 0.16, 0.09, 0.03),
        (0.04, 0.06, 0.10, 0.20, 0.60),
        (0.52, 0.34, 0.08, 0.04, 0.02),
        (0.08, 0.16, 0.30, 0.34, 0.12))),
    Attribute("coffee_machine", "kind", _MACHINES, (
        (0.02, 0.06, 0.72, 0.20),
        (0.02, 0.20, 0.04, 0.74),
        (0.76, 0.19, 0.02, 0.03),
        (0.16, 0.66, 0.04, 0.14))),
    Attribute("business_buyer", "kind", YES_NO, ((0.97, 0.03), (0.08, 0.92), (0.98, 0.02), (0.98, 0.02))),
    Attribute("newsletter", "kind", YES_NO, ((0.18, 0.82), (0.60, 0.40), (0.26, 0.74), (0.88, 0.12))),
    Attribute("birth_month", "decoy", tuple(str(month) for month in range(1, 13)), _even(12)),
    Attribute("favourite_colour", "decoy", _COLOURS, _even(8)),
    Attribute("lives_in", "kind", ("city", "suburb", "country"), (
        (0.72, 0.22, 0.06),
        (0.60, 0.34, 0.06),
        (0.14, 0.26, 0.60),
        (0.18, 0.62, 0.20))),
    Attribute("brewing_at_work", "kind", ("never", "some days", "every day"), (
        (0.18, 0.66, 0.16),
        (0.02, 0.08, 0.90),
        (0.44, 0.46, 0.10),
        (0.90, 0.08, 0.02))),
    Attribute("hobby", "kind", _HOBBIES, (
        (0.46, 0.03, 0.18, 0.26, 0.04, 0.03),
        (0.14, 0.06, 0.34, 0.32, 0.10, 0.04),
        (0.06, 0.36, 0.03, 0.07, 0.05, 0.43),
        (0.09, 0.08, 0.08, 0.10, 0.53, 0.12))),
    Attribute("pet", "decoy", ("none", "cat", "dog", "other"), ((0.48, 0.24, 0.20, 0.08),)),
    Attribute(GENDER, "protected", ("female", "male", "other"), ((0.53, 0.45, 0.02),)),
    Attribute("apron_size", "proxy", ("S", "M", "L", "XL"), (
        (0.45, 0.43, 0.10, 0.02),
        (0.02, 0.18, 0.48, 0.32),
        (0.18, 0.34, 0.32, 0.16))),
    Attribute("writing_hand", "not a proxy", ("right", "left"), ((0.89, 0.11),)),
)  # fmt: skip
NAMES = tuple(attribute.name for attribute in ATTRIBUTES)


@dataclass(frozen=True)
class Consent:
    """What customers allow: 0 no, 1 yes, ``EMPTY`` never asked."""

    email: Ints
    ads: Ints


def draw_cells(kind: Ints, rng: np.random.Generator) -> dict[str, Ints]:
    """Every attribute of every customer, some cells empty."""
    nobody = np.zeros_like(kind)
    full: dict[str, Ints] = {}
    for attribute in sorted(ATTRIBUTES, key=lambda each: each.role == "proxy"):
        given = {"kind": kind, "proxy": full.get(GENDER, nobody)}.get(attribute.role, nobody)
        full[attribute.name] = draw_given(np.array(attribute.chances), given, rng)
    return {name: np.where(rng.uniform(size=len(kind)) < EMPTY_SHARE, EMPTY, full[name]) for name in NAMES}


def draw_consent(newsletter: Ints, rng: np.random.Generator) -> Consent:
    """Whoever reads the newsletter mostly allowed it; some were never asked."""
    # Columns: never asked, no, yes.
    email = np.array([(0.26, 0.40, 0.34), (0.05, 0.03, 0.92)])
    ads = np.array([(0.20, 0.36, 0.44)])
    return Consent(
        email=draw_given(email, (newsletter == 1).astype(np.int64), rng) - 1,
        ads=draw_given(ads, np.zeros_like(newsletter), rng) - 1,
    )


def deal_out(cells: Cells, consent: Consent, rng: np.random.Generator) -> tuple[dict[str, Ints], Consent]:
    """The same cells column by column, dealt anew to all customers: they tell nothing any more."""
    dealt = {name: rng.permutation(codes) for name, codes in cells.items()}
    return dealt, Consent(rng.permutation(consent.email), rng.permutation(consent.ads))
