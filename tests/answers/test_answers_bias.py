"""Only what chance cannot explain is called wrong; newcomers are told apart only by what tells them apart."""

from math import isnan

import pytest
from report_made_up_shop import CUTS, add_biases, add_newcomers

from lifeworth.answers.bias import group_biases, step_biases
from lifeworth.answers.newcomers import newcomers
from lifeworth.backtest.tables import insert, make_empty
from lifeworth.store.duckdb.engine import DuckDB

CUT = CUTS[-1]


def group(engine, by, member, bias, error, *, customers=100, cut=CUT):
    insert(
        engine,
        "backtest_groups",
        [cut, by, member, customers, 100.0, 100.0 + (bias or 0), bias, error, 80.0, None, 5.0],
    )


@pytest.fixture
def engine():
    made = DuckDB(threads=1)
    make_empty(made)
    return made


@pytest.mark.parametrize(
    ("bias", "error", "wrong"), [(-9.9, 5.0, False), (10.1, 5.0, True), (-10.1, 5.0, True), (400.0, None, False)]
)
def test_wrong_is_beyond_two_standard_errors(engine, bias, error, wrong):
    group(engine, "channel", "search", bias, error)
    [found] = group_biases(engine, CUT)
    assert found.wrong is wrong
    assert isnan(found.chance) if error is None else found.chance == 2 * error


def test_groups_stand_in_the_order_they_are_read(engine):
    for member, customers in (("others", 900), ("search", 50), ("social", 300)):
        group(engine, "channel", member, 1.0, 1.0, customers=customers)
    for by, member in (
        ("situation", "lapsing"),
        ("situation", "new"),
        ("cohort", "2011 Q1"),
        ("cohort", "2010 Q4"),
        ("age", "x"),
    ):
        group(engine, by, member, 1.0, 1.0)
    said = [one.member for one in group_biases(engine, CUT)]
    assert said == ["social", "search", "others", "new", "lapsing", "2010 Q4", "2011 Q1"]


def test_a_habit_is_counted_over_the_past_days(engine):
    for cut, bias in zip(CUTS, (5, -1, 7, None, 9, 2, -3, 4), strict=True):
        group(engine, "channel", "search", bias, 1.0, cut=cut)
    [found] = group_biases(engine, CUT)
    assert (found.same_side, found.days, found.usual_miss) == (5, 7, 4)


def test_steps_stand_from_the_nearest(engine):
    for start in (61, 1, 101):
        group(engine, "horizon step", f"day {start} to {start + 29}", 1.0, 1.0)
    assert [step.member for step in step_biases(engine, CUT)] == ["day 1 to 30", "day 61 to 90", "day 101 to 130"]


def test_an_older_result_without_errors_judges_nobody(engine):
    engine.execute("ALTER TABLE backtest_groups DROP COLUMN bias_error")
    engine.execute("INSERT INTO backtest_groups VALUES (?, 'channel', 'search', 9, 1, 2, 100, NULL, NULL, NULL)", [CUT])
    assert [one.wrong for one in group_biases(engine, CUT)] == [False]


def test_newcomers_are_told_apart_by_the_clearest_first(engine):
    add_newcomers(engine)
    found = newcomers(engine)
    assert found.everybody is not None and found.everybody.value.mean == 40.0
    assert [one.name for one in found.dimensions] == ["channel", "household_size", "first order", "country"]
    assert [one.name for one in found.clear] == ["channel", "household_size", "first order"]
    channel = found.dimensions[0]
    assert [one.member for one in channel.groups] == ["referral", "search", "social", "others"]
    assert channel.spread == pytest.approx((100 * 30 + 300 * 15) / 1000 / 40)


def test_no_newcomers_is_no_answer(engine):
    assert newcomers(engine).everybody is None
    add_biases(engine)
    assert step_biases(engine, CUT)
