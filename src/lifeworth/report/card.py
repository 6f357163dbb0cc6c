"""What a section of the page is made of, before any HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Column:
    """A column of a table. ``kind``: text, number, range or badge; ``phone`` keeps it on a narrow screen."""

    label: str
    kind: str = "text"
    phone: bool = True


def numbers(*labels: str, phone: bool = True) -> tuple[Column, ...]:
    """Columns of figures, set right."""
    return tuple(Column(label, "number", phone) for label in labels)


@dataclass(frozen=True)
class Bar:
    """A range drawn in a table cell: positions in percent of the cell; ``zero`` is None when off the scale."""

    low: float
    mean: float
    high: float
    zero: float | None
    loss: bool
    words: str


@dataclass(frozen=True)
class Shade:
    """A figure in a heat table: ``level`` 1 to 5, negative for losses, 0 for none."""

    text: str
    level: int


@dataclass(frozen=True)
class Name:
    """A name from the files: ``text`` as shown, ``full`` as given, for those who point at it or save the table."""

    text: str
    full: str


Cell = str | Bar | Shade | Name


@dataclass(frozen=True)
class Table:
    """Rows under named columns. ``caption`` names the table for those who hear the page.

    ``part`` says of which whole these rows are a part, for those who save them; empty where they are all.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heat: bool = False
    part: str = ""


@dataclass(frozen=True)
class Card:
    """One finding: title, caption, a chart or a table to see, the numbers behind it, the definition.

    ``chart`` is what the page's script draws (plain JSON; None for no chart); ``shown`` a table in sight;
    ``details`` the table behind the chart, opened by ``details_name``; ``empty`` says why there is nothing to see; ``tone`` is "" or "warn".
    """

    key: str
    title: str
    caption: str = ""
    chart: Mapping[str, Any] | None = None
    chart_label: str = ""
    shown: Table | None = None
    details: Table | None = None
    details_name: str = "The numbers behind this chart"
    empty: str = ""
    legend: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = field(default=())
    footer: str = ""
    wide: bool = False
    tone: str = ""


@dataclass(frozen=True)
class Section:
    """A chapter: several cards under one name in the contents; ``group`` is the part of the contents it stands in."""

    key: str
    menu: str
    title: str
    intro: str
    cards: tuple[Card, ...]
    group: str = ""

    @property
    def finding(self) -> str:
        """The chapter in a line: the title of its first card."""
        return self.cards[0].title if self.cards else self.title
