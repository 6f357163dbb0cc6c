"""The correction of the total: seasons that come back are carried, everything else is not believed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeworth.models.total import MOST_SPREAD, YEAR, PastRatio, TotalCorrection, correct_total

H = 90


def ratios(log_ratio, *, days, variance=1e-4, opened=0, horizon=H):
    """Finished stretches every 45 days, each with ``log_ratio(day)``."""
    return [PastRatio(day, horizon, float(log_ratio(day)), variance, day - opened) for day in days]


def asked(years, today=None):
    """Days 45 apart from a hundred days after the opening on, a year apart from each other where that is possible."""
    today = round(years * YEAR) if today is None else today
    backwards = [d for d in range(today - H, 99, -45)]
    year_before = [d - YEAR for d in (*backwards, today) if d - YEAR >= 84]
    return today, sorted({*backwards, *year_before})


def season(size, phase=0.0):
    return lambda day: size * np.sin(2 * np.pi * (day + phase) / YEAR)


def test_without_a_past_nothing_is_corrected():
    assert correct_total([], 1000, H) == TotalCorrection()
    assert TotalCorrection().factor == 1.0


def test_stretches_that_were_not_finished_are_not_known():
    today = 1000
    late = ratios(lambda _: 0.5, days=[today - H + 1, today, today + 400])
    assert correct_total(late, today, H) == TotalCorrection()
    done = ratios(season(0.2), days=[today - YEAR, today - 2 * H])
    assert correct_total([*done, *late], today, H) == correct_total(done, today, H)


def test_a_model_that_was_always_right_is_left_alone():
    today, days = asked(3)
    correction = correct_total(ratios(lambda _: 0.0, days=days), today, H)
    assert correction.factor == pytest.approx(1.0, abs=1e-9)
    assert 0 <= correction.spread < 0.05


@pytest.mark.parametrize("years", [2.0, 2.5, 3.0, 4.0])
@pytest.mark.parametrize("phase", [0, 60, 120, 180, 240, 300])
def test_a_season_that_comes_back_is_carried(years, phase):
    today, days = asked(years)
    wave = season(0.4, phase)
    comes = wave(today)
    correction = correct_total(ratios(wave, days=days), today, H)
    assert correction.last_year == pytest.approx(comes)
    if abs(comes) > 0.15:
        assert 0.85 <= correction.log_factor / comes <= 1.1
    else:
        assert abs(correction.log_factor - comes) < 0.04


def test_one_year_that_has_seen_one_season_believes_most_of_it():
    today = 365 + 100
    correction = correct_total(ratios(lambda _: 0.4, days=[100]), today, H)
    assert 0.5 < correction.log_factor / 0.4 < 1.0
    assert correction.last_year == 0.4


def mean_returned(years, pattern, seeds=30):
    """Mean share of last year's ratio that is used, and the mean squared error beside doing nothing."""
    returned, ours, nothing = [], [], []
    for seed in range(seeds):
        today, days = asked(years)
        rng = np.random.default_rng(seed)
        wave = pattern(rng)
        correction = correct_total(ratios(wave, days=days), today, H)
        returned.append(correction.returned)
        ours.append((wave(today) - correction.log_factor) ** 2)
        nothing.append(wave(today) ** 2)
    return np.mean(returned), np.mean(ours), np.mean(nothing)


def erratic(rng):
    """Every month has a level of its own that never comes back; a stretch is the mean of its three."""
    months = 0.3 * rng.standard_normal(200)
    return lambda day: months[day // 30 : day // 30 + 3].mean()


def contrary(rng):
    """What was high in one year is low in the next."""
    wave = season(0.3, rng.uniform(0, YEAR))
    return lambda day: wave(day) * (-1) ** (day // YEAR)


def recurring(rng):
    return season(0.3, rng.uniform(0, YEAR))


def test_what_does_not_come_back_is_drawn_down():
    steady, ours, nothing = mean_returned(4, recurring)
    assert steady > 0.9 and ours < 0.05 * nothing
    once, _, _ = mean_returned(4, erratic)
    assert once < steady - 0.1
    opposite, _, _ = mean_returned(4, contrary)
    assert opposite < 0.35


@pytest.mark.parametrize("sd", [0.01, 0.03, 0.08])
def test_sampling_noise_alone_is_not_a_season(sd):
    factors = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        today, days = asked(3)
        noise = {day: sd * rng.standard_normal() for day in days}
        factors.append(correct_total(ratios(noise.__getitem__, days=days, variance=sd**2), today, H).factor)
    assert abs(np.mean(factors) - 1) < 0.01
    assert np.sqrt(np.mean((np.array(factors) - 1) ** 2)) < max(0.01, 0.6 * sd)


def test_the_larger_the_chance_the_less_is_believed():
    today, days = asked(3)
    factors = [correct_total(ratios(season(0.3, -60), days=days, variance=v), today, H) for v in (1e-6, 0.01, 0.1, 1.0)]
    sizes = [abs(f.log_factor) for f in factors]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 2 * sizes[-1]


def test_a_file_that_was_young_is_believed_less():
    today = 365 + 90
    young, old = (
        correct_total([PastRatio(90, H, 0.4, 1e-4, known), PastRatio(180, H, 0.0, 1e-4, known + 90)], today, H)
        for known in (90, 3000)
    )
    assert 0 < young.log_factor < old.log_factor - 0.03
    assert young.spread > old.spread


@given(st.integers(-10_000, 10_000), st.floats(0.05, 0.4), st.integers(0, 364))
@settings(max_examples=40, deadline=None)
def test_the_calendar_does_not_matter(shift, size, phase):
    today, days = asked(2.5)
    past = ratios(season(size, phase), days=days)
    moved = [replace(p, day=p.day + shift) for p in past]
    here, there = correct_total(past, today, H), correct_total(moved, today + shift, H)
    assert there.log_factor == pytest.approx(here.log_factor, abs=1e-12)
    assert there.spread == pytest.approx(here.spread, abs=1e-12)


@given(st.permutations(range(12)), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_the_order_of_stretches_does_not_matter(order, seed):
    rng = np.random.default_rng(seed)
    past = [PastRatio(84 + 60 * i, H, float(rng.normal(0, 0.2)), 1e-3, 84 + 60 * i) for i in range(12)]
    today = 84 + 60 * 12 + H
    first, second = correct_total(past, today, H), correct_total([past[i] for i in order], today, H)
    assert first.log_factor == pytest.approx(second.log_factor, abs=1e-12)


@given(st.integers(0, 2**31), st.floats(-0.6, 0.6), st.floats(0.02, 0.3), st.floats(0.0, 0.05))
@settings(max_examples=60, deadline=None)
def test_the_higher_last_year_the_higher_the_total(seed, low, more, variance):
    rng = np.random.default_rng(seed)
    today, days = asked(2)
    assert today - YEAR in days and today - 2 * YEAR < min(days)
    past = ratios(lambda day: rng.normal(0, 0.15), days=days, variance=variance)
    # The stretch of a year ago has no year before it, so all it says is of today.
    factors = [
        correct_total([replace(p, log_ratio=r) if p.day == today - YEAR else p for p in past], today, H).log_factor
        for r in (low, low + more)
    ]
    assert factors[0] <= factors[1] + 1e-9


@given(st.integers(0, 2**31), st.integers(0, 14), st.floats(0.0, 3.0))
@settings(max_examples=80, deadline=None)
def test_corrections_stay_finite_and_within_what_was_seen(seed, count, size):
    rng = np.random.default_rng(seed)
    past = [
        PastRatio(int(d), int(rng.choice([30, H])), float(rng.normal(0, size)), float(rng.choice([0.0, 1e-4, 1.0])), int(d))
        for d in rng.integers(0, 1500, count)
    ]  # fmt: skip
    found = correct_total(past, 1600, H)
    most = max((abs(p.log_ratio) for p in past), default=0.0)
    assert np.isfinite(found.log_factor) and abs(found.log_factor) <= 2 * most + 1e-12
    assert 0.0 <= found.spread <= MOST_SPREAD
    assert 0.0 <= found.returned <= 1.0


@pytest.mark.parametrize(("horizon", "most"), [(90, 1.0), (180, 1.0), (273, 0.75), (365, 0.1), (730, 0.1)])
def test_what_holds_every_season_once_has_none_to_return(horizon, most):
    day = 3 * YEAR
    past = [
        PastRatio(day - YEAR * years, horizon, 0.2, 1e-4, day - YEAR * years)
        for years in (2, 3)
        if YEAR * years >= horizon
    ]
    past += [PastRatio(day - max(horizon, YEAR), horizon, 0.2, 1e-4, 2 * YEAR)]
    alone = [p for p in past if p.day == day - YEAR] or past[-1:]
    assert correct_total(alone, day, horizon).returned <= most
    if horizon <= 180:
        assert correct_total(alone, day, horizon).returned > 0.9
