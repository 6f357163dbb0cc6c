"""Profit per order: exact under a margin rule, recovered under noise, never better with a lower margin."""

import numpy as np
import pytest

from lifeworth.models.forecast import CustomerHistory
from lifeworth.models.forecast.profit import ProfitPerOrder


def history_of(revenue, profit):
    """Histories from lists of purchase-day revenue and profit."""
    days = np.array([len(r) for r in revenue], float)
    sums = [
        np.array([f(np.asarray(r), np.asarray(p)) for r, p in zip(revenue, profit, strict=True)])
        for f in (
            lambda r, p: r.sum(),
            lambda r, p: (r**2).sum(),
            lambda r, p: p.sum(),
            lambda r, p: (p**2).sum(),
            lambda r, p: (r * p).sum(),
        )
    ]
    zeros = np.zeros(len(days))
    return CustomerHistory(days - 1, zeros, zeros, sums[0], sums[2], *sums, days, sums[0])


def shop(rng, customers, deviation, noise, fixed=0.0, rate=0.3):
    own = rate + deviation * rng.standard_normal(customers)
    revenue = [rng.gamma(4, 10, rng.integers(1, 12)) for _ in range(customers)]
    profit = [fixed + (d + noise * rng.standard_normal(len(r))) * r for d, r in zip(own, revenue, strict=True)]
    return own, history_of(revenue, profit)


@pytest.mark.parametrize("margin", [0.4, 0.05, -0.2, 1.0])
def test_a_margin_rule_is_carried_exactly(margin):
    rng = np.random.default_rng(1)
    revenue = [rng.gamma(3, 20, n) for n in rng.integers(1, 9, 200)]
    model = ProfitPerOrder().fit(history_of(revenue, [margin * r for r in revenue]))
    assert model.is_exact_
    assert model.rate_ == pytest.approx(margin)


def test_customers_deviations_are_recovered_and_shrunk():
    rng = np.random.default_rng(2)
    own, history = shop(rng, 4000, deviation=0.15, noise=0.1)
    model = ProfitPerOrder().fit(history)
    assert model.noise_ == pytest.approx(0.1, rel=0.15)
    assert np.corrcoef(model.rate_, own)[0, 1] > 0.9
    assert np.std(model.rate_) < np.std(own) + 0.01
    z = (own - model.rate_) / model.rate_sd_
    assert np.std(z) == pytest.approx(1.0, abs=0.15)


def test_costs_per_order_are_told_from_costs_per_euro():
    rng = np.random.default_rng(3)
    _, history = shop(rng, 4000, deviation=0.02, noise=0.02, fixed=-4.0)
    model = ProfitPerOrder().fit(history)
    assert model.fixed_ == pytest.approx(-4.0, rel=0.15)
    assert model.mean(history.purchase_days, history.day_revenue_sum).sum() == pytest.approx(
        history.day_profit_sum.sum(), rel=0.01
    )


def test_nobody_paid_anything():
    model = ProfitPerOrder().fit(history_of([[0.0], [0.0, 0.0]], [[-1.0], [-1.0, -1.0]]))
    assert model.mean(np.ones(2), np.zeros(2)) == pytest.approx([-1.0, -1.0])


def test_who_sent_nearly_everything_back_is_not_expected_to_lose_as_much_on_every_euro():
    rng = np.random.default_rng(8)
    revenue = [rng.gamma(4, 10, n) for n in rng.integers(1, 6, 3000)]
    profit = [0.3 * r + 0.05 * r * rng.standard_normal(len(r)) - 8 * (rng.random(len(r)) < 0.2) for r in revenue]
    returned = rng.choice(3000, 100, replace=False)
    for customer in returned:
        profit[customer][-1] = 0.3 * 2.0 - 8.0
        revenue[customer][-1] = 2.0
    model = ProfitPerOrder().fit(history_of(revenue, profit))
    assert model.mishap_ == pytest.approx(3.2, rel=0.3)
    once = [c for c in returned if len(revenue[c]) == 1]
    assert len(once) > 10 and model.rate_[once].min() > -0.2


def test_without_mishaps_none_are_found():
    rng = np.random.default_rng(9)
    _, history = shop(rng, 4000, deviation=0.1, noise=0.1)
    assert ProfitPerOrder().fit(history).mishap_ < 0.15
