"""Dates as people write them, and the order of day and month proven or asked for.

Every value is read by its own shape. A value such as 03/04/2024 has two readings: the order is declared
(``date_order``) or proven by another value of the column (13/04/2024), never assumed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lifeworth.errors import InputError
from lifeworth.sources.cells.cell import Cell, literal
from lifeworth.store.engine import Engine

EARLIEST = "1980-01-01"
_CLOCK = "\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d+)?)?( ?[AaPp][Mm])?"
_TIME = f"([T ]{_CLOCK})?"
_MONTH = "[A-Za-z]{3,9}\\.?"
_ZONE = " ?(Z|UTC|GMT|[+-]\\d{2}:?\\d{2}|[+-]\\d{2})"
_SHAPES = {
    "iso": f"\\d{{4}}-\\d{{1,2}}-\\d{{1,2}}{_TIME}",
    "zoned": f"\\d{{4}}-\\d{{1,2}}-\\d{{1,2}}[T ]{_CLOCK}{_ZONE}",
    "year_first": f"\\d{{4}}[/.]\\d{{1,2}}[/.]\\d{{1,2}}{_TIME}",
    "compact": "(19|20)\\d{6}",
    "year_last": f"\\d{{1,2}}([/.-]\\d{{1,2}}[/.-])(\\d{{4}}|\\d{{2}})(,? {_CLOCK})?",
    "serial": "[2-7]\\d{4}(\\.\\d+)?",
    "named": f"(\\d{{1,2}}[ -]{_MONTH},?[ -]\\d{{2,4}}|{_MONTH} \\d{{1,2}},? \\d{{4}})(,? {_CLOCK})?",
}
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f")
_ORDERS = {"day-first": "%d/%m/", "month-first": "%m/%d/"}


@dataclass(frozen=True)
class DateNotation:
    """How a column writes dates: the shapes that occur and, where it matters, the order of day and month."""

    shapes: frozenset[str] = field(default_factory=frozenset)
    order: str | None = None
    zone: str = "UTC"
    is_utc: bool = False
    is_spreadsheet: bool = False


def prove_dates(
    engine: Engine,
    relation: str,
    cell: Cell,
    *,
    declared: str | None,
    zone: str,
    file: str,
    is_spreadsheet: bool = False,
    is_utc: bool = False,
) -> DateNotation:
    """Look at every value of a date column: which shapes, and which order of day and month."""
    base = DateNotation(zone=zone, is_utc=is_utc, is_spreadsheet=is_spreadsheet)
    if not cell.is_text:
        _refuse_numbers(engine, relation, cell, file, is_spreadsheet)
        return base
    if _is_plain(engine, relation, cell):
        return replace(base, shapes=frozenset({"plain"}))
    counts = _count_shapes(engine, relation, cell)
    shapes = frozenset(name for name in _SHAPES if counts[name] and (is_spreadsheet or name != "serial"))
    if counts["filled"] and not shapes:
        raise _no_dates(engine, relation, cell, file)
    order = None
    if "year_last" in shapes:
        order = declared or _prove_order(engine, relation, cell, file)
    return DateNotation(shapes, order, zone, is_utc, is_spreadsheet)


def _is_plain(engine: Engine, relation: str, cell: Cell) -> bool:
    """Every value is YYYY-MM-DD, with or without a clock of the business: the common case, told without patterns."""
    fits = (
        f"length({cell.sql}) IN (10, 16, 19) AND substr({cell.sql}, 5, 1) = '-' "
        f"AND TRY_CAST({cell.sql} AS TIMESTAMP) IS NOT NULL"
    )
    return bool(engine.value(f"SELECT count_if({fits}) = count(*) FROM {relation}"))


def _count_shapes(engine: Engine, relation: str, cell: Cell) -> dict[str, int]:
    parts = [f"count_if(regexp_full_match(x, {literal(p)})) AS {name}" for name, p in _SHAPES.items()]
    [row] = engine.records(
        f"SELECT count(x) AS filled, {', '.join(parts)} FROM (SELECT {cell.trimmed} AS x FROM {relation})"
    )
    return row


def _prove_order(engine: Engine, relation: str, cell: Cell, file: str) -> str:
    """Which of the first two numbers is the day, by values above 12."""
    [(day_first, month_first, unclear, line_a, line_b, value, line)] = engine.rows(
        "SELECT arg_min(x, line) FILTER (a > 12), arg_min(x, line) FILTER (b > 12), "
        "count_if(a <= 12 AND b <= 12 AND a <> b), min(line) FILTER (a > 12), min(line) FILTER (b > 12), "
        "arg_min(x, line) FILTER (a <> b), min(line) FILTER (a <> b) FROM ("
        "SELECT x, line, TRY_CAST(regexp_extract(x, '^(\\d+)', 1) AS INTEGER) AS a, "
        "TRY_CAST(regexp_extract(x, '^\\d+\\D(\\d+)', 1) AS INTEGER) AS b FROM ("
        f"SELECT {cell.trimmed} AS x, line FROM {relation}) "
        f"WHERE regexp_full_match(x, {literal(_SHAPES['year_last'])}))"
    )
    remedy = 'Say it in lifeworth.toml: date_order = "day-first" or date_order = "month-first".'
    if day_first and month_first:
        raise InputError(
            "some dates have the day first, others the month",
            file=file,
            line=line_b,
            column=cell.header,
            found=f"{day_first!r} (line {line_a}) and {month_first!r} (line {line_b})",
            remedy=remedy,
        )
    if unclear and not (day_first or month_first):
        raise InputError(
            "the dates may have the day or the month first, and no value tells which",
            file=file,
            line=line,
            column=cell.header,
            found=value,
            remedy=remedy,
        )
    return "month-first" if month_first else "day-first"


def _no_dates(engine: Engine, relation: str, cell: Cell, file: str) -> InputError:
    value, line = engine.rows(
        f"SELECT {cell.trimmed}, line FROM {relation} WHERE {cell.trimmed} IS NOT NULL ORDER BY line LIMIT 1"
    )[0]
    return InputError(
        "no value of this column is a date",
        file=file,
        line=line,
        column=cell.header,
        found=value,
        remedy="Write dates as 2024-03-31, or name the right column: --map ordered_at=COLUMN.",
    )


def _refuse_numbers(engine: Engine, relation: str, cell: Cell, file: str, is_spreadsheet: bool) -> None:
    if cell.is_time or is_spreadsheet:
        return
    fits = f"count_if(regexp_full_match(CAST({cell.sql} AS VARCHAR), {literal(_SHAPES['compact'])}))"
    [(value, found)] = engine.rows(f"SELECT any_value({cell.sql}), {fits} FROM {relation}")
    if value is not None and not found:
        raise InputError(
            "the dates are plain numbers",
            file=file,
            column=cell.header,
            found=str(value),
            remedy="Write them as dates such as 2024-03-31.",
        )


def moment_of(cell: Cell, notation: DateNotation) -> str:
    """SQL: the moment in the business's time zone; NULL when the value is no date."""
    if cell.type == "DATE":
        return f"CAST({cell.sql} AS TIMESTAMP)"
    if cell.type == "TIMESTAMP WITH TIME ZONE":
        return f"({cell.sql} AT TIME ZONE {literal(notation.zone)})"
    if cell.is_time:
        return _shift(f"CAST({cell.sql} AS TIMESTAMP)", notation)
    if notation.shapes == {"plain"}:
        return _shift(f"TRY_CAST({cell.sql} AS TIMESTAMP)", notation)
    if cell.is_text:
        return _from_text(cell.trimmed, notation)
    if notation.is_spreadsheet:
        return f"CASE WHEN {cell.sql} BETWEEN 20000 AND 80000 THEN {_from_serial(cell.sql)} END"
    return f"try_strptime(CAST({cell.sql} AS VARCHAR), '%Y%m%d')"


def _from_serial(days: str) -> str:
    """A spreadsheet counts days from 30 December 1899."""
    return f"TIMESTAMP '1899-12-30' + to_seconds(CAST(round(TRY_CAST({days} AS DOUBLE) * 86400) AS BIGINT))"


def _from_text(text: str, notation: DateNotation) -> str:
    zone = literal(notation.zone)
    # 2026-03-01 10:15:00 -0500 → 2026-03-01 10:15:00-05:00, the one spelling the engine casts.
    offset = f"regexp_replace({text}, ' ?(?:UTC|GMT)$', 'Z')"
    offset = f"regexp_replace({offset}, ' ?([+-]\\d{{2}}):?(\\d{{2}})$', '\\1:\\2')"
    dots = f"regexp_replace({text}, '^(\\d{{4}})[/.](\\d+)[/.](\\d+)', '\\1-\\2-\\3')"
    slashes = f"replace(regexp_replace({text}, '^(\\d+)[/.-](\\d+)[/.-]', '\\1/\\2/'), ',', '')"
    spaces = f"regexp_replace(regexp_replace({text}, '[.,]', '', 'g'), '^(\\d+)-(\\w+)-', '\\1 \\2 ')"
    readings = {
        "iso": _shift(_clocked(text), notation),
        "zoned": f"(TRY_CAST({offset} AS TIMESTAMPTZ) AT TIME ZONE {zone})",
        "year_first": _shift(_clocked(dots), notation),
        "compact": f"try_strptime({text}, '%Y%m%d')",
        "year_last": _shift(_strptime(slashes, _year_last(notation.order)), notation),
        "serial": _from_serial(text),
        "named": _shift(_strptime(spaces, _named()), notation),
    }
    cases = " ".join(
        f"WHEN {_fits(text, name)} THEN {sql}" for name, sql in readings.items() if name in notation.shapes
    )
    return f"CASE {cases} END" if cases else "NULL::TIMESTAMP"


def _fits(text: str, shape: str) -> str:
    return f"regexp_full_match({text}, {literal(_SHAPES[shape])})"


def _clocked(text: str) -> str:
    """Year-first text → timestamp; the rare 12-hour clock needs the slower reading."""
    formats = [f"%Y-%m-%d{clock}" for clock in _CLOCKS if "%p" in clock]
    return f"coalesce(TRY_CAST({text} AS TIMESTAMP), {_strptime(text, formats)})"


def _year_last(order: str | None) -> list[str]:
    if order == "year-first":
        return [f"%y/%m/%d{clock}" for clock in _CLOCKS]
    head = _ORDERS[order or "day-first"]
    # Two-digit years first: %Y would read 24 as the year 24.
    return [f"{head}{year}{clock}" for year in ("%y", "%Y") for clock in _CLOCKS]


def _named() -> list[str]:
    heads = ("%d %b %y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
    return [head + clock for head in heads for clock in _CLOCKS]


def _strptime(text: str, formats: Iterable[str]) -> str:
    return f"try_strptime({text}, [{', '.join(literal(f) for f in formats)}])"


def _shift(moment: str, notation: DateNotation) -> str:
    """A clock without zone is the business's own, unless the export says it is UTC."""
    if not notation.is_utc or notation.zone == "UTC":
        return moment
    return f"({moment} AT TIME ZONE 'UTC' AT TIME ZONE {literal(notation.zone)})"


def date_faults(cell: Cell, value: str, latest: str, name: str, *, required: bool) -> list[tuple[str, str]]:
    """SQL conditions under which a date is not sound, each with its reason, strongest first.

    ``value`` is the SQL name under which :func:`moment_of` was computed.
    """
    return [
        *([(cell.is_missing, f"no {name}")] if required else []),
        *([] if cell.is_tidy else [(f"{value} IS NULL AND NOT {cell.is_missing}", f"{name} is not a date")]),
        (f"{value} < TIMESTAMP '{EARLIEST}'", f"{name} is before 1980"),
        (f"{value} > TIMESTAMP '{latest}'", f"{name} is in the future"),
    ]
