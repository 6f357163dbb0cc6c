"""The demo writes what a shop would export: exact columns, keys that join, money that adds up, no future."""

import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from lifeworth.demo import DemoShop, simulate
from lifeworth.errors import UsageError
from lifeworth.settings import read_settings
from lifeworth.store.duckdb.engine import DuckDB

ATTRIBUTES = (
    "household_size coffee_machine business_buyer newsletter birth_month favourite_colour lives_in brewing_at_work hobby"
    " pet gender apron_size writing_hand"
)
COLUMNS = {
    "orders": "order_id customer_id ordered_at currency gross discount shipping_charged tax channel country"
    " payment_method coupon status",
    "order_lines": "order_id line_no product_id product_name category kind quantity unit_price discount amount",
    "refunds": "refund_id order_id customer_id refunded_at amount quantity product_id reason kind currency",
    "products": "product_id product_name category unit_cost valid_from valid_to currency",
    "customers": f"customer_id created_on country city acquisition_channel {ATTRIBUTES} consent_email consent_ads",
    "order_costs": "order_id cost_type amount currency",
    "service": "ticket_id customer_id order_id opened_on cost handle_minutes category channel currency",
    "touches": "customer_id touched_on type unit_cost currency",
    "spend": "spent_on channel campaign amount purpose currency",
    "surveys": "survey_id customer_id answered_on instrument score question text theme",
    "leads": f"lead_id created_on source country industry first_contact {ATTRIBUTES} stage won closed_on customer_id",
    "experiments": "experiment_id customer_id arm assigned_at ended_at treatment_cost currency offer",
}
MONEY = {
    "orders": ["gross", "discount", "shipping_charged", "tax"],
    "order_lines": ["unit_price", "discount", "amount"],
    "refunds": ["amount"],
    "products": ["unit_cost"],
    "order_costs": ["amount"],
    "spend": ["amount"],
    "experiments": ["treatment_cost"],
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> DemoShop:
    return simulate(tmp_path_factory.mktemp("demo"), customers=1500, seed=5)


@pytest.fixture(scope="module")
def engine(shop: DemoShop) -> DuckDB:
    engine = DuckDB()
    for table, path in shop.files.items():
        engine.execute(f"CREATE TABLE {table} AS FROM read_csv('{path}', all_varchar = true)")
    engine.execute(f"CREATE TABLE truth AS FROM '{shop.truth}'")
    engine.execute(f"CREATE TABLE lead_truth AS FROM '{shop.lead_truth}'")
    return engine


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_those_of_the_contract(shop: DemoShop, engine: DuckDB, table: str) -> None:
    assert list(engine.columns(table)) == COLUMNS[table].split()
    assert shop.files[table].read_bytes().splitlines()[0].decode().split(",") == COLUMNS[table].split()
    assert engine.value(f"SELECT count(*) FROM {table}") > 0


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in MONEY for column in MONEY[table]])
def test_money_has_two_decimals(engine: DuckDB, table: str, column: str) -> None:
    wrong = engine.rows(f"SELECT {column} FROM {table} WHERE NOT regexp_full_match({column}, '\\d+\\.\\d\\d') LIMIT 3")
    assert wrong == []


@pytest.mark.parametrize(
    ("child", "key", "parent"),
    [
        ("orders", "customer_id", "customers"),
        ("order_lines", "order_id", "orders"),
        ("order_lines", "product_id", "products"),
        ("refunds", "order_id", "orders"),
        ("refunds", "customer_id", "customers"),
        ("refunds", "product_id", "products"),
        ("order_costs", "order_id", "orders"),
        ("service", "order_id", "orders"),
        ("touches", "customer_id", "customers"),
        ("surveys", "customer_id", "customers"),
        ("leads", "customer_id", "customers"),
        ("customers", "customer_id", "orders"),
        ("truth", "customer_id", "customers"),
        ("customers", "customer_id", "truth"),
        ("experiments", "customer_id", "customers"),
        ("lead_truth", "lead_id", "leads"),
    ],
)
def test_keys_join(engine: DuckDB, child: str, key: str, parent: str) -> None:
    lost = f"SELECT count(*) FROM {child} WHERE {key} IS NOT NULL AND {key} NOT IN (SELECT {key} FROM {parent})"
    assert engine.value(lost) == 0


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("orders", "order_id"),
        ("order_lines", "order_id || line_no"),
        ("customers", "customer_id"),
        ("refunds", "refund_id"),
        ("service", "ticket_id"),
        ("surveys", "survey_id"),
        ("leads", "lead_id"),
        ("products", "product_id || valid_from"),
        ("order_costs", "order_id || cost_type"),
        ("truth", "customer_id"),
        ("experiments", "experiment_id || customer_id"),
        ("lead_truth", "lead_id"),
    ],
)
def test_keys_are_unique(engine: DuckDB, table: str, key: str) -> None:
    assert engine.value(f"SELECT count(*) - count(DISTINCT {key}) FROM {table}") == 0


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("orders", "ordered_at"),
        ("refunds", "refunded_at"),
        ("service", "opened_on"),
        ("touches", "touched_on"),
        ("spend", "spent_on"),
        ("surveys", "answered_on"),
        ("leads", "created_on"),
        ("customers", "created_on"),
        ("products", "valid_from"),
        ("experiments", "assigned_at"),
        ("experiments", "ended_at"),
    ],
)
def test_nothing_of_the_future_is_written(shop: DemoShop, engine: DuckDB, table: str, column: str) -> None:
    last, first = engine.rows(f"SELECT max({column}::DATE), min({column}::DATE) FROM {table}")[0]
    assert last < shop.as_of
    assert first >= date(2023, 7, 1)


def test_orders_are_in_order_of_time(engine: DuckDB) -> None:
    sql = """WITH o AS (SELECT order_id, ordered_at::TIMESTAMP AS moment FROM orders)
        SELECT count(*) FROM (SELECT moment, lag(moment) OVER (ORDER BY order_id) AS earlier FROM o)
        WHERE earlier > moment"""
    assert engine.value(sql) == 0


def test_a_refund_follows_its_order_and_never_exceeds_its_line(engine: DuckDB) -> None:
    sql = """SELECT count(*) FROM refunds JOIN orders USING (order_id)
        WHERE refunded_at::DATE <= ordered_at::DATE OR refunds.customer_id <> orders.customer_id"""
    assert engine.value(sql) == 0
    sql = """SELECT count(*) FROM refunds r WHERE NOT EXISTS (SELECT 1 FROM order_lines l
        WHERE l.order_id = r.order_id AND l.product_id = r.product_id AND l.amount = r.amount
            AND l.quantity = r.quantity)"""
    assert engine.value(sql) == 0


def test_lines_add_up_to_their_order(engine: DuckDB) -> None:
    sql = """WITH l AS (SELECT order_id, sum(quantity::DECIMAL(9,0) * unit_price::DECIMAL(18,2)) AS gross,
            sum(discount::DECIMAL(18,2)) AS discount, sum(amount::DECIMAL(18,2)) AS amount FROM order_lines GROUP BY 1)
        SELECT count(*) FROM orders o JOIN l USING (order_id) WHERE o.gross::DECIMAL(18,2) <> l.gross
            OR o.discount::DECIMAL(18,2) <> l.discount
            OR o.gross::DECIMAL(18,2) - o.discount::DECIMAL(18,2) <> l.amount"""
    assert engine.value(sql) == 0
    assert engine.value("SELECT count(DISTINCT order_id) FROM order_lines") == engine.value(
        "SELECT count(*) FROM orders"
    )


def test_the_files_and_the_rules_give_the_shops_own_profit(shop: DemoShop, engine: DuckDB) -> None:
    """A small ledger in SQL, from the written files and lifeworth.toml alone."""
    rules = read_settings(shop.config)
    assert rules.currency == shop.currency
    one = {rule.cost: rule for rule in rules.costs if rule.cost != "payment_fee"}
    fees = {rule.payment_method: rule for rule in rules.costs if rule.cost == "payment_fee"}
    fee = "CASE payment_method " + " ".join(
        f"WHEN '{name}' THEN {rule.rate} * (net + tax::DOUBLE) + {rule.fixed}" for name, rule in fees.items()
    )
    sale = engine.value(f"""
        WITH o AS (SELECT *, gross::DOUBLE - discount::DOUBLE + shipping_charged::DOUBLE AS net FROM orders)
        SELECT sum(net - {fee} END - {one["pick_pack"].fixed} - {one["pick_pack"].rate} * net) FROM o""")
    unit_cost = """JOIN orders o USING (order_id) JOIN products p ON p.product_id = l.product_id
        AND o.ordered_at::DATE >= p.valid_from::DATE
        AND (p.valid_to IS NULL OR o.ordered_at::DATE < p.valid_to::DATE)"""
    goods = engine.value(f"SELECT sum(quantity::DOUBLE * unit_cost::DOUBLE) FROM order_lines l {unit_cost}")
    billed = engine.value("SELECT sum(amount::DOUBLE) FROM order_costs")
    returned = engine.value(f"""SELECT sum(-amount::DOUBLE - {one["returns_handling"].fixed}
        + {rules.returns_resold} * quantity::DOUBLE * unit_cost::DOUBLE) FROM refunds l {unit_cost}""")
    ticket = one["service_ticket"]
    service = engine.value(f"""SELECT sum(coalesce(cost::DOUBLE, {ticket.fixed}
        + {ticket.per_minute} * handle_minutes::DOUBLE)) FROM service""")
    contact = engine.value(f"SELECT sum(coalesce(unit_cost::DOUBLE, {one['contact'].fixed})) FROM touches")
    assert sale - goods - billed + returned - service - contact == pytest.approx(shop.totals.profit, abs=0.02)


def test_net_revenue_is_what_the_files_say(shop: DemoShop, engine: DuckDB) -> None:
    sold = engine.value("""SELECT sum(gross::DECIMAL(18,2) - discount::DECIMAL(18,2)
        + shipping_charged::DECIMAL(18,2)) FROM orders""")
    back = engine.value("SELECT sum(amount::DECIMAL(18,2)) FROM refunds")
    assert float(sold - back) == shop.totals.net_revenue


def test_truth_has_one_row_per_customer(shop: DemoShop, engine: DuckDB) -> None:
    types = engine.columns("truth")
    assert list(types)[:3] == ["customer_id", "true_value", "alive"]
    assert types["alive"] == "BOOLEAN"
    rows, value, alive, sleeping = engine.rows(
        "SELECT count(*), sum(true_value), count(*) FILTER (alive), sum(abs(true_value)) FILTER (NOT alive) FROM truth"
    )[0]
    assert (rows, alive, sleeping) == (1500, shop.totals.alive, 0)
    assert value == pytest.approx(shop.totals.true_value, abs=0.01)
    assert engine.value("SELECT count(*) FROM truth WHERE NOT alive AND realised_orders > 0") == 0
    nothing = [c for c in types if engine.value(f"SELECT count(*) FROM truth WHERE {c} IS NULL")]
    assert nothing == []


def test_truth_says_of_every_customer_what_was_planted(engine: DuckDB) -> None:
    assert {"kind", "true_newcomer_profit", "true_contentment", "began_with_gateway", "began_with_lookalike"} <= set(
        engine.columns("truth")
    )
    began = """SELECT count(*) FROM truth WHERE began_with_gateway <> EXISTS (SELECT 1 FROM order_lines l
        JOIN (SELECT customer_id, min(order_id) AS order_id FROM orders GROUP BY 1) f USING (order_id)
        WHERE f.customer_id = truth.customer_id AND l.product_name = 'Tasting Set, four coffees')"""
    assert engine.value(began) == 0
    assert engine.value("SELECT count(DISTINCT kind) FROM truth") == 4


def test_lead_truth_holds_every_open_lead(engine: DuckDB) -> None:
    asked, known = engine.rows(
        """SELECT count(*) FILTER (stage = 'open'), (SELECT count(*) FROM lead_truth) FROM leads"""
    )[0]
    assert asked == known > 0
    assert engine.value("SELECT count(*) FROM lead_truth JOIN leads USING (lead_id) WHERE stage <> 'open'") == 0
    assert engine.value("SELECT count(*) FROM lead_truth WHERE true_chance NOT BETWEEN 0 AND 1") == 0
    assert engine.value("SELECT count(*) FROM lead_truth WHERE realised_won AND true_chance = 0") == 0


def test_cells_are_empty_and_consent_is_yes_no_or_unknown(engine: DuckDB) -> None:
    for column in ATTRIBUTES.split():
        share = engine.value(f"SELECT avg(({column} IS NULL)::INTEGER) FROM customers")
        assert 0.05 < share < 0.11, column
    for column in ("consent_email", "consent_ads"):
        assert engine.rows(f"SELECT DISTINCT {column} FROM customers ORDER BY 1 NULLS LAST") == [
            ("no",),
            ("yes",),
            (None,),
        ]


def test_a_won_lead_carries_its_customers_cells(engine: DuckDB) -> None:
    same = " AND ".join(f"l.{column} IS NOT DISTINCT FROM c.{column}" for column in ATTRIBUTES.split())
    sql = (
        f"SELECT count(*), count(*) FILTER ({same}) FROM leads l JOIN customers c USING (customer_id) WHERE won = 'yes'"
    )
    won, alike = engine.rows(sql)[0]
    assert won == alike > 50


def test_only_the_treated_cost_anything_and_only_answers_carry_the_offer(engine: DuckDB) -> None:
    arms = engine.rows("""SELECT experiment_id, arm, count(DISTINCT treatment_cost), min(treatment_cost::DOUBLE), min(offer)
        FROM experiments GROUP BY ALL ORDER BY 1, 2""")
    assert arms == [
        ("thank-you card", "card", 1, 0.60, None),
        ("thank-you card", "holdout", 1, 0.0, None),
        ("win-back letter", "holdout", 1, 0.0, None),
        ("win-back letter", "letter", 1, 1.10, "WIEDER10"),
    ]
    strangers = """SELECT count(*) FROM orders o WHERE coupon = 'WIEDER10' AND NOT EXISTS (SELECT 1 FROM experiments e
        WHERE e.customer_id = o.customer_id AND arm = 'letter' AND ordered_at::DATE > assigned_at::DATE)"""
    assert engine.value(strangers) == 0
    assert engine.value("SELECT count(*) FROM orders WHERE coupon = 'WIEDER10'") > 5


def test_planted_numbers_are_written_and_speak_of_this_shop(shop: DemoShop, engine: DuckDB) -> None:
    planted = json.loads(shop.planted.read_text(encoding="utf-8"))
    assert planted["about"]["customers"] == 1500
    assert planted["about"]["as_of"] == "2026-06-30"
    kinds = dict(engine.rows("SELECT kind, avg(true_value) FROM truth GROUP BY 1"))
    for row in planted["kinds"]["kinds"]:
        assert row["true_value_mean"] == pytest.approx(kinds[row["kind"]], rel=1e-4)
    swiss = engine.value("SELECT count(*) FROM customers WHERE country = 'CH'")
    assert planted["loss_making_segment"]["customers"] == swiss
    assert planted["leads"]["expected_wins"] == pytest.approx(
        engine.value("SELECT sum(true_chance) FROM lead_truth"), rel=1e-4
    )
    lines = """SELECT count(*) FROM order_lines JOIN orders USING (order_id) WHERE category = 'Cups and glasses'
        AND ordered_at::DATE >= DATE '2026-06-30' - 365"""
    assert planted["leaking_category"]["lines"] == engine.value(lines)
    assert all("definition" in section for name, section in planted.items() if name != "about")
    product = planted["first_products"]["gateway"]
    named = engine.value(f"SELECT min(product_name) FROM products WHERE product_id = '{product['product_id']}'")
    assert named == product["product_name"]


def test_files_are_private(shop: DemoShop) -> None:
    for path in (*shop.files.values(), shop.config, shop.truth, shop.lead_truth, shop.planted):
        assert path.stat().st_mode & 0o777 == 0o600, path.name


def test_the_settings_name_every_attribute_and_protect_gender(shop: DemoShop) -> None:
    settings = read_settings(shop.config)
    assert settings.attributes == ["city", *ATTRIBUTES.split(), "industry", "first_contact"]
    assert settings.protected == ["gender"]


def test_no_personal_data(shop: DemoShop) -> None:
    for table, path in shop.files.items():
        text = path.read_text(encoding="utf-8")
        assert "@" not in text
        assert not re.search(r"\b(first_name|last_name|phone_number|e_?mail_address|street)\b", text), table


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    def hashes(name: str, seed: int) -> dict[str, str]:
        made = simulate(tmp_path / name, customers=400, seed=seed)
        paths = [*made.files.values(), made.config, made.truth, made.lead_truth, made.planted]
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}

    first = hashes("a", 3)
    assert first == hashes("b", 3)
    other = hashes("c", 4)
    assert {name for name in first if first[name] == other[name]} == {"products.csv", "lifeworth.toml"}


def test_the_number_of_threads_changes_no_byte(tmp_path: Path) -> None:
    """Each count of threads in a process of its own: the libraries read it as they start."""
    code = """import os, sys, hashlib, pathlib
threads = int(sys.argv[1])
os.cpu_count = lambda: threads
from lifeworth.demo import simulate
made = simulate(pathlib.Path(sys.argv[2]), customers=2500, seed=3)
paths = [*made.files.values(), made.truth, made.lead_truth, made.planted]
print(hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest())"""
    said = set()
    for threads in ("1", "8"):
        counts = {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        command = [sys.executable, "-c", code, threads, str(tmp_path / threads)]
        said.add(subprocess.run(command, env=os.environ | counts, capture_output=True, text=True, check=True).stdout)
    assert len(said) == 1


@pytest.mark.parametrize(
    ("customers", "horizon_days", "as_of"),
    [(1, 1, date(2026, 6, 30)), (3, 90, date(2024, 2, 29)), (20, 730, date(2025, 1, 1))],
)
def test_small_shops_and_other_days(tmp_path: Path, customers: int, horizon_days: int, as_of: date) -> None:
    made = simulate(tmp_path, customers=customers, horizon_days=horizon_days, as_of=as_of)
    assert made.totals.customers == customers
    assert made.totals.orders >= customers
    assert all(path.stat().st_size > 0 for path in made.files.values())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"customers": 0}, "at least one customer"),
        ({"seed": -1}, "seed"),
        ({"horizon_days": 0}, "horizon"),
        ({"discount": 1.5}, "between 0 and 1"),
    ],
)
def test_wrong_requests_are_explained(tmp_path: Path, wrong: dict[str, int], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        simulate(tmp_path, **wrong)  # type: ignore[arg-type]


def test_a_file_in_the_way_is_explained(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("occupied")
    with pytest.raises(UsageError, match="is a file"):
        simulate(tmp_path / "shop")
