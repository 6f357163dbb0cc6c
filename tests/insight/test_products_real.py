"""The products of real shops: to the cent, postage is no product, and the next basket is named better than by the favourites."""

import os
from pathlib import Path

import pytest
from insight_shop import valued
from products_shop import books
from test_products import assert_adds_up
from test_products_page import voice_of

from lifeworth import demo, ledger, sources
from lifeworth.answers.products import customer_products
from lifeworth.insight import products
from lifeworth.insight.ground import create
from lifeworth.insight.products.proof import EVERY_PRODUCT, MODEL, NEW_PRODUCTS
from lifeworth.report.cards.products import products_cards
from lifeworth.settings import Settings, read_settings
from lifeworth.sources.request import FileRequest
from lifeworth.store.duckdb.engine import DuckDB

HOUSE = Path(__file__).parents[2]
EXAMPLES = HOUSE / "examples"


@pytest.fixture(scope="module")
def shared():
    folder = Path(os.environ.get("LIFEWORTH_DATA", HOUSE.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}")
    return folder


def asked(files, settings, scratch):
    engine = DuckDB(threads=2)
    sources.load(engine, files, settings, as_of=None, scratch=scratch)
    ledger.keep_books(engine, settings)
    as_of = engine.value("SELECT (max(ordered_on) + 1)::DATE FROM sources_orders")
    frame = books(engine, settings, as_of)
    products.build(engine, frame)
    return engine


@pytest.fixture(scope="module")
def retail(shared, tmp_path_factory):
    file = shared / "online_retail_ii" / "online_retail_ii.parquet"
    return asked(
        [FileRequest(file)], read_settings(EXAMPLES / "gift-wholesaler.toml"), tmp_path_factory.mktemp("retail")
    )


def test_a_wholesaler_to_the_cent(retail):
    assert_adds_up(retail, categories=False)
    named = "SELECT count(*) FROM products_sales WHERE upper(product_id) IN ('POST', 'DOT', 'M', 'D', 'C2', 'BANK CHARGES', 'ADJUST')"
    assert retail.value(named) == 0
    [(gross, orders)] = retail.rows(
        "SELECT gross, orders FROM products_sales WHERE product_id = '85123A' AND year IS NULL"
    )
    raw = (
        """SELECT sum(l.amount), count(DISTINCT l.order_id) FROM sources_order_lines l WHERE l.product_id = '85123A'"""
    )
    assert (gross, orders) == retail.rows(raw)[0]


def test_the_next_basket_of_a_wholesalers_customers(retail):
    """At least 1.3 times the hit rate of the favourites of all, on every product and on those new to the customer."""
    rows = {(row["counted"], row["method"]): row for row in retail.records("SELECT * FROM products_next_proof")}
    for counted in (EVERY_PRODUCT, NEW_PRODUCTS):
        assert rows[counted, MODEL]["baskets"] > 1_000
        assert rows[counted, MODEL]["times_popularity_low"] > 1.3
        assert rows[counted, MODEL]["serves"]
    assert retail.value("SELECT count(DISTINCT customer_id) FROM products_offers") == 500
    assert retail.value("SELECT min(lift_low) FROM products_pairs") > 1


def test_a_wholesalers_customers_do_not_spend_more_when_they_come_back(retail):
    [row] = retail.records("SELECT * FROM products_returning WHERE comparison LIKE 'later%' AND money = 'revenue'")
    assert row["customers"] > 2_000 and row["change_high"] < 0


def test_office_supplies_with_their_own_profit(shared, tmp_path):
    settings = Settings(currency="USD", map={"line_profit": "Profit"})
    engine = asked([FileRequest(shared / "superstore" / "superstore.csv")], settings, tmp_path)
    assert_adds_up(engine)
    raw = f"SELECT Category, sum(Profit::DECIMAL(18,4)) FROM read_csv('{shared}/superstore/superstore.csv', all_varchar = true) GROUP BY 1 ORDER BY 1"
    profit = "SELECT name, profit FROM products_sales WHERE grouped_by = 'category' AND year IS NULL ORDER BY name"
    assert engine.rows(profit) == engine.rows(raw)
    assert engine.value("SELECT count(*) FROM products_offers") == 0


def test_bicycles_with_product_costs(shared, tmp_path):
    folder = shared / "adventureworks"
    files = [FileRequest(folder / f"AdventureWorks_Sales_{year}.csv") for year in (2015, 2016, 2017)]
    files += [FileRequest(folder / "AdventureWorks_Products.csv")]
    files += [FileRequest(folder / "AdventureWorks_Customers.csv", "customers")]
    engine = asked(files, read_settings(EXAMPLES / "adventureworks.toml"), tmp_path)
    assert_adds_up(engine, categories=False)
    assert engine.value("SELECT count(*) FROM products_sales WHERE goods_cost > 0 AND year IS NULL") > 100
    assert engine.value("SELECT name FROM products_sales WHERE year IS NULL ORDER BY gross DESC LIMIT 1").startswith(
        "Mountain"
    )


def test_a_marketplace_where_hardly_anybody_returns(shared, tmp_path):
    named = ("orders", "order_items", "customers", "products")
    files = [FileRequest(shared / "olist_sample" / f"olist_{name}_dataset.csv") for name in named]
    engine = asked(files, read_settings(EXAMPLES / "olist.toml"), tmp_path)
    assert_adds_up(engine)
    assert engine.value("SELECT count(*) FROM products_offers") == 0
    assert (
        engine.value("SELECT count(*) FROM products_returning") == 0
        or engine.value("SELECT max(customers) FROM products_returning") > 10
    )


def test_the_demo_shop_to_the_cent(tmp_path):
    shop = demo.simulate(tmp_path, customers=400, seed=5)
    kinds = [kind for kind in shop.files if kind not in ("surveys", "experiments")]
    engine = asked([FileRequest(shop.files[kind], kind) for kind in kinds], read_settings(shop.config), tmp_path)
    assert_adds_up(engine)
    assert engine.value("SELECT count(*) FROM products_sales WHERE service > 0 AND product_id IS NOT NULL") > 0


@pytest.mark.study
def test_on_the_ground_as_it_is_laid_in_a_run(tmp_path):
    """The demo shop through the whole river."""
    shop = demo.simulate(tmp_path, customers=500, seed=5)
    files = [FileRequest(path, kind) for kind, path in shop.files.items()]
    engine, frame = valued(files, tmp_path, settings=read_settings(shop.config))
    create(engine, *products.TABLES)
    products.build(engine, frame)
    assert_adds_up(engine)
    assert engine.value("SELECT max(channels) FROM products_gateways") >= 3
    keys = {card.key for card in products_cards(customer_products(engine), voice_of())}
    assert keys >= {"products-sales", "products-gateways", "products-next", "products-baskets", "products-returning"}
