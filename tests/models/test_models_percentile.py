"""Calibrated ranks: a known order is found, curves never fall and hold what came, units and threads do not matter."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeworth.backtest import measures
from lifeworth.errors import DataError
from lifeworth.models.learned import Expectation, Known, Percentile, Window, saving
from lifeworth.models.learned.boosting import WORTH_SHARING, boost
from lifeworth.models.learned.percentile import Curve, ranks, rising_curve
from lifeworth.values.contributions import _parts, against_the_average

CUSTOMERS = 2000


def window(seed, customers=CUSTOMERS, *, season=1.0, busier=1.0):
    """Only the feature ``worth`` (0 to 1) knows who comes, with chance 0.1 + 0.7 worth, and brings 20 + 80 worth²."""
    rng = np.random.default_rng(seed)
    worth, said = rng.random(customers), rng.beta(2.0, 3.0, customers)
    features = np.column_stack([worth, rng.standard_normal(customers), rng.integers(0, 4, customers)])
    features[rng.random(customers) < 0.05, 1] = np.nan
    known = Known(
        ("worth", "nothing", "channel"),
        features.astype(np.float32),
        ("channel",),
        rng.random(customers),
        Expectation(said, 1.5 * said, 40.0 * said),
    )
    comes = rng.random(customers) < np.minimum((0.1 + 0.7 * worth) * busier, 1.0)
    return Window(known, season * comes * (20 + 80 * worth**2) * rng.gamma(6.0, 1 / 6, customers))


@pytest.fixture(scope="module")
def windows():
    return [window(seed) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def later():
    return window(4)


@pytest.fixture(scope="module")
def fitted(windows):
    return Percentile(seed=1, threads=1).fit(windows)


def parts(expectation):
    return expectation.chance, expectation.orders, expectation.revenue


def dearer(one, times):
    said = one.known.purchase
    return Window(replace(one.known, purchase=replace(said, revenue=said.revenue * times)), one.revenue * times)


def test_a_known_order_is_found(fitted, later):
    worth = later.known.features[:, 0].astype(float)
    assert measures.spearman(worth, fitted.predict(later.known).revenue) > 0.95


def test_chance_and_money_are_those_that_made_the_shop(fitted, later):
    """Up to the level of the purchase model, to which every window is brought."""
    worth, said = later.known.features[:, 0].astype(float), fitted.predict(later.known)
    true_chance = 0.1 + 0.7 * worth
    true_money = true_chance * (20 + 80 * worth**2)
    level = later.known.purchase.chance.mean()
    shift = np.log(level / (1 - level)) - np.log(true_chance.mean() / (1 - true_chance.mean()))
    shifted = 1 / (1 + np.exp(-(np.log(true_chance / (1 - true_chance)) + shift)))
    tenth = np.argsort(np.argsort(worth)) * 10 // len(worth)
    for t in range(10):
        who = tenth == t
        assert said.chance[who].mean() == pytest.approx(shifted[who].mean(), abs=0.06)
        share = said.revenue[who].sum() / said.revenue.sum()
        assert share == pytest.approx(true_money[who].sum() / true_money.sum(), abs=0.04)
    assert said.revenue.sum() == pytest.approx(later.known.purchase.revenue.sum(), rel=0.05)


def test_more_rank_never_means_less(fitted, later):
    score, said = fitted.score(later.known), fitted.predict(later.known)
    order = np.argsort(score)
    assert (np.diff(said.revenue[order]) >= 0).all() and (np.diff(said.chance[order]) >= 0).all()
    assert said.revenue.min() > 0 and 0 < said.chance.min() and said.chance.max() < 1


def test_customers_of_one_block_are_still_told_apart(fitted, later):
    """Knots are centres of blocks, so a block is no plateau; only the ends of the scores can tie."""
    assert len(np.unique(fitted.predict(later.known).revenue)) > 0.9 * len(np.unique(fitted.score(later.known)))


def test_equals_share_the_middle_rank():
    assert ranks(np.array([0.0, 0.0, 5.0, -3.0, 9.0])) == pytest.approx([0.3, 0.3, 0.7, 0.3, 0.9])
    assert ranks(np.random.default_rng(1).random(99)).mean() == pytest.approx(0.5)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3000), st.floats(0.0, 3.0))
def test_a_curve_never_falls_and_keeps_the_mean(seed, count, noise):
    r = np.random.default_rng(seed)
    score, weight = np.round(r.normal(size=count), 2), r.random(count) + 0.1
    target = np.maximum(np.exp(score) + noise * r.normal(size=count), 0.0)
    curve = rising_curve(score, target, weight)
    asked = np.sort(r.normal(0, 2, 500))
    assert (np.diff(curve(asked)) >= 0).all() and (curve(asked) >= 0).all()
    assert curve(score) @ weight == pytest.approx(target @ weight, rel=1e-9)


def test_a_curve_finds_a_rising_function_and_stays_below_its_bound():
    r = np.random.default_rng(5)
    score = r.random(40_000)
    came = (r.random(40_000) < score**2).astype(float)
    curve = rising_curve(score, came, np.ones(40_000), 0.99)
    at = np.linspace(0.05, 0.95, 19)
    assert curve(at) == pytest.approx(at**2, abs=0.03)
    assert curve.values.max() <= 0.99
    inside = curve.scores[:-1] + 0.5 * np.diff(curve.scores)
    step = 1e-6
    numeric = (np.log(curve(inside + step)) - np.log(curve(inside - step))) / (2 * step)
    assert curve.steepness(inside) == pytest.approx(numeric, rel=1e-3, abs=1e-6)
    assert (curve.steepness(np.array([-1.0, 2.0])) == 0).all()


@pytest.mark.parametrize("values", [([0, 1], [2, 1]), ([1, 1], [1, 2]), ([0, 1], [1]), ([], []), ([0, np.inf], [1, 2])])
def test_what_is_no_rising_curve_is_refused(values):
    with pytest.raises(ValueError):
        Curve(*(np.array(each, dtype=float) for each in values))


def test_a_window_s_season_is_not_learned_for_all(windows, later):
    calm = Percentile(threads=1).fit(windows).predict(later.known)
    loud = Percentile(threads=1).fit([*windows[:2], dear_only_what_came(windows[2], 5.0)]).predict(later.known)
    assert loud.revenue == pytest.approx(calm.revenue, rel=0.01)
    busier = window(3, busier=1.4)
    came = sum((w.revenue > 0).mean() for w in (*windows[:2], busier)) / sum((w.revenue > 0).mean() for w in windows)
    busy = Percentile(threads=1).fit([*windows[:2], busier]).predict(later.known)
    assert came > 1.1
    assert abs(busy.chance.mean() / calm.chance.mean() - 1) < 0.5 * (came - 1)


def dear_only_what_came(one, times):
    return Window(one.known, times * one.revenue)


def test_money_a_hundred_times_larger_gives_values_a_hundred_times_larger(windows, later, fitted):
    large = Percentile(threads=1).fit([dearer(w, 100.0) for w in windows])
    said, dear = fitted.predict(later.known), large.predict(dearer(later, 100.0).known)
    assert dear.chance == pytest.approx(said.chance, rel=1e-4)
    assert dear.orders == pytest.approx(said.orders, rel=1e-4)
    assert dear.revenue == pytest.approx(100.0 * said.revenue, rel=1e-4)


def test_customers_are_forecast_one_by_one(fitted, later):
    order = np.random.default_rng(5).permutation(CUSTOMERS)[:700]
    known = later.known
    some = Known(known.names, known.features[order], known.categories, known.alive[order], known.purchase.take(order))
    assert all(
        np.array_equal(a[order], b)
        for a, b in zip(parts(fitted.predict(known)), parts(fitted.predict(some)), strict=True)
    )


def test_the_same_bytes_again_and_at_any_thread_count():
    many = [window(seed, WORTH_SHARING // 2 + 1000) for seed in (1, 2)]
    matrix, rank = (np.concatenate(each) for each in ([w.known.matrix for w in many], [ranks(w.revenue) for w in many]))
    assert len(rank) >= WORTH_SHARING
    grow = partial(boost, "regression", matrix, rank, many[0].known.columns, categories=("channel",), rounds=15)
    assert np.array_equal(grow(threads=1).raw(matrix), grow(threads=2).raw(matrix))
    few = [window(seed, 600) for seed in (1, 2)]
    one, two = (Percentile(threads=threads).fit(few) for threads in (1, 2))
    assert saving.to_json([one]) == saving.to_json([two])


def test_a_single_window_is_judged_by_customers_the_trees_have_not_seen(later):
    """Noise must give level curves; scores of customers already seen would be followed as if they told something."""
    lone = window(7)
    dealt = Window(lone.known, np.random.default_rng(8).permutation(lone.revenue))
    said = Percentile(threads=1).fit([dealt]).predict(later.known)
    assert said.revenue.std() < 0.25 * said.revenue.mean()


def test_it_comes_back_from_the_disk_to_the_last_bit(fitted, later):
    text = saving.to_json([fitted], categories=("channel",))
    [back] = saving.from_json(text, classes=(Percentile,))
    assert all(
        np.array_equal(a, b)
        for a, b in zip(parts(fitted.predict(later.known)), parts(back.predict(later.known)), strict=True)
    )
    own, read = (m.contributions(later.known) for m in (fitted, back))
    assert np.array_equal(own, read)
    assert saving.to_json([back], categories=("channel",)) == text


def test_a_reader_that_cannot_use_it_is_told(fitted):
    with pytest.raises(DataError, match="unknown class 'Percentile'"):
        saving.from_json(saving.to_json([fitted]))


@pytest.mark.parametrize("harm", ["falls", "short", "text"])
def test_a_damaged_curve_is_refused(fitted, harm):
    body = saving.unseal(saving.KIND, saving.to_json([fitted]), "it")
    scores, values = body["models"][0]["curves"]["revenue"]
    changed = {"falls": [scores, values[::-1]], "short": [scores, values[:-1]], "text": [scores, ["x", *values[1:]]]}
    body["models"][0]["curves"]["revenue"] = changed[harm]
    with pytest.raises(DataError, match="cannot be read"):
        saving.from_json(saving.seal(saving.KIND, {"models": body["models"]}), classes=(Percentile,))


def test_what_moves_a_customer_adds_up_and_is_the_integral_along_the_straight_way(fitted, later):
    """Through the curve each driver's share is ∫ ∂R/∂driver along the straight line (Aumann and Shapley 1974)."""
    some = np.arange(40)
    known = later.known
    few = Known(known.names, known.features[some], known.categories, known.alive[some], known.purchase.take(some))
    drivers = ("order history", "order size", *known.names)
    found = _parts(fitted, few, fitted.predict(few), drivers)
    for other in (1, 17, 39):
        pair = np.array([0, other])
        effects = against_the_average(
            found.revenue[pair],
            found.chance[pair],
            found.odds[pair],
            found.money[pair],
            np.array([0.0, 1.0]),
            float(found.revenue[other]),
            found.steep[pair],
        )
        assert effects.sum() == pytest.approx(found.revenue[0] - found.revenue[other], rel=1e-6, abs=1e-9)
        step = found.odds[0] - found.odds[other]
        start = fitted.score(few)[other]
        t = (np.arange(20_000) + 0.5) / 20_000
        money = fitted.revenue_(start + t * step.sum())
        log_slope = np.diff(np.log(money)).sum() / step.sum() * 20_000 / 19_999
        size = (found.revenue[0] - found.revenue[other]) / np.log(found.revenue[0] / found.revenue[other])
        assert effects == pytest.approx(size * log_slope * step, rel=1e-2, abs=1e-6)
    worth = drivers.index("worth")
    everybody = against_the_average(
        found.revenue, found.chance, found.odds, found.money, np.r_[0.0, np.ones(39)], float(found.revenue[1:].mean()),
        found.steep,
    )  # fmt: skip
    assert np.abs(everybody).argmax() == worth
    assert np.sign(everybody[worth]) == np.sign(few.features[0, 0] - few.features[1:, 0].mean())
