"""Numbers as people write them: 1,234.50 · 1.234,50 · $90,000 · (12.00) · 1e3 · NaN.

Which mark is the decimal one is declared or proven by the values of the file, never assumed: ``1,234`` alone
may be a thousand or one and a bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lifeworth.errors import InputError
from lifeworth.sources.cells.cell import MISSING, Cell, literal
from lifeworth.store.engine import Engine

MONEY = "DECIMAL(18,4)"
LARGEST = 10**12
_UNBOUND = "('nan', 'inf', '+inf', '-inf', 'infinity', '+infinity', '-infinity', '#div/0!', '#num!')"
_EXPONENT = "(?:[eE][+-]?\\d+)?"

# What a value says about the decimal mark, once blanks, signs and currency are gone.
_PROOFS = {
    "dot": f"\\d*\\.\\d*{_EXPONENT}|\\d{{1,3}}(,\\d{{3}})+\\.\\d+|[1-9]\\d{{0,2}}(,\\d{{3}}){{2,}}",
    "comma": "\\d*,\\d*|\\d{1,3}(\\.\\d{3})+,\\d+|[1-9]\\d{0,2}(\\.\\d{3}){2,}",
    "either_dot": "[1-9]\\d{0,2}\\.\\d{3}",
    "either_comma": "[1-9]\\d{0,2},\\d{3}",
}


@dataclass(frozen=True)
class Notation:
    """How a file writes numbers. ``decimal`` None: no value needed a mark."""

    decimal: str | None = None


def prove_decimal(engine: Engine, relation: str, cells: Sequence[Cell], declared: str | None, file: str) -> Notation:
    """Find the decimal mark of a file from all its number columns together."""
    texts = [cell for cell in cells if cell.is_text]
    if declared or not texts:
        return Notation(declared if texts else None)
    if _is_plain(engine, relation, texts):
        return Notation(".")
    example: dict[str, tuple[str, str, int]] = {}
    for cell in texts:
        for name, (value, line) in _evidence(engine, relation, cell).items():
            example.setdefault(name, (cell.header, value, line))
    if "dot" in example and "comma" in example:
        _ask(file, "some numbers use a decimal point, others a decimal comma", example, ("dot", "comma"))
    if not example.keys() & {"dot", "comma"} and example:
        _ask(file, "the numbers may mean thousands or decimals", example, ("either_comma", "either_dot"))
    return Notation("." if "dot" in example else "," if "comma" in example else None)


def _is_plain(engine: Engine, relation: str, cells: Sequence[Cell]) -> bool:
    """No comma anywhere and a point that can only be decimal: the common case, told without any pattern on all."""
    commas = " + ".join(f"count_if(contains({cell.sql}, ','))" for cell in cells)
    if engine.value(f"SELECT {commas} FROM {relation}"):
        return False
    proof = " OR ".join(
        f"regexp_full_match({c.sql}, '-?(0|\\d{{4,}})?\\.\\d+|-?\\d*\\.(\\d{{1,2}}|\\d{{4,}})')" for c in cells
    )
    return bool(engine.rows(f"SELECT 1 FROM {relation} WHERE {proof} LIMIT 1"))


def _evidence(engine: Engine, relation: str, cell: Cell) -> dict[str, tuple[str, int]]:
    """For each kind of proof the first value that gives it, with its line."""
    bare = f"ltrim({_bare(cell)}, '+-')"
    parts = []
    for name, pattern in _PROOFS.items():
        fits = f"regexp_full_match(x, {literal(pattern)})"
        if name in ("dot", "comma"):
            fits += f" AND NOT regexp_full_match(x, {literal(_PROOFS['either_' + name])})"
        parts.append(f"arg_min(x, line) FILTER ({fits}), min(line) FILTER ({fits})")
    [row] = engine.rows(
        f"SELECT {', '.join(parts)} FROM (SELECT line, {bare} AS x FROM {relation}) "
        "WHERE contains(x, '.') OR contains(x, ',')"
    )
    found = zip(_PROOFS, row[::2], row[1::2], strict=True)
    return {name: (value, line) for name, value, line in found if value is not None}


def _ask(file: str, what: str, example: dict[str, tuple[str, str, int]], kinds: tuple[str, ...]) -> None:
    shown = [example[kind] for kind in kinds if kind in example]
    header, _, line = shown[0]
    raise InputError(
        what,
        file=file,
        line=line,
        column=header,
        found=" and ".join(f"{value!r} (line {at})" for _, value, at in shown),
        remedy='Say which mark is the decimal one in lifeworth.toml: decimal = "," or decimal = ".".',
    )


def _bare(cell: Cell) -> str:
    """The value without blanks, currency signs and apostrophes; (12) and 12- become -12."""
    clean = f"regexp_replace({cell.sql}, '[\\s\u00a0\u202f''’$€£¥]', '', 'g')"
    return (
        f"CASE WHEN regexp_full_match({clean}, '\\(.+\\)|.+-') "
        f"THEN '-' || regexp_replace({clean}, '[()-]', '', 'g') ELSE {clean} END"
    )


def number_of(cell: Cell, notation: Notation) -> str:
    """SQL: the value as money-exact decimal; NULL when it is none."""
    if cell.is_float:
        return f"CASE WHEN isfinite({cell.sql}) THEN TRY_CAST({cell.sql} AS {MONEY}) END"
    if not cell.is_text:
        return f"TRY_CAST({cell.sql} AS {MONEY})"
    plain = f"TRY_CAST({cell.sql} AS {MONEY})"
    if cell.is_tidy:
        return plain
    mark = f" AND NOT contains({cell.sql}, '.')" if notation.decimal == "," else ""
    # Not coalesce(): the engine would evaluate the costly second reading for every row.
    return f"CASE WHEN {plain} IS NOT NULL{mark} THEN {plain} ELSE {_decorated(cell, notation)} END"


def untidy_number(cell: Cell) -> str:
    """SQL: a text that is more than a plain number."""
    return f"({cell.sql} IS NOT NULL AND (TRY_CAST({cell.sql} AS {MONEY}) IS NULL OR contains({cell.sql}, ',')))"


def _decorated(cell: Cell, notation: Notation) -> str:
    decimal, thousands = (",", ".") if notation.decimal == "," else (".", ",")
    grouped = f"[+-]?(\\d{{1,3}}(\\{thousands}\\d{{3}})+|\\d*)(\\{decimal}\\d*)?{_EXPONENT}"
    bare = _bare(cell)
    plain = f"replace(replace({bare}, '{thousands}', ''), '{decimal}', '.')"
    return f"CASE WHEN regexp_full_match({bare}, {literal(grouped)}) THEN TRY_CAST({plain} AS {MONEY}) END"


def number_faults(cell: Cell, value: str, name: str, *, required: bool) -> list[tuple[str, str]]:
    """SQL conditions under which a number is not sound, each with its reason, strongest first.

    ``value`` is the SQL name under which :func:`number_of` was computed.
    """
    faults = [(_is_empty(cell), f"no {name}")] if required else []
    if cell.is_float:
        faults.append((f"NOT isfinite({cell.sql})", f"{name} is not a finite number"))
    elif cell.is_text and not cell.is_tidy:
        broken = f"{value} IS NULL AND NOT {_is_empty(cell)}"
        faults.append((f"{broken} AND lower({cell.trimmed}) IN {_UNBOUND}", f"{name} is not a finite number"))
        faults.append((f"{broken} AND NOT {_too_large(cell)}", f"{name} is not a number"))
    missed = "" if cell.is_tidy else f"({value} IS NULL AND NOT {_is_empty(cell)}) OR "
    faults.append((f"{missed}abs({value}) > {LARGEST}", f"{name} is too large to be true"))
    return faults


def _is_void(cell: Cell) -> str:
    words = ", ".join(literal(word) for word in MISSING if word != "nan")
    return f"coalesce(lower({cell.trimmed}) IN ({words}), false)"


def _is_empty(cell: Cell) -> str:
    return f"({cell.is_missing} OR {_is_void(cell)})" if cell.is_text and not cell.is_tidy else cell.is_missing


def _too_large(cell: Cell) -> str:
    return f"coalesce(abs(TRY_CAST({cell.sql} AS DOUBLE)) > {LARGEST}, false)"
