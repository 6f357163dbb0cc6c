"""The GGompertz/NBD beside 30 digits, beside differences of itself, and beside the Pareto/NBD it becomes."""

import mpmath
import numpy as np
import pytest

from lifeworth.maths import ggompertz_predict, pareto_nbd, pareto_nbd_next, pareto_nbd_predict
from lifeworth.maths.ggompertz_nbd import GGompertzNBDParameters, log_likelihood, log_likelihood_rows, p_alive_rows
from lifeworth.maths.ggompertz_time import beta_after, log_fall, time_of_fall
from lifeworth.maths.pareto_nbd_integral import ParetoNBDParameters
from lifeworth.maths.purchase_table import collapse

ROWS = [(0, 0, 0), (0, 0, 50), (3, 40, 50), (3, 1, 50), (200, 38, 40), (10_000, 90, 100), (1, 1e-6, 1e-6), (2, 3, 1000)]
POINTS = [
    (2.0, 10.0, 0.05, 2.0, 20.0),
    (0.55, 10.6, 1e-7, 0.6, 1.2e-6),
    (0.8, 20.0, 0.3, 1.5, 1e4),  # sudden death
    (5.0, 3.0, 1.0, 0.4, 0.3),
    (0.05, 400.0, 0.01, 0.05, 1.0),
]


def columns():
    return tuple(np.array(column, dtype=float) for column in zip(*ROWS, strict=True))


def survival(p, u):
    return (p[4] / (p[4] + mpmath.expm1(p[2] * u))) ** p[3]


def density(p, u):
    return p[3] * p[2] * p[4] ** p[3] * mpmath.exp(p[2] * u) / (p[4] + mpmath.expm1(p[2] * u)) ** (p[3] + 1)


def pieces(start, end, p):
    """Breaks where the integrand may turn: close to the start, and at every span of the Gompertz clock."""
    cuts = [start + (end - start) * mpmath.mpf(2) ** -k for k in range(40, 0, -2)]
    cuts += [mpmath.mpf(k) / p[2] for k in (0.5, 1, 2, 4, 6, 8, 10, 12, 15, 20, 30, 50, 100, 200)]
    return [start, *sorted(c for c in cuts if start < c < end), end]


def exact(point, row):
    with mpmath.workdps(30):
        p = [mpmath.mpf(v) for v in point]
        x, t_x, T = (mpmath.mpf(v) for v in row)
        n = p[0] + x
        here = (p[1] + T) ** -n * survival(p, T)
        gone = mpmath.mpf(0)
        if T > t_x:
            scale = (p[1] + t_x) ** -n
            gone = scale * mpmath.quad(
                lambda y: ((p[1] + t_x) / (p[1] + y)) ** n * density(p, y), pieces(t_x, T, p), maxdegree=7
            )
        whole = mpmath.log(mpmath.rf(p[0], x)) + p[0] * mpmath.log(p[1]) + mpmath.log(here + gone)
        return float(whole), float(here / (here + gone))


@pytest.mark.parametrize("point", POINTS)
def test_likelihood_and_chance_of_being_alive_to_ten_digits(point):
    p = GGompertzNBDParameters(*point)
    expected = np.array([exact(point, row) for row in ROWS]).T
    np.testing.assert_allclose(log_likelihood_rows(p, *columns()), expected[0], rtol=1e-11, atol=1e-10)
    np.testing.assert_allclose(p_alive_rows(p, *columns()), expected[1], rtol=1e-9)


@pytest.mark.parametrize("point", POINTS)
def test_slope_and_curvature_are_those_of_the_likelihood(point):
    table = collapse(*columns(), np.array([3.0, 1, 2, 1, 1, 1, 4, 2]))
    theta, step = np.log(np.array(point)), 1e-5
    here = log_likelihood(theta, table)
    sides = [[log_likelihood(theta + sign * step * e, table) for sign in (1, -1)] for e in np.eye(5)]
    slope = np.array([(up.value - down.value) / (2 * step) for up, down in sides])
    bend = np.array([(up.gradient - down.gradient) / (2 * step) for up, down in sides])
    scale = np.abs(here.hessian).max()
    np.testing.assert_allclose(here.gradient, slope, rtol=1e-5, atol=1e-7 * scale)
    np.testing.assert_allclose(here.hessian, bend, rtol=1e-5, atol=1e-8 * scale)


def test_without_a_rise_it_is_the_pareto_nbd():
    x, t_x, T = columns()
    flat, near = ParetoNBDParameters(0.55, 10.6, 0.6, 11.7), GGompertzNBDParameters(0.55, 10.6, 1e-12, 0.6, 11.7e-12)
    expected = pareto_nbd.log_likelihood_rows(flat, x, t_x, T)
    np.testing.assert_allclose(log_likelihood_rows(near, x, t_x, T), expected, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(p_alive_rows(near, x, t_x, T), pareto_nbd.p_alive_rows(flat, x, t_x, T), rtol=1e-8)
    for t in (1e-6, 9.0, 1e3):
        ahead = np.full(T.size, t)
        got = (near.r + x) / (near.alpha + T) * ggompertz_predict.stay(near, ahead, T)
        np.testing.assert_allclose(got, pareto_nbd_predict.expected_while_alive(flat, ahead, x, T), rtol=1e-7)
        within = ggompertz_predict.buys_within(near, ahead, x, T)
        np.testing.assert_allclose(within, pareto_nbd_next.buys_within(flat, ahead, x, T), rtol=1e-7)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("t", [1e-4, 3.0, 500.0])
def test_what_living_customers_do_next_to_nine_digits(point, t):
    p, T, x, rate = GGompertzNBDParameters(*point), 40.0, 3.0, 0.01
    beta = mpmath.mpf(1) + (mpmath.mpf(point[4]) - 1) * mpmath.exp(-mpmath.mpf(point[2]) * T)
    with mpmath.workdps(30):
        q = [*(mpmath.mpf(v) for v in point[:4]), beta]
        n, buy, cuts = q[0] + x, q[1] + T, pieces(mpmath.mpf(0), mpmath.mpf(t), q)
        stays = mpmath.quad(lambda u: survival(q, u), cuts)
        worth = mpmath.quad(lambda u: survival(q, u) * mpmath.exp(-rate * u), cuts)
        first = mpmath.quad(lambda u: survival(q, u) * n / buy * (1 + u / buy) ** -(n + 1), cuts)
        two = n * (n + 1) / 2

        def mass(u):
            return two * (u / (buy + u)) ** 2 * (buy / (buy + u)) ** n

        made = mpmath.quad(lambda u: density(q, u) * mass(u), cuts) + survival(q, t) * mass(t)
    one = [np.array([v]) for v in (t, x, T)]
    assert ggompertz_predict.stay(p, one[0], one[2])[0] == pytest.approx(float(stays), rel=1e-9)
    assert ggompertz_predict.stay(p, one[0], one[2], rate)[0] == pytest.approx(float(worth), rel=1e-9)
    assert ggompertz_predict.buys_within(p, *one)[0] == pytest.approx(float(first), rel=1e-9)
    assert ggompertz_predict.mass_while_alive(p, np.array([2.0]), *one)[0] == pytest.approx(float(made), rel=1e-8)


def test_times_and_falls_undo_each_other_and_staying_forgets():
    u, b = np.array([1e-9, 0.1, 3.0, 40.0, 1e4]), 0.2
    for beta in (1e-9, 0.5, 1.0, 1e8):
        fall = log_fall(b, u, beta)
        assert np.all(np.diff(fall) > 0)
        np.testing.assert_allclose(time_of_fall(b, fall, beta), u, rtol=1e-7)
        later = log_fall(b, u, beta_after(b, beta, np.full(5, 7.0)))
        np.testing.assert_allclose(log_fall(b, 7.0 + u, beta) - log_fall(b, np.full(5, 7.0), beta), later, atol=1e-13)
