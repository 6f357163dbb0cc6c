"""The next experiment: what it takes, and who goes into which arm, from a published result."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from experiments_shop import crowd, lay_out, publish
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import AS_OF

from lifeworth.answers.experiment_design import assign_customers, choose, open_result, plan_experiment
from lifeworth.contract.registry import create_tables
from lifeworth.errors import DataError, InputError, UsageError
from lifeworth.insight import experiments
from lifeworth.insight.experiments.design.assigning import TABLE, Draw, Share, assign, borders
from lifeworth.insight.experiments.design.planning import Experience, Spread, Wish, plan
from lifeworth.insight.segments.condition import ConditionError
from lifeworth.maths.power import Aim
from lifeworth.settings import Settings
from lifeworth.sources import FileRequest, load
from lifeworth.store.duckdb.engine import DuckDB

ARMS = (Share("control", 0.3), Share("letter", 0.7, 1.1))


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A result of 3,000 customers, a quarter of whom agreed to nothing, with an experiment that still runs."""
    found = crowd(3_000, 4, window=60)
    past = found.day < 0
    before = replace(found, who=found.who[past], day=found.day[past], profit=found.profit[past])
    engine, frame = lay_out(
        before, (np.arange(3_000) % 10 > 0).astype(np.intp), name="running", days_ago=0, ended=False
    )
    engine.execute("UPDATE sources_experiments SET assigned_on = assigned_on - 30")
    engine.execute("DELETE FROM sources_experiments WHERE hash(customer_id) % 2 = 0")
    engine.execute(
        "UPDATE insight_customers SET consent_email = CASE hash(customer_id) % 4 WHEN 0 THEN NULL WHEN 1 THEN FALSE ELSE TRUE END"
    )
    experiments.build(engine, frame)
    return publish(engine, frame, tmp_path_factory.mktemp("design") / "result")


@pytest.fixture
def opened(result):
    engine = DuckDB(threads=1)
    open_result(engine, result)
    return engine


def count(engine, table="experiments_chosen"):
    return engine.value(f"SELECT count(*) FROM {table}")


# --- who may take part


def test_consent_holdouts_and_the_condition_decide_who_takes_part(opened):
    everybody = choose(opened, None, "none", on=AS_OF)
    held = opened.value("SELECT count(*) FROM experiments_customers WHERE held_out_by IS NOT NULL")
    assert everybody.customers == 3_000 - held > 0 and held > 0
    assert everybody.left_out == (f"Left out: {held:,} kept untreated by an experiment that still runs.",)
    agreed = choose(opened, "life_cycle = 'quiet' and value_mean > 20", "email", on=AS_OF)
    wrong = opened.value(
        """SELECT count(*) FROM experiments_chosen JOIN experiments_customers e USING (customer_id) JOIN segments_customers s USING (customer_id)
           JOIN insight_customers v USING (customer_id)
           WHERE NOT COALESCE(e.consent_email, FALSE) OR e.held_out_by IS NOT NULL OR s.life_cycle <> 'quiet' OR v.value_mean <= 20"""
    )
    assert 0 < agreed.customers == count(opened) < everybody.customers and wrong == 0
    assert any("without consent" in said for said in agreed.left_out)
    assert choose(opened, None, "none", on=AS_OF, name=" Running").customers == 3_000


def test_where_nobody_speaks_of_consent_it_is_said(result):
    engine = DuckDB(threads=1)
    open_result(engine, result)
    engine.execute(
        "CREATE TABLE silent AS SELECT * REPLACE (NULL::BOOLEAN AS consent_email) FROM experiments_customers"
    )
    engine.execute("DROP VIEW experiments_customers")
    engine.execute("ALTER TABLE silent RENAME TO experiments_customers")
    found = choose(engine, None, "email", on=AS_OF)
    assert "No file says who agreed to e-mail" in found.left_out[0] and found.customers > 2_500


def test_ids_that_a_spreadsheet_would_run_are_left_out(result):
    engine = DuckDB(threads=1)
    open_result(engine, result)
    for table in ("insight_customers", "experiments_customers", "segments_customers"):
        engine.execute(
            f"CREATE TABLE t_{table} AS SELECT * REPLACE (CASE WHEN customer_id = 'C000001' THEN '=1+1' ELSE customer_id END AS customer_id) FROM {table}"
        )
        engine.execute(f"DROP VIEW {table}")
        engine.execute(f"ALTER TABLE t_{table} RENAME TO {table}")
    found = choose(engine, None, "none", on=AS_OF)
    assert engine.value("SELECT count(*) FROM experiments_chosen WHERE customer_id = '=1+1'") == 0
    assert any("begin like a formula" in said for said in found.left_out)


def test_a_condition_that_cannot_be_read_names_the_option(opened):
    with pytest.raises(ConditionError, match="--where: there is no column contry"):
        choose(opened, "contry = 'DE'", "none", on=AS_OF)


# --- planning


def test_the_spread_of_everybody_is_the_law_of_total_variance(opened):
    choose(opened, None, "none", on=AS_OF, name="running")
    planned = plan_experiment(opened, Wish(0.1, True, 91, Aim()))
    whole = opened.records("SELECT * FROM experiments_windows WHERE window_days = 91 AND place = 0")[0]
    assert planned.customers == 3_000 and planned.past
    assert planned.spread.mean == pytest.approx(whole["mean"], rel=0.02)
    assert planned.spread.variance == pytest.approx(whole["variance"], rel=0.05)
    assert planned.spread.bought_share == pytest.approx(whole["bought_share"], rel=0.05)
    assert 0 < planned.spread.rest_variance < planned.spread.variance
    assert planned.asked.effect == pytest.approx(0.1 * planned.spread.mean)


def test_the_best_customers_differ_more_and_bring_more(opened):
    choose(opened, "tier = 'core'", "none", on=AS_OF)
    core = plan_experiment(opened, Wish(1.0, False, 91, Aim()))
    choose(opened, "tier = 'small'", "none", on=AS_OF)
    small = plan_experiment(opened, Wish(1.0, False, 91, Aim()))
    assert core.spread.variance > small.spread.variance and core.spread.mean > small.spread.mean
    assert core.asked.needed > small.asked.needed


SPREADS = tuple(Spread(days, 0.1 * days, 4.0 * days, 3.0 * days, 0.3) for days in (28, 91, 365))


@given(st.integers(1, 365))
def test_between_the_stretches_that_were_seen_spreads_follow_the_days(days):
    found = Experience(1_000, SPREADS, True).over(days)
    assert found.days == days and found.mean == pytest.approx(0.1 * days, rel=1e-6)
    assert found.variance == pytest.approx(4.0 * days, rel=1e-6) and found.saved == pytest.approx(0.25, rel=1e-6)


@pytest.mark.parametrize(
    ("customers", "effect", "seen", "shorter"),
    [(9_000, 1.0, True, None), (400, 1.0, False, None), (1_500, 0.05, False, None)],
)
def test_the_plan_says_whether_the_effect_can_be_seen(customers, effect, seen, shorter):
    found = plan(Experience(customers, SPREADS, True), Wish(effect, False, 91, Aim(), cost=2.0))
    assert found.can_be_seen == seen and found.other_days == shorter
    assert (found.smallest < effect) == seen
    assert found.needed_unadjusted > found.asked.needed
    assert (
        found.treated == pytest.approx(0.5 * min(found.asked.needed, customers), abs=1)
        and found.cost == 2.0 * found.treated
    )
    assert found.asked.power_here > 0.8 if seen else found.asked.power_here < 0.8


def test_a_share_is_easier_to_see_over_a_longer_stretch():
    found = plan(Experience(1_500, SPREADS, True), Wish(0.4, True, 28, Aim()))
    assert not found.can_be_seen and found.other_days == 91
    needed = {size.days: size.needed for size in found.table if size.share == 0.2}
    assert needed[28] > needed[91] > needed[365]


@pytest.mark.parametrize(
    ("where", "wish", "said"),
    [
        ("value_mean > 1000000", Wish(1.0, False, 91, Aim()), "No customer may take part"),
        (None, Wish(1.0, False, 4_000, Aim()), "up to 365 days, not for 4000"),
    ],
)
def test_plans_that_cannot_be_made_say_why(opened, where, wish, said):
    choose(opened, where, "none", on=AS_OF)
    with pytest.raises(DataError, match=said):
        plan_experiment(opened, wish)


def test_without_a_past_the_forecast_speaks():
    found = crowd(400, 2, window=60)
    past = found.day < 0
    engine, frame = lay_out(
        replace(found, who=found.who[past], day=found.day[past], profit=found.profit[past]),
        np.zeros(400, dtype=np.intp),
        days_ago=0,
    )
    experiments.build(engine, replace(frame, first_day=AS_OF - timedelta(days=60)))
    rows = engine.records("SELECT * FROM experiments_windows ORDER BY place")
    assert {row["basis"] for row in rows} == {"forecast"} and {row["window_days"] for row in rows} == {365}
    assert rows[0]["rest_variance"] == pytest.approx(25.0) and rows[0]["variance"] > 25.0


# --- the lot


def strata(sizes):
    """Customers of several tiers and values in the tables that a lot is drawn from."""
    engine = DuckDB(threads=1)
    create_tables(engine)
    people = [(f"C{tier}{place:04d}", tier, 10.0 * 2**tier) for tier, size in enumerate(sizes) for place in range(size)]
    ids, tiers, values = (list(column) for column in zip(*people, strict=True))
    engine.execute(
        "CREATE TABLE insight_customers AS SELECT unnest(?::VARCHAR[]) AS customer_id, unnest(?::DOUBLE[]) AS value_mean",
        [ids, values],
    )
    engine.execute(
        "CREATE TABLE segments_customers AS SELECT unnest(?::VARCHAR[]) AS customer_id, 'tier ' || unnest(?::INTEGER[]) AS tier",
        [ids, tiers],
    )
    engine.execute("CREATE TABLE chosen AS SELECT customer_id FROM insight_customers")
    return engine


def drawn(engine, chosen="chosen", arms=ARMS, name="N", seed=1):
    assign(engine, Draw(name, arms, seed, AS_OF, None), chosen)
    return dict(engine.rows(f"SELECT customer_id, arm FROM {TABLE}"))


def test_every_stratum_is_split_as_evenly_as_it_goes():
    engine = strata([100, 57, 3, 1])
    drawn(engine)
    for stratum, size, letters in engine.rows(
        f"SELECT stratum, count(*), count(*) FILTER (arm = 'letter') FROM {TABLE} GROUP BY 1"
    ):
        assert abs(letters - 0.7 * size) < 1, stratum
    rows = engine.records(f"SELECT * FROM {TABLE}")
    assert [row["customer_id"] for row in rows] == sorted(row["customer_id"] for row in rows)
    assert {(row["arm"], row["treatment_cost"] and float(row["treatment_cost"])) for row in rows} == {
        ("control", None),
        ("letter", 1.1),
    }


def test_the_same_name_and_seed_give_the_same_arms_whatever_the_order():
    engine = strata([80, 40])
    one = drawn(engine)
    engine.execute(
        "CREATE OR REPLACE TABLE insight_customers AS SELECT * FROM insight_customers ORDER BY hash(customer_id)"
    )
    assert drawn(engine) == one
    assert drawn(engine, seed=2) != one and drawn(engine, name="M") != one


@hypothesis_settings(max_examples=15, deadline=None)
@given(
    st.integers(2, 60),
    st.integers(0, 59),
    st.sampled_from([ARMS, (Share("control", 0.5), Share("a", 0.25), Share("b", 0.25))]),
)
def test_who_leaves_moves_at_most_one_other_across_each_border(size, gone, arms):
    engine = strata([size, 30])
    everybody = drawn(engine, arms=arms)
    leaver = f"C0{gone % size:04d}"
    engine.execute("CREATE TABLE fewer AS SELECT customer_id FROM chosen WHERE customer_id <> ?", [leaver])
    fewer = drawn(engine, "fewer", arms=arms)
    moved = [customer for customer, arm in fewer.items() if everybody[customer] != arm]
    assert len(moved) <= len(arms) - 1 and all(customer.startswith("C0") for customer in moved)
    engine.close()


@given(st.integers(0, 400), st.lists(st.floats(0.01, 1), min_size=2, max_size=4), st.floats(0, 0.999999))
def test_borders_part_everybody_nearly_as_asked(size, weights, rounding):
    shares = [weight / sum(weights) for weight in weights]
    edges = borders(size, shares, rounding)
    assert edges[0] == 0 and edges[-1] == size and edges == sorted(edges)
    for share, low, high in zip(shares, edges[:-1], edges[1:], strict=True):
        assert abs((high - low) - share * size) <= 1 + 1e-6


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10])
def test_everybodys_chance_of_each_arm_is_its_share(size):
    shares = [0.3, 0.45, 0.25]
    drawn_often = np.mean([np.diff(borders(size, shares, (turn + 0.5) / 2_000)) for turn in range(2_000)], axis=0)
    assert drawn_often / size == pytest.approx(shares, abs=1e-3)


def test_arms_are_alike_by_value(opened):
    chosen = choose(opened, None, "none", on=AS_OF)
    found = assign_customers(opened, Draw("alike", ARMS, 1, AS_OF, AS_OF + timedelta(days=89)), chosen)
    control, letter = found.arms
    assert control.customers + letter.customers == chosen.customers
    assert control.customers == pytest.approx(0.3 * chosen.customers, abs=found.strata)
    assert control.value_each == pytest.approx(letter.value_each, rel=0.03)


def test_an_arm_of_a_few_is_refused(opened):
    chosen = choose(opened, "customer_id < 'C000030'", "none", on=AS_OF)
    with pytest.raises(DataError, match="it needs 10"):
        assign_customers(opened, Draw("few", ARMS, 1, AS_OF, None), chosen)


# --- on the command line


def test_plan_says_what_it_takes(lifeworth, result):
    said = lifeworth(
        "experiment", "plan", "--out", result, "--effect", "5%", "--days", "60", "--cost", "1.10", "--consent", "none"
    )
    assert said.code == 0, said.err
    assert "You cannot see it: you would need" in said.out and "The smallest effect yours would show is" in said.out
    assert "Customers who may take part" in said.out and "Treating" in said.out and " 365 " in said.out
    large = lifeworth(
        "experiment", "plan", "--out", result, "--effect", "20", "--days", "60", "--holdout", "0.5", "--consent", "none"
    )
    assert "You can see it:" in large.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--effect", "much"), "--effect is a share such as 5%"),
        (("--effect", "0"), "--effect is a share such as 5%"),
        (("--effect", "nan"), "--effect is a share such as 5%"),
        (("--days", "0"), "--days is a number of days"),
        (("--power", "1"), "--power is a share between 0.01 and 0.99"),
        (("--holdout", "0"), "--holdout is a share"),
        (("--cost", "-1"), "--cost is an amount"),
        (("--where", "contry = 'DE'"), "--where: there is no column contry"),
    ],
)
def test_plan_refuses_kindly(lifeworth, result, options, said):
    heard = lifeworth("experiment", "plan", "--out", result, *options)
    assert heard.code == 2 and said in heard.err and "Traceback" not in heard.err


def test_without_a_result_or_its_tables_it_says_what_to_run(lifeworth, result, tmp_path):
    heard = lifeworth("experiment", "plan", "--out", tmp_path / "nothing")
    assert heard.code == 2 and "There is no published result" in heard.err
    engine = DuckDB()
    with pytest.raises(UsageError, match="has no table segments_customers"):
        open_result(engine, tmp_path)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("day", ["9999-12-31", "1900-01-01"])
def test_a_first_day_years_from_the_result_is_refused(lifeworth, result, tmp_path, day):
    said = lifeworth(
        *("experiment", "assign", "--out", result, "--name", "x", "--arms", "control:0.3,letter:0.7"),
        *("--on", day, "--days", "60", "--kept", tmp_path),
    )
    assert said.code == 2 and f"--on {day} lies more than ten years" in said.err and not list(tmp_path.iterdir())


def test_assign_writes_a_file_that_a_run_reads_back(lifeworth, result, tmp_path):
    said = lifeworth(
        "experiment", "assign", "--out", result, "--name", "spring letter", "--arms", "control:0.3,letter:0.7:1.10",
        "--days", "60", "--kept", tmp_path,
    )  # fmt: skip
    assert said.code == 0, said.err
    file = tmp_path / "spring letter.csv"
    rows = read(file)
    assert file.stat().st_mode & 0o777 == 0o600 and str(file) in said.out
    assert set(rows[0]) >= {
        "experiment_id",
        "customer_id",
        "arm",
        "assigned_on",
        "ended_on",
        "treatment_cost",
        "stratum",
        "predicted_value",
    }
    assert {row["arm"] for row in rows} == {"control", "letter"} and {row["experiment_id"] for row in rows} == {
        "spring letter"
    }
    assert {row["assigned_on"] for row in rows} == {AS_OF.isoformat()} and {row["ended_on"] for row in rows} == {
        (AS_OF + timedelta(days=59)).isoformat()
    }
    assert "without consent" in said.out and "kept untreated" in said.out
    orders = tmp_path / "orders.csv"
    orders.write_text(
        "customer_id,date,amount\n"
        + "".join(f"{row['customer_id']},2025-01-{1 + n % 28:02d},10.00\n" for n, row in enumerate(rows))
    )
    engine, files = DuckDB(), [FileRequest(orders, None), FileRequest(file, None)]
    load(engine, files, Settings(currency="EUR"), as_of=None, scratch=tmp_path, tell=lambda _: None)
    loaded = engine.rows("SELECT arm, count(*) FROM sources_experiments GROUP BY 1 ORDER BY 1")
    assert loaded == sorted(Counter(row["arm"] for row in rows).items())
    assert float(engine.value("SELECT sum(treatment_cost) FROM sources_experiments")) == pytest.approx(
        1.1 * dict(loaded)["letter"]
    )


def test_an_experiment_is_drawn_once_and_its_holdout_is_kept_from_the_next(lifeworth, result, tmp_path):
    assign_ = (
        "experiment",
        "assign",
        "--out",
        result,
        "--arms",
        "control:0.5,letter:0.5",
        "--kept",
        tmp_path,
        "--consent",
        "none",
    )
    assert lifeworth(*assign_, "--name", "first", "--days", "30").code == 0
    again = lifeworth(*assign_, "--name", "first", "--days", "30")
    assert again.code == 2 and "was drawn before" in again.err
    assert lifeworth(*assign_, "--name", "second", "--on", (AS_OF + timedelta(days=29)).isoformat()).code == 0
    assert (
        lifeworth(*assign_, "--name", "third", "--on", (AS_OF + timedelta(days=30)).isoformat(), "--days", "5").code
        == 0
    )
    first, second = (
        {row["customer_id"]: row["arm"] for row in read(tmp_path / f"{name}.csv")} for name in ("first", "second")
    )
    untreated = {customer for customer, arm in first.items() if arm == "control"}
    assert not untreated & set(second) and set(second) == set(first) - untreated
    third = {row["customer_id"] for row in read(tmp_path / "third.csv")}
    assert untreated & third and not third & {customer for customer, arm in second.items() if arm == "control"}


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        ("control:0.3", "at least two arms"),
        ("control:0.3,letter:0.6", "add up to 1. These add up to 0.9"),
        ("control:0.5,control:0.5", "different names"),
        ("a:0.5,b:0.5", "must be called control or holdout"),
        ("control:half,letter:0.5", "--arms takes name:share"),
        ("control:0.5,letter:0.5:-1", "--arms takes name:share"),
        ("control:0.5,letter:0.5:1:1", "--arms takes name:share"),
        ("control:0,letter:1", "--arms takes name:share"),
        (":0.5,control:0.5", "--arms takes name:share"),
    ],
)
def test_arms_that_make_no_experiment_are_refused(lifeworth, result, tmp_path, arms, said):
    heard = lifeworth("experiment", "assign", "--out", result, "--name", "x", "--arms", arms, "--kept", tmp_path)
    assert heard.code == 2 and said in heard.err and not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", "  ", "../x", "a/b", ".hidden", "=cmd", "x" * 101, "a\nb", "a*b"])
def test_names_that_make_no_file_are_refused(lifeworth, result, tmp_path, name):
    heard = lifeworth(
        "experiment", "assign", "--out", result, "--name", name, "--arms", "control:0.5,letter:0.5", "--kept", tmp_path
    )
    assert heard.code == 2 and "--name becomes the name of a file" in heard.err and not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["customer_id,arm\nA,control\n", "", "\x00\x01"])
def test_a_file_among_the_assignments_that_is_none_is_named(opened, tmp_path, text):
    other = tmp_path / "other.csv"
    other.write_text(text)
    with pytest.raises(InputError, match="an assignment") as fault:
        choose(opened, None, "none", on=AS_OF, others=(other,))
    assert "other.csv" in str(fault.value)
