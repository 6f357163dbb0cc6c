"""Ours beside `lifetimes` 0.11.3 on CDNOW; theirs as `benchmarks/lifetimes_numbers.py` prints them."""

import numpy as np
import pytest

from lifeworth.models import BGBB, BGNBD, MBGNBD, GammaGamma, ParetoNBD


@pytest.fixture(scope="module")
def rows(cdnow):
    return cdnow.frequency, cdnow.recency, cdnow.T


@pytest.fixture(scope="module")
def bg(rows):
    return BGNBD().fit(*rows)


def test_parameters_and_expectations(rows, bg):
    assert list(bg.params_.values()) == pytest.approx([0.242595, 4.4136, 0.792922, 2.42591], rel=2e-6)
    models = bg, MBGNBD().fit(*rows), ParetoNBD().fit(*rows)
    totals = [model.expected_purchases(39, *rows).sum() for model in models]
    assert totals == pytest.approx([1653.41, 1576.73, 1665.49], rel=2e-5)
    np.testing.assert_allclose(models[1].p_alive([0, 2], [0, 30.43], [39, 38.86]), [0.389328, 0.706126], atol=1e-6)
    assert bg.p_alive(0, 0, 39)[0] == 1.0
    chances = models[2].probability_of_n([0, 3], 39, 2, 30.43, 38.86)
    np.testing.assert_allclose(chances, [0.408102, 0.0956503], rtol=5e-5)


def test_their_log_likelihood_is_ours_of_scaled_time(cdnow, rows, bg):
    moved = cdnow.frequency.sum() * np.log(cdnow.T.max())
    assert (bg.log_likelihood_ + moved) / 2357 == pytest.approx(-0.25035, abs=5e-6)
    assert ParetoNBD().fit(*rows).log_likelihood_ + moved == pytest.approx(-602.622, abs=1e-3)
    in_days = BGNBD().fit(cdnow.frequency, 7 * cdnow.recency, 7 * cdnow.T)
    assert in_days.log_likelihood_ == pytest.approx(bg.log_likelihood_ - 2457 * np.log(7), abs=1e-6)
    assert in_days.params_["alpha"] == pytest.approx(30.8952, rel=2e-6)


def test_value_by_months_and_by_the_moment(cdnow, rows, bg):
    spend = GammaGamma().fit(cdnow.frequency, cdnow.mean_spend)
    assert list(spend.params_.values()) == pytest.approx([6.24957, 3.74422, 15.4435], rel=2e-6)
    an_order = spend.conditional_expected_value(cdnow.frequency, cdnow.mean_spend)
    until = [bg.expected_purchases(4.345 * month, *rows) for month in range(13)]
    by_months = sum((until[m] - until[m - 1]) / 1.01**m for m in range(1, 13)) @ an_order
    assert by_months == pytest.approx(71_508, abs=1)
    year = 365.25 / 7
    by_moment = bg.discounted_expected_purchases(year, 12 * np.log(1.01) / year, *rows) @ an_order
    assert by_moment == pytest.approx(71_910, abs=1)


def test_alive_at_set_times():
    model = BGBB.from_parameters({"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783})
    np.testing.assert_allclose(model.p_alive(2, 4, 6, t=[0, 1]), [0.633612, 0.589514], atol=1e-6)
