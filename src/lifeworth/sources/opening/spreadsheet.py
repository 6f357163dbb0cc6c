"""Into xlsx: every sheet that shares the first sheet's header."""

from pathlib import Path
from typing import Any

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from lifeworth.errors import InputError
from lifeworth.sources.opening.arrays import as_array
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.opening.probe import fingerprint
from lifeworth.store.engine import Engine


def open_spreadsheet(engine: Engine, path: Path, relation: str) -> Opened:
    """Put the cells of a workbook into ``relation``; ``line`` is the row, further sheets numbered on."""
    sheets = _sheets(path)
    first = next((rows for _, rows in sheets if rows), None)
    if first is None:
        raise InputError("the workbook is empty", file=str(path), remedy="Export it again, with its header line.")
    names = _names(first[0])
    fitting = [rows for _, rows in sheets if rows and _names(rows[0]) == names]
    others = tuple(name for name, rows in sheets if rows and _names(rows[0]) != names)
    # A second sheet is numbered on from the first, so that a line names one row.
    stacked = [row for position, rows in enumerate(fitting) for row in rows[bool(position) :]]
    numbered = [(n, row) for n, row in enumerate(stacked[1:], 2) if any(c not in ("", None) for c in row)]
    if not numbered:
        raise InputError("the workbook has a header but no rows", file=str(path), found=", ".join(names[:20]))
    columns = {f"c{i}": as_array([row[i] for _, row in numbered]) for i in range(len(names))}
    engine.write(relation, {"line": np.array([line for line, _ in numbered], dtype=np.int64), **columns})
    types = engine.columns(relation)
    print_ = fingerprint(path)
    return Opened(
        relation,
        names,
        tuple(types[f"c{i}"] for i in range(len(names))),
        len(numbered),
        print_,
        print_,
        "spreadsheet",
        warnings=tuple(f"The sheet {name!r} of {path.name} has other columns and was not read." for name in others),
        is_spreadsheet=True,
    )


def _sheets(path: Path) -> list[tuple[str, list[list[Any]]]]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        return [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    except (CalamineError, OSError) as fault:
        raise InputError(
            f"the workbook cannot be read: {fault}", file=str(path), remedy="Save it again as xlsx or csv."
        ) from None


def _names(row: list[Any]) -> tuple[str, ...]:
    cells = [" ".join(str(cell).split()) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)
