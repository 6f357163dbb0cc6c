"""Ranges learned from finished windows: they hold at the stated rate on customers whose truth is simulated."""

import numpy as np
import pytest

from lifeworth.models.calibration import FEWEST_TO_LEARN, QUANTILES, Judged, learn_ranges
from lifeworth.models.forecast.ranges import shortest_interval
from lifeworth.models.forecast.strata import lattice
from lifeworth.models.learned import Expectation
from lifeworth.models.learned.window import expit, logit
from lifeworth.models.pace import at_pace

STRATA = lattice(256)


def world(seed, customers, *, scale=1.0, distort=(0.0, 1.0), margin=1.0):
    """Customers who come with a known chance and then bring lognormal money around their own mean.

    ``distort`` is intercept and slope of what is stated, in log odds.
    """
    rng = np.random.default_rng(seed)
    chance = rng.beta(0.7, 1.2, customers).clip(0.02, 0.97)
    orders = chance * rng.gamma(3.0, 1.0, customers).clip(1.0, None)
    centre = scale * rng.lognormal(3.5, 0.8, customers)
    noisy = np.array([0.9, 0.6, 0.3])[np.digitize(centre, np.quantile(centre, [1 / 3, 2 / 3]))]
    came = (rng.random(customers) < chance) * centre * np.exp(noisy * rng.standard_normal(customers) - noisy**2 / 2)
    stated = expit(distort[0] + distort[1] * logit(chance))
    expected = Expectation(stated, orders, chance * centre)
    return Judged(expected, margin * expected.revenue, came, margin * came), chance


def finished(windows=3, customers=20_000, **options):
    return [world(seed, customers, **options)[0] for seed in range(windows)]


def by_chance(customers):
    """Points by which a share of 80 % of so many customers goes astray once in a hundred times."""
    return 2.6 * 100 * np.sqrt(0.16 / customers)


@pytest.fixture(scope="module")
def learned():
    return learn_ranges(finished())


@pytest.fixture(scope="module")
def ahead(learned):
    """Customers nobody has seen: what is said of them, and what then comes."""
    judged, chance = world(99, 24_000)
    return learned.look(judged.expected, judged.value, 0.0), judged, chance


def test_ranges_hold_as_often_as_they_say_in_every_group(ahead):
    outlook, judged, _ = ahead
    draws = np.sort(outlook.draws("value", STRATA), axis=1)
    low, high = shortest_interval(draws, 0.8)
    inside = (judged.came_value >= low - 0.005) & (judged.came_value <= high + 0.005)
    is_open = high > 0.005
    assert 100 * inside[is_open].mean() == pytest.approx(80, abs=1.5)
    assert 100 * inside[~is_open].mean() >= 80
    checked = 0
    for group in np.unique(outlook.group):
        mine = is_open & (outlook.group == group)
        if mine.sum() < 300:
            continue
        checked += 1
        assert 100 * inside[mine].mean() == pytest.approx(80, abs=3 + by_chance(mine.sum())), group
    assert checked >= 12


def test_by_size_of_the_customer_too(ahead):
    outlook, judged, _ = ahead
    low, high = shortest_interval(np.sort(outlook.draws("revenue", STRATA), axis=1), 0.8)
    inside = (judged.came_revenue >= low - 0.005) & (judged.came_revenue <= high + 0.005)
    is_open = high > 0.005
    for fifth in np.array_split(np.argsort(outlook.expected.revenue), 5):
        mine = fifth[is_open[fifth]]
        assert 100 * inside[mine].mean() == pytest.approx(80, abs=2 + by_chance(mine.size))


def test_the_share_of_zero_draws_is_the_chance_of_nothing(ahead):
    outlook, _, _ = ahead
    zero = (outlook.draws("revenue", STRATA) == 0).mean(axis=1)
    assert np.abs(zero - (1 - outlook.expected.chance)).max() <= 1 / STRATA.count + 1e-9


def test_draws_average_to_what_is_expected(ahead):
    outlook, _, _ = ahead
    draws = outlook.draws("value", STRATA)
    assert draws.mean(axis=1, dtype=float).sum() == pytest.approx(outlook.value.sum(), rel=0.02)
    assert (draws >= -1e-3).all()


@pytest.mark.parametrize(("intercept", "slope"), [(0.0, 1.0), (0.7, 1.0), (0.0, 0.5), (-0.6, 1.6)])
def test_distorted_odds_are_put_right(intercept, slope):
    ranges = learn_ranges(finished(distort=(intercept, slope)))
    judged, chance = world(98, 20_000, distort=(intercept, slope))
    said = ranges.look(judged.expected, judged.value, 0.0).expected.chance
    assert ranges.slope == pytest.approx(1 / slope, rel=0.06)
    for tenth in np.array_split(np.argsort(chance), 10):
        assert said[tenth].mean() == pytest.approx(chance[tenth].mean(), abs=0.02)


def test_few_customers_leave_the_odds_nearly_as_stated():
    few = learn_ranges([world(1, 240, distort=(1.5, 1.0))[0]])
    many = learn_ranges([world(1, 16_000, distort=(1.5, 1.0))[0]])
    assert many.intercept == pytest.approx(-1.5, abs=0.15)
    assert -1.2 < few.intercept < -0.2


def test_money_in_another_unit_scales_the_draws():
    small, large = (learn_ranges(finished(2, 3000, scale=scale)) for scale in (1.0, 100.0))
    ours, theirs = (world(97, 500, scale=scale)[0] for scale in (1.0, 100.0))
    one = small.look(ours.expected, ours.value, 0.1).draws("value", STRATA)
    hundred = large.look(theirs.expected, theirs.value, 0.1).draws("value", STRATA)
    assert np.allclose(hundred, 100 * one, rtol=1e-4, atol=1e-3)


def test_value_at_a_margin_is_that_share_of_revenue():
    ranges = learn_ranges(finished(2, 3000, margin=0.3))
    judged, _ = world(96, 500, margin=0.3)
    outlook = ranges.look(judged.expected, judged.value, 0.0)
    value, revenue = (outlook.draws(measure, STRATA) for measure in ("value", "revenue"))
    assert np.allclose(value, 0.3 * revenue, rtol=1e-4, atol=1e-3)


def test_a_shock_that_all_share_widens_but_moves_no_mean(learned, ahead):
    calm, judged, _ = ahead
    some = np.arange(2000)
    shaken = learned.look(judged.expected, judged.value, 0.4).take(some).draws("value", STRATA)
    still = calm.take(some).draws("value", STRATA)
    assert shaken.sum(dtype=float) == pytest.approx(still.sum(dtype=float), rel=0.02)
    assert shaken.std(axis=1).mean() > 1.1 * still.std(axis=1).mean()
    assert np.array_equal(shaken == 0, still == 0)


def test_error_tables_ascend(learned):
    for table in (learned.revenue, learned.value):
        assert table.shape[1] == QUANTILES and (np.diff(table, axis=1) >= 0).all() and np.isfinite(table).all()


def test_taking_some_customers_changes_nothing_of_theirs(ahead):
    outlook, _, _ = ahead
    some = np.array([5, 3, 8, 3])
    assert np.array_equal(outlook.take(some).draws("value", STRATA), outlook.draws("value", STRATA)[some])


def test_no_ranges_are_learned_from_next_to_nothing():
    assert learn_ranges([]) is None
    judged, _ = world(1, 80)
    assert judged.active.sum() < FEWEST_TO_LEARN and learn_ranges([judged]) is None
    everybody = np.ones(200)
    always = Judged(Expectation(0.9 * everybody, everybody, everybody), everybody, everybody, everybody)
    assert learn_ranges([always]) is None


def test_more_refunded_than_bought_stays_finite():
    judged, _ = world(2, 2000)
    came = judged.came_revenue - 500.0 * (judged.came_revenue > 0)
    ranges = learn_ranges([Judged(judged.expected, -judged.value, came, came)])
    outlook = ranges.look(judged.expected, -judged.value, 0.2)
    assert np.isfinite(outlook.draws("value", STRATA)).all()


def test_a_busier_stretch_brings_more_customers_as_if_time_ran_faster():
    said = Expectation(np.array([0.5, 1.0, 0.0]), np.ones(3), np.full(3, 10.0))
    twice = at_pace(said, 2.0, 3.0)
    assert twice.chance == pytest.approx([0.75, 1.0, 0.0])
    assert twice.orders == pytest.approx([2, 2, 2]) and twice.revenue == pytest.approx([30, 30, 30])
    same = at_pace(said, 1.0, 1.0)
    assert same.chance == pytest.approx(said.chance)


def test_one_of_whom_nothing_was_expected_moves_nobody_elses_range():
    windows = finished(customers=4_000)
    first = windows[0]
    nothing = first.expected.revenue.copy()
    nothing[np.flatnonzero(first.came_revenue > 0)[:3]] = 1e-12
    odd = Judged(
        Expectation(first.expected.chance, first.expected.orders, nothing),
        nothing,
        first.came_revenue,
        first.came_value,
    )
    usual, moved = learn_ranges(windows), learn_ranges([odd, *windows[1:]])
    asked, _ = world(99, 2_000)
    one, other = (
        shortest_interval(np.sort(each.look(asked.expected, asked.value, 0.0).draws("value", STRATA), axis=1), 0.8)[1]
        for each in (usual, moved)
    )
    assert np.abs(other - one).sum() <= 0.01 * one.sum()
    assert moved.value.max() <= 1.05 * usual.value.max()
