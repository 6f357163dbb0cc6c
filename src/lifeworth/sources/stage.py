"""One recognised file → one staged relation: typed, shaped, every row with a ruling or none.

A staged relation has the columns ``line``, those of its kind, ``money`` (what the row is worth in the accounts),
``ruling`` (NULL when the row is loaded, else ``verdict: reason``), and is a view until something must change it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from lifeworth.errors import InputError
from lifeworth.settings import Settings
from lifeworth.sources.cells.cell import literal
from lifeworth.sources.cells.currencies import Rate
from lifeworth.sources.columns import not_understood
from lifeworth.sources.completing import attribute_words, family_of, only_completes
from lifeworth.sources.fields import plain
from lifeworth.sources.layouts import TABLE_SHAPES, shape_unused, with_attributes
from lifeworth.sources.marks import UNUSED_KINDS
from lifeworth.sources.recognise import Recognised
from lifeworth.sources.shape import STAGED, Ask, Rule, Shape
from lifeworth.sources.table_shape import TableShape
from lifeworth.sources.typed import Faults, Written, typed_sql, value_faults
from lifeworth.store.engine import Engine

T = TypeVar("T")


@dataclass(frozen=True)
class Staged:
    """A file in its staged form. ``family`` groups files that can hold the same rows; ``key`` names an entity.

    ``mode``: ``unique`` (one row per key), ``grouped`` (a key owns several rows), ``loose`` (no key). ``keeps``: which
    of several rows of a unique key stands. ``completes``: the file adds to what another one lists.
    """

    file_no: int
    relation: str
    family: str
    mode: str
    key: str | None
    content: tuple[str, ...]
    source: Recognised
    written: Written
    shape: Shape | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    is_stored: bool = False
    has_row_ids: bool = False
    keeps: str = "latest"
    completes: bool = False


@dataclass(frozen=True)
class Terms:
    """What holds for all files of a load: settings, the reported currency, rates, the last plausible moment."""

    settings: Settings
    reported: str | None
    rates: list[Rate]
    latest: str


def latest_plausible(settings: Settings) -> str:
    """Now and 24 hours, in the business's time zone: nothing can have happened later."""
    zone = UTC if settings.time_zone == "UTC" else ZoneInfo(settings.time_zone)
    moment = datetime.now(UTC) + timedelta(hours=24)
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def stage(engine: Engine, file_no: int, source: Recognised, written: Written, terms: Terms) -> Staged:
    """Put a recognised file into its staged form, as a view."""
    typed = typed_sql(source.mapped, written, terms.reported, terms.rates)
    relation = f"sources_staged_{file_no}"
    if source.is_table:
        return _stage_table(engine, file_no, relation, source, written, terms, typed)
    return _stage_sales(engine, file_no, relation, source, written, terms, typed)


def _stage_sales(
    engine: Engine, file_no: int, relation: str, source: Recognised, written: Written, terms: Terms, typed: str
) -> Staged:
    shaper = source.shape
    assert shaper is not None
    has = frozenset(source.mapped.fields)
    if source.id_must_repeat and engine.value(f"SELECT count(DISTINCT v_customer_id) = count(*) FROM ({typed})"):
        field = source.mapped.fields["customer_id"][0]
        raise not_understood("orders", source.mapped.opened, [field], source.mapped.label)
    shape = _named(source, lambda: shaper(has, lambda sql: engine.value(f"SELECT {sql} FROM ({typed})")))
    faults = value_faults(source.mapped, written, terms.reported, terms.latest, shape.required)
    columns = {"currency": "v_currency", **shape.columns}
    if shape.grain == "log":
        columns["order_id"] = f"'{file_no}-' || CAST(line AS VARCHAR)"
    columns = {name: f"TRY_CAST({columns.get(name, 'NULL')} AS {kind})" for name, kind in STAGED.items()}
    worth = "coalesce(gross, 0) - coalesce(discount, 0) + coalesce(shipping_charged, 0)"
    money = f"CASE WHEN effect = 'sale' THEN {worth} ELSE amount END"
    sql = _staged_sql(typed, columns, money, faults, shape.rules)
    if shape.is_whole:
        sql = _whole_orders(sql)
    engine.execute(f"CREATE OR REPLACE VIEW {relation} AS {sql}")
    mode = {"order": "unique", "line": "grouped", "log": "loose"}[shape.grain]
    ids = () if shape.grain != "log" else ("order_id",)
    content = tuple(name for name in STAGED if name not in ("row_id", *ids))
    key = None if shape.grain == "log" else "order_id"
    rows = "row_id" in shape.columns
    return Staged(
        file_no, relation, f"orders by {shape.grain}", mode, key, content, source, written, shape, shape.notes,
        shape.warnings, has_row_ids=rows,
    )  # fmt: skip


def _named(source: Recognised, shape: Callable[[], T]) -> T:
    """Questions that a shape asks about its columns name the file."""
    try:
        return shape()
    except InputError as question:
        cell = source.mapped.cell(question.column or "")
        raise InputError(
            question.what, file=source.mapped.label, line=1, column=cell.header if cell else None,
            found=question.found, remedy=(question.remedy or "").replace("COLUMN", cell.header if cell else "COLUMN"),
        ) from None  # fmt: skip


def _stage_table(
    engine: Engine, file_no: int, relation: str, source: Recognised, written: Written, terms: Terms, typed: str
) -> Staged:
    has = frozenset(source.mapped.fields)

    def ask(sql: str) -> Any:
        return engine.value(f"SELECT {sql} FROM ({typed})")

    shape = _named(source, lambda: _table_shape(source, has, ask, terms.settings))
    faults = value_faults(source.mapped, written, terms.reported, terms.latest, frozenset())
    faults = [fault for fault in faults if not _may_be(fault[1])]
    faults += [(f"v_{name} IS NULL", f"no {words}") for name, words in _required_ids(source)]
    columns = {name: f"TRY_CAST({sql} AS {kind})" for name, (kind, sql) in shape.columns.items()}
    sql = _staged_sql(typed, columns, shape.money, faults, shape.rules)
    engine.execute(f"CREATE OR REPLACE VIEW {relation} AS {sql}")
    completes = source.completes or only_completes(source, terms.settings)
    notes, warnings = attribute_words(source, terms.settings)
    content = tuple(name for name in shape.columns if name != "row_id")
    return Staged(
        file_no, relation, family_of(source, file_no, completes), shape.mode, shape.key, content, source, written,
        notes=(*shape.notes, *notes), warnings=(*shape.warnings, *warnings), has_row_ids="row_id" in shape.columns, keeps=shape.keeps,
        completes=completes,
    )  # fmt: skip


# Dates that may lie ahead: contracts have an end, and leads a day on which they are hoped to close.
_AHEAD = frozenset({"closing date", "end date", "end of the trial", "cancellation date"})


def _may_be(reason: str) -> bool:
    """Costs hold for ever, and some days are still to come: such dates may lie far off."""
    if "of validity is" in reason and "not a date" not in reason:
        return True
    return reason.endswith(" is in the future") and reason.removesuffix(" is in the future") in _AHEAD


def _table_shape(source: Recognised, has: frozenset[str], ask: Ask, settings: Settings) -> TableShape:
    if source.kind in UNUSED_KINDS:
        return shape_unused(source.kind)
    shape = TABLE_SHAPES[source.kind](has, ask)
    if _keeps_attributes(source):
        return with_attributes(shape, source.mapped.opened, settings.attributes)
    return shape


def _keeps_attributes(source: Recognised) -> bool:
    return source.kind in ("customers", "leads") and not source.completes


def attribute_columns(source: Recognised, settings: Settings) -> tuple[str, ...]:
    """The columns of a file that are kept because the settings ask for them, as the file names them."""
    if not _keeps_attributes(source):
        return ()
    wanted = set(map(plain, settings.attributes))
    return tuple(header for header in source.mapped.opened.headers if plain(header) in wanted)


def _required_ids(source: Recognised) -> list[tuple[str, str]]:
    return [
        (field.name, field.words)
        for field, _ in source.mapped.fields.values()
        if field.required and field.type in ("id", "text")
    ]


def _staged_sql(typed: str, columns: Mapping[str, str], money: str, faults: Faults, rules: tuple[Rule, ...]) -> str:
    """Three layers: typed values, staged columns, ruling."""
    listed = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    cases = [f"WHEN {condition} THEN {literal('quarantined: ' + reason)}" for condition, reason in faults]
    cases += [f"WHEN {r.condition} THEN {literal(r.verdict + ': ' + r.reason)}" for r in rules]
    ruling = f"CASE {' '.join(cases)} END" if cases else "NULL::VARCHAR"
    names = ", ".join(f'"{name}"' for name in columns)
    return (
        f"SELECT line, {names}, TRY_CAST({money} AS DECIMAL(18,4)) AS money, {ruling} AS ruling "
        f"FROM (SELECT *, {listed} FROM ({typed}))"
    )


def _whole_orders(sql: str) -> str:
    """Where an order's cells are spread over its rows, one unsound row makes all of them unsound."""
    spoilt = "bool_or(starts_with(ruling, 'quarantined')) OVER (PARTITION BY order_id)"
    reason = literal("quarantined: another row of the same order is unsound")
    return (
        f"SELECT * REPLACE (CASE WHEN ruling IS NULL AND order_id IS NOT NULL AND {spoilt} THEN {reason} "
        f"ELSE ruling END AS ruling) FROM ({sql})"
    )


def materialise(engine: Engine, staged: Staged) -> Staged:
    """Turn the view into a table: for files that are read more than once, compared with others or changed."""
    if staged.is_stored:
        return staged
    stored = f"sources_ruled_{staged.file_no}"
    engine.execute(f"CREATE OR REPLACE TABLE {stored} AS SELECT * FROM {staged.relation}")
    engine.execute(f"DROP VIEW {staged.relation}")
    return replace(staged, relation=stored, is_stored=True)


def overrule(engine: Engine, staged: Staged, rulings: str) -> None:
    """Give some rows of a materialised file another ruling. ``rulings`` is SQL that yields ``line, ruling``."""
    engine.execute(f"UPDATE {staged.relation} AS s SET ruling = r.ruling FROM ({rulings}) AS r WHERE s.line = r.line")
