"""Which way into a file: decided by its first bytes, not by its name."""

from pathlib import Path

from lifeworth.errors import InputError, UsageError
from lifeworth.sources.opening.columnar import PARQUET_MAGIC, open_parquet
from lifeworth.sources.opening.delimited import open_delimited
from lifeworth.sources.opening.frame import open_frame
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.opening.spreadsheet import open_spreadsheet
from lifeworth.sources.request import FrameRequest, Request
from lifeworth.store.engine import Engine

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FOREIGN = {b"%PDF": "a PDF", b"\x89PNG": "a picture", b"SQLite format": "an SQLite database"}


def open_request(engine: Engine, request: Request, relation: str, scratch: Path) -> Opened:
    """The raw cells of one request, as the relation named."""
    if isinstance(request, FrameRequest):
        return open_frame(engine, request, relation)
    path = request.path
    head = _head(path)
    if head.startswith(PARQUET_MAGIC):
        return open_parquet(engine, path, relation)
    if head.startswith(_WORKBOOKS):
        return open_spreadsheet(engine, path, relation)
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise InputError(
                f"this is {what}, not a table", file=str(path), remedy="Give csv, tsv, csv.gz, parquet or xlsx."
            )
    if path.suffix.lower() in (".parquet", ".xlsx") and head.strip():
        raise InputError(
            f"the name ends in {path.suffix} but the content is something else",
            file=str(path),
            remedy="Export it again, or give the file its right ending.",
        )
    return open_delimited(engine, path, relation, scratch)


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Name the files in it.")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is not a regular file. Save its content to a file first.")
    try:
        with path.open("rb") as file:
            return file.read(16)
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}.") from None
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}.") from None
