"""Into csv, tsv and csv.gz: fast where every line is accounted for, else carefully."""

from pathlib import Path

from lifeworth.errors import InputError
from lifeworth.sources.opening.careful import lines_of, rewrite
from lifeworth.sources.opening.header import Header, read_header
from lifeworth.sources.opening.opened import Fault, Opened
from lifeworth.sources.opening.probe import Probe, probe
from lifeworth.store.engine import Engine, one_file

_SAMPLE_LINES = 60


def open_delimited(engine: Engine, path: Path, relation: str, scratch: Path) -> Opened:
    """Put the raw cells of a delimited text file into ``relation``, as text, with line numbers."""
    facts = probe(path)
    if facts.is_blank:
        raise InputError("the file is empty", file=str(path), remedy="Export it again, with its header line.")
    header = read_header(_sample(path, facts), str(path))
    faults: list[Fault] = []
    if not _read_fast(engine, path, facts, header, relation):
        faults = _read_carefully(engine, path, facts, header, relation, scratch)
    rows = int(engine.value(f"SELECT count(*) FROM {relation}"))
    if not rows and not faults:
        raise InputError(
            "the file has a header but no rows",
            file=str(path),
            found=", ".join(header.names[:20]),
            remedy="Check the date range or the filter of the export.",
        )
    return Opened(
        relation,
        header.names,
        ("VARCHAR",) * len(header.names),
        rows,
        facts.sha256,
        facts.content_sha256,
        {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(facts.encoding, "UTF-16"),
        header.delimiter,
        tuple(faults),
        tuple(_warnings(path, facts, faults)),
    )


def _sample(path: Path, facts: Probe) -> str:
    lines = lines_of(path, facts)
    kept = [line for _, line in zip(range(_SAMPLE_LINES), (x for x in lines if x.strip()), strict=False)]
    return "\n".join(kept)


def _read_fast(engine: Engine, path: Path, facts: Probe, header: Header, relation: str) -> bool:
    """Let the engine parse in parallel; True when it found exactly one row for every line below the header."""
    if not facts.is_plain:
        return False
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header.names)))
    compression = ", compression='gzip'" if facts.is_gzip else ""
    engine.execute(
        f"CREATE OR REPLACE TABLE {relation} AS SELECT row_number() OVER () + 1 AS line, * "
        f"FROM read_csv({one_file(path)}, auto_detect=false, hive_partitioning=false, header=true, delim={quoted(header.delimiter)}, "
        f"quote='\"', escape='\"', ignore_errors=true, columns={{{columns}}}{compression})"
    )
    return bool(engine.value(f"SELECT count(*) FROM {relation}") == facts.lines - 1)


def _read_carefully(
    engine: Engine, path: Path, facts: Probe, header: Header, relation: str, scratch: Path
) -> list[Fault]:
    copy = scratch / f"{relation}.csv"
    faults = rewrite(path, facts, header, copy)
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header.names)))
    engine.execute(
        f"CREATE OR REPLACE TABLE {relation} AS SELECT * FROM read_csv({one_file(copy)}, auto_detect=false, hive_partitioning=false, "
        f"header=false, delim=',', quote='\"', escape='\"', columns={{'line': 'BIGINT', {columns}}})"
    )
    copy.unlink()
    return faults


def _warnings(path: Path, facts: Probe, faults: list[Fault]) -> list[str]:
    said = []
    if facts.encoding == "cp1252":
        said.append(f"{path.name} is not UTF-8; it was read as Windows-1252 (Western European letters).")
    if not facts.ends_with_newline and not facts.encoding.startswith("utf-16"):
        said.append(
            f"The last line of {path.name} has no line end. If the file was cut, its last value may be too short."
        )
    if faults:
        first = faults[0]
        said.append(
            f"{len(faults):,} {'row' if len(faults) == 1 else 'rows'} of {path.name} could not be split into columns "
            f"(first: line {first.line}, {first.reason})."
        )
    return said


def quoted(text: object) -> str:
    """Text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"
