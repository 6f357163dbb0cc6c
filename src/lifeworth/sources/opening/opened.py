"""A file once it is open: a relation of raw cells with line numbers, whatever the wrapper was."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A row that could not even be split into cells."""

    line: int
    reason: str
    content: str


@dataclass(frozen=True)
class Opened:
    """Raw cells of one file.

    ``relation`` has the columns ``line`` and ``c0, c1, …``; ``headers`` and ``types`` belong to ``c0, c1, …``.
    ``rows`` counts the relation; rows in ``faults`` come on top of it. ``is_spreadsheet`` tells that numbers
    may be dates. ``content_sha256`` is the fingerprint of what is inside the wrapper (gzip).
    """

    relation: str
    headers: tuple[str, ...]
    types: tuple[str, ...]
    rows: int
    sha256: str
    content_sha256: str
    encoding: str
    delimiter: str | None = None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()
    is_spreadsheet: bool = False
