"""Experiments against simulated truth: false alarms, coverage, power, and differences that are planted or not."""

from dataclasses import replace

import numpy as np
import pytest
from experiments_shop import crowd, lay_out, lot, watched
from scipy import stats

from lifeworth.insight import experiments
from lifeworth.insight.experiments.design.planning import Wish, plan, read_experience
from lifeworth.insight.experiments.effects.differing import adjust, groupings, merged
from lifeworth.insight.experiments.effects.effect import measure
from lifeworth.insight.experiments.effects.peeking import always_valid, first_look
from lifeworth.insight.experiments.reading.blind import Known
from lifeworth.insight.experiments.reading.members import Members
from lifeworth.insight.experiments.uplift.rank import find_uplift
from lifeworth.insight.experiments.uplift.traits import Traits, measures
from lifeworth.maths.power import Aim


def band(share, of):
    """The exact binomial 99.9 % band of a share."""
    return [stats.binom.ppf(p, of, share) / of for p in (0.0005, 0.9995)]


@pytest.fixture(scope="module")
def many():
    return crowd(60_000, 5, window=84)


@pytest.fixture(scope="module")
def skewed():
    return crowd(60_000, 6, heavy=True, window=84)


@pytest.mark.parametrize(("people", "share"), [(1_500, 0.5), (2_000, 0.8)])
@pytest.mark.parametrize("tail", ["many", "skewed"])
def test_false_alarms_coverage_and_what_the_prediction_saves(request, tail, people, share):
    found = request.getfixturevalue(tail)
    rng, turns, alarms, held, saved = np.random.default_rng([people, len(tail)]), 250, 0, 0, []
    each = found.past / (found.x + 1)
    for _ in range(turns):
        chosen, arm = rng.choice(len(found), people, replace=False), lot(rng, people, share)
        null = measure(watched(found, chosen, arm), 1, 1)
        alarms += null.adjusted.p_value < 0.05
        saved.append(null.variance_saved)
        extra = (rng.random(people) < 0.1) * each[chosen]
        planted = measure(watched(found, chosen, arm, found.brought()[chosen] + arm * extra, cost=1.0), 1, 1)
        low, high = planted.adjusted.range(0.95)
        held += low <= 0.1 * each.mean() - 1.0 <= high
    low, high = band(0.05, turns)
    assert low <= alarms / turns <= high, alarms / turns
    low, high = band(0.95, turns)
    assert held / turns >= low, held / turns
    assert np.mean(saved) > 0.12 and min(saved) > -0.05, (np.mean(saved), min(saved))


def test_looking_every_week_is_safe_with_the_always_valid_range_only(many):
    rng, turns, people = np.random.default_rng(1), 80, 1_500
    weekly = [many.brought(7 * week) for week in range(1, 13)]
    crossed = peeked = 0
    for _ in range(turns):
        chosen, arm = rng.choice(len(many), people, replace=False), lot(rng, people, 0.7)
        first, outside, fixed = None, False, False
        for week, brought in enumerate(weekly, 1):
            here = replace(watched(many, chosen, arm, brought[chosen]), bought=many.bought(7 * week)[chosen])
            if min(int(here.bought[arm == side].sum()) for side in (0, 1)) < 20:
                continue
            now = measure(here, 1, 1)
            first = first or now.adjusted
            valid = always_valid(now, people, first, people)
            outside |= not valid.low <= 0 <= valid.high
            fixed |= now.adjusted.p_value < 0.05
        crossed, peeked = crossed + outside, peeked + fixed
    assert crossed / turns <= 0.05 and peeked / turns > 0.10, (crossed / turns, peeked / turns)


@pytest.mark.parametrize(
    ("days", "of_arm", "week"),
    [(range(0, 40), "both", 3), ([3] * 40, "both", 1), (range(0, 40), "one", None), ([13] * 39 + [13], "both", 2), ([14] * 40, "both", 3)],
)  # fmt: skip
def test_looking_begins_with_the_week_in_which_each_arm_has_twenty_buyers(days, of_arm, week):
    from datetime import date, timedelta

    start = date(2026, 3, 2)
    days = list(days)
    arm = np.array([place % 2 if of_arm == "both" else 0 for place in range(len(days))])
    on = np.array(
        [np.datetime64(start + timedelta(days=after // 2 if len(set(days)) > 1 else after)) for after in days]
    )
    wanted = None if week is None else start + timedelta(days=7 * week)
    assert first_look(start, on, arm, 1) == wanted


def test_an_effect_is_found_as_often_as_planned():
    found = crowd(30_000, 8, window=91)
    past = found.day < 0
    before = replace(found, who=found.who[past], day=found.day[past], profit=found.profit[past])
    engine, frame = lay_out(before, np.zeros(len(found), dtype=np.intp), days_ago=0)
    engine.execute("DELETE FROM sources_experiments")
    experiments.build(engine, frame)
    planned = plan(read_experience(engine, "insight_customers"), Wish(0.2, True, 91, Aim(power=0.8, control_share=0.5)))
    rng, turns, hits = np.random.default_rng(4), 250, 0
    brought, effect = found.brought(), planned.asked.effect
    for _ in range(turns):
        chosen, arm = rng.choice(len(found), planned.asked.needed), lot(rng, planned.asked.needed, 0.5)
        hits += measure(watched(found, chosen, arm, brought[chosen] + arm * effect), 1, 1).adjusted.p_value < 0.05
    assert planned.asked.needed < planned.needed_unadjusted and planned.spread.saved > 0.1
    assert hits / turns == pytest.approx(0.8, abs=0.10), (hits / turns, planned.asked.needed)


# --- for whom


def parts_of(found):
    """Groupings of a crowd, one of which says nothing."""
    rng = np.random.default_rng(2)
    return {
        "orders before": Members.choose(("one", "two to four", "five or more"), [found.x == 0, found.x < 4]),
        "life cycle": Members.choose(("new", "quiet", "active"), [found.T < 90, found.T - found.recency > 120]),
        "channel": Members(("a", "b", "c"), rng.integers(0, 3, len(found))),
    }


def known_of(found):
    return Known(found.x + 1, found.recency, found.T, found.past, found.past, np.full(len(found), float(found.window)))


def told(found, people, share, turns, seed, planted):
    """How often groups, and rankings, are said to differ."""
    rng, groups, figures = np.random.default_rng(seed), parts_of(found), measures(known_of(found), found.expected)
    differs = ranks = 0
    brought, each = found.brought(), found.past / (found.x + 1)
    for turn in range(turns):
        chosen, arm = rng.choice(len(found), people, replace=False), lot(rng, people, share)
        extra = planted(found, chosen, rng) * each[chosen]
        here = watched(found, chosen, arm, brought[chosen] + arm * extra)
        texts = {name: part.take(chosen) for name, part in groups.items()}
        [chances] = adjust([groupings(here, 1, texts, rng)])
        differs += bool((chances < 0.05).any())
        ranks += find_uplift(here, 1, figures[chosen], texts, turn, 0).area.p_value < 0.05
    return differs / turns, ranks / turns


def nothing(found, chosen, rng):
    return 0.0


def once(found, chosen, rng):
    return (found.x[chosen] == 0) & (rng.random(len(chosen)) < 0.4)


def test_groups_and_rankings_rarely_differ_where_nothing_does(skewed):
    differs, ranks = told(skewed, 2_000, 0.7, 60, 3, nothing)
    assert differs <= band(0.05, 60)[1] and ranks <= band(0.05, 60)[1]


def test_groups_and_rankings_are_found_where_they_differ(many):
    differs, ranks = told(many, 4_000, 0.7, 12, 4, once)
    assert differs >= 0.8 and ranks >= 0.8


@pytest.fixture(scope="module")
def answered():
    """A campaign that only one-time buyers answer, in tables, with today's customers like them."""
    found = crowd(8_000, 9)
    rng = np.random.default_rng(3)
    arm = lot(rng, len(found), 0.6)
    extra = np.flatnonzero((arm == 1) & (found.x == 0) & (rng.random(len(found)) < 0.5))
    answers = replace(
        found,
        who=np.concatenate([found.who, extra]),
        day=np.concatenate([found.day, rng.integers(2, 50, len(extra)).astype(float)]),
        profit=np.concatenate([found.profit, found.past[extra].clip(1)]),
    )
    engine, frame = lay_out(answers, arm, cost=1.5)
    engine.execute("UPDATE insight_customers SET consent_email = hash(customer_id) % 4 > 0")
    engine.execute(
        f"""INSERT INTO sources_experiments SELECT 'running', customer_id, CASE WHEN hash(customer_id) % 5 = 0 THEN 'Holdout' ELSE 'card' END,
            DATE '{frame.as_of}' - 10, NULL, 0.2, NULL, 'EUR', 1 FROM insight_customers WHERE hash(customer_id) % 7 = 0"""
    )
    experiments.build(engine, frame)
    return engine, frame


def test_the_groups_it_pays_for_are_named(answered):
    engine, _ = answered
    groups = {
        row["member"]: row
        for row in engine.records(
            "SELECT * FROM experiments_groups WHERE experiment_id = 'letter test' AND grouped_by = 'orders before'"
        )
    }
    assert all(row["differ"] and row["p_value"] < 0.05 for row in groups.values())
    assert groups["one"]["verdict"] == "keep" and groups["one"]["effect_low"] > 0
    assert (
        groups["five or more"]["effect_mean"] < groups["one"]["effect_mean"]
        and groups["five or more"]["verdict"] != "keep"
    )
    [channel] = {
        row["differ"] for row in engine.records("SELECT * FROM experiments_groups WHERE grouped_by = 'channel'")
    }
    assert not channel
    [said] = engine.rows("SELECT sentence FROM experiments_results WHERE experiment_id = 'letter test'")
    assert "Customers differ by" in said[0]


def test_customers_are_ranked_by_effect_and_the_first_are_worth_it(answered):
    engine, _ = answered
    [row] = engine.records("SELECT * FROM experiments_uplift")
    assert (
        row["told_apart"] and row["area_low"] > 0 and row["advice"] == "the first fifths" and 0 < row["treat_share"] < 1
    )
    fifths = engine.records("SELECT * FROM experiments_fifths ORDER BY fifth")
    assert [one["fifth"] for one in fifths] == [1, 2, 3, 4, 5]
    assert fifths[0]["effect_mean"] > fifths[4]["effect_mean"] and fifths[0]["effect_low"] > 0
    assert fifths[4]["up_to_here_mean"] == pytest.approx(np.mean([one["effect_mean"] for one in fifths]), abs=0.05)


def test_whom_to_treat_next_agreed_is_like_those_tried_and_is_not_held_out(answered):
    engine, _ = answered
    listed = engine.records("SELECT * FROM experiments_targets ORDER BY place")
    assert 0 < len(listed) <= 1_000 and [one["place"] for one in listed] == list(range(1, len(listed) + 1))
    assert len({one["customer_id"] for one in listed}) == len(listed)
    wrong = engine.value(
        """SELECT count(*) FROM experiments_targets t JOIN experiments_customers c USING (customer_id)
           WHERE NOT COALESCE(c.consent_email, FALSE) OR c.held_out_by IS NOT NULL"""
    )
    assert wrong == 0
    once_only = engine.value(
        """SELECT avg((days = 1)::INTEGER) FROM experiments_targets t JOIN ledger_keys USING (customer_id)
           JOIN (SELECT customer_key, count(*) AS days FROM ledger_days GROUP BY 1) USING (customer_key)"""
    )
    assert once_only > 0.9
    assert all(
        one["effect_mean"] > 0 and one["effect_low"] <= one["effect_mean"] <= one["effect_high"] for one in listed
    )


def test_groups_are_those_of_the_day_of_assignment(answered):
    engine, frame = answered
    names = {
        name
        for (name,) in engine.rows("SELECT DISTINCT member FROM experiments_groups WHERE grouped_by = 'life cycle'")
    }
    assert names <= {"new", "active", "quiet", "gone", "others"}


def test_customers_untreated_by_a_running_experiment_are_named(answered):
    engine, _ = answered
    held = engine.rows("SELECT DISTINCT held_out_by FROM experiments_customers ORDER BY 1")
    assert held == [("running",), (None,)]
    assert engine.value("SELECT count(*) FROM experiments_customers WHERE held_out_by = 'running'") == engine.value(
        "SELECT count(*) FROM sources_experiments WHERE experiment_id = 'running' AND arm = 'Holdout'"
    )


# --- small groups


def parted(*groups):
    """2,000 customers in groups of these sizes."""
    return Members(tuple(name for name, _ in groups), np.repeat(np.arange(len(groups)), [size for _, size in groups]))


@pytest.mark.parametrize(
    ("groups", "kept"),
    [
        (
            [("large", 1_000), ("middle", 600), *((f"small {place}", 10) for place in range(40))],
            ["large", "middle", "others"],
        ),
        ([("large", 1_000), ("middle", 960), ("tiny", 40)], ["large", "middle"]),
        ([("all", 2_000)], ["all"]),
        ([("others", 1_000), ("b", 1_000)], ["b", "others"]),
        (
            [(f"g{place}", 260 + 10 * place) for place in range(11)],
            [f"g{place}" for place in (10, 3, 4, 5, 6, 7, 8, 9)] + ["others"],
        ),
    ],
)
def test_small_groups_are_put_together_and_what_is_still_small_is_left_out(many, groups, kept):
    size = sum(size for _, size in groups)
    chosen = np.flatnonzero(many.bought())[:size]
    found = merged(parted(*groups), watched(many, chosen, (np.arange(size) % 2).astype(np.intp)), 1)
    assert list(found.names) == kept
    named = {name: int((found.codes == place).sum()) for place, name in enumerate(found.names)}
    assert sum(named.values()) + int((found.codes == -1).sum()) == size
    for name, people in groups:
        assert name not in named or name == "others" or named[name] == people


def test_cells_of_a_few_people_cannot_be_worked_out(many):
    found = crowd(2_000, 11)
    arm = (np.arange(2_000) % 2).astype(np.intp)
    engine, frame = lay_out(found, arm)
    engine.execute(
        "UPDATE insight_customers SET channel = CASE WHEN customer_id < 'C000006' THEN 'rare' ELSE 'usual ' || (hash(customer_id) % 2) END"
    )
    experiments.build(engine, frame)
    rows = engine.records("SELECT * FROM experiments_groups WHERE grouped_by = 'channel'")
    everybody = engine.value("SELECT customers FROM experiments_groups WHERE grouped_by = 'everybody'")
    assert rows and "rare" not in {row["member"] for row in rows}
    known = sum(row["customers"] or 0 for row in rows)
    assert everybody - known >= 10 and sum(row["customers"] is None for row in rows) >= 1


# --- traits


def test_traits_are_places_among_the_experiments_own_customers(many):
    figures, groups = measures(known_of(many), many.expected), parts_of(many)
    traits = Traits.of(figures, groups)
    matrix = traits.matrix(figures, groups)
    assert matrix.shape == (len(many), 6 + len(traits.members))
    assert np.abs(matrix[:, :6]).max() <= 0.5
    wild = traits.matrix(figures * 1e6, groups)
    assert np.abs(wild).max() <= 1.0
    assert traits.covers(figures, groups).mean() > 0.85
    assert not traits.covers(figures * 1e6 + 1e9, groups).any()
    strangers = groups | {"channel": Members(("never seen",), np.zeros(len(many), dtype=np.intp))}
    assert not traits.covers(figures, strangers).any()
