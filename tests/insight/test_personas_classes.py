"""Kinds of people: the mixture against a paper, against brute force, and against planted truth; their number against chance."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from personas_world import CHANCES, LABELS, draw

from lifeworth.insight.personas.classes import choose, settle
from lifeworth.insight.personas.classes.halves import adjusted_rand, halve, try_classes
from lifeworth.insight.personas.classes.mixture import Classes, Fits, carry_on, expect, fit_many
from lifeworth.insight.personas.classes.shown import show

# Stouffer and Toby (1951), role conflict in four situations: universalistic (0) or particularistic (1), 216 people. The two-class
# model of Goodman (1974, Biometrika 61, page 219): G² = 2.72 on 6 degrees of freedom.
STOUFFER_TOBY = (42, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20)
GOODMAN_SHARE = 0.279
GOODMAN = {"likely": (0.993, 0.940, 0.927, 0.769), "others": (0.714, 0.330, 0.354, 0.132)}


def test_goodmans_two_classes_of_role_conflict():
    patterns = np.array(list(product((0, 1), repeat=4)))
    shown = show(list(patterns.T), [2] * 4)
    counts = np.array([STOUFFER_TOBY], dtype=float)
    # Ten thousand times as many people, so that the one made-up person has no say.
    weights = 1e4 * counts
    fits = fit_many(shown, weights, 2, np.random.default_rng(1))
    for _ in range(10):
        fits = carry_on(shown, fits, weights)
    small = int(fits.shares[0].argmin())
    assert fits.shares[0][small] == pytest.approx(GOODMAN_SHARE, abs=0.002)
    assert fits.chances[0][small][::2] == pytest.approx(GOODMAN["likely"], abs=0.002)
    assert fits.chances[0][1 - small][::2] == pytest.approx(GOODMAN["others"], abs=0.002)
    _, likelihood = expect(shown, fits)
    expected = 216 * np.exp(likelihood[:, 0])
    assert 2 * (counts[0] * np.log(counts[0] / expected)).sum() == pytest.approx(2.72, abs=0.01)


def test_the_e_step_is_bayes_rule_by_hand():
    codes = [np.array([0, 1, -1]), np.array([2, -1, -1])]
    shown = show(codes, [2, 3])
    shares, first, second = (
        np.array([0.3, 0.7]),
        np.array([[0.9, 0.1], [0.2, 0.8]]),
        np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]]),
    )
    classes = Classes(shares, np.hstack([first, second]))
    joint = np.array([[0.3 * 0.9 * 0.2, 0.7 * 0.2 * 0.8], [0.3 * 0.1, 0.7 * 0.8], [0.3, 0.7]])
    assert classes.belong(shown).T == pytest.approx(joint / joint.sum(1, keepdims=True))
    _, likelihood = expect(shown, Fits(shares[None], classes.chances[None], np.zeros(1)))
    assert likelihood[:, 0] == pytest.approx(np.log(joint.sum(1)))


def known(people, seed, **changes):
    kind, texts, *_ = draw(people, seed, **changes)
    codes = [np.array([-1 if text is None else LABELS[name].index(text) for text in texts[name]]) for name in CHANCES]
    return kind, show(codes, [len(LABELS[name]) for name in CHANCES])


def test_the_likelihood_never_falls():
    _, shown = known(400, 3)
    weights = np.ones((1, 400))
    fits, before = fit_many(shown, weights, 3, np.random.default_rng(2)), -np.inf
    from lifeworth.insight.personas.classes.mixture import _step, _usual

    for _ in range(30):
        fits = _step(shown, fits, weights, _usual(shown, weights))
        assert fits.log_likelihood[0] >= before - 0.05
        before = fits.log_likelihood[0]


def test_planted_chances_are_found_again():
    _, shown = known(6_000, 1)
    fits = fit_many(shown, np.ones((1, 6_000)), 3, np.random.default_rng(1))
    truth = np.array([np.concatenate([CHANCES[name][kind] for name in CHANCES]) for kind in range(3)])
    places = [int(np.abs(fits.chances[0] - each).sum(1).argmin()) for each in truth]
    assert sorted(places) == [0, 1, 2]
    assert np.abs(fits.chances[0][places] - truth).max() < 0.06
    assert fits.shares[0][places] == pytest.approx([0.4, 0.25, 0.35], abs=0.03)


def test_fits_side_by_side_are_fits_one_by_one():
    _, shown = known(300, 5)
    weights = halve(300, 2, np.random.default_rng(1))
    start = fit_many(shown, weights, 3, np.random.default_rng(4))
    together = carry_on(shown, start, weights)
    for place in range(len(weights)):
        alone = carry_on(shown, start.take(np.array([place])), weights[[place]])
        assert alone.chances[0] == pytest.approx(together.chances[place], abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=25))
def test_adjusted_rand_counts_pairs(pairs):
    first, second = (np.array(each, dtype=np.intp) for each in zip(*pairs, strict=True))
    both = [(first[i] == first[j], second[i] == second[j]) for i, j in combinations(range(len(pairs)), 2)]
    together, ones, twos, every = (
        sum(a and b for a, b in both),
        sum(a for a, _ in both),
        sum(b for _, b in both),
        len(both),
    )
    expected, most = ones * twos / every, (ones + twos) / 2
    wanted = 1.0 if most == expected else (together - expected) / (most - expected)
    assert adjusted_rand(first, second) == pytest.approx(wanted)


@pytest.mark.parametrize("seed", range(4))
def test_the_planted_number_of_kinds_is_chosen(seed):
    kind, shown = known(900, seed)
    classes, choice = next(settle(shown, choose(shown, seed), seed))
    assert len(classes) == 3
    assert choice.sizes[0] == 3
    chosen = next(one for one in choice.tried if one.classes == 3)
    assert chosen.stability > 0.7 > 0.3 > chosen.by_chance
    assert adjusted_rand(classes.belong(shown).argmax(0), kind) > 0.7


@pytest.mark.parametrize("seed", range(6))
def test_columns_that_have_nothing_to_do_with_each_other_make_no_kinds(seed):
    _, shown = known(700, seed, structure=False)
    assert not list(settle(shown, choose(shown, seed), seed))


def test_halves_part_everybody_and_are_the_same_each_time():
    weights = halve(101, 3, np.random.default_rng(1))
    assert (weights[::2] + weights[1::2] == 1).all()
    assert (weights == halve(101, 3, np.random.default_rng(1))).all()


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(-1, 2), min_size=3, max_size=3), min_size=1, max_size=30), st.integers(1, 4))
def test_whatever_is_known_every_person_belongs_somewhere(people, classes):
    shown = show(list(np.array(people).T), [3, 3, 3])
    fits = fit_many(shown, np.ones((1, len(people))), classes, np.random.default_rng(1))
    belong = Classes(fits.shares[0], fits.chances[0]).belong(shown)
    assert np.isfinite(belong).all() and belong.sum(0) == pytest.approx(1.0)
    assert (fits.chances > 0).all() and fits.chances.reshape(1, classes, 3, 3).sum(-1) == pytest.approx(1.0)


def test_too_few_people_for_two_kinds_try_none():
    _, shown = known(80, 1)
    assert choose(shown, 1).tried == ()
    assert try_classes(
        shown, halve(80, 1, np.random.default_rng(1)), 1, np.random.default_rng(1)
    ).agreement.tolist() == [0.0]
