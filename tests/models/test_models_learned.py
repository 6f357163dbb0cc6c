"""Learned challengers: the same answer again and at any thread count, no skill in noise, no care for units or order."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from lifeworth.backtest import measures
from lifeworth.models.learned import Expectation, Known, Tweedie, TwoStage, Window
from lifeworth.models.learned.boosting import boost
from lifeworth.models.learned.two_stage import enough

CUSTOMERS = 1500
MODELS = {
    "two-stage": lambda **o: TwoStage(anchored=False, **o),
    "two-stage on purchase model": lambda **o: TwoStage(anchored=True, **o),
    "Tweedie on purchase model": Tweedie,
}
each_model = pytest.mark.parametrize("make", MODELS.values(), ids=MODELS.keys())


def window(seed, customers=CUSTOMERS, *, season=1.0):
    """A past day: the purchase model knows the rate, only a feature knows who are the wholesalers."""
    rng = np.random.default_rng(seed)
    chance, size = rng.beta(1.0, 2.0, customers), rng.gamma(3.0, 10.0, customers)
    wholesale = rng.random(customers) < 0.3
    features = np.column_stack(
        [
            wholesale,
            rng.standard_normal(customers),
            size * rng.lognormal(0, 0.2, customers),
            rng.integers(0, 4, customers),
        ]
    ).astype(np.float32)
    features[rng.random(customers) < 0.05, 1] = np.nan
    said = Expectation(chance, 1.5 * chance, chance * 1.5 * size)
    known = Known(("wholesale", "nothing", "mean_order", "channel"), features, ("channel",), chance, said)
    comes = rng.random(customers) < np.minimum(chance * season, 1.0)
    came = comes * 1.5 * size * np.where(wholesale, 3.0, 0.4) * rng.gamma(4.0, 0.25, customers)
    return Window(known, came)


@pytest.fixture(scope="module")
def windows():
    return [window(1), window(2, season=0.7)]


@pytest.fixture(scope="module")
def later():
    return window(3)


@pytest.fixture(scope="module")
def fitted(windows):
    return {name: make(seed=1, threads=1).fit(windows) for name, make in MODELS.items()}


def parts(expectation):
    return expectation.chance, expectation.orders, expectation.revenue


def permuted(one, order):
    known = one.known
    return Window(
        Known(known.names, known.features[order], known.categories, known.alive[order], known.purchase.take(order)),
        one.revenue[order],
    )


def dearer(one, times):
    """The same shop in another unit of money."""
    known = one.known
    features = known.features.copy()
    features[:, known.names.index("mean_order")] *= np.float32(times)
    said = known.purchase
    told = Expectation(said.chance, said.orders, said.revenue * times)
    return Window(replace(known, features=features, purchase=told), one.revenue * times)


def test_names_are_those_of_the_league_table():
    assert [make(seed=1).name for make in MODELS.values()] == list(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_answers_are_possible(fitted, later, name):
    said = fitted[name].predict(later.known)
    assert ((said.chance >= 0) & (said.chance <= 1)).all()
    assert (said.orders >= 0).all() and (said.revenue >= 0).all()
    assert all(np.isfinite(part).all() for part in parts(said))


@pytest.mark.parametrize("name", MODELS)
def test_what_only_the_features_know_is_learned(fitted, later, name):
    said = fitted[name].predict(later.known).revenue
    purchase = later.known.purchase.revenue
    assert measures.gini(later.revenue, said) > measures.gini(later.revenue, purchase) + 0.05


@pytest.mark.parametrize("name", MODELS)
def test_the_same_bytes_again(windows, later, fitted, name):
    again = MODELS[name](seed=1, threads=1).fit(windows).predict(later.known)
    assert all(
        np.array_equal(a, b) for a, b in zip(parts(fitted[name].predict(later.known)), parts(again), strict=True)
    )


@pytest.mark.parametrize("objective", ["binary", "gamma", "tweedie"])
def test_the_same_bytes_at_any_thread_count(windows, objective):
    matrix = np.concatenate([w.known.matrix for w in windows])
    money = np.concatenate([w.revenue for w in windows]) + 0.5
    target = (money > 1).astype(float) if objective == "binary" else money / money.mean()
    grow = partial(boost, objective, matrix, target, windows[0].known.columns, categories=("channel",), rounds=8)
    one, two = (grow(threads=threads).raw(matrix) for threads in (1, 2))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("name", MODELS)
def test_customers_are_forecast_one_by_one(fitted, later, name):
    order = np.random.default_rng(5).permutation(CUSTOMERS)
    said, moved = fitted[name].predict(later.known), fitted[name].predict(permuted(later, order).known)
    assert all(np.array_equal(a[order], b) for a, b in zip(parts(said), parts(moved), strict=True))


@pytest.mark.parametrize("name", MODELS)
def test_learning_from_customers_in_another_order_says_nearly_the_same(windows, later, fitted, name):
    order = np.random.default_rng(6).permutation(CUSTOMERS)
    moved = MODELS[name](seed=1, threads=1).fit([permuted(w, order) for w in windows]).predict(later.known)
    said = fitted[name].predict(later.known)
    # Which rows a tree sees is drawn by place, so only the answer's substance is the same.
    assert np.corrcoef(np.log1p(said.revenue), np.log1p(moved.revenue))[0, 1] > 0.98
    assert moved.revenue.sum() == pytest.approx(said.revenue.sum(), rel=0.03)


@pytest.mark.parametrize("name", MODELS)
def test_money_a_thousand_times_larger_gives_values_a_thousand_times_larger(windows, later, fitted, name):
    large = MODELS[name](seed=1, threads=1).fit([dearer(w, 1000.0) for w in windows])
    said, dear = fitted[name].predict(later.known), large.predict(dearer(later, 1000.0).known)
    assert np.allclose(dear.chance, said.chance, rtol=1e-4)
    assert np.allclose(dear.orders, said.orders, rtol=1e-4)
    assert np.allclose(dear.revenue, 1000.0 * said.revenue, rtol=1e-4)


def noise(one, seed):
    """What came, dealt out anew among the customers."""
    return Window(one.known, np.random.default_rng(seed).permutation(one.revenue))


@each_model
def test_nothing_is_learned_from_noise(windows, make):
    model = make(seed=1, threads=1).fit([noise(w, 10 + place) for place, w in enumerate(windows)])
    found = [measures.gini(w.revenue, model.predict(w.known).revenue) for w in (noise(window(s), s) for s in (20, 21))]
    # One window's Gini of a blind ranking has a standard error of 0.02 here.
    assert abs(np.mean(found)) < 0.06


@pytest.mark.parametrize("name", ["two-stage on purchase model", "Tweedie on purchase model"])
def test_where_the_purchase_model_is_right_it_is_hardly_touched(name):
    def right(seed):
        one = window(seed)
        rng, said = np.random.default_rng(seed), one.known.purchase
        comes = rng.random(CUSTOMERS) < said.chance
        return Window(one.known, comes * said.centre * rng.gamma(4.0, 0.25, CUSTOMERS))

    model = MODELS[name](seed=1, threads=1).fit([right(s) for s in (31, 32)])
    fresh = right(33)
    said, purchase = model.predict(fresh.known).revenue, fresh.known.purchase.revenue
    assert np.corrcoef(said, purchase)[0, 1] > 0.95
    assert measures.gini(fresh.revenue, said) > measures.gini(fresh.revenue, purchase) - 0.03


@pytest.mark.parametrize("name", ["two-stage on purchase model", "Tweedie on purchase model"])
def test_a_window_s_season_is_not_learned_for_all(later, name):
    calm = MODELS[name](seed=1, threads=1).fit([window(1), window(2)]).predict(later.known)
    loud = MODELS[name](seed=1, threads=1).fit([window(1), times_what_came(window(2), 3.0)]).predict(later.known)
    assert loud.revenue.sum() == pytest.approx(calm.revenue.sum(), rel=0.05)


def times_what_came(one, times):
    return Window(one.known, times * one.revenue)


def test_too_few_buyers_or_only_buyers_are_not_enough(windows):
    [first, _] = windows
    assert enough([first])
    assert not enough([Window(first.known, np.zeros(CUSTOMERS))])
    assert not enough([Window(first.known, np.ones(CUSTOMERS))])
    few = np.zeros(CUSTOMERS)
    few[:49] = 10.0
    assert not enough([Window(first.known, few)]) and enough([Window(first.known, few)] * 2)


def test_what_trees_add_up_to_is_what_each_column_adds(windows):
    [first, _] = windows
    trees = boost(
        "binary", first.known.matrix, (first.revenue > 0).astype(float), first.known.columns, threads=1, rounds=20
    )
    assert trees.contributions(first.known.matrix).sum(axis=1) == pytest.approx(trees.raw(first.known.matrix), abs=1e-6)
    shares = trees.importance()
    assert sum(shares.values()) == pytest.approx(1.0) and max(shares, key=shares.get) in (
        "p_alive",
        "expected_chance",
        "expected_orders",
    )
