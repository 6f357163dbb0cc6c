"""``lifeworth personas``: what the best customers of a plain list have in common."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from lifeworth import sources
from lifeworth.answers.personas import Personas, customer_personas
from lifeworth.answers.run_facts import RunFacts
from lifeworth.contract.customer_value import CUSTOMER_VALUE
from lifeworth.delivery.cli import options
from lifeworth.errors import UsageError
from lifeworth.insight import personas as room
from lifeworth.insight.ground import create
from lifeworth.insight.personas.given import NO_DAY, NOT_AHEAD, lay_given_ground
from lifeworth.refresh.exports import FORMULA_STARTS
from lifeworth.report.personas_page import render_personas
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest
from lifeworth.sources.opening.door import open_request
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import Engine

KEPT_IN_ORDER = "personas_customers"
_MARKS = {"value_mean", "model_version", "run_id"}


def personas(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A list of customers, one row each, with their columns.")
    ],
    value: Annotated[
        str,
        typer.Option(
            "--value", metavar="COLUMN[+COLUMN]...", help="Column that says what each is worth, or several added up."
        ),
    ],
    mapping: options.Mapping = None,
    config: options.Config = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the result.")] = Path(
        "lifeworth-personas"
    ),
    currency: options.Currency = None,
    interval: options.Interval = 0.8,
    threads: options.Threads = None,
    seed: options.Seed = 1,
    quiet: options.Quiet = False,
) -> None:
    """Say what the best customers of a list have in common."""
    if not 0 < interval < 1:
        raise UsageError(f"--interval is a share between 0 and 1, such as 0.8. Got {interval}.")
    settings = options.settings_from(config, mapping, currency, None)
    with tempfile.TemporaryDirectory(prefix="lifeworth-") as name:
        scratch = Path(name)
        engine = DuckDB(scratch / "personas.duckdb", threads=options.cores(threads), scratch=scratch / "spill")
        try:
            found, notes = _find(engine, file, value, settings, scratch, interval, seed)
            facts = _facts(settings, interval, seed, found, notes)
            _write(engine, out, render_personas(found, facts, f"{file.name}, worth by {' + '.join(value.split('+'))}"))
        finally:
            engine.close()
    if not quiet:
        for sentence in (found.sentence, *notes, f"Everything is in {out}; open {out / 'personas.html'}."):
            typer.echo(sentence)


def _find(
    engine: Engine, file: Path, value: str, settings: Settings, scratch: Path, level: float, seed: int
) -> tuple[Personas, tuple[str, ...]]:
    """The personas of the list, and what to know before believing them."""
    request = FileRequest(file, "customers")
    headers = open_request(engine, request, "personas_opened", scratch).headers
    columns = value_columns(value, headers, file)
    names = sources.load(engine, [request], _keeping(settings, []), as_of=None, scratch=scratch, needs_orders=False)
    understood = set(names.readings[0].fields.values()) - set(columns)
    wanted = [name for name in settings.attributes or headers if name not in understood]
    ours = set() if settings.attributes else own_figures(headers) - set(columns)
    if ours and not [name for name in wanted if name not in ours and name not in columns]:
        raise UsageError(
            f"{file.name} holds what lifeworth says of customers and no column about them, so kinds of people cannot be told apart by it. "
            "Join it with your list of customers by customer_id, and give that."
        )
    wanted = [name for name in wanted if name not in ours]
    keeping = _keeping(settings, list(dict.fromkeys([*wanted, *columns])))
    report = sources.load(engine, [request], keeping, as_of=None, scratch=scratch, needs_orders=False)
    frame = lay_given_ground(engine, columns, settings, file=str(file), level=level, seed=seed)
    create(engine, *room.TABLES)
    room.build(engine, frame, columns)
    found = customer_personas(engine)
    assert found is not None
    notes = _notes(engine, report.files[0].rows_read, found.customers)
    left = f"Left out, because lifeworth itself says them: {', '.join(name for name in headers if name in ours)}."
    return found, (*notes, *((left,) if ours else ()))


def own_figures(headers: Sequence[str]) -> set[str]:
    """The columns that a run wrote itself, where a list is or holds a ``customer_value``: they describe its figures, not people."""
    ours = {column.name.lower() for column in CUSTOMER_VALUE.columns} - {"customer_id"}
    plain = {header.strip().lower(): header for header in headers}
    return {plain[name] for name in ours & set(plain)} if _MARKS <= set(plain) else set()


def _keeping(settings: Settings, attributes: list[str]) -> Settings:
    return settings.model_copy(update={"attributes": attributes})


def value_columns(value: str, headers: tuple[str, ...], file: Path) -> tuple[str, ...]:
    """The columns that a value is the sum of, as the file names them.

    Raises
    ------
    UsageError
        A name that the file does not have; says which there are.
    """
    plain = {header.strip().lower(): header for header in headers}
    parts = [value] if value.strip().lower() in plain else value.split("+")
    found = []
    for part in parts:
        name = plain.get(part.strip().lower())
        if name is None:
            raise UsageError(
                f"--value: {file.name} has no column {part.strip()!r}. Columns are: {', '.join(headers)}. "
                "Several are added up with +: --value wine+meat."
            )
        found.append(name)
    return tuple(dict.fromkeys(found))


def _notes(engine: Engine, rows: int, customers: int) -> tuple[str, ...]:
    listed = int(engine.value("SELECT count(*) FROM sources_customers"))
    if listed == customers == rows:
        return ()
    return (f"{rows:,} rows, {listed:,} customers, {customers:,} of them with a value; the others are left out.",)


def _facts(settings: Settings, level: float, seed: int, found: Personas, notes: tuple[str, ...]) -> RunFacts:
    """What a page needs to know; nothing is forecast, so there is no horizon and no model."""
    return RunFacts(
        run_id="",
        lifeworth_version=version("lifeworth"),
        as_of=NO_DAY,
        horizon_days=NOT_AHEAD,
        interval_level=level,
        discount=0.0,
        currency=settings.currency,
        basis="revenue",
        basis_reason="the list gives the value",
        seed=seed,
        base={"customers": float(found.customers)},
        model_chosen="",
        model_reason="",
        warnings=notes,
        created_at=datetime.now(UTC).replace(microsecond=0),
    )


def _write(engine: Engine, out: Path, page: str) -> None:
    """The page, and every table as parquet and csv; only the owner may read them."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a folder; the result needs one. Choose another --out.")
    tables = out / "tables"
    tables.mkdir(parents=True, exist_ok=True, mode=0o700)
    for table in room.TABLES:
        order = "customer_id" if table.name == KEPT_IN_ORDER else "ALL"
        sql = f'SELECT * FROM "{table.name}" ORDER BY {order}'
        engine.to_parquet(sql, tables / f"{table.name}.parquet")
        engine.to_csv(_guarded(engine, table.name, sql), tables / f"{table.name}.csv")
    report = out / "personas.html"
    report.write_text(page, encoding="utf-8")
    report.chmod(0o600)


def _guarded(engine: Engine, table: str, sql: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    starts = ", ".join(f"'{start}'" for start in FORMULA_STARTS)
    texts = [name for name, kind in engine.columns(table).items() if kind == "VARCHAR"]
    safe = ", ".join(
        f"""CASE WHEN substr("{name}", 1, 1) IN ({starts}) THEN '''' || "{name}" ELSE "{name}" END AS "{name}" """
        for name in texts
    )
    return f"SELECT * REPLACE ({safe}) FROM ({sql})" if safe else sql
