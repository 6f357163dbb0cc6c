"""Every figure of the proof against a value worked out by hand or by another package."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lifeworth.backtest import measures, rivals

AMOUNTS = st.lists(st.floats(0, 1e6), min_size=3, max_size=60)


def test_bias_is_percent_of_what_happened():
    assert measures.bias_percent(np.array([60.0, 40.0]), np.array([50.0, 60.0])) == pytest.approx(10.0)
    assert np.isnan(measures.bias_percent(np.zeros(2), np.ones(2)))


def test_gini_of_perfect_worst_and_blind_rankings():
    actual = np.array([0.0, 1.0, 2.0, 7.0])
    assert measures.gini(actual, actual) == pytest.approx(1.0)
    assert measures.gini(actual, -actual) < 0
    # Equal predictions: expected cumulative shares 1/4, 2/4, 3/4, 1 -> 2 * 0.625 - 1 = 0.25; perfect 2 * .9 - 1.
    assert measures.gini(actual, np.ones(4)) == pytest.approx(0.25 / (2 * (0.7 + 0.9 + 1 + 1) / 4 - 1))


@given(AMOUNTS, st.integers(0, 2**31))
def test_gini_does_not_depend_on_the_order_of_the_file(amounts, seed):
    rng = np.random.default_rng(seed)
    actual, predicted = np.array(amounts), rng.integers(0, 4, len(amounts)).astype(float)
    shuffle = rng.permutation(len(amounts))
    first, second = measures.gini(actual, predicted), measures.gini(actual[shuffle], predicted[shuffle])
    assert (np.isnan(first) and np.isnan(second)) or first == pytest.approx(second, abs=1e-9)


@given(st.integers(0, 2**31))
def test_spearman_agrees_with_scipy(seed):
    rng = np.random.default_rng(seed)
    actual, predicted = rng.integers(0, 5, 40).astype(float), rng.integers(0, 9, 40).astype(float)
    assert measures.spearman(actual, predicted) == pytest.approx(stats.spearmanr(actual, predicted).statistic)


def test_coverage_judges_open_ranges_and_zero_ranges_apart():
    actual = np.array([5.0, 20.0, 0.0, 3.0])
    low, high = np.zeros(4), np.array([10.0, 10.0, 0.0, 0.0])
    assert measures.coverage(actual, low, high) == (50.0, 50.0)
    only_open, none = measures.coverage(actual[:2], low[:2], high[:2])
    assert only_open == 50.0 and np.isnan(none)


@given(AMOUNTS)
def test_deciles_hold_everybody_once(amounts):
    actual = np.array(amounts)
    rows = measures.deciles(actual, actual[::-1].copy())
    assert sum(row[1] for row in rows) == len(actual)
    assert sum(row[5] for row in rows) == pytest.approx(actual.sum(), rel=1e-9, abs=1e-6)
    assert [row[2] for row in rows] == sorted((row[2] for row in rows), reverse=True)


def test_rivals_are_what_a_spreadsheet_would_say():
    assert rivals.rate_so_far(np.array([100.0, 100.0]), np.array([50.0, 10.0]), 25.0) == pytest.approx([50.0, 100.0])
    assert rivals.last_stretch(np.array([3.0])) == pytest.approx([3.0])
