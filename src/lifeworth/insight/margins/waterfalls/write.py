"""``margins_waterfall``: the bars of every group, as shares of gross sales and against the whole base."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lifeworth.insight.ground import Frame, fill
from lifeworth.insight.margins import tables
from lifeworth.insight.margins.after_sale import CATALOGUE
from lifeworth.insight.margins.waterfalls.customers import groups_of_customers
from lifeworth.insight.margins.waterfalls.folding import Group, fold
from lifeworth.insight.margins.waterfalls.goods import groups_of_goods
from lifeworth.insight.margins.waterfalls.steps import STEPS, bars
from lifeworth.ledger.customers import MONEY_COLUMNS
from lifeworth.store.engine import Engine

BASE, EVERYBODY = "base", "all customers"
MOST_GROUPS, MOST_PRODUCTS = 40, 200


def write_waterfalls(engine: Engine, frame: Frame, one_in: int) -> None:
    """The base, then every way of grouping it: tier, life cycle, persona, channel, country, category, product.

    ``one_in`` says how many customers stand behind one who was asked what followed single orders.
    """
    base = _everybody(engine)
    if base.customers == 0:
        return
    rows = list(_rows(BASE, (base,), base, {}))
    for grouping, groups in groups_of_customers(engine).items():
        rows += _rows(grouping, fold(groups, MOST_GROUPS), base, {})
    for grouping, groups in groups_of_goods(engine, frame.as_of, base.amounts, one_in).items():
        most, names = (MOST_PRODUCTS, _product_names(engine)) if grouping == "product" else (MOST_GROUPS, {})
        rows += _rows(grouping, fold(groups, most, apart=False), base, names, counted=one_in == 1)
    fill(engine, tables.WATERFALL, rows)


def _everybody(engine: Engine) -> Group:
    sums = ", ".join(f"COALESCE(sum(CAST({name} AS DECIMAL(38, 4))), 0) AS {name}" for name in MONEY_COLUMNS)
    [row] = engine.records(f"SELECT count(*) AS customers, {sums} FROM ledger_customers")
    return Group(EVERYBODY, int(row["customers"]), {name: row[name] for name in MONEY_COLUMNS})


def _product_names(engine: Engine) -> dict[str, str]:
    return dict(engine.rows(f"SELECT product_id, name FROM {CATALOGUE} WHERE name IS NOT NULL"))


def _rows(
    grouping: str, groups: tuple[Group, ...], base: Group, names: dict[str, str], *, counted: bool = True
) -> Iterator[list[Any]]:
    """The bars of every group; customers where everybody was counted."""
    usual = [_share(amount, base.amounts["gross"]) for amount in bars(base.amounts)]
    for place, group in enumerate(groups, 1):
        gross = group.amounts["gross"]
        for position, (step, amount) in enumerate(zip(STEPS, bars(group.amounts), strict=True), 1):
            share, base_share = _share(amount, gross), usual[position - 1]
            difference = None if share is None or base_share is None else share - base_share
            yield [
                grouping,
                place,
                group.member,
                names.get(group.member, group.member),
                (group.customers or None) if counted else None,
                position,
                step.name,
                step.kind,
                amount,
                share,
                base_share,
                difference,
            ]


def _share(amount: Decimal, gross: Decimal) -> float | None:
    return float(amount / gross) if gross > 0 else None
