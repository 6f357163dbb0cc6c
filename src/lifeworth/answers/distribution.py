"""How is value spread over customers, and how wide are the ranges?"""

from dataclasses import dataclass
from math import ceil, floor, inf, log10
from typing import Any

from lifeworth.answers.estimate import Estimate, estimate, number
from lifeworth.answers.run_facts import RunFacts
from lifeworth.store.engine import Engine

MOST_EDGES = 8

_SHAPE = """
SELECT count(*), count(*) FILTER (WHERE value_low = 0 AND value_high = 0),
       count(*) FILTER (WHERE value_mean < 0), median(value_mean),
       quantile_disc(value_mean, 0.1) FILTER (WHERE value_mean > 0),
       quantile_disc(value_mean, 0.995) FILTER (WHERE value_mean > 0)
FROM values_customers
"""

_BANDS = """
SELECT {band} AS band, count(*), sum(CAST(value_mean AS DECIMAL(38, 4))), avg(value_mean), avg(value_low),
       avg(value_high)
FROM values_customers GROUP BY 1 ORDER BY 1
"""

_EVIDENCE = """
SELECT evidence, count(*), sum(CAST(value_mean AS DECIMAL(38, 4))), avg(value_mean), avg(value_low),
       avg(value_high)
FROM values_customers GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class ValueBand:
    """Customers whose expected value lies in [lower, upper), with the average customer's range."""

    lower: float
    upper: float
    customers: int
    total: float
    average: Estimate


@dataclass(frozen=True)
class EvidenceBand:
    """Customers whose own history carries the estimate equally far (A to D), with the average range."""

    evidence: str
    customers: int
    total: float
    average: Estimate


@dataclass(frozen=True)
class Distribution:
    """How expected value is spread. ``nothing_expected``: customers whose whole range is zero."""

    customers: int
    nothing_expected: int
    below_zero: int
    median: float
    bands: tuple[ValueBand, ...]
    evidence: tuple[EvidenceBand, ...]
    definition: str


def value_distribution(engine: Engine, facts: RunFacts) -> Distribution:
    """How many customers are worth how much, and how sure that is by weight of evidence."""
    [(customers, nothing, negative, median, tenth, top)] = engine.rows(_SHAPE)
    edges = _edges(number(tenth), number(top)) if tenth is not None else [0.0]
    return Distribution(
        customers=int(customers),
        nothing_expected=int(nothing),
        below_zero=int(negative),
        median=number(median),
        bands=_bands(engine, edges),
        evidence=tuple(
            EvidenceBand(str(letter or "?"), int(count), number(total), estimate(*average))
            for letter, count, total, *average in engine.rows(_EVIDENCE)
        ),
        definition=(
            f"Expected {facts.basis} per customer over {facts.horizon_days} days, present value. Each customer's "
            "range is the shortest that holds the stated share of simulated outcomes; the figures in a band are "
            "averages of its customers' ranges. Evidence A: the customer's own history carries the estimate; "
            "D: it rests on what comparable customers did."
        ),
    )


def _bands(engine: Engine, edges: list[float]) -> tuple[ValueBand, ...]:
    cases = " ".join(f"WHEN value_mean < {edge!r} THEN {place}" for place, edge in enumerate(edges))
    found = {row[0]: row[1:] for row in engine.rows(_BANDS.format(band=f"CASE {cases} ELSE {len(edges)} END"))}
    walls = [-inf, *edges, inf]
    return tuple(
        ValueBand(walls[place], walls[place + 1], int(count), number(total), estimate(*average))
        for place, (count, total, *average) in _filled(found, len(walls) - 1)
    )


def _filled(found: dict[int, tuple[Any, ...]], bands: int) -> list[tuple[int, tuple[Any, ...]]]:
    """Every band from the first to the last with customers; the ones between may be empty."""
    if not found:
        return []
    first, last = min(found), min(max(found), bands - 1)
    return [(place, found.get(place, (0, 0, 0, 0, 0))) for place in range(first, last + 1)]


def _edges(low: float, high: float) -> list[float]:
    """Round edges 1, 2, 5, 10, 20, ... of money from the small values to the largest but a few."""
    ladder = [
        lead * 10.0**power
        for power in range(floor(log10(low)), ceil(log10(high)) + 1)
        for lead in (1, 2, 5)
        if low * 0.5 <= lead * 10.0**power <= high * 1.01
    ] or [10.0 ** floor(log10(high))]
    if len(ladder) > MOST_EDGES * 2:
        ladder = [edge for edge in ladder if abs(log10(edge) - round(log10(edge))) < 1e-9]
    return [0.0, *ladder[-MOST_EDGES:]]
