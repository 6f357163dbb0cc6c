"""How monthly recurring revenue moved, and how much of a year-old base is left."""

from dataclasses import dataclass
from datetime import date

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.tables import rows_of
from lifeworth.store.engine import Engine

MOVES = ("new", "expansion", "reactivation", "contraction", "churn")
PEOPLE = ("customers", "customers_new", "customers_back", "customers_lost")


@dataclass(frozen=True)
class Month:
    """A month's recurring revenue: opening, every move by name (losses below zero), closing; customers who pay, came, left.

    NaN and None where it would tell of fewer than ten customers.
    """

    month: date
    closes_on: date
    is_whole: bool
    opening: float
    moves: dict[str, float]
    closing: float
    customers: int | None
    customers_new: int | None
    customers_back: int | None
    customers_lost: int | None


@dataclass(frozen=True)
class Kept:
    """Customers who paid twelve months before: shares of their revenue and of themselves that are left."""

    month: date
    since: date
    closes_on: date
    customers: int
    mrr_then: float
    net: Estimate
    gross: Estimate
    logo_churn: Estimate


def months(engine: Engine) -> tuple[Month, ...]:
    """Every month since the first subscription."""
    return tuple(
        Month(
            row["month"],
            row["closes_on"],
            bool(row["is_whole"]),
            number(row["opening"]),
            {name: number(row[name]) for name in MOVES},
            number(row["closing"]),
            *(None if row[name] is None else int(row[name]) for name in PEOPLE),
        )
        for row in rows_of(engine, "retention_mrr", "month")
    )


def kept(engine: Engine) -> tuple[Kept, ...]:
    """The last months that have one twelve before them."""
    return tuple(
        Kept(
            row["month"],
            row["since"],
            row["closes_on"],
            int(row["customers"]),
            number(row["mrr_then"]),
            estimate(row["net_mean"], row["net_low"], row["net_high"]),
            estimate(row["gross_mean"], row["gross_low"], row["gross_high"]),
            estimate(row["logo_churn_mean"], row["logo_churn_low"], row["logo_churn_high"]),
        )
        for row in rows_of(engine, "retention_nrr", "month")
    )
