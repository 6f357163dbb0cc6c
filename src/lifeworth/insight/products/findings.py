"""What is found of single products that newcomers begin with, and how it is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame
from lifeworth.insight.products.alike import Alike
from lifeworth.insight.products.discovery import SHARE_OF_CHANCE, false_discovery
from lifeworth.insight.products.matched import Differences
from lifeworth.insight.products.newcomers import Asked

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AFTER_FIRST, WITH_FIRST = "after the first day", "first day included"
MORE, LESS, UNTOLD = "brings more", "brings less", "cannot be told"


@dataclass(frozen=True)
class Counted:
    """One way of counting, an entry per product: buyers, plain means, differences among those alike, and among baskets alike, too."""

    counted: str
    buyers: Ints
    buyers_mean: Floats
    others_mean: Floats
    origin: Differences
    basket: Differences


@dataclass(frozen=True)
class Finding:
    """What buyers of one product brought more; ``difference`` and ``same_basket`` are mean, low and high, ``sure`` as in Differences."""

    product_id: str | None
    name: str
    counted: str
    buyers: int
    compared: int
    buyers_mean: float
    others_mean: float
    difference: tuple[float, float, float]
    same_basket: tuple[float, float, float] | None
    sure: bool
    p_value: float
    q_value: float

    @property
    def verdict(self) -> str:
        """Whether buyers bring more or less beyond chance, all products asked considered."""
        if self.q_value > SHARE_OF_CHANCE or not self.sure:
            return UNTOLD
        return MORE if self.difference[0] > 0 else LESS


def find(names: Sequence[tuple[str | None, str]], way: Counted) -> list[Finding]:
    """One finding for each product of which anything can be said, those that surely bring most first."""
    told = [place for place in range(len(names)) if _around(way.origin, place) and np.isfinite(way.others_mean[place])]
    q_values = false_discovery(way.origin.chance[told])
    found = [_one(names[place], way, place, float(q_value)) for place, q_value in zip(told, q_values, strict=True)]
    return sorted(found, key=lambda one: (-one.difference[1], one.name, one.product_id or ""))


def _one(name: tuple[str | None, str], way: Counted, place: int, q_value: float) -> Finding:
    difference = _around(way.origin, place)
    assert difference is not None
    return Finding(
        *name,
        way.counted,
        int(way.buyers[place]),
        int(way.origin.compared[place]),
        float(way.buyers_mean[place]),
        float(way.others_mean[place]),
        difference,
        _around(way.basket, place),
        bool(way.origin.sure[place]),
        float(way.origin.chance[place]),
        q_value,
    )


def _around(found: Differences, place: int) -> tuple[float, float, float] | None:
    mean, reach = float(found.mean[place]), float(found.reach[place])
    return (mean, mean - reach, mean + reach) if np.isfinite(mean) and np.isfinite(reach) else None


def row(frame: Frame, asked: Asked, crowd: Alike, grouped_by: str, found: Finding) -> list[Any]:
    """A row of ``products_gateways``."""
    return [
        grouped_by,
        found.product_id,
        found.name,
        found.counted,
        found.buyers,
        found.buyers / len(crowd),
        found.compared,
        *_money(found.buyers_mean, found.others_mean, found.buyers_mean - found.others_mean),
        *_money(*found.difference),
        *(_money(*found.same_basket) if found.same_basket else (None, None, None)),
        float(f"{found.p_value:.6g}"),
        float(f"{found.q_value:.6g}"),
        found.verdict,
        len(crowd),
        crowd.channels,
        asked.days,
        asked.every,
        frame.interval_level,
        _sentence(frame, asked, found),
    ]


def _money(*amounts: float) -> tuple[float, ...]:
    return tuple(round(amount, 4) + 0.0 for amount in amounts)


def _sentence(frame: Frame, asked: Asked, found: Finding) -> str:
    unit = f" {frame.currency}" if frame.currency else ""
    money = "profit" if frame.in_profit else "net revenue"
    apart = ", that order apart," if found.counted == AFTER_FIRST else ""
    mean, low, high = found.difference
    said = (
        f"Newcomers who began with {found.name} brought {abs(mean):,.2f}{unit} {'more' if mean >= 0 else 'less'} {money} in the {asked.days} days "
        f"from the first order{apart} than others of the same channel and month ({frame.interval_level:.0%} range {low:,.2f} to {high:,.2f}); "
        f"{found.buyers:,} buyers."
    ).replace("% range", " % range")
    return said if found.verdict != UNTOLD else f"{said} Chance alone could make the difference."
