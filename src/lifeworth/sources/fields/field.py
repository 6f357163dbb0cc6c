"""What a field is: one thing a row can say."""

import re
from dataclasses import dataclass
from typing import Literal

FieldType = Literal["id", "text", "money", "number", "date", "currency"]


@dataclass(frozen=True)
class Field:
    """One thing a row can say: its name, how to read it, what to call it in reasons, its synonyms."""

    name: str
    type: FieldType
    words: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


def plain(header: str) -> str:
    """A column name reduced to its letters and digits."""
    return re.sub(r"[\W_]", "", header.lower().replace("#", "no"))


def field(name: str, type_: FieldType, words: str, synonyms: str = "", *, required: bool = False) -> Field:
    """A field that its own name always means, then its synonyms, the preferred ones first."""
    return Field(name, type_, words, (plain(name), *synonyms.split()), required)
