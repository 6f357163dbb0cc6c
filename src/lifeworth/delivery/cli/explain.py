"""``lifeworth explain``: one customer's number, taken apart."""

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from lifeworth.answers.customer import CustomerAnswer, explain_customer
from lifeworth.answers.estimate import Estimate
from lifeworth.delivery.cli.result import find_result
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import one_file
from lifeworth.values.contributions import Effect, Making
from lifeworth.values.keeping import read_kept

NOTHING = "nothing at all"

_SITUATIONS = {
    "new": "first purchase less than 60 days ago",
    "one order": "one purchase so far",
    "regular": "several purchases and likely still there",
    "lapsing": "several purchases and likelier than not to have left",
}


def explain(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="A customer_id as it stands in customer_value.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of the result.")] = Path("lifeworth-result"),
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="Store of the result [default: OUT/store]")
    ] = None,
) -> None:
    """Say how a customer's past and expected value come about."""
    published = find_result(out, store)
    engine = DuckDB()
    try:
        for view, file in (
            ("values_customers", published.folder / "customer_value.parquet"),
            ("ledger_customers", published.folder / "tables" / "ledger_customers.parquet"),
        ):
            source = f"read_parquet({one_file(file)}, hive_partitioning=false)"
            engine.execute(f"CREATE VIEW {view} AS SELECT * FROM {source}")
        for line in explanation(explain_customer(engine, customer, read_kept(published.folder))):
            typer.echo(line)
    finally:
        engine.close()


def explanation(a: CustomerAnswer) -> Iterator[str]:
    """The answer in lines of plain words."""
    money = f" {a.currency}" if a.currency else ""
    level = f"{a.interval_level:.0%} range"

    def said(e: Estimate, unit: str = money, digits: int = 0) -> str:
        return _with_range(e, unit, digits, a.interval_level)

    yield f"{a.customer_id}: worth about {said(a.value)} of {a.basis} over the {a.horizon_days} days from {a.as_of}"
    yield ""
    for reason in a.reasons:
        yield f"  - {reason}"
    yield f"  evidence {a.evidence}: {a.evidence_meaning}"
    yield ""
    yield "What has been"
    when = f"{a.first_order_on} to {a.last_order_on}"
    yield (
        f"  1 order on {a.first_order_on}"
        if a.orders == 1
        else f"  {a.orders} orders, purchase days {a.purchase_days}, {when}"
    )
    for step in a.waterfall:
        if step.amount or step.kind in ("start", "total"):
            yield f"  {'= ' if step.kind == 'total' else '  '}{step.step:<36}{step.amount:>14,.2f}{money}"
    yield ""
    yield "What is expected"
    alive = f"{a.p_alive:.0%} likely" if a.p_alive_known else "after one purchase the model cannot tell"
    yield f"  still a customer             {alive}, {a.days_since_last} days after the last order"
    orders = a.expected_orders
    yield f"  orders                       {said(orders, '')}"
    if a.next_order[0] is not None:
        first, last = a.next_order[1:]
        yield f"  next order                   about {a.next_order[0]} ({level} {first} to {last})"
    else:
        yield "  next order                   more likely not within the horizon"
    yield f"  net revenue                  {said(a.revenue)}"
    yield f"  {f'value (discounted {a.basis})':<29}{said(a.value)}"
    if isfinite(a.residual.mean):
        yield f"  whole remaining relationship {said(a.residual)}"
        yield f"  past and future together     {said(a.lifetime)}"
    else:
        yield "  whole remaining relationship not stated: beyond the horizon nobody can say how long contracts last"
    yield ""
    yield from _made(a, money)
    yield ""
    if a.value.low == a.value.high == 0.0:
        share = f"{a.interval_level:.0%}"
        yield f"“{NOTHING.capitalize()}”: in at least {share} of the simulated futures nothing comes; the figure before it is the average over all of them."
    yield f"{a.definition}"
    yield f"Model: {a.model} ({a.model_version}), {a.run_id}"


def _with_range(e: Estimate, unit: str, digits: int, share: float) -> str:
    """A figure with its range; where the whole range is nothing, that nothing is the likeliest."""
    mean, low, high = (round(part, digits) + 0.0 for part in (e.mean, e.low, e.high))
    if low == high == 0.0:
        return f"{e.mean + 0.0:,.2f}{unit} ({share:.0%} range: {NOTHING})"
    if low == high:
        return f"{mean:,.{digits}f}{unit} ({share:.0%} range: {low:,.{digits}f} alone)"
    shown = f"{e.mean + 0.0:,.2f}" if unit == "" else f"{mean:,.{digits}f}"
    return f"{shown}{unit} ({share:.0%} range {low:,.{digits}f} to {high:,.{digits}f})"


def _made(a: CustomerAnswer, money: str) -> Iterator[str]:
    yield "How that comes about"
    if a.making is None:
        yield f"  {a.making_absent}"
        return
    yield from _opinions(a.making, money)
    if a.making.rule:
        yield f"  Used: {a.making.rule}. What the methods say was heard, but on past days it did no better."
    else:
        yield from _effects(a.making, money)
    yield _line(a.making.revenue, money, "net revenue expected", "=")
    kept = "costs taken off, discounted" if a.basis == "profit" else "discounted"
    yield _line(a.value.mean, money, f"value ({kept})", "=")


def _line(amount: float, money: str, words: str, sign: str = " ") -> str:
    return f"  {sign} {amount:>+14,.2f}{money}  {words}"


def _opinions(making: Making, money: str) -> Iterator[str]:
    yield (
        f"  Situation: {making.situation} ({_SITUATIONS.get(making.situation, 'as this result named it')}). "
        f"What each method expects over {making.window_days} days, all brought to one total:"
    )
    for one in making.opinions:
        weight = "not used" if making.rule else f"weight {one.weight:4.0%}"
        yield f"    {one.method:<30}{weight}   orders {one.orders:6.2f}   revenue {one.revenue:>12,.2f}{money}"
    if making.window_days < making.horizon_days:
        yield f"  The purchase model carries this from {making.window_days} to {making.horizon_days} days."


def _effects(making: Making, money: str) -> Iterator[str]:
    yield f"  Over {making.horizon_days} days, against the average customer (parts of the answer, not causes):"
    yield _line(making.average, money, "the average customer")
    for effect in making.effects:
        yield _line(effect.money, money, _told(effect))
    yield _line(making.correction, money, f"total corrected, x {making.total_factor:.2f} for everybody")


def _told(effect: Effect) -> str:
    if not effect.value:
        return effect.meaning
    usual = f", average {effect.usual}" if effect.usual else ""
    return f"{effect.meaning}: {effect.value}{usual}"
