"""A whole round of checks: what the verdict says and when a run is held."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from monitoring_shop import START, engine_with, facts, now, write_previous, write_values, write_weeks

from lifeworth.monitoring import watch
from lifeworth.monitoring.matured import judge_matured, judged_coverage, to_judge
from lifeworth.monitoring.tables import TABLES, make_empty
from lifeworth.store.archive import Archived, archive

DAY = START + timedelta(days=364)


def people(count=100, **changes):
    return [{"id": f"c{i:03d}", "orders_mean": 2.0, "T": 180 + i % 20, **changes} for i in range(count)]


def shop(count=100, per_customer=2, amount=50.0, first=START - timedelta(days=60)):
    orders = [(f"c{i:03d}", first, amount) for i in range(count)]
    for i in range(count):
        orders += [(f"c{i:03d}", START + timedelta(days=(7 * i + 11 * n) % 360), amount) for n in range(per_customer)]
    return engine_with(orders)


def test_a_first_run_has_nothing_to_compare_and_says_so(tmp_path):
    engine = shop()
    write_values(engine, people())
    verdict = watch(engine, now(), store=tmp_path, previous=None)
    assert (verdict.state, verdict.exit_code, verdict.alarm) == ("ok", 0, False)
    assert "first published run" in " ".join(verdict.sentences)
    assert [engine.value(f"SELECT count(*) FROM {t}") for t in TABLES] == [0, 0, 0, 0, 2]
    json.dumps(verdict.as_json(), allow_nan=False)


def matured_of(tmp_path, *, events=(), basis="revenue", discount=0.0, passed=364, said=2.0, **shop_changes):
    engine = shop(**shop_changes)
    for customer, day, amount in events:
        engine.execute("INSERT INTO ledger_events VALUES (?, ?, ?, ?)", [customer, day, -amount, -amount])
    share = 0.4 if basis == "profit" else 1.0
    write_values(engine, people(orders_mean=said, share=share))
    write_weeks(engine, START, np.full(52, said * 100 / 52))
    base = {
        "orders_mean": said * 100,
        "orders_low": 150.0,
        "orders_high": 250.0,
        "revenue_low": 8e3,
        "revenue_high": 1.2e4,
    }
    kept = archive(engine, tmp_path, facts(basis=basis, discount=discount, base=base))
    make_empty(engine)
    return {m.measure: m for m in judge_matured(engine, [kept], START + timedelta(days=passed))}


def test_a_forecast_that_came_true_is_fine(tmp_path):
    found = matured_of(tmp_path)
    assert {(m.measure, round(m.ratio, 3), m.state) for m in found.values()} == {
        ("purchases", 1.0, "fine"),
        ("revenue", 1.0, "fine"),
    }
    assert found["revenue"].coverage.judged == 100 and found["revenue"].coverage.share == 1.0


def test_refunds_count_and_too_little_is_an_alarm(tmp_path):
    late = [(f"c{i:03d}", START + timedelta(days=100), 60.0) for i in range(100)]
    found = matured_of(tmp_path, events=late)
    assert found["revenue"].actual == 4000.0 and found["revenue"].state == "alarm"
    assert found["purchases"].state == "fine" and "0.40" in found["revenue"].said


def test_profit_is_held_against_profit_in_the_money_of_the_day(tmp_path):
    plain = matured_of(tmp_path / "a", basis="profit")
    assert plain["profit"].actual == pytest.approx(4000.0)
    later = matured_of(tmp_path / "b", basis="profit", discount=0.10)
    days = [(7 * i + 11 * n) % 360 for i in range(100) for n in range(2)]
    assert later["profit"].actual == pytest.approx(sum(20.0 * 1.1 ** (-d / 365) for d in days), rel=1e-6)


def test_customers_who_came_later_do_not_count(tmp_path):
    engine = engine_with([("old", START - timedelta(days=9), 10.0), *[("new", START + timedelta(days=d), 99.0) for d in (3, 9)],
                          *[("old", START + timedelta(days=7 * w), 10.0) for w in range(8)]])  # fmt: skip
    write_values(engine, [{"id": "old", "orders_mean": 8.0}])
    write_weeks(engine, START, np.ones(52), revenue_per_order=10.0)
    kept = archive(engine, tmp_path, facts())
    make_empty(engine)
    found = judge_matured(engine, [kept], START + timedelta(days=58))
    assert [(m.measure, m.days_passed, m.predicted, m.actual, m.whole) for m in found] == [
        ("purchases", 56, 8.0, 8.0, False),
        ("revenue", 56, 80.0, 80.0, False),
    ]


def test_ranges_too_narrow_are_seen():
    level = 0.8
    short = judged_coverage(5000, 3700, level)
    assert short.share < short.low
    one = Archived(facts(), None)
    from lifeworth.monitoring.matured import Matured

    states = [
        Matured(one, 364, True, "revenue", 100.0, 100.0, coverage=judged_coverage(n, k, level)).state
        for n, k in ((5000, 4000), (5000, 3700), (5000, 3000), (20, 14), (1_000_000, 795_000))
    ]
    assert states == ["fine", "watch", "alarm", "fine", "fine"]


def test_nightly_runs_are_judged_four_weeks_apart():
    kept = [Archived(facts(as_of=START + timedelta(days=d), horizon_days=90), None) for d in range(200)]
    today = START + timedelta(days=200)
    whole = [(today - a.facts.as_of).days for a in to_judge(kept, today, whole=True)]
    part = [(today - a.facts.as_of).days for a in to_judge(kept, today, whole=False)]
    assert whole == [90, 118] and part == [28, 56, 84]


@pytest.fixture
def served(tmp_path):
    return write_previous(tmp_path / "1", people(), past=5000)


def verdict_of(tmp_path, served, customers, *, engine=None, accept=None, **changes):
    engine = engine or shop()
    write_values(engine, customers)
    return watch(engine, now(**changes), store=tmp_path, previous=served, accept=accept)


def test_nothing_moved_is_ok(tmp_path, served):
    assert verdict_of(tmp_path, served, people()).state == "ok"


def test_a_jump_that_new_customers_explain_is_published(tmp_path, served):
    more = people() + [{"id": f"n{i}", "orders_mean": 2.0, "T": 180 + i % 20} for i in range(60)]
    verdict = verdict_of(tmp_path, served, more)
    assert verdict.may_be_published and "New customers: 60" in " ".join(verdict.sentences)


def test_a_jump_of_the_model_is_held_until_somebody_accepts_it(tmp_path, served):
    verdict = verdict_of(tmp_path, served, people(orders_mean=3.0))
    assert verdict.state == "held" and verdict.exit_code == 3 and not verdict.may_be_published
    assert '--accept "why"' in verdict.sentences[1] and "+50%" in verdict.sentences[1]
    taken = verdict_of(tmp_path, served, people(orders_mean=3.0), accept="new model, checked by Ada")
    assert taken.state == "watch" and taken.accepted == "new model, checked by Ada"
    assert any("checked by Ada" in s for s in taken.sentences)
    [row] = [g for g in taken.as_json()["gates"] if g["gate"] == "value"]
    assert row["state"] == "accepted"


def test_a_jump_just_below_the_limit_is_not_held(tmp_path, served):
    assert verdict_of(tmp_path, served, people(orders_mean=2.48)).may_be_published


def test_half_the_customers_missing_is_held(tmp_path, served):
    assert verdict_of(tmp_path, served, people(50)).state == "held"


def test_dearer_orders_are_explained_unless_the_past_was_restated(tmp_path, served):
    assert verdict_of(tmp_path, served, people(price=80.0)).may_be_published
    cents = shop(amount=5000.0)
    held = verdict_of(tmp_path, served, people(price=5000.0), engine=cents)
    assert held.state == "held" and "the past itself has changed" in held.sentences[1]


@pytest.mark.parametrize(
    ("fault", "changes", "gate"),
    [
        ("UPDATE ledger_reconciliation SET difference = 0.01", {}, "ledger"),
        ("SELECT 1", {"converged": False}, "model"),
    ],
)
def test_books_and_convergence_hold_also_a_first_run(tmp_path, fault, changes, gate):
    engine = shop()
    engine.execute(fault)
    write_values(engine, people())
    verdict = watch(engine, now(**changes), store=tmp_path, previous=None)
    assert verdict.state == "held"
    assert [g["gate"] for g in verdict.as_json()["gates"] if g["state"] == "held"] == [gate]


def test_segments_that_shift_by_more_than_ten_points_are_held(tmp_path):
    def parted(share):
        return [c | {"segment": "gold" if i < share else "rest"} for i, c in enumerate(people())]

    served = write_previous(tmp_path / "1", parted(50), past=5000)
    assert verdict_of(tmp_path, served, parted(60)).may_be_published
    assert verdict_of(tmp_path, served, parted(61)).state == "held"


def test_another_horizon_is_noted_and_not_held(tmp_path, served):
    verdict = verdict_of(tmp_path, served, people(orders_mean=9.0), horizon_days=90)
    assert verdict.state == "watch" and any("horizon (364 days then, 90 days now)" in s for s in verdict.sentences)


def test_customers_of_another_kind_raise_an_alarm_but_are_published(tmp_path):
    served = write_previous(tmp_path / "1", people(400, since=40), past=20000)
    varied = [c | {"since": 100 + i % 50} for i, c in enumerate(people(400))]
    engine = shop(400)
    verdict = verdict_of(tmp_path, served, varied, engine=engine)
    assert verdict.state == "watch" and verdict.alarm and verdict.exit_code == 3
    states = dict(engine.rows("SELECT measure, state FROM monitoring_stability"))
    assert states["recency"] == "alarm" and states["frequency"] == states["value_mean"] == "fine"


def test_a_new_channel_is_seen_in_the_mix(tmp_path, served):
    engine = shop(200)
    engine.execute("UPDATE ledger_orders SET channel = CASE WHEN customer_id < 'c100' THEN 'shop' ELSE 'ads' END")
    engine.execute("DELETE FROM ledger_orders WHERE customer_id >= 'c100' AND ordered_on < DATE '2025-01-06'")
    verdict_of(tmp_path, served, people(200), engine=engine, as_of=DAY)
    [(before, today, state)] = engine.rows(
        "SELECT customers_before, customers_now, state FROM monitoring_stability WHERE measure = 'channel'"
    )
    assert (before, today, state) == (100, 200, "alarm")


def test_the_same_input_gives_the_same_verdict(tmp_path, served):
    one, two = (verdict_of(tmp_path, served, people(90, price=55.0)).as_json() for _ in range(2))
    assert one == two


def test_only_earlier_predictions_of_the_same_money_are_judged(tmp_path, served):
    engine = shop()
    write_values(engine, people())
    write_weeks(engine, START, np.full(52, 4.0))
    archive(engine, tmp_path, replace(facts(), run_id="usd", currency="USD"))
    archive(engine, tmp_path, replace(facts(), run_id="today", as_of=DAY))
    verdict = watch(engine, now(as_of=DAY), store=tmp_path, previous=served)
    assert verdict.tables["matured"] == [] and Decimal(verdict.tables["bridge"][0]["amount"]) == 10000


def test_half_the_customers_missing_is_held_also_from_an_earlier_day(tmp_path, served):
    early = now().as_of - timedelta(days=3)
    assert verdict_of(tmp_path, served, people(50), as_of=early).state == "held"
    assert verdict_of(tmp_path, served, people(90), as_of=early).may_be_published


def test_missing_costs_are_held_and_customers_not_compared_in_another_basis(tmp_path):
    served = write_previous(tmp_path / "1", people(), past=5000, basis="profit")
    engine = shop()
    verdict = verdict_of(tmp_path, served, people(orders_mean=9.0), engine=engine)
    assert verdict.state == "held" and "no cost of goods is known" in " ".join(verdict.sentences)
    assert engine.rows("SELECT * FROM monitoring_stability") == []
