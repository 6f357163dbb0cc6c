"""Which column holds which field: by unmistakable names, and by what ``--map`` says."""

from collections.abc import Mapping

from lifeworth.errors import InputError, UsageError
from lifeworth.sources.cells.cell import Cell
from lifeworth.sources.fields import FIELDS, Field, plain
from lifeworth.sources.opening.opened import Opened

# ``--map field=-`` leaves out a field that some column is named after.
NOTHING = "-"


def by_plain_name(opened: Opened) -> dict[str, list[int]]:
    """Plain column name → where it stands."""
    found: dict[str, list[int]] = {}
    for position, header in enumerate(opened.headers):
        found.setdefault(plain(header), []).append(position)
    return found


def cell_at(opened: Opened, position: int) -> Cell:
    """The column at a position."""
    return Cell(f"c{position}", opened.types[position], opened.headers[position])


def find_column(opened: Opened, names: tuple[str, ...], field: str, label: str) -> Cell | None:
    """The column one of the names means; two columns of the same name are a question."""
    headers = by_plain_name(opened)
    for name in names:
        positions = headers.get(plain(name), [])
        if len(positions) > 1:
            raise InputError(
                f"{len(positions)} columns are called {opened.headers[positions[0]]!r}, so {field} is unclear",
                file=label,
                line=1,
                column=opened.headers[positions[0]],
                remedy="Rename all but one of them.",
            )
        if positions:
            return cell_at(opened, positions[0])
    return None


def find_fields(opened: Opened, fields: tuple[Field, ...], label: str) -> dict[str, tuple[Field, Cell]]:
    """Fields that columns are named after; a column is taken by the first field that knows its name."""
    found: dict[str, tuple[Field, Cell]] = {}
    taken: set[str] = set()
    for field in fields:
        cell = find_column(opened, tuple(n for n in field.synonyms if n not in taken), field.name, label)
        if cell is not None:
            found[field.name] = (field, cell)
            taken.add(plain(cell.header))
    return found


def chosen_fields(opened: Opened, fields: Mapping[str, Field], chosen: Mapping[str, str], kind: str, label: str
            ) -> dict[str, tuple[Field, Cell]]:  # fmt: skip
    """Fields given by ``--map field=column`` (or ``kind.field=column``) that this file has."""
    found = {}
    for key, header in chosen.items():
        scope, _, name = key.rpartition(".")
        name = "ordered_at" if name == "date" else name
        if (scope and scope != kind) or name not in fields or header == NOTHING:
            continue
        cell = find_column(opened, (header,), name, label)
        if cell is not None:
            found[name] = (fields[name], cell)
    return found


def fields_to_read(fields: tuple[Field, ...], chosen: Mapping[str, str], kind: str) -> tuple[Field, ...]:
    """The fields of a kind that nobody asked to leave out."""
    return tuple(f for f in fields if NOTHING not in (chosen.get(f.name), chosen.get(f"{kind}.{f.name}")))


def check_map(chosen: Mapping[str, str], files: Mapping[str, Opened]) -> None:
    """Every ``--map`` line names a field that exists and a column that some file has."""
    known = {field.name for fields in FIELDS.values() for field in fields} | {"date"}
    headers = {plain(header) for opened in files.values() for header in opened.headers}
    for key, header in chosen.items():
        name = key.rpartition(".")[2]
        if name not in known:
            raise UsageError(f"--map {key}={header}: there is no field {name!r}. Fields are: "
                             f"{', '.join(sorted(known - {'date'}))}.")  # fmt: skip
        if header != NOTHING and plain(header) not in headers:
            shown = "; ".join(f"{label}: {', '.join(o.headers[:30])}" for label, o in files.items())
            raise UsageError(f"--map {key}={header}: no file has a column {header!r}. Columns are: {shown}.")


def not_understood(kind: str, opened: Opened, missing: list[Field], label: str) -> InputError:
    """The error that lists a file's columns and the ``--map`` lines to copy."""
    lines = "\n".join(f"    --map {field.name}=COLUMN" for field in missing)
    nobody = (
        "\nIf the answers name nobody, leave the file out: they can be added to no customer."
        if kind == "surveys"
        else ""
    )
    option = ", or what the file is (such as --customers FILE or --products FILE)" if kind == "orders" else ""
    return InputError(
        f"no column is known to hold the {' or the '.join(field.words for field in missing)}",
        file=label,
        line=1,
        found=f"columns {', '.join(opened.headers[:60])}",
        remedy=f"Say which column it is{option}:\n{lines}{nobody}",
    )
