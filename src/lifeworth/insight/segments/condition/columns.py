"""The columns a condition may speak of: their names, what they hold, and the SQL that reads them."""

from difflib import get_close_matches
from typing import Literal, NamedTuple

from lifeworth.features.attributes import attributes, day_sql, number_sql
from lifeworth.insight.ground import GROUND
from lifeworth.insight.segments.tables import CUSTOMERS
from lifeworth.store.engine import Engine

Holds = Literal["number", "text", "day", "yes or no"]

_HOLDS: dict[str, Holds] = {"VARCHAR": "text", "DATE": "day", "BOOLEAN": "yes or no"}


class Known(NamedTuple):
    """A column of the joined tables ``c`` (customers), ``s`` (segments) and ``l`` (the company's own list)."""

    name: str
    holds: Holds
    sql: str


def known_columns(engine: Engine) -> dict[str, Known]:
    """Every column a condition may use, by its name in small letters: of the customer table, the segments, the company's list.

    Known as soon as the files are read, before anybody is valued.
    """
    valued = engine.columns("insight_customers") if "insight_customers" in engine.tables() else GROUND
    own = [
        Known(name, _HOLDS.get(kind, "number"), f'c."{name}"')
        for name, kind in valued.items()
        if not name.endswith("_sd")
    ]
    parted = [
        Known(c.name, _HOLDS.get(c.type, "number"), f's."{c.name}"')
        for c in CUSTOMERS.columns
        if c.name != "customer_id"
    ]
    listed = [Known(a.key, a.form, _listed(a.raw, a.form)) for a in attributes(engine)]
    found: dict[str, Known] = {}
    for column in (*own, *parted, *listed):
        found.setdefault(column.name.lower(), column)
    return found


def _listed(raw: str, form: str) -> str:
    text = raw.replace("json_extract_string(attributes", "json_extract_string(l.attributes")
    return number_sql(text) if form == "number" else day_sql(text) if form == "day" else text


def nearest(name: str, known: dict[str, Known]) -> str:
    """What a misspelt name was perhaps meant to be, or what there is."""
    near = get_close_matches(name.lower(), known, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(known[each].name for each in near)}?"
    return f"there are {', '.join(sorted(column.name for column in known.values()))}."
