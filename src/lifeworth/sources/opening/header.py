"""The first line of a delimited file: its separator and its column names. Never left to a sniffer."""

import csv
import io
from dataclasses import dataclass

from lifeworth.errors import InputError

_SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Header:
    """How the columns are separated and what they are called."""

    delimiter: str
    names: tuple[str, ...]


def read_header(sample: str, file: str) -> Header:
    """Choose the separator that cuts the header into most columns and fits the lines below it.

    A sniffer that looks at the data may take a short file for one column of text; the header cannot mislead so.
    """
    records = {mark: list(_records(sample, mark)) for mark in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda mark: (len(records[mark][0]), -_SEPARATORS.index(mark)))
    names = tuple(_clean(name) for name in records[best][0])
    if len(names) < 2:
        raise InputError(
            "only one column was found, so no order can be read from it",
            file=file,
            line=1,
            found=sample.splitlines()[0][:200],
            remedy="Separate the columns with commas, semicolons or tabs, and name them in the first line.",
        )
    below = [len(record) for record in records[best][1:20]]
    if below and len(names) not in below and _is_number_like(names):
        raise _no_header(file, names)
    if all(_is_number_like((name,)) for name in names):
        raise _no_header(file, names)
    return Header(best, names)


def _records(sample: str, mark: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=mark)
    found: list[list[str]] = []
    try:
        for record in reader:
            found.append(record)
            if len(found) > 20:
                break
    except csv.Error:
        found = found or [[sample.split("\n", 1)[0]]]
    return found or [[""]]


def _clean(name: str) -> str:
    return " ".join(name.replace("\ufeff", "").replace("\0", "").split())


def _is_number_like(names: tuple[str, ...]) -> bool:
    return all(name and not any(c.isalpha() for c in name) for name in names)


def _no_header(file: str, names: tuple[str, ...]) -> InputError:
    return InputError(
        "the first line holds values, not column names",
        file=file,
        line=1,
        found=", ".join(names[:12]),
        remedy="Add a first line that names the columns, such as customer_id,ordered_at,amount.",
    )
