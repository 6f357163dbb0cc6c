"""The page's words where every order is the bill of a subscription: nobody orders or comes back, they are billed.

Titles, captions, notes, column heads and axes are reworded; cells, charts' figures and names from the files stay as they are. Chapters on
the method and its proof speak of what models were given and are left alone.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lifeworth.report.card import Card, Column, Section, Table

_AS_THEY_ARE = ("method", "trust")

# Order as sequence, the model by its name, and goods ordered from others.
_OTHER = r"every order in which|every order is|ordered from most|order within|in the order of|in order|perfect order|purchase model|order cost"

_WORDS = (
    ("did not order again", "were not billed again"),
    ("did not order", "were not billed"),
    ("still order", "are still billed"),
    ("stopped ordering", "are billed no longer"),
    ("ordered", "were billed"),
    ("never return", "left again"),
    ("purchase day", "billing day"),
    ("an order", "a bill"),
    ("orders", "bills"),
    ("order", "bill"),
    ("a purchase", "a bill"),
    ("purchases", "bills"),
    ("purchase", "bill"),
)
_FOUND = re.compile(rf"(?P<other>{_OTHER})|\b(?P<word>{'|'.join(word for word, _ in _WORDS)})\b", re.IGNORECASE)
_BY_WORD = dict(_WORDS)


def of_bills(chapter: Section) -> Section:
    """A chapter in the words of bills."""
    if chapter.key in _AS_THEY_ARE:
        return chapter
    return replace(
        chapter, title=reworded(chapter.title), intro=reworded(chapter.intro), cards=tuple(map(_card, chapter.cards))
    )


def reworded(said: str) -> str:
    """A sentence about orders as one about bills."""
    return _FOUND.sub(_word, said)


def _word(found: re.Match[str]) -> str:
    word = found["word"]
    if word is None:
        return found[0]
    other = _BY_WORD[word.lower()]
    return other[0].upper() + other[1:] if word[0].isupper() else other


def _card(card: Card) -> Card:
    return replace(
        card,
        title=reworded(card.title),
        caption=reworded(card.caption),
        chart=_axes(card.chart),
        chart_label=reworded(card.chart_label),
        shown=_table(card.shown),
        details=_table(card.details),
        details_name=reworded(card.details_name),
        empty=reworded(card.empty),
        legend=tuple((name, reworded(said)) for name, said in card.legend),
        points=tuple(map(reworded, card.points)),
        footer=reworded(card.footer),
    )


def _axes(chart: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A chart with the names of its axes in the words of bills."""
    if chart is None:
        return None
    return {**chart, **{axis: reworded(chart[axis]) for axis in ("x", "y") if isinstance(chart.get(axis), str)}}


def _table(table: Table | None) -> Table | None:
    if table is None:
        return None
    return replace(table, caption=reworded(table.caption), columns=tuple(map(_column, table.columns)))


def _column(column: Column) -> Column:
    return replace(column, label=reworded(column.label))
