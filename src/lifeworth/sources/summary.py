"""What a load says when it is done: the report and its warnings in plain sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lifeworth.settings import Settings
from lifeworth.sources.billing import Billing, sentences
from lifeworth.sources.marks import UNUSED_KINDS
from lifeworth.sources.opening.opened import Opened
from lifeworth.sources.people import People
from lifeworth.sources.report import FileAccount, FileReading, LoadReport, SetAside
from lifeworth.sources.shape import NO_CUSTOMER
from lifeworth.sources.stage import Staged, Terms, attribute_columns
from lifeworth.store.engine import Engine

_HUGE = Decimal(10**9)
_FAR_FROM_USUAL = 10_000


@dataclass(frozen=True)
class Facts:
    """What the load knows at its end. ``unpriced``: orders without an amount or a line that could tell it."""

    terms: Terms
    accounts: Sequence[FileAccount]
    staged: Sequence[Staged]
    opened: Sequence[Opened]
    conflicts: int
    as_of: date | None
    people: People | None = None
    unpriced: int = 0
    billing: Billing | None = None


def summarise(engine: Engine, facts: Facts) -> LoadReport:
    """The report of a load."""
    [(orders, first, last)] = engine.rows("SELECT count(*), min(ordered_on), max(ordered_on) FROM sources_orders")
    after = 0
    if facts.as_of is not None and last is not None and last >= facts.as_of:
        after = engine.value("SELECT count(*) FROM sources_orders WHERE ordered_on >= ?", [facts.as_of])
    priced = any(file.shape is not None and file.shape.has_money for file in facts.staged)
    has_money = priced or bool(engine.value("SELECT count(*) FROM sources_orders WHERE gross <> 0"))
    set_aside = _set_aside(facts)
    by_number = {file.file_no: file for file in facts.staged}
    warnings = [*_file_warnings(facts), *_load_warnings(engine, facts, set_aside, has_money or not orders)]
    return LoadReport(
        files=tuple(facts.accounts),
        readings=tuple(
            _reading(by_number[a.file_no], a.name, facts.terms.settings)
            for a in facts.accounts
            if a.file_no in by_number
        ),
        warnings=tuple(dict.fromkeys(warnings)),
        currency=facts.terms.reported,
        set_aside=set_aside,
        has_money=has_money,
        conflicts=facts.conflicts,
        first_day=first,
        last_day=last,
        orders=orders,
        orders_after=after,
        billing=facts.billing,
    )


def _set_aside(facts: Facts) -> SetAside:
    reasons = [r for file in facts.accounts for r in file.reasons if r.reason == NO_CUSTOMER]
    amount = sum((r.amount or Decimal(0) for r in reasons), Decimal(0))
    return SetAside(sum(r.rows for r in reasons), amount, facts.terms.reported)


def _reading(file: Staged, name: str, settings: Settings) -> FileReading:
    mapped, opened = file.source.mapped, file.source.mapped.opened
    fields = {name: cell.header for name, (_, cell) in mapped.fields.items()}
    used = {*fields.values(), *attribute_columns(file.source, settings)}
    return FileReading(
        file=name,
        kind=file.source.kind,
        preset=file.source.preset,
        encoding=opened.encoding,
        delimiter=opened.delimiter,
        decimal=file.written.notation.decimal,
        date_order=file.written.date_order,
        fields=fields,
        unused=tuple(header for header in opened.headers if header not in used),
        notes=file.notes,
    )


def _file_warnings(facts: Facts) -> Iterator[str]:
    for opened in facts.opened:
        yield from opened.warnings
    for file in facts.accounts:
        for reason in file.reasons:
            if reason.verdict == "quarantined":
                yield (
                    f"{file.name}: {reason.rows:,} {'row was' if reason.rows == 1 else 'rows were'} quarantined: {reason.reason} "
                    f"(first: line {reason.first_line})."
                )
        if file.kind in UNUSED_KINDS:
            yield f"{file.name}: {UNUSED_KINDS[file.kind]}. Its {file.rows_read:,} rows were counted and not used."
    names = {account.file_no: account.name for account in facts.accounts}
    for staged in facts.staged:
        for warning in staged.warnings:
            yield f"{names[staged.file_no]}: {warning}"


def _load_warnings(engine: Engine, facts: Facts, aside: SetAside, has_money: bool) -> Iterator[str]:
    unit = f" {aside.currency}" if aside.currency else ""
    if aside.rows:
        yield (
            f"{aside.rows:,} rows name no customer. They are set apart: {aside.amount:,.2f}{unit} belong to no "
            "customer's value."
        )
    if facts.people is not None:
        yield from facts.people.sentences
    yield from sentences(facts.billing)
    if facts.conflicts:
        yield (
            f"{facts.conflicts:,} entries came in different versions. The newest file's version counts; the others "
            "are listed as duplicates."
        )
    if not has_money:
        yield "No column says what an order was worth: orders are counted, nothing can be valued in money."
    if facts.unpriced:
        orders = "1 order has" if facts.unpriced == 1 else f"{facts.unpriced:,} orders have"
        yield f"{orders} no line in any file that says what was paid: such orders count as 0."
    yield from _currency_warnings(facts)
    back = engine.value(
        "SELECT count(*) FROM sources_orders WHERE lower(status) = 'refunded' "
        "AND order_id NOT IN (SELECT order_id FROM sources_refunds WHERE order_id IS NOT NULL)"
    )
    if back:
        yield f"{back:,} orders have the status refunded, but no refund says how much went back: their money counts."
    if has_money:
        yield from _outliers(engine, facts)


def _currency_warnings(facts: Facts) -> Iterator[str]:
    reported = facts.terms.reported
    sales = [file for file in facts.staged if file.shape is not None]
    if reported is None:
        if not sales and not any(file.source.mapped.of_type("money") for file in facts.staged):
            return
        yield "No file says which currency its amounts are in. Name it with --currency."
        return
    for file in sales:
        name = next(a.name for a in facts.accounts if a.file_no == file.file_no)
        others = {code: rows for code, rows in file.written.codes.items() if code != reported}
        if others:
            listed = ", ".join(f"{rows:,} rows in {code}" for code, rows in sorted(others.items()))
            yield (
                f"{name} holds {listed} beside {reported}. Amounts are never added across currencies: without a rate "
                "such rows are quarantined."
            )
        if not file.written.codes and facts.terms.settings.currency is None:
            yield f"{name} does not state its currency; it was taken as {reported} like the other files."


def _outliers(engine: Engine, facts: Facts) -> Iterator[str]:
    [(largest, usual)] = engine.rows(
        "SELECT max(gross - discount + shipping_charged), approx_quantile(gross, 0.5) FROM sources_orders"
    )
    if largest is None:
        return
    is_far = usual is not None and usual > 0 and largest > _FAR_FROM_USUAL * Decimal(usual)
    if largest >= _HUGE or is_far:
        yield (
            f"The largest order is {largest:,.2f}, a usual one {usual:,.2f}. It is kept in the accounts; check that "
            "it is real."
        )
