"""Published numbers: the papers, and what BTYD, CLVTools and lifetimes give on the same data."""

import numpy as np
import pytest

from lifeworth.models import BGNBD, GammaGamma, ParetoNBD

BG_PAPER = {"r": 0.2425945, "alpha": 4.4136019, "a": 0.7929199, "b": 2.4258881}
BG_BTYD = {"r": 0.2425982, "alpha": 4.413684, "a": 0.7929899, "b": 2.426167}
PARETO_BTYD = {"r": 0.55339714, "alpha": 10.58019854, "s": 0.6060625, "beta": 11.65622367}


@pytest.fixture(scope="module")
def bg(cdnow):
    return BGNBD().fit(cdnow.frequency, cdnow.recency, cdnow.T)


@pytest.fixture(scope="module")
def pareto(cdnow):
    return ParetoNBD().fit(cdnow.frequency, cdnow.recency, cdnow.T)


def test_the_cdnow_cut_is_the_papers(cdnow):
    assert len(cdnow.frequency) == 2357
    assert cdnow.frequency.sum() == 2457
    assert cdnow.holdout.sum() == 1882


def test_bg_nbd_on_cdnow(bg):
    assert bg.params_ == pytest.approx(BG_PAPER, rel=1e-4)
    assert bg.log_likelihood_ == pytest.approx(-9582.429, abs=0.01)
    assert bg.standard_errors_ == pytest.approx({"r": 0.012557, "alpha": 0.37822, "a": 0.18573, "b": 0.70541}, rel=2e-3)
    assert bg.converged_ and not bg.prior_used_ and bg.warnings_ == []
    assert bg.gradient_norm_ < 1e-6
    assert bg.aic_ == pytest.approx(2 * 4 + 2 * 9582.429, abs=0.02)
    assert bg.bic_ == pytest.approx(4 * np.log(2357) + 2 * 9582.429, abs=0.02)


def test_pareto_nbd_on_cdnow(pareto):
    params = pareto.params_
    assert params["r"] == pytest.approx(0.55327, rel=1e-3)
    assert params["alpha"] == pytest.approx(10.5778, rel=1e-3)
    assert params["s"] == pytest.approx(0.60602, rel=1e-3)
    assert params["beta"] == pytest.approx(11.66391, rel=1e-3)
    assert pareto.log_likelihood_ == pytest.approx(-9594.976, abs=0.001)
    expected = {"r": 0.0476264, "alpha": 0.8427222, "s": 0.1872594, "beta": 6.2105448}
    assert pareto.standard_errors_ == pytest.approx(expected, rel=2e-3)
    assert pareto.converged_ and not pareto.prior_used_ and pareto.warnings_ == []


def test_gamma_gamma_on_cdnow(cdnow):
    used = (cdnow.frequency > 0) & (cdnow.mean_spend > 0)
    assert used.sum() == 946
    model = GammaGamma().fit(cdnow.frequency[used], cdnow.mean_spend[used])
    assert model.params_ == pytest.approx({"p": 6.249349, "q": 3.744256, "gamma": 15.44431}, rel=1e-3)
    assert model.standard_errors_ == pytest.approx({"p": 1.19, "q": 0.29014, "gamma": 4.1595}, rel=5e-3)
    assert model.log_likelihood_ == pytest.approx(-4055.9177, abs=0.001)
    assert model.converged_ and not model.prior_used_
    whole = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    assert whole.params_ == pytest.approx(model.params_, rel=1e-9)


def test_gamma_gamma_spend_of_the_first_ten_customers(cdnow):
    model = GammaGamma.from_parameters({"p": 6.25, "q": 3.74, "gamma": 15.44})
    expected = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    got = model.conditional_expected_value(cdnow.frequency[:10], cdnow.mean_spend[:10])
    np.testing.assert_allclose(got, expected, atol=0.1)


def test_holdout_sums_on_cdnow(bg, pareto, cdnow):
    """Both models honestly miss the 1,882 purchases of the holdout by -12 %."""
    rows = (cdnow.frequency, cdnow.recency, cdnow.T)
    from_bg, from_pareto = bg.expected_purchases(39, *rows), pareto.expected_purchases(39, *rows)
    assert from_bg.sum() == pytest.approx(1653.39, rel=1e-3)
    assert from_pareto.sum() == pytest.approx(1665.43, rel=1e-3)
    assert np.abs(from_bg - cdnow.holdout).mean() == pytest.approx(0.785454, rel=1e-3)
    assert np.abs(from_pareto - cdnow.holdout).mean() == pytest.approx(0.754506, rel=1e-3)


def test_bg_nbd_expectations():
    model = BGNBD.from_parameters(BG_BTYD)
    got = model.expected_for_new_customer([0.1429, 1, 3, 31.8571, 32, 78])
    np.testing.assert_allclose(got, [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], atol=5e-4)
    paper = BGNBD.from_parameters({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})
    assert paper.expected_purchases(39, 2, 30.43, 38.86)[0] == pytest.approx(1.226, abs=1e-3)
    assert model.expected_for_new_customer(52) == pytest.approx(1.4440046, rel=1e-5)
    assert model.expected_purchases(52, 26, 30.86, 31)[0] == pytest.approx(25.758242, rel=1e-5)
    assert model.p_alive(26, 30.86, 31)[0] == pytest.approx(0.96891624, rel=1e-5)


def test_pareto_nbd_expectations():
    model = ParetoNBD.from_parameters(PARETO_BTYD)
    assert model.expected_for_new_customer(52) == pytest.approx(1.4731127, rel=1e-6)
    assert model.expected_purchases(52, 26, 30.86, 31)[0] == pytest.approx(25.455318, rel=1e-6)
    assert model.p_alive(26, 30.86, 31)[0] == pytest.approx(0.9979179, rel=1e-5)
    weekly = [0, 0.05077821, 0.09916088, 0.14542507, 0.18979930]
    weekly += [0.23247466, 0.27361274, 0.31335159, 0.35181024, 0.38909211]
    np.testing.assert_allclose(model.expected_for_new_customer(np.arange(10)), weekly, atol=0.01)


def test_chances_of_counts():
    counts = np.arange(4)
    got = BGNBD.from_parameters(BG_BTYD).probability_of_n(counts, 39)
    np.testing.assert_allclose(got, [0.57430473, 0.19919275, 0.085324244, 0.045798401], atol=1e-6)
    got = ParetoNBD.from_parameters(PARETO_BTYD).probability_of_n(counts, 39)
    np.testing.assert_allclose(got, [0.59356922, 0.16558529, 0.082499241, 0.049047244], atol=1e-7)


@pytest.mark.parametrize(
    ("model", "published", "whale"),
    [
        (BGNBD.from_parameters(BG_BTYD), [0.57430473, 0.19919275, 0.085324244, 0.045798401], 25.758242),
        (ParetoNBD.from_parameters(PARETO_BTYD), [0.59356922, 0.16558529, 0.082499241, 0.049047244], 25.455318),
    ],
    ids=["BG/NBD", "Pareto/NBD"],
)
def test_chances_of_counts_given_a_history(model, published, whale):
    """Published for new customers; those of the buyer of 26 must have the published mean."""
    np.testing.assert_allclose(model.probability_of_n(np.arange(4), 39, 0, 0, 0), published, atol=1e-6)
    assert model.p_active(39, 0, 0, 0)[0] == pytest.approx(1 - published[0], abs=1e-6)
    assert model.next_purchase(0, 0, 0).cdf(39)[0] == pytest.approx(1 - published[0], abs=1e-6)
    counts = np.arange(400)
    chances = model.probability_of_n(counts, 52, 26, 30.86, 31)
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert counts @ chances == pytest.approx(whale, rel=1e-5)


def test_chances_of_counts_sum_to_the_holdout(bg, pareto, cdnow):
    rows, counts = (cdnow.frequency, cdnow.recency, cdnow.T), np.arange(150)
    for model, published in ((bg, 1653.39), (pareto, 1665.43)):
        total = sum(n * model.probability_of_n(n, 39, *rows).sum() for n in counts)
        assert total == pytest.approx(published, rel=1e-3)
        drawn = model.sample(39, *rows, 400, np.random.default_rng(1)).sum(axis=0)
        assert drawn.mean() == pytest.approx(published, abs=4 * drawn.std() / 20)


def test_discounted_expected_residual_transactions():
    model, rate = ParetoNBD.from_parameters(PARETO_BTYD), np.log(1.15) / 52
    got = model.discounted_expected_purchases(np.inf, rate, [0, 2, 7], [0, 30.43, 29.43], [38.86] * 3)
    np.testing.assert_allclose(got, [0.47819941, 6.50089184, 16.58227411], rtol=1e-6)
    whale = model.discounted_expected_purchases(np.inf, 0.0027, 26, 30.86, 31)
    assert whale[0] == pytest.approx(86.035019, rel=1e-6)


def test_numbers_that_underflow_elsewhere():
    """lifetimes' underflow pair in spirit: a buyer of 200 who is surely gone, one who is surely there."""
    model = BGNBD.from_parameters({"r": 0.25, "alpha": 4.0, "a": 0.8, "b": 2.5})
    chances = model.p_alive([0, 200, 10_000], [0, 38, 1], [40, 40, 40])
    assert np.all(np.isfinite(chances)) and chances[2] == pytest.approx(0, abs=1e-300)


@pytest.mark.parametrize(
    ("kind", "params", "errors", "value", "total", "alive"),
    [
        (
            ParetoNBD,
            {"r": 1.448977, "alpha": 48.63608, "s": 0.5612598, "beta": 46.88436},
            {"r": 0.24343, "alpha": 7.4892, "s": 0.27105, "beta": 35.611},
            -5848.097827,
            1455.52,
            0.519404,
        ),
        (
            BGNBD,
            {"r": 0.6073108, "alpha": 20.95673, "a": 1.275543, "b": 8.860816},
            {"r": 0.054173, "alpha": 2.572, "a": 1.0275, "b": 8.2708},
            -5857.019749,
            1414.05,
            0.775006,
        ),
    ],
)
def test_purchase_models_on_apparel(apparel, kind, params, errors, value, total, alive):
    rows = (apparel.frequency, apparel.recency, apparel.T)
    model = kind().fit(*rows)
    assert model.params_ == pytest.approx(params, rel=1e-3)
    assert model.standard_errors_ == pytest.approx(errors, rel=5e-3)
    assert model.log_likelihood_ == pytest.approx(value, abs=1e-3)
    expected = model.expected_purchases(apparel.holdout_weeks, *rows)
    assert expected.sum() == pytest.approx(total, rel=1e-3)
    assert model.p_alive(*rows).mean() == pytest.approx(alive, abs=1e-4)


def test_single_customers_on_apparel(apparel):
    rows = (apparel.frequency, apparel.recency, apparel.T)
    chosen = [apparel.ids.index(customer) for customer in (1, 10, 100)]
    model = ParetoNBD().fit(*rows)
    expected = model.expected_purchases(apparel.holdout_weeks, *rows)[chosen]
    np.testing.assert_allclose(expected, [7.32565731, 3.51981144, 0.41909013], rtol=1e-3)
    np.testing.assert_allclose(model.p_alive(*rows)[chosen], [0.94684785, 0.98256060, 0.27846859], rtol=1e-4)
    assert apparel.holdout.sum() == 1317
    spend = GammaGamma().fit(apparel.frequency, apparel.mean_spend)
    assert spend.params_ == pytest.approx({"p": 3.099033, "q": 5.653673, "gamma": 56.50408}, rel=1e-3)
    assert spend.standard_errors_ == pytest.approx({"p": 0.56756, "q": 0.84604, "gamma": 18.602}, rel=5e-3)
    assert spend.log_likelihood_ == pytest.approx(-1670.663044, abs=1e-3)
    got = spend.conditional_expected_value(apparel.frequency[chosen], apparel.mean_spend[chosen])
    np.testing.assert_allclose(got, [88.646336, 41.210271, 37.627914], rtol=1e-4)
