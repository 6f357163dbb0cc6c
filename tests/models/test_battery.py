"""What every model must do, whatever its paper."""

import copy
import json
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lifeworth.errors import DataError, UsageError
from lifeworth.models import BGCNBD, BGNBD, MBGCNBD, MBGNBD, NBD, GammaGamma, GGompertzNBD, ParetoNBD
from lifeworth.models.base import Model
from lifeworth.models.keeping import KIND, SCHEMA_VERSION
from lifeworth.models.purchase.model import PurchaseModel
from lifeworth.models.purchase.primitives import PurchasePrimitives
from lifeworth.models.sealing import seal


class Future(NamedTuple):
    """What customers who are alive at T do in (T, T + t], drawn straight from the paper's story."""

    made: np.ndarray  # purchases
    stays: np.ndarray  # whether still there at T + t
    first: np.ndarray  # time of the first purchase, infinite where there is none however long one waits


def bg_nbd_future(p, x, t_x, T, t, n, rng):
    rate, last = rng.gamma(p["r"] + x, 1 / (p["alpha"] + T), n), rng.geometric(rng.beta(p["a"], p["b"] + x, n))
    first = rng.standard_exponential(n) / rate
    if_open = np.where(first <= t, 1 + rng.poisson(rate * np.maximum(t - first, 0)), 0)
    return Future(np.minimum(if_open, last), if_open < last, first)


def pareto_nbd_future(p, x, t_x, T, t, n, rng):
    rate = rng.gamma(p["r"] + x, 1 / (p["alpha"] + T), n)
    stay = rng.standard_exponential(n) / rng.gamma(p["s"], 1 / (p["beta"] + T), n)
    first = rng.standard_exponential(n) / rate
    left = np.minimum(stay, t) - first
    made = np.where(left > 0, 1 + rng.poisson(rate * np.maximum(left, 0)), 0)
    return Future(made, stay > t, np.where(first < stay, first, np.inf))


def ggompertz_nbd_future(p, x, t_x, T, t, n, rng):
    """Who leaves at eta b e^(b t), having stayed for T, had their eta thinned by it."""
    rate = rng.gamma(p["r"] + x, 1 / (p["alpha"] + T), n)
    eta = rng.gamma(p["s"], 1 / (p["beta"] + np.expm1(p["b"] * T)), n)
    stay = np.log1p(rng.standard_exponential(n) / (eta * np.exp(p["b"] * T))) / p["b"]
    first = rng.standard_exponential(n) / rate
    left = np.minimum(stay, t) - first
    made = np.where(left > 0, 1 + rng.poisson(rate * np.maximum(left, 0)), 0)
    return Future(made, stay > t, np.where(first < stay, first, np.inf))


def nbd_future(p, x, t_x, T, t, n, rng):
    rate = rng.gamma(p["r"] + x, 1 / (p["alpha"] + T), n)
    first = rng.standard_exponential(n) / rate
    made = np.where(first <= t, 1 + rng.poisson(rate * np.maximum(t - first, 0)), 0)
    return Future(made, np.ones(n, dtype=bool), first)


def erlang_future(k, at_first):
    """Rates of those whose clock, started at t_x, had not struck by T; leaving after a purchase, or also the first."""

    def future(p, x, t_x, T, t, n, rng):
        many = 40 * n
        rate = rng.gamma(p["r"] + k * x, 1 / (p["alpha"] + t_x), many)
        first = rng.gamma(k, 1 / rate) - (T - t_x)
        silent = np.flatnonzero(first > 0)[:n]
        assert silent.size == n
        rate, first = rate[silent], first[silent]
        last = rng.geometric(rng.beta(p["a"], p["b"] + x + at_first, n))
        if_open = np.where(first <= t, 1 + rng.poisson(rate * np.maximum(t - first, 0)) // k, 0)
        return Future(np.minimum(if_open, last), if_open < last, first)

    return future


@dataclass(frozen=True)
class Case:
    """A purchase model as the battery needs it."""

    make: Callable[[], PurchaseModel]  # not yet learned
    truth: Mapping[str, float]  # parameters, days
    future: Callable[..., Future]  # of (truth, x, t_x, T, t, n, rng)
    lasting: Mapping[str, float] = field(default_factory=dict)  # with these, no discount is needed; none: always needed
    leaves: bool = True  # customers may leave
    ends_at_purchases: bool = True  # and only at a purchase
    steady: bool = False  # purchases come more regularly than by chance
    timed: Mapping[str, int] = field(default_factory=lambda: {"alpha": 1, "beta": 1})  # the power of time each carries

    def known(self, **other):
        return type(self.make()).from_parameters({**self.truth, **other})


BG = {"r": 0.8, "alpha": 20.0, "a": 0.8, "b": 2.5}
#: Every purchase model, one line each.
PURCHASE = {
    "BGNBD": Case(BGNBD, BG, bg_nbd_future, {"a": 3.0}),
    "ParetoNBD": Case(
        ParetoNBD,
        {"r": 0.8, "alpha": 20.0, "s": 0.7, "beta": 40.0},
        pareto_nbd_future,
        {"s": 3.0},
        ends_at_purchases=False,
    ),
    "GGompertzNBD": Case(
        GGompertzNBD,
        {"r": 0.8, "alpha": 3.0, "b": 0.03, "s": 0.3, "beta": 10.0},
        ggompertz_nbd_future,
        ends_at_purchases=False,
        timed={"alpha": 1, "b": -1},
    ),
    "NBD": Case(NBD, {"r": 0.8, "alpha": 20.0}, nbd_future, leaves=False),
    "MBGNBD": Case(MBGNBD, BG, erlang_future(1, True), {"a": 3.0}),
    "BGCNBD": Case(
        lambda: BGCNBD(k=2), {**BG, "alpha": 10.0, "k": 2}, erlang_future(2, False), {"a": 3.0}, steady=True
    ),
    "MBGCNBD": Case(
        lambda: MBGCNBD(k=3), {**BG, "alpha": 7.0, "k": 3}, erlang_future(3, True), {"a": 3.0}, steady=True
    ),
}


@dataclass(frozen=True)
class Spend:
    """A spend model, to go through the same checks where they make sense."""

    make: Callable[[], GammaGamma] = GammaGamma
    truth: Mapping[str, float] = field(default_factory=lambda: {"p": 4.0, "q": 4.0, "gamma": 20.0})

    def known(self):
        return GammaGamma.from_parameters(self.truth)


EVERY = {**PURCHASE, "GammaGamma": Spend()}
purchase = pytest.mark.parametrize("case", PURCHASE.values(), ids=PURCHASE)
leaving = pytest.mark.parametrize("case", [pytest.param(c, id=name) for name, c in PURCHASE.items() if c.leaves])
every = pytest.mark.parametrize("case", EVERY.values(), ids=EVERY)
#: Histories of four different customers: frequency, recency, T.
FOUR = np.array([(0, 0, 50), (3, 40, 50), (3, 10, 50), (30, 49, 50)], dtype=float).T


def shop(case, n=1500, seed=4):
    """Columns to fit on, drawn from the model itself."""
    rng = np.random.default_rng(seed)
    if isinstance(case, Spend):
        x = rng.integers(1, 8, n)
        return x, case.known().simulate(x, rng)
    T = rng.integers(30, 150, n).astype(float)
    return tuple(case.known().simulate(n, T, rng))


def predictions(model, *columns, ahead=26.0, rate=0.002):
    if isinstance(model, GammaGamma):
        return model.conditional_expected_value(*columns)
    return np.stack(
        [
            model.expected_purchases(ahead, *columns),
            model.p_alive(*columns),
            model.p_alive(*columns, t=ahead),
            model.p_active(ahead, *columns),
            model.probability_of_n(2, ahead, *columns),
            model.discounted_expected_purchases(ahead, rate, *columns),
        ]
    )


@every
def test_fit_returns_self_and_a_refit_is_fresh(case):
    first, second = shop(case), shop(case, seed=9)
    model = case.make()
    assert model.fit(*first) is model
    again = model.fit(*second).params_
    assert again == case.make().fit(*second).params_
    assert model.converged_ and model.gradient_norm_ < 1e-6 and not model.prior_used_
    assert set(model.params_) == set(model.standard_errors_) == set(model.names)
    assert model.title in model.summary() and "converged" in model.summary()
    np.testing.assert_allclose(np.diag(model.covariance_), np.square(list(model.standard_errors_.values())))


@every
def test_truth_is_recovered_within_its_errors(case):
    model = case.make().fit(*shop(case, n=6000))
    for place, name in enumerate(model.names):
        spread = np.sqrt(model.log_covariance_[place, place])
        assert abs(np.log(model.params_[name] / case.truth[name])) < 4 * spread, name


@every
def test_order_of_customers_does_not_matter(case):
    columns = shop(case)
    order = np.random.default_rng(1).permutation(len(columns[0]))
    shuffled = case.make().fit(*(column[order] for column in columns))
    model = case.make().fit(*columns)
    assert shuffled.params_ == pytest.approx(model.params_, rel=1e-8)
    moved = predictions(shuffled, *(column[order] for column in columns))
    np.testing.assert_allclose(moved, predictions(model, *columns)[..., order], rtol=1e-7)


@every
def test_k_copies_of_everyone_change_nothing_but_certainty(case):
    columns, k = shop(case), 9
    model, weighted = case.make().fit(*columns), case.make().fit(*columns, weights=np.full(len(columns[0]), k))
    copied = case.make().fit(*(np.tile(column, k) for column in columns))
    for other in (weighted, copied):
        assert other.params_ == pytest.approx(model.params_, rel=1e-6)
        assert other.log_likelihood_ == pytest.approx(k * model.log_likelihood_, rel=1e-9)
        for name, error in model.standard_errors_.items():
            assert other.standard_errors_[name] == pytest.approx(error / np.sqrt(k), rel=1e-5)


@every
@pytest.mark.parametrize("unit", [7.0, 1e-2, 1e6])
def test_units_survive(case, unit):
    """Days or weeks, cents or euros: the same customers, the same answers."""
    columns = shop(case)
    model = case.make().fit(*columns)
    scaled = [columns[0], *(column * unit for column in columns[1:])]
    other = case.make().fit(*scaled)
    spend = isinstance(case, Spend)
    timed = {"gamma": 1} if spend else case.timed
    for name, value in model.params_.items():
        assert other.params_[name] == pytest.approx(value * unit ** timed.get(name, 0), rel=1e-6)
    events = len(columns[0]) if spend else columns[0].sum()
    moved = model.log_likelihood_ - events * np.log(unit)
    assert other.log_likelihood_ == pytest.approx(moved, rel=1e-9, abs=1e-5)
    if spend:
        np.testing.assert_allclose(predictions(other, *scaled), unit * predictions(model, *columns), rtol=1e-6)
    else:
        got = predictions(other, *scaled, ahead=26.0 * unit, rate=0.002 / unit)
        np.testing.assert_allclose(got, predictions(model, *columns), rtol=1e-6)


@every
def test_draws_repeat_with_the_seed_and_surround_the_estimate(case):
    model = case.make().fit(*shop(case))
    draws = model.draw_parameters(4000, np.random.default_rng(3))
    np.testing.assert_array_equal(draws, model.draw_parameters(4000, np.random.default_rng(3)))
    np.testing.assert_allclose(np.log(draws).mean(axis=0), model.log_params_, atol=0.05)
    np.testing.assert_allclose(np.log(draws).std(axis=0), np.sqrt(np.diag(model.log_covariance_)), rtol=0.06)


@purchase
def test_predictions_obey_common_sense(case):
    model = case.known()
    columns = shop(case, n=400)
    steps = np.stack([model.expected_purchases(t, *columns) for t in (0, 1e-6, 1, 26, 365, 1e5)])
    assert np.all(steps[0] == 0) and np.all(np.diff(steps, axis=0) >= 0)
    rates = np.stack([model.discounted_expected_purchases(365, d, *columns) for d in (0, 1e-4, 0.01, 1.0)])
    np.testing.assert_allclose(rates[0], steps[4], rtol=1e-10)
    assert np.all(np.diff(rates, axis=0) <= 0) and np.all(rates >= 0)
    endless = model.discounted_expected_purchases(np.inf, 0.01, *columns)
    np.testing.assert_allclose(endless, model.discounted_expected_purchases(1e5, 0.01, *columns), rtol=1e-9)
    alive = np.stack([model.p_alive(5, recency, 100.0) for recency in (1, 10, 50, 99, 100)])
    assert np.all(np.diff(alive, axis=0) > 0) == case.leaves and np.all((alive > 0) & (alive <= 1))
    halves = [model.expected_purchases(26, *(c[part] for c in columns)) for part in (slice(150), slice(150, None))]
    np.testing.assert_allclose(np.concatenate(halves), steps[3], rtol=1e-9)


@purchase
def test_arguments_broadcast_and_extremes_stay_finite(case):
    model = case.known()
    assert model.expected_purchases([1, 26], 2, 10, 20).shape == (2,)
    assert model.expected_for_new_customer([[1.0], [2.0]]).shape == (2, 1)
    assert model.probability_of_n(np.arange(5)[:, None], [1.0, 26.0, 500.0]).shape == (5, 3)
    x, t_x, T = np.array(
        [(0, 0, 0), (0, 0, 1e4), (200, 38, 40), (10_000, 99, 1e4), (10_000, 1e4, 1e4), (1, 1e-6, 1e-6)]
    ).T
    for t in (0.0, 1e-6, 40.0, 1e6):
        values = predictions(model, x, t_x, T, ahead=t)
        assert np.all(np.isfinite(values)) and np.all(values >= 0)
        counts = model.remaining_count_distribution(min(t, 1e3), x, t_x, T)
        assert np.all(np.isfinite(counts.pmf)) and np.all(counts.pmf >= 0)
    coming = model.next_purchase(x, t_x, T)
    for q in (1e-9, 0.5, 1.0):
        assert np.all(coming.quantile(q) >= 0)
    assert np.all((coming.never >= 0) & (coming.never <= 1))
    assert np.all(model.sample(1e6, x, t_x, T, 5, np.random.default_rng(0)) >= 0)
    assert predictions(model, [], [], []).shape == (6, 0)
    assert model.next_purchase([], [], []).quantile(0.5).shape == (0,)
    assert model.sample(9.0, [], [], [], 3, np.random.default_rng(0)).shape == (0, 3)
    np.testing.assert_allclose(model.probability_of_n(np.arange(3000), 100.0).sum(), 1.0, atol=1e-6)


@purchase
def test_counts_agree_with_expectation_and_with_simulation(case):
    """The distribution of what comes next, against histories simulated past the cut."""
    model, rng, (x, t_x, T) = case.known(), np.random.default_rng(8), FOUR
    found = model.remaining_count_distribution(30.0, x, t_x, T, tail=1e-9)
    np.testing.assert_allclose(found.pmf.sum(axis=1), 1.0, atol=1e-8)
    mean = found.pmf @ np.arange(found.pmf.shape[1])
    np.testing.assert_allclose(mean, model.expected_purchases(30.0, x, t_x, T), rtol=1e-6)
    np.testing.assert_allclose(found.p_alive, model.p_alive(x, t_x, T))
    new = model.remaining_count_distribution(30.0, [0], [0], [0], tail=1e-9).pmf[0]
    np.testing.assert_allclose(new[:12], model.probability_of_n(np.arange(12), 30.0), atol=1e-9)
    simulated = model.simulate(60_000, 30.0, rng).frequency
    share = np.bincount(simulated.astype(int), minlength=12)[:12] / simulated.size
    np.testing.assert_allclose(share, new[:12], atol=4 * np.sqrt(0.25 / simulated.size))
    assert simulated.mean() == pytest.approx(float(model.expected_for_new_customer(30.0)), rel=0.03)


@purchase
def test_each_customers_future_against_draws_of_their_own_rate_and_leaving(case):
    model, n, t = case.known(), 40_000, 60.0
    x, t_x, T = 4, 35.0, 50.0
    drawn = case.future(case.truth, x, t_x, T, t, n, np.random.default_rng(2))
    alive, pmf = model.remaining_count_distribution(t, x, t_x, T)
    share = np.bincount(drawn.made, minlength=8)[:8] / n * alive[0]
    share[0] += 1 - alive[0]
    near = 4 * np.sqrt(0.25 / n)
    np.testing.assert_allclose(pmf[0, :8], share, atol=near)
    np.testing.assert_allclose(model.probability_of_n(np.arange(8), t, x, t_x, T), share, atol=near)
    assert model.p_alive(x, t_x, T, t=t)[0] == pytest.approx(alive[0] * drawn.stays.mean(), abs=near)
    assert model.p_active(t, x, t_x, T)[0] == pytest.approx(alive[0] * (drawn.made > 0).mean(), abs=near)
    coming = model.next_purchase(x, t_x, T)
    for wait in (1.0, 10.0, 60.0, 400.0, np.inf):
        share = alive[0] * np.mean(np.isfinite(drawn.first) & (drawn.first <= wait))
        assert coming.cdf(wait)[0] == pytest.approx(share, abs=near)


def test_without_discount_an_endless_horizon_may_be_infinite():
    row = (3, 40, 50)
    for case in PURCHASE.values():
        with pytest.raises(UsageError, match="discount rate"):
            case.known().discounted_expected_purchases(np.inf, 0.0, *row)
        if case.lasting:
            model = case.known(**case.lasting)
            endless = model.discounted_expected_purchases(np.inf, 0.0, *row)
            np.testing.assert_allclose(endless, model.expected_purchases(1e9, *row), rtol=1e-6)


nobody_repeats = (np.zeros(60), np.zeros(60), np.linspace(1, 90, 60))
DEGENERATE = {
    "nobody repeats": (nobody_repeats, "bought again"),
    "one customer": (([3], [10.0], [20.0]), "too few"),
    "one customer, no repeat": (([0], [0.0], [20.0]), "too few"),
    "nobody observed yet": ((np.zeros(20), np.zeros(20), np.zeros(20)), "observed"),
    "everybody alike": ((np.full(40, 4), np.full(40, 30.0), np.full(40, 40.0)), "no sign of customers leaving"),
    "thousands of purchases": ((np.arange(9000, 9050), np.full(50, 99.0), np.full(50, 100.0)), "leav"),
    "all gone at once": ((np.ones(80), np.ones(80), np.full(80, 500.0)), "."),
    "same moment": (([1, 0, 2], [0, 0, 0], [0, 0, 0]), "."),
}


@leaving
@pytest.mark.parametrize("what", DEGENERATE)
def test_degenerate_histories_give_finite_answers_and_a_reason(case, what):
    columns, words = DEGENERATE[what]
    model = case.make().fit(*columns)
    assert model.prior_used_ and "weak prior" in model.warnings_[0]
    assert any(words.lower() in text.lower() for text in model.warnings_)
    assert model.converged_ or any("did not converge" in text.lower() for text in model.warnings_)
    assert all(np.isfinite(v) and v > 0 for v in model.params_.values())
    assert np.all(np.isfinite(model.log_covariance_)) and np.isfinite(model.log_likelihood_)
    assert np.all(np.isfinite(predictions(model, *columns)))
    assert np.all(np.isfinite(model.draw_parameters(10, np.random.default_rng(0))))
    assert np.all(model.sample(9.0, *columns, 40, np.random.default_rng(0)) >= 0)


def test_a_shop_nobody_leaves_is_said_to_be_one():
    rng = np.random.default_rng(0)
    T = rng.uniform(50, 100, 2000)
    x = rng.poisson(rng.gamma(1.0, 0.1, 2000) * T)
    t_x = np.where(x > 0, T * rng.random(2000) ** (1 / np.maximum(x, 1)), 0.0)
    for case in PURCHASE.values():
        if case.steady or not case.leaves:
            continue
        model = case.make().fit(x, t_x, T)
        assert "no sign of customers leaving" in model.warnings_[0].lower()
        assert model.params_["r"] == pytest.approx(1.0, rel=0.1)
        assert model.expected_purchases(26, x, t_x, T).sum() == pytest.approx(x.sum() / T.sum() * 26 * 2000, rel=0.1)


def test_a_ridge_is_named():
    rng = np.random.default_rng(1)
    truth = BGNBD.from_parameters({"r": 0.8, "alpha": 5.0, "a": 300.0, "b": 1500.0})
    columns = truth.simulate(2000, rng.uniform(50, 100, 2000), rng)
    model = BGNBD().fit(*columns)
    assert "ridge" in model.warnings_[0] and "ratio" in model.warnings_[0]
    ratio = model.params_["a"] / (model.params_["a"] + model.params_["b"])
    assert ratio == pytest.approx(1 / 6, rel=0.15)


GOOD = ([0, 2], [0.0, 5.0], [10.0, 10.0])


@purchase
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ((0, [0, np.nan]), "frequency is empty"),
        ((0, [0, -1]), "frequency is negative"),
        ((0, [0, 1.5]), "whole number"),
        ((0, ["a", "b"]), "not a number"),
        ((1, [0.0, 11.0]), "after T"),
        ((1, [1.0, 5.0]), "frequency 0"),
        ((2, [10.0, np.inf]), "T is empty or infinite"),
        ((2, [10.0, 10.0, 10.0]), "differ in length"),
        ((2, [[10.0, 10.0]]), "dimensions"),
    ],
)
def test_wrong_arguments_are_named_kindly(case, spoil, words):
    columns = list(GOOD)
    columns[spoil[0]] = spoil[1]
    with pytest.raises(UsageError, match=words):
        case.make().fit(*columns)


@every
def test_asking_too_early_or_for_nothing(case):
    with pytest.raises(UsageError, match="call fit"):
        case.make().summary()
    with pytest.raises(DataError, match="no customers"):
        case.make().fit(*([[]] * (2 if isinstance(case, Spend) else 3)))
    with pytest.raises(UsageError, match="weights"):
        case.make().fit(*shop(case, n=5), weights=[1.0, 2.0])
    with pytest.raises(UsageError, match="needs"):
        type(case.make()).from_parameters({"r": 1.0})
    with pytest.raises(UsageError, match="finite"):
        type(case.make()).from_parameters(dict.fromkeys(case.truth, -1.0))


@purchase
def test_wrong_horizons_are_named(case):
    model = case.known()
    with pytest.raises(UsageError, match="horizon"):
        model.expected_purchases(np.inf, *GOOD)
    with pytest.raises(UsageError, match="horizon"):
        model.expected_for_new_customer(-1)
    with pytest.raises(UsageError, match="discount_per_unit"):
        model.discounted_expected_purchases(1, -0.1, *GOOD)


@every
def test_a_constructor_only_remembers(case):
    model = case.make()
    assert not model.fitted and not [name for name in vars(model) if name.endswith("_")]
    other = type(model)(restarts=5)
    assert vars(other) == {**vars(type(model)()), "restarts": 5}


@purchase
def test_counts_given_a_history_add_up(case):
    model, counts = case.known(), np.arange(400)[:, None]
    given = model.probability_of_n(counts, 30.0, *FOUR)
    np.testing.assert_allclose(given.sum(axis=0), 1.0, atol=1e-9)
    np.testing.assert_allclose((counts * given).sum(axis=0), model.expected_purchases(30.0, *FOUR), rtol=1e-6)
    listed = model.remaining_count_distribution(30.0, *FOUR, tail=1e-9).pmf.T
    np.testing.assert_allclose(given[: len(listed)], listed, atol=1e-7)
    new = model.probability_of_n(counts[:40], [5.0, 90.0], 0, 0, 0)
    np.testing.assert_allclose(new, model.probability_of_n(counts[:40], [5.0, 90.0]), atol=1e-9)
    now = model.probability_of_n(counts[:3], 0.0, *FOUR)
    np.testing.assert_allclose(now, [[1] * 4, [0] * 4, [0] * 4], atol=1e-12)
    assert np.all(given <= 1) and np.all(now <= 1)


@purchase
def test_chance_of_being_there_later_falls(case):
    model, columns = case.known(), shop(case, n=300)
    steps = np.stack([model.p_alive(*columns, t=t) for t in (0, 1e-6, 1, 26, 365, 1e5)])
    np.testing.assert_array_equal(steps[0], model.p_alive(*columns))
    falls = np.diff(steps[1:], axis=0)
    assert np.all(falls < 0) if case.leaves else np.all(falls == 0)
    np.testing.assert_allclose(steps[1], steps[0], rtol=1e-5)
    assert np.all((steps >= 0) & (steps <= 1))
    each = model.p_alive(*FOUR, t=[0.0, 1.0, 26.0, 365.0])
    np.testing.assert_allclose(np.diag([model.p_alive(*FOUR, t=t) for t in (0.0, 1.0, 26.0, 365.0)]), each, rtol=1e-12)


@purchase
def test_the_next_purchase_is_the_first_of_those_counted(case):
    model = case.known()
    coming = model.next_purchase(*FOUR)
    for t in (1e-4, 1.0, 26.0, 365.0):
        chance = coming.cdf(t)
        np.testing.assert_allclose(chance, 1 - model.probability_of_n(0, t, *FOUR), atol=1e-9)
        np.testing.assert_array_equal(chance, model.p_active(t, *FOUR))
        early = chance < 0.999 * coming.cdf(np.inf)  # later the chance hardly rises any more
        assert early.any()
        np.testing.assert_allclose(coming.quantile(chance)[early], t, rtol=1e-7)
    np.testing.assert_allclose(coming.never, 1 - coming.cdf(np.inf), atol=1e-15)
    np.testing.assert_allclose(coming.cdf(1e12), coming.cdf(np.inf), rtol=1e-6)
    gone = 1 - model.p_alive(*FOUR)
    if case.ends_at_purchases:
        np.testing.assert_allclose(coming.never, gone, atol=1e-12)
    else:
        assert np.all(coming.never > gone)
    assert np.all(coming.quantile(0.0) == 0)
    just = 1 - coming.never
    assert np.all(np.isinf(coming.quantile(np.minimum(just + 1e-9, 1.0)))) and np.all(np.isinf(coming.quantile(1.0)))
    reached = coming.quantile(just * 0.99)
    assert np.all(np.isfinite(reached)) and np.all(reached > 0)
    table = coming.quantile(np.array([[0.05], [0.1]]))
    assert table.shape == (2, 4) and np.all(table[0] <= table[1])
    assert coming.cdf(np.array([[1.0], [5.0], [9.0]])).shape == (3, 4)


@purchase
def test_draws_with_known_parameters_follow_the_distribution_of_counts(case):
    model, draws, t = case.known(), 40_000, 60.0
    drawn = model.sample(t, *FOUR, draws, np.random.default_rng(6))
    assert drawn.shape == (4, draws) and drawn.dtype.kind == "i" and drawn.min() == 0
    np.testing.assert_array_equal(drawn, model.sample(t, *FOUR, draws, np.random.default_rng(6)))
    expected = model.remaining_count_distribution(t, *FOUR, tail=1e-9).pmf
    share = np.stack([np.bincount(row, minlength=expected.shape[1])[: expected.shape[1]] for row in drawn]) / draws
    near = 4 * np.sqrt(expected * (1 - expected) / draws) + 4 / draws
    assert np.all(np.abs(share - expected) < near)
    assert abs(np.corrcoef(drawn)[np.triu_indices(4, 1)]).max() < 0.03


@purchase
def test_draws_of_a_fitted_model_carry_what_is_unsure_about_the_population(case):
    model, draws, t = case.make().fit(*shop(case, n=400)), 800, 60.0
    drawn = model.sample(t, *FOUR, draws, np.random.default_rng(1))
    points = model.draw_parameters(draws, np.random.default_rng(1))
    expected = np.stack([model._at(point).expected_purchases(t, *FOUR) for point in points])
    error = np.sqrt((drawn.var(axis=1) + expected.var(axis=0)) / draws)
    assert np.all(np.abs(drawn.mean(axis=1) - expected.mean(axis=0)) < 4 * error)
    crowd = [np.repeat(column, 3000) for column in FOUR]  # noise averages out, the population does not
    totals = model.sample(t, *crowd, 60, np.random.default_rng(2)).sum(axis=0)
    certain = copy.copy(model)
    del certain.log_covariance_
    assert totals.std() > 3 * certain.sample(t, *crowd, 60, np.random.default_rng(2)).sum(axis=0).std()
    assert totals.std() == pytest.approx((3000 * expected.sum(axis=1)).std(), rel=0.4)


@purchase
def test_blocks_of_draws_hang_together(case, monkeypatch):
    monkeypatch.setattr("lifeworth.models.purchase.model._BLOCK", 64)
    model, columns = case.known(), shop(case, n=150)
    drawn = model.sample(60.0, *columns, 400, np.random.default_rng(3))
    expected = model.expected_purchases(60.0, *columns)
    assert drawn.shape == (150, 400)
    assert np.abs(drawn.mean(axis=1) - expected).max() < 6 * drawn.std(axis=1).max() / 20
    assert np.corrcoef(drawn.mean(axis=1), expected)[0, 1] > 0.97


@purchase
def test_what_follows_by_default_equals_the_closed_forms(case):
    """A new model needs few formulas: the rest is derived from them."""
    model = case.known()
    derived = ("_mass_ahead", "_wait", "_draw_ahead", *(("_buys_within",) if case.ends_at_purchases else ()))
    plain = type(f"Plain{type(model).__name__}", (type(model),), {n: getattr(PurchasePrimitives, n) for n in derived})
    other = plain.from_parameters(case.truth)
    for t in (1.0, 60.0):
        counts = np.array([[0], [1], [7]])
        got = other.probability_of_n(counts, t, *FOUR)
        np.testing.assert_allclose(got, model.probability_of_n(counts, t, *FOUR), atol=1e-7)
        np.testing.assert_allclose(other.p_active(t, *FOUR), model.p_active(t, *FOUR), atol=1e-9)
    for q in (0.01, 0.2):
        found = other.next_purchase(*FOUR).quantile(q)
        np.testing.assert_allclose(found, model.next_purchase(*FOUR).quantile(q), rtol=1e-6)
    drawn = other.sample(60.0, *(np.repeat(column, 5000) for column in FOUR), 1, np.random.default_rng(0))
    means, spread = drawn.reshape(4, 5000).mean(axis=1), drawn.reshape(4, 5000).std(axis=1)
    assert np.all(np.abs(means - model.expected_purchases(60.0, *FOUR)) < 4 * spread / np.sqrt(5000))


def test_draws_of_spend_surround_its_expectation():
    model = EVERY["GammaGamma"].known()
    x, mean = np.array([0, 2, 5]), np.array([0.0, 30.0, 12.0])
    drawn = model.sample(x, mean, 40_000, np.random.default_rng(1))
    expected = model.conditional_expected_value(x, mean)
    assert np.all(np.abs(drawn.mean(axis=1) - expected) < 5 * drawn.std(axis=1) / 200)
    fitted = GammaGamma().fit(*shop(EVERY["GammaGamma"], n=60))
    wide = fitted.sample(0, 0.0, 20_000, np.random.default_rng(2))
    narrow = GammaGamma.from_parameters(fitted.params_).sample(0, 0.0, 20_000, np.random.default_rng(2))
    assert np.ptp(np.quantile(np.log(wide), [0.1, 0.9])) > 1.01 * np.ptp(np.quantile(np.log(narrow), [0.1, 0.9]))


def answers(model, *columns):
    """Everything a model says about customers, to the last bit."""
    drawn = model.sample(*([] if isinstance(model, GammaGamma) else [26.0]), *columns, 3, np.random.default_rng(5))
    said = [predictions(model, *columns), drawn, model.draw_parameters(4, np.random.default_rng(5))]
    return [*said, *model.posterior(*columns)] if isinstance(model, GammaGamma) else said


@every
@pytest.mark.parametrize("learned", [True, False], ids=["fitted", "known"])
def test_saved_and_loaded_models_answer_alike_to_the_last_bit(case, learned, tmp_path):
    columns, path = shop(case, n=300), tmp_path / "model.json"
    model = case.make().fit(*columns) if learned else case.known()
    path.write_text("an older file, open to all")
    path.chmod(0o644)
    model.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and [each.name for each in tmp_path.iterdir()] == [path.name]
    for loaded in (type(model).load(path), Model.load(str(path))):
        assert type(loaded) is type(model) and loaded.summary() == model.summary()
        assert vars(loaded).keys() == vars(model).keys() and loaded.warnings_ == model.warnings_
        for got, said in zip(answers(loaded, *columns), answers(model, *columns), strict=True):
            np.testing.assert_array_equal(got, said)
        again = tmp_path / "again.json"
        loaded.save(again)
        assert again.read_bytes() == path.read_bytes()
        again.unlink()
    assert loaded.fit(*columns).params_ == case.make().fit(*columns).params_


@every
def test_files_that_are_not_what_was_saved_are_refused(case, tmp_path):
    path = tmp_path / "model.json"
    kind, model = type(case.make()), case.make().fit(*shop(case, n=300))
    with pytest.raises(UsageError, match="call fit"):
        case.make().save(path)
    with pytest.raises(UsageError, match="cannot be opened"):
        kind.load(path)
    with pytest.raises(UsageError, match="folder that exists"):
        model.save(tmp_path / "nowhere" / "model.json")
    model.save(path)
    whole = path.read_text()
    number = repr(model.log_likelihood_)
    assert number in whole
    body = {key: value for key, value in json.loads(whole).items() if key not in ("format", "schema_version", "sha256")}
    short = {**body, "state": {**body["state"], "params_": {"pairs": []}}}
    shadow = {**body, "state": {**body["state"], "fit": 1}}
    bent = {**body, "state": {**body["state"], "log_params_": {"array": [1.0], "shape": [1], "dtype": "float64"}}}
    odd = {**body, "state": {**body["state"], "log_params_": {"array": [1.0], "shape": [1], "dtype": "object"}}}
    later = SCHEMA_VERSION + 1
    for text, words in (
        (whole.replace(number, repr(model.log_likelihood_ - 1.0)), "checksum"),
        (whole[:-20], "not JSON"),
        ("", "not JSON"),
        ("[]", "does not hold"),
        (seal("something else", body), "does not hold lifeworth model"),
        (seal(KIND, body, version=later), f"schema version is {later}, this lifeworth reads {SCHEMA_VERSION}"),
        (seal(KIND, {**body, "class": "Oracle"}, version=SCHEMA_VERSION), "unknown class 'Oracle'"),
        (seal(KIND, {"class": kind.__name__}, version=SCHEMA_VERSION), "missing"),
        (seal(KIND, short, version=SCHEMA_VERSION), "missing or has another shape"),
        (seal(KIND, shadow, version=SCHEMA_VERSION), "'fit'"),
        (seal(KIND, bent, version=SCHEMA_VERSION), "log_params_ has the shape"),
        (seal(KIND, odd, version=SCHEMA_VERSION), "arrays of object"),
    ):
        path.write_text(text)
        with pytest.raises(DataError, match=words):
            kind.load(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not JSON"):
        kind.load(path)
    path.write_text(whole)
    stranger = next(type(each.make()) for each in EVERY.values() if not isinstance(each.make(), kind))
    with pytest.raises(UsageError, match=f"holds a model of class {kind.__name__}"):
        stranger.load(path)


FRAMES = {
    "pandas": (lambda c: pd.Series(c, index=[f"c{i}" for i in range(len(c))]), pd.Series),
    "pandas nullable": (lambda c: pd.Series(c).astype("Float64"), pd.Series),
    "polars": (pl.Series, pl.Series),
    "pyarrow": (pa.array, pa.Array),
    "pyarrow chunked": (lambda c: pa.chunked_array([c[:7], c[7:]]), pa.Array),
}


@every
@pytest.mark.parametrize("frame", FRAMES)
def test_columns_of_frames_give_the_same_numbers_in_kind(case, frame):
    make, kind = FRAMES[frame]
    plain = shop(case, n=40)
    framed = tuple(make(np.asarray(column)) for column in plain)
    model = case.make().fit(*plain)
    assert case.make().fit(*framed, weights=make(np.ones(40))).params_ == model.params_
    if isinstance(case, Spend):
        asked = [model.conditional_expected_value, lambda *c: model.posterior(*c).rate]
    else:
        asked = [
            model.p_alive,
            lambda *c: model.p_alive(*c, t=9.0),
            lambda *c: model.expected_purchases(26.0, *c),
            lambda *c: model.p_active(26.0, *c),
            lambda *c: model.probability_of_n(1, 26.0, *c),
            lambda *c: model.discounted_expected_purchases(26.0, 0.01, *c),
            lambda *c: model.next_purchase(*c).never,
            lambda *c: model.next_purchase(*c).cdf(9.0),
            lambda *c: model.next_purchase(*c).quantile(0.3),
        ]
    for ask in asked:
        given, back = ask(*plain), ask(*framed)
        assert type(given) is np.ndarray and isinstance(back, kind)
        np.testing.assert_array_equal(np.asarray(back), given)
        if kind is pd.Series:
            assert back.index.equals(framed[0].index) and back.name
        if kind is pl.Series:
            assert back.name
    mixed = asked[0](plain[0].tolist(), *framed[1:])
    assert isinstance(mixed, kind)
    asked_of_one = asked[0](*(float(column[0]) for column in plain))
    assert type(asked_of_one) is np.ndarray


@purchase
def test_gaps_in_frames_are_named_as_anywhere(case):
    model = case.known()
    holes = [
        [0, None],
        pd.Series([0, None], dtype="Int64"),
        pd.Series([0, np.nan]),
        pl.Series([0, None]),
        pa.array([0, None]),
        pa.chunked_array([[0], [None]]),
    ]
    for hole in holes:
        with pytest.raises(UsageError, match="frequency is empty or infinite; 1 such rows, the first is row 1"):
            model.p_alive(hole, [0.0, 0.0], [10.0, 10.0])
    for text in (pd.Series(["a", "b"]), pl.Series(["a", "b"]), pa.array(["a", "b"])):
        with pytest.raises(UsageError, match="frequency holds something that is not a number"):
            model.p_alive(text, [0.0, 0.0], [10.0, 10.0])


@purchase
def test_wrong_questions_are_named(case):
    model, rng = case.known(), np.random.default_rng(0)
    for ask, words in (
        (lambda: model.probability_of_n(1.5, 1.0), "whole number"),
        (lambda: model.probability_of_n(-1, 1.0), "negative"),
        (lambda: model.probability_of_n(1, 1.0, 2), "together"),
        (lambda: model.p_alive(*GOOD, t=-1.0), "horizon"),
        (lambda: model.p_alive(*GOOD, t=np.inf), "horizon"),
        (lambda: model.p_active(np.nan, *GOOD), "horizon"),
        (lambda: model.next_purchase(*GOOD).cdf(-1.0), "horizon"),
        (lambda: model.next_purchase(*GOOD).quantile(1.1), "from 0 to 1"),
        (lambda: model.next_purchase(*GOOD).quantile(np.nan), "from 0 to 1"),
        (lambda: model.sample(1.0, *GOOD, 0, rng), "number of draws"),
        (lambda: model.sample(1.0, *GOOD, 2.5, rng), "number of draws"),
        (lambda: model.sample(np.inf, *GOOD, 2, rng), "horizon"),
        (lambda: model.p_active(1.0, [0], [1.0], [2.0]), "frequency 0"),
    ):
        with pytest.raises(UsageError, match=words):
            ask()
    for early in ("p_alive", "next_purchase"):
        with pytest.raises(UsageError, match="call fit"):
            getattr(case.make(), early)(*GOOD)
