"""Each diagnostic's formula against counting, against another package, and against shops made of dice."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lifeworth.backtest.diagnostics.between import Between, between, climb, contrast, score
from lifeworth.backtest.diagnostics.finding import Evidence
from lifeworth.backtest.diagnostics.judge import CAUSES, FAMILY_ALPHA, holm, judge
from lifeworth.backtest.diagnostics.leaving import ask_leaving
from lifeworth.backtest.diagnostics.pace import ask_pace
from lifeworth.backtest.diagnostics.prices import ask_prices, clustered_slope
from lifeworth.backtest.diagnostics.regularity import ask_regularity, split_moments
from lifeworth.backtest.diagnostics.sample import draw_sample, gather_sample
from lifeworth.backtest.diagnostics.season import ask_season, month_levels, months_and_trend
from lifeworth.backtest.diagnostics.segments import ask_segments
from lifeworth.backtest.diagnostics.simulated import merge_small, simulate
from lifeworth.models import BGNBD, ParetoNBD
from lifeworth.store.duckdb.engine import DuckDB

AS_OF = date(2024, 1, 1)
CUT = (AS_OF - date(1970, 1, 1)).days
P_VALUES = st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), max_size=8)


def _sample(paths, money=None):
    """A sample from each customer's days before the cut, counted from two years before it."""
    paths = [np.unique(path) for path in paths]
    key = np.repeat(np.arange(len(paths)), [len(path) for path in paths])
    day = np.concatenate(paths).astype(np.int64) + CUT - 730
    money = np.ones(len(day)) if money is None else money(key, day)
    return gather_sample(key, day, money, AS_OF, len(paths))


def _chance(rng, customers, rate=0.02, shape=1):
    """Renewals from a random first day with Gamma(shape) gaps; shape 1 is Poisson."""
    for _ in range(customers):
        gaps = rng.gamma(shape, 1 / (shape * rate), 60)
        days = rng.uniform(0, 400) + np.r_[0, np.cumsum(gaps)]
        yield np.floor(days[days < 730])


@pytest.mark.parametrize(("x", "free"), [(2, 5), (3, 6), (4, 4), (5, 7)])
def test_moments_of_a_random_split_against_counting_them_all(x, free):
    sums = []
    for bars in combinations(range(free + x - 1), x - 1):
        parts = np.diff([-1, *bars, free + x - 1]) - 1
        sums.append((parts * (parts - 1)).sum())
    mean, variance = split_moments(np.array([float(x)]), np.array([float(free)]))
    assert mean[0] == pytest.approx(np.mean(sums))
    assert variance[0] == pytest.approx(np.var(sums))


def test_score_against_counting_every_placing_of_the_purchases():
    """Two customers, every way their inner purchases can fall: mean zero, covariance as stated."""
    rng = np.random.default_rng(1)
    features = rng.normal(size=(9, 2))
    begin, end, count = np.array([0, 3]), np.array([5, 9]), np.array([2.0, 3.0])
    room = end - begin
    spread = count * (room - count) / (room - 1)
    slopes = []
    for one in combinations(range(0, 5), 2):
        for other in combinations(range(3, 9), 3):
            days = Between(0, 9, begin, end, count, spread, np.array([*one, *other]))
            slopes.append(score(days, features, np.zeros(2)).slope)
    assert np.mean(slopes, axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert np.cov(np.array(slopes).T, bias=True) == pytest.approx(score(days, features, np.zeros(2)).covariance)


def test_tests_between_first_and_last_purchase_are_uniform_by_chance():
    """p-values of 250 companies of dice against the uniform; and the customers' own rates do not matter."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(250):
        paths = [
            np.r_[first, first + length, first + 1 + rng.choice(length - 1, min(n, length - 1), replace=False)]
            for first, length, n in zip(
                rng.integers(0, 300, 60), rng.integers(20, 430, 60), rng.geometric(0.2, 60), strict=True
            )
        ]
        sample = _sample(paths)
        days = between(sample)
        found.append([ask_season(days).p_value, ask_pace(days, 1.0).p_value, ask_regularity(sample).p_value])
    for p_values in np.array(found).T:
        assert stats.kstest(p_values, "uniform").pvalue > 0.001


def test_regularity_is_measured():
    rng = np.random.default_rng(3)
    for shape in (0.5, 1, 4):
        found = ask_regularity(_sample(list(_chance(rng, 700, shape=shape))))
        assert found.size == pytest.approx(shape, rel=0.15)
        assert (found.p_value < 1e-6) == (shape != 1)


def test_a_planted_season_and_pace_are_measured():
    rng = np.random.default_rng(4)
    level = np.ones(730)
    calendar = np.datetime64("2022-01-01") + np.arange(730)
    december = calendar.astype("datetime64[M]").astype(int) % 12 == 11
    level[december] = 1.8
    level *= 0.6 ** (np.arange(730) / 365.25)
    paths = []
    for first in rng.integers(0, 300, 1500):
        bought = rng.uniform(size=730) < 0.03 * level
        bought[:first] = False
        bought[first] = True
        paths.append(np.flatnonzero(bought))
    days = between(_sample(paths))
    months, trend = months_and_trend(days)
    levels = month_levels(days, np.hstack([months, trend]))
    assert np.exp(levels[11] - np.delete(levels, 11).mean()) == pytest.approx(1.8, rel=0.12)
    season = ask_season(days)
    assert season.matters and "December" in season.found
    assert ask_pace(days, season.p_value).size == pytest.approx(-0.4, abs=0.08)


def test_climbing_ends_where_the_slope_is_zero():
    rng = np.random.default_rng(5)
    days = between(_sample(list(_chance(rng, 200))))
    features = np.stack([np.linspace(-1, 1, days.length), np.sin(np.arange(days.length))], axis=1)
    here = score(days, features, climb(days, features))
    assert here.slope == pytest.approx([0, 0], abs=1e-3 * np.sqrt(here.covariance.max()))


def test_a_contrast_frees_what_it_should():
    """With one feature free, the statistic is that of the partial regression."""
    rng = np.random.default_rng(6)
    days = between(_sample(list(_chance(rng, 200))))
    features = rng.normal(size=(days.length, 2))
    here = score(days, features, np.zeros(2))
    a, c = here.slope, here.covariance
    by_hand = (a[0] - c[0, 1] / c[1, 1] * a[1]) ** 2 / (c[0, 0] - c[0, 1] ** 2 / c[1, 1])
    assert contrast(here, slice(0, 1), slice(1, 2)).statistic == pytest.approx(by_hand)
    assert contrast(here, slice(0, 1), slice(1, 2)).freedom == 1


def test_slope_error_against_the_sandwich_written_out():
    rng = np.random.default_rng(7)
    customer = np.repeat(np.arange(15), rng.integers(2, 6, 15))
    dummies = np.eye(15)[customer]
    years, money = rng.normal(size=len(customer)), rng.normal(size=len(customer))
    design = np.column_stack([years, dummies])
    full = np.linalg.lstsq(design, money, rcond=None)[0]
    within = [v - dummies @ ((dummies.T @ v) / dummies.sum(axis=0)) for v in (years, money)]
    slope, error = clustered_slope(*within, customer, 15)
    residual = money - design @ full
    bread = np.linalg.inv(design.T @ design)
    meat = sum(
        np.outer(u, u) for c in range(15) if (u := design[customer == c].T @ residual[customer == c]) is not None
    )
    assert slope == pytest.approx(full[0])
    assert error == pytest.approx(np.sqrt((bread @ meat @ bread)[0, 0] * 15 / 14))


def test_rising_prices_are_measured_whoever_comes_later():
    """Later customers with larger baskets are no price rise; growth within customers is."""
    rng = np.random.default_rng(8)
    paths = list(_chance(rng, 800))

    def money(growth):
        def priced(key, day):
            arrived = np.array([path[0] for path in paths])[key]
            return np.exp(arrived / 100 + rng.normal(0, 0.5, len(key)) + np.log1p(growth) * day / 365.25)

        return priced

    flat, rising = (ask_prices(_sample(paths, money(growth))) for growth in (0.0, 0.25))
    assert flat.p_value > 0.001 and abs(flat.size) < 0.06
    assert rising.size == pytest.approx(0.25, abs=0.06) and rising.p_value < 1e-6


@pytest.mark.parametrize(
    "truth",
    [
        BGNBD.from_parameters({"r": 0.8, "alpha": 40.0, "a": 1.0, "b": 5.0}),
        ParetoNBD.from_parameters({"r": 0.8, "alpha": 40.0, "s": 0.9, "beta": 300.0}),
    ],
    ids=["BG/NBD", "Pareto/NBD"],
)
def test_fitted_models_own_customers_pass_and_strangers_do_not(truth):
    rng = np.random.default_rng(9)
    T = rng.integers(60, 700, 2500).astype(float)
    own = truth.simulate(len(T), T, rng)
    model = type(truth)().fit(own.frequency, np.ceil(own.recency), T)
    simulated = simulate(_from_histories(own.frequency, np.ceil(own.recency), T), model, 1)
    assert ask_segments(simulated).p_value > 0.001
    assert ask_leaving(simulated).p_value > 0.001
    mixed = np.where(rng.uniform(size=len(T)) < 0.6, rng.poisson(T / 500), rng.poisson(T / 30)).astype(float)
    last = np.ceil(T * np.where(mixed > 0, rng.beta(np.maximum(mixed, 1), 1), 0))
    stranger = type(truth)().fit(mixed, last, T)
    assert ask_segments(simulate(_from_histories(mixed, last, T), stranger, 1)).p_value < 1e-6


def _from_histories(x, t_x, T):
    """Purchase days with the given counts and last days; the days between do not matter here."""
    sample = _sample([np.array([0.0])] * len(x))
    whole = [np.asarray(column).astype(np.int64) for column in (x, t_x, T)]
    return type(sample)(1.0, *whole, sample.first, sample.customer, sample.day, sample.money)


def test_fitting_is_allowed_for():
    """p-values of models fitted to their own data are uniform; the covariance of fitting takes away, never adds."""
    rng = np.random.default_rng(10)
    truth = BGNBD.from_parameters({"r": 0.8, "alpha": 40.0, "a": 1.0, "b": 5.0})
    T = rng.integers(60, 700, 700).astype(float)
    p_values = []
    for seed in range(10):
        own = truth.simulate(len(T), T, rng)
        model = BGNBD(restarts=0).fit(own.frequency, own.recency, T)
        sample = _from_histories(own.frequency, np.ceil(own.recency), T)
        fitted = simulate(sample, model, seed, draws=14_000)
        found = ask_segments(fitted)
        assert ask_segments(replace(fitted, share=0.0)).statistic < found.statistic
        p_values.append(found.p_value)
    assert stats.kstest(p_values, "uniform").pvalue > 0.001


@given(st.lists(st.floats(0, 50), min_size=1, max_size=30), st.floats(1, 40))
def test_merged_cells_are_neighbours_and_large_enough(expected, least):
    merged = merge_small(np.array(expected), least)
    assert merged[0] == 0 and set(np.diff(merged)) <= {0, 1}
    held = np.bincount(merged, expected)
    assert held.sum() == pytest.approx(sum(expected))
    assert (held >= least).all() or merged.max() == 0


@given(P_VALUES, st.floats(0.001, 0.2))
def test_holm_lies_between_bonferroni_and_no_correction(p_values, alpha):
    rejected = holm(p_values, alpha)
    tested = sum(np.isfinite(p_values))
    for p, gone in zip(p_values, rejected, strict=True):
        assert not gone or p <= alpha
        assert gone or not p <= alpha / max(tested, 1)
    assert holm(p_values[::-1], alpha) == rejected[::-1]


def test_a_warning_needs_both_more_than_chance_and_a_size_that_matters():
    def evidence(name, p, matters):
        return Evidence(name, 1.0, p, 0.1, matters, "found", "calm")

    loud, small, likely = judge(
        [evidence("season", 1e-9, True), evidence("pace", 1e-9, False), evidence("leaving", FAMILY_ALPHA * 2, True)]
    )
    assert (loud.warns, small.warns, likely.warns) == (True, False, False)
    assert (loud.sentence, small.sentence) == ("found", "calm")
    cause, consequence = judge([evidence(CAUSES[0], 1e-9, True), evidence("leaving", 1e-9, True)])
    assert cause.sentence == "found" and consequence.sentence.endswith(f"the finding on {CAUSES[0]}.")


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**20))
def test_a_large_company_is_sampled_evenly(seed):
    engine = DuckDB(threads=1)
    engine.execute(
        """CREATE TABLE ledger_days AS SELECT c::INTEGER AS customer_key, DATE '2023-01-01' + (c % 50 + 7 * n)::INTEGER AS day,
        10::DECIMAL(18,4) AS gross, 1::DECIMAL(18,4) AS discount, 2::DECIMAL(18,4) AS shipping_charged
        FROM range(1, 1001) t(c), range(0, 3) u(n)"""
    )
    engine.execute("CREATE TABLE known AS SELECT DISTINCT customer_key FROM ledger_days")
    sample = draw_sample(engine, "known", AS_OF, seed, most=110)
    whole = draw_sample(engine, "known", AS_OF, seed)
    engine.close()
    assert len(sample) == 100 and sample.share == pytest.approx(0.1)
    assert len(whole) == 1000 and whole.share == 1.0
    assert (sample.x == 2).all() and (sample.t_x == 14).all() and (sample.money == 11).all()
