"""How well the chance of winning told later leads apart: ``prospects_proof`` and ``prospects_calibration``."""

from collections.abc import Iterator
from typing import Any

from lifeworth.insight.ground import hide, too_small
from lifeworth.insight.prospects import tables
from lifeworth.insight.prospects.words import of_proof
from lifeworth.store.engine import Engine


def proof_rows(engine: Engine) -> Iterator[list[Any]]:
    """The one row of the proof, in words."""
    for row in engine.records("SELECT * FROM values_lead_judged"):
        said = of_proof(row)
        won = row["won"]
        if too_small(int(won)):
            row["won"] = None
        yield [*(row[name] for name in tables.PROOF.names[:-1]), said]


def calibration_rows(engine: Engine) -> Iterator[list[Any]]:
    """The fifths; counts of too few people are hidden, and so are those that would give them away."""
    rows = engine.records("SELECT * FROM values_lead_fifths ORDER BY place")
    hidden = hide([int(row["won"]) for row in rows])
    few = hide([int(row["leads"]) for row in rows])
    for row, won_hidden, leads_hidden in zip(rows, hidden, few, strict=True):
        row["won"] = None if won_hidden else row["won"]
        row["leads"] = None if leads_hidden else row["leads"]
        yield [row[name] for name in tables.CALIBRATION.names]
