"""Winning back: the gain of a contact, the effect measured or assumed, and the best choice for a budget."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import AS_OF, plain_frame
from retention_shop import rhythmic_shop, simulate_days, table

from lifeworth.insight import retention
from lifeworth.insight.retention.people import People
from lifeworth.insight.retention.rhythm import Days, Histories, Rhythm, learn_rhythm
from lifeworth.insight.retention.rhythm.regularity import regularity_of
from lifeworth.insight.retention.winback.budget import Contacts, choose, draw_curve
from lifeworth.insight.retention.winback.effect import Effect, assumed_effect, measured_effect
from lifeworth.insight.retention.winback.gain import seems_lost, weigh_contacts
from lifeworth.insight.retention.winback.returning import Returning, learn_worth, value_returns
from lifeworth.settings import Contact, Settings

SURE = Effect(0.1, 0.1, 0.1, 0.0, "", 0, 0.1)
_money = st.floats(-5, 20, allow_nan=False).map(lambda value: round(value, 2))


def contact(**said):
    return Settings(contact=Contact(**said))


# --- the budget


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.lists(_money, min_size=1, max_size=9), st.floats(0.1, 3), st.floats(0, 12))
def test_with_one_cost_the_choice_is_the_best_there_is(gains, cost, budget):
    gain, costs = np.array(gains), np.full(len(gains), cost)
    best = max(
        sum(gain[list(chosen)])
        for size in range(len(gains) + 1)
        for chosen in combinations(range(len(gains)), size)
        if size * cost <= budget * (1 + 1e-12) + 1e-12
    )
    found = choose(gain, costs, budget)
    assert found.gain == pytest.approx(best, abs=1e-9)
    assert found.gain <= found.bound + 1e-9
    assert len(found.taken) * cost <= budget + 1e-6
    assert all(gain[found.taken] > 0)


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_money, st.floats(0.1, 4)), min_size=1, max_size=9), st.floats(0, 12))
def test_with_many_costs_no_choice_passes_the_bound(pairs, budget):
    gain, cost = (np.array(side) for side in zip(*pairs, strict=True))
    best = max(
        sum(gain[list(chosen)])
        for size in range(len(pairs) + 1)
        for chosen in combinations(range(len(pairs)), size)
        if cost[list(chosen)].sum() <= budget
    )
    found = choose(gain, cost, budget)
    assert found.gain <= best + 1e-9 and best <= found.bound + 1e-9
    assert best - found.gain <= max(gain.max(), 0) + 1e-9
    assert cost[found.taken].sum() <= budget + 1e-6


def test_without_a_budget_everything_that_gains_is_taken():
    found = choose(np.array([2.0, 0.0, -1.0, 3.0]), np.zeros(4), None)
    assert (found.taken.tolist(), found.gain, found.bound) == ([0, 3], 5.0, 5.0)


def test_the_curve_peaks_where_contacts_stop_gaining():
    frame, rng = plain_frame(shared_spread=0.0), np.random.default_rng(1)
    brings = np.sort(rng.gamma(1.0, 20.0, 300))[::-1]
    contacts = Contacts(np.full(300, 0.1), brings, np.full(300, 5.0), 1.5)
    gaining = int((0.1 * brings > 1.5).sum())
    curve = draw_curve(contacts, SURE, frame, (gaining,))
    assert curve.contacts[np.argmax(curve.mean)] == gaining
    assert curve.mean.max() == pytest.approx((0.1 * brings - 1.5)[:gaining].sum())
    assert curve.mean[-1] == pytest.approx((0.1 * brings - 1.5).sum()) and curve.contacts[-1] == 300
    assert (
        (curve.low >= -curve.spend - 1e-9).all()
        and (curve.low <= curve.mean).all()
        and (curve.mean <= curve.high).all()
    )
    assert (np.diff(curve.brought_back) > 0).all() and curve.brought_back[-1] == pytest.approx(30)


def test_the_range_of_a_campaign_holds_what_campaigns_bring():
    frame, rng = plain_frame(interval_level=0.8, shared_spread=0.05), np.random.default_rng(2)
    brings, spread, chance = rng.gamma(3.0, 20.0, 2_000), 15.0, rng.uniform(0.05, 0.3, 2_000)
    effect = Effect(0.2, 0.15, 0.25, 0.03, "test", 100, 0.2)
    curve = draw_curve(Contacts(chance, brings, np.full(2_000, spread), 1.0), effect, frame, ())
    inside, runs = 0, 600
    for _ in range(runs):
        true = chance * max(1 + 0.15 * rng.standard_normal(), 0) * (1 + 0.05 * rng.standard_normal())
        came = rng.random(2_000) < true
        net = (came * (brings + spread * rng.standard_normal(2_000))).sum() - 2_000
        inside += curve.low[-1] <= net <= curve.high[-1]
    assert 0.74 <= inside / runs <= 0.86


# --- the gain of a contact


def test_the_gain_is_chance_times_what_comes_less_the_cost():
    returning = Returning(np.array([100.0, 100.0, -20.0]), np.full(3, 30.0), np.full(3, 10.0))
    found = weigh_contacts(np.array([0.0, 0.75, 0.0]), returning, SURE, 2.0, plain_frame(shared_spread=0.0))
    assert found.chance.tolist() == pytest.approx([0.1, 0.025, 0.1])
    assert found.mean.tolist() == pytest.approx([8.0, 0.5, -4.0])
    assert (found.high - found.mean)[0] == pytest.approx(1.2815516 * 0.1 * 10)
    nothing = weigh_contacts(np.zeros(3), returning, assumed_effect(0.0, 0.8), 2.0, plain_frame())
    assert nothing.mean.tolist() == [-2.0, -2.0, -2.0]


@hypothesis_settings(max_examples=50, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 500), st.floats(0, 5), st.floats(0.01, 5))
def test_a_dearer_contact_gains_less_and_who_comes_anyway_brings_less(comes, later, money, cost, more):
    returning, frame = Returning(np.full(2, money), np.full(2, 1.0), np.full(2, 1.0)), plain_frame()
    low, high = sorted((comes, later))
    gains = weigh_contacts(np.array([low, high]), returning, SURE, cost, frame)
    assert gains.mean[0] >= gains.mean[1]
    dearer = weigh_contacts(np.array([low, high]), returning, SURE, cost + more, frame)
    assert (dearer.mean < gains.mean).all()


def test_who_would_come_anyway_or_is_within_rhythm_does_not_seem_lost():
    lost = seems_lost(np.array([0.49, 0.5, 0.95, 0.95]), np.array([0.1, 0.1, 0.5, 0.49]))
    assert lost.tolist() == [False, True, False, True]


def test_an_assumed_share_is_the_share_of_all_who_are_written_to():
    comes = np.array([0.1, 0.4, 0.3])
    effect = assumed_effect(0.05, float((1 - comes).mean()))
    assert (effect.mean * (1 - comes)).mean() == pytest.approx(0.05)
    assert not effect.is_measured and effect.low == effect.high == effect.mean


def test_a_measured_effect_is_of_those_who_would_not_come():
    effect = measured_effect(0.06, 0.02, 0.10, 0.03, 0.25, "letter", 400)
    assert (effect.mean, effect.low, effect.high, effect.sd) == pytest.approx((0.08, 0.08 / 3, 0.1333333, 0.04))
    assert effect.is_measured


# --- what a returning customer brings


def test_worth_is_drawn_to_the_base_as_far_as_single_days_scatter():
    rng = np.random.default_rng(4)
    level = rng.normal(50, 12, 3_000)
    counts = rng.integers(1, 9, 3_000)
    who = np.repeat(np.arange(3_000), counts)
    money = level[who] + 25 * rng.standard_normal(len(who))
    days = Days(who.astype(np.int64), -np.arange(len(who), 0, -1.0), money)
    worth = learn_worth(days)
    assert (worth.mean_, worth.between_sd_, worth.within_sd_) == pytest.approx((50, 12, 25), rel=0.06)
    total = np.bincount(who, weights=money)
    drawn = worth.posterior(counts, total).mean
    plain = total / counts
    assert ((drawn - level) ** 2).mean() < 0.8 * ((plain - level) ** 2).mean()


def test_what_a_return_brings_is_true_where_the_truth_is_known():
    """Customers who come back in the simulated future, against what was said of a return at that moment."""
    whole, _ = simulate_days(12_000, seed=6, span=1_460)
    cut, horizon = -365.0, 365
    known = np.unique(whole.customer[whole.day < cut - 400])
    past = whole.before(cut)
    kept = np.unique(whole.customer[whole.day < cut])
    seen = past.histories()
    rhythm = learn_rhythm(past, regularity_of(past))
    money = np.bincount(past.customer, weights=past.money)
    people = People(seen, money, np.ones(len(seen)), np.ones(len(seen)), np.ones(len(seen), bool))
    frame = plain_frame(horizon_days=horizon, discount=0.0)
    returning = value_returns(rhythm, learn_worth(past), people, frame)
    early = (whole.day >= cut) & (whole.day < cut + 20)
    came = np.unique(whole.customer[early])
    place = np.searchsorted(kept, came)
    listed = (place < len(kept)) & (kept[np.minimum(place, len(kept) - 1)] == came)
    came, place = came[listed], place[listed]
    quiet = seen.silence[place] > 60
    came, place = came[quiet], place[quiet]
    after = (whole.day >= cut) & np.isin(whole.customer, came)
    brought = np.bincount(whole.customer[after], weights=whole.money[after], minlength=12_000)[came]
    assert len(came) > 80 and len(known)
    error = np.sqrt((returning.spread[place] ** 2).sum())
    assert brought.sum() == pytest.approx(returning.mean[place].sum(), abs=3 * error)
    low, high = returning.range_of(place, 0.8)
    assert 0.68 <= ((brought >= low) & (brought <= high)).mean() <= 0.92


def test_a_return_is_worth_one_order_at_least_and_more_over_a_longer_horizon():
    rhythm = Rhythm(1.3, 0.8, 30.0, 0.7, 2.5, False, 0, 0)
    seen = Histories(np.array([0.0, 3, 30]), np.array([0.0, 200, 900]), np.array([500.0, 600, 1000]))
    people = People(seen, 40.0 * (seen.x + 1), np.ones(3), np.ones(3), np.ones(3, bool))
    worth = learn_worth(
        Days(np.repeat(np.arange(60), 2).astype(np.int64), -np.arange(120, 0, -1.0), np.full(120, 40.0))
    )
    short, long = (value_returns(rhythm, worth, people, plain_frame(horizon_days=days)).mean for days in (30, 730))
    assert (short >= 40).all() and (long > short).all()
    discounted = value_returns(rhythm, worth, people, plain_frame(horizon_days=730, discount=0.5)).mean
    assert (discounted < long).all()


# --- the room


@pytest.fixture(scope="module")
def days():
    return simulate_days(350, seed=7)[0]


def test_the_list_is_sorted_and_follows_from_its_own_columns(days):
    engine, frame = rhythmic_shop(days, contact(cost=Decimal("0.30"), brings_back=Decimal("0.05")))
    retention.build(engine, frame)
    rows = table(engine, "retention_winback", "place")
    assert [row["place"] for row in rows] == list(range(1, len(rows) + 1)) and len(rows) > 20
    gains = [row["gain_mean"] for row in rows]
    assert gains == sorted(gains, reverse=True) and gains[-1] > 0
    chance = {row["name"]: row for row in table(engine, "retention_grounds")}["brings_back"]["figure"]
    for row in rows:
        assert row["overdue"] >= 0.5 and row["chance_anyway"] < 0.5 and row["within_budget"]
        assert row["chance_brought"] == pytest.approx(chance * (1 - row["chance_anyway"]), abs=1e-4)
        assert row["gain_mean"] == pytest.approx(row["chance_brought"] * row["if_back_mean"] - 0.30, abs=0.01)
        assert row["if_back_low"] <= row["if_back_mean"] <= row["if_back_high"]
    same = engine.value(
        "SELECT count(*) FROM retention_winback w JOIN retention_customers c USING (customer_id, gain_mean, overdue)"
    )
    assert same == len(rows)


def test_the_budget_cuts_the_list_and_the_curve_says_so(days):
    engine, frame = rhythmic_shop(
        days, contact(cost=Decimal("0.30"), budget=Decimal("3.10"), brings_back=Decimal("0.05"))
    )
    retention.build(engine, frame)
    rows = table(engine, "retention_winback", "place")
    assert [row["within_budget"] for row in rows] == [place < 10 for place in range(len(rows))]
    [budget] = [row for row in table(engine, "retention_budget") if row["mark"] == "budget"]
    [peak] = [row for row in table(engine, "retention_budget") if row["mark"] == "peak"]
    assert budget["contacts"] == 10 and budget["spend"] == pytest.approx(3.0)
    assert budget["net_mean"] == pytest.approx(sum(row["gain_mean"] for row in rows[:10]), abs=1e-3)
    assert budget["net_mean"] <= budget["bound"] <= budget["net_mean"] + rows[10]["gain_mean"]
    assert peak["net_mean"] >= budget["net_mean"] and peak["contacts"] == len(rows)


@pytest.mark.parametrize(("cost", "budget"), [("0", None), ("0", "0"), ("5", "0"), ("1000000", None)])
def test_odd_costs_and_budgets(days, cost, budget):
    engine, frame = rhythmic_shop(days, contact(cost=Decimal(cost), budget=None if budget is None else Decimal(budget)))
    retention.build(engine, frame)
    curve = {
        mark: row for row in table(engine, "retention_budget", "contacts") for mark in str(row["mark"]).split(", ")
    }
    listed = engine.value("SELECT count(*) FROM retention_winback")
    assert curve["peak"]["contacts"] == listed
    assert (listed == 0) is (cost == "1000000")
    if budget == "0" and cost == "5":
        assert curve["budget"]["contacts"] == 0 if "budget" in curve else listed == 0
        assert engine.value("SELECT count(*) FROM retention_winback WHERE within_budget") == 0


# --- experiments


def experiment(engine, name, who, days_ago, **result):
    """Customers assigned on a day, and what the room of experiments found."""
    if "experiments_results" not in engine.tables():
        engine.execute(
            """CREATE TABLE experiments_results (experiment_id VARCHAR, arm VARCHAR, state VARCHAR, customers BIGINT, control_customers BIGINT,
               bought_share DOUBLE, control_bought_share DOUBLE, may_be_believed BOOLEAN)"""
        )
    day = AS_OF - timedelta(days=days_ago)
    for place, customer in enumerate(who):
        engine.execute(
            """INSERT INTO sources_experiments BY NAME SELECT ? AS experiment_id, ? AS customer_id, ? AS arm, ?::DATE AS assigned_on, 1 AS file_no""",
            [name, f"C{customer:04d}", "letter" if place % 2 else "holdout", day],
        )
    usual = {
        "state": "ended",
        "customers": 400,
        "control_customers": 300,
        "bought_share": 0.28,
        "control_bought_share": 0.20,
        "may_be_believed": True,
    }
    row = {"experiment_id": name, "arm": "letter"} | usual | result
    engine.execute(
        f"INSERT INTO experiments_results BY NAME SELECT {', '.join(f'? AS {key}' for key in row)}", list(row.values())
    )


def quiet_and_lively(days, ago):
    """Customers past their usual gap on a past day, and customers who had just bought."""
    seen = days.before(-float(ago)).histories()
    kept = np.unique(days.customer[days.day < -ago])
    return kept[(seen.silence > 200) & (seen.x > 0)][:60], kept[(seen.silence < 20) & (seen.x > 0)][:30]


def brings_back(engine):
    return {row["name"]: row for row in table(engine, "retention_grounds")}["brings_back"]


def test_an_experiment_on_quiet_customers_takes_the_place_of_the_assumption(days):
    engine, frame = rhythmic_shop(days)
    quiet, _ = quiet_and_lively(days, 120)
    experiment(engine, "spring", quiet, 120)
    retention.build(engine, frame)
    found = brings_back(engine)
    assert not found["is_assumed"] and found["sample"] == 700
    assert found["figure"] == pytest.approx(0.08 / 0.80)
    error = np.sqrt(0.28 * 0.72 / 400 + 0.2 * 0.8 / 300) / 0.8
    assert found["high"] - found["figure"] == pytest.approx(1.2815516 * error)
    assert "the experiment spring, letter on 700 customers" in found["sentence"]
    [low, high] = engine.rows("SELECT gain_low, gain_high FROM retention_winback WHERE place = 1")[0]
    assert low < high


@pytest.mark.parametrize(
    "result",
    [{"state": "running"}, {"may_be_believed": False}, {"bought_share": None}, {"customers": 9}, "lively"],
)
def test_other_experiments_do_not(days, result):
    engine, frame = rhythmic_shop(days)
    quiet, lively = quiet_and_lively(days, 120)
    experiment(engine, "spring", lively if result == "lively" else quiet, 120, **({} if result == "lively" else result))
    retention.build(engine, frame)
    assert brings_back(engine)["is_assumed"]


def test_the_largest_of_several_is_used_and_an_effect_below_zero_lets_nobody_be_written_to(days):
    engine, frame = rhythmic_shop(days)
    quiet, _ = quiet_and_lively(days, 120)
    experiment(engine, "small", quiet[:20], 120, customers=100, bought_share=0.9)
    experiment(engine, "large", quiet[20:], 120, customers=900, bought_share=0.18)
    retention.build(engine, frame)
    assert brings_back(engine)["figure"] == pytest.approx(-0.025)
    assert engine.value("SELECT count(*) FROM retention_winback") == 0
    assert engine.value("SELECT contacts FROM retention_budget WHERE mark = 'peak'") == 0


def test_results_of_another_shape_are_left_alone(days):
    engine, frame = rhythmic_shop(days)
    engine.execute("CREATE OR REPLACE TABLE experiments_results (experiment_id VARCHAR)")
    retention.build(engine, replace(frame, seed=2))
    assert brings_back(engine)["is_assumed"]
