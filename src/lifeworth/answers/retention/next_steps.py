"""When to remind whom, and what to offer."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

SHOWN = 12


@dataclass(frozen=True)
class Moment:
    """Customers whose usual gap ends in a week; None where too few people to be shown. ``place`` 0 is today.

    ``may`` may be written to; ``silent`` of these should still be silent then.
    """

    place: int
    first: date
    last: date
    due: int | None
    may: int | None
    silent: Estimate


@dataclass(frozen=True)
class Offer:
    """An offer to a group of comparable customers: what such customers did unasked, and what it should bring.

    ``took_up`` is None where too few people to be shown did, or did not.
    """

    offer: str
    category: str
    tier: str
    rhythm: str
    comparable: int
    took_up: int | None
    window_days: int
    chance: Estimate
    brings: Estimate
    brings_days: int
    candidates: int
    extra: Estimate
    expected_then: float


@dataclass(frozen=True)
class OfferLine:
    """A customer and the offer that promises most."""

    customer_id: str
    offer: str
    category: str
    chance: float
    brings: float
    extra: Estimate


def moments(engine: Engine) -> tuple[Moment, ...]:
    """The weeks to come, and today."""
    return tuple(
        Moment(
            int(row["place"]),
            row["week_from"],
            row["week_to"],
            _count(row["due"]),
            _count(row["due_may"]),
            estimate(row["silent_mean"], row["silent_low"], row["silent_high"]),
        )
        for row in rows_of(engine, "retention_moments", "place")
    )


def offers(engine: Engine) -> tuple[Offer, ...]:
    """Every offer and group, the one that should bring most first."""
    rows = rows_of(engine, "retention_offers", "extra_mean DESC, offer, category, tier, rhythm")
    return tuple(_offer(row) for row in rows)


def offer_lines(engine: Engine) -> tuple[OfferLine, ...]:
    """The first customers to make an offer to."""
    if "retention_offer_list" not in engine.tables():
        return ()
    rows = engine.records("SELECT * FROM retention_offer_list ORDER BY place LIMIT ?", [SHOWN])
    return tuple(
        OfferLine(
            str(row["customer_id"]),
            str(row["offer"]),
            str(row["category"]),
            number(row["chance"]),
            number(row["brings"]),
            estimate(row["extra_mean"], row["extra_low"], row["extra_high"]),
        )
        for row in rows
    )


def _offer(row: dict[str, Any]) -> Offer:
    return Offer(
        str(row["offer"]),
        str(row["category"]),
        str(row["tier"]),
        str(row["rhythm"]),
        int(row["comparable"]),
        _count(row["took_up"]),
        int(row["window_days"]),
        estimate(row["chance_mean"], row["chance_low"], row["chance_high"]),
        estimate(row["brings_mean"], row["brings_low"], row["brings_high"]),
        int(row["brings_days"]),
        int(row["candidates"]),
        estimate(row["extra_mean"], row["extra_low"], row["extra_high"]),
        number(row["expected_then"]),
    )


def _count(value: Any) -> int | None:
    return None if value is None else int(value)
