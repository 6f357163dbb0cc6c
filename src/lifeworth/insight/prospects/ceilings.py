"""What one more lead or newcomer may cost, beside what is paid now: ``prospects_ceilings``."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from lifeworth.insight.ground import Frame, hide
from lifeworth.insight.prospects import tables
from lifeworth.insight.prospects.words import of_ceiling
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

YEAR = 365
SOURCE, CHANNEL = "lead source", "channel"
PAYS, DOES_NOT, UNSURE = "pays", "does not pay", "cannot be told"
_ENDS = ("mean", "low", "high")

_SPEND = """
SELECT lower(trim(channel)) AS pool, sum(CAST(amount AS DECIMAL(38,4))) AS spend
FROM sources_spend WHERE purpose = 'acquire' AND spent_on < {as_of} AND spent_on >= {since} GROUP BY 1"""

# What each newcomer of the last year cost, as the books share the spend.
_WON = """
SELECT trim(channel) AS channel, count(*) AS won, sum(CAST(cost AS DECIMAL(38,4))) AS cost
FROM ledger_acquisition WHERE acquired_on < {as_of} AND acquired_on >= {since} AND channel IS NOT NULL GROUP BY 1"""


def ceiling_rows(engine: Engine, frame: Frame) -> Iterator[list[Any]]:
    """Sources of leads first, then channels; each from the most worth to the least."""
    spans = {"as_of": day(frame.as_of), "since": day(frame.as_of - timedelta(days=YEAR))}
    spend = dict(engine.rows(_SPEND.format(**spans)))
    for row in (*_sources(engine, spend), *_channels(engine, spend, engine.records(_WON.format(**spans)))):
        row |= {"interval_level": frame.interval_level, "basis": "profit" if frame.in_profit else "revenue"}
        row["verdict"] = _verdict(row) if frame.in_profit else None
        row["sentence"] = of_ceiling(row, frame)
        yield [row[name] for name in tables.CEILINGS.names]


def _sources(engine: Engine, spend: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "values_lead_sources" not in engine.tables():
        return
    rows = engine.records("SELECT * FROM values_lead_sources ORDER BY value_mean DESC, source")
    hidden = hide([int(row["leads"]) for row in rows])
    for row, is_hidden in zip(rows, hidden, strict=True):
        paid = spend.get(row["source"].strip().lower())
        each = float(paid / row["leads"]) if paid and row["leads"] and not is_hidden else None
        yield {
            "grouped_by": SOURCE,
            "member": row["source"],
            "leads": None if is_hidden else row["leads"],
            "newcomers": None,
            **{f"chance_{end}": row[f"chance_{end}"] for end in _ENDS},
            **{f"newcomer_{end}": row[f"value_if_won_{end}"] for end in _ENDS},
            **{f"lead_{end}": row[f"value_{end}"] for end in _ENDS},
            "spend": float(paid) if paid else None,
            "paid_lead": each,
            "paid_newcomer": each / row["chance_mean"] if each is not None and row["chance_mean"] else None,
        }


def _channels(engine: Engine, spend: dict[str, Any], won: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if "values_newcomers" not in engine.tables():
        return
    sql = "SELECT * FROM values_newcomers WHERE grouped_by = 'channel' ORDER BY value_mean DESC, member"
    rows, cost = engine.records(sql), {row["channel"]: row for row in won}
    hidden = hide([int(row["customers"]) for row in rows])
    for row, is_hidden in zip(rows, hidden, strict=True):
        paid, lately = spend.get(row["member"].strip().lower()), cost.get(row["member"])
        known = paid and lately and not any(hide([int(lately["won"])]))
        yield {
            "grouped_by": CHANNEL,
            "member": row["member"],
            "leads": None,
            "newcomers": None if is_hidden else row["customers"],
            **{f"{part}_{end}": None for part in ("chance", "lead") for end in _ENDS},
            **{f"newcomer_{end}": row[f"value_{end}"] for end in _ENDS},
            "spend": float(paid) if paid else None,
            "paid_lead": None,
            "paid_newcomer": float(lately["cost"] / lately["won"]) if known and lately else None,
        }


def _verdict(row: dict[str, Any]) -> str | None:
    """Whether one more is worth what is paid now: certain only where the whole range lies on one side."""
    part = "lead" if row["paid_lead"] is not None else "newcomer"
    paid = row[f"paid_{part}"]
    if paid is None:
        return None
    return PAYS if paid < row[f"{part}_low"] else DOES_NOT if paid > row[f"{part}_high"] else UNSURE
