"""Which format a file is, and which column holds which field: presets first, then unmistakable names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lifeworth.errors import InputError, UsageError
from lifeworth.sources.cells.cell import Cell
from lifeworth.sources.columns import (
    by_plain_name,
    chosen_fields,
    fields_to_read,
    find_column,
    find_fields,
    not_understood,
)
from lifeworth.sources.fields import EXPORTS, FIELDS, SALES, Field, plain
from lifeworth.sources.marks import UNUSED_KINDS, kind_by_late_marks, kind_by_marks
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.presets.by_name import shape_by_name
from lifeworth.sources.presets.olist import OLIST_ITEMS, OLIST_ITEMS_FIELDS, OLIST_ITEMS_SIGNATURE, OLIST_ORDERS
from lifeworth.sources.presets.online_retail import ONLINE_RETAIL
from lifeworth.sources.presets.preset import Preset, Shaper
from lifeworth.sources.presets.salesforce import SALESFORCE, SALESFORCE_SIGNATURE
from lifeworth.sources.presets.shopify import SHOPIFY
from lifeworth.sources.presets.stripe import STRIPE
from lifeworth.sources.presets.woocommerce import WOOCOMMERCE, WOOCOMMERCE_ANALYTICS
from lifeworth.sources.request import KINDS
from lifeworth.sources.shape import Ask, Shape
from lifeworth.sources.typed import Mapped

PRESETS: tuple[Preset, ...] = (
    SHOPIFY,
    *STRIPE,
    *ONLINE_RETAIL,
    *WOOCOMMERCE,
    *WOOCOMMERCE_ANALYTICS,
    OLIST_ORDERS,
)

# What a list of leads' endings can say: without any of it, a file without creation dates completes nothing.
_ENDINGS = frozenset({"closed_on", "won_on", "won", "closed", "stage", "amount", "customer_id", "account_id"})


@dataclass(frozen=True)
class Recognised:
    """What a file is: its kind, the preset's name, its mapped columns and how its rows take shape.

    ``completes``: it lists no leads of its own, it says what became of those of another file.
    """

    kind: str
    preset: str
    mapped: Mapped
    shape: Shaper | None = None
    currency: str | None = None
    is_table: bool = False
    id_must_repeat: bool = False
    completes: bool = False


def recognise(opened: Opened, kind: str | None, chosen: Mapping[str, str], label: str) -> Recognised:
    """Say what a file is, or list its columns and the mapping lines to copy."""
    if kind is not None and kind not in KINDS:
        raise UsageError(f"There is no kind {kind!r}. Kinds are: {', '.join(KINDS)}.")
    headers = by_plain_name(opened)
    if kind in (None, "orders", "order_lines"):
        for preset in PRESETS:
            if _fits(preset, headers):
                return _from_preset(preset, opened, chosen, label)
    kind = kind or kind_by_marks(headers)
    if kind is None:
        fields, _ = _sales_fields(opened, chosen, "orders", label)
        if _is_no_sale(fields):
            kind = kind_by_late_marks(headers, chosen, fields)
    if kind is not None and kind in UNUSED_KINDS:
        return Recognised(kind, "by its columns", Mapped(opened, label, {}), is_table=True)
    if kind not in (None, "orders", "order_lines"):
        return _as_table(kind, opened, chosen, label)
    return _as_sales(kind, opened, chosen, label)


def _fits(preset: Preset, headers: Mapping[str, object]) -> bool:
    signature = {plain(name) for name in preset.signature}
    return signature == set(headers) if preset.is_exact else signature <= set(headers)


def _from_preset(preset: Preset, opened: Opened, chosen: Mapping[str, str], label: str) -> Recognised:
    if preset.refusal:
        raise InputError(f"{preset.name}: not enough to value customers", file=label, remedy=preset.refusal)
    known = {field.name: field for field in (*SALES, *EXPORTS)}
    fields: dict[str, tuple[Field, Cell]] = {}
    for name, columns in preset.fields.items():
        cell = find_column(opened, columns, name, label)
        if cell is not None:
            fields[name] = (known[name], cell)
    added = chosen_fields(opened, known, chosen, "orders", label)
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
    read = fields_to_read(FIELDS[kind], chosen, kind)
    fields = find_fields(opened, read, label) | chosen_fields(opened, known, chosen, kind, label)
    missing = [field for field in FIELDS[kind] if field.required and field.name not in fields]
    completes = kind == "leads" and [f.name for f in missing] == ["created_on"] and bool(_ENDINGS & fields.keys())
    if kind in ("refunds", "surveys") and not fields.keys() & {"order_id", "customer_id"}:
        missing.append(known["order_id" if kind == "refunds" else "customer_id"])
    if missing and not completes:
        raise not_understood(kind, opened, missing, label)
    mapped = Mapped(opened, label, fields)
    return Recognised(kind, _table_preset(kind, opened), mapped, is_table=True, completes=completes)


def refuse_endings_alone(known: Mapping[int, Recognised]) -> None:
    """What became of leads completes a list of them; without one, their creation dates are asked for."""
    leads = [source for source in known.values() if source.kind == "leads"]
    if leads and all(source.completes for source in leads):
        created_on = next(field for field in FIELDS["leads"] if field.name == "created_on")
        raise not_understood("leads", leads[0].mapped.opened, [created_on], leads[0].mapped.label)


def _table_preset(kind: str, opened: Opened) -> str:
    """The export format of a table beside the orders, where its columns give it away."""
    headers = by_plain_name(opened)
    if kind == "leads" and all(plain(name) in headers for name in SALESFORCE_SIGNATURE):
        return SALESFORCE
    return "by its columns"


def _sales_fields(
    opened: Opened, chosen: Mapping[str, str], kind: str, label: str
) -> tuple[dict[str, tuple[Field, Cell]], bool]:
    """The fields of sales that a file has; and whether the customer stands in a bare ``id``."""
    known = {field.name: field for field in SALES}
    fields = find_fields(opened, fields_to_read(SALES, chosen, kind), label)
    fields |= chosen_fields(opened, known, chosen, kind, label)
    if "customer_id" in fields or "order_id" in fields:
        return fields, False
    bare = find_column(opened, ("id",), "customer_id", label)
    return (fields, False) if bare is None else ({**fields, "customer_id": (known["customer_id"], bare)}, True)


def _is_lines_only(fields: Mapping[str, object], kind: str | None) -> bool:
    """Lines of orders that stand in another file."""
    if kind == "orders" or "order_id" not in fields or {"customer_id", "ordered_at"} & fields.keys():
        return False
    return bool(fields.keys() & {"product_id", "product_name", "amount", "unit_price"})


def _is_no_sale(fields: Mapping[str, object]) -> bool:
    """Whether a file cannot be read as orders, as their lines or as a log."""
    return not _is_lines_only(fields, None) and not {"customer_id", "ordered_at"} <= fields.keys()


def _as_sales(kind: str | None, opened: Opened, chosen: Mapping[str, str], label: str) -> Recognised:
    fields, is_bare = _sales_fields(opened, chosen, kind or "orders", label)
    if _is_lines_only(fields, kind):
        return _as_lines(fields, opened, chosen, label)
    missing = [field for field in SALES if field.name in ("customer_id", "ordered_at") and field.name not in fields]
    if missing:
        raise not_understood(kind or "orders", opened, missing, label)
    mapped = Mapped(opened, label, fields)
    return Recognised(kind or "orders", "by its columns", mapped, shape_by_name, id_must_repeat=is_bare)


def _as_lines(
    fields: dict[str, tuple[Field, Cell]], opened: Opened, chosen: Mapping[str, str], label: str
) -> Recognised:
    if not {plain(name) for name in OLIST_ITEMS_SIGNATURE} <= set(by_plain_name(opened)):
        return Recognised("order_lines", "by its columns", Mapped(opened, label, fields), is_table=True)
    for field in fields_to_read(SALES, chosen, "order_lines"):
        column = OLIST_ITEMS_FIELDS.get(field.name)
        cell = find_column(opened, (column,), field.name, label) if column else None
        if cell is not None:
            fields.setdefault(field.name, (field, cell))
    return Recognised("order_lines", OLIST_ITEMS, Mapped(opened, label, fields), is_table=True)
