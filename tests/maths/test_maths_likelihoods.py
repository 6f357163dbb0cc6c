"""Two implementations of each likelihood agree, and the derivatives are those of the value."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from lifeworth.maths import bg_nbd, gamma_gamma, pareto_nbd
from lifeworth.maths.bg_nbd import BGNBDParameters
from lifeworth.maths.gamma_gamma import GammaGammaParameters, SpendTable
from lifeworth.maths.pareto_nbd_integral import ParetoNBDParameters
from lifeworth.maths.purchase_table import collapse


def plain_bg(p, x, t_x, T):
    """Equation 6 as printed, term by term."""
    still = (
        special.betaln(p.a, p.b + x)
        - special.betaln(p.a, p.b)
        + special.gammaln(p.r + x)
        - special.gammaln(p.r)
        + p.r * np.log(p.alpha)
        - (p.r + x) * np.log(p.alpha + T)
    )
    if x == 0:
        return still
    gone = (
        special.betaln(p.a + 1, p.b + x - 1)
        - special.betaln(p.a, p.b)
        + special.gammaln(p.r + x)
        - special.gammaln(p.r)
        + p.r * np.log(p.alpha)
        - (p.r + x) * np.log(p.alpha + t_x)
    )
    return np.logaddexp(still, gone)


def plain_pareto(p, x, t_x, T):
    """The mixture over the moment of leaving, in plain time, on many panels that shrink towards t_x."""

    def log_term(y):
        return -(p.r + x) * np.log(p.alpha + y) - (p.s + 1) * np.log(p.beta + y)

    top = log_term(t_x)
    edges = t_x + (T - t_x) * np.concatenate([[0.0], np.logspace(-9, 0, 80)])
    position, weight = np.polynomial.legendre.leggauss(20)
    y = edges[:-1, None] + np.diff(edges)[:, None] * (position + 1) / 2
    gone = np.sum(np.exp(log_term(y) - top) * weight * np.diff(edges)[:, None] / 2)
    here = np.exp(-(p.r + x) * np.log(p.alpha + T) - p.s * np.log(p.beta + T) - top)
    fixed = special.gammaln(p.r + x) - special.gammaln(p.r) + p.r * np.log(p.alpha) + p.s * np.log(p.beta)
    return fixed + top + np.log(here + p.s * gone)


def plain_gamma_gamma(p, x, mean):
    """Equation 1a as printed."""
    return (
        special.gammaln(p.p * x + p.q)
        - special.gammaln(p.p * x)
        - special.gammaln(p.q)
        + p.q * np.log(p.gamma)
        + (p.p * x - 1) * np.log(mean)
        + p.p * x * np.log(x)
        - (p.p * x + p.q) * np.log(p.gamma + x * mean)
    )


positive = st.floats(0.02, 50.0)


@st.composite
def history(draw):
    x = draw(st.integers(0, 60))
    T = draw(st.floats(0.01, 300.0))
    share = draw(st.floats(0.001, 1.0)) if x else 0.0
    return float(x), share * T, T


@settings(max_examples=150, deadline=None)
@given(positive, positive, positive, positive, history())
def test_each_customers_likelihood_has_a_twin(r, alpha, other, last, row):
    x, t_x, T = row
    columns = (np.array([x]), np.array([t_x]), np.array([T]))
    p = BGNBDParameters(r, alpha, other, last)
    assert bg_nbd.log_likelihood_rows(p, *columns)[0] == pytest.approx(plain_bg(p, *row), rel=1e-9, abs=1e-9)
    p = ParetoNBDParameters(r, alpha, other, last)
    plain = plain_pareto(p, *row)
    assert pareto_nbd.log_likelihood_rows(p, *columns)[0] == pytest.approx(plain, rel=1e-9, abs=1e-9)
    p = GammaGammaParameters(r, alpha, other)
    got = gamma_gamma.log_likelihood_rows(p, np.array([x + 1.0]), np.array([last]))
    assert got[0] == pytest.approx(plain_gamma_gamma(p, x + 1.0, last), rel=1e-9, abs=1e-9)


@pytest.fixture
def table():
    rng = np.random.default_rng(5)
    T = rng.uniform(0.1, 3.0, 400)
    x = rng.poisson(rng.gamma(0.6, 3.0, 400)).astype(float)
    x[:2] = 200.0, 10_000.0
    t_x = np.where(x > 0, T * rng.uniform(0.001, 1.0, 400), 0.0)
    return collapse(x, t_x, T, rng.integers(1, 4, 400).astype(float))


@pytest.fixture
def spend():
    rng = np.random.default_rng(6)
    counts = np.array([1.0, 2.0, 30.0])
    return SpendTable(counts, rng.integers(0, 3, 300), rng.lognormal(0, 1, 300), np.ones(300))


THETAS = ([-1.0, 0.3, -0.5, 0.8], [0.5, -2.0, 1.5, 1.5], [-3.0, 1.0, -4.0, -0.5])


@pytest.mark.parametrize("theta", THETAS)
@pytest.mark.parametrize("model", ["bg", "pareto", "gamma_gamma"])
def test_gradient_and_hessian_are_the_derivatives(model, theta, table, spend):
    theta = np.array(theta)
    if model == "gamma_gamma":
        theta = theta[:3]

    def curve(at):
        if model == "gamma_gamma":
            return gamma_gamma.log_likelihood(at, spend)
        return (bg_nbd if model == "bg" else pareto_nbd).log_likelihood(at, table)

    here = curve(theta)
    for i in range(theta.size):
        step = np.zeros(theta.size)
        step[i] = 1e-4
        up, down = curve(theta + step), curve(theta - step)
        scale = np.abs(here.gradient).max()
        assert (up.value - down.value) / 2e-4 == pytest.approx(here.gradient[i], abs=1e-5 * scale)
        scale = np.abs(here.hessian).max()
        np.testing.assert_allclose((up.gradient - down.gradient) / 2e-4, here.hessian[i], atol=1e-5 * scale)


@pytest.mark.parametrize("module", [bg_nbd, pareto_nbd])
def test_the_table_sum_is_the_sum_of_the_rows(module, table):
    theta = np.array([-0.7, 0.2, -0.4, 0.6])
    kind = BGNBDParameters if module is bg_nbd else ParetoNBDParameters
    rows = module.log_likelihood_rows(
        kind(*np.exp(theta)),
        table.x[table.x_code],
        table.t_x[table.t_x_code],
        table.T[table.T_code],
    )
    assert module.log_likelihood(theta, table).value == pytest.approx(np.sum(table.weight * rows), rel=1e-11)
