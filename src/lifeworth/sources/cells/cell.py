"""One raw column of an opened file, and small pieces of SQL about it."""

from dataclasses import dataclass

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")

# What people and programs write for "nothing here".
MISSING = ("nan", "null", "none", "n/a", "#n/a", "<na>", "nat", "nil", "-", "--")


@dataclass(frozen=True)
class Cell:
    """A column: its SQL name in the relation, its engine type and its header.

    ``is_tidy``: every value of this text column is proven to need no cleaning.
    """

    sql: str
    type: str
    header: str
    is_tidy: bool = False

    @property
    def is_text(self) -> bool:
        """Text, to be understood."""
        return self.type == "VARCHAR"

    @property
    def is_whole(self) -> bool:
        """Whole numbers."""
        return self.type in _WHOLE

    @property
    def is_float(self) -> bool:
        """Binary fractions, which may be NaN or infinite."""
        return self.type in ("DOUBLE", "FLOAT")

    @property
    def is_number(self) -> bool:
        """Typed as a number of any kind."""
        return self.is_whole or self.is_float or self.type.startswith("DECIMAL")

    @property
    def is_time(self) -> bool:
        """Typed as a date or a timestamp."""
        return self.type == "DATE" or self.type.startswith("TIMESTAMP")

    @property
    def trimmed(self) -> str:
        """Its text without surrounding blanks; NULL when nothing is left."""
        if self.is_tidy:
            return self.sql
        text = self.sql if self.is_text else f"CAST({self.sql} AS VARCHAR)"
        return f"nullif(trim({text}, ' \t\r\n\u00a0'), '')"

    @property
    def is_missing(self) -> str:
        """SQL: nothing there."""
        if self.is_float:
            return f"({self.sql} IS NULL)"
        return f"({self.trimmed} IS NULL)" if self.is_text else f"({self.sql} IS NULL)"


def literal(text: str | None) -> str:
    """Text as an SQL literal, or NULL."""
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def text_of(cell: Cell) -> str:
    """SQL: a plain text value; NULL when missing."""
    if not cell.is_text or cell.is_tidy:
        return cell.trimmed
    return f"CASE WHEN lower({cell.trimmed}) IN {_list(MISSING)} THEN NULL ELSE {cell.trimmed} END"


def id_of(cell: Cell) -> str:
    """SQL: an id as text. ``13085.0`` is ``13085``; ``007`` stays ``007``."""
    if cell.is_whole:
        return f"CAST({cell.sql} AS VARCHAR)"
    if cell.is_number:
        whole = f"CAST(TRY_CAST({cell.sql} AS HUGEINT) AS VARCHAR)"
        return f"CASE WHEN {cell.sql} <> trunc({cell.sql}) THEN CAST({cell.sql} AS VARCHAR) ELSE {whole} END"
    if cell.is_tidy:
        return cell.sql
    plain = cell.trimmed
    return (
        f"CASE WHEN length({plain}) <= 4 AND lower({plain}) IN {_list(MISSING)} THEN NULL "
        f"WHEN suffix({plain}, '.0') AND regexp_full_match({plain}, '-?\\d+\\.0') "
        f"THEN left({plain}, -2) ELSE {plain} END"
    )


def untidy_text(cell: Cell) -> str:
    """SQL: a text that needs cleaning before it is an id or a name."""
    return (
        f"({cell.sql} <> {cell.trimmed} OR {cell.trimmed} IS NULL AND {cell.sql} IS NOT NULL "
        f"OR suffix({cell.sql}, '.0') OR length({cell.sql}) <= 4 AND lower({cell.sql}) IN {_list(MISSING)})"
    )


def _list(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(literal(word) for word in words) + ")"
