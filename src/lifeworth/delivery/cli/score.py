"""``lifeworth score``: a new list of leads, each row with its chance and worth, by what a finished result learned."""

import os
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from lifeworth import sources
from lifeworth.delivery.cli import options
from lifeworth.delivery.cli.result import find_result
from lifeworth.errors import InputError, UsageError
from lifeworth.ledger.tables import text
from lifeworth.refresh.exports import FORMULA_STARTS
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest
from lifeworth.sources.opening.door import open_request
from lifeworth.sources.opening.opened import Opened
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import Engine
from lifeworth.values.leads import asked_attributes, read_lead_scores, score_leads
from lifeworth.values.leads.scorer import Scorer
from lifeworth.values.leads.scoring import SCORED, Scored

ADDED = tuple(name for name in SCORED.names if name != "lead_id")
_OPENED = "score_opened"
_TOLD = f"""
SELECT count(s.chance) FROM {{relation}} o JOIN {SCORED.name} s ON s.lead_id = trim(CAST(o.{{key}} AS VARCHAR))"""


def score(
    file: Annotated[Path, typer.Argument(metavar="LEADS", help="A list of leads, one row each, with their columns.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder of the result that learned from earlier leads.")
    ] = Path("lifeworth-result"),
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The csv that is written.")] = Path("scored.csv"),
    mapping: options.Mapping = None,
    config: options.Config = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="YYYY-MM-DD; the day leads are this old on [default: after the last lead, no earlier than the result]",
        ),
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="Store of the result [default: OUT/store]")
    ] = None,
    threads: options.Threads = None,
    quiet: options.Quiet = False,
) -> None:
    """Score a new list of leads with what a finished result learned."""
    scorer = _learned(out, store)
    _refuse_target(file, to)
    settings = options.settings_from(config, mapping, None, None)
    settings = settings.model_copy(update={"attributes": list(asked_attributes(scorer))})
    with tempfile.TemporaryDirectory(prefix="lifeworth-") as name:
        scratch = Path(name)
        engine = DuckDB(scratch / "score.duckdb", threads=options.cores(threads), scratch=scratch / "spill")
        try:
            opened, key = _read(engine, file, settings, scratch)
            moment = _day(engine, scorer, options.parse_day(as_of, "--as-of"))
            scored = score_leads(engine, scorer, moment)
            told = _write(engine, opened, key, to)
        finally:
            engine.close()
    if not quiet:
        for sentence in _said(scored, (told, opened.rows), scorer, moment, to):
            typer.echo(sentence)


def _learned(out: Path, store: Path | None) -> Scorer:
    """What the published result learned of leads.

    Raises
    ------
    UsageError
        There is no result, or it learned nothing of leads.
    """
    scorer = read_lead_scores(find_result(out, store).folder)
    if scorer is None:
        raise UsageError(
            f"The result in {out} learned nothing of leads, so it can score none. Run `lifeworth run` with a list of earlier "
            "leads, won and lost ones too (--leads FILE)."
        )
    return scorer


def _refuse_target(file: Path, to: Path) -> None:
    if to.is_dir():
        raise UsageError(f"--to: {to} is a folder. Name a file, such as {to / 'scored.csv'}.")
    if file.exists() and to.exists() and to.samefile(file):
        raise UsageError(f"--to: {to} is the list of leads itself. Name another file.")
    if not to.absolute().parent.is_dir():
        raise UsageError(f"--to: there is no folder {to.absolute().parent}. Make it first.")


def _read(engine: Engine, file: Path, settings: Settings, scratch: Path) -> tuple[Opened, str]:
    """The raw rows, and the cell that holds the lead's id; ``sources_leads`` holds them understood."""
    request = FileRequest(file, "leads")
    report = sources.load(engine, [request], settings, as_of=None, scratch=scratch / "load", needs_orders=False)
    opened = open_request(engine, request, _OPENED, scratch)
    header = report.readings[0].fields["lead_id"]
    if not engine.value("SELECT count(*) FROM sources_leads"):
        raise InputError(
            "none of its rows is a lead that can be read",
            file=str(file),
            remedy="Give lead_id and created_on in every row; `lifeworth check` says what is wrong with each.",
        )
    return opened, f"c{opened.headers.index(header)}"


def _day(engine: Engine, scorer: Scorer, asked: date | None) -> date:
    """The day asked for, or that after the last lead came, and no earlier than the day the result knew all until.

    Raises
    ------
    UsageError
        The day asked for is before any lead came, or years after all.
    """
    [(first, last)] = engine.rows("SELECT min(created_on), max(created_on) FROM sources_leads")
    usual: date = max(last + timedelta(days=1), scorer.as_of)
    if asked is not None and asked < first:
        raise UsageError(f"No lead of the list had come before {asked}. Choose a later --as-of; they begin on {first}.")
    return options.no_later_than_years(asked, "--as-of", usual, "the last lead and the result") or usual


def _write(engine: Engine, opened: Opened, key: str, to: Path) -> int:
    """Every row of the file in its order with what was added; returns how many rows have figures."""
    own = [f'{_guarded(f"o.c{place}")} AS "{_quoted(name)}"' for place, name in enumerate(_apart(opened.headers))]
    taken = {name.lower() for name in opened.headers}
    added = [f's."{name}" AS "{f"scored_{name}" if name in taken else name}"' for name in ADDED if name != "sentence"]
    why = f"COALESCE(s.sentence, 'Not scored: ' || r.reason || '.', {text('Not scored: its row cannot be read.')})"
    added.append(f'{_guarded(why)} AS "{"scored_sentence" if "sentence" in taken else "sentence"}"')
    rejected = "(SELECT line, min(reason) AS reason FROM sources_rejected WHERE verdict <> 'duplicate' GROUP BY line)"
    sql = (
        f"SELECT {', '.join([*own, *added])} FROM {opened.relation} o LEFT JOIN {SCORED.name} s ON s.lead_id = trim(CAST(o.{key} AS VARCHAR))"
        f" LEFT JOIN {rejected} r ON r.line = o.line ORDER BY o.line"
    )
    aside = to.absolute().with_name(f".{to.name}.part")
    try:
        engine.to_csv(sql, aside)
        aside.chmod(0o600)
        os.replace(aside, to)
    finally:
        aside.unlink(missing_ok=True)
    return int(engine.value(_TOLD.format(key=key, relation=opened.relation)))


def _apart(headers: tuple[str, ...]) -> Iterator[str]:
    """Headers, each once: a second column of the same name is numbered."""
    seen: dict[str, int] = {}
    for place, header in enumerate(headers, 1):
        name = header or f"column {place}"
        seen[name.lower()] = seen.get(name.lower(), 0) + 1
        yield name if seen[name.lower()] == 1 else f"{name} {seen[name.lower()]}"


def _quoted(name: str) -> str:
    return name.replace('"', '""')


def _guarded(cell: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; plain numbers are left alone."""
    starts = ", ".join(text(start) for start in FORMULA_STARTS)
    said = f"CAST({cell} AS VARCHAR)"
    number = f"regexp_full_match({said}, '[-+]?[0-9][0-9., ]*')"
    return f"CASE WHEN substr({said}, 1, 1) IN ({starts}) AND NOT {number} THEN '''' || {said} ELSE {said} END"


def _said(scored: Scored, rows: tuple[int, int], scorer: Scorer, moment: date, to: Path) -> Iterator[str]:
    told, all_of_them = rows
    yield f"{told:,} of {all_of_them:,} rows scored as of {moment}, by what was known on {scorer.as_of}. Everything is in {to}."
    if all_of_them > told:
        yield f"{all_of_them - told:,} without figures; the last column says why."
    if scored.missing:
        yield f"The list has no column {', '.join(scored.missing)}: there every lead counts as an average one."
    yield "A range is that of the average of many such leads; a single one mostly brings nothing."
