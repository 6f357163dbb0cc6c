"""Ranges: the shortest interval, the strata behind it, and what the base's sum keeps of independence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeworth.models.forecast import CustomerHistory, Forecaster, Terms
from lifeworth.models.forecast.ranges import shortest_interval
from lifeworth.models.forecast.strata import lattice, parameter_points


@pytest.mark.parametrize("count", [128, 256, 512, 1024])
def test_lattice_covers_each_dimension_evenly(count):
    points = lattice(count).points
    expected = (np.arange(count) + 0.5) / count
    assert np.array_equal(points[0], expected)
    for row in points:
        assert np.allclose(np.sort(row), expected)
    assert np.abs(np.corrcoef(points) - np.eye(len(points))).max() < 0.1


@given(st.lists(st.floats(-1e6, 1e6), min_size=256, max_size=256), st.floats(0.05, 0.95))
def test_shortest_interval_holds_the_level_and_no_shorter_one_does(values, level):
    draws = np.sort(np.array(values))[None, :]
    low, high = shortest_interval(draws, level)
    inside = ((draws >= low[0]) & (draws <= high[0])).mean()
    assert inside >= level
    held = int(np.ceil(level * 256)) + 1
    widths = draws[0, held - 1 :] - draws[0, : 256 - held + 1]
    assert high[0] - low[0] <= widths.min() + 1e-9


def test_zero_to_zero_only_when_zero_alone_holds_the_level():
    mostly_nothing = np.r_[np.zeros(230), np.arange(1.0, 27.0)][None, :]
    half_nothing = np.r_[np.zeros(128), np.arange(1.0, 129.0)][None, :]
    assert shortest_interval(mostly_nothing, 0.8) == (np.array([0.0]), np.array([0.0]))
    low, high = shortest_interval(half_nothing, 0.8)
    assert low[0] == 0.0 and high[0] > 0.0


@pytest.mark.parametrize("wanted", [4, 256])
def test_parameter_points_carry_mean_and_covariance(wanted):
    root = np.array([[0.3, 0.0], [0.1, 0.2]])
    covariance = root @ root.T
    points = parameter_points(np.log([2.0, 5.0]), covariance, wanted=wanted)
    logs = np.log(points.spread)
    assert np.allclose(logs.mean(axis=0), np.log([2.0, 5.0]), atol=0.002)
    assert np.allclose(np.cov(logs.T, bias=True), covariance, rtol=0.02, atol=0.001)
    points = parameter_points(np.zeros(2), np.diag([1e6, 0.01]), wanted=4)
    assert np.isfinite(points.spread).all() and points.spread.max() < 20


@pytest.mark.parametrize("discount", [0.0, 1e-6, 0.001, 0.05])
def test_a_base_that_nobody_leaves_is_worth_at_most_a_century_of_orders(discount):
    purchases = 24
    arrays = {name: np.full(300, 0.0) for name in CustomerHistory.__dataclass_fields__}
    arrays |= {
        "frequency": np.full(300, purchases - 1.0) + np.arange(300) % 3,
        "recency_days": np.full(300, 719.0),
        "T_days": np.full(300, 720.0),
        "paid_days": np.full(300, float(purchases)),
        "revenue": np.full(300, 240.0) + np.arange(300),
        "day_revenue_sum": np.full(300, 240.0) + np.arange(300),
        "day_revenue_sumsq": np.full(300, 2500.0),
        "paid_revenue_sum": np.full(300, 240.0) + np.arange(300),
    }
    history = CustomerHistory.from_columns(arrays)
    found, base = Forecaster(1, 1, fast=True).fit(history).predict(Terms(365, discount=discount))
    century = 100 * 365 / 720 * 540.0
    for part in (found.mean, found.low, found.high):
        assert np.isfinite(part["residual_value"]).all()
        assert part["residual_value"].max() < 3 * century
    assert np.isfinite(base.interval("residual_value", 0.8)).all()
