"""The slow, exact way into a delimited file: record by record, with the line of every fault.

Used only where the fast way did not account for every line: odd quotes, ragged rows, NUL bytes, broken
characters, old line ends, cells with line breaks.
"""

import csv
import io
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lifeworth.errors import InputError
from lifeworth.sources.opening.header import Header
from lifeworth.sources.opening.opened import Fault
from lifeworth.sources.opening.probe import Probe, blocks

# How many lines one quoted cell may span before its quote counts as unbalanced.
_LONGEST_CELL = 200


@dataclass(frozen=True)
class Record:
    """One record of the file, or the reason why it is none."""

    line: int
    cells: list[str]
    fault: str | None
    content: str


def rewrite(path: Path, probe: Probe, header: Header, target: Path) -> list[Fault]:
    """Copy the sound records, each with its line number in front, and return the others."""
    faults: list[Fault] = []
    rows = 0
    with private(target) as out:
        writer = csv.writer(out, lineterminator="\n")
        for record in records(path, probe, header):
            rows += 1
            if record.fault is None:
                writer.writerow([record.line, *record.cells])
            else:
                faults.append(Fault(record.line, record.fault, record.content.replace("\0", "")))
    if rows > 4 and len(faults) > rows // 2:
        worst = faults[0]
        raise InputError(
            f"{len(faults):,} of {rows:,} rows do not fit the header ({worst.reason})",
            file=str(path),
            line=worst.line,
            found=worst.content[:200],
            remedy=f"Check that every row has the {len(header.names)} columns of the first line.",
        )
    return faults


def private(path: Path) -> io.TextIOWrapper:
    """A new text file that only its owner can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return io.TextIOWrapper(io.FileIO(handle, "w"), encoding="utf-8", newline="", write_through=False)


def lines_of(path: Path, probe: Probe) -> Iterator[str]:
    """Physical lines without their ends, decoded; a broken character becomes U+FFFD."""
    errors = "replace" if probe.encoding == "utf-8-sig" else "strict"
    stream = io.TextIOWrapper(
        io.BufferedReader(_Blocks(blocks(path, is_gzip=probe.is_gzip))), encoding=probe.encoding, errors=errors
    )
    try:
        for line in stream:
            yield line.rstrip("\n")
    except UnicodeError as fault:
        raise InputError(
            f"the file is neither UTF-8 nor {probe.encoding}: {fault}",
            file=str(path),
            remedy="Save it again as UTF-8 (in a spreadsheet: “CSV UTF-8”).",
        ) from None


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a readable stream."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source, self._rest = source, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        while not self._rest:
            block = next(self._source, None)
            if block is None:
                return 0
            self._rest = block
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def records(path: Path, probe: Probe, header: Header) -> Iterator[Record]:
    """Every record below the header; blank lines are none."""
    source = lines_of(path, probe)
    waiting: deque[tuple[int, str]] = deque()
    numbered = enumerate(source, 1)

    def following() -> tuple[int, str] | None:
        return waiting.popleft() if waiting else next(numbered, None)

    seen_header = False
    while (start := following()) is not None:
        if not start[1].strip():
            continue
        lines = [start]
        while _is_open(lines) and len(lines) < _LONGEST_CELL and (more := following()) is not None:
            lines.append(more)
        record = _parse(lines, header)
        if record.fault is not None and len(lines) > 1:
            waiting.extendleft(reversed(lines[1:]))
            record = _parse(lines[:1], header)
        if seen_header:
            yield record
        seen_header = True


def _is_open(lines: list[tuple[int, str]]) -> bool:
    return sum(text.count('"') for _, text in lines) % 2 == 1


def _parse(lines: list[tuple[int, str]], header: Header) -> Record:
    line, content = lines[0][0], "\n".join(text for _, text in lines)
    width = len(header.names)
    if "\0" in content:
        return Record(line, [], "the row contains NUL bytes", content)
    if "\ufffd" in content:
        return Record(line, [], "the row contains broken characters", content)
    if _is_open(lines):
        return Record(line, [], "a quote is opened and never closed", content)
    try:
        cells = next(csv.reader([content], delimiter=header.delimiter, strict=True))
    except (csv.Error, StopIteration):
        return Record(line, [], "the quotes in the row do not fit", content)
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        return Record(line, [], f"the row has {len(cells)} columns, the header {width}", content)
    return Record(line, cells, None, content)
