"""What is chosen: nothing where nothing can be told, a simple rule where it is better, never what ranks backwards."""

import dataclasses

import numpy as np
import pytest
from backtest_world import WINDOW, came, cut_of, trials_of, world

from lifeworth.backtest import measures
from lifeworth.backtest.candidates import PURCHASE
from lifeworth.backtest.choice import BLEND, FLOOR, MODEL, NO_SIGNAL, choose, weights_in_words
from lifeworth.backtest.floors import COHORT_MEAN
from lifeworth.backtest.grading import grade, groups, league, widened
from lifeworth.backtest.league import OURS, Question
from lifeworth.backtest.plan import YEAR
from lifeworth.models.total import PastRatio

TWO = (PURCHASE, "two-stage")


def shuffled(brought, rng):
    return rng.permutation(brought)


def test_no_signal_where_outcomes_are_dealt_at_random():
    kinds = [choose(world(seed, outcome=shuffled, candidates=TWO), TWO).kind for seed in range(8)]
    assert kinds.count(NO_SIGNAL) == 8
    choice = choose(world(0, outcome=shuffled, candidates=TWO), TWO)
    assert choice.name == COHORT_MEAN and abs(choice.gain) < 0.03


def test_without_signal_everybody_of_an_age_is_told_the_same():
    [*past, newest] = world(1, outcome=shuffled, candidates=TWO)
    choice = choose(past, TWO)
    expected, money = choice.expect(newest)
    assert np.array_equal(money, newest.floors[COHORT_MEAN])
    assert np.ptp(expected.chance) == 0 and np.ptp(expected.orders) == 0
    cohort = newest.stretch.cohort
    assert all(np.ptp(money[cohort == age]) == 0 for age in np.unique(cohort))


@pytest.mark.parametrize("seed", range(4))
def test_a_signal_is_found_and_said_to_be_one(seed):
    choice = choose(world(seed, candidates=TWO), TWO)
    assert choice.kind == BLEND and choice.name == "blend" and not choice.dropped
    assert choice.gain > 2 * choice.gain_error > 0
    assert choice.windows == 5
    for row in weights_in_words(choice.blend):
        assert sum(row[name] for name in TWO) == pytest.approx(1.0, abs=1e-3)


def test_the_purchase_model_alone_where_nothing_was_learned():
    choice = choose(world(1), (PURCHASE,))
    assert choice.kind == MODEL and choice.name == PURCHASE
    assert np.allclose(choice.blend.weights, 1.0)
    assert choose([], TWO).kind == MODEL
    # What can be asked now but never was tried cannot be believed.
    assert choose(world(1), TWO).blend.names == (PURCHASE,)


def test_a_small_shop_has_its_signal_too():
    trials = world(1, windows=2, customers=300, candidates=TWO)
    assert all(measures.gini(t.stretch.came.value, t.expected[PURCHASE].revenue) > 0.5 for t in trials)
    assert choose(trials, TWO).kind == BLEND


def test_days_before_anything_was_learned_still_count():
    days = [dataclasses.replace(t, expected={PURCHASE: t.expected[PURCHASE]}) for t in world(1, candidates=TWO)]
    assert choose(days, (PURCHASE,)).kind == MODEL
    # Six days, the learned model tried on the last only, and that one day was a lottery.
    lottery = world(1, windows=6, candidates=TWO, outcome=shuffled)[-1]
    assert choose([*days, lottery], TWO).kind == BLEND


def test_a_rule_that_is_clearly_sharper_is_used():
    foresees = {"last stretch": lambda brought, rng: brought * rng.lognormal(0, 0.05, len(brought))}
    choice = choose(world(3, signal=0.6, rules=foresees), (PURCHASE,))
    assert choice.kind == FLOOR and choice.floor == choice.name == "last stretch"
    [trial] = world(3, windows=1, signal=0.6, rules=foresees)
    expected, money = choice.expect(trial)
    assert np.array_equal(money, trial.floors["last stretch"])
    assert np.array_equal(expected.revenue, np.maximum(money, 0.0))


def test_a_rule_that_is_no_better_is_not_used():
    same = {"last stretch": lambda brought, rng: rng.permutation(brought)}
    assert choose(world(3, rules=same), (PURCHASE,)).kind == MODEL


def test_who_ranks_backwards_or_at_random_is_left_out():
    names = (PURCHASE, "noise", "backwards")
    choice = choose(world(4, candidates=names), names)
    assert set(choice.dropped) == {"noise", "backwards"} and choice.blend.names == (PURCHASE,)
    assert "no better than chance" in choice.dropped["backwards"]
    assert choice.kind == MODEL


def test_a_purchase_model_that_ranks_backwards_is_left_out_with_its_total():
    trials = [
        dataclasses.replace(t, expected={PURCHASE: t.expected["backwards"], "two-stage": t.expected["two-stage"]})
        for t in world(5, candidates=(PURCHASE, "two-stage", "backwards"))
    ]
    choice = choose(trials, TWO)
    assert set(choice.dropped) == {PURCHASE} and choice.blend.names == ("two-stage",)
    expected, money = choice.expect(trials[-1])
    assert choice.blend.base == "two-stage"
    assert expected.revenue.sum() == pytest.approx(trials[-1].expected["two-stage"].revenue.sum())
    assert measures.gini(trials[-1].stretch.came.value, money) > 0.4


def test_the_order_of_customers_chooses_nothing():
    trials = world(6, candidates=TWO)
    rng = np.random.default_rng(6)
    moved = [reordered(t, rng.permutation(len(t.stretch))) for t in trials]
    here, there = choose(trials, TWO), choose(moved, TWO)
    assert here.kind == there.kind and np.array_equal(here.blend.weights, there.blend.weights)
    assert there.gain == pytest.approx(here.gain)


def reordered(trial, order):
    old = trial.stretch
    new = dataclasses.replace(
        old,
        history=old.history.take(order),
        expected=old.expected.take(order),
        alive=old.alive[order],
        came=came(old.came.revenue[order]),
        before=came(old.before.revenue[order]),
        ids=old.ids[order],
    )
    return dataclasses.replace(
        trial,
        stretch=new,
        expected={name: e.take(order) for name, e in trial.expected.items()},
        floors={name: money[order] for name, money in trial.floors.items()},
        situation=trial.situation[order],
    )


def without_crps(rows):
    """CRPS of every day is judged with the distributions of the others, so it may change when they do."""
    return [dataclasses.replace(row, crps=0.0) for row in rows]


def graded(trials, level=0.8):
    return grade(trials_of(trials), level)


def test_each_day_is_graded_by_what_was_finished_then():
    trials = world(7, windows=5, candidates=TWO)
    cheated = [*trials[:4], dataclasses.replace(trials[4], stretch=with_outcome(trials[4], lambda r: 50 * r[::-1]))]
    question = Question(cut_of(4), WINDOW, 0.8, False)
    here, there = (league(graded(some), question) for some in (trials, cheated))
    of_earlier = [[row for row in without_crps(rows) if row.cut < cut_of(4)] for rows in (here, there)]
    assert repr(of_earlier[0]) == repr(of_earlier[1]) and len(of_earlier[0]) > 20
    said = [[row.predicted_total for row in rows if row.cut == cut_of(4)] for rows in (here, there)]
    assert said[0] == said[1]


def with_outcome(trial, change):
    return dataclasses.replace(trial.stretch, came=came(change(trial.stretch.came.revenue)))


def test_the_first_day_has_nothing_to_choose_by():
    [first, second, *_] = graded(world(8, windows=3, candidates=TWO))
    assert first.choice.kind == MODEL and first.choice.windows == 0
    assert not len(first.among) and np.isnan(first.total_low) and np.isnan(first.held)
    assert second.choice.windows == 1
    assert second.total_low < second.value.sum() < second.total_high


def test_ours_holds_its_ranges_on_later_days():
    stated = graded(world(9, windows=6, candidates=TWO))
    held = [one.held for one in stated[1:]]
    assert np.mean(held) == pytest.approx(80, abs=4)
    assert widened(stated, 0.8) >= 0.8
    assert widened([], 0.8) == 0.8


def test_ranges_that_held_too_seldom_are_widened_and_never_narrowed():
    stated = graded(world(10, windows=3, candidates=TWO))
    wide = [dataclasses.replace(one, low=one.low - 1e9, high=one.high + 1e9) for one in stated]
    assert widened(wide, 0.8) == 0.8
    missed = [dataclasses.replace(one, low=one.low + 1e9, high=one.high + 1e9) for one in stated]
    assert widened(missed, 0.8) == pytest.approx(0.9)


def test_the_league_holds_everybody_at_every_day():
    stated = graded(world(11, windows=3, candidates=TWO))
    rows = league(stated, Question(cut_of(2), WINDOW, 0.8, False))
    by_cut = {cut_of(place): [row for row in rows if row.cut == cut_of(place)] for place in range(3)}
    for place, found in enumerate(by_cut.values()):
        assert found[0].model == OURS and found[0].kind == "ours"
        assert {row.model for row in found[1:]} == {*TWO, *stated[place].trial.floors}
        assert {row.kind for row in found[1:]} == {"model", "floor"}
        assert all(row.actual_total == found[0].actual_total and row.customers == 900 for row in found)
    zero = next(row for row in rows if row.model == "zero")
    assert zero.bias == -100.0 and zero.auc == 0.5


def test_groups_hold_everybody_once_whichever_way_they_are_parted():
    stated = graded(world(12, windows=2, candidates=TWO))
    rows = groups(stated)
    for one in stated:
        mine = [row for row in rows if row[0] == one.trial.stretch.cut]
        for by in ("situation", "age", "last purchase", "predicted tenth"):
            parted = [row for row in mine if row[1] == by]
            assert sum(row[3] for row in parted) == 900
            assert sum(row[4] for row in parted) == pytest.approx(one.came.sum())
            assert sum(row[5] for row in parted) == pytest.approx(one.value.sum())
        tenths = [row for row in mine if row[1] == "predicted tenth"]
        assert [row[5] for row in tenths] == sorted((row[5] for row in tenths), reverse=True)


def test_a_season_seen_a_year_before_moves_the_total_of_its_day_and_no_other():
    trials = world(13, windows=8, candidates=TWO)
    day = (cut_of(7) - trials_of(trials).plan.first_day).days
    last_year = [PastRatio(day - YEAR, WINDOW, np.log(1.5), 1e-6, day - YEAR)]
    calm, busy = (grade(trials_of(trials, ratios), 0.8) for ratios in ([], last_year))
    lift = [b.value.sum() / c.value.sum() for b, c in zip(busy, calm, strict=True)]
    assert 1.25 < lift[7] < 1.6
    assert all(abs(x - 1) < 0.06 for x in lift[:7])
    assert busy[7].total_high - busy[7].total_low > calm[7].total_high - calm[7].total_low
