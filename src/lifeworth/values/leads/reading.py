"""Leads to be scored, as what is known of each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lifeworth.maths.arrays import IntArray
from lifeworth.store.engine import Array, Engine
from lifeworth.values.leads.columns import Column, unnamed_sql
from lifeworth.values.leads.like import asks
from lifeworth.values.leads.rows import SOURCE
from lifeworth.values.leads.scorer import Levels, Scorer

Raw = Mapping[str, str]


@dataclass(frozen=True)
class Leads:
    """Leads in an order of their own: (n,) each.

    Attributes
    ----------
    key : array
        What each is told by.
    source : array
        As given; None where nothing is.
    levels : Levels
    unnamed : array
        Columns that say something no thirty finished leads said, listed; empty text where none does.
    """

    key: Array
    created_on: Array
    source: Array
    levels: Levels
    unnamed: Array

    def __len__(self) -> int:
        return len(self.key)


def read_leads(
    engine: Engine, scorer: Scorer, raw: Raw, *, table: str, where: str = "TRUE", key: str = "lead_id"
) -> Leads:
    """Read leads from a table with ``created_on``, ``age_days``, a key to order by and raw texts.

    Parameters
    ----------
    raw : mapping of str to str
        SQL of the raw text of every column that the table has; what the scorer asks beyond that is not known.
    """
    chance, worth = scorer.chance.columns, scorer.like.columns
    listed = [f"{key} AS key", "created_on", "age_days", f"{raw.get(SOURCE, 'NULL::VARCHAR')} AS source"]
    listed += [f"CAST({_code(each, raw)} AS SMALLINT) AS c{place}" for place, each in enumerate(chance)]
    listed += [f"CAST({_code(each, raw, silent=True)} AS SMALLINT) AS w{place}" for place, each in enumerate(worth)]
    listed.append(f"{_unnamed((*chance, *worth), raw)} AS unnamed")
    found = engine.arrays(f"SELECT {', '.join(listed)} FROM {table} WHERE {where} ORDER BY key")
    size = len(found["key"])
    return Leads(
        np.asarray(np.ma.getdata(found["key"])),
        np.ma.getdata(found["created_on"]).astype("datetime64[D]"),
        texts(found["source"]),
        Levels(
            np.ma.getdata(found["age_days"]).astype(np.int64),
            _stacked(found, "c", len(chance), size),
            _stacked(found, "w", len(worth), size),
        ),
        texts(found["unnamed"]),
    )


def texts(column: np.ma.MaskedArray | Array) -> Array:
    """A column of texts with None where nothing is."""
    found = np.asarray(np.ma.getdata(column), dtype=object).copy()
    found[np.ma.getmaskarray(column)] = None
    return found


def _code(column: Column, raw: Raw, *, silent: bool = False) -> str:
    """SQL of a lead's code; ``silent``: an empty cell says nothing, instead of being a level of its own."""
    text = raw.get(asks(column))
    if text is None:
        return "-1"
    level = column.level_sql(text)
    code = column.code_sql(level)
    return f"CASE WHEN {level} IS NULL THEN -1 ELSE {code} END" if silent else code


def _unnamed(columns: tuple[Column, ...], raw: Raw) -> str:
    named = dict.fromkeys((asks(column), column.edges) for column in columns if asks(column) in raw)
    cases = []
    for name, edges in named:
        members = [m for each in columns if asks(each) == name for m in each.members]
        level = Column(name, (), edges).level_sql(raw[name])
        cases.append(f"CASE WHEN {unnamed_sql(members, level)} THEN {_literal(name)} END")
    return f"concat_ws(', ', {', '.join(cases)})" if cases else "''"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _stacked(found: Mapping[str, Array], letter: str, count: int, size: int) -> IntArray:
    codes = np.empty((size, count), dtype=np.intp)
    for place in range(count):
        codes[:, place] = np.ma.getdata(found[f"{letter}{place}"])
    return codes
