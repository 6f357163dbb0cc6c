"""Special functions and integrals against mpmath at 50 digits, extremes included."""

from itertools import product

import numpy as np
import pytest
from mpmath import mp, mpf
from scipy import special

from lifeworth.maths import bg_nbd_predict, pareto_nbd_predict
from lifeworth.maths.beta_average import beta_nodes
from lifeworth.maths.bg_nbd import BGNBDParameters
from lifeworth.maths.negative_binomial import exceedance, masses
from lifeworth.maths.pareto_nbd import log_likelihood_rows, p_alive_rows
from lifeworth.maths.pareto_nbd_integral import ParetoNBDParameters, leaving_moments
from lifeworth.maths.rising import log_rising, log_staying, reciprocal_sum, square_reciprocal_sum

COUNTS = np.array([0.0, 1.0, 2.0, 7.0, 200.0, 10_000.0])
TIMES = (1e-6, 0.3, 38.86, 730.0, 1e4)
PARETO = (
    ParetoNBDParameters(0.553, 10.58, 0.606, 11.66),
    ParetoNBDParameters(0.553, 10.58, 0.606, 10.58),  # alpha = beta
    ParetoNBDParameters(0.3, 25.0, 1.4, 0.02),  # customers leave at once
    ParetoNBDParameters(1.0, 0.02, 1.0, 300.0),  # s = 1, customers hardly leave
    ParetoNBDParameters(12.0, 3.0, 0.05, 4.0),
)


@pytest.fixture(autouse=True)
def fifty_digits():
    with mp.workdps(50):
        yield


def exact_integral(p, x, t_x, T):
    """Fader and Hardie (2005), note 009: two Gaussian hypergeometric functions, after Euler's transformation.

    2F1(c - 1, b; c; z) = (1 - z)^(1 - b) 2F1(1, c - b; c; z), whose terms are positive and fall quickly.
    """
    total = mpf(p.r) + mpf(x) + mpf(p.s)
    alpha, beta = mpf(p.alpha), mpf(p.beta)
    far, gap = max(alpha, beta), abs(alpha - beta)
    second = mpf(p.s) + 1 if alpha >= beta else mpf(p.r) + mpf(x)

    def primitive(y):
        z = gap / (far + y)
        return (1 - z) ** (1 - second) * mp.hyp2f1(1, total + 1 - second, total + 1, z) / (far + y) ** total

    return (primitive(mpf(t_x)) - primitive(mpf(T))) / total


@pytest.mark.parametrize("p", PARETO)
@pytest.mark.parametrize("T", TIMES)
def test_the_pareto_integral_and_likelihood_match_the_hypergeometric_form(p, T):
    rows = [(x, share * T) for x, share in product(COUNTS, (0.0, 0.03, 0.6, 0.999, 1.0)) if x > 0 or share == 0.0]
    x, t_x = np.array(rows).T
    got = leaving_moments(p, x, t_x, np.full(x.size, T))
    likelihood = log_likelihood_rows(p, x, t_x, np.full(x.size, T))
    alive = p_alive_rows(p, x, t_x, np.full(x.size, T))
    for i in range(x.size):
        n, s, alpha, beta = mpf(p.r) + mpf(x[i]), mpf(p.s), mpf(p.alpha), mpf(p.beta)
        gone = s * exact_integral(p, x[i], t_x[i], T)
        here = (alpha + T) ** -n * (beta + T) ** -s
        if T > t_x[i]:
            ratio = mp.mpf(got.area[i]) * mp.exp(got.log_start[i]) / gone
            slack = 1e-10 + 3e-16 * abs(got.log_start[i])  # exp() of a large logarithm magnifies its rounding
            assert abs(ratio - 1) < slack
        fixed = mp.loggamma(n) - mp.loggamma(p.r) + p.r * mp.log(alpha) + s * mp.log(beta)
        expected = fixed + mp.log(here + gone)
        assert abs(likelihood[i] - expected) < 1e-10 * max(1, abs(expected))
        assert abs(alive[i] - here / (here + gone)) < 1e-10


BG = (
    BGNBDParameters(0.243, 4.414, 0.793, 2.426),
    BGNBDParameters(0.243, 4.414, 1e-4, 2.426),  # hardly anybody leaves
    BGNBDParameters(3.0, 0.01, 2.5, 0.05),
    BGNBDParameters(0.05, 10.0, 0.1, 0.1),
    BGNBDParameters(1.0, 1.0, 1.0 + 1e-7, 3.0),
)


def exact_bg_expectation(p, t, x, T):
    """Equation 10 after Euler's transformation, which mpmath can sum for any x."""
    r, alpha, a, b = mpf(p.r) + x, mpf(p.alpha) + T, mpf(p.a), mpf(p.b) + x
    z = t / (alpha + t)
    inner = (1 - z) ** (a - 1) * mp.hyp2f1(a - 1, a + b - 1 - r, a + b - 1, z)
    return (a + b - 1) / (a - 1) * (1 - inner)


@pytest.mark.parametrize("p", BG)
@pytest.mark.parametrize("t", [1e-6, 1.0, 39.0, 1e4])
def test_bg_expectation_matches_the_hypergeometric_form(p, t):
    for T in (0.0, 1e-6, 38.86, 1e4):
        got = bg_nbd_predict.expected_while_alive(p, np.full(COUNTS.size, t), COUNTS, np.full(COUNTS.size, T))
        for value, x in zip(got, COUNTS, strict=True):
            exact = exact_bg_expectation(p, mpf(t), mpf(x), mpf(T))
            assert abs(value / exact - 1) < 1e-10, (x, T)


def test_bg_expectation_on_the_ridge_where_nearly_all_leave_alike():
    """a and b in the tens of thousands: everybody leaves with chance a / (a + b), a plain geometric sum."""
    p = BGNBDParameters(0.6, 20.0, 1.2228e6, 9.0438e6)
    chance = p.a / (p.a + p.b)
    got = bg_nbd_predict.expected_while_alive(p, np.array([52.0]), np.array([0.0]), np.array([0.0]))
    exact = -np.expm1(-p.r * np.log1p(chance * 52 / p.alpha)) / chance
    assert got[0] == pytest.approx(exact, rel=1e-5)


@pytest.mark.parametrize("t", [13.0, 52.0, np.inf])
@pytest.mark.parametrize("rate", [0.0018, 0.05])
def test_discounted_expectations_match_numerical_integration(t, rate):
    """E discounted is the integral of e^(-rate u) times the purchase rate of living customers at u."""
    bg, pareto = BG[0], PARETO[0]
    for x, T in ((0.0, 5.0), (7.0, 29.43), (200.0, 40.0)):
        row = np.array([x]), np.array([T])
        end = mp.inf if np.isinf(t) else mpf(t)
        points = [0, 1, 10, 100, 1000, mp.inf] if np.isinf(t) else [0, mpf(t) / 8, end]
        a, b, n, alpha = mpf(bg.a), mpf(bg.b) + x, mpf(bg.r) + x, mpf(bg.alpha) + T

        def bg_rate(u, a=a, b=b, n=n, alpha=alpha):
            # E[rate e^(-rate p u)] over both, after Pfaff's transformation
            return n / alpha * (1 + u / alpha) ** -a * mp.hyp2f1(a + b - n - 1, a, a + b, u / (alpha + u))

        with mp.workdps(20):
            exact = mp.quad(lambda u, f=bg_rate: mp.exp(-rate * u) * f(u), points)
            beta = mpf(pareto.beta) + T
            stay = mp.quad(lambda u, beta=beta: mp.exp(-rate * u) * (beta / (beta + u)) ** pareto.s, points)
        got = bg_nbd_predict.discounted_while_alive(bg, t, rate, *row)[0]
        assert got == pytest.approx(float(exact), rel=1e-8)
        got = pareto_nbd_predict.discounted_while_alive(pareto, t, rate, *row)[0]
        assert got == pytest.approx(float((pareto.r + x) / (pareto.alpha + T) * stay), rel=1e-9)


@pytest.mark.parametrize("a", [1e-6, 0.243, 1.0, 88.0, 1e6])
def test_ratios_of_gamma_functions(a):
    counts = np.array([0.0, 1.0, 5.0, 200.0, 10_000.0, 1_000_000.0])
    for given in (counts[:5], counts):  # summed, and in closed form above the limit
        got = (
            log_rising(a, given),
            reciprocal_sum(a, given),
            square_reciprocal_sum(a, given),
            log_staying(0.7, a, given),
        )
        for i, x in enumerate(given):
            exact = (
                mp.loggamma(a + mpf(x)) - mp.loggamma(a),
                mp.digamma(a + mpf(x)) - mp.digamma(a),
                mp.polygamma(1, a) - mp.polygamma(1, a + mpf(x)),
                mp.log(mp.beta(0.7, a + mpf(x))) - mp.log(mp.beta(0.7, a)),
            )
            for value, true in zip(got, exact, strict=True):
                assert abs(value[i] - true) < 1e-10 * abs(true) + (1e-9 if given is counts else 1e-14)


@pytest.mark.parametrize("shape", [0.05, 0.9, 26.0, 200.0, 10_000.0])
@pytest.mark.parametrize("odds", [1e-6, 0.3, 40.0])
def test_negative_binomial_tails_keep_their_digits(shape, odds):
    above = exceedance(np.array([shape]), np.array([odds]), 60)[:, 0]
    exact_masses = masses(np.array([shape]), np.array([odds]), 60)[:, 0]
    z = mpf(odds) / (1 + mpf(odds))
    for n in (0, 1, 9, 60):
        exact = mp.betainc(n + 1, shape, 0, z, regularized=True)
        assert abs(above[n] - exact) <= 1e-9 * exact + mpf("1e-300")
        mass = mp.exp(mp.loggamma(shape + n) - mp.loggamma(shape) - mp.loggamma(n + 1))
        mass *= (1 - z) ** mpf(shape) * z**n
        assert abs(exact_masses[n] - mass) <= 1e-9 * mass + mpf("1e-300")


@pytest.mark.parametrize("a", [1e-6, 0.1, 0.8, 3.0, 1e5])
@pytest.mark.parametrize("b", [1e-3, 0.5, 2.4, 300.0, 1e6])
def test_beta_averages_integrate_moments(a, b):
    nodes = beta_nodes(a, np.array([b]), np.zeros(1))

    def average(f):
        inside = np.sum(nodes.weight * f(nodes.p))
        return float(inside + nodes.at_zero[0] * f(0.0) + nodes.at_one[0] * f(1.0))

    assert average(lambda p: p + 0 * p + 1 - p) == pytest.approx(1.0, rel=1e-9)
    assert average(lambda p: p) == pytest.approx(a / (a + b), rel=1e-8)
    assert average(lambda p: p**2) == pytest.approx(a * (a + 1) / ((a + b) * (a + b + 1)), rel=1e-8)
    laplace = special.hyp1f1(a, a + b, -1.0)
    assert average(lambda p: np.exp(-p)) == pytest.approx(laplace, rel=1e-8)
