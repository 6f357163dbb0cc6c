"""What must hold for any shop: it adds up, the future stays out, order and naming do not matter."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_spec import Rows, add_up, fill
from ledger_spec import settings as rules_of

from lifeworth import ledger
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.store.engine import Engine

START = date(2024, 1, 1)
CUT = START + timedelta(days=40)
Shop = dict[str, Rows]

RULES = """
returns_resold = 0.7
costs = [{cost = 'margin', rate = 0.37, valid_from = 2024-01-20}, {cost = 'margin', rate = 0.2, category = 'c1'},
         {cost = 'payment_fee', rate = 0.029, fixed = 0.3}, {cost = 'shipping', fixed = 4.9},
         {cost = 'pick_pack', per_unit = 0.3}, {cost = 'returns_handling', fixed = 3, valid_to = 2024-02-15},
         {cost = 'service_ticket', fixed = 2, per_minute = 0.4}, {cost = 'contact', fixed = 0.05}]
"""

# One engine for all examples: making a database costs more than the books of a tiny shop.
few = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return DuckDB(threads=1)


def cents(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(lambda value: f"{value / 100:.2f}")


days = st.integers(0, 80).map(lambda day: START + timedelta(days=day))
customers = st.sampled_from(["ana", "bob", "cy", "007"])
products = st.sampled_from(["p1", "p2", "p3"])


@st.composite
def order(draw: st.DrawFn, number: int) -> tuple[dict[str, Any], Rows]:
    name = f"O{number}"
    lines = [
        {
            "order_id": name,
            "line_no": place,
            "product_id": draw(products),
            "category": draw(st.sampled_from(["c1", "c2", None])),
            "kind": draw(st.sampled_from(["goods", "goods", "goods", "shipping", "gift_card", "sample"])),
            "quantity": draw(st.integers(1, 4)),
            "amount": draw(cents(0, 5000)),
            "unit_cost_given": draw(st.none() | cents(0, 1000)),
        }
        for place in range(draw(st.integers(0, 3)))
    ]
    row = {
        "order_id": name,
        "customer_id": draw(customers),
        "ordered_on": draw(days),
        "channel": draw(st.sampled_from(["ads", "shop", None])),
        "gross": draw(cents(0, 9000)),
        "discount": draw(cents(0, 500)),
        "shipping_charged": draw(cents(0, 500)),
        "profit_given": draw(st.none() | st.none() | cents(-1000, 3000)),
    }
    return row, lines


@st.composite
def refund(draw: st.DrawFn, number: int, orders: int) -> dict[str, Any]:
    named = st.integers(0, orders).map(lambda value: f"O{value}")
    return {
        "refund_id": f"R{number}",
        "order_id": draw(st.none() | named),
        "customer_id": draw(st.none() | customers),
        "refunded_on": draw(days),
        "amount": draw(cents(0, 9000)),
        "product_id": draw(st.none() | products),
        "quantity": draw(st.none() | st.integers(0, 6)),
        "profit_given": draw(st.none() | st.none() | cents(-3000, 0)),
        "kind": draw(st.sampled_from(["refund", "cancellation"])),
    }


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    count = draw(st.integers(1, 8))
    orders = [draw(order(number)) for number in range(count)]
    tickets = draw(st.lists(st.tuples(customers, days, st.none() | cents(0, 900)), max_size=3))
    touches = draw(st.lists(st.tuples(customers, days, st.none() | cents(0, 90)), max_size=3))
    spend = draw(st.lists(st.tuples(days, st.sampled_from(["ads", "tv"]), cents(1, 9000)), max_size=3))
    costs = draw(st.lists(st.tuples(st.integers(0, count), cents(0, 900)), max_size=3))
    return {
        "orders": [row for row, _ in orders],
        "order_lines": [line for _, lines in orders for line in lines],
        "refunds": [draw(refund(number, count)) for number in range(draw(st.integers(0, 6)))],
        "products": [{"product_id": "p1", "unit_cost": draw(cents(0, 900))}] * draw(st.integers(0, 1)),
        "service": [
            {"ticket_id": f"T{n}", "customer_id": who, "opened_on": on, "cost": cost, "handle_minutes": 3.5}
            for n, (who, on, cost) in enumerate(tickets)
        ],
        "touches": [{"customer_id": who, "touched_on": on, "unit_cost": cost} for who, on, cost in touches],
        "spend": [{"spent_on": on, "channel": channel, "amount": amount} for on, channel, amount in spend],
        "order_costs": [
            {"order_id": f"O{number}", "cost_type": "shipping_paid", "amount": amount} for number, amount in costs
        ],
    }


def keep(engine: Engine, shop: Shop, rules: str = RULES, as_of: date = CUT) -> None:
    fill(engine, list(shop.items()))
    ledger.keep_books(engine, rules_of(rules))
    ledger.close_books(engine, as_of)
    ledger.histories(engine, CUT, "ledger_histories")


def everything(engine: Engine, *tables: str) -> dict[str, list[str]]:
    return {table: sorted(map(str, engine.rows(f"SELECT * FROM {table}"))) for table in tables}


ALL = ("ledger_orders", "ledger_events", "ledger_acquisition", "ledger_customers", "ledger_coverage")
ALL += ("ledger_waterfall", "ledger_reconciliation", "ledger_unreconciled", "ledger_histories")


@few
@given(shop=shops(), ruled=st.booleans(), day=st.integers(0, 90))
def test_profit_adds_up_to_the_last_digit(engine: Engine, shop: Shop, ruled: bool, day: int) -> None:
    as_of = START + timedelta(days=day)
    keep(engine, shop, RULES if ruled else "", as_of)
    add_up(engine, as_of)


@few
@given(shop=shops())
def test_a_refund_is_split_without_losing_anything_or_taking_back_too_much(engine: Engine, shop: Shop) -> None:
    shop["refunds"] = [row | {"order_id": None} for row in shop["refunds"]]
    keep(engine, shop)
    refunded = "SELECT COALESCE(sum(amount), 0) FROM sources_refunds"
    assert engine.value(refunded) == -engine.value("SELECT COALESCE(sum(revenue_effect), 0) FROM ledger_events")
    too_much = """
        SELECT count(*) FROM (
          SELECT r.order_id, r.product_id, sum(r.quantity) AS back,
                 (SELECT sum(quantity) FROM sources_order_lines l
                  WHERE l.order_id = r.order_id AND l.product_id = r.product_id) AS sold
          FROM ledger_returns r WHERE r.order_id IS NOT NULL GROUP BY ALL)
        WHERE back > sold OR sold IS NULL"""
    assert engine.value(too_much) == 0
    later = "SELECT count(*) FROM ledger_events WHERE order_day > happened_on"
    assert engine.value(later) == 0


@few
@given(shop=shops(), seed=st.integers(0, 2**32))
def test_the_order_of_rows_does_not_matter(engine: Engine, shop: Shop, seed: int) -> None:
    keep(engine, shop)
    before = everything(engine, *ALL)
    shuffled = {table: random.Random(seed).sample(rows, len(rows)) for table, rows in shop.items()}
    keep(engine, shuffled)
    assert everything(engine, *ALL) == before


@few
@given(shop=shops())
def test_what_happens_after_the_cut_changes_nothing_before_it(engine: Engine, shop: Shop) -> None:
    whole = shop | {"spend": []}
    moments = {"orders": "ordered_on", "refunds": "refunded_on", "service": "opened_on", "touches": "touched_on"}
    known = {
        table: [row for row in rows if table not in moments or row[moments[table]] < CUT]
        for table, rows in whole.items()
    }
    placed = {row["order_id"] for row in known["orders"]}
    for table in ("order_lines", "order_costs"):
        known[table] = [row for row in known[table] if row["order_id"] in placed]
    # A refund of an order that is yet to come cannot be told from a refund of an unknown one.
    known["refunds"] = whole["refunds"] = [
        row for row in whole["refunds"] if row["order_id"] is None or row["order_id"] in placed
    ]
    known["refunds"] = [row for row in known["refunds"] if row["refunded_on"] < CUT]
    told = ("ledger_histories", "ledger_customers", "ledger_coverage", "ledger_waterfall")
    # Goods sold before any cost is known take the first rate known, whenever that is; a margin always holds.
    rules = RULES.replace(", valid_from = 2024-01-20", "")
    keep(engine, known, rules)
    before = everything(engine, *told)
    keep(engine, whole, rules)
    assert everything(engine, *told) == before


@few
@given(shop=shops(), late=st.integers(1, 90))
def test_a_late_refund_ends_where_one_in_time_does(engine: Engine, shop: Shop, late: int) -> None:
    first = shop["orders"][0]
    shop["refunds"], shop["touches"], shop["service"] = [], [], []
    row = {
        "refund_id": "R",
        "order_id": first["order_id"],
        "amount": "12.34",
        "kind": "cancellation",
        "refunded_on": first["ordered_on"],
    }
    end = START + timedelta(days=400)
    columns = "* EXCLUDE (recency_days, T_days)"
    rules = RULES.replace(", valid_to = 2024-02-15", "")

    def outcome(refunded_on: date) -> list[str]:
        keep(engine, shop | {"refunds": [row | {"refunded_on": refunded_on}]}, rules, end)
        ledger.histories(engine, end, "ledger_histories")
        found = engine.rows(f"SELECT {columns} FROM ledger_histories") + engine.rows("SELECT * FROM ledger_customers")
        return sorted(map(str, found))

    assert outcome(first["ordered_on"] + timedelta(days=late)) == outcome(first["ordered_on"])


@few
@given(shop=shops())
def test_a_full_refund_takes_the_money_and_leaves_the_purchase(engine: Engine, shop: Shop) -> None:
    shop["refunds"], shop["order_costs"] = [], []
    for row in shop["orders"]:
        row |= {"profit_given": None, "discount": "0", "gross": str(row["gross"]).replace("0.00", "1.00")}
    first = shop["orders"][0]
    margin = "costs = [{cost = 'margin', rate = 0.25}]"
    end = START + timedelta(days=400)

    def history() -> list[Any]:
        ledger.histories(engine, end, "ledger_histories")
        return engine.rows("SELECT * EXCLUDE (returned_share) FROM ledger_histories ORDER BY customer_id")

    amount = float(first["gross"]) + float(first["shipping_charged"])
    back = {"order_id": first["order_id"], "amount": f"{amount:.2f}", "refunded_on": first["ordered_on"]}
    shop["order_lines"], shop["products"] = [], []
    keep(engine, shop | {"refunds": [back]}, margin, end)
    refunded = history()
    first |= {"gross": "0", "shipping_charged": "0"}
    keep(engine, shop, margin, end)
    assert history() == refunded


@few
@given(shop=shops(), margins=st.tuples(st.integers(-100, 100), st.integers(-100, 100)))
def test_profit_never_rises_when_the_margin_falls(engine: Engine, shop: Shop, margins: tuple[int, int]) -> None:
    orders = {row["order_id"] for row in shop["orders"]}
    shop["refunds"] = [row for row in shop["refunds"] if row["order_id"] in orders]
    for row in shop["orders"]:
        row["discount"] = "0"

    def profits(percent: int) -> list[Any]:
        keep(engine, shop, f"costs = [{{cost = 'margin', rate = {percent / 100}}}]")
        return [p for (p,) in engine.rows("SELECT profit FROM ledger_customers ORDER BY customer_id")]

    low, high = sorted(margins)
    assert all(less <= more for less, more in zip(profits(low), profits(high), strict=True))
