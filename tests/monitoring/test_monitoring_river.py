"""Two real runs of a simulated shop through the real books, models and customer table, then a round of checks."""

import json
from datetime import date, timedelta

import numpy as np
import pytest

from lifeworth import ledger, sources, values
from lifeworth.models.forecast import CustomerHistory, Forecaster
from lifeworth.monitoring import Now, watch
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest
from lifeworth.store.archive import Facts, archive
from lifeworth.store.duckdb.engine import DuckDB

THEN, TODAY, HORIZON = date(2025, 7, 1), date(2025, 10, 1), 84


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    """Six hundred customers of the BG/NBD world over 21 months; one order in twenty is given back later."""
    rng, lines = np.random.default_rng(12), ["customer_id,date,amount,channel"]
    for customer in range(600):
        rate, drop, day = rng.gamma(0.8, 1 / 40), rng.beta(1.2, 6), rng.uniform(0, 620)
        while day < 638:
            on = date(2024, 1, 1) + timedelta(days=int(day))
            lines.append(f"C{customer:04d},{on},{rng.gamma(6, 8):.2f},{'shop' if customer % 3 else 'ads'}")
            if rng.random() < drop:
                break
            day += rng.exponential(1 / rate)
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def run(orders, as_of, scratch):
    scratch.mkdir()
    engine = DuckDB(scratch / "run.duckdb", threads=1, scratch=scratch)
    settings = Settings().with_margin(0.4)
    sources.load(engine, [FileRequest(orders, None)], settings, as_of=as_of, scratch=scratch, tell=lambda _: None)
    ledger.keep_books(engine, settings)
    books = ledger.close_books(engine, as_of)
    ledger.histories(engine, as_of, "ledger_histories")
    columns = engine.arrays("SELECT * EXCLUDE (customer_id) FROM ledger_histories")
    history = CustomerHistory.from_columns({name: np.ma.filled(column, 0) for name, column in columns.items()})
    forecaster = Forecaster(seed=1, threads=1, fast=True).fit(history)
    row = values.Run(f"run-{as_of}", forecaster.model_name_, forecaster.fingerprint(), as_of, HORIZON, 0.8, 0.1, None,
                     books.basis == "profit", 0.0)  # fmt: skip
    valuation = values.value_customers(engine, forecaster, row)
    engine.execute("CREATE VIEW customer_value AS SELECT * FROM values_customers")
    return engine, forecaster, valuation


@pytest.fixture(scope="module")
def verdict(orders, tmp_path_factory):
    root = tmp_path_factory.mktemp("store")
    engine, forecaster, valuation = run(orders, THEN, root / "then")
    weeks = np.arange(1, HORIZON // 7 + 1)
    said = np.diff([0.0, *(float(forecaster.expected_orders(7.0 * w).sum()) for w in weeks)])
    each = valuation.base["revenue_mean"] / valuation.base["orders_mean"]
    engine.write("w", {"n": weeks, "o": said, "r": said * each})
    engine.execute(
        f"""CREATE TABLE values_weeks AS SELECT n::INTEGER AS week, DATE '{THEN}' + 7 * (n - 1)::INTEGER AS week_start,
            o AS expected_orders, r AS expected_revenue FROM w"""
    )
    archive(engine, root, Facts(f"run-{THEN}", THEN, HORIZON, 0.8, 0.1, None, "profit", forecaster.model_name_,
                                valuation.base, 1, "0.1.0"))  # fmt: skip
    served = root / "1"
    (served / "tables").mkdir(parents=True)
    engine.to_parquet("SELECT * FROM values_customers", served / "customer_value.parquet")
    engine.to_parquet("SELECT * FROM ledger_customers", served / "tables" / "ledger_customers.parquet")
    record = {"as_of": str(THEN), "horizon_days": HORIZON, "currency": None, "basis": "profit", "discount": 0.1}
    (served / "run.json").write_text(json.dumps(record | {"model": {"chosen": forecaster.model_name_}}))
    engine.close()
    engine, forecaster, _ = run(orders, TODAY, root / "now")
    now = Now(f"run-{TODAY}", TODAY, HORIZON, 0.1, "profit", None, forecaster.model_name_, True, 1)
    yield watch(engine, now, store=root, previous=served)
    engine.close()


def test_a_well_behaved_shop_is_published_and_its_forecast_came_true(verdict):
    assert verdict.may_be_published and not verdict.alarm, verdict.sentences
    found = {row["measure"]: row for row in verdict.tables["matured"]}
    assert set(found) == {"purchases", "revenue", "profit"} and all(row["whole"] for row in found.values())
    assert all(0.75 < row["ratio"] < 1.3 for row in found.values())
    assert found["profit"]["coverage"] > 0.75


def test_weeks_add_up_to_the_horizon(verdict):
    weeks = verdict.tables["cusum"]
    assert len(weeks) == HORIZON // 7 and not any(week["alarm"] for week in weeks)
    [purchases] = [row for row in verdict.tables["matured"] if row["measure"] == "purchases"]
    assert sum(week["actual_purchases"] for week in weeks) == purchases["actual"]
    assert sum(week["predicted_purchases"] for week in weeks) == pytest.approx(purchases["predicted"], rel=1e-6)


def test_the_bridge_of_real_runs_adds_up_and_blames_little_on_the_model(verdict):
    money = {row["part"]: float(row["amount"]) for row in verdict.tables["bridge"]}
    parts = sum(amount for name, amount in money.items() if name not in ("before", "after"))
    assert money["before"] + parts == pytest.approx(money["after"], abs=1e-6)
    assert money["new customers"] > 0 > money["customers who stayed away"] and money["customers gone"] == 0
    assert abs(money["model"]) < 0.25 * money["before"]


def test_the_past_stands_as_it_was_counted(verdict):
    [gate] = [row for row in verdict.tables["gates"] if row["gate"] == "value"]
    assert "the past itself" not in gate["said"]
    assert {row["measure"] for row in verdict.tables["stability"]} >= {"recency", "value_mean", "channel"}
