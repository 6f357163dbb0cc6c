"""Drift is found soon, and chance is left alone."""

import importlib.util
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitoring_shop import START, engine_with, facts, write_values, write_weeks

from lifeworth.monitoring.cusum import H, K, cusum, sigma_of
from lifeworth.monitoring.stability import PERMUTATIONS, permutation_p, psi
from lifeworth.monitoring.tables import make_empty
from lifeworth.monitoring.weeks import watch_weeks, watched, weekly_spread
from lifeworth.store.archive import Archived, archive


def _drift():
    path = Path(__file__).parents[2] / "benchmarks" / "drift.py"
    spec = importlib.util.spec_from_file_location("benchmark_drift", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_sums_of_montgomery_example_9_1():
    """Piston-like data of Montgomery (6th ed., table 9.2): n = 30, target 10, sigma 1; C+ passes 5 at period 29."""
    x = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62,
         10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]  # fmt: skip
    found = cusum(np.array(x) - 10.0, 0.5, 5.0)
    assert found.upper[:6] == pytest.approx([0, 0, 0, 1.16, 2.82, 2.50])
    assert found.lower[:3] == pytest.approx([0.05, 1.56, 1.77])
    assert np.flatnonzero(found.alarm).tolist() == [28] and found.alarm[28] == 1
    assert found.upper[28] == pytest.approx(5.28)


def test_average_run_length_in_control_is_that_of_the_literature():
    """Two-sided k = 0.5, h = 5: 465 weeks on average (Montgomery, table 9.3)."""
    z = np.random.default_rng(7).standard_normal(120_000)
    assert 120_000 / (cusum(z, 0.5, 5.0).alarm != 0).sum() == pytest.approx(465, rel=0.15)


@given(st.lists(st.floats(-4, 4), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_sums_mirror_and_never_fall_below_zero(residuals):
    z = np.array(residuals)
    one, other = cusum(z), cusum(-z)
    assert (one.upper >= 0).all() and (one.upper == other.lower).all() and (one.alarm == -other.alarm).all()


def test_a_quick_look_at_both_bars():
    drift = _drift()
    assert drift.found_soon(60, 1000.0, 0.10, K, H, 5) >= 0.85
    assert drift.false_alarms(40, 1000.0, 0.10, K, H, 5) <= 1.2


@pytest.mark.study
@pytest.mark.parametrize("noise", [0.05, 0.08, 0.10])
def test_a_fifth_less_is_found_within_six_weeks_and_five_quiet_years_stay_quiet(noise):
    drift = _drift()
    assert drift.found_soon(200, 1000.0, noise, K, H, 1) >= 0.90
    assert drift.false_alarms(200, 1000.0, noise, K, H, 1) <= 1.0


def _shop(per_week, weeks, drop_from=None):
    """Buyers who all came before the start, then a number of purchases a week."""
    orders = [(f"c{i}", START - timedelta(days=30), 20.0) for i in range(200)]
    for week in range(weeks):
        count = per_week if drop_from is None or week < drop_from else int(per_week * 0.8)
        orders += [(f"c{i % 200}", START + timedelta(days=7 * week + i % 7), 20.0) for i in range(count)]
        orders += [(f"new{week}", START + timedelta(days=7 * week), 20.0)]
    return engine_with(orders)


@pytest.mark.parametrize(("drop_from", "state"), [(None, "fine"), (10, "alarm"), (2, "alarm")])
def test_the_week_and_direction_of_an_alarm(tmp_path, drop_from, state):
    engine = _shop(100, 16, drop_from)
    write_values(engine, [{"id": "c1", "orders_mean": 1.0}])
    write_weeks(engine, START, np.full(52, 100.0))
    kept = [archive(engine, tmp_path, facts(weekly_spread=0.05))]
    make_empty(engine)
    alarm = watch_weeks(engine, kept, START + timedelta(days=7 * 16 + 3))
    assert alarm.state == state
    rows = engine.rows("SELECT week, actual_purchases, alarm FROM monitoring_cusum ORDER BY week")
    assert len(rows) == 16 and rows[0][1] == 100
    raised = [week for week, _, direction in rows if direction]
    if drop_from is None:
        assert not raised
    else:
        assert drop_from < raised[0] <= drop_from + 6 and {r[2] for r in rows if r[2]} == {"fewer"}
        assert "fewer" in alarm.said


def test_no_alarm_on_a_small_base_that_only_chance_moves(tmp_path):
    """Three purchases a week: a spread below that of counting would shout at every empty week."""
    assert sigma_of(np.array([3.0, 400.0]), 0.01) == pytest.approx([3**0.5, 20.0])
    assert sigma_of(np.array([400.0]), None) == pytest.approx([20.0])


def test_which_prediction_is_watched():
    kept = [Archived(facts(as_of=START + timedelta(days=d)), None) for d in (0, 100, 190, 370)]
    day = START + timedelta(days=380)
    assert watched(kept, day) is kept[2]
    assert watched(kept[3:], day) is None
    assert watched(kept[2:], START + timedelta(days=250)) is kept[2]


def test_spread_is_that_of_the_fitted_weeks():
    engine = engine_with([("a", START, 1.0)])
    assert weekly_spread(engine) is None
    engine.execute(
        """CREATE TABLE backtest_tracking AS SELECT DATE '2025-01-06' + 7 * i::INTEGER AS week_start,
           CASE WHEN i < 40 THEN 'fit' ELSE 'holdout' END AS phase,
           100.0 * CASE WHEN i < 10 THEN 9 WHEN i % 2 = 0 THEN 1.1 ELSE 0.9 END AS actual_orders, 100.0 AS predicted_orders
           FROM range(60) t(i)"""
    )
    assert weekly_spread(engine) == pytest.approx(0.1)


def test_psi_against_its_formula_and_symmetry():
    before, now = np.array([500, 300, 200]), np.array([300, 300, 400])
    shares = [(0.5, 0.3), (0.3, 0.3), (0.2, 0.4)]
    assert float(psi(before, now)) == pytest.approx(sum((q - p) * np.log(q / p) for p, q in shares), rel=0.01)
    assert float(psi(before, now)) == pytest.approx(float(psi(now, before)))


def test_the_p_value_is_that_of_dealing_customers_out_at_random():
    before, now = np.array([12, 8, 5, 15]), np.array([5, 9, 12, 14])
    labels = np.repeat([0, 1, 2, 3, 0, 1, 2, 3], [*before, *now])
    rng, seen = np.random.default_rng(3), float(psi(before, now))
    far = 0
    for _ in range(4000):
        rng.shuffle(labels)
        a, b = (np.bincount(part, minlength=4) for part in (labels[:40], labels[40:]))
        far += float(psi(a, b)) >= seen
    several = [permutation_p(before, now, seed) for seed in range(40)]
    assert np.mean(several) == pytest.approx(far / 4000, abs=0.02)
    assert permutation_p(before, now, 5) == permutation_p(before, now, 5) >= 1 / (PERMUTATIONS + 1)


def test_chance_in_a_small_base_raises_no_alarm():
    alone, both = _drift().stability_false_alarms(60, 100, 2)
    assert alone > 0.3 and both <= 0.05
