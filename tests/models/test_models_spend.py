"""Spend per purchase: what Gamma-Gamma carries, and what the shrunken mean carries instead."""

import numpy as np
import pytest

from lifeworth.errors import DataError, UsageError
from lifeworth.models import GammaGamma, ShrunkenMean

PARAMS = {"p": 6.25, "q": 3.74, "gamma": 15.44}


def test_the_expectation_is_that_of_the_posterior():
    model = GammaGamma.from_parameters(PARAMS)
    x, mean = np.array([0, 1, 4]), np.array([0.0, 20.0, 50.0])
    shape, rate = model.posterior(x, mean)
    np.testing.assert_allclose(PARAMS["p"] * rate / (shape - 1), model.conditional_expected_value(x, mean))
    rng = np.random.default_rng(0)
    spend = model.simulate(np.full(200_000, 3), rng)
    assert spend.mean() == pytest.approx(model.conditional_expected_value(0, 0)[0], rel=0.01)
    assert model.simulate([0, 2], rng)[0] == 0.0


def test_spend_without_a_mean_is_said_and_stays_finite():
    rng = np.random.default_rng(0)
    x = rng.integers(1, 5, 500)
    model = GammaGamma().fit(x, 1 / rng.random(500) ** 2)
    assert model.params_["q"] <= 1 and any("mean does not exist" in text for text in model.warnings_)
    values = model.conditional_expected_value([0, 1, 50], [0.0, 3.0, 3.0])
    assert np.all(np.isfinite(values)) and np.all(values > 0)


def test_one_absurd_amount_does_not_move_the_others():
    rng = np.random.default_rng(3)
    x = rng.integers(2, 9, 10_000)
    mean = GammaGamma.from_parameters(PARAMS).simulate(x, rng)
    calm = GammaGamma().fit(x, mean).conditional_expected_value(x, mean)
    spoiled = np.append(mean[:-1], 1e12)
    wild = GammaGamma().fit(x, spoiled).conditional_expected_value(x, spoiled)
    assert np.median(wild) == pytest.approx(np.median(calm), rel=0.01)


@pytest.mark.parametrize(
    "columns",
    [
        (np.full(50, 3), np.full(50, 20.0)),
        (np.ones(80), np.full(80, 10.0)),
        ([2], [10.0]),
        (np.ones(300), np.exp(np.linspace(1, 4, 300))),
        ([1, 2], [1e12, 1e-9]),
    ],
)
def test_degenerate_spend_gives_finite_answers(columns):
    model = GammaGamma().fit(*columns)
    assert all(np.isfinite(v) and v > 0 for v in model.params_.values())
    assert np.all(np.isfinite(model.conditional_expected_value(*columns)))
    assert model.converged_ or any("did not converge" in text for text in model.warnings_)
    if model.prior_used_:
        assert "weak prior" in model.warnings_[0]


def test_gamma_gamma_refuses_losses_and_leaves_free_orders_out():
    with pytest.raises(UsageError, match="ShrunkenMean"):
        GammaGamma().fit([1, 2], [5.0, -3.0])
    with pytest.raises(DataError, match="no customers"):
        GammaGamma().fit([0, 2], [0.0, 0.0])
    rng = np.random.default_rng(1)
    mean = GammaGamma.from_parameters(PARAMS).simulate(np.full(200, 3), rng)
    model = GammaGamma().fit(np.full(202, 3), np.append(mean, [0.0, 0.0]))
    assert model.customers_ == 200 and "2 customers with only free orders" in model.warnings_[0]


def groups(rng, level_sd=8.0, purchase_sd=20.0, n=4000):
    count = rng.integers(1, 9, n)
    level = rng.normal(5.0, level_sd, n)
    total, squares = np.empty(n), np.empty(n)
    for i, k in enumerate(count):
        money = rng.normal(level[i], purchase_sd, k)
        total[i], squares[i] = money.sum(), (money**2).sum()
    return count, total, squares, level


def test_shrunken_mean_finds_the_spreads_and_covers_the_levels():
    count, total, squares, level = groups(np.random.default_rng(5))
    model = ShrunkenMean("profit can be negative").fit(count, total, squares)
    assert model.mean_ == pytest.approx(5.0, abs=0.8)
    assert model.between_sd_ == pytest.approx(8.0, rel=0.1)
    assert model.within_sd_ == pytest.approx(20.0, rel=0.03)
    mean, sd = model.posterior(count, total)
    inside = np.abs(level - mean) < 1.2816 * sd
    assert inside.mean() == pytest.approx(0.8, abs=0.025)
    assert np.mean((mean - level) ** 2) < np.mean((total / count - level) ** 2)
    assert model.reason_ in model.summary()


def test_shrunken_mean_scales_permutes_and_weighs():
    count, total, squares, _ = groups(np.random.default_rng(6), n=500)
    plain = ShrunkenMean().fit(count, total, squares)
    scaled = ShrunkenMean().fit(count, 100 * total, 1e4 * squares)
    np.testing.assert_allclose(scaled.posterior(count, 100 * total).mean, 100 * plain.posterior(count, total).mean)
    back = ShrunkenMean().fit(count[::-1], total[::-1], squares[::-1])
    assert back.mean_ == pytest.approx(plain.mean_, rel=1e-12)
    split = ShrunkenMean().fit(np.r_[count, 3], np.r_[total, 1e9], np.r_[squares, 1e18], np.r_[np.ones(500), 0])
    assert split.between_sd_ == pytest.approx(plain.between_sd_, rel=1e-12)


def test_shrunken_mean_keeps_absurd_amounts_from_everybody_else():
    count, total, squares, _ = groups(np.random.default_rng(7), n=1000)
    calm = ShrunkenMean().fit(count, total, squares).posterior(count, total).mean
    total[-1], squares[-1] = 1e12, 1e24
    model = ShrunkenMean().fit(count, total, squares)
    assert "do not shape the population" in model.warnings_[0]
    np.testing.assert_allclose(model.posterior(count, total).mean[:-1], calm[:-1], rtol=0.05, atol=0.05)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (([1, 1, 1], [3.0, -4.0, 10.0], [9.0, 16.0, 100.0]), "bought once"),
        (([1], [3.0], [9.0]), "bought once"),
        (([2, 3], [4.0, 6.0], [8.0, 12.0]), "share one level"),
        (([5], [4.0], [8.0]), "share one level"),
        (([2, 2, 0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]), "share one level"),
    ],
)
def test_degenerate_money_gives_finite_answers_and_a_reason(columns, words):
    model = ShrunkenMean().fit(*columns)
    assert any(words in text for text in model.warnings_)
    mean, sd = model.posterior(*columns[:2])
    assert np.all(np.isfinite(mean)) and np.all(np.isfinite(sd)) and np.all(sd >= 0)
    assert model.posterior([0], [0.0]).mean[0] == pytest.approx(model.mean_)


def test_shrunken_mean_names_wrong_arguments():
    with pytest.raises(UsageError, match="differ in length"):
        ShrunkenMean().fit([1, 2], [1.0, 2.0, 3.0], [1.0, 2.0])
    with pytest.raises(UsageError, match="total is empty"):
        ShrunkenMean().fit([1], [np.nan], [1.0])
    with pytest.raises(DataError, match="no customers"):
        ShrunkenMean().fit([0], [0.0], [0.0])
    with pytest.raises(UsageError, match="call fit"):
        ShrunkenMean().posterior([1], [1.0])
