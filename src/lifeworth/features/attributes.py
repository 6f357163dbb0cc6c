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

_FORMS = """
SELECT count(value), count({number}), count({day}),
       count(*) FILTER (regexp_matches(value, '^-?0[0-9]'))
FROM (SELECT {value} AS value FROM sources_customers)"""


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
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    return f"nullif(trim(json_extract_string(attributes, {text(pointer)})), '')"


def attributes(engine: Engine) -> tuple[Attribute, ...]:
    """Every attribute that says anything about anybody, in the order of their names."""
    if not has_rows(engine, "sources_customers", "attributes IS NOT NULL"):
        return ()
    keys = [key for (key,) in engine.rows(_KEYS)]
    forms = {key: form for key in keys if (form := _form(engine, key)) is not None}
    return tuple(_attribute(key, form, name) for (key, form), name in zip(forms.items(), _names(forms), strict=True))


def _form(engine: Engine, key: str) -> Form | None:
    """Codes with leading zeros are text; a column is numbers or days only when every filled cell is."""
    [(filled, numbers, days, padded)] = engine.rows(
        _FORMS.format(value=raw_text(key), number=number_sql("value"), day=day_sql("value"))
    )
    if not filled:
        return None
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
