"""One customer's number taken apart, in a run and from published files."""

import pytest
from report_made_up_shop import made_up_shop

from lifeworth.answers.customer import explain_customer, suggest_ids
from lifeworth.errors import UsageError
from lifeworth.store.duckdb.engine import DuckDB


@pytest.fixture(scope="module")
def engine():
    engine = DuckDB()
    made_up_shop(engine, 300)
    return engine


@pytest.mark.parametrize("customer", ["C000000", "C000123", "C000299"])
def test_the_past_adds_up_to_the_cent(engine, customer):
    answer = explain_customer(engine, customer)
    running = 0.0
    for step in answer.waterfall:
        if step.kind == "total":
            assert running == pytest.approx(step.amount, abs=0.005)
        else:
            running += step.amount
    before_winning = next(step for step in answer.waterfall if step.step == "Profit before winning the customer")
    assert before_winning.amount == pytest.approx(answer.past_profit, abs=0.005)


def test_every_part_of_the_number_is_there(engine):
    best = engine.value("SELECT customer_id FROM values_customers ORDER BY value_mean DESC LIMIT 1")
    answer = explain_customer(engine, best)
    assert answer.value.low <= answer.value.mean <= answer.value.high
    assert 0 <= answer.p_alive <= 1 and answer.expected_orders.mean > 0
    assert answer.average_gap_days == pytest.approx(
        (answer.T_days - answer.days_since_last) / (answer.purchase_days - 1)
    )
    assert answer.reasons and answer.evidence_meaning.startswith(("the customer's own", "mostly", "some", "hardly"))
    assert (answer.currency, answer.horizon_days, answer.interval_level) == ("GBP", 365, 0.8)


def test_published_files_answer_the_same(engine, tmp_path):
    reader = DuckDB()
    for table in ("values_customers", "ledger_customers"):
        engine.to_parquet(f"SELECT * FROM {table}", tmp_path / f"{table}.parquet")
        reader.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{tmp_path / table}.parquet')")
    assert explain_customer(reader, "C000042") == explain_customer(engine, "C000042")


def test_without_costs_the_steps_end_at_net_revenue():
    engine = DuckDB()
    made_up_shop(engine, 50, basis="revenue", currency=None)
    answer = explain_customer(engine, "C000001")
    assert answer.waterfall[-1].step == "Net revenue" and answer.currency is None


@pytest.mark.parametrize("asked", ["c000042", " C000042", "C00042", "C000042.0"])
def test_a_near_miss_is_answered_with_the_nearest_ids(engine, asked):
    assert "C000042" in suggest_ids(engine, asked)
    with pytest.raises(UsageError, match="Did you mean.*C000042"):
        explain_customer(engine, asked)


@pytest.mark.parametrize("asked", ["", "'; DROP TABLE values_customers; --", "🦄" * 40, "%"])
def test_an_odd_id_is_an_answer_not_a_fault(engine, asked):
    with pytest.raises(UsageError, match="There is no customer"):
        explain_customer(engine, asked)
    assert engine.value("SELECT count(*) FROM values_customers") == 300
