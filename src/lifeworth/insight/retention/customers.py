"""Everybody against their own rhythm: ``retention_customers``."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame
from lifeworth.insight.retention.people import TOLD, People
from lifeworth.insight.retention.rhythm import Rhythm
from lifeworth.insight.retention.rhythm.gaps import chance_to_come, gap_quantile
from lifeworth.insight.retention.rhythm.leaving import outlasts
from lifeworth.insight.retention.winback.gain import Gains
from lifeworth.insight.retention.winback.returning import Returning
from lifeworth.ledger.tables import drop
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

USUAL, SHORT, LONG = 0.5, 0.25, 0.75
OVERDUE = 0.9
# A gap of centuries is no date.
_LONGEST_DAYS = 36_500

_FILLED = """
INSERT INTO retention_customers BY NAME
SELECT c.customer_id, r.overdue,
       CASE WHEN r.overdue >= {overdue} THEN 'overdue' WHEN r.overdue >= {usual} THEN 'past the usual gap'
            WHEN r.overdue IS NOT NULL THEN 'within rhythm' END AS state,
       r.usual_gap_days, r.gap_low_days, r.gap_high_days,
       CAST(c.last_order_at + CAST(round(r.gap_low_days) AS INTEGER) AS DATE) AS window_from,
       CAST(c.last_order_at + CAST(round(r.gap_high_days) AS INTEGER) AS DATE) AS window_to,
       CAST(c.last_order_at + CAST(ceil(r.usual_gap_days) AS INTEGER) AS DATE) AS remind_from,
       r.chance_anyway, {risks}, r.value_if_back, r.gain_mean, r.gain_low, r.gain_high, r.may_contact
FROM insight_customers c POSITIONAL JOIN retention_read r"""


@dataclass(frozen=True)
class Read:
    """What a rhythm says of each customer: score, usual, short and long gap in days, chance to come without a contact."""

    overdue: Floats
    usual: Floats
    short: Floats
    long: Floats
    comes: Floats


def read_rhythm(rhythm: Rhythm, people: People, frame: Frame) -> Read:
    """Hold everybody's silence against their own gaps.

    The chance to come is never more than the orders that the run expects: it has heard of seasons and attributes.
    """
    seen = people.seen
    usual, short, long = (
        np.minimum(gap_quantile(rhythm, seen.x, seen.t_x, q), _LONGEST_DAYS) for q in (USUAL, SHORT, LONG)
    )
    silent = outlasts(rhythm, seen.x, seen.t_x, seen.silence)
    comes = chance_to_come(rhythm, seen, float(frame.horizon_days), silent)
    return Read(1.0 - silent, usual, short, long, np.clip(comes, 0.0, np.clip(people.orders_mean, 0.0, 1.0)))


def write_customers(
    engine: Engine, people: People, read: Read | None, returning: Returning | None, gains: Gains | None, silent: Any
) -> None:
    """One row per customer; without a rhythm only what is at risk and who may be written to."""
    columns: dict[str, NDArray[Any]] = {"may_contact": people.may}
    if read is not None and returning is not None and gains is not None:
        columns |= {
            "overdue": np.round(read.overdue, 4),
            "usual_gap_days": np.round(read.usual, 1),
            "gap_low_days": np.round(read.short, 1),
            "gap_high_days": np.round(read.long, 1),
            "chance_anyway": np.round(read.comes, 4),
            "value_if_back": np.round(returning.mean, 2) + 0.0,
        }
        for name in ("mean", "low", "high"):
            columns[f"gain_{name}"] = np.where(silent, np.round(getattr(gains, name), 4) + 0.0, np.nan)
    else:
        nothing = np.full(len(people), np.nan)
        names = ("overdue", "usual_gap_days", "gap_low_days", "gap_high_days", "chance_anyway", "value_if_back")
        columns |= dict.fromkeys((*names, "gain_mean", "gain_low", "gain_high"), nothing)
    engine.write("retention_read", columns)
    _empty_instead_of_nan(engine, [name for name in columns if name != "may_contact"])
    engine.execute(_FILLED.format(overdue=OVERDUE, usual=USUAL, risks=_risks()))
    drop(engine, "retention_read")


def _empty_instead_of_nan(engine: Engine, names: list[str]) -> None:
    plain = ", ".join(f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END AS {name}" for name in names)
    engine.execute(f"CREATE OR REPLACE TABLE retention_read AS SELECT {plain}, may_contact FROM retention_read")


def _risks() -> str:
    """Value times the chance of having left; a customer expected to cost more than they bring puts nothing at risk."""
    parts = {"value_at_risk": "value_mean", "value_at_risk_low": "value_low", "value_at_risk_high": "value_high"}
    return ", ".join(
        f"CASE WHEN {TOLD} THEN CASE WHEN value_mean > 0 THEN round({column} * (1 - p_alive), 4) ELSE 0 END END AS {name}"
        for name, column in parts.items()
    )
