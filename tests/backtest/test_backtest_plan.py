"""Which past days are asked: never beyond the run's own day, enough of them, windows as long as can be tested."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeworth.backtest.plan import (
    ENOUGH,
    GRADED,
    GRADED_FAST,
    MIN_HISTORY_DAYS,
    MIN_WINDOW_DAYS,
    MOST_CUTS,
    YEAR,
    plan_cuts,
)

AS_OF = date(2026, 1, 1)
DAYS, HORIZONS = st.integers(0, 2500), st.integers(1, 1000)


def planned(days, horizon, *, fast=False):
    return plan_cuts(AS_OF - timedelta(days=days), AS_OF, horizon, fast=fast)


@given(DAYS, HORIZONS, st.booleans())
def test_every_window_is_finished_and_every_day_has_a_past(days, horizon, fast):
    plan = planned(days, horizon, fast=fast)
    if plan is None:
        return
    window = timedelta(days=plan.window_days)
    assert all(cut + window <= AS_OF for cut in plan.cuts)
    assert plan.cuts[-1] + window == AS_OF
    assert all((cut - plan.first_day).days >= MIN_HISTORY_DAYS for cut in (*plan.cuts, *plan.ratio_days))
    assert all(day + window <= AS_OF for day in plan.ratio_days if plan.window_days <= YEAR)


@given(DAYS, HORIZONS, st.booleans())
def test_days_ascend_evenly_and_the_newest_are_graded(days, horizon, fast):
    plan = planned(days, horizon, fast=fast)
    if plan is None:
        return
    steps = {(b - a).days for a, b in zip(plan.cuts, plan.cuts[1:], strict=False)}
    assert len(steps) <= 1 and all(step >= 7 for step in steps)
    assert plan.graded_cuts == plan.cuts[-plan.graded :]
    assert 1 <= plan.graded <= (GRADED_FAST if fast else GRADED)
    assert len(plan.cuts) <= (GRADED_FAST if fast else MOST_CUTS)
    assert not set(plan.ratio_days) & set(plan.cuts)


@given(DAYS, HORIZONS)
def test_windows_are_never_longer_than_asked_and_shorter_only_where_two_do_not_fit(days, horizon):
    plan = planned(days, horizon)
    if plan is None:
        return
    assert plan.window_days <= horizon
    assert plan.shortened == (plan.window_days < horizon)
    if days >= 2 * horizon + MIN_HISTORY_DAYS:
        assert not plan.shortened
    if plan.shortened:
        assert plan.window_days >= MIN_WINDOW_DAYS


@given(DAYS, HORIZONS)
def test_five_days_wherever_there_is_room_for_them(days, horizon):
    plan = planned(days, horizon)
    if plan is None:
        return
    room = days - plan.window_days - MIN_HISTORY_DAYS
    if room >= 7 * (ENOUGH - 1):
        assert plan.graded >= ENOUGH
    else:
        assert len(plan.cuts) == room // 7 + 1


@given(DAYS, HORIZONS)
def test_nothing_is_planned_only_where_nothing_could_be_tested(days, horizon):
    window = horizon if days >= 2 * horizon + MIN_HISTORY_DAYS else min(horizon, days // 3)
    too_short = window < min(MIN_WINDOW_DAYS, horizon) or days - window < MIN_HISTORY_DAYS
    assert (planned(days, horizon) is None) == too_short


def test_two_years_and_a_quarter_ahead():
    plan = planned(730, 90)
    assert plan.window_days == 90 and not plan.shortened
    assert plan.cuts[-1] == date(2025, 10, 3)
    assert {(b - a).days for a, b in zip(plan.cuts, plan.cuts[1:], strict=False)} == {45}
    assert len(plan.cuts) == 12 and plan.graded == 8
    assert plan.ratio_days[-1] == date(2025, 1, 1)


@pytest.mark.parametrize(("days", "window"), [(300, 100), (813, 271), (814, 365)])
def test_a_year_ahead_from_short_histories(days, window):
    plan = planned(days, 365)
    assert plan.window_days == window
    assert plan.shortened == (window < 365)


@pytest.mark.parametrize("days", [0, 1, 83, 84, 100])
def test_a_history_of_weeks_proves_nothing_a_year_ahead(days):
    assert planned(days, 365) is None


@given(st.integers(120, 2500), st.integers(1, 400), st.integers(-4000, 4000))
def test_the_calendar_does_not_matter(days, horizon, shift):
    here = planned(days, horizon)
    moved = AS_OF + timedelta(days=shift)
    there = plan_cuts(moved - timedelta(days=days), moved, horizon)
    assert (here is None) == (there is None)
    if here is not None and there is not None:
        assert [AS_OF - cut for cut in here.cuts] == [moved - cut for cut in there.cuts]
