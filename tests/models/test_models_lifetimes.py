"""Churn that changes with age, lifetimes still to come, and lifetimes counted: papers, twins, simulated contracts."""

import mpmath as mp
import numpy as np
import pytest

from lifeworth.errors import UsageError
from lifeworth.maths.beta_discrete_weibull import LifeRows, log_likelihood, log_survival
from lifeworth.maths.gamma_ratio import log_gamma_ratio
from lifeworth.models.base import Model
from lifeworth.models.contractual import BetaDiscreteWeibull, KaplanMeier, ShiftedBetaGeometric

# Fader, Hardie (2007), table 1: percent of 1,000 customers who are left after each year, 0 to 7 and 8 to 12.
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1], [22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1], [46.8, 44.5, 42.7, 40.9, 39.4]
YEARS = np.arange(8, 13)


def life_table(percent):
    left = np.array(percent) * 10.0
    return left[:-1], left[:-1] - left[1:]


@pytest.mark.parametrize(
    ("data", "likelihood", "error", "straight_error", "p_value"),
    [(REGULAR, -1679.603, 0.256, 0.288, 0.2497), (HIGH_END, -1605.314, 0.520, 1.191, 0.00063)],
)
def test_years_to_come_are_closer_than_without_a_shape(data, likelihood, error, straight_error, p_value):
    """Fitted on seven years; mean absolute error of years 8 to 12 in points of survival."""
    seen, actual = data
    model, straight = (kind().fit(*life_table(seen)) for kind in (BetaDiscreteWeibull, ShiftedBetaGeometric))
    assert model.converged_ and not model.prior_used_ and model.params_["c"] > 1
    assert model.log_likelihood_ == pytest.approx(likelihood, abs=0.001)
    misses = [np.abs(100 * m.survival(YEARS) - actual).mean() for m in (model, straight)]
    assert misses == pytest.approx([error, straight_error], abs=0.002)
    test = model.against_shifted_beta_geometric_
    assert test["statistic"] == pytest.approx(2 * (model.log_likelihood_ - straight.log_likelihood_), abs=1e-6)
    assert test["p_value"] == pytest.approx(p_value, rel=0.01) and test["df"] == 1


def test_the_likelihood_is_the_papers():
    model = BetaDiscreteWeibull().fit(*life_table(HIGH_END[0]))
    a, b, c = model.params_.values()
    with mp.workdps(30):
        share = [mp.beta(a, b + mp.mpf(t) ** c) / mp.beta(a, b) for t in range(8)]
        ends = [share[t] - share[t + 1] for t in range(7)]
        plain = mp.fsum(d * mp.log(e) for d, e in zip(life_table(HIGH_END[0])[1], ends, strict=True))
        plain += 491 * mp.log(share[7])
    assert model.log_likelihood_ == pytest.approx(float(plain), rel=1e-12)
    np.testing.assert_allclose(model.survival(np.arange(8)), [float(s) for s in share], rtol=1e-12)
    np.testing.assert_allclose(model.churn([1, 7]), [float(1 - share[1]), float(1 - share[7] / share[6])], rtol=1e-12)


@pytest.mark.parametrize(
    "theta", [(-0.3, 0.9, 0.25, 0.4, -0.2), (2.0, 5.0, -0.7, 1.0, 0.3), (-2.0, -1.0, 0.8, 0.0, 1.0)]
)
def test_slope_and_curvature_are_those_of_the_height(theta):
    rng, theta, h = np.random.default_rng(1), np.array(theta), 1e-5
    at_risk = np.linspace(1000, 100, 21)
    lost = np.where(np.arange(21) == 4, 0, np.round(at_risk * 0.12))
    rows = LifeRows(np.tile(np.arange(1.0, 8), 3), at_risk, lost, np.repeat(rng.normal(size=(3, 2)), 7, axis=0))
    here = log_likelihood(theta, rows)
    steps = [(log_likelihood(theta + h * e, rows), log_likelihood(theta - h * e, rows)) for e in np.eye(5)]
    np.testing.assert_allclose(here.gradient, [(u.value - d.value) / (2 * h) for u, d in steps], rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(
        here.hessian, [(u.gradient - d.gradient) / (2 * h) for u, d in steps], rtol=1e-5, atol=1e-4
    )


def test_logarithms_of_gamma_ratios_keep_their_digits():
    z, a = (m.ravel() for m in np.meshgrid([1e-6, 0.3, 3, 20, 1e5, 1e12], [0.01, 0.5, 2, 50, 1e4, 1e9]))
    with mp.workdps(50):
        exact = [float(mp.loggamma(mp.mpf(x) + mp.mpf(y)) - mp.loggamma(mp.mpf(x))) for x, y in zip(z, a, strict=True)]
        far = [(0.7, 3.8, 1e9), (2e5, 1e6, 3.0), (5.0, 8.0, 1e40)]
        late = [float(mp.log(mp.beta(x, mp.mpf(y) + t) / mp.beta(x, y))) for x, y, t in far]
    np.testing.assert_allclose(log_gamma_ratio(z, a), exact, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose([log_survival(x, y, np.array([t]))[0] for x, y, t in far], late, rtol=1e-12)


@pytest.mark.parametrize("rate", [0.1, 1e-3, 1e-5])
@pytest.mark.parametrize("survived", [0, 4, 300])
def test_lifetimes_still_to_come_are_the_papers_hypergeometric(rate, survived):
    a, b, k = 0.668, 3.806, survived
    with mp.workdps(30):
        exact = (b + k) / (a + b + k) * mp.hyp2f1(1, b + k + 1, a + b + k + 1, 1 / (1 + mp.mpf(rate)))
    straight = ShiftedBetaGeometric.from_parameters({"alpha": a, "beta": b})
    bent = BetaDiscreteWeibull.from_parameters({"alpha": a, "beta": b, "c": 1.0})
    for model in (straight, bent):
        assert float(model.expected_lifetime_remaining(k, rate)[0]) == pytest.approx(float(exact), rel=1e-11)


@pytest.mark.parametrize("c", [0.6, 1.0, 1.7])
@pytest.mark.parametrize("rate", [0.0, 1e-4, 0.05])
def test_a_horizon_cuts_the_sum(c, rate):
    model = BetaDiscreteWeibull.from_parameters({"alpha": 0.7, "beta": 4.0, "c": c})
    for horizon in (0, 1, 12, 1024, 1025, 5000):
        t = np.arange(horizon)
        plain = float((model.survival(6 + t) / model.survival(5) / (1 + rate) ** t).sum())
        found = model.expected_lifetime_remaining([5], rate, horizon)
        assert float(found[0]) == pytest.approx(plain, rel=1e-11)


def test_without_a_discount_there_may_be_no_end():
    straight = ShiftedBetaGeometric.from_parameters({"alpha": 2.5, "beta": 6.0})
    np.testing.assert_allclose(straight.expected_lifetime_remaining([0, 3], 0.0), [6 / 1.5, 9 / 1.5], rtol=1e-9)
    never = ShiftedBetaGeometric.from_parameters({"alpha": 1.0, "beta": 6.0})
    assert np.isinf(never.expected_lifetime_remaining([0, 3], 0.0)).all()
    older = straight.expected_lifetime_remaining(np.arange(20), 0.01)
    assert (np.diff(older) > 0).all()  # who is left is loyal
    with pytest.raises(UsageError, match="discount_per_period"):
        straight.expected_lifetime_remaining([1], -0.1)
    with pytest.raises(UsageError, match="whole number of periods"):
        straight.expected_lifetime_remaining([1], 0.1, 2.5)


GROUPS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


def planted(n, seed, effects, c=1.4):
    """Life tables of four groups, watched for 12, 11, 10 and 9 periods."""
    truth, rng = BetaDiscreteWeibull.from_parameters({"alpha": 0.9, "beta": 5.0, "c": c}), np.random.default_rng(seed)
    truth.coefficients_ = np.array(effects)
    at_risk, lost = np.zeros((2, 4, 12))
    for g, known in enumerate(GROUPS):
        ends = truth.simulate(n, rng, np.tile(known, (n, 1)))
        for period in range(12 - g):
            at_risk[g, period], lost[g, period] = (ends > period).sum(), (ends == period + 1).sum()
    return truth, at_risk, lost


def test_planted_covariates_are_found(tmp_path):
    truth, at_risk, lost = planted(5000, 2, [0.5, -0.3])
    model = BetaDiscreteWeibull().fit(at_risk, lost, GROUPS)
    assert model.converged_ and not model.prior_used_ and model.customers_ == 20_000
    assert (np.abs(model.coefficients_ - truth.coefficients_) < 4 * model.coefficient_errors_).all()
    for place, (name, value) in enumerate(truth.params_.items()):
        assert abs(np.log(model.params_[name] / value)) < 4 * np.sqrt(model.log_covariance_[place, place]), name
    none = BetaDiscreteWeibull().fit(at_risk, lost)
    test = model.against_no_covariates_
    assert test["statistic"] == pytest.approx(2 * (model.log_likelihood_ - none.log_likelihood_), rel=1e-6)
    assert test["df"] == 2 and test["p_value"] < 1e-20
    assert model.aic_ == pytest.approx(10 - 2 * model.log_likelihood_)
    kept = 1 - np.cumsum(lost, axis=1)[:, :9] / at_risk[:, :1]
    np.testing.assert_allclose(model.survival(np.arange(1, 10), GROUPS), kept, atol=0.025)
    rest = model.expected_lifetime_remaining([2, 2], 0.05, covariates=GROUPS[:2])
    assert rest[0] > rest[1]
    model.save(tmp_path / "model.json")
    np.testing.assert_array_equal(
        Model.load(tmp_path / "model.json").survival([3], GROUPS), model.survival([3], GROUPS)
    )
    in_other_units = BetaDiscreteWeibull().fit(at_risk, lost, GROUPS * [1000.0, 1.0])
    np.testing.assert_allclose(in_other_units.coefficients_ * [1000.0, 1.0], model.coefficients_, rtol=1e-5)


def test_what_is_not_there_is_seldom_found():
    """The likelihood ratio of nothing is chi-squared: one in twenty below 0.05."""
    p_values = []
    for seed in range(40):
        _, at_risk, lost = planted(500, seed, [0.0, 0.0], c=1.0)
        model = BetaDiscreteWeibull(restarts=0).fit(at_risk, lost, GROUPS)
        p_values.append([model.against_no_covariates_["p_value"], model.against_shifted_beta_geometric_["p_value"]])
    assert ((np.array(p_values) < 0.05).sum(axis=0) <= 8).all()  # binomial: above 8 of 40 with chance 0.0004


def test_life_tables_are_checked():
    for given, words in [
        (([5, 3], [1, 4]), "lost is above at_risk in period 2 of group 1"),
        (([5, 3], [1]), "give both"),
        (([5, np.nan], [1, 1]), "finite"),
        (([[5, 3]], [[1, 1]], [[1.0], [2.0]]), "one row for each of 1 groups"),
    ]:
        with pytest.raises(UsageError, match=words):
            BetaDiscreteWeibull().fit(*given)
    nothing = BetaDiscreteWeibull().fit([50.0, 40.0, 30.0], [0.0, 0.0, 0.0])
    assert nothing.prior_used_ and nothing.warnings_ and np.isfinite(nothing.survival([24])).all()


def test_kaplan_and_meier_counted_by_hand():
    counted = KaplanMeier().fit([1, 2, 2, 3, 4], ended=[1, 1, 0, 1, 0])
    np.testing.assert_allclose(counted.survival([0, 0.9, 1, 2, 3, 4]), [1, 1, 0.8, 0.6, 0.3, 0.3])
    greenwood = [0.64 / 20, 0.36 * (1 / 20 + 1 / 12), 0.09 * (1 / 20 + 1 / 12 + 1 / 2)]
    np.testing.assert_allclose(counted.variance([1, 2, 3]), greenwood)
    assert np.isnan(counted.survival(4.1)) and counted.quantile(0.5) == 3 and counted.quantile(0.8) == np.inf
    low, high = counted.interval(1)
    reach = 1.959964 * np.sqrt(1 / 20) / np.log(0.8)
    assert (float(low), float(high)) == pytest.approx((0.8 ** np.exp(-reach), 0.8 ** np.exp(reach)), rel=1e-6)
    weighted = KaplanMeier().fit([1, 2, 2, 9], ended=[1, 1, 0, 1], weights=[2, 1, 3, 0])
    np.testing.assert_allclose(weighted.survival([1, 2]), [4 / 6, 3 / 6])
    assert weighted.times_[-1] == 2
    gone = KaplanMeier().fit([1, 2], ended=[1, 1])
    assert gone.survival(99) == 0 and gone.interval(99)[0] == 0 and gone.interval(99)[1] == gone.interval(1)[1]
    with pytest.raises(UsageError, match="true or false"):
        KaplanMeier().fit([1], ended=[2])


def test_a_life_table_counts_as_its_contracts_do():
    at_risk, lost = life_table(REGULAR[0])
    table = KaplanMeier().fit_life_table(at_risk, lost)
    each = KaplanMeier().fit([*range(1, 8), 7], [1] * 7 + [0], weights=[*lost, 241])
    t = np.arange(8)
    np.testing.assert_allclose(table.survival(t), np.array(REGULAR[0]) / 100)
    for mine, other in zip(table.interval(t), each.interval(t), strict=True):
        np.testing.assert_allclose(mine, other)
    low, high = table.interval(t)
    model = BetaDiscreteWeibull().fit(at_risk, lost).survival(t)
    assert ((low <= model) & (model <= high)).all()


def test_counted_intervals_cover_the_truth():
    """400 books of 80 contracts, some still running: 95 % limits hold about 95 % of the time at every age."""
    truth = ShiftedBetaGeometric.from_parameters({"alpha": 1.0, "beta": 4.0})
    rng, ages = np.random.default_rng(6), np.array([1, 3, 6])
    inside = np.zeros(3)
    for _ in range(400):
        ends, watched = truth.simulate(80, rng), rng.integers(6, 20, 80)
        low, high = KaplanMeier().fit(np.minimum(ends, watched), ends <= watched).interval(ages)
        share = truth.survival(ages)
        inside += (low <= share) & (share <= high)
    assert (inside >= 365).all() and (inside <= 397).all()
