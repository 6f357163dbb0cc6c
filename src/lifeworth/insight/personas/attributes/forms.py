"""Whether the texts of a column are numbers, amounts of money, days or words, and the SQL that reads them so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lifeworth.features.attributes import day_sql, number_sql
from lifeworth.insight.personas.attributes.banned import is_a_code
from lifeworth.insight.personas.attributes.columns import Column
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

Form = Literal["number", "day", "text"]

# A column is numbers, or days, when nearly every filled cell is; the rest counts as empty.
NEARLY_ALL = 0.98

_BARE = r"""regexp_replace({raw}, '(?i)[\s\x{{00A0}}\x{{202F}}''€$£¥]|\b(EUR|USD|GBP|CHF)\b', '', 'g')"""
_POINT = r"'-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?'"
_COMMA = r"'-?(\d{1,3}(\.\d{3})+|\d+)(,\d{1,2})?'"
_SLASHED = r"'\d{1,2}/\d{1,2}/\d{4}'"


@dataclass(frozen=True)
class Read:
    """How a column is read: as what, and by which SQL; ``reading`` is a text, a number, or days since 1970-01-01.

    ``plain`` says that conditions of own segments read it in the same way.
    """

    form: Form
    reading: str
    plain: bool


def amount_sql(raw: str, decimal: str) -> str:
    """SQL of a text such as ``$90,000`` or ``1.234,50 €`` as a number; NULL where it is none.

    ``decimal`` is the sign before the cents; the other one sets thousands apart, three digits each.
    """
    bare = _BARE.format(raw=raw)
    if decimal == ",":
        return f"CASE WHEN regexp_full_match({bare}, {_COMMA}) THEN TRY_CAST(replace(replace({bare}, '.', ''), ',', '.') AS DOUBLE) END"
    return f"CASE WHEN regexp_full_match({bare}, {_POINT}) THEN TRY_CAST(replace({bare}, ',', '') AS DOUBLE) END"


def slashed_day_sql(raw: str, order: str) -> str:
    """SQL of a text such as 4/8/1966 as a day; ``order`` is ``day-first`` or ``month-first``."""
    pattern = "%d/%m/%Y" if order == "day-first" else "%m/%d/%Y"
    return f"CASE WHEN regexp_full_match({raw}, {_SLASHED}) THEN CAST(TRY_STRPTIME({raw}, '{pattern}') AS DATE) END"


def ordinal_sql(moment: str, as_of: date) -> str:
    """SQL of a day as days since 1970-01-01; a day that has not come yet is not known."""
    return f"CASE WHEN {moment} < {day(as_of)} THEN CAST({moment} - DATE '1970-01-01' AS DOUBLE) END"


def find_forms(engine: Engine, table: str, columns: Sequence[Column], as_of: date) -> list[Read]:
    """The form of every column of a table of texts ``t0``, ``t1`` …"""
    return [_form(engine, table, f"t{place}", column, as_of) for place, column in enumerate(columns)]


def _form(engine: Engine, table: str, raw: str, column: Column, as_of: date) -> Read:
    readings: list[tuple[Form, str]] = [
        ("number", number_sql(raw)),
        ("number", amount_sql(raw, ".")),
        ("number", amount_sql(raw, ",")),
        ("day", day_sql(raw)),
        ("day", slashed_day_sql(raw, "day-first")),
        ("day", slashed_day_sql(raw, "month-first")),
    ]
    counted = ", ".join(f"count({sql})" for _, sql in readings)
    [(filled, padded, *found)] = engine.rows(
        f"SELECT count({raw}), count(*) FILTER (regexp_matches({raw}, '^-?0[0-9]')), {counted} FROM {table}"
    )
    read = [int(count) for count in found]
    best = max(range(len(readings)), key=lambda place: (read[place], -place))
    form, sql = readings[best]
    codes = is_a_code(column.name) or (padded > (1 - NEARLY_ALL) * filled and form == "number")
    if not filled or codes or read[best] < NEARLY_ALL * filled:
        return Read("text", raw, plain=padded > 0 or read[0] < filled)
    plain = best in (0, 3) and read[best] == filled
    return Read(form, ordinal_sql(sql, as_of) if form == "day" else sql, plain)
