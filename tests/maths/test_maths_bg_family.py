"""NBD, MBG/NBD, BG/CNBD-k and MBG/CNBD-k: likelihoods and expectations against plain twins."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from scipy import special

from lifeworth.errors import UsageError
from lifeworth.maths import bg_cnbd_counts, bg_cnbd_predict, bg_family, bg_nbd, bg_nbd_counts, bg_nbd_predict, nbd
from lifeworth.maths.bg_cnbd_counts import Living
from lifeworth.maths.bg_family import BGFamilyParameters
from lifeworth.maths.bg_nbd import BGNBDParameters
from lifeworth.maths.nbd import NBDParameters
from lifeworth.maths.purchase_table import collapse

positive = st.floats(0.02, 50.0)


@st.composite
def history(draw):
    x = draw(st.integers(0, 60))
    T = draw(st.floats(0.01, 300.0))
    share = draw(st.floats(0.001, 1.0)) if x else 0.0
    return float(x), share * T, T


def plain_mbg(p, x, t_x, T):
    """Batislam, Denizel, Filiztekin (2007), the individual likelihood averaged over both, term by term."""
    rate = special.gammaln(p.r + x) - special.gammaln(p.r) + p.r * np.log(p.alpha)
    still = special.betaln(p.a, p.b + x + 1) - (p.r + x) * np.log(p.alpha + T)
    gone = special.betaln(p.a + 1, p.b + x) - (p.r + x) * np.log(p.alpha + t_x)
    return rate - special.betaln(p.a, p.b) + np.logaddexp(still, gone)


def plain_cnbd(p, x, t_x, T):
    """Reutterer, Platzer, Schroeder (2021): Poisson sums of the stages since t_x, gamma functions written out."""
    able = x + p.leaves_at_first  # chances to leave
    shape, since = p.r + p.k * x, T - t_x
    still = [
        special.gammaln(shape + j)
        - special.gammaln(p.r)
        - special.gammaln(j + 1)
        + special.xlogy(j, since)
        + p.r * np.log(p.alpha)
        - (shape + j) * np.log(p.alpha + T)
        + special.betaln(p.a, p.b + able)
        - special.betaln(p.a, p.b)
        for j in range(p.k)
    ]
    if able == 0:
        return special.logsumexp(still)
    gone = special.gammaln(shape) - special.gammaln(p.r) + p.r * np.log(p.alpha) - shape * np.log(p.alpha + t_x)
    gone += special.betaln(p.a + 1, p.b + able - 1) - special.betaln(p.a, p.b)
    return special.logsumexp([*still, gone])


@settings(max_examples=150, deadline=None)
@given(positive, positive, positive, positive, history(), st.integers(1, 12), st.booleans())
def test_each_customers_likelihood_has_a_twin(r, alpha, a, b, row, k, at_first):
    columns = tuple(np.array([value]) for value in row)
    p = BGFamilyParameters(r, alpha, a, b, k, at_first)
    got = bg_family.log_likelihood_rows(p, *columns)[0]
    assert got == pytest.approx(plain_cnbd(p, *row), rel=1e-9, abs=1e-9)
    p = BGFamilyParameters(r, alpha, a, b, 1, leaves_at_first=True)
    got = bg_family.log_likelihood_rows(p, *columns)[0]
    assert got == pytest.approx(plain_mbg(p, *row), rel=1e-9, abs=1e-9)
    x, _, T = row
    # Ehrenberg's negative binomial for the count, and x of T's moments in any order
    plain = special.gammaln(r + x) - special.gammaln(r) - special.gammaln(x + 1)
    plain += r * np.log(alpha / (alpha + T)) + x * np.log(T / (alpha + T)) + special.gammaln(x + 1) - x * np.log(T)
    got = nbd.log_likelihood_rows(NBDParameters(r, alpha), columns[0], columns[2])[0]
    assert got == pytest.approx(plain, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("at_first", [False, True])
@pytest.mark.parametrize("row", [(0, 0.0, 9.0), (1, 2.0, 9.0), (6, 8.5, 9.0)])
def test_the_likelihood_is_the_average_of_the_story_told_of_one_customer(row, at_first):
    """Erlang densities and survival for one rate and one chance of leaving, integrated over both numerically."""
    x, t_x, T = row
    p = BGFamilyParameters(1.5, 3.0, 1.5, 2.5, 3, at_first)
    position, weight = np.polynomial.legendre.leggauss(200)
    root, angle = 5.0 * (position + 1) / 2, np.pi / 2 * (position + 1) / 2
    rate, leaves = root[:, None] ** 2, np.sin(angle) ** 2
    dense = rate ** (p.k * x) * np.exp(-rate * t_x)  # the product of the intervals is the constant left out
    silent = special.gammaincc(p.k, rate * (T - t_x))
    able = x + at_first
    story = dense * (silent if able == 0 else (1 - leaves) ** (able - 1) * (leaves + (1 - leaves) * silent))
    rates = p.alpha**p.r / special.gamma(p.r) * root ** (2 * p.r - 1) * np.exp(-p.alpha * root**2) * 5.0 * weight
    chances = np.sin(angle) ** (2 * p.a - 1) * np.cos(angle) ** (2 * p.b - 1) / special.beta(p.a, p.b)
    total = rates @ (story * np.ones_like(angle)) @ (chances * np.pi / 2 * weight)
    got = bg_family.log_likelihood_rows(p, *(np.array([float(value)]) for value in row))[0]
    assert got == pytest.approx(np.log(total), abs=1e-9)


@pytest.fixture
def table():
    rng = np.random.default_rng(5)
    T = rng.uniform(0.1, 3.0, 400)
    x = rng.poisson(rng.gamma(0.6, 3.0, 400)).astype(float)
    x[:2] = 200.0, 10_000.0
    t_x = np.where(x > 0, T * rng.uniform(0.001, 1.0, 400), 0.0)
    return collapse(x, t_x, T, rng.integers(1, 4, 400).astype(float))


CURVES = {
    "NBD": lambda theta, table: nbd.log_likelihood(theta[:2], table),
    "MBG": lambda theta, table: bg_family.log_likelihood(theta, table, 1, True),
    "BG/CNBD-2": lambda theta, table: bg_family.log_likelihood(theta, table, 2),
    "MBG/CNBD-3": lambda theta, table: bg_family.log_likelihood(theta, table, 3, True),
    "BG/CNBD-12": lambda theta, table: bg_family.log_likelihood(theta, table, 12),
}
THETAS = ([-1.0, 0.3, -0.5, 0.8], [0.5, -2.0, 1.5, 1.5], [-3.0, 1.0, -4.0, -0.5])


@pytest.mark.parametrize("theta", THETAS)
@pytest.mark.parametrize("model", CURVES)
def test_gradient_and_hessian_are_the_derivatives(model, theta, table):
    theta = np.array(theta[:2] if model == "NBD" else theta)
    here = CURVES[model](theta, table)
    for i in range(theta.size):
        step = np.zeros(theta.size)
        step[i] = 1e-4
        up, down = CURVES[model](theta + step, table), CURVES[model](theta - step, table)
        scale = np.abs(here.gradient).max()
        assert (up.value - down.value) / 2e-4 == pytest.approx(here.gradient[i], abs=1e-5 * scale)
        scale = np.abs(here.hessian).max()
        np.testing.assert_allclose((up.gradient - down.gradient) / 2e-4, here.hessian[i], atol=1e-5 * scale)


@pytest.mark.parametrize("k", [1, 2, 12])
@pytest.mark.parametrize("at_first", [False, True])
def test_the_table_sum_is_the_sum_of_the_rows(k, at_first, table):
    theta = np.array([-0.7, 0.2, -0.4, 0.6])
    columns = table.x[table.x_code], table.t_x[table.t_x_code], table.T[table.T_code]
    rows = bg_family.log_likelihood_rows(BGFamilyParameters(*np.exp(theta), k, at_first), *columns)
    total = bg_family.log_likelihood(theta, table, k, at_first).value
    assert total == pytest.approx(np.sum(table.weight * rows), rel=1e-11)
    rows = nbd.log_likelihood_rows(NBDParameters(*np.exp(theta[:2])), columns[0], columns[2])
    assert nbd.log_likelihood(theta[:2], table).value == pytest.approx(np.sum(table.weight * rows), rel=1e-11)


PARAMETERS = {
    "grocery": (0.36, 1.13, 0.52, 2.79),
    "hardly anybody leaves": (0.2, 3.0, 1e-3, 0.3),
    "nearly all leave": (0.8, 3.0, 2.9, 0.05),
    "nearly alike": (20.0, 3.0, 50.0, 300.0),
}
COUNTS = np.array([0.0, 1.0, 5.0, 50.0, 1000.0])


def summed(p, t, x, t_x, T):
    """Stages passed since t_x by Bayes' rule; then the n-th purchase at stage k n - j, for all n that matter."""
    shape, z = p.r + p.k * x, (T - t_x) / (p.alpha + T)
    weight = np.array([special.poch(shape, j) * z**j / special.factorial(j) for j in range(p.k)])
    n, b = np.arange(1.0, 15_000.0), p.b + x + p.leaves_at_first
    stay = np.exp(special.betaln(p.a, b + n - 1) - special.betaln(p.a, b))
    reached = [special.betainc(p.k * n - j, shape + j, t / (p.alpha + T + t)) for j in range(p.k)]
    return float(weight @ [np.sum(stay * each) for each in reached] / weight.sum())


@pytest.mark.parametrize(("name", "k"), [*product(PARAMETERS, (1, 2, 3)), ("grocery", 12)])
def test_expectations_are_the_sums_over_purchases(name, k):
    p = BGFamilyParameters(*PARAMETERS[name], k, leaves_at_first=k == 3)
    for t, T, share in ((52.0, 40.0, 0.9), (0.1, 40.0, 0.5), (10.0, 1.0, 0.2))[: 1 if k == 12 else 3]:
        t_x = np.where(COUNTS > 0, share * T, 0.0)
        got = bg_cnbd_predict.expected_while_alive(p, np.full(5, t), COUNTS, t_x, np.full(5, T))
        plain = [summed(p, t, x, last, T) for x, last in zip(COUNTS, t_x, strict=True)]
        np.testing.assert_allclose(got, plain, rtol=1e-9, atol=1e-12)


def test_a_single_stage_is_the_bg_nbd():
    parameters, rng = PARAMETERS["grocery"], np.random.default_rng(3)
    p, q = BGFamilyParameters(*parameters), BGNBDParameters(*parameters)
    x = rng.integers(0, 30, 60).astype(float)
    T = rng.uniform(1.0, 90.0, 60)
    seen = Living(x, np.where(x > 0, T * rng.random(60), 0.0), T)
    theta, table = np.log(parameters), collapse(*seen)
    assert bg_family.log_likelihood(theta, table).value == bg_nbd.log_likelihood(theta, table).value
    same = np.testing.assert_allclose
    t = np.full(60, 30.0)
    same(bg_cnbd_predict.expected_while_alive(p, t, *seen), bg_nbd_predict.expected_while_alive(q, t, x, T), rtol=1e-13)
    same(bg_cnbd_predict.still_there(p, t, *seen), bg_nbd_predict.still_there(q, t, x, T), rtol=1e-13)
    for horizon in (30.0, np.inf):
        got = bg_cnbd_predict.discounted_while_alive(p, horizon, 0.002, *seen)
        same(got, bg_nbd_predict.discounted_while_alive(q, horizon, 0.002, x, T), rtol=1e-13)
    table = bg_cnbd_counts.alive_exceedance(p, 30.0, seen, 20)
    same(table, bg_nbd_counts.alive_exceedance(q, 30.0, x, T, 20), rtol=1e-13)


@pytest.mark.parametrize("k", [2, 5])
def test_discounted_expectations_match_numerical_integration(k):
    """By parts, with the expectation itself at ten thousand moments."""
    p, rate = BGFamilyParameters(*PARAMETERS["grocery"], k), 0.002
    u = np.concatenate([[0.0], np.logspace(-6, np.log10(52.0), 20_000)])
    for x, t_x, T in ((0.0, 0.0, 3.0), (4.0, 30.0, 40.0), (60.0, 39.5, 40.0)):
        row = [np.array([value]) for value in (x, t_x, T)]
        moments = bg_cnbd_predict.expected_while_alive(p, u, *(np.full(u.size, value[0]) for value in row))
        plain = np.exp(-rate * 52) * moments[-1] + rate * np.trapezoid(np.exp(-rate * u) * moments, u)
        got = bg_cnbd_predict.discounted_while_alive(p, 52.0, rate, *row)[0]
        assert got == pytest.approx(plain, rel=1e-6)
        far = bg_cnbd_predict.discounted_while_alive(p, np.inf, 1e-3, *row)[0]
        assert far == pytest.approx(bg_cnbd_predict.discounted_while_alive(p, 1e5, 1e-3, *row)[0], rel=1e-9)


def test_an_endless_expectation_counts_the_purchases_before_leaving():
    p = BGFamilyParameters(0.9, 3.0, 3.0, 2.0, 3, leaves_at_first=True)
    row = [np.array([value]) for value in (2.0, 5.0, 9.0)]
    endless = bg_cnbd_predict.discounted_while_alive(p, np.inf, 0.0, *row)
    np.testing.assert_allclose(endless, bg_cnbd_predict.expected_while_alive(p, np.array([1e12]), *row), rtol=1e-6)
    with pytest.raises(UsageError, match="discount rate"):
        bg_cnbd_predict.discounted_while_alive(BGFamilyParameters(1, 1, 1, 1, 2), np.inf, 0.0, *row)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_masses_add_up_to_the_exceedance_and_keep_their_digits(k):
    p = BGFamilyParameters(*PARAMETERS["grocery"], k, leaves_at_first=True)
    seen = Living(*np.array([(0, 0, 5), (3, 20, 40), (3, 39, 40), (40, 39, 40), (10_000, 39, 40)], dtype=float).T)
    above = bg_cnbd_counts.alive_exceedance(p, 20.0, seen, 60)
    t = np.full(5, 20.0)
    masses = np.stack([bg_cnbd_counts.mass_while_alive(p, np.full(5, float(n)), t, seen) for n in range(61)])
    np.testing.assert_allclose(np.diff(above, axis=0), -masses[1:], atol=1e-12)
    np.testing.assert_allclose(masses[0], 1.0 - above[0], atol=1e-12)
    np.testing.assert_allclose(bg_cnbd_counts.chance_to_buy(p, t, seen), above[0], rtol=1e-12)
    np.testing.assert_array_equal(bg_cnbd_counts.chance_to_buy(p, np.full(5, np.inf), seen), 1.0)
    needed = bg_cnbd_counts.counts_needed(p, 20.0, Living(*(column[:4] for column in seen)), 1e-6)
    assert np.all(bg_cnbd_counts.alive_exceedance(p, 20.0, seen, needed)[-1, :4] <= 1e-6)


@pytest.mark.parametrize("shape", [0.05, 0.9, 200.0, 10_000.0])
def test_nbd_masses_against_fifty_digits(shape):
    p = NBDParameters(shape, 4.0)
    for n in (0, 1, 9, 400):
        for t in (1e-6, 3.0, 1e4):
            got = nbd.probability_of_n(p, *(np.array([float(v)]) for v in (n, t, 0, 0)))[0]
            with mp.workdps(50):
                z = mpf(t) / (4 + mpf(t))
                exact = mp.exp(mp.loggamma(shape + n) - mp.loggamma(shape) - mp.loggamma(n + 1))
                exact *= (1 - z) ** mpf(shape) * z**n
                assert abs(got - exact) <= 1e-10 * exact + mpf("1e-300")
