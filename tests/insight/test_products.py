"""What products sold, cost and earned: to the cent, by hand, and whatever a shop's files look like."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from products_shop import AS_OF, add, books, built, day, written

from lifeworth.errors import DataError
from lifeworth.insight import products
from lifeworth.insight.products.exact import make_exact
from lifeworth.insight.products.keyed import key_lines, key_orders, key_products
from lifeworth.insight.products.shares import share_orders
from lifeworth.settings import Settings

RULES = [
    {"cost": "margin", "rate": "0.4"},
    {"cost": "payment_fee", "rate": "0.03", "fixed": "0.1"},
    {"cost": "shipping", "fixed": "4"},
    {"cost": "returns_handling", "fixed": "3"},
    {"cost": "service_ticket", "fixed": "5"},
    {"cost": "contact", "fixed": "0.5"},
]
RULED = Settings(currency="EUR", returns_resold="0.7", costs=RULES)
STEPS = {
    "gross": "gross", "discount": "discount", "shipping_charged": "shipping_charged", "refunded": "refunded",
    "net_revenue": "net_revenue", "goods_cost": "goods_cost",
    "order_costs": "payment_fee + fulfilment + shipping_cost + commission", "returns_handling": "returns_handling",
    "service": "service", "communications": "contact", "profit": "profit",
}  # fmt: skip


def sales(engine, name, column, year=None):
    return engine.value(
        f"SELECT {column} FROM products_sales WHERE grouped_by = 'product' AND name = ? AND year IS NOT DISTINCT FROM ?",
        [name, year],
    )


def assert_adds_up(engine, *, categories=True):
    """Every step of every grouping, all years together and year by year, is that of the ledger to the last digit."""
    steps = dict(STEPS)
    if engine.value("SELECT basis FROM ledger_facts") == "revenue":
        del steps["profit"]
        assert engine.value("SELECT count(profit) FROM products_sales") == 0
    wanted = engine.rows(f"SELECT {', '.join(f'sum({sql})' for sql in steps.values())} FROM ledger_customers")[0]
    for grouped_by in ("product", "category") if categories else ("product",):
        for years in ("year IS NULL", "year IS NOT NULL"):
            sums = ", ".join(f"sum({name})" for name in steps)
            found = engine.rows(f"SELECT {sums} FROM products_sales WHERE grouped_by = '{grouped_by}' AND {years}")[0]
            assert found == wanted, (grouped_by, years)
    by_year = engine.rows(
        "SELECT year(day), sum(gross - discount + shipping_charged) FROM ledger_days GROUP BY 1 ORDER BY 1"
    )
    sold = engine.rows(
        "SELECT year, sum(gross - discount + shipping_charged) FROM products_sales WHERE grouped_by = 'product' "
        "AND year IS NOT NULL GROUP BY 1 HAVING sum(orders) > 0 ORDER BY 1"
    )
    assert sold == by_year


def test_an_order_is_shared_by_the_money_of_its_lines():
    engine = built(
        [("o1", "c1", day(40), {"shipping_charged": 5}), ("o2", "c2", day(30), {"discount": 10})],
        [
            ("o1", "a", 30, {"category": "x"}), ("o1", "b", 20, {"discount": 4}), ("o1", "POST", 5, {"kind": "shipping"}),
            ("o2", "a", 60, {}), ("o2", "M", 40, {"kind": "manual"}),
        ],
        settings=Settings(currency="EUR", costs=RULES[:2]),
        refunds=[
            {"order_id": "o1", "product_id": "a", "quantity": 1, "amount": 30, "refunded_on": day(10)},
            {"order_id": "o2", "amount": 10, "refunded_on": day(9)},
        ],
    )  # fmt: skip
    [found] = engine.records("SELECT * FROM products_sales WHERE name = 'a' AND year IS NULL")
    wanted = {
        "pieces": 2, "orders": 2, "gross": 90, "discount": 6, "shipping_charged": 3, "refunded": 36, "net_revenue": 51,
        "goods_cost": "32.4", "order_costs": "2.73", "profit": "15.87", "pieces_returned": 1, "category": "x",
        "return_rate_pieces": 0.5,
    }  # fmt: skip
    assert {name: found[name] for name in wanted} == {
        name: Decimal(value) if isinstance(value, int | str) and name not in ("category", "orders") else value
        for name, value in wanted.items()
    }
    assert found["return_rate_money"] == pytest.approx(36 / 84)
    assert found["customers"] is None
    assert sales(engine, "no product stated", "gross") == 40
    assert sales(engine, "no product stated", "refunded") == 4
    assert_adds_up(engine)


def test_what_names_no_product_stands_in_a_row_of_its_own():
    engine = built(
        [("o1", "c1", day(400), {}), ("o2", "c1", day(300), {"gross": 80}), ("o3", "c2", day(20), {})],
        [("o1", "a", 50, {}), ("o3", "card", 25, {"kind": "gift_card"}), ("o3", "a", 75, {})],
        settings=RULED,
        refunds=[
            {"customer_id": "c2", "product_id": "POST", "quantity": 1, "amount": 7, "refunded_on": day(5)},
            {"order_id": "o2", "amount": 20, "refunded_on": day(290)},
        ],
        touches=[{"customer_id": "c1", "touched_on": day(100), "type": "letter", "unit_cost": None, "currency": "EUR"}],
        service=[
            {"ticket_id": "t1", "customer_id": "c1", "order_id": "o1", "opened_on": day(390), "currency": "EUR"},
            {"ticket_id": "t2", "customer_id": "c2", "order_id": None, "opened_on": day(500), "currency": "EUR"},
        ],
    )
    assert_adds_up(engine, categories=False)
    rest = {
        name: sales(engine, "no product stated", name) for name in ("gross", "refunded", "communications", "service")
    }
    assert rest == {
        "gross": 105, "refunded": 27, "communications": Decimal("0.5"), "service": 5,
    }  # fmt: skip
    assert sales(engine, "a", "service") == 5
    assert sales(engine, "a", "gross", 2024) == 50 and sales(engine, "a", "gross", 2025) == 75
    assert engine.value("SELECT count(*) FROM products_sales WHERE grouped_by = 'category'") == 0


def test_handling_goes_to_what_came_back_in_the_parcel():
    engine = built(
        [("o1", "c1", day(40), {})],
        [("o1", "a", 30, {}), ("o1", "b", 20, {}), ("o1", "c", 50, {})],
        settings=RULED,
        refunds=[
            {"order_id": "o1", "product_id": "a", "quantity": 1, "amount": 30, "refunded_on": day(10)},
            {"order_id": "o1", "product_id": "b", "quantity": 1, "amount": 10, "refunded_on": day(10)},
        ],
    )
    assert [sales(engine, name, "returns_handling") for name in "abc"] == [Decimal("2.25"), Decimal("0.75"), 0]
    assert_adds_up(engine, categories=False)


def test_lines_keep_the_costs_of_their_own():
    engine = built(
        [("o1", "c1", day(40), {}), ("o2", "c2", day(30), {"profit_given": 11})],
        [("o1", "a", 30, {"quantity": 3}), ("o1", "b", 20, {}), ("o2", "a", 30, {}), ("o2", "b", 10, {})],
        settings=Settings(currency="EUR"),
        products=[
            {"product_id": "a", "product_name": "Apple", "category": "fruit", "unit_cost": 4, "currency": "EUR"},
            {"product_id": "b", "product_name": "Beet", "category": "roots", "unit_cost": 15, "currency": "EUR"},
        ],
    )
    assert sales(engine, "Apple", "goods_cost") == Decimal(12) + Decimal("21.75")
    assert sales(engine, "Beet", "goods_cost") == Decimal(15) + Decimal("7.25")
    assert engine.rows("SELECT DISTINCT name FROM products_sales WHERE grouped_by = 'category' ORDER BY 1") == [
        ("fruit",), ("roots",),
    ]  # fmt: skip
    assert_adds_up(engine)


def test_lines_with_a_profit_of_their_own_keep_it():
    engine = built(
        [("o1", "c1", day(40), {"profit_given": 9, "shipping_charged": 2}), ("o2", "c2", day(30), {"profit_given": 5})],
        [
            ("o1", "a", 30, {"profit_given": 12}), ("o1", "b", 20, {"profit_given": -5}),
            ("o2", "a", 10, {"profit_given": 2}), ("o2", "b", 10, {}),
        ],
        settings=Settings(currency="EUR"),
    )  # fmt: skip
    assert sales(engine, "a", "profit") + sales(engine, "b", "profit") == 14
    assert sales(engine, "a", "goods_cost") == 18 + 8 + Decimal("3.5")
    assert sales(engine, "b", "goods_cost") == 25 + Decimal("3.5")
    assert_adds_up(engine, categories=False)


def test_a_category_without_a_product_and_a_product_without_an_id():
    engine = built(
        [("o1", "c1", day(40), {})],
        [
            ("o1", None, 30, {"category": "fruit"}),
            ("o1", None, 20, {"product_name": "Beet"}),
            ("o1", None, 10, {}),
            ("o1", "", 5, {"category": "fruit"}),
        ],
        settings=RULED,
    )
    rows = engine.rows(
        "SELECT grouped_by, name, product_id, gross FROM products_sales WHERE year IS NULL ORDER BY 1, gross DESC"
    )
    assert rows == [
        ("category", "fruit", None, 35), ("category", "no category stated", None, 30),
        ("product", "no product stated", None, 45), ("product", "Beet", "Beet", 20),
    ]  # fmt: skip
    assert_adds_up(engine)


def test_customers_and_orders_are_counted_once_and_hidden_where_few():
    orders = [(f"o{n}", f"c{n % 12}", day(700 - 20 * n), {}) for n in range(30)]
    lines = [(f"o{n}", "a", 1, {}) for n in range(30)] + [(f"o{n}", "a", 2, {}) for n in range(5)]
    lines += [(f"o{n}", "b", 2, {}) for n in range(9)]
    engine = built(orders, lines, settings=RULED)
    assert sales(engine, "a", "orders") == 30 and sales(engine, "a", "customers") == 12
    assert sales(engine, "b", "orders") == 9 and sales(engine, "b", "customers") is None
    by_year = engine.rows("SELECT year, orders FROM products_sales WHERE name = 'a' AND year IS NOT NULL ORDER BY year")
    days = np.array([d.year for _, _, d, _ in orders])
    assert by_year == [(int(year), int((days == year).sum())) for year in np.unique(days)]


def test_the_future_tells_nothing():
    past = ([("o1", "c1", day(40), {}), ("o2", "c2", day(30), {})], [("o1", "a", 30, {}), ("o2", "b", 20, {})])
    later = (
        [*past[0], ("o3", "c1", AS_OF, {}), ("o4", "c3", day(-9), {})],
        [*past[1], ("o3", "a", 99, {"product_name": "Renamed", "category": "new"}), ("o4", "z", 5, {})],
    )
    refunds = [{"order_id": "o1", "product_id": "a", "quantity": 1, "amount": 30, "refunded_on": AS_OF}]
    first, second = built(*past, settings=RULED), built(*later, settings=RULED, refunds=refunds)
    for table in products.TABLES:
        sql = f"SELECT * FROM {table.name} ORDER BY ALL"
        assert first.rows(sql) == second.rows(sql), table.name


NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
amounts = st.integers(-50_000, 900_000).map(lambda cents: Decimal(cents) / 100)
line = st.tuples(
    st.sampled_from(["a", "b", "c", None]),
    amounts,
    st.sampled_from(["goods", "goods", "manual", "shipping", "gift_card"]),
    st.integers(0, 3),
    st.integers(0, 300).map(lambda cents: Decimal(cents) / 100),
)
order = st.tuples(
    st.integers(0, 5), st.integers(1, 900), st.lists(line, max_size=4), st.integers(0, 999), st.integers(0, 500)
)
refund = st.tuples(
    st.integers(0, 30),
    st.sampled_from(["a", "b", "zz", None]),
    st.integers(1, 99_999),
    st.booleans(),
    st.integers(1, 899),
)


@hypothesis_settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(st.lists(order, min_size=1, max_size=12), st.lists(refund, max_size=6), st.booleans())
def test_products_add_up_to_the_ledger_whatever_was_sold_and_given_back(orders, refunds, priced):
    made, lines = [], []
    for n, (customer, ago, held, shipping, coupon) in enumerate(orders):
        made.append(
            (
                f"o{n}",
                f"c{customer}",
                day(ago),
                {"shipping_charged": Decimal(shipping) / 100, "discount": Decimal(coupon) / 100},
            )
        )
        lines += [
            (
                f"o{n}",
                product,
                amount,
                {"kind": kind, "quantity": pieces, "discount": off, "category": "k" if product == "a" else None},
            )
            for product, amount, kind, pieces, off in held
        ]
    given_back = [
        {
            "order_id": f"o{which}" if named else None, "customer_id": f"c{which % 7}", "product_id": product,
            "quantity": 1, "amount": Decimal(cents) / 100, "refunded_on": day(ago),
        }
        for which, product, cents, named, ago in refunds
    ]  # fmt: skip
    catalogue = [
        {
            "product_id": "b",
            "product_name": "Beet",
            "category": "roots",
            "unit_cost": Decimal("3.3333"),
            "currency": "EUR",
        }
    ]
    engine, frame = written(
        made, lines, settings=RULED, refunds=given_back, products=catalogue if priced else [],
        touches=[{"customer_id": "c1", "touched_on": day(50), "type": "letter", "unit_cost": None, "currency": "EUR"}],
    )  # fmt: skip
    products.build(engine, frame)
    if engine.value("SELECT count(*) FROM products_sales"):
        assert_adds_up(
            engine, categories=bool(engine.value("SELECT count(*) FROM products_sales WHERE grouped_by = 'category'"))
        )
    engine.close()


def test_refunding_a_whole_order_leaves_no_money_behind():
    lines = [("o1", "a", 30, {}), ("o1", "b", 20, {})]
    engine = built(
        [("o1", "c1", day(40), {})],
        lines,
        settings=Settings(currency="EUR", costs=[RULES[0]]),
        refunds=[
            {"order_id": "o1", "product_id": p, "quantity": 1, "amount": a, "refunded_on": day(10)}
            for _, p, a, _ in lines
        ],
    )
    assert [sales(engine, name, "profit") for name in "ab"] == [0, 0]


def test_huge_amounts_are_shared_to_the_last_digit():
    engine = built(
        [("o1", "c1", day(40), {"shipping_charged": Decimal("99999999999.99")})],
        [("o1", "a", Decimal("33333333333.33"), {}), ("o1", "b", Decimal("0.01"), {})],
        settings=RULED,
    )
    assert_adds_up(engine, categories=False)


def test_shares_that_miss_a_total_are_a_defect_and_nothing_is_said():
    engine, frame = written([("o1", "c1", day(40), {})], [("o1", "a", 30, {})], settings=RULED)
    key_products(engine, frame.as_of)
    live = key_orders(engine, frame.as_of)
    key_lines(engine, live)
    share_orders(engine, frame.as_of, live)
    products.build(engine, frame)
    engine.execute("CREATE OR REPLACE TABLE products_cells AS SELECT 1 AS product_no, 2025 AS year, 1.0 AS pieces, 29 AS gross, "
                   "0 AS discount, 0 AS shipping_charged, 0 AS goods_cost, 0 AS order_costs")  # fmt: skip
    engine.execute("CREATE OR REPLACE TABLE products_after AS SELECT 1 AS product_no, 2025 AS year, 0 AS pieces_back, 0 AS refunded, "
                   "0 AS goods_back, 0 AS returns_handling, 0 AS service, 0 AS contact")  # fmt: skip
    engine.execute("CREATE OR REPLACE TABLE products_lines AS SELECT 1 AS product_no")
    with pytest.raises(DataError, match="miss the books' total"):
        make_exact(engine, frame.as_of)


@pytest.mark.parametrize(
    ("orders", "lines"),
    [
        ([], []),
        ([("o1", "c1", day(40), {"gross": 10})], []),
        ([("o1", "c1", day(40), {"gross": 0})], [("o1", "a", 0, {"quantity": 0})]),
        ([("o1", "c1", day(40), {})], [("o1", "POST", 5, {"kind": "shipping"})]),
        ([("o1", "c1", AS_OF, {})], [("o1", "a", 5, {})]),
        ([("o1", "c1", day(1), {"channel": ""})], [("o1", "a", -5, {"quantity": -1})]),
    ],
)
def test_odd_shops_fail_nothing(orders, lines):
    engine, frame = written(orders, lines, settings=RULED)
    products.build(engine, frame)
    assert set(engine.tables()) & {"products_lines", "products_orders", "products_known"} == set()


def test_everybody_refunded_and_ten_thousand_products():
    orders = [(f"o{n}", f"c{n}", day(400 + n % 300), {}) for n in range(2_000)]
    lines = [(f"o{n}", f"p{n * 5 + k:05d}", 10, {"category": f"k{n}"}) for n in range(2_000) for k in range(5)]
    engine, frame = written(orders, lines, settings=RULED)
    engine.execute("INSERT INTO sources_refunds BY NAME SELECT 'R' || order_id AS refund_id, order_id, customer_id, "
                   "ordered_at AS refunded_at, ordered_on AS refunded_on, gross AS amount, 'refund' AS kind, 'EUR' AS currency, "
                   "TRUE AS date_is_known, 1 AS file_no FROM sources_orders")  # fmt: skip
    frame = books(engine, RULED, AS_OF)
    products.build(engine, frame)
    assert_adds_up(engine)
    assert engine.value("SELECT count(*) FROM products_sales WHERE grouped_by = 'product' AND year IS NULL") == 10_000


def test_any_number_of_threads_gives_the_same_tables():
    rng = np.random.default_rng(5)
    orders = [(f"o{n}", f"c{rng.integers(80)}", day(int(rng.integers(1, 900))), {}) for n in range(600)]
    lines = [
        (f"o{n}", f"p{rng.integers(12)}", round(float(rng.gamma(2, 9)), 2), {"category": f"k{n % 3}"})
        for n in range(600)
        for _ in range(1 + n % 3)
    ]
    one, many = (built(orders, lines, settings=RULED, threads=threads) for threads in (1, 3))
    shuffled = built(orders[::-1], lines[::-1], settings=RULED, threads=2)
    for table in products.TABLES:
        sql = f"SELECT * FROM {table.name}"
        assert one.rows(sql) == many.rows(sql) == shuffled.rows(sql), table.name


def test_add_is_what_the_shop_says():
    engine, _ = written([("o1", "c1", day(40), {})], [("o1", "a", 30, {})])
    add(engine, "sources_touches", [])
    assert engine.value("SELECT gross FROM sources_orders") == 30
