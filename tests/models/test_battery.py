"""What every model must do, whatever its paper."""

import numpy as np
import pytest

from lifeworth.errors import DataError, UsageError
from lifeworth.models import BGNBD, GammaGamma, ParetoNBD

PURCHASE = {
    BGNBD: {"r": 0.8, "alpha": 20.0, "a": 0.8, "b": 2.5},
    ParetoNBD: {"r": 0.8, "alpha": 20.0, "s": 0.7, "beta": 40.0},
}
kinds = pytest.mark.parametrize("kind", PURCHASE, ids=lambda kind: kind.__name__)
every_kind = pytest.mark.parametrize("kind", [*PURCHASE, GammaGamma], ids=lambda kind: kind.__name__)


def shop(kind, n=1500, seed=4):
    """Columns to fit on, drawn from the model itself."""
    rng = np.random.default_rng(seed)
    if kind is GammaGamma:
        x = rng.integers(1, 8, n)
        truth = GammaGamma.from_parameters({"p": 4.0, "q": 4.0, "gamma": 20.0})
        return x, truth.simulate(x, rng)
    T = rng.integers(30, 150, n).astype(float)
    return tuple(kind.from_parameters(PURCHASE[kind]).simulate(n, T, rng))


def predictions(model, *columns, ahead=26.0, rate=0.002):
    if isinstance(model, GammaGamma):
        return model.conditional_expected_value(*columns)
    return np.stack(
        [
            model.expected_purchases(ahead, *columns),
            model.p_alive(*columns),
            model.discounted_expected_purchases(ahead, rate, *columns),
        ]
    )


@every_kind
def test_fit_returns_self_and_a_refit_is_fresh(kind):
    first, second = shop(kind), shop(kind, seed=9)
    model = kind()
    assert model.fit(*first) is model
    again = model.fit(*second).params_
    assert again == kind().fit(*second).params_
    assert model.converged_ and model.gradient_norm_ < 1e-6 and not model.prior_used_
    assert set(model.params_) == set(model.standard_errors_) == set(kind.names)
    assert kind.__name__[:2] in model.summary() and "converged" in model.summary()
    np.testing.assert_allclose(np.diag(model.covariance_), np.square(list(model.standard_errors_.values())))


@every_kind
def test_truth_is_recovered_within_its_errors(kind):
    truth = PURCHASE.get(kind, {"p": 4.0, "q": 4.0, "gamma": 20.0})
    model = kind().fit(*shop(kind, n=6000))
    for name, value in truth.items():
        spread = np.sqrt(model.log_covariance_[kind.names.index(name), kind.names.index(name)])
        assert abs(np.log(model.params_[name] / value)) < 4 * spread, name


@every_kind
def test_order_of_customers_does_not_matter(kind):
    columns = shop(kind)
    order = np.random.default_rng(1).permutation(len(columns[0]))
    shuffled = kind().fit(*(column[order] for column in columns))
    model = kind().fit(*columns)
    assert shuffled.params_ == pytest.approx(model.params_, rel=1e-8)
    moved = predictions(shuffled, *(column[order] for column in columns))
    np.testing.assert_allclose(moved, predictions(model, *columns)[..., order], rtol=1e-7)


@every_kind
def test_k_copies_of_everyone_change_nothing_but_certainty(kind):
    columns, k = shop(kind), 9
    model, weighted = kind().fit(*columns), kind().fit(*columns, weights=np.full(len(columns[0]), k))
    copied = kind().fit(*(np.tile(column, k) for column in columns))
    for other in (weighted, copied):
        assert other.params_ == pytest.approx(model.params_, rel=1e-6)
        assert other.log_likelihood_ == pytest.approx(k * model.log_likelihood_, rel=1e-9)
        for name, error in model.standard_errors_.items():
            assert other.standard_errors_[name] == pytest.approx(error / np.sqrt(k), rel=1e-5)


@every_kind
@pytest.mark.parametrize("unit", [7.0, 1e-2, 1e6])
def test_units_survive(kind, unit):
    """Days or weeks, cents or euros: the same customers, the same answers."""
    columns = shop(kind)
    model = kind().fit(*columns)
    scaled = [columns[0], *(column * unit for column in columns[1:])]
    other = kind().fit(*scaled)
    spend = kind is GammaGamma
    timed = {"gamma"} if spend else {"alpha", "beta"}
    for name, value in model.params_.items():
        assert other.params_[name] == pytest.approx(value * (unit if name in timed else 1.0), rel=1e-6)
    events = len(columns[0]) if spend else columns[0].sum()
    moved = model.log_likelihood_ - events * np.log(unit)
    assert other.log_likelihood_ == pytest.approx(moved, rel=1e-9, abs=1e-5)
    if spend:
        np.testing.assert_allclose(predictions(other, *scaled), unit * predictions(model, *columns), rtol=1e-6)
    else:
        got = predictions(other, *scaled, ahead=26.0 * unit, rate=0.002 / unit)
        np.testing.assert_allclose(got, predictions(model, *columns), rtol=1e-6)


@every_kind
def test_draws_repeat_with_the_seed_and_surround_the_estimate(kind):
    model = kind().fit(*shop(kind))
    draws = model.draw_parameters(4000, np.random.default_rng(3))
    np.testing.assert_array_equal(draws, model.draw_parameters(4000, np.random.default_rng(3)))
    np.testing.assert_allclose(np.log(draws).mean(axis=0), model.log_params_, atol=0.05)
    np.testing.assert_allclose(np.log(draws).std(axis=0), np.sqrt(np.diag(model.log_covariance_)), rtol=0.06)


@kinds
def test_predictions_obey_common_sense(kind):
    model = kind.from_parameters(PURCHASE[kind])
    columns = shop(kind, n=400)
    steps = np.stack([model.expected_purchases(t, *columns) for t in (0, 1e-6, 1, 26, 365, 1e5)])
    assert np.all(steps[0] == 0) and np.all(np.diff(steps, axis=0) >= 0)
    rates = np.stack([model.discounted_expected_purchases(365, d, *columns) for d in (0, 1e-4, 0.01, 1.0)])
    np.testing.assert_allclose(rates[0], steps[4], rtol=1e-10)
    assert np.all(np.diff(rates, axis=0) <= 0) and np.all(rates >= 0)
    endless = model.discounted_expected_purchases(np.inf, 0.01, *columns)
    np.testing.assert_allclose(endless, model.discounted_expected_purchases(1e5, 0.01, *columns), rtol=1e-9)
    alive = np.stack([model.p_alive(5, recency, 100.0) for recency in (1, 10, 50, 99, 100)])
    assert np.all(np.diff(alive, axis=0) > 0) and np.all((alive > 0) & (alive <= 1))
    halves = [model.expected_purchases(26, *(c[part] for c in columns)) for part in (slice(150), slice(150, None))]
    np.testing.assert_allclose(np.concatenate(halves), steps[3], rtol=1e-9)


@kinds
def test_arguments_broadcast_and_extremes_stay_finite(kind):
    model = kind.from_parameters(PURCHASE[kind])
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
    np.testing.assert_allclose(model.probability_of_n(np.arange(3000), 100.0).sum(), 1.0, atol=1e-6)


@kinds
def test_counts_agree_with_expectation_and_with_simulation(kind):
    """The distribution of what comes next, against histories simulated past the cut."""
    model, rng = kind.from_parameters(PURCHASE[kind]), np.random.default_rng(8)
    x, t_x, T = np.array([(0, 0, 50), (3, 40, 50), (3, 10, 50), (30, 49, 50)], dtype=float).T
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


@kinds
def test_each_customers_future_against_draws_of_their_own_rate_and_leaving(kind):
    model, rng, n, t = kind.from_parameters(PURCHASE[kind]), np.random.default_rng(2), 40_000, 60.0
    x, t_x, T, p = 4, 35.0, 50.0, PURCHASE[kind]
    rate = rng.gamma(p["r"] + x, 1 / (p["alpha"] + T), n)
    if kind is BGNBD:
        made = np.minimum(rng.poisson(rate * t), rng.geometric(rng.beta(p["a"], p["b"] + x, n)))
    else:
        stay = rng.standard_exponential(n) / rng.gamma(p["s"], 1 / (p["beta"] + T), n)
        made = rng.poisson(rate * np.minimum(stay, t))
    alive, pmf = model.remaining_count_distribution(t, x, t_x, T)
    share = np.bincount(made, minlength=8)[:8] / n * alive[0]
    share[0] += 1 - alive[0]
    np.testing.assert_allclose(pmf[0, :8], share, atol=4 * np.sqrt(0.25 / n))


def test_without_discount_an_endless_horizon_may_be_infinite():
    row = (3, 40, 50)
    for kind, params in PURCHASE.items():
        with pytest.raises(UsageError, match="discount rate"):
            kind.from_parameters(params).discounted_expected_purchases(np.inf, 0.0, *row)
    bg = BGNBD.from_parameters(PURCHASE[BGNBD] | {"a": 3.0})
    pareto = ParetoNBD.from_parameters(PURCHASE[ParetoNBD] | {"s": 3.0})
    for model in (bg, pareto):
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


@kinds
@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_histories_give_finite_answers_and_a_reason(kind, case):
    columns, words = DEGENERATE[case]
    model = kind().fit(*columns)
    assert model.prior_used_ and "weak prior" in model.warnings_[0]
    assert any(words.lower() in text.lower() for text in model.warnings_)
    assert model.converged_ or any("did not converge" in text.lower() for text in model.warnings_)
    assert all(np.isfinite(v) and v > 0 for v in model.params_.values())
    assert np.all(np.isfinite(model.log_covariance_)) and np.isfinite(model.log_likelihood_)
    assert np.all(np.isfinite(predictions(model, *columns)))
    assert np.all(np.isfinite(model.draw_parameters(10, np.random.default_rng(0))))


def test_a_shop_nobody_leaves_is_said_to_be_one():
    rng = np.random.default_rng(0)
    T = rng.uniform(50, 100, 2000)
    x = rng.poisson(rng.gamma(1.0, 0.1, 2000) * T)
    t_x = np.where(x > 0, T * rng.random(2000) ** (1 / np.maximum(x, 1)), 0.0)
    for kind in PURCHASE:
        model = kind().fit(x, t_x, T)
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


@kinds
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
def test_wrong_arguments_are_named_kindly(kind, spoil, words):
    columns = list(GOOD)
    columns[spoil[0]] = spoil[1]
    with pytest.raises(UsageError, match=words):
        kind().fit(*columns)


@every_kind
def test_asking_too_early_or_for_nothing(kind):
    with pytest.raises(UsageError, match="call fit"):
        kind().summary()
    with pytest.raises(DataError, match="no customers"):
        kind().fit(*([[]] * (2 if kind is GammaGamma else 3)))
    with pytest.raises(UsageError, match="weights"):
        kind().fit(*shop(kind, n=5), weights=[1.0, 2.0])
    with pytest.raises(UsageError, match="needs"):
        kind.from_parameters({"r": 1.0})
    with pytest.raises(UsageError, match="finite"):
        kind.from_parameters(dict.fromkeys(kind.names, -1.0))


@kinds
def test_wrong_horizons_are_named(kind):
    model = kind.from_parameters(PURCHASE[kind])
    with pytest.raises(UsageError, match="horizon"):
        model.expected_purchases(np.inf, *GOOD)
    with pytest.raises(UsageError, match="horizon"):
        model.expected_for_new_customer(-1)
    with pytest.raises(UsageError, match="discount_per_unit"):
        model.discounted_expected_purchases(1, -0.1, *GOOD)
