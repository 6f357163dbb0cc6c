"""Learned quantiles: known ones are found, they never cross, hold as often as they say, and are corrected as the paper says."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from lifeworth.errors import DataError
from lifeworth.models.learned import Distribution, Expectation, Known, Quantiles, Window, saving
from lifeworth.models.learned.boosting import WORTH_SHARING, boost
from lifeworth.models.learned.quantiles import LEVELS, _corrections

CUSTOMERS = 4000
CALM, WILD = 0.3, 0.9


def window(seed, customers=CUSTOMERS, *, season=1.0, wilder=1.0):
    """Money of those who come is lognormal about its mean; only the feature ``wild`` knows how wide."""
    rng = np.random.default_rng(seed)
    wild, chance = rng.integers(0, 2, customers), rng.uniform(0.2, 0.9, customers)
    centre = rng.gamma(3.0, 20.0, customers)
    features = np.column_stack([wild, rng.standard_normal(customers)]).astype(np.float32)
    known = Known(
        ("wild", "nothing"), features, (), rng.random(customers), Expectation(chance, chance, chance * centre)
    )
    spread = np.where(wild == 1, WILD, CALM) * wilder
    money = season * centre * np.exp(spread * rng.standard_normal(customers) - spread**2 / 2)
    return Window(known, np.where(rng.random(customers) < chance, money, 0.0))


@pytest.fixture(scope="module")
def windows():
    return [window(seed) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def later():
    return window(4)


@pytest.fixture(scope="module")
def fitted(windows):
    return Quantiles(seed=1, threads=1).fit(windows)


def at_its_total(one):
    """What came, at the total that was expected of those who came: the total is another model's business."""
    bought = one.revenue > 0
    return one.revenue * one.known.purchase.centre[bought].sum() / one.revenue[bought].sum()


def test_known_quantiles_are_found(fitted, later):
    said, known = fitted.predict(later.known), later.known
    for wild, spread in ((0, CALM), (1, WILD)):
        who = known.features[:, 0] == wild
        ratio = np.median(said.amounts[who] / known.purchase.centre[who, None], axis=0)
        truth = np.exp(spread * norm.ppf(LEVELS) - spread**2 / 2)
        assert np.log(ratio) == pytest.approx(np.log(truth), abs=0.18)


def test_what_comes_lies_below_each_quantile_as_often_as_it_says(fitted, later):
    bought = later.revenue > 0
    amounts, came = fitted.predict(later.known).amounts[bought], at_its_total(later)[bought]
    below = (came[:, None] <= amounts).mean(axis=0)
    # 2,200 buyers to judge and as many to correct by: three standard errors.
    error = np.sqrt(2 * np.array(LEVELS) * (1 - np.array(LEVELS)) / bought.sum())
    assert (np.abs(below - LEVELS) < 3 * error + 0.005).all()


def test_the_last_window_corrects_what_the_others_did_not_know(windows):
    """The world has grown wilder: quantiles of the calm windows alone would hold far too seldom."""
    wilder = Quantiles(threads=1).fit([*windows[:2], window(3, wilder=1.5)])
    unmoved = replace_shift(wilder)
    judged = window(5, wilder=1.5)
    bought = judged.revenue > 0

    def held(model):
        amounts = model.predict(judged.known).amounts[bought]
        came = at_its_total(judged)[bought]
        return ((came > amounts[:, 1]) & (came <= amounts[:, -2])).mean()

    assert held(unmoved) < 0.7
    assert held(wilder) == pytest.approx(0.8, abs=0.04)


def replace_shift(model):
    other = Quantiles(threads=1)
    other.ratio_, other.shift_ = model.ratio_, np.zeros(len(LEVELS))
    return other


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 400))
def test_the_correction_is_the_order_statistic_of_the_paper(seed, count):
    """On the very customers it is learned from, at least α lie at or below an upper quantile, at most α below a lower."""
    r = np.random.default_rng(seed)
    came, stated, levels = r.normal(size=count), r.normal(size=(count, len(LEVELS))), np.array(LEVELS)
    moved = stated + _corrections(came, stated, levels)
    upper = levels >= 0.5
    at_or_below = (came[:, None] <= moved + 1e-12).sum(axis=0)
    below = (came[:, None] < moved - 1e-12).sum(axis=0)
    assert (at_or_below[upper] >= np.minimum(np.ceil((count + 1) * levels[upper]), count)).all()
    assert (below[~upper] <= np.maximum(np.floor((count + 1) * levels[~upper]), 1) - 1).all()


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 20))
def test_a_distribution_never_crosses_and_has_its_lump_at_zero(seed, count):
    r = np.random.default_rng(seed)
    chance = r.uniform(0.01, 0.99, count)
    amounts = np.sort(np.exp(r.normal(0, 2, (count, len(LEVELS)))), axis=1)
    one = Distribution(chance, np.array(LEVELS), amounts)
    points = np.sort(r.random(200))
    said = one.quantiles(points)
    assert said.shape == (count, 200) and np.isfinite(said).all()
    assert (np.diff(said, axis=1) >= -1e-12 * said[:, 1:]).all()
    assert ((said == 0) == (points <= 1 - chance[:, None])).all()
    for column, level in enumerate(LEVELS):
        at = 1 - chance + level * chance
        found = [one.quantiles(at[[k]])[k, 0] for k in range(count)]
        assert found == pytest.approx(amounts[:, column], rel=1e-6)


def test_between_and_beyond_its_levels_a_lognormal_stays_a_lognormal():
    amounts = np.exp(1.0 + 0.7 * norm.ppf(LEVELS))[None, :]
    points = np.linspace(0.001, 0.999, 99)
    said = Distribution(np.ones(1), np.array(LEVELS), amounts).quantiles(points)
    assert said[0] == pytest.approx(np.exp(1.0 + 0.7 * norm.ppf(points)), rel=1e-9)


def test_learned_quantiles_never_cross(fitted, later):
    assert (np.diff(fitted.predict(later.known).amounts, axis=1) >= 0).all()


def test_a_window_s_season_is_not_learned_for_all(windows, later, fitted):
    loud = Quantiles(threads=1).fit([windows[0], window(2, season=4.0), windows[2]]).predict(later.known)
    assert loud.amounts == pytest.approx(fitted.predict(later.known).amounts, rel=1e-4)


def test_money_a_hundred_times_larger_gives_quantiles_a_hundred_times_larger(windows, later, fitted):
    def dearer(one):
        said = one.known.purchase
        return Window(replace(one.known, purchase=replace(said, revenue=100.0 * said.revenue)), 100.0 * one.revenue)

    large = Quantiles(threads=1).fit([dearer(w) for w in windows])
    assert large.predict(dearer(later).known).amounts == pytest.approx(
        100.0 * fitted.predict(later.known).amounts, rel=1e-4
    )


def test_the_same_bytes_again_and_at_any_thread_count(windows):
    rng = np.random.default_rng(9)
    matrix = rng.standard_normal((WORTH_SHARING + 1000, 4)).astype(np.float32)
    target = matrix[:, 0] + rng.standard_normal(len(matrix)) * np.exp(matrix[:, 1])
    grow = partial(boost, "quantile", matrix, target, ("a", "b", "c", "d"), rounds=12, alpha=0.9)
    assert np.array_equal(grow(threads=1).raw(matrix), grow(threads=2).raw(matrix))
    one, two = (Quantiles(threads=threads, levels=(0.1, 0.9)).fit(windows) for threads in (1, 2))
    assert saving.to_json([one]) == saving.to_json([two])


def test_one_short_window_is_enough():
    one = window(11, 300)
    said = Quantiles(threads=1).fit([one]).predict(one.known)
    assert np.isfinite(said.amounts).all() and (said.amounts > 0).all()
    assert np.median(said.amounts[:, 3] / one.known.purchase.centre) == pytest.approx(0.9, abs=0.25)


def test_it_comes_back_from_the_disk_to_the_last_bit(fitted, later):
    text = saving.to_json([fitted])
    [back] = saving.from_json(text, classes=(Quantiles,))
    own, read = fitted.predict(later.known), back.predict(later.known)
    assert np.array_equal(own.amounts, read.amounts) and np.array_equal(own.levels, read.levels)
    assert np.array_equal(own.chance, read.chance)
    assert saving.to_json([back]) == text


@pytest.mark.parametrize("harm", ["short", "not a number", "crossing", "nothing"])
def test_a_damaged_file_is_refused(fitted, harm):
    body = saving.unseal(saving.KIND, saving.to_json([fitted]), "it")
    model = body["models"][0]
    shift, levels = model["shift"], model["levels"]
    changed = {
        "short": {"shift": shift[1:]},
        "not a number": {"shift": ["x", *shift[1:]]},
        "crossing": {"levels": levels[::-1]},
        "nothing": {"levels": [], "shift": [], "trees": {}},
    }
    model |= changed[harm]
    with pytest.raises(DataError, match="cannot be read"):
        saving.from_json(saving.seal(saving.KIND, {"models": body["models"]}), classes=(Quantiles,))
