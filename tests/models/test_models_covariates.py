"""What is known of customers moves how they buy and leave: CLVTools' figures, twins of the formulas, and known truth."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import integrate, special, stats

from lifeworth.errors import DataError, UsageError
from lifeworth.maths.purchase_table import collapse
from lifeworth.models import BGBB, BGCNBD, BGNBD, MBGNBD, NBD, ParetoNBD
from lifeworth.models.arguments import Histories
from lifeworth.models.covariates import WithCovariates
from lifeworth.models.covariates.each import EACH, each_objective
from lifeworth.models.covariates.learning import Moves, distinct_rows, joined

BG = {"r": 1.2, "alpha": 15.0, "a": 0.9, "b": 3.0}
PARETO = {"r": 1.2, "alpha": 15.0, "s": 0.9, "beta": 40.0}
KINDS = pytest.mark.parametrize(("kind", "truth"), [(BGNBD, BG), (MBGNBD, BG), (ParetoNBD, PARETO)])
#: On the rate of buying by channel and by age, on leaving by channel.
EFFECTS = {"purchase channel=web": 0.5, "purchase age": -0.02, "dropout channel=web": 0.6}


def own_model(kind, truth, purchase, dropout):
    """The plain model of customers whose rates are moved by these sums, as the note writes it."""
    moved = {**truth, "alpha": truth["alpha"] * np.exp(-purchase)}
    if kind is ParetoNBD:
        moved["beta"] = truth["beta"] * np.exp(-dropout)
    else:
        moved |= {"a": truth["a"] * np.exp(dropout), "b": truth["b"] * np.exp(dropout)}
    return kind.from_parameters(moved)


def shop(kind, truth, n=1200, seed=1):
    """Customers of two channels and three ages, the shop's channel the larger."""
    rng = np.random.default_rng(seed)
    web, age = rng.random(n) < 0.4, rng.choice([20.0, 40.0, 60.0], n)
    T = rng.uniform(60.0, 120.0, n)
    x, t_x = np.zeros(n), np.zeros(n)
    for channel in (False, True):
        for years in (20.0, 40.0, 60.0):
            rows = (web == channel) & (age == years)
            purchase = EFFECTS["purchase channel=web"] * channel + EFFECTS["purchase age"] * years
            own = own_model(kind, truth, purchase, EFFECTS["dropout channel=web"] * channel)
            x[rows], t_x[rows], _ = own.simulate(int(rows.sum()), T[rows], rng)
    words = np.where(web, "web", "shop")
    return (x, t_x, T), {"channel": words, "age": age}, {"channel": words}


@pytest.fixture(scope="module")
def learned():
    rows, purchase, dropout = shop(ParetoNBD, PARETO)
    return WithCovariates(ParetoNBD()).fit(*rows, purchase, dropout), rows, purchase, dropout


def test_pareto_nbd_on_apparel_is_that_of_clvtools(apparel, apparel_covariates):
    rows = (apparel.frequency, apparel.recency, apparel.T)
    model = WithCovariates(ParetoNBD(), ridge=0).fit(*rows, *[apparel_covariates] * 2)
    assert model.converged_ and not model.prior_used_ and model.warnings_ == []
    assert model.log_likelihood_ == pytest.approx(-5821.062709, abs=1e-3)
    # CLVTools stops within 3e-3 of the top, which is 2e-5 higher
    assert model.params_ == pytest.approx(
        {"r": 1.837843, "alpha": 92.91235, "s": 0.5919985, "beta": 49.62273}, rel=3e-3
    )
    assert model.purchase_coefficients_ == pytest.approx({"Gender": 0.285874, "Channel": 0.6241241}, rel=3e-3)
    assert model.dropout_coefficients_ == pytest.approx({"Gender": -0.6429934, "Channel": 0.7906789}, rel=3e-3)
    expected = model.expected_purchases(apparel.holdout_weeks, *rows, *[apparel_covariates] * 2)
    assert expected.sum() == pytest.approx(1453.55, rel=1e-3)
    assert np.abs(expected - apparel.holdout).mean() == pytest.approx(2.00688, rel=1e-3)
    test = model.likelihood_ratio()
    assert test.statistic == pytest.approx(54.07, abs=0.01) and test.degrees_of_freedom == 4
    assert test.p_value == pytest.approx(stats.chi2.sf(54.07, 4), rel=0.01)


def test_bg_nbd_on_apparel_reaches_the_likelihood_of_clvtools_on_its_ridge(apparel, apparel_covariates):
    rows = (apparel.frequency, apparel.recency, apparel.T)
    model = WithCovariates(BGNBD(), ridge=0).fit(*rows, *[apparel_covariates] * 2)
    # (a, b) lie on a ridge: the top is flat, and 0.0014 above where CLVTools stopped
    assert model.maximum_log_likelihood_ == pytest.approx(-5839.863485, abs=0.01)
    assert model.prior_used_ and "ridge" in model.warnings_[0]


@pytest.mark.parametrize("kind", [ParetoNBD, MBGNBD])
def test_the_usual_ridge_moves_apparel_by_less_than_a_hundredth(apparel, apparel_covariates, kind):
    rows = (apparel.frequency, apparel.recency, apparel.T)
    plain = WithCovariates(kind(), ridge=0).fit(*rows, *[apparel_covariates] * 2)
    usual = WithCovariates(kind()).fit(*rows, *[apparel_covariates] * 2)
    assert usual.params_ == pytest.approx(plain.params_, rel=0.01)
    assert usual.purchase_coefficients_ == pytest.approx(plain.purchase_coefficients_, rel=0.01)
    assert usual.dropout_coefficients_ == pytest.approx(plain.dropout_coefficients_, rel=0.01)
    assert usual.log_likelihood_ < plain.log_likelihood_ == usual.maximum_log_likelihood_
    strong = WithCovariates(kind(), ridge=1e5).fit(*rows, *[apparel_covariates] * 2)
    assert np.abs(strong.log_params_[4:]).max() < 0.01


def plain_bg(r, alpha, a, b, x, t_x, T):
    """Equation 6 of the paper, every customer with parameters of their own."""
    common = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) - special.betaln(a, b)
    still = special.betaln(a, b + x) - (r + x) * np.log(alpha + T)
    gone = special.betaln(a + 1, b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
    return common + np.where(x > 0, np.logaddexp(still, gone), still)


def plain_pareto(r, alpha, s, beta, x, t_x, T):
    """The mixture over the moment of leaving, every customer with parameters of their own, by quadrature."""
    values = []
    for own_alpha, own_beta, n, last, end in zip(alpha, beta, x, t_x, T, strict=True):
        top = -(r + n) * np.log(own_alpha + last) - s * np.log(own_beta + last)

        def left(y, n=n, own_alpha=own_alpha, own_beta=own_beta, top=top):
            return np.exp(-(r + n) * np.log(own_alpha + y) - s * np.log(own_beta + y) - top) * s / (own_beta + y)

        gone = integrate.quad(left, last, end, epsabs=0, epsrel=1e-12, limit=200)[0]
        here = np.exp(-(r + n) * np.log(own_alpha + end) - s * np.log(own_beta + end) - top)
        fixed = special.gammaln(r + n) - special.gammaln(r) + r * np.log(own_alpha) + s * np.log(own_beta)
        values.append(fixed + top + np.log(here + gone))
    return np.array(values)


def objective(kind, rows, purchase, dropout):
    """The likelihood that is climbed, of covariates given as numbers."""
    moves, parts = Moves.of(kind()), []
    for some, (one, other) in distinct_rows(purchase, dropout):
        table = collapse(*(column[some] for column in rows))
        parts.append((kind()._objective(table), moves.map_of(one, other)))
    return joined(parts)


@pytest.mark.parametrize(("kind", "truth", "twin"), [(BGNBD, BG, plain_bg), (ParetoNBD, PARETO, plain_pareto)])
def test_the_likelihood_has_a_twin(kind, truth, twin):
    rng, n = np.random.default_rng(3), 60
    x, t_x, T = kind.from_parameters(truth).simulate(n, rng.uniform(10, 100, n), rng)
    purchase, dropout = rng.normal(size=(n, 2)), rng.normal(size=(n, 1))
    gamma, delta = np.array([0.4, -0.3]), np.array([0.5])
    phi = np.concatenate([np.log(list(truth.values())), gamma, delta])
    faster, leaving = np.exp(purchase @ gamma), np.exp(dropout @ delta)
    values = list(truth.values())
    if kind is BGNBD:
        values[1:] = values[1] / faster, values[2] * leaving, values[3] * leaving
    else:
        values[1], values[3] = values[1] / faster, values[3] / leaving
    got = objective(kind, (x, t_x, T), purchase, dropout)(phi).value
    assert got == pytest.approx(twin(*values, x, t_x, T).sum(), rel=1e-9)


@KINDS
def test_gradient_and_hessian_are_the_derivatives(kind, truth):
    rng, n = np.random.default_rng(4), 40
    rows = kind.from_parameters(truth).simulate(n, rng.uniform(10, 100, n), rng)
    at = objective(kind, rows, rng.normal(size=(n, 2)), rng.normal(size=(n, 2)))
    phi = np.concatenate([np.log(list(truth.values())), rng.normal(scale=0.5, size=4)])
    curve, step = at(phi), 1e-5
    for place, move in enumerate(np.eye(8) * step):
        up, down = at(phi + move), at(phi - move)
        assert curve.gradient[place] == pytest.approx((up.value - down.value) / (2 * step), rel=1e-5, abs=1e-4)
        slopes = (up.gradient - down.gradient) / (2 * step)
        np.testing.assert_allclose(curve.hessian[place], slopes, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("most", [300.0, 15_000.0])
def test_customers_of_very_many_purchases_too(most):
    """By sums or by closed forms, whatever the count."""
    x, z = np.array([0.0, 1.0, 7.0, most]), np.array([[-1.0], [0.0], [0.5], [1.0]])
    rows, phi = (x, np.minimum(x, 90.0), np.full(4, 100.0)), np.array([0.2, 1.0, 0.3, 4.0, 0.4, -0.5])
    for kind in (BGNBD, MBGNBD):
        one = each_objective(EACH[kind], Moves.of(kind()), Histories(*rows), np.ones(4), z, z)(phi)
        other = objective(kind, rows, z, z)(phi)
        assert one.value == pytest.approx(other.value, rel=1e-10)
        np.testing.assert_allclose(one.gradient, other.gradient, rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(one.hessian, other.hessian, rtol=1e-7, atol=1e-7)


@KINDS
@pytest.mark.parametrize("columns", [(2, 1), (1, 0), (0, 2)])
def test_customer_by_customer_or_in_groups_the_likelihood_is_one(kind, truth, columns):
    rng, n = np.random.default_rng(5), 80
    x, t_x, T = kind.from_parameters(truth).simulate(n, rng.uniform(10, 100, n), rng)
    purchase, dropout = (rng.normal(scale=0.8, size=(n, each)) for each in columns)
    phi = np.concatenate([np.log(list(truth.values())), rng.normal(scale=0.5, size=sum(columns))])
    weight = rng.integers(1, 4, n).astype(float)
    one = each_objective(EACH[kind], Moves.of(kind()), Histories(x, t_x, T), weight, purchase, dropout)(phi)
    copies = np.repeat(np.arange(n), weight.astype(int))
    other = objective(kind, (x[copies], t_x[copies], T[copies]), purchase[copies], dropout[copies])(phi)
    assert one.value == pytest.approx(other.value, rel=1e-12)
    np.testing.assert_allclose(one.gradient, other.gradient, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(one.hessian, other.hessian, rtol=1e-9, atol=1e-9)


def test_models_without_a_formula_of_their_own_learn_the_same():
    """BG/CNBD-k with one stage is the BG/NBD, learned by groups of equal customers instead of one by one."""
    rows, purchase, dropout = shop(BGNBD, BG, n=600)
    stages = WithCovariates(BGCNBD(k=1)).fit(*rows, purchase, dropout)
    plain = WithCovariates(BGNBD()).fit(*rows, purchase, dropout)
    np.testing.assert_allclose(stages.log_params_, plain.log_params_, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(stages.log_covariance_, plain.log_covariance_, rtol=1e-5, atol=1e-8)


def test_where_nobody_leaves_buying_is_still_moved():
    rng = np.random.default_rng(8)
    slow, fast = (NBD.from_parameters({"r": 1.5, "alpha": alpha}).simulate(800, 100.0, rng) for alpha in (20.0, 10.0))
    rows = [np.concatenate(both) for both in zip(slow, fast, strict=True)]
    model = WithCovariates(NBD()).fit(*rows, {"fast": np.repeat([False, True], 800)})
    assert model.purchase_coefficients_["fast"] == pytest.approx(np.log(2.0), abs=3 * model.standard_errors_["purchase fast"])  # fmt: skip
    assert model.standard_errors_["purchase fast"] < 0.1 and model.dropout_coefficients_ == {}


def covered(kind, truth, rounds, n):
    """How often 95 % intervals hold the true coefficients."""
    hits = []
    for seed in range(rounds):
        rows, purchase, dropout = shop(kind, truth, n, seed)
        model = WithCovariates(kind(restarts=0)).fit(*rows, purchase, dropout)
        found = dict(zip(model.names_, model.log_params_, strict=True))
        hits += [abs(found[name] - true) < 1.96 * model.standard_errors_[name] for name, true in EFFECTS.items()]
    return float(np.mean(hits)), len(hits)


@KINDS
def test_known_coefficients_lie_in_their_intervals(kind, truth):
    share, intervals = covered(kind, truth, rounds=20, n=800)
    assert 0.95 - 4 * np.sqrt(0.95 * 0.05 / intervals) < share


@pytest.mark.study
@KINDS
def test_intervals_hold_the_truth_at_the_stated_rate(kind, truth):
    share, intervals = covered(kind, truth, rounds=200, n=1500)
    assert share == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / intervals) + 0.01)


def test_without_covariates_it_is_the_plain_model():
    rows, _, _ = shop(ParetoNBD, PARETO)
    model, plain = WithCovariates(ParetoNBD()).fit(*rows), ParetoNBD().fit(*rows)
    assert model.params_ == pytest.approx(plain.params_, rel=1e-7)
    assert model.standard_errors_ == pytest.approx(plain.standard_errors_, rel=1e-5)
    assert model.log_likelihood_ == pytest.approx(plain.log_likelihood_, rel=1e-12)
    np.testing.assert_allclose(model.expected_purchases(52, *rows), plain.expected_purchases(52, *rows), rtol=1e-6)


def test_a_category_is_compared_with_its_largest_level(learned):
    model, *_ = learned
    assert model.compared_with_ == {"channel": "shop"}
    assert list(model.purchase_coefficients_) == ["channel=web", "age"]
    assert "compared with shop" in model.summary() and "likelihood ratio" in model.summary()


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, pa.table, lambda columns: pd.DataFrame(columns).astype({"channel": "category"})])  # fmt: skip
def test_every_kind_of_frame_tells_the_same(learned, frame):
    model, rows, purchase, dropout = learned
    again = WithCovariates(ParetoNBD()).fit(*rows, frame(purchase), frame(dropout))
    assert again.log_params_.tolist() == model.log_params_.tolist()
    series = pl.Series("x", rows[0])
    got = again.p_alive(series, *rows[1:], frame(purchase), frame(dropout))
    assert isinstance(got, pl.Series)
    np.testing.assert_array_equal(got.to_numpy(), model.p_alive(*rows, purchase, dropout))


def test_units_of_time_and_of_covariates_only_change_what_carries_them(learned):
    model, (x, t_x, T), purchase, dropout = learned
    months = {**purchase, "age": purchase["age"] * 12.0 + 1000.0}
    days = WithCovariates(ParetoNBD()).fit(x, t_x * 7, T * 7, months, dropout)
    assert days.purchase_coefficients_["age"] * 12 == pytest.approx(model.purchase_coefficients_["age"], rel=1e-6)
    assert days.dropout_coefficients_ == pytest.approx(model.dropout_coefficients_, rel=1e-6)
    assert days.params_["r"] == pytest.approx(model.params_["r"], rel=1e-6)
    assert days.params_["beta"] == pytest.approx(model.params_["beta"] * 7, rel=1e-6)
    assert days.standard_errors_["dropout channel=web"] == pytest.approx(model.standard_errors_["dropout channel=web"], rel=1e-5)  # fmt: skip
    assert days.log_likelihood_ == pytest.approx(model.log_likelihood_ - x.sum() * np.log(7), rel=1e-10)
    got = days.expected_purchases(364, x, t_x * 7, T * 7, months, dropout)
    np.testing.assert_allclose(got, model.expected_purchases(52, x, t_x, T, purchase, dropout), rtol=1e-6)


def test_weights_are_copies_and_nothing_counts_as_nobody():
    rows, purchase, dropout = shop(BGNBD, BG, n=400)
    twice = WithCovariates(BGNBD()).fit(*rows, purchase, dropout, weights=np.full(400, 2.0))
    double = {name: np.tile(column, 2) for name, column in purchase.items()}
    copies = WithCovariates(BGNBD()).fit(*(np.tile(each, 2) for each in rows), double, {"channel": double["channel"]})
    np.testing.assert_allclose(twice.log_params_, copies.log_params_, rtol=1e-6, atol=1e-8)
    kept = np.arange(400) < 300
    some = {name: column[kept] for name, column in purchase.items()}
    fewer = WithCovariates(BGNBD()).fit(*(each[kept] for each in rows), some, {"channel": some["channel"]})
    ignored = WithCovariates(BGNBD()).fit(*rows, purchase, dropout, weights=kept.astype(float))
    np.testing.assert_allclose(ignored.log_params_, fewer.log_params_, rtol=1e-6, atol=1e-8)


@KINDS
def test_customers_are_answered_under_their_own_parameters(kind, truth):
    rows, purchase, dropout = shop(kind, truth, n=400)
    model = WithCovariates(kind()).fit(*rows, purchase, dropout)
    chosen = np.array([3, 10, 77, 200])
    some = tuple(each[chosen] for each in rows)
    known = [{name: column[chosen] for name, column in each.items()} for each in (purchase, dropout)]
    ahead = np.array([10.0, 20.0, 30.0, 52.0])
    expected = model.expected_purchases(ahead, *some, *known)
    alive, later = model.p_alive(*some, *known), model.p_alive(*some, *known, t=ahead)
    active, discounted = model.p_active(ahead, *some, *known), model.discounted_expected_purchases(52, 0.002, *some, *known)  # fmt: skip
    gain, leave = model.purchase_coefficients_, model.dropout_coefficients_
    for place, row in enumerate(chosen):
        web = purchase["channel"][row] == "web"
        own = own_model(
            kind,
            model.params_,
            gain["channel=web"] * web + gain["age"] * purchase["age"][row],
            leave["channel=web"] * web,
        )
        one = tuple(each[row] for each in rows)
        assert expected[place] == pytest.approx(own.expected_purchases(ahead[place], *one)[0], rel=1e-9)
        assert alive[place] == pytest.approx(own.p_alive(*one)[0], rel=1e-9)
        assert later[place] == pytest.approx(own.p_alive(*one, t=ahead[place])[0], rel=1e-9)
        assert active[place] == pytest.approx(own.p_active(ahead[place], *one)[0], rel=1e-9)
        assert discounted[place] == pytest.approx(own.discounted_expected_purchases(52, 0.002, *one)[0], rel=1e-9)
    new = model.expected_for_new_customer(52.0, {"channel": ["web"], "age": [0.0]}, {"channel": ["web"]})
    own = own_model(kind, model.params_, gain["channel=web"], leave["channel=web"])
    assert new[0] == pytest.approx(float(own.expected_for_new_customer(52.0)), rel=1e-9)


def test_draws_lie_around_the_expectation_and_repeat(learned):
    model, rows, purchase, dropout = learned
    drawn = model.sample(26.0, *rows, 400, np.random.default_rng(1), purchase, dropout)
    again = model.sample(26.0, *rows, 400, np.random.default_rng(1), purchase, dropout)
    assert drawn.shape == (1200, 400) and drawn.dtype.kind == "i" and np.array_equal(drawn, again)
    expected = model.expected_purchases(26.0, *rows, purchase, dropout)
    sums = drawn.sum(axis=0)
    assert sums.mean() == pytest.approx(expected.sum(), rel=0.02)
    web = purchase["channel"] == "web"
    assert drawn[web].mean() == pytest.approx(expected[web].mean(), rel=0.03)
    assert sums.var() > expected.sum()  # more than Poisson: customers and parameters are unsure as well


def test_the_likelihood_ratio_adds_up_along_nested_models(learned):
    model, rows, purchase, dropout = learned
    middle = WithCovariates(ParetoNBD()).fit(*rows, {"channel": purchase["channel"]})
    whole, upper, lower = model.likelihood_ratio(), model.likelihood_ratio(middle), middle.likelihood_ratio()
    assert whole.statistic == pytest.approx(upper.statistic + lower.statistic, abs=1e-6)
    assert whole.degrees_of_freedom == upper.degrees_of_freedom + lower.degrees_of_freedom == 3
    assert whole.statistic == pytest.approx(
        2 * (model.maximum_log_likelihood_ - ParetoNBD().fit(*rows).log_likelihood_)
    )
    assert lower.p_value == stats.chi2.sf(lower.statistic, 1)


def test_chance_alone_is_seldom_called_an_effect():
    """Coefficients of noise: p-values below a tenth come about one time in ten."""
    p_values = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        rows = BGNBD.from_parameters(BG).simulate(400, np.full(400, 80.0), rng)
        noise = {"coin": rng.random(400) < 0.5}
        p_values.append(WithCovariates(BGNBD(restarts=0)).fit(*rows, noise).likelihood_ratio().p_value)
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3


def test_nested_must_be_nested(learned):
    model, rows, purchase, dropout = learned
    fewer = WithCovariates(ParetoNBD()).fit(*(each[:600] for each in rows))
    other = WithCovariates(BGNBD()).fit(*rows)
    for wrong in (fewer, other):
        with pytest.raises(UsageError, match="same kind of model, learned from the same customers"):
            model.likelihood_ratio(wrong)
    with pytest.raises(UsageError, match="fewer of the same covariates"):
        model.likelihood_ratio(model)


ROWS = ([1.0, 0.0, 2.0], [5.0, 0.0, 7.0], [9.0, 9.0, 9.0])


@pytest.mark.parametrize(
    ("covariates", "words"),
    [
        ({"age": [1.0, np.nan, 2.0]}, "empty or infinite"),
        ({"age": [1.0, 2.0]}, "one per customer"),
        ({"age": [1.0, 2.0, 3.0], "size": [1.0, 2.0]}, "differ in length"),
        ({"age": [4.0, 4.0, 4.0]}, "same for everybody"),
        ({"channel": ["web", "web", "web"]}, "same for everybody"),
        ({"channel": ["web", None, "shop"]}, "the first is row 1"),
        ({"age": [1.0, 2.0, 4.0], "months": [12.0, 24.0, 48.0]}, "follow from the others"),
        ([1.0, 2.0, 3.0], "a frame or a mapping"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(covariates, words):
    with pytest.raises(UsageError, match=words):
        WithCovariates(BGNBD()).fit(*ROWS, purchase_covariates=covariates)


def test_a_name_of_the_customer_is_no_category():
    rows, _, _ = shop(BGNBD, BG, n=200)
    with pytest.raises(UsageError, match="200 levels"):
        WithCovariates(BGNBD()).fit(*rows, {"email": [f"c{place}" for place in range(200)]})


def test_predictions_need_the_covariates_of_learning(learned):
    model, rows, purchase, dropout = learned
    with pytest.raises(UsageError, match="lacks channel, age"):
        model.expected_purchases(52, *rows, None, dropout)
    with pytest.raises(UsageError, match="holds age"):
        model.expected_purchases(52, *rows, purchase, purchase)
    with pytest.raises(UsageError, match=r"holds 'tv', never seen when learning; known are shop, web"):
        model.p_alive(*rows, {**purchase, "channel": ["tv"] * 1200}, dropout)
    with pytest.raises(UsageError, match="held numbers"):
        model.p_alive(*rows, {**purchase, "age": ["old"] * 1200}, dropout)
    with pytest.raises(UsageError, match="has 2 rows, frequency has 1200"):
        model.p_alive(*rows, {name: column[:2] for name, column in purchase.items()}, dropout)


def test_wrong_use_is_told_kindly():
    coin = {"coin": [0.0, 1.0, 1.0]}
    with pytest.raises(UsageError, match="nobody leaves"):
        WithCovariates(NBD()).fit(*ROWS, dropout_covariates=coin)
    with pytest.raises(UsageError, match="must be a purchase model"):
        WithCovariates(BGBB()).fit(*ROWS, coin)
    with pytest.raises(UsageError, match="ridge"):
        WithCovariates(BGNBD(), ridge=-1.0).fit(*ROWS, coin)
    with pytest.raises(UsageError, match="not learned anything"):
        WithCovariates(BGNBD()).p_alive(*ROWS)
    with pytest.raises(DataError, match="no customers"):
        WithCovariates(BGNBD()).fit([], [], [])


def test_data_that_say_little_are_told_so():
    """Two customers cannot settle five numbers: the weak prior keeps them finite, and it is said."""
    model = WithCovariates(BGNBD()).fit(*ROWS, {"coin": [0.0, 1.0, 1.0]})
    assert model.prior_used_ and "weak prior" in model.warnings_[0]
    assert np.isfinite(model.log_params_).all() and np.isfinite(list(model.standard_errors_.values())).all()
