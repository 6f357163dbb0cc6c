"""Every figure of the proof against a value worked out by hand or by another package."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lifeworth.backtest import measures

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


def test_distances_of_single_customers():
    actual, predicted = np.array([1.0, 5.0, 0.0]), np.array([3.0, 4.0, 1.0])
    assert measures.mean_absolute_error(actual, predicted) == pytest.approx(4 / 3)
    assert measures.root_mean_squared_error(actual, predicted) == pytest.approx(np.sqrt(6 / 3))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.integers(3, 12))
def test_gini_of_ties_is_the_mean_over_every_way_of_breaking_them(seed, levels):
    rng = np.random.default_rng(seed)
    actual, predicted = rng.gamma(0.5, 20, 60), rng.integers(0, levels, 60).astype(float)
    broken = [one_gini(actual, predicted + 1e-6 * rng.random(60)) for _ in range(400)]
    spread = np.std(broken) / np.sqrt(len(broken))
    assert measures.gini(actual, predicted) == pytest.approx(np.mean(broken), abs=5 * spread + 1e-6)


def one_gini(actual, predicted):
    """The definition, written for customers who are all predicted differently."""
    ours = np.cumsum(actual[np.argsort(-predicted)]) / actual.sum()
    best = np.cumsum(np.sort(actual)[::-1]) / actual.sum()
    return (2 * ours.mean() - 1) / (2 * best.mean() - 1)


@given(st.integers(0, 2**31))
def test_auc_is_the_mann_whitney_statistic(seed):
    rng = np.random.default_rng(seed)
    active, predicted = rng.random(50) < 0.4, rng.integers(0, 9, 50).astype(float)
    active[:2] = True, False
    expected = stats.mannwhitneyu(predicted[active], predicted[~active]).statistic / (active.sum() * (~active).sum())
    assert measures.auc(active, predicted) == pytest.approx(expected)


def test_auc_by_hand():
    active = np.array([True, True, False, False])
    assert measures.auc(active, np.array([3.0, 1.0, 2.0, 1.0])) == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    assert np.isnan(measures.auc(np.ones(3, bool), np.arange(3.0)))


def test_top_decile_shares_ties_evenly():
    actual = np.zeros(20)
    actual[:4] = 40.0, 30.0, 20.0, 10.0
    assert measures.top_decile(actual, actual) == pytest.approx(100.0)
    # Four customers predicted alike at the top, two places: each place carries a quarter of their 100.
    predicted = np.where(np.arange(20) < 4, 9.0, 1.0)
    assert measures.top_decile(actual, predicted) == pytest.approx(100.0 * 50.0 / 70.0)
    assert measures.top_decile(actual, np.ones(20)) == pytest.approx(100.0 * 10.0 / 70.0)
    assert np.isnan(measures.top_decile(np.zeros(20), predicted))


def test_decision_value_by_hand():
    # The mean is 10, so a contact costs 1; the best contacts the two who bring more: 29 + 9.
    actual = np.array([30.0, 10.0, 0.0, 0.0])
    assert measures.decision_value(actual, actual) == pytest.approx(100.0)
    assert measures.decision_value(actual, np.array([5.0, 0.5, 5.0, 0.0])) == pytest.approx(100.0 * 28.0 / 38.0)
    assert measures.decision_value(actual, np.zeros(4)) == 0.0
    assert measures.decision_value(actual, np.full(4, 10.0)) == pytest.approx(100.0 * 36.0 / 38.0)
    assert np.isnan(measures.decision_value(np.zeros(4), np.ones(4)))


@given(st.integers(0, 2**31))
def test_no_list_of_contacts_is_better_than_the_best(seed):
    rng = np.random.default_rng(seed)
    actual = rng.gamma(0.3, 50, 40)
    assert measures.decision_value(actual, rng.gamma(0.3, 50, 40)) <= 100.0 + 1e-9


def a_shop(customers, seed):
    """Customers whose predictions are right on average."""
    rng = np.random.default_rng(seed)
    predicted = rng.gamma(0.6, 60, customers)
    return predicted * rng.gamma(0.5, 2.0, customers), predicted


@pytest.mark.parametrize(
    ("measure", "error"),
    [(measures.bias_percent, measures.bias_error), (measures.gini, measures.gini_error)],
    ids=["bias", "gini"],
)
def test_stated_errors_are_the_spread_over_shops_drawn_anew(measure, error):
    stated, drawn = [], []
    for seed in range(60):
        actual, predicted = a_shop(600, seed)
        drawn.append(measure(actual, predicted))
        stated.append(error(actual, predicted))
    assert np.sqrt(np.mean(np.square(stated))) == pytest.approx(np.std(drawn), rel=0.25)


@pytest.mark.parametrize(
    ("measure", "error", "within"),
    [(measures.bias_percent, measures.bias_error, 0.15), (measures.gini, measures.gini_error, 0.6)],
    ids=["bias", "gini"],
)
def test_stated_errors_agree_with_the_bootstrap(measure, error, within):
    rng = np.random.default_rng(7)
    actual, predicted = a_shop(1500, 7)
    again = [rng.integers(0, 1500, 1500) for _ in range(300)]
    bootstrapped = np.std([measure(actual[who], predicted[who]) for who in again])
    assert error(actual, predicted) == pytest.approx(bootstrapped, rel=within)


def test_too_few_customers_give_no_error():
    assert np.isnan(measures.gini_error(np.ones(39), np.arange(39.0)))
    assert np.isnan(measures.bias_error(np.zeros(5), np.ones(5)))
