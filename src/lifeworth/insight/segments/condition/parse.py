"""From the words of a condition to SQL that is true or false of every customer.

::

    condition   any of:  both "or" both …
    both        each "and" each …
    each        "not" each  |  "(" condition ")"  |  comparison
    comparison  column ( = != < <= > >= value | [not] in (value, …) | [not] between value and value
                       | [not] contains text | [not] starts with text | is [not] empty )

An empty cell is like nothing: it equals no value and is neither smaller nor larger than any.
"""

from datetime import date

from lifeworth.insight.segments.condition.columns import Holds, Known, nearest
from lifeworth.insight.segments.condition.words import Word, cut, trouble
from lifeworth.ledger.tables import text

DEEPEST = 40
_LARGEST = 1e15
_COMPARES = {"=": "=", "==": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_YES, _NO = ("yes", "true", "ja", "1"), ("no", "false", "nein", "0")


def parse(condition: str, known: dict[str, Known]) -> str:
    """The condition as SQL over ``c``, ``s`` and ``l``; true or false, never empty.

    Raises
    ------
    ConditionError
        A column that does not exist, a value of the wrong kind, or words that make no condition; says where.

    Examples
    --------
    >>> parse("orders >= 3 and not country = 'DE'", {"orders": Known("orders", "number", "c.orders"),
    ...                                              "country": Known("country", "text", "c.country")})
    "(COALESCE(c.orders >= 3, FALSE) AND NOT COALESCE(lower(c.country) = lower('DE'), FALSE))"
    """
    return _Reader(condition, known).read()


class _Reader:
    """Reads words from left to right; every method leaves the place after what it has read."""

    def __init__(self, condition: str, known: dict[str, Known]) -> None:
        self._condition, self._known = condition, known
        self._words, self._place = cut(condition), 0

    def read(self) -> str:
        if self._word.kind == "end":
            self._fail("there is no condition")
        sql = self._either(0)
        if self._word.kind != "end":
            self._fail("expected and, or, or the end")
        return sql

    @property
    def _word(self) -> Word:
        return self._words[self._place]

    def _take(self) -> Word:
        word = self._word
        self._place += word.kind != "end"
        return word

    def _took(self, *words: str) -> bool:
        if self._word.says(*words):
            self._take()
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._took(sign):
            self._fail(f"expected {sign!r}")

    def _fail(self, said: str, word: Word | None = None) -> None:
        raise trouble(self._condition, (word or self._word).place, said)

    def _either(self, depth: int) -> str:
        if depth > DEEPEST:
            self._fail(f"brackets and nots go at most {DEEPEST} deep")
        parts = [self._both(depth)]
        while self._took("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"

    def _both(self, depth: int) -> str:
        parts = [self._each(depth)]
        while self._took("and"):
            parts.append(self._each(depth))
        return parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"

    def _each(self, depth: int) -> str:
        if depth > DEEPEST:
            self._fail(f"brackets and nots go at most {DEEPEST} deep")
        if self._took("not"):
            return f"NOT {self._each(depth + 1)}"
        if self._took("("):
            sql = self._either(depth + 1)
            self._expect(")")
            return sql
        return self._comparison(self._column())

    def _column(self) -> Known:
        word = self._take()
        if word.kind != "name":
            self._fail("expected the name of a column", word)
        column = self._known.get(word.text.lower())
        if column is None:
            self._fail(f"there is no column {word.text}; {nearest(word.text, self._known)}", word)
        assert column is not None
        return column

    def _comparison(self, column: Known) -> str:
        if self._took("is"):
            negated = self._took("not")
            if not self._took("empty"):
                self._fail("expected empty")
            return f"({column.sql} IS {'NOT ' if negated else ''}NULL)"
        negated = self._took("not")
        sql = self._sure(self._told(column))
        return f"NOT {sql}" if negated else sql

    def _told(self, column: Known) -> str:
        if self._took("in"):
            return f"{_side(column)} IN ({', '.join(self._several(column))})"
        if self._took("between"):
            low = self._value(column)
            self._expect("and")
            return f"{_side(column)} BETWEEN {low} AND {self._value(column)}"
        if self._took("contains"):
            return f"contains({_side(self._textual(column))}, {self._value(column)})"
        if self._took("starts"):
            self._expect("with")
            return f"starts_with({_side(self._textual(column))}, {self._value(column)})"
        sign = self._take()
        if sign.says("!=", "<>"):
            return f"NOT COALESCE({_side(column)} = {self._value(column)}, FALSE)"
        if not sign.says(*_COMPARES):
            self._fail("expected =, !=, <, <=, >, >=, in, between, contains, starts with or is empty", sign)
        if column.holds == "yes or no" and sign.text not in ("=", "=="):
            self._fail(f"{column.name} is yes or no; it can only be =, != or is empty", sign)
        return f"{_side(column)} {_COMPARES[sign.text]} {self._value(column)}"

    def _textual(self, column: Known) -> Known:
        if column.holds != "text":
            self._fail(f"{column.name} holds a {column.holds}, not a text")
        return column

    def _several(self, column: Known) -> list[str]:
        self._expect("(")
        values = [self._value(column)]
        while self._took(","):
            values.append(self._value(column))
        self._expect(")")
        return values

    def _value(self, column: Known) -> str:
        word = self._take()
        sql = _literal(word, column.holds)
        if sql is None:
            self._fail(f"{column.name} is compared with {_WANTED[column.holds]}", word)
        assert sql is not None
        return sql

    @staticmethod
    def _sure(sql: str) -> str:
        return sql if sql.startswith("NOT COALESCE(") else f"COALESCE({sql}, FALSE)"


_WANTED: dict[Holds, str] = {
    "number": "a number of at most fifteen digits, such as 100 or -2.5",
    "text": "a text in quotes, such as 'DE'",
    "day": "a day, such as 2026-01-31",
    "yes or no": "yes or no",
}


def _side(column: Known) -> str:
    """Texts are the same in capital and small letters."""
    return f"lower({column.sql})" if column.holds == "text" else column.sql


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True


def _literal(word: Word, holds: Holds) -> str | None:
    """A value as SQL; none where the word is of the wrong kind."""
    if holds == "number":
        return word.text if word.kind == "number" and abs(float(word.text)) < _LARGEST else None
    if holds == "text":
        return f"lower({text(word.text)})" if word.kind in ("text", "number", "day") else None
    if holds == "day":
        return f"CAST({text(word.text)} AS DATE)" if word.kind in ("day", "text") and _is_day(word.text) else None
    said = word.text.lower()
    return "TRUE" if said in _YES else "FALSE" if said in _NO else None
