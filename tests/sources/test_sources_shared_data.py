"""Public data: exact figures, held against the raw files themselves."""

from decimal import Decimal

import pytest

OUTSIDE = "('B', 'TEST001', 'TEST002', 'BANK CHARGES', 'AMAZONFEE', 'CRUK', 'ADJUST', 'ADJUST2')"


@pytest.fixture
def retail(load, shared):
    path = shared / "online_retail_ii" / "online_retail_ii.parquet"
    loaded = load(path)
    loaded.engine.execute(
        "CREATE VIEW raw AS SELECT Invoice AS i, upper(StockCode) AS s, Quantity AS q, InvoiceDate AS d, "
        f"CAST(Price AS DECIMAL(18,4)) AS p, CAST(CustomerID AS VARCHAR) AS c FROM '{path}'"
    )
    return loaded


def test_online_retail_is_accounted_for(retail):
    [file] = retail.report.files
    assert (file.rows_read, file.rows_quarantined, file.rows_duplicate) == (1_044_847, 0, 0)
    assert retail.reasons == {
        "ignored: no customer": 235_287,
        "ignored: accounting adjustment, not a sale": 64,
        "ignored: fee without an order": 53,
        "ignored: test entry": 16,
    }
    assert retail.report.set_aside.rows == 235_287
    assert retail.report.set_aside.amount == retail.value("SELECT sum(q * p) FROM raw WHERE c IS NULL")
    assert sum(c.rows for c in file.classes) == 1_044_847
    assert sum(c.rows for c in file.classes if c.name.endswith("cancelled")) > 18_000


def test_online_retail_customers_before_the_cut(retail):
    """5,283 customers have an invoice that is no cancellation; 11 of them only tests or adjustments."""
    before = "d < '2011-09-10' AND c IS NOT NULL AND NOT starts_with(i, 'C')"
    assert retail.value(f"SELECT count(DISTINCT c) FROM raw WHERE {before}") == 5_283
    assert retail.value(f"SELECT count(DISTINCT c) FROM raw WHERE {before} AND s NOT IN {OUTSIDE}") == 5_272
    found = "SELECT count(DISTINCT customer_id) FROM sources_orders WHERE ordered_on < '2011-09-10'"
    assert retail.value(found) == 5_272
    only = retail.rows(
        f"SELECT DISTINCT s FROM raw WHERE {before} AND c NOT IN "
        "(SELECT customer_id FROM sources_orders WHERE ordered_on < '2011-09-10')"
    )
    assert sorted(only) == [("ADJUST",), ("TEST001",)]


def test_online_retail_money_per_customer_is_the_plain_sum(retail):
    wrong = retail.rows(
        "WITH ours AS (SELECT customer_id AS c, sum(a) AS a FROM (SELECT customer_id, gross - discount + shipping_charged "
        "AS a FROM sources_orders UNION ALL SELECT customer_id, -amount FROM sources_refunds) GROUP BY ALL), "
        f"plain AS (SELECT c, sum(q * p) AS a FROM raw WHERE c IS NOT NULL AND s NOT IN {OUTSIDE} GROUP BY ALL) "
        "SELECT * FROM ours FULL JOIN plain USING (c) WHERE ours.a IS DISTINCT FROM plain.a"
    )
    assert wrong == []
    assert retail.net == Decimal("16348281.7970")
    assert retail.value("SELECT count(*) FROM sources_refunds WHERE amount < 0") == 0


@pytest.mark.parametrize(
    ("file", "settings", "expected"),
    [
        ("cdnow/master.csv", {}, (69_659, 23_570, "2500315.63", None)),
        ("cdnow/sample.csv", {}, (6_919, 2_357, "244091.94", None)),
        ("grocery/elog.csv", {}, (10_483, 1_525, "0", None)),
        ("apparel/transactions.csv", {}, (3_187, 600, "124356.90", None)),
        ("superstore/superstore.csv", {"map": {"line_profit": "Profit"}}, (5_009, 793, "2297200.8603", "286397.0217")),
    ],
)
def test_other_public_files(load, shared, file, settings, expected):
    loaded = load(shared / file, **settings)
    [account] = loaded.report.files
    assert account.rows_loaded == account.rows_read
    [(orders, customers, gross, profit)] = loaded.rows(
        "SELECT count(*), count(DISTINCT customer_id), sum(gross), sum(profit_given) FROM sources_orders"
    )
    assert (orders, customers, gross) == (expected[0], expected[1], Decimal(expected[2]))
    assert profit == (expected[3] and Decimal(expected[3]))


def test_cdnow_keeps_leading_zeros_and_free_orders(load, shared):
    loaded = load(shared / "cdnow" / "master.csv")
    assert loaded.value("SELECT min(customer_id) FROM sources_orders") == "00001"
    assert loaded.value("SELECT count(*) FROM sources_orders WHERE gross = 0") == 80


def test_three_years_of_sales_given_in_any_order(load, shared):
    files = [shared / "adventureworks" / f"AdventureWorks_Sales_{year}.csv" for year in (2017, 2015, 2016)]
    loaded = load(*files)
    assert sum(file.rows_loaded for file in loaded.report.files) == 56_046
    assert {reading.date_order for reading in loaded.report.readings} == {"month-first"}
    assert load(*files, files[0]).net == loaded.net
