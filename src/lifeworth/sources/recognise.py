"""Which format a file is, and which column holds which field: presets first, then unmistakable names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lifeworth.errors import InputError, UsageError
from lifeworth.sources.cells.cell import Cell
from lifeworth.sources.fields import EXPORTS, FIELDS, SALES, Field, plain
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.presets.by_name import shape_by_name
from lifeworth.sources.presets.online_retail import ONLINE_RETAIL
from lifeworth.sources.presets.preset import Preset, Shaper
from lifeworth.sources.presets.salesforce import SALESFORCE, SALESFORCE_SIGNATURE
from lifeworth.sources.presets.shopify import SHOPIFY
from lifeworth.sources.presets.stripe import STRIPE
from lifeworth.sources.presets.woocommerce import WOOCOMMERCE, WOOCOMMERCE_ANALYTICS
from lifeworth.sources.request import KINDS
from lifeworth.sources.shape import Ask, Shape
from lifeworth.sources.typed import Mapped

PRESETS: tuple[Preset, ...] = (SHOPIFY, *STRIPE, *ONLINE_RETAIL, *WOOCOMMERCE, *WOOCOMMERCE_ANALYTICS)
UNUSED_KINDS = ("surveys", "subscriptions")

# Columns that together belong to one kind of table and to no other; the first match decides.
_MARKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("surveys", ("surveyid",)),
    ("surveys", ("instrument", "score")),
    ("subscriptions", ("subscriptionid",)),
    ("leads", ("leadid",)),
    ("leads", ("opportunityid",)),
    ("leads", ("stagename", "closedate")),
    ("leads", ("stagename", "leadsource")),
    ("leads", ("dealstage", "createdate")),
    ("service", ("ticketid", "customerid")),
    ("refunds", ("refundedat", "amount")),
    ("refunds", ("refundedon", "amount")),
    ("refunds", ("refundid", "amount")),
    ("touches", ("customerid", "touchedon")),
    ("touches", ("customerid", "touchedat")),
    ("spend", ("spenton", "amount")),
    ("order_costs", ("orderid", "costtype", "amount")),
    ("customers", ("customerid", "acquisitionchannel")),
    ("customers", ("customerid", "createdon")),
    ("customers", ("customerid", "totalspent", "totalorders")),
)


@dataclass(frozen=True)
class Recognised:
    """What a file is: its kind, the preset's name, its mapped columns and how its rows take shape."""

    kind: str
    preset: str
    mapped: Mapped
    shape: Shaper | None = None
    currency: str | None = None
    is_table: bool = False
    id_must_repeat: bool = False


def recognise(opened: Opened, kind: str | None, chosen: Mapping[str, str], label: str) -> Recognised:
    """Say what a file is, or list its columns and the mapping lines to copy."""
    if kind is not None and kind not in KINDS:
        raise UsageError(f"There is no kind {kind!r}. Kinds are: {', '.join(KINDS)}.")
    headers = _by_plain_name(opened)
    if kind in (None, "orders", "order_lines"):
        for preset in PRESETS:
            if all(plain(name) in headers for name in preset.signature):
                return _from_preset(preset, opened, chosen, label)
    kind = kind or _kind_by_marks(headers)
    if kind in UNUSED_KINDS:
        return Recognised(kind, "by its columns", Mapped(opened, label, {}), is_table=True)
    if kind not in (None, "orders", "order_lines"):
        return _as_table(kind, opened, chosen, label)
    return _as_sales(kind, opened, chosen, label)


def _by_plain_name(opened: Opened) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, header in enumerate(opened.headers):
        found.setdefault(plain(header), []).append(position)
    return found


def _kind_by_marks(headers: Mapping[str, object]) -> str | None:
    for kind, marks in _MARKS:
        if all(mark in headers for mark in marks):
            return kind
    names = set(headers)
    if names & {"unitcost", "costperitem", "productcost"} and not names & {"orderid", "customerid", "ordernumber"}:
        return "products"
    return None


def _cell(opened: Opened, position: int) -> Cell:
    return Cell(f"c{position}", opened.types[position], opened.headers[position])


def _find(opened: Opened, names: tuple[str, ...], field: str, label: str) -> Cell | None:
    """The column one of the names means; two columns of the same name are a question."""
    headers = _by_plain_name(opened)
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
            return _cell(opened, positions[0])
    return None


def _chosen(opened: Opened, fields: Mapping[str, Field], chosen: Mapping[str, str], kind: str, label: str
            ) -> dict[str, tuple[Field, Cell]]:  # fmt: skip
    """Fields given by ``--map field=column`` (or ``kind.field=column``) that this file has."""
    found = {}
    for key, header in chosen.items():
        scope, _, name = key.rpartition(".")
        name = "ordered_at" if name == "date" else name
        if (scope and scope != kind) or name not in fields:
            continue
        cell = _find(opened, (header,), name, label)
        if cell is not None:
            found[name] = (fields[name], cell)
    return found


def check_map(chosen: Mapping[str, str], files: Mapping[str, Opened]) -> None:
    """Every ``--map`` line names a field that exists and a column that some file has."""
    known = {field.name for fields in FIELDS.values() for field in fields} | {"date"}
    headers = {plain(header) for opened in files.values() for header in opened.headers}
    for key, header in chosen.items():
        name = key.rpartition(".")[2]
        if name not in known:
            raise UsageError(f"--map {key}={header}: there is no field {name!r}. Fields are: "
                             f"{', '.join(sorted(known - {'date'}))}.")  # fmt: skip
        if plain(header) not in headers:
            shown = "; ".join(f"{label}: {', '.join(o.headers[:30])}" for label, o in files.items())
            raise UsageError(f"--map {key}={header}: no file has a column {header!r}. Columns are: {shown}.")


def _from_preset(preset: Preset, opened: Opened, chosen: Mapping[str, str], label: str) -> Recognised:
    if preset.refusal:
        raise InputError(f"{preset.name}: not enough to value customers", file=label, remedy=preset.refusal)
    known = {field.name: field for field in (*SALES, *EXPORTS)}
    fields: dict[str, tuple[Field, Cell]] = {}
    for name, columns in preset.fields.items():
        cell = _find(opened, columns, name, label)
        if cell is not None:
            fields[name] = (known[name], cell)
    added = _chosen(opened, known, chosen, "orders", label)
    shape = _with_profit(preset.shape) if "line_profit" in added else preset.shape
    mapped = Mapped(opened, label, {**fields, **added}, preset.is_utc)
    return Recognised("orders", preset.name, mapped, shape, preset.currency)


def _with_profit(shaper: Shaper) -> Shaper:
    """The same shape with the mapped profit column beside it."""

    def shaped(has: frozenset[str], ask: Ask) -> Shape:
        shape = shaper(has, ask)
        return replace(shape, columns={**shape.columns, "profit": "v_line_profit"})

    return shaped


def _as_table(kind: str, opened: Opened, chosen: Mapping[str, str], label: str) -> Recognised:
    known = {field.name: field for field in FIELDS[kind]}
    fields = _named(opened, FIELDS[kind], label) | _chosen(opened, known, chosen, kind, label)
    missing = [field for field in FIELDS[kind] if field.required and field.name not in fields]
    if kind == "refunds" and not fields.keys() & {"order_id", "customer_id"}:
        missing.append(known["order_id"])
    if missing:
        raise not_understood(kind, opened, missing, label)
    return Recognised(kind, _table_preset(kind, opened), Mapped(opened, label, fields), is_table=True)


def _table_preset(kind: str, opened: Opened) -> str:
    """The export format of a table beside the orders, where its columns give it away."""
    headers = _by_plain_name(opened)
    if kind == "leads" and all(plain(name) in headers for name in SALESFORCE_SIGNATURE):
        return SALESFORCE
    return "by its columns"


def _named(opened: Opened, fields: tuple[Field, ...], label: str) -> dict[str, tuple[Field, Cell]]:
    found: dict[str, tuple[Field, Cell]] = {}
    taken: set[str] = set()
    for field in fields:
        cell = _find(opened, tuple(n for n in field.synonyms if n not in taken), field.name, label)
        if cell is not None:
            found[field.name] = (field, cell)
            taken.add(plain(cell.header))
    return found


def _as_sales(kind: str | None, opened: Opened, chosen: Mapping[str, str], label: str) -> Recognised:
    known = {field.name: field for field in SALES}
    fields = _named(opened, SALES, label) | _chosen(opened, known, chosen, kind or "orders", label)
    bare = None
    if "customer_id" not in fields and "order_id" not in fields:
        bare = _find(opened, ("id",), "customer_id", label)
        if bare is not None:
            fields["customer_id"] = (known["customer_id"], bare)
    is_lines_only = "order_id" in fields and not {"customer_id", "ordered_at"} & fields.keys()
    if kind != "orders" and is_lines_only and fields.keys() & {"product_id", "product_name", "amount", "unit_price"}:
        return Recognised("order_lines", "by its columns", Mapped(opened, label, fields), is_table=True)
    missing = [known[name] for name in ("customer_id", "ordered_at") if name not in fields]
    if missing:
        raise not_understood(kind or "orders", opened, missing, label)
    mapped = Mapped(opened, label, fields)
    return Recognised(kind or "orders", "by its columns", mapped, shape_by_name, id_must_repeat=bare is not None)


def not_understood(kind: str, opened: Opened, missing: list[Field], label: str) -> InputError:
    """The error that lists a file's columns and the ``--map`` lines to copy."""
    lines = "\n".join(f"    --map {field.name}=COLUMN" for field in missing)
    option = ", or what the file is (such as --customers FILE or --products FILE)" if kind == "orders" else ""
    return InputError(
        f"no column is known to hold the {' or the '.join(field.words for field in missing)}",
        file=label,
        line=1,
        found=f"columns {', '.join(opened.headers[:60])}",
        remedy=f"Say which column it is{option}:\n{lines}",
    )
