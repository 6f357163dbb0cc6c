"""Waterfalls by group: to the last digit of the ledger, whatever the shop looks like."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from margins_shop import adds_up, ago, built, kept, loaded, step

from lifeworth.insight import margins
from lifeworth.insight.margins import after_sale
from lifeworth.insight.margins.waterfalls.folding import NOT_STATED, OTHERS, Group, fold
from lifeworth.insight.margins.waterfalls.rounding import UNIT, round_to_total
from lifeworth.insight.margins.waterfalls.steps import STEPS
from lifeworth.ledger.customers import MONEY_COLUMNS
from lifeworth.settings import Settings, read_settings

MARGIN = {"cost": "margin", "rate": "0.4"}
HANDLING = {"cost": "returns_handling", "fixed": "3"}


def crowd(count, **order):
    """So many customers, an order each."""
    return [
        {"order_id": f"A{n:03d}", "customer_id": f"C{n:03d}", "ordered_on": ago(40), "gross": 10, **order}
        for n in range(count)
    ]


def test_a_group_has_its_own_bars_its_shares_and_its_difference_from_the_base():
    shop = {
        "orders": [
            *crowd(10, channel="search", gross=100, shipping_charged=5),
            *(
                {**order, "order_id": f"B{n}", "customer_id": f"D{n}"}
                for n, order in enumerate(crowd(10, channel="market", gross=100))
            ),
        ],
        "order_costs": [
            {"order_id": f"B{n}", "cost_type": "commission", "amount": 12, "currency": "EUR"} for n in range(10)
        ],
        "refunds": [{"order_id": "B0", "refunded_on": ago(30), "amount": 50}],
    }
    engine = built(shop, [MARGIN, HANDLING])
    found = {
        name: step(engine, "channel", "market", name)
        for name in ("Gross sales", "Refunds", "Commission", "Profit before winning customers")
    }
    assert found == {
        "Gross sales": 1000, "Refunds": -50, "Commission": -120,
        "Profit before winning customers": 1000 - 50 - 600 - 120 - 3,
    }  # fmt: skip
    [row] = engine.records(
        "SELECT * FROM margins_waterfall WHERE grouping = 'channel' AND member = 'market' AND step = 'Commission'"
    )
    assert (row["share_of_gross"], row["base_share"], row["difference"]) == pytest.approx((-0.12, -0.06, -0.06))
    assert row["customers"] == 10 and adds_up(engine) == []


def test_goods_take_their_own_money_and_their_part_of_what_stands_on_the_order():
    shop = {
        "orders": [{"order_id": f"A{n}", "customer_id": f"C{n}", "ordered_on": ago(40), "gross": 100, "discount": 10, "shipping_charged": 9, "channel": "x"} for n in range(10)],
        "order_lines": [
            line
            for n in range(10)
            for line in (
                {"order_id": f"A{n}", "product_id": "bread", "category": "food", "unit_price": 30, "amount": 30},
                {"order_id": f"A{n}", "product_id": "pan", "category": "tools", "unit_price": 70, "amount": 60, "discount": 10},
            )
        ],
        "products": [{"product_id": "bread", "unit_cost": 20, "currency": "EUR"}, {"product_id": "pan", "unit_cost": 25, "currency": "EUR"}],
        "order_costs": [{"order_id": "A0", "cost_type": "shipping_paid", "amount": 9, "currency": "EUR"}],
        "refunds": [
            {"order_id": "A1", "product_id": "pan", "quantity": 1, "amount": 60, "refunded_on": ago(30)},
            {"order_id": "A2", "amount": 9, "refunded_on": ago(30)},
        ],
        "service": [{"ticket_id": "T", "customer_id": "C3", "order_id": "A3", "opened_on": ago(20), "cost": 6, "currency": "EUR"}],
        "touches": [{"customer_id": "C4", "touched_on": ago(20), "type": "letter", "unit_cost": 3, "currency": "EUR"}],
        "spend": [{"spent_on": ago(40), "channel": "x", "amount": 50}],
    }  # fmt: skip
    engine = built(shop, [{"cost": "returns_handling", "fixed": "4"}])
    third, two_thirds = Decimal(1) / 3, Decimal(2) / 3
    tools = {
        "Gross sales": 700, "Discounts": -100, "Shipping charged": 90 * two_thirds, "Refunds": -(60 + 9 * two_thirds),
        "Goods": -(250 - 25), "Shipping": -9 * two_thirds, "Returns handling": -(4 + 4 * two_thirds),
        "Service": -6 * two_thirds, "Communications": -3 * two_thirds, "Winning customers": 0,
    }  # fmt: skip
    for name, amount in tools.items():
        assert float(step(engine, "category", "tools", name)) == pytest.approx(float(amount), abs=1e-3), name
    assert float(step(engine, "product", "bread", "Refunds")) == pytest.approx(float(-9 * third), abs=1e-3)
    assert step(engine, "category", NOT_STATED, "Winning customers") == -50
    assert adds_up(engine) == []


def test_steps_are_those_of_the_ledger():
    engine = built({"orders": crowd(12)})
    ledger = engine.rows("SELECT step, kind FROM ledger_waterfall ORDER BY position")
    assert [(step.name, step.kind) for step in STEPS] == ledger
    assert engine.value("SELECT count(*) FROM margins_waterfall WHERE grouping = 'base'") == len(STEPS)


def test_profit_given_by_line_stays_with_its_goods():
    shop = {
        "orders": [{"order_id": f"A{n}", "customer_id": f"C{n}", "ordered_on": ago(9), "gross": 50, "profit_given": 3} for n in range(10)],
        "order_lines": [
            line
            for n in range(10)
            for line in (
                {"order_id": f"A{n}", "product_id": "p", "category": "paper", "amount": 20, "profit_given": 9},
                {"order_id": f"A{n}", "product_id": "t", "category": "tables", "amount": 30, "profit_given": -6},
            )
        ],
    }  # fmt: skip
    engine = built(shop)
    assert step(engine, "category", "tables", "Profit before winning customers") == -60
    assert step(engine, "category", "paper", "Profit before winning customers") == 90
    assert adds_up(engine) == []


def test_customers_known_only_by_an_event_are_not_lost():
    shop = {
        "orders": crowd(30, channel="search"),
        "service": [
            {"ticket_id": f"T{n}", "customer_id": f"X{n}", "opened_on": ago(3), "cost": 2, "currency": "EUR"}
            for n in range(11)
        ],
    }
    engine = built(shop)
    assert step(engine, "tier", NOT_STATED, "Service") == -22 == step(engine, "channel", NOT_STATED, "Service")
    assert adds_up(engine) == []


def test_groups_of_few_people_stand_only_among_the_others():
    people = [{"channel": "search"}] * 40 + [{"channel": "fair"}] * 6 + [{"channel": "shop"}] * 12
    shop = {"orders": [order | who for order, who in zip(crowd(58), people, strict=True)]}
    engine = built(shop)
    named = {
        member for (member,) in engine.rows("SELECT DISTINCT member FROM margins_waterfall WHERE grouping = 'channel'")
    }
    assert named == {"search", OTHERS}
    assert (
        engine.value(
            "SELECT any_value(customers) FROM margins_waterfall WHERE grouping = 'channel' AND member = 'others'"
        )
        == 18
    )
    assert adds_up(engine) == []


def money(gross):
    return dict.fromkeys(MONEY_COLUMNS, Decimal(0)) | {"gross": Decimal(gross)}


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 500)), min_size=1, max_size=12),
    st.integers(1, 8),
    st.booleans(),
)
def test_folding_loses_no_money_and_shows_no_few(sizes, most, apart):
    groups = [Group(f"g{place}", people, money(gross)) for place, (people, gross) in enumerate(sizes)]
    shown = fold(groups, most, apart=apart)
    assert sum(group.amounts["gross"] for group in shown) == sum(gross for _, gross in sizes)
    assert all(group.customers >= 10 for group in shown if group.member != OTHERS)
    rest = [group for group in groups if group.member not in {one.member for one in shown}]
    people = sum(group.customers for group in rest) if apart else max((group.customers for group in rest), default=0)
    assert people == 0 or people >= 10 or all(group.member == OTHERS for group in shown)


@hypothesis_settings(deadline=None)
@given(st.lists(st.fractions(-1000, 1000), min_size=1, max_size=40))
def test_rounding_keeps_the_total_and_moves_nothing_by_more_than_a_unit(fractions):
    parts = [Decimal(f.numerator) / Decimal(f.denominator) for f in fractions]
    total = sum(parts, Decimal(0)).quantize(UNIT)
    rounded = round_to_total(parts, total)
    assert sum(rounded) == total
    assert all(abs(before - after) <= UNIT for before, after in zip(parts, rounded, strict=True))


amounts = st.decimals(0, 300, places=2)
days = st.integers(-20, 500)


@st.composite
def shops(draw):
    people = [*(f"C{n}" for n in range(draw(st.integers(1, 14)))), None]
    orders, lines, refunds, costs, service, touches = [], [], [], [], [], []
    for n in range(draw(st.integers(0, 16))):
        who, day = draw(st.sampled_from(people)), draw(days)
        orders.append(
            {"order_id": f"A{n}", "customer_id": who, "ordered_on": ago(day), "channel": draw(st.sampled_from(["s", " ", None, "m'x"])),
             "country": draw(st.sampled_from(["DE", None])), "gross": draw(amounts), "discount": draw(st.sampled_from([0, 1])),
             "shipping_charged": draw(st.sampled_from([0, 4])), "profit_given": draw(st.sampled_from([None, None, None, 5]))}
        )  # fmt: skip
        for k in range(draw(st.integers(0, 3))):
            lines.append(
                {"order_id": f"A{n}", "line_no": k, "product_id": draw(st.sampled_from(["p", "q", None])),
                 "category": draw(st.sampled_from(["food", "tools", None])), "amount": draw(st.sampled_from([0, 7, 33])),
                 "discount": draw(st.sampled_from([None, 2])), "kind": draw(st.sampled_from(["goods", "goods", "discount", "gift_card"]))}
            )  # fmt: skip
        if draw(st.booleans()):
            costs.append(
                {
                    "order_id": f"A{n}",
                    "cost_type": draw(st.sampled_from(["shipping_paid", "commission"])),
                    "amount": draw(amounts),
                    "currency": "EUR",
                }
            )
        if draw(st.booleans()):
            refunds.append(
                {"order_id": draw(st.sampled_from([f"A{n}", None])), "customer_id": who, "refunded_on": ago(day - 5), "amount": draw(amounts),
                 "refund_id": f"R{n}", "product_id": draw(st.sampled_from(["p", "q", "zz", None])), "quantity": draw(st.sampled_from([None, 1]))}
            )  # fmt: skip
    for n in range(draw(st.integers(0, 6))):
        who = draw(st.sampled_from([*people[:-1], "only a ticket"]))
        service.append(
            {
                "ticket_id": f"T{n}",
                "customer_id": who,
                "order_id": draw(st.sampled_from([None, "A0"])),
                "opened_on": ago(draw(days)),
                "cost": draw(amounts),
                "currency": "EUR",
            }
        )
        touches.append(
            {
                "customer_id": who,
                "touched_on": ago(draw(days)),
                "type": "mail",
                "unit_cost": draw(amounts),
                "currency": "EUR",
            }
        )
    spend = [{"spent_on": ago(d), "channel": "s", "amount": draw(amounts)} for d in draw(st.lists(days, max_size=3))]
    products = (
        [{"product_id": "p", "unit_cost": 3, "category": "food", "currency": "EUR"}] if draw(st.booleans()) else []
    )
    tables = {
        "orders": orders,
        "order_lines": lines,
        "refunds": refunds,
        "order_costs": costs,
        "service": service,
        "touches": touches,
        "spend": spend,
        "products": products,
    }
    return tables, draw(
        st.sampled_from([[], [MARGIN], [MARGIN, HANDLING, {"cost": "payment_fee", "rate": "0.029", "fixed": "0.3"}]])
    )


def add_up(shop, most_orders):
    engine, frame = kept(*shop)
    usual, after_sale.MOST_ORDERS = after_sale.MOST_ORDERS, most_orders
    try:
        margins.build(engine, frame)
    finally:
        after_sale.MOST_ORDERS = usual
    assert adds_up(engine) == []
    left = [table for table in engine.tables() if table.startswith("margins_")]
    assert left == sorted(table.name for table in margins.TABLES)
    engine.close()


@hypothesis_settings(max_examples=10, deadline=None)
@given(shops(), st.sampled_from([5, 300_000]))
def test_every_grouping_adds_up_to_the_ledger_whatever_the_shop(shop, most_orders):
    add_up(shop, most_orders)


@pytest.mark.study
@hypothesis_settings(max_examples=300, deadline=None)
@given(shops(), st.sampled_from([5, 300_000]))
def test_every_grouping_adds_up_to_the_ledger_in_three_hundred_shops(shop, most_orders):
    add_up(shop, most_orders)


def test_a_large_shop_is_asked_in_part_and_still_adds_up(monkeypatch):
    """Own money of goods is that of every line; only what stands on the order is divided as in the orders asked."""
    lines = [
        {
            "order_id": f"A{n:03d}",
            "product_id": "p" if n % 2 else "q",
            "category": "food" if n % 2 else "tools",
            "amount": 10,
        }
        for n in range(300)
    ]
    costs = [
        {"order_id": f"A{n:03d}", "cost_type": "shipping_paid", "amount": 1 + n % 7, "currency": "EUR"}
        for n in range(300)
    ]
    monkeypatch.setattr(after_sale, "MOST_ORDERS", 60)
    engine = built({"orders": crowd(300), "order_lines": lines, "order_costs": costs}, [MARGIN])
    assert step(engine, "category", "food", "Gross sales") == 1500 == step(engine, "category", "tools", "Gross sales")
    assert float(step(engine, "category", "food", "Shipping")) == pytest.approx(-600, rel=0.3)
    assert engine.value("SELECT max(customers) FROM margins_waterfall WHERE grouping = 'product'") is None
    assert adds_up(engine) == []


# --- real books

DATA = Path(os.environ.get("LIFEWORTH_DATA", Path(__file__).parents[3] / "shared" / "data"))


def real_books(path, config=None, **said):
    if not path.exists():
        pytest.skip(f"{path} is not here; set LIFEWORTH_DATA to the folder of real data")
    engine, frame = loaded(path, read_settings(config) if config else Settings(**said))
    margins.build(engine, frame)
    return engine


def test_superstore_adds_up_and_its_categories_earn_what_the_file_says():
    engine = real_books(DATA / "superstore" / "superstore.csv", map={"line_profit": "Profit"})
    assert adds_up(engine) == []
    found = {
        name: float(step(engine, "category", name, "Profit before winning customers"))
        for name in ("Furniture", "Office Supplies", "Technology")
    }
    # The sums of the column Profit by Category, by hand.
    assert found == pytest.approx(
        {"Furniture": 18451.27, "Office Supplies": 122490.80, "Technology": 145454.95}, abs=0.01
    )


@pytest.mark.study
def test_online_retail_adds_up_to_the_cent():
    engine = real_books(
        DATA / "online_retail_ii" / "online_retail_ii.parquet",
        Path(__file__).parents[2] / "examples" / "gift-wholesaler.toml",
    )
    assert adds_up(engine) == []
    assert engine.value("SELECT count(DISTINCT member) FROM margins_waterfall WHERE grouping = 'product'") > 150
