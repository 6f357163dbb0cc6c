"""May these data be believed? What was understood, what is missing, what that does to the result."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from lifeworth.settings import Settings
from lifeworth.sources.load import load
from lifeworth.sources.report import Gap, LoadReport, Readiness
from lifeworth.sources.request import Request
from lifeworth.store.engine import Engine

_SHORT_HISTORY_DAYS = 180


def check(
    engine: Engine,
    requests: Sequence[Request],
    settings: Settings,
    *,
    as_of: date | None,
    scratch: Path,
    tell: Callable[[str], None] | None = None,
) -> Readiness:
    """Load the files (see :func:`~lifeworth.sources.load.load`) and say what is missing."""
    report = load(engine, requests, settings, as_of=as_of, scratch=scratch, tell=tell, needs_orders=False)
    return Readiness(report, tuple(find_gaps(engine, report, settings)))


def find_gaps(engine: Engine, report: LoadReport, settings: Settings) -> Iterator[Gap]:
    """What the loaded tables do not say, and what follows from it."""
    if not report.orders:
        yield Gap(
            "orders",
            "Nobody can be valued: lifeworth run needs to know who bought, when, and for how much.",
            "Add a file of orders or order lines, or of subscriptions that say what they bring.",
        )
        return
    if not report.has_money:
        yield Gap(
            "amounts",
            "Orders can be predicted, money cannot.",
            "Add a column with the amount of each order, or name it: --map amount=COLUMN.",
        )
    if report.currency is None:
        yield Gap("currency", "Amounts are shown without a unit.", "Name it: --currency EUR.")
    yield from _tax_gap(engine, report)
    yield from _cost_gaps(engine, settings)
    yield from _event_gaps(engine)
    yield from _history_gaps(report)


def _filled(engine: Engine, table: str, condition: str = "true") -> bool:
    return bool(engine.value(f"SELECT count(*) FROM {table} WHERE {condition}"))


def _cost_gaps(engine: Engine, settings: Settings) -> Iterator[Gap]:
    ruled = {rule.cost for rule in settings.costs}
    has_goods = (
        "margin" in ruled
        or _filled(engine, "sources_products", "unit_cost IS NOT NULL")
        or _filled(engine, "sources_orders", "profit_given IS NOT NULL")
        or _filled(engine, "sources_order_lines", "unit_cost_given IS NOT NULL")
    )
    if not has_goods:
        yield Gap(
            "cost of goods",
            "Values are in revenue, not in profit: a customer who buys only at a loss looks as good as any.",
            "Add a file of products with unit_cost, or a margin: --margin 0.35, or the file's own profit column: "
            "--map line_profit=COLUMN.",
        )
        return
    for cost, kind, words in (
        ("payment_fee", "payment_fee", "payment fees"),
        ("shipping", "shipping_paid", "shipping paid"),
        ("pick_pack", "pick_pack", "pick and pack"),
    ):
        if cost not in ruled and not _filled(engine, "sources_order_costs", f"cost_type = '{kind}'"):
            yield Gap(
                words,
                f"Profit is overstated by the {words} of every order.",
                f'Add a file of order costs, or a rule with cost = "{cost}" in lifeworth.toml.',
            )


def _tax_gap(engine: Engine, report: LoadReport) -> Iterator[Gap]:
    """Money that may hold tax looks like revenue."""
    named = any("tax" in reading.fields for reading in report.readings)
    if report.has_money and not named and not _filled(engine, "sources_orders", "tax <> 0"):
        yield Gap(
            "tax",
            "Amounts are taken as they stand. If they contain VAT or sales tax, revenue and profit are too high by it.",
            "Export net amounts, or name both: --map total=COLUMN --map tax=COLUMN takes the tax off.",
        )


def _event_gaps(engine: Engine) -> Iterator[Gap]:
    if not _filled(engine, "sources_refunds"):
        yield Gap("refunds", "Customers who send goods back look better than they are.", "Add a file of refunds.")
    elif _filled(engine, "sources_refunds", "NOT date_is_known"):
        yield Gap(
            "dates of refunds",
            "Refunds stand on the day of their order, so a look back sees them too early.",
            "Add a file of refunds with refunded_at.",
        )
    if not _filled(engine, "sources_service"):
        yield Gap("service tickets", "The cost of looking after a customer is missing.", "Add a file of tickets.")
    if not _filled(engine, "sources_spend"):
        yield Gap("marketing spend", "What winning a customer cost is missing.", "Add a file of spend by channel.")


def _history_gaps(report: LoadReport) -> Iterator[Gap]:
    if report.first_day and report.last_day:
        days = (report.last_day - report.first_day).days
        if days < _SHORT_HISTORY_DAYS:
            yield Gap(
                "a longer history",
                f"{days} days show few repeat purchases: ranges will be wide.",
                "Export all orders since the beginning.",
            )
    if report.set_aside.rows:
        unit = f" {report.currency}" if report.currency else ""
        yield Gap(
            f"the customer of {report.set_aside.rows:,} rows",
            f"{report.set_aside.amount:,.2f}{unit} belong to nobody's value.",
            "Export with customer ids or e-mail addresses, also for guests.",
        )
