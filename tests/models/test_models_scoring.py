"""CRPS of a ranking: exact against its definition, lower the better the ranking, blind to the file's order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeworth.models.scoring import GROUPS, LEVELS, crps, pinball


@given(st.lists(st.floats(-1e4, 1e4), min_size=19, max_size=19), st.floats(-2e4, 2e4))
def test_pinball_of_an_ensemble_is_its_crps(values, actual):
    # For quantiles at (i - 1/2) / m the sum is E|X - y| - E|X - X'| / 2 of the m equally likely values.
    ensemble = np.sort(values)
    expected = np.abs(ensemble - actual).mean() - np.abs(ensemble[:, None] - ensemble).mean() / 2
    assert pinball(np.array([actual]), ensemble[None, :])[0] == pytest.approx(expected, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("actual", [0.0, 0.2, 0.5, 1.0])
def test_a_uniform_forecast_scores_what_the_integral_says(actual):
    # Gneiting and Raftery 2007, section 4.2: the integral of (x - 1{x >= y})^2 over [0, 1] is y^2 - y + 1/3.
    levels = (np.arange(999) + 0.5) / 999
    assert pinball(np.array([actual]), levels[None, :], levels)[0] == pytest.approx(
        actual**2 - actual + 1 / 3, abs=1e-5
    )


def world(seed, windows=3, customers=8000):
    """Twenty kinds of customers who bring exponential money with means 1 to 20."""
    rng = np.random.default_rng(seed)
    means = [rng.permutation(np.resize(np.arange(1.0, GROUPS + 1), customers)) for _ in range(windows)]
    return rng, means, [rng.exponential(mean) for mean in means]


def mean_loss(predicted, actual):
    return float(np.concatenate(crps(predicted, actual)).mean())


def test_the_true_ranking_scores_what_the_truth_would():
    # An exponential of mean m forecast by itself scores m / 2 on average; the means average 10.5.
    _, means, came = world(1)
    assert mean_loss(means, came) == pytest.approx(10.5 / 2, rel=0.03)


def test_saying_the_same_of_everybody_scores_the_distribution_of_all():
    _, means, came = world(2)
    everybody = np.concatenate(came)
    expected = np.mean([pinball(c, np.quantile(everybody, LEVELS)[None, :].repeat(len(c), 0)).mean() for c in came])
    assert mean_loss([np.full(len(m), 7.0) for m in means], came) == pytest.approx(expected, rel=0.01)


def test_the_better_the_ranking_the_lower_the_loss():
    rng, means, came = world(3)
    losses = [mean_loss([m + noise * rng.standard_normal(len(m)) for m in means], came) for noise in (0, 3, 10, 1e6)]
    assert losses == sorted(losses)
    assert losses[0] < 0.95 * losses[-1]


def test_a_ranking_upside_down_is_as_sharp_because_its_groups_are_learned():
    _, means, came = world(4)
    assert mean_loss([-m for m in means], came) == pytest.approx(mean_loss(means, came), rel=1e-3)


@given(st.integers(0, 2**31), st.integers(1, 4))
def test_neither_the_order_of_customers_nor_the_unit_of_the_forecast_matters(seed, levels):
    rng = np.random.default_rng(seed)
    predicted = [rng.integers(0, levels, 90).astype(float) for _ in range(2)]
    came = [rng.gamma(0.5, 9, 90) * (rng.random(90) < 0.5) for _ in range(2)]
    order = rng.permutation(90)
    loss = crps(predicted, came)
    assert np.allclose(crps([1024 * p for p in predicted], came), loss)
    moved = crps([predicted[0][order], predicted[1]], [came[0][order], came[1]])
    assert np.allclose(moved[0], loss[0][order]) and np.allclose(moved[1], loss[1])
    assert np.allclose(crps(predicted, [8 * c for c in came]), 8 * np.array(loss))


def test_a_window_is_judged_by_the_others_alone():
    rng, means, came = world(5, windows=2, customers=2000)
    before = crps(means, came)
    changed = crps(means, [came[0], rng.exponential(100.0, len(came[1]))])
    assert not np.allclose(changed[0], before[0])
    first = crps([means[0], means[1]], [np.zeros(len(came[0])), came[1]])
    nothing = np.zeros(len(came[0]))
    # The first window's own outcome moves its loss only by what came, not by what was learned.
    assert np.allclose(first[0], pinball_by_groups(means[0], nothing, means[1], came[1]))


def pinball_by_groups(forecast, actual, seen, brought):
    """Loss by the means 1 to 20 one after the other, as the true groups are these."""
    tables = {m: np.quantile(brought[seen == m], LEVELS) for m in np.unique(seen)}
    return pinball(actual, np.array([tables[m] for m in forecast]))


def test_a_small_shop_can_be_told_apart_too():
    rng = np.random.default_rng(6)
    mean = [np.where(np.arange(250) < 50, 100.0, 1.0) * rng.uniform(0.9, 1.1, 250) for _ in range(2)]
    came = [rng.exponential(m) for m in mean]
    blind = [np.ones(250) for _ in range(2)]
    assert mean_loss(mean, came) < 0.8 * mean_loss(blind, came)
