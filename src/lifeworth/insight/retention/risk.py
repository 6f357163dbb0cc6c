"""How much of the expected value stands behind customers who may have left already: ``retention_risk``.

Of a customer expected to bring v, with the chance q of having left, v stands behind somebody gone with chance q: expected
v q, variance v² q (1 - q). The range of a group's sum holds that, and the spread that all values have in common.
"""

from collections.abc import Sequence
from typing import Any

from lifeworth.insight.ground import Frame, fill, hide, worth_columns, worth_of
from lifeworth.insight.retention.customers import OVERDUE
from lifeworth.insight.retention.people import TOLD
from lifeworth.insight.retention.tables import RISK
from lifeworth.store.engine import Engine

WHOLE = "whole base"
UNNAMED = "none"

# Reading order; what is not named here comes after, by name.
_ORDER = {
    "tier": ("core", "solid", "small", "marginal", "loss"),
    "life cycle": ("new", "growing", "steady", "cooling", "quiet", "gone"),
}

_AT_RISK = """
SELECT r.customer_id, {told} AS told, greatest(c.value_mean, 0) AS kept, r.overdue >= {overdue} AS is_overdue,
       r.value_at_risk AS risk_mean, 0 AS risk_low, greatest(c.value_mean, 0) AS risk_high,
       greatest(c.value_mean, 0) * sqrt(greatest(c.p_alive * (1 - c.p_alive), 0)) AS risk_sd{groups}
FROM retention_customers r POSITIONAL JOIN insight_customers c{joins}"""

_SUMMED = """
SELECT {member} AS member, {worth}, count(*) FILTER (NOT told) AS untold,
       coalesce(sum(CAST(kept AS DECIMAL(38, 4))) FILTER (told), 0) AS value,
       count(*) FILTER (told AND is_overdue) AS overdue
FROM ({customers}) GROUP BY 1"""


def write_risk(engine: Engine, frame: Frame) -> None:
    """Add up what is at risk, for the whole base and for every way of parting it."""
    schemes = _schemes(engine)
    customers = _customers(schemes)
    for scheme, column in {WHOLE: f"'{WHOLE}'", **{name: column for name, (_, column) in schemes.items()}}.items():
        rows = engine.records(_SUMMED.format(member=column, worth=_told_only(), customers=customers))
        fill(engine, RISK, list(_lines(scheme, rows, frame)))


def _schemes(engine: Engine) -> dict[str, tuple[str, str]]:
    """Ways of parting the base that this run knows: the table that holds each customer's part, and its column."""
    found = {}
    there = set(engine.tables())
    for scheme, table, column in (
        ("tier", "segments_customers", "tier"),
        ("life cycle", "segments_customers", "life_cycle"),
        ("persona", "personas_customers", "persona"),
    ):
        if table in there and engine.value(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {column} IS NOT NULL)"):
            found[scheme] = (table, column)
    return found


def _customers(schemes: dict[str, tuple[str, str]]) -> str:
    groups = "".join(f", coalesce({table}.{column}, '{UNNAMED}') AS {column}" for table, column in schemes.values())
    tables = dict.fromkeys(table for table, _ in schemes.values())
    joins = "".join(f" LEFT JOIN {table} ON {table}.customer_id = r.customer_id" for table in tables)
    told = TOLD.replace("frequency", "c.frequency").replace("p_alive", "c.p_alive")
    return _AT_RISK.format(told=told, overdue=OVERDUE, groups=groups, joins=joins)


def _told_only() -> str:
    """The sums of a group, over customers of whom can be told whether they have left."""
    return worth_columns("risk", "risk_sd").replace("count(*)", "count(*) FILTER (told)")


def _lines(scheme: str, rows: list[dict[str, Any]], frame: Frame) -> list[list[Any]]:
    known = _ORDER.get(scheme, ())
    rows.sort(key=lambda row: (known.index(row["member"]) if row["member"] in known else len(known), row["member"]))
    hidden = {name: _hidden(scheme, [int(row[name]) for row in rows]) for name in ("size", "overdue")}
    found = []
    for place, row in enumerate(rows):
        figures = [None] * 8 if hidden["size"][place] else _figures(row, frame)
        if hidden["overdue"][place]:
            figures[-1] = None
        found.append([scheme, place, row["member"], *figures])
    return found


def _hidden(scheme: str, people: list[int]) -> Sequence[bool]:
    return [False] * len(people) if scheme == WHOLE else hide(people)


def _figures(row: dict[str, Any], frame: Frame) -> list[Any]:
    risk, value = worth_of(frame, row), float(row["value"])
    share = risk.mean / value if value > 0 else None
    return [risk.customers, int(row["untold"]), value, risk.mean, risk.low, risk.high, share, int(row["overdue"])]
