"""Experiments read out: what counts, against whom, what is said of it, and what may never be said."""

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from experiments_shop import buys, crowd, empty_shop, happens, joins, lay_out, lot
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import AS_OF

from lifeworth.insight import experiments
from lifeworth.insight.experiments.reading.arms import Plan, control_of, planned_shares, plans
from lifeworth.insight.experiments.reading.assigned import PEOPLE, assign_people
from lifeworth.insight.experiments.reading.before import look_before
from lifeworth.insight.experiments.reading.blind import Blind
from lifeworth.insight.experiments.reading.came import watch
from lifeworth.insight.experiments.reading.days import learning_days
from lifeworth.insight.experiments.reading.reader import Reader

START = AS_OF - timedelta(days=60)
TABLES = [table.name for table in experiments.TABLES]


def day(after):
    """So many days after the assignment."""
    return START + timedelta(days=after)


def rows(engine, table="experiments_results"):
    return engine.records(f"SELECT * FROM {table} ORDER BY ALL")


# --- what counts


@pytest.mark.parametrize(
    ("kind", "happened", "order_day", "stated", "counts"),
    [
        ("refund", 20, 5, False, True),
        ("refund", 45, 5, False, True),  # after the last day, of an order within
        ("refund", 20, -5, False, False),  # of an order before
        ("refund", 20, None, False, True),  # of no order that is known
        ("returns_handling", 20, 5, False, True),
        ("returns_handling", 20, -5, False, False),
        ("service", 20, -5, False, True),  # a ticket is a ticket, whatever order it is about
        ("service", 45, 5, False, False),
        ("contact", 3, -5, False, True),
        ("contact", 3, -5, True, False),  # the experiment says what its letter cost
        ("contact", 45, 5, False, False),
        ("service", -1, -5, False, False),
        ("refund", 60, 5, False, False),  # the day of the run is the future
    ],
)
def test_what_follows_from_the_window_counts(kind, happened, order_day, stated, counts):
    engine, frame = empty_shop()
    buys(engine, ("A", day(-9), 100))
    buys(engine, ("A", day(5), 20, 8))
    happens(engine, "A", kind, day(happened), -7, None if order_day is None else day(order_day))
    joins(engine, ("E", "A", "letter", START, day(30), 1 if stated else None))
    assign_people(engine, frame)
    watch(engine, PEOPLE, "came", frame.as_of, in_profit=True, costs_stated="TRUE" if stated else "FALSE")
    [row] = rows(engine, "came")
    assert float(row["money"]) == (20 - 7 if counts else 20) and row["purchases"] == 1


@pytest.mark.parametrize(
    ("bought", "counts"),
    [(-1, False), (0, True), (30, True), (31, False)],
    ids=["the day before", "the day of assignment", "the last day", "the day after"],
)
def test_the_window_runs_from_the_day_of_assignment_through_the_last_day(bought, counts):
    engine, frame = empty_shop()
    buys(engine, ("A", day(bought), 20))
    joins(engine, ("E", "A", "letter", START, day(30)))
    assign_people(engine, frame)
    watch(engine, PEOPLE, "came", frame.as_of, in_profit=True)
    assert [(r["purchases"], float(r["money"])) for r in rows(engine, "came")] == [(1, 20.0) if counts else (0, 0.0)]


def test_without_an_end_the_window_runs_to_the_run_and_no_further():
    engine, frame = empty_shop()
    for after in (0, 59, 60, 61):
        buys(engine, ("A", day(after), 10))
    joins(engine, ("E", "A", "letter", START))
    assign_people(engine, frame)
    watch(engine, PEOPLE, "came", frame.as_of, in_profit=True)
    assert [float(r["money"]) for r in rows(engine, "came")] == [20.0]


def test_in_revenue_costs_are_not_known():
    engine, frame = empty_shop(in_profit=False)
    buys(engine, ("A", day(5), 20, 8))
    happens(engine, "A", "refund", day(9), -5, day(5))
    happens(engine, "A", "service", day(9), -50, day(5))
    engine.execute("UPDATE ledger_events SET revenue_effect = 0 WHERE kind = 'service'")
    joins(engine, ("E", "A", "letter", START))
    assign_people(engine, frame)
    watch(engine, PEOPLE, "came", frame.as_of, in_profit=False)
    assert [float(r["money"]) for r in rows(engine, "came")] == [23.0]


def test_what_was_known_before_holds_nothing_of_the_day_or_later():
    engine, frame = empty_shop()
    for after, profit in ((-700, 30), (-300, 40), (-10, 50), (0, 1_000), (7, 1_000)):
        buys(engine, ("A", day(after), profit))
    happens(engine, "A", "refund", day(-5), -15, day(-10))
    happens(engine, "A", "refund", day(0), -999, day(-10))
    joins(engine, ("E", "A", "letter", START))
    joins(engine, ("E", "B", "letter", START))
    assign_people(engine, frame)
    look_before(engine, PEOPLE, "known", in_profit=True)
    known, nobody = rows(engine, "known")
    assert (known["purchases"], known["recency_days"], known["T_days"]) == (3, 690, 700)
    assert (float(known["money"]), float(known["money_lately"])) == (105.0, 75.0)
    assert [float(nobody[name]) for name in ("purchases", "recency_days", "T_days", "money", "money_lately")] == [
        0.0
    ] * 5


# --- who is in it


def test_nobody_is_compared_with_themselves_and_the_future_has_not_begun():
    engine, frame = empty_shop()
    joins(engine, ("E", "A", "Letter", START))
    joins(engine, ("E", "A", "letter ", day(3)))
    joins(engine, ("E", "B", "letter", START))
    joins(engine, ("E", "B", "control", START))
    joins(engine, ("E", "C", "control", AS_OF))
    joins(engine, ("later", "D", "control", AS_OF))
    [found] = assign_people(engine, frame)
    people = rows(engine, PEOPLE)
    assert [(p["customer_id"], p["arm"], p["assigned_on"]) for p in people] == [("A", "letter", START)]
    assert (found.name, found.crossed, found.ended) == ("E", 1, False)


@pytest.mark.parametrize(
    ("arms", "plan", "control"),
    [
        (("letter", "control"), Plan(), "control"),
        (("A", "Kontrolle"), Plan(), "Kontrolle"),
        (("holdout", "letter", "card"), Plan(), "holdout"),
        (("a", "b"), Plan(), None),
        (("control", "holdout", "letter"), Plan(), None),
        (("control", "holdout", "letter"), Plan("holdout"), "holdout"),
        (("a", "b"), Plan("A".lower()), "a"),
    ],
)
def test_the_untreated_arm_is_the_one_named_so_or_set(arms, plan, control):
    assert control_of(arms, plan) == control


def test_the_setting_names_control_and_shares_by_experiment():
    said = [
        SimpleNamespace(name="Win-back ", control="A", shares={"A": 0.2, " b": 0.8}),
        SimpleNamespace(name="x", control=None, shares={}),
    ]
    found = plans(SimpleNamespace(experiments=said))
    assert found["win-back"] == Plan("a", {"a": 0.2, "b": 0.8}) and found["x"] == Plan(None, {})


@pytest.mark.parametrize(
    ("counts", "plan", "shares"),
    [
        ({"c": 500, "t": 498}, Plan(), {"c": 0.5, "t": 0.5}),
        ({"c": 96, "t": 904}, Plan(), {"c": 0.1, "t": 0.9}),
        ({"c": 96, "t": 904}, Plan(None, {"c": 0.5, "t": 0.5}), {"c": 0.5, "t": 0.5}),
        ({"c": 96, "t": 904}, Plan(None, {"c": 0.5, "x": 0.5}), {"c": 0.1, "t": 0.9}),
        ({"c": 2, "t": 998}, Plan(), {"c": 0.5, "t": 0.5}),
        ({"a": 332, "b": 334, "c": 334}, Plan(), {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}),
        ({"a": 1, "b": 2, "c": 3}, Plan(None, {"a": 1, "b": 2, "c": 3}), {"a": 1 / 6, "b": 1 / 3, "c": 0.5}),
    ],
)
def test_planned_shares_are_those_set_or_the_nearest_that_people_plan_with(counts, plan, shares):
    assert planned_shares(counts, plan)[0] == pytest.approx(shares)


@given(st.dictionaries(st.integers(0, 900), st.integers(1, 50), min_size=1, max_size=60), st.integers(1, 8))
def test_models_learn_on_few_days_the_first_among_them(assigned, most):
    days = [(START + timedelta(days=after), people) for after, people in sorted(assigned.items())]
    found = learning_days(days, most)
    assert len(found) == min(len(days), most) and list(found) == sorted(set(found))
    assert found[0] == days[0][0] and set(found) <= {each for each, _ in days}


# --- the river knows nothing of what came later


def expected_of(engine, frame):
    found = assign_people(engine, frame)
    return Reader.prepare(Blind.prepare(engine, frame), found).read(found[0])


def test_predictions_know_nothing_of_the_day_of_assignment_or_later():
    found = crowd(1_500, 3)
    arm = lot(np.random.default_rng(1), len(found), 0.5)
    before = expected_of(*lay_out(found, arm))
    later = found.day >= 0
    changed = crowd(1_500, 3)
    changed.profit[later] *= 50
    changed.day[later] = np.random.default_rng(2).integers(0, found.window, later.sum())
    after = expected_of(*lay_out(changed, arm))
    assert np.array_equal(before.expected, after.expected) and np.array_equal(
        before.watched.covariates, after.watched.covariates
    )
    groups, later_groups = before.groups(), after.groups()
    assert groups.keys() == later_groups.keys()
    for name, members in groups.items():
        assert members.names == later_groups[name].names and np.array_equal(members.codes, later_groups[name].codes), (
            name
        )
    assert not np.array_equal(before.watched.brought, after.watched.brought)
    assert np.corrcoef(before.expected, found.brought())[0, 1] > 0.3


def built(found, arm, **how):
    engine, frame = lay_out(found, arm, **how)
    experiments.build(engine, frame)
    return engine


@pytest.fixture(scope="module")
def three_thousand():
    return crowd(3_000, 1)


@pytest.fixture(scope="module")
def arms(three_thousand):
    return lot(np.random.default_rng(5), len(three_thousand), 0.7)


def test_whatever_the_order_of_rows_and_the_number_of_threads_the_tables_are_the_same(three_thousand, arms):
    one = built(three_thousand, arms, cost=2.0)
    for threads, shuffled in ((2, 1), (1, 2)):
        other = built(three_thousand, arms, cost=2.0, threads=threads, shuffled=shuffled)
        for table in TABLES:
            assert one.rows(f"SELECT * FROM {table}") == other.rows(f"SELECT * FROM {table}"), table


# --- what is said


def test_a_treatment_that_costs_and_does_nothing_is_stopped_and_its_effect_lies_in_the_range(three_thousand, arms):
    [row] = rows(built(three_thousand, arms, cost=2.0))
    assert row["verdict"] == "stop" and row["may_be_believed"] and row["look_at"] == "fixed" and row["state"] == "ended"
    assert row["difference_low"] <= -2.0 <= row["difference_high"] < 0
    assert "letter took" in row["sentence"] and "stop it" in row["sentence"] and "95 % range" in row["sentence"]
    brought = three_thousand.brought()
    assert row["brought_each"] == pytest.approx(brought[arms == 1].mean(), abs=1e-6)
    assert row["control_brought_each"] == pytest.approx(brought[arms == 0].mean(), abs=1e-6)
    assert (row["customers"], row["control_customers"]) == ((arms == 1).sum(), (arms == 0).sum())
    assert (row["cost_each"], row["control_cost_each"], row["days"]) == (2.0, 0.0, 60.0)
    assert row["plain_mean"] == pytest.approx(row["brought_each"] - row["control_brought_each"] - 2.0)
    assert 0.05 < row["variance_saved"] < 0.9
    assert row["always_valid_high"] - row["always_valid_low"] > row["difference_high"] - row["difference_low"]
    bought = three_thousand.bought()
    assert row["conversion_mean"] == pytest.approx(bought[arms == 1].mean() - bought[arms == 0].mean())


def answer(found, arm, chance, seed=1, size=1.0, who=True):
    """The crowd with more orders in the treated arm, of each customer's own size."""
    rng = np.random.default_rng(seed)
    extra = np.flatnonzero((arm == 1) & (rng.random(len(found)) < chance) & who)
    profit = np.round(size * (found.past / (found.x + 1))[extra], 2)
    day_of = rng.integers(2, found.window - 2, len(extra)).astype(float)
    from dataclasses import replace

    return replace(
        found,
        who=np.concatenate([found.who, extra]),
        day=np.concatenate([found.day, day_of]),
        profit=np.concatenate([found.profit, profit]),
    )


def test_a_treatment_that_pays_is_kept(three_thousand, arms):
    answered = answer(three_thousand, arms, 0.5)
    [row] = rows(built(answered, arms, cost=0.5))
    assert row["verdict"] == "keep" and row["difference_low"] > 0
    assert (
        row["sentence"].startswith("letter brought")
        and "more than it cost" in row["sentence"]
        and "keep it" in row["sentence"]
    )
    assert row["relative_low"] > 0 and row["conversion_low"] > 0 and row["p_value"] < 0.05


def test_without_a_stated_cost_the_sentence_says_so(three_thousand, arms):
    engine, frame = lay_out(answer(three_thousand, arms, 0.5), arms)
    engine.execute("UPDATE sources_experiments SET treatment_cost = NULL")
    experiments.build(engine, frame)
    [row] = rows(engine)
    assert not row["cost_is_stated"] and "no file states" in row["sentence"]


def test_a_cost_of_the_untreated_is_taken_off_too_and_said(three_thousand, arms):
    engine, frame = lay_out(three_thousand, arms, cost=2.0)
    engine.execute("UPDATE sources_experiments SET treatment_cost = 2.0")
    experiments.build(engine, frame)
    [row] = rows(engine)
    assert row["control_cost_each"] == 2.0 and row["plain_mean"] == pytest.approx(
        row["brought_each"] - row["control_brought_each"]
    )
    assert "The untreated arm cost 2.00 EUR a customer, too" in row["sentence"]


def test_while_it_runs_the_always_valid_range_decides(three_thousand, arms):
    quiet = built(three_thousand, arms, cost=0.05, ended=False)
    [row] = rows(quiet)
    assert (row["state"], row["look_at"], row["ended_on"]) == ("running", "always valid", None)
    assert row["verdict"] == "cannot tell" and "so far" in row["sentence"]
    said = f"{row['always_valid_low']:,.2f} to {row['always_valid_high']:,.2f}"
    assert said in row["sentence"]
    assert not quiet.rows("SELECT * FROM experiments_groups") and not quiet.rows("SELECT * FROM experiments_uplift")


def test_before_twenty_have_bought_in_each_arm_it_is_too_early_to_look():
    found = crowd(200, 2)
    arm = (np.arange(200) % 2).astype(np.intp)
    few = np.flatnonzero(found.bought())[:24]
    kept = (found.day < 0) | np.isin(found.who, few)
    from dataclasses import replace

    small = replace(found, who=found.who[kept], day=found.day[kept], profit=found.profit[kept])
    [row] = rows(built(small, arm, ended=False))
    assert row["verdict"] == "too early" and row["always_valid_low"] is None and "too early" in row["sentence"]


@pytest.mark.parametrize("people", [1, 2, 9, 40])
def test_arms_of_few_customers_or_buyers_say_nothing(people):
    engine, frame = empty_shop()
    before = [(f"C{place}", day(-100 + place % 50), 10) for place in range(2 * people)]
    buys(engine, *before, *((f"C{place}", day(4), 10) for place in range(min(6, 2 * people))))
    joins(engine, *halves(2 * people, days=50))
    experiments.build(engine, frame)
    [row] = rows(engine)
    assert row["verdict"] == "too small" and "fewer than ten" in row["sentence"]
    assert (row["difference_mean"] is None) == (people < 10) and (row["bought_share"] is None) == (people < 10)


def test_several_arms_share_the_chance_of_a_false_finding(three_thousand):
    arm = np.random.default_rng(2).choice(3, len(three_thousand), p=[0.4, 0.3, 0.3])
    three = rows(built(three_thousand, arm, arms=("control", "letter", "card")))
    two = built(three_thousand, np.minimum(arm, 1))
    [one] = rows(two)
    assert [row["arm"] for row in three] == ["card", "letter"]
    for row in three:
        reach = row["difference_high"] - row["difference_low"]
        assert (
            reach / row["standard_error"]
            > 2 * 2.2
            > (one["difference_high"] - one["difference_low"]) / one["standard_error"]
        )
        assert row["p_value"] <= 1


def test_nothing_is_compared_where_no_arm_is_untreated(three_thousand, arms):
    engine = built(three_thousand, arms, arms=("a", "b"))
    assert rows(engine) == []
    [check] = [row for row in rows(engine, "experiments_checks") if row["state"] == "warn"]
    assert check["check_name"] == "control" and "Name the untreated arm" in check["sentence"]


def test_arms_that_lost_customers_are_not_believed(three_thousand, arms):
    engine, frame = lay_out(three_thousand, arms, cost=2.0)
    engine.execute(
        "DELETE FROM sources_experiments WHERE arm = 'letter' AND customer_id IN (SELECT customer_id FROM ledger_keys WHERE customer_key % 20 = 0)"
    )
    engine.execute(
        """DELETE FROM sources_experiments WHERE arm = 'control' AND customer_id IN (
           SELECT k.customer_id FROM ledger_keys k JOIN ledger_days d USING (customer_key) GROUP BY 1 HAVING count(*) > 2)"""
    )
    experiments.build(engine, frame)
    [row] = rows(engine)
    warned = {check["check_name"] for check in rows(engine, "experiments_checks") if check["state"] == "warn"}
    assert "alike before" in warned and not row["may_be_believed"] and row["verdict"] == "do not use"
    assert "do not act" in row["sentence"] and row["difference_mean"] is not None
    assert not rows(engine, "experiments_groups")


def test_arms_watched_for_different_times_are_not_believed(three_thousand, arms):
    engine, frame = lay_out(three_thousand, arms)
    engine.execute("UPDATE sources_experiments SET ended_on = ended_on - 20 WHERE arm = 'control'")
    experiments.build(engine, frame)
    [check] = [row for row in rows(engine, "experiments_checks") if row["check_name"] == "watched alike"]
    assert check["state"] == "warn" and "60.0" in check["sentence"] and "40.0" in check["sentence"]


def test_figures_do_not_hang_on_the_unit_of_money(three_thousand, arms):
    from dataclasses import replace

    [one] = rows(built(three_thousand, arms, cost=0.5))
    dear = replace(three_thousand, profit=three_thousand.profit * 100)
    [hundred] = rows(built(dear, arms, cost=50.0))
    for name in (
        "difference_mean",
        "difference_low",
        "difference_high",
        "winsorised_mean",
        "always_valid_low",
        "cap_high",
    ):
        assert hundred[name] == pytest.approx(100 * one[name], rel=1e-5), name
    for name in ("p_value", "variance_saved", "relative_mean", "always_valid_p_value"):
        assert hundred[name] == pytest.approx(one[name], rel=1e-5), name


def test_no_experiment_no_result_yet_all_customers_and_windows(three_thousand):
    engine, frame = lay_out(three_thousand, np.zeros(3_000, dtype=np.intp))
    engine.execute("DROP TABLE sources_experiments")
    experiments.build(engine, frame)
    assert not rows(engine) and not rows(engine, "experiments_checks")
    assert engine.value("SELECT count(*) FROM experiments_customers") == 3_000
    assert engine.value("SELECT count(DISTINCT window_days) FROM experiments_windows") == 5
    assert not [table for table in engine.tables() if table in (PEOPLE, "experiments_came", "experiments_before")]


# --- odd data


def odd_nobody(engine):
    return 0


def odd_only_strangers(engine):
    joins(engine, *halves(60, "S", days=40))
    return 1


def odd_one_customer(engine):
    buys(engine, ("A", day(-3), 5))
    joins(engine, ("E", "A", "letter", START))
    return 1


def odd_all_refunded(engine):
    bought = [(f"C{place}", day(after + place % 30), 10) for place in range(80) for after in (-40, 0)]
    buys(engine, *bought)
    for place in range(80):
        happens(engine, f"C{place}", "refund", day(35), -10, day(place % 30))
    joins(engine, *halves(80))
    return 1


def odd_nobody_repeats(engine):
    buys(engine, *((f"C{place}", day(-200 + place), 10) for place in range(200)))
    joins(engine, *halves(200))
    return 1


def odd_all_losses(engine):
    before = [(f"C{place}", day(-200 + place), -10) for place in range(200)]
    buys(engine, *before, *((f"C{place}", day(place % 40), -5 - place % 3) for place in range(200)))
    joins(engine, *halves(200))
    return 1


def odd_every_day_another(engine):
    before = [(f"C{place}", day(-300 + place), 10 + place % 7) for place in range(300)]
    buys(engine, *before, *((f"C{place}", day(place % 50), 10) for place in range(300)))
    joins(engine, *(("E", f"C{place}", ARMS[place % 2], day(place % 45), day(50), 1) for place in range(300)))
    return 1


def odd_many_channels(engine):
    before = [(f"C{place}", day(-300 + place % 200), 10 + place % 7) for place in range(400)]
    buys(engine, *before, *((f"C{place}", day(place % 40), 10) for place in range(400) if place % 3))
    joins(engine, *halves(400, days=50))
    engine.execute("UPDATE insight_customers SET channel = customer_id || '''; DROP TABLE ledger_days; --'")
    return 1


def odd_names(engine):
    buys(engine, *((f"C{place}", day(after + place % 20), 10) for place in range(100) for after in (-30, 0)))
    joins(engine, *halves(100, name="O'Neill; DROP TABLE x --", arms=("Control ", "a 'b' \"c\"")))
    return 1


ARMS = ("control", "letter")


def halves(people, prefix="C", *, days=40, name="E", arms=ARMS):
    """Every second customer in the untreated arm."""
    return [(name, f"{prefix}{place}", arms[place % 2], START, day(days), 1) for place in range(people)]


@pytest.mark.parametrize(
    "made",
    [odd_nobody, odd_only_strangers, odd_one_customer, odd_all_refunded, odd_nobody_repeats, odd_all_losses, odd_every_day_another,
     odd_many_channels, odd_names],
    ids=lambda made: made.__name__[4:],
)  # fmt: skip
@pytest.mark.parametrize("in_profit", [True, False])
def test_odd_data_are_no_trouble(made, in_profit):
    engine, frame = empty_shop(in_profit=in_profit)
    engine.execute(f"UPDATE ledger_facts SET basis = '{'profit' if in_profit else 'revenue'}'")
    experiments_there = made(engine)
    experiments.build(engine, frame)
    assert engine.value("SELECT count(DISTINCT experiment_id) FROM experiments_results") <= experiments_there
    for table in TABLES:
        for row in engine.records(f"SELECT * FROM {table}"):
            for name, value in row.items():
                assert not isinstance(value, float) or np.isfinite(value), (table, name)


# --- checks


@hypothesis_settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000))
def test_a_fair_lot_rarely_warns(seed):
    from lifeworth.insight.experiments.effects.checks import check_alike

    rng = np.random.default_rng(seed)
    predicted = np.exp(2 * rng.normal(size=800)) * (rng.random(800) < 0.6)
    predicted = np.exp(2 * rng.normal(size=800)) * (rng.random(800) < 0.6)
    found = check_alike(lot(rng, 800, 0.7), predicted, 2)
    assert found is not None and found.p_value > 1e-6


def test_the_sample_ratio_warns_when_the_plan_is_known_and_missed(three_thousand, arms):
    settings = SimpleNamespace(
        experiments=[SimpleNamespace(name="letter test", control="control", shares={"control": 0.5, "letter": 0.5})]
    )
    engine, frame = lay_out(three_thousand, arms)
    from dataclasses import replace

    experiments.build(engine, replace(frame, settings=settings))
    [check] = [row for row in rows(engine, "experiments_checks") if row["check_name"] == "sample ratio"]
    assert check["state"] == "warn" and "the plan, 1 : 1" in check["sentence"] and check["p_value"] < 1e-6
    assert rows(engine)[0]["verdict"] == "do not use"
