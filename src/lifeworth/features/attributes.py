"""The company's own columns about its customers: what they hold, and as what they become features."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lifeworth.features.feature import Feature
from lifeworth.ledger.tables import has_rows, text
from lifeworth.store.engine import Engine

Form = Literal["number", "day", "text"]

_KEYS = """
SELECT DISTINCT unnest(json_keys(attributes)) AS key FROM sources_customers WHERE attributes IS NOT NULL ORDER BY key"""

# All keys in one reading: parsing the documents costs more than looking at what they say.
_FORMS = """
SELECT {counted} FROM (SELECT json_extract_string(attributes, [{pointers}]) AS said FROM sources_customers)"""

_COUNTED = "count({value}), count({number}), count({day}), count(*) FILTER (regexp_matches({value}, '^-?0[0-9]'))"


@dataclass(frozen=True)
class Attribute:
    """A column of the company's own: its feature, the name the company gave it, and what it holds."""

    feature: Feature
    key: str
    form: Form

    @property
    def raw(self) -> str:
        """SQL of its text in a row of ``sources_customers``; NULL where empty."""
        return raw_text(self.key)


def raw_text(key: str) -> str:
    """SQL of what an attribute says, as trimmed text; NULL where it says nothing."""
    return f"nullif(trim(json_extract_string(attributes, {_pointer(key)})), '')"


def _pointer(key: str) -> str:
    return text("/" + key.replace("~", "~0").replace("/", "~1"))


def attributes(engine: Engine) -> tuple[Attribute, ...]:
    """Every attribute that says anything about anybody, in the order of their names."""
    if not has_rows(engine, "sources_customers", "attributes IS NOT NULL"):
        return ()
    keys = [key for (key,) in engine.rows(_KEYS)]
    forms = _forms(engine, keys) if keys else {}
    return tuple(_attribute(key, form, name) for (key, form), name in zip(forms.items(), _names(forms), strict=True))


def _forms(engine: Engine, keys: list[str]) -> dict[str, Form]:
    """What every key that says anything holds."""
    values = [f"nullif(trim(said[{place}]), '')" for place in range(1, len(keys) + 1)]
    counted = [_COUNTED.format(value=value, number=number_sql(value), day=day_sql(value)) for value in values]
    pointers = ", ".join(map(_pointer, keys))
    [counts] = engine.rows(_FORMS.format(counted=", ".join(counted), pointers=pointers))
    by_key = zip(keys, zip(*[iter(counts)] * 4, strict=True), strict=True)
    return {key: _form(*count) for key, count in by_key if count[0]}


def _form(filled: int, numbers: int, days: int, padded: int) -> Form:
    """Codes with leading zeros are text; a column is numbers or days only when every filled cell is."""
    if numbers == filled and not padded:
        return "number"
    return "day" if days == filled else "text"


def _names(keys: Iterable[str]) -> list[str]:
    """Column names that any tool can hold, each once."""
    names: list[str] = []
    for key in keys:
        plain = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_") or "column"
        name = f"attribute_{plain}"
        while name in names:
            name += "_"
        names.append(name)
    return names


def _attribute(key: str, form: Form, name: str) -> Attribute:
    feature = Feature(
        name,
        "days" if form == "day" else "",
        f"days from {key} to the cut" if form == "day" else f"{key}, as the list of customers gives it",
        "attributes",
        "category" if form == "text" else "number",
    )
    return Attribute(feature, key, form)


def number_sql(raw: str) -> str:
    """SQL of a text as a finite number; NULL where it is none."""
    number = f"TRY_CAST({raw} AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def day_sql(raw: str) -> str:
    """SQL of a text as a day, written 2024-12-31 or 31.12.2024, with or without a time; NULL where it is none."""
    return f"CAST(COALESCE(TRY_CAST({raw} AS TIMESTAMP), TRY_STRPTIME({raw}, '%d.%m.%Y')) AS DATE)"


def value_sql(attribute: Attribute, cut: str) -> str:
    """SQL of the feature in a row of ``sources_customers``; a day on the cut or later is not known yet."""
    if attribute.form == "number":
        return number_sql(attribute.raw)
    if attribute.form == "day":
        day = day_sql(attribute.raw)
        return f"CASE WHEN {day} < {cut} THEN {cut} - {day} END"
    return attribute.raw
