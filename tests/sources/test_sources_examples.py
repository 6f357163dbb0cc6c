"""The configurations in ``examples/``, each with the command it gives, on the public files: every row accounted for."""

import re
import shlex
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lifeworth.delivery.cli.app import app
from lifeworth.settings import read_settings
from lifeworth.sources import FileRequest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOLDERS = {
    "adventureworks": ("adventureworks",),
    "ravenstack": ("ravenstack",),
    "superstore": ("superstore",),
    "olist": ("olist_sample",),
    "olist-leads": ("olist_sample", "olist_funnel"),
}


def command_of(name):
    """The command in the comment at the top of a configuration, as words after ``lifeworth``."""
    text = (EXAMPLES / f"{name}.toml").read_text()
    [command] = re.findall(r"^# (lifeworth (?:[^\n\\]|\\\n#)*)$", text, flags=re.M)
    return shlex.split(command.replace("\\\n#", ""))[1:]


@pytest.fixture
def example(load, shared):
    """Load an example as its command does; the accounts are checked row by row."""

    def run(name):
        words = command_of(name)[1:]
        kinds = {option: option.removeprefix("--").replace("-", "_") for option in words if option.startswith("--")}
        requests, kind = [], None
        for word in words:
            if word in kinds:
                kind = kinds[word]
            elif kind != "config":
                requests.append(FileRequest(place(shared, name, word), kind))
                kind = None
        settings = read_settings(EXAMPLES / f"{name}.toml").model_dump()
        return load(*requests, needs_orders=name != "ravenstack", **settings)

    return run


def place(shared, name, word):
    return next(shared / folder / word for folder in FOLDERS[name] if (shared / folder / word).exists())


def counted(loaded):
    return {
        (f.name.rpartition("/")[2], f.kind): (
            f.rows_read,
            f.rows_loaded,
            f.rows_duplicate,
            f.rows_quarantined,
            f.rows_ignored,
        )
        for f in loaded.report.files
    }


def test_adventureworks(example):
    loaded = example("adventureworks")
    assert counted(loaded) == {
        ("AdventureWorks_Sales_2015.csv", "orders"): (2_630, 2_630, 0, 0, 0),
        ("AdventureWorks_Sales_2016.csv", "orders"): (23_935, 23_935, 0, 0, 0),
        ("AdventureWorks_Sales_2017.csv", "orders"): (29_481, 29_481, 0, 0, 0),
        ("AdventureWorks_Products.csv", "products"): (293, 293, 0, 0, 0),
        ("AdventureWorks_Customers.csv", "customers"): (18_148, 18_148, 0, 0, 0),
        ("AdventureWorks_Returns.csv", "returns"): (1_809, 0, 0, 0, 1_809),
    }
    assert any("can be taken off nobody. Its 1,809 rows were counted" in w for w in loaded.report.warnings)
    assert loaded.value("SELECT count(*) FROM sources_refunds") == 0
    income = "SELECT attributes->>'AnnualIncome' FROM sources_customers WHERE customer_id = '11000'"
    assert loaded.value(income) == "$90,000", "amounts among attributes stay text"


def test_ravenstack(example):
    loaded = example("ravenstack")
    assert counted(loaded) == {
        ("ravenstack_subscriptions.csv", "subscriptions"): (5_000, 5_000, 0, 0, 0),
        ("ravenstack_accounts.csv", "customers"): (500, 500, 0, 0, 0),
        ("ravenstack_support_tickets.csv", "service"): (2_000, 2_000, 0, 0, 0),
        ("ravenstack_feature_usage.csv", "usage"): (25_000, 0, 0, 0, 25_000),
        ("ravenstack_churn_events.csv", "refunds"): (600, 142, 0, 0, 458),
        ("ravenstack_churn_events.csv", "surveys"): (600, 452, 0, 0, 148),
        ("ravenstack_support_tickets.csv", "surveys"): (2_000, 1_175, 0, 0, 825),
    }
    [(monthly, trials, running, overlapping)] = loaded.rows(
        "SELECT sum(mrr), count_if(is_trial), count_if(ended_on IS NULL), count(DISTINCT a.subscription_id) FILTER (EXISTS ("
        "SELECT 1 FROM sources_subscriptions b WHERE b.customer_id = a.customer_id AND b.subscription_id <> a.subscription_id "
        "AND b.started_on < coalesce(a.ended_on, DATE '2100-01-01') AND a.started_on < coalesce(b.ended_on, DATE '2100-01-01'))) "
        "FROM sources_subscriptions a"
    )
    assert (monthly, running) == (5_741_349 + 5_597_398, 5_000 - 486) and trials > 0 and overlapping > 4_000
    assert loaded.rows("SELECT min(started_on), max(ended_on) FROM sources_subscriptions")[0][0] >= date(2023, 1, 1)
    asked = "SELECT instrument, count(*), count(score), count(text) FROM sources_surveys GROUP BY 1 ORDER BY 1"
    assert loaded.rows(asked) == [("csat", 1_175, 1_175, 0), ("note", 452, 0, 452)]
    assert (
        loaded.value(
            "SELECT count(*) FROM sources_customers WHERE acquisition_channel IS NOT NULL AND created_on IS NOT NULL"
        )
        == 500
    )
    assert loaded.value("SELECT count(*) FROM sources_service WHERE cost IS NOT NULL") == 0


def test_superstore(example):
    loaded = example("superstore")
    assert counted(loaded) == {
        ("superstore.csv", "orders"): (9_994, 9_994, 0, 0, 0),
        ("superstore.csv", "customers"): (9_994, 793, 9_201, 0, 0),
    }
    segments = "SELECT DISTINCT attributes->>'Segment' FROM sources_customers ORDER BY 1"
    assert loaded.rows(segments) == [("Consumer",), ("Corporate",), ("Home Office",)]
    orders = "SELECT count(*), min(ordered_on), max(ordered_on) FROM sources_orders"
    assert loaded.rows(orders) == [(5_009, date(2016, 1, 3), date(2019, 12, 30))]


def test_olist(example):
    loaded = example("olist")
    assert counted(loaded) == {
        ("olist_orders_dataset.csv", "orders"): (8_135, 6_901, 0, 0, 1_234),
        ("olist_order_items_dataset.csv", "order_lines"): (8_365, 7_816, 0, 0, 549),
        ("olist_customers_dataset.csv", "customers"): (8_135, 8_135, 0, 0, 0),
        ("olist_products_dataset.csv", "products"): (5_460, 5_460, 0, 0, 0),
        ("olist_order_reviews_dataset.csv", "surveys"): (8_225, 8_225, 0, 0, 0),
        ("olist_order_payments_dataset.csv", "payments"): (8_924, 0, 0, 0, 8_924),
    }
    assert any("8,135 customer ids are 8,016 people" in w for w in loaded.report.warnings)
    assert loaded.value("SELECT count(*) FROM sources_customers") == 8_016
    folder = next(f.path for f in loaded.report.files if f.kind == "orders").rpartition("/")[0]
    loaded.engine.execute(
        f"CREATE VIEW raw AS SELECT i.*, c.customer_unique_id FROM '{folder}/olist_order_items_dataset.csv' i "
        f"JOIN '{folder}/olist_orders_dataset.csv' o USING (order_id) "
        f"JOIN '{folder}/olist_customers_dataset.csv' c USING (customer_id) WHERE order_status NOT IN ('canceled', 'unavailable')"
    )
    wrong = loaded.rows(
        "WITH ours AS (SELECT customer_id AS c, sum(gross) AS goods, sum(shipping_charged) AS freight FROM sources_orders "
        "WHERE order_id IN (SELECT order_id FROM raw) GROUP BY 1), plain AS (SELECT customer_unique_id AS c, "
        "sum(CAST(price AS DECIMAL(18,4))) AS goods, sum(CAST(freight_value AS DECIMAL(18,4))) AS freight FROM raw GROUP BY 1) "
        "SELECT * FROM ours FULL JOIN plain USING (c) WHERE ours.goods IS DISTINCT FROM plain.goods "
        "OR ours.freight IS DISTINCT FROM plain.freight"
    )
    assert wrong == []
    assert loaded.value("SELECT sum(gross + shipping_charged) FROM sources_orders") > Decimal(900_000)
    assert loaded.rows("SELECT instrument, min(score), max(score) FROM sources_surveys GROUP BY 1") == [
        ("review", 1.0, 5.0)
    ]


def test_olist_leads(example):
    loaded = example("olist-leads")
    accounts = counted(loaded)
    assert accounts[("olist_marketing_qualified_leads_dataset.csv", "leads")] == (8_000, 8_000, 0, 0, 0)
    assert accounts[("olist_closed_deals_dataset.csv", "leads")] == (842, 841, 0, 1, 0)
    assert loaded.rows("SELECT count(*), count_if(won), count(closed_on), count(source) FROM sources_leads") == [
        (8_000, 841, 841, 7_940)
    ]
    keys = "SELECT DISTINCT unnest(json_keys(attributes)) FROM sources_leads"
    assert loaded.rows(keys) == [("landing_page_id",)]


@pytest.mark.parametrize("name", FOLDERS)
def test_check_prints_the_accounts_of_each_example(shared, name):
    words = command_of(name)[1:]
    given = [str(place(shared, name, w)) if w.endswith(".csv") else str(EXAMPLES / Path(w).name) if w.endswith(".toml") else w
             for w in words]  # fmt: skip
    said = CliRunner().invoke(app, ["check", *given], catch_exceptions=False)
    assert said.exit_code == 0
    parts = re.findall(r"rows read ([\d,]+) = loaded ([\d,]+) \+ duplicate ([\d,]+) \+ quarantined ([\d,]+) \+ ignored ([\d,]+)",
                       said.stdout)  # fmt: skip
    assert len(parts) == sum(w.endswith(".csv") for w in words)
    for read, *rest in parts:
        assert int(read.replace(",", "")) == sum(int(part.replace(",", "")) for part in rest)
