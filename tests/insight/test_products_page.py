"""What a reader sees of products: the answer from the tables, and the cards with their findings."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from products_shop import AS_OF, built, day

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.products import (
    MODEL,
    MORE,
    NEW_PRODUCTS,
    PRODUCT,
    UNTOLD,
    Comparison,
    Gateway,
    Pair,
    Products,
    Tried,
    customer_products,
)
from lifeworth.answers.run_facts import RunFacts
from lifeworth.insight.ground import create
from lifeworth.insight.products import TABLES
from lifeworth.report.card import Bar, Name, Shade, Table
from lifeworth.report.cards.products import products_cards
from lifeworth.report.cards.products_baskets import basket_cards
from lifeworth.report.numbers import percent
from lifeworth.report.voice import Voice
from lifeworth.settings import Settings
from lifeworth.store.duckdb.engine import DuckDB

NOTHING = Products(None, (), (), (), (), (), (), (), 0, (), (), ())
HOSTILE = "<script>window.pwned=1</script>"


def voice_of(*, in_profit=True, currency="EUR"):
    basis = "profit" if in_profit else "revenue"
    facts = RunFacts("r", "1", AS_OF, 365, 0.8, 0.1, currency, basis, "", 1, {}, "BG/NBD", "", (), datetime(2025, 7, 1, tzinfo=UTC))  # fmt: skip
    return Voice(facts)


def usual(**settings):
    """Three shelves; p00 begins more; p29 costs more than it brings; one category comes back."""
    rng = np.random.default_rng(41)
    orders, lines, refunds = [], [], []
    for customer in range(420):
        gateway = customer % 7 == 0
        for visit in range(int(rng.integers(1, 4)) + 4 * gateway):
            order, ago = f"o{customer}-{visit}", 690 - 80 * visit - int(rng.integers(0, 60))
            orders.append((order, f"c{customer:03d}", day(max(ago, 1)), {"channel": "ab"[customer % 2]}))
            shelf = customer % 3
            held = ["p00"] if gateway and visit == 0 else []
            held += [f"p{10 * shelf + int(k):02d}" for k in rng.choice(np.arange(1, 10), size=3, replace=False)]
            for product in held:
                amount = Decimal(str(round(float(rng.gamma(9, 3)), 2)))
                lines.append((order, product, amount, {"category": f"shelf {int(product[1])}"}))
                if product == "p12" and rng.random() < 0.3:
                    refunds.append(
                        {
                            "order_id": order,
                            "product_id": product,
                            "quantity": 1,
                            "amount": amount,
                            "refunded_on": day(max(ago - 9, 1)),
                        }
                    )
    catalogue = [
        {
            "product_id": f"p{n:02d}",
            "product_name": f"Thing {n}",
            "category": f"shelf {n // 10}",
            "unit_cost": 40 if n == 29 else 10,
            "currency": "EUR",
        }
        for n in range(30)
    ]
    return built(
        orders,
        lines,
        refunds=refunds,
        products=catalogue if settings.get("costs", True) else [],
        settings=Settings(currency="EUR"),
    )


@pytest.fixture(scope="module")
def shop():
    return customer_products(usual())


@pytest.fixture(scope="module")
def cards(shop):
    return {card.key: card for card in products_cards(shop, voice_of())}


def test_the_answer_holds_every_table(shop):
    assert shop.shelf.products == 28 and shop.shelf.losing == 1 and shop.shelf.lost > 0
    assert [each.name for each in shop.worst] == ["Thing 29"]
    earned = [each.earned for each in shop.best]
    assert earned == sorted(earned, reverse=True) and all(each.profit == each.earned for each in shop.best)
    assert sum(earned[: shop.shelf.half]) >= sum(earned) / 2 > sum(earned[: shop.shelf.half - 1])
    assert {each.name for each in shop.categories} == {"shelf 0", "shelf 1", "shelf 2", "no category stated"} - {
        "no category stated"
    }
    assert next(g for g in shop.gateways if g.name == "Thing 0").verdict == MORE
    assert shop.trend("order value").months > 12 and shop.comparison("later orders", "profit").same_customers
    assert shop.offered == len({offer.customer_id for offer in shop.offers}) or len(shop.offers) == 100
    assert {period.period for period in shop.periods} == {"month", "quarter", "year"}


def test_every_card_says_its_finding_with_a_number_and_the_next_step(cards):
    assert {"products-sales", "products-gateways", "products-next", "products-baskets", "products-returning"} <= set(
        cards
    )
    for card in cards.values():
        assert re.search(r"\d", card.title) or "nothing" in card.title, card.title
        assert "Next: " in card.footer and card.footer.endswith(".")
        assert card.shown is not None and card.shown.rows


def test_titles_say_what_was_planted(cards, shop):
    assert "1 loses money" in cards["products-sales"].title and "Thing 29" in cards["products-sales"].caption
    assert any("shelf 1" in point for point in cards["products-sales"].points)
    assert (
        "Thing 0" in cards["products-gateways"].title and "more profit afterwards" in cards["products-gateways"].title
    )
    assert "new products" in cards["products-next"].title
    later = shop.comparison("later orders", "revenue").change
    assert f"spend {percent(abs(later.mean))} less an order" in cards["products-returning"].title and later.high < 0


def test_tables_have_a_cell_for_every_column(cards):
    for card in cards.values():
        for table in (card.shown, card.details):
            if isinstance(table, Table):
                assert all(len(row) == len(table.columns) for row in table.rows)
                for row in table.rows:
                    assert all(isinstance(cell, str | Bar | Shade | Name) for cell in row)


def test_in_revenue_no_profit_is_spoken_of():
    cards = products_cards(customer_products(usual(costs=False)), voice_of(in_profit=False, currency=None))
    for card in cards:
        if card.key != "products-returning":
            assert "profit" not in card.title.lower() and "profit" not in card.caption.lower()
    assert "revenue of all products" in cards[0].title and "lose" not in cards[0].title


def test_nothing_known_is_nothing_said():
    engine = DuckDB(threads=1)
    assert customer_products(engine) == NOTHING and products_cards(NOTHING, voice_of()) == ()
    create(engine, *TABLES)
    assert customer_products(engine) == NOTHING


def test_orders_without_lines_have_baskets_and_no_products():
    orders = [(f"o{n}", f"c{n % 40}", day(1 + n), {"gross": 30 + n % 9}) for n in range(500)]
    found = customer_products(built(orders, [], settings=Settings(currency="EUR")))
    keys = [card.key for card in products_cards(found, voice_of(in_profit=False))]
    assert keys == ["products-baskets", "products-returning"] and found.shelf is None


def gateway(**changes):
    usual = Gateway(
        PRODUCT,
        "Set",
        80,
        0.1,
        Estimate(20, 10, 30),
        Estimate(25, 12, 38),
        Estimate(15, 5, 25),
        22.0,
        MORE,
        365,
        800,
        "",
    )
    return replace(usual, **changes)


def gateways_card(*found):
    [card] = products_cards(replace(NOTHING, gateways=found), voice_of())
    return card


@pytest.mark.parametrize(
    ("found", "title"),
    [
        ([gateway()], "Newcomers who begin with Set bring €20 more profit afterwards than others like them"),
        (
            [gateway(same_basket=Estimate(1, -5, 7)), gateway(name="Two", later=Estimate(18, 9, 27))],
            "begin with Two bring €18 more",
        ),
        ([gateway(verdict=UNTOLD)], "What newcomers begin with tells nothing of what they bring afterwards"),
        ([gateway(verdict="brings less", later=Estimate(-7, -9, -5))], "bring €7 less profit"),
        ([gateway(whole=None, same_basket=None)], "bring €20 more"),
    ],
)
def test_what_is_said_of_gateways(found, title):
    assert title in gateways_card(*found).title


def test_a_product_that_only_seems_to_begin_more_is_named():
    card = gateways_card(gateway(), gateway(name="Heart", later=Estimate(1, -4, 6), naive=16.0, verdict=UNTOLD))
    assert any("Heart looks better than it is" in point and "€16" in point for point in card.points)
    card = gateways_card(gateway(), gateway(name="Dear", same_basket=Estimate(1, -4, 6)))
    assert any("Dear" in point and "large first order" in point for point in card.points)
    assert gateways_card(gateway()).points == ()


def comparison(mean, low, high, verdict):
    change = Estimate(mean, low, high)
    return Comparison(
        "later orders against the first, same customers", "revenue", 90, 50.0, 50 * (1 + mean), change, verdict, True
    )


@pytest.mark.parametrize(
    ("found", "title", "caption"),
    [
        (comparison(0.31, 0.25, 0.37, "more"), "spend 31 % more an order", "lies inside the range"),
        (comparison(-0.2, -0.25, -0.15, "less"), "spend 20 % less an order", "lies outside the range"),
        (comparison(0.01, -0.05, 0.07, "cannot be told"), "cannot be told", "lies outside"),
    ],
)
def test_what_is_said_of_those_who_come_back(found, title, caption):
    [card] = basket_cards(replace(NOTHING, comparisons=(found,)), voice_of())
    assert title in card.title.replace("\u00a0", " ") and caption in card.caption


def test_a_method_that_does_not_serve_is_not_praised():
    def tried(counted, method, share, *, serves=False):
        return Tried(
            counted,
            method,
            200,
            Estimate(share, share - 0.05, share + 0.05),
            Estimate(1.0, 0.9, 1.1),
            serves,
            date(2025, 6, 1),
        )

    pair = [tried("every product", MODEL, 0.4), tried("every product", "favourites of all customers", 0.42)]
    [card] = products_cards(replace(NOTHING, tried=tuple(pair)), voice_of())
    assert "do not tell" in card.title and card.details is None and "favourites" in card.footer
    good = [tried(NEW_PRODUCTS, MODEL, 0.4, serves=True), tried(NEW_PRODUCTS, "favourites of all customers", 0.2)]
    [card] = products_cards(replace(NOTHING, tried=tuple(good)), voice_of())
    assert "40\u00a0% of the next baskets" in card.title and "20\u00a0% for the favourites" in card.title


def test_a_pair_is_shown_once_from_the_rarer_product():
    lift = Estimate(3.0, 2.5, 3.6)
    pairs = (
        Pair("Bread", "Butter", 100, 20, 0.3, lift),
        Pair("Butter", "Bread", 100, 20, 0.8, lift),
        Pair("Tea", "Milk", 100, 12, 0.5, lift),
    )
    [card] = products_cards(replace(NOTHING, pairs=pairs), voice_of())
    assert [row[0].full for row in card.shown.rows] == ["Butter", "Tea"]
    assert card.title.startswith("Butter and Bread go into one basket 3.0 times")


def test_names_from_the_files_stay_text_and_are_cut():
    long = "x" * 90
    card = gateways_card(gateway(name=HOSTILE), gateway(name=long))
    cells = [row[0] for row in card.shown.rows]
    assert cells[0].full == HOSTILE and len(cells[1].text) <= 36 and cells[1].full == long
