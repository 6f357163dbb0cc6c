"""Simple rules, each worked out by hand."""

import numpy as np
import pytest
from backtest_world import history, stretch

from lifeworth.backtest.floors import NAMES, cohort_mean, floors, rate_so_far, rfm_cell_mean


def test_everybody_goes_on_at_their_own_pace():
    # 100 in 50 days is 2 a day; 100 in 10 days counts as 100 in one horizon of 25.
    assert rate_so_far(np.array([100.0, 100.0]), np.array([50.0, 10.0]), 25.0) == pytest.approx([50.0, 100.0])


def test_everybody_brings_what_customers_as_old_as_they_brought():
    then = stretch(history([5, 20, 70, 80]), np.zeros(4), [10.0, 30.0, 6.0, 0.0])
    # Months 0 and 2 brought 20 and 3 on average; month 1 lies between, month 9 takes the oldest seen.
    now = stretch(history([0, 29, 35, 65, 280]), np.zeros(5), None)
    assert cohort_mean(now, then) == pytest.approx([20.0, 20.0, 11.5, 3.0, 3.0])


def test_everybody_brings_what_their_cell_brought():
    # Four customers a corner: bought lately or not, often or not, much money or little.
    corners = [(10, 0, 5.0), (10, 9, 500.0), (300, 0, 5.0), (300, 9, 500.0)]
    known = [row for row in corners for _ in range(4)]
    since, often, money = (np.array(column, float) for column in zip(*known, strict=True))
    T_days = np.full(16, 400.0)
    then = stretch(history(T_days, often, T_days - since, money), np.zeros(16), np.repeat([1.0, 50.0, 0.0, 8.0], 4))
    lately_once = history([400], [0], [390], [5.0])
    long_ago_often = history([400], [9], [100], [500.0])
    assert rfm_cell_mean(stretch(lately_once, [0], None), then, False) == pytest.approx([1.0])
    assert rfm_cell_mean(stretch(long_ago_often, [0], None), then, False) == pytest.approx([8.0])
    # Nobody bought so much at once: that cell is empty and takes the mean of all.
    unseen = history([400], [0], [390], [500.0])
    assert rfm_cell_mean(stretch(unseen, [0], None), then, False) == pytest.approx([14.75])


def test_all_rules_at_a_day():
    then = stretch(history([5, 20, 70, 80]), np.zeros(4), [10.0, 30.0, 6.0, 0.0])
    now = stretch(history([100, 200], revenue=[50.0, 400.0]), [1, 1], None, before=[7.0, 0.0])
    found = floors(now, then, False)
    assert tuple(found) == NAMES
    assert found["zero"] == pytest.approx([0, 0])
    assert found["last stretch"] == pytest.approx([7.0, 0.0])
    assert found["rate so far"] == pytest.approx([30.0, 120.0])
    assert set(floors(now, None, False)) == {"zero", "rate so far", "last stretch"}


def test_rules_of_a_finished_window_cannot_see_the_one_that_follows():
    then = stretch(history([5, 20, 70, 80]), np.zeros(4), [10.0, 30.0, 6.0, 0.0])
    known = history([10, 40, 100, 60], revenue=[50.0, 400.0, 10.0, 20.0])
    one, other = (floors(stretch(known, np.zeros(4), what), then, False) for what in (np.zeros(4), np.full(4, 9e9)))
    assert all(np.array_equal(one[name], other[name]) for name in NAMES)
