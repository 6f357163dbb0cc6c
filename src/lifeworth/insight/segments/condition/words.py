"""A condition cut into words: names, numbers, texts, days and signs."""

import re
from dataclasses import dataclass
from typing import Literal

from lifeworth.errors import InputError

Kind = Literal["name", "number", "text", "day", "sign", "end"]

LONGEST = 2_000
_WORDS = re.compile(
    r"""\s*(?:
      (?P<day>\d{4}-\d{2}-\d{2})
    | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    | '(?P<text>(?:[^']|'')*)'
    | "(?P<quoted>[^"]+)"
    | (?P<name>[^\W\d]\w*(?:\.\w+)*)
    | (?P<sign><=|>=|<>|!=|==|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE,
)


class ConditionError(InputError):
    """A condition that cannot be read; says where, what stands there, and what could."""


@dataclass(frozen=True)
class Word:
    """One word of a condition and where it begins; ``quoted`` names are never taken for ``and``, ``or``, ``not`` …"""

    kind: Kind
    text: str
    place: int
    quoted: bool = False

    def says(self, *words: str) -> bool:
        """Whether it is one of these words or signs, in any case."""
        return self.kind in ("name", "sign") and not self.quoted and self.text.lower() in words


def cut(condition: str) -> list[Word]:
    """The words in their order, closed by an ``end``.

    Raises
    ------
    ConditionError
        A character that belongs to no word, a text without its closing quote, or a condition beyond 2,000 characters.
    """
    if len(condition) > LONGEST:
        raise trouble(
            condition, LONGEST, f"a condition holds at most {LONGEST:,} characters; this one {len(condition):,}"
        )
    found, place, end = list[Word](), 0, len(condition.rstrip())
    while place < end:
        match = _WORDS.match(condition, place)
        if match is None:
            raise trouble(condition, place, _unreadable(condition[place:].lstrip()))
        kind = str(match.lastgroup)
        text, begin = match.group(kind), match.start(kind)
        found.append(_word(kind, text, begin))
        place = match.end()
    return [*found, Word("end", "", end)]


def _word(kind: str, text: str, place: int) -> Word:
    if kind == "text":
        return Word("text", text.replace("''", "'"), place)
    if kind == "quoted":
        return Word("name", text, place, quoted=True)
    return Word(kind, text, place)  # type: ignore[arg-type]


def _unreadable(rest: str) -> str:
    if rest.startswith(("'", '"')):
        return "a quote is opened here and never closed"
    return f"{rest[:1]!r} cannot stand in a condition"


def trouble(condition: str, place: int, said: str) -> ConditionError:
    """An error that shows where: the words before the place, and those after it."""
    before, after = condition[max(place - 30, 0) : place], condition[place : place + 30]
    return ConditionError(
        f"{said}, at character {place + 1}",
        found=f"{before}⟨here⟩{after}",
        remedy="A condition reads like: country = 'DE' and (value_mean > 100 or orders >= 5).",
    )
