"""What living customers do next, beside 20 digits: hypergeometric functions and plain integrals."""

import mpmath
import numpy as np
import pytest

from lifeworth.maths import bg_nbd_predict, pareto_nbd_counts, pareto_nbd_next
from lifeworth.maths.bg_nbd import BGNBDParameters
from lifeworth.maths.invert import invert_rising
from lifeworth.maths.pareto_nbd_integral import ParetoNBDParameters
from lifeworth.maths.unique_rows import on_distinct

ROWS = [(0, 0.0), (0, 50.0), (3, 50.0), (200, 40.0), (10_000, 1e4), (1, 1e-6)]


def one(*values):
    return tuple(np.array([float(value)]) for value in values)


@pytest.fixture(autouse=True)
def digits():
    with mpmath.workdps(20):
        yield


def exact_buys_within(p, t, x, T):
    n, buy, leave = mpmath.mpf(p.r) + x, mpmath.mpf(p.alpha) + T, mpmath.mpf(p.beta) + T
    if np.isinf(t):
        return n / (n + p.s) * mpmath.hyp2f1(1, p.s, n + p.s + 1, 1 - buy / leave)
    end = mpmath.log1p(mpmath.mpf(t) / buy)  # w = log((alpha + T + u) / (alpha + T))
    pieces = [0, *(k / n for k in (0.1, 1, 5, 20, 80) if k / n < end), end]
    return mpmath.quad(lambda w: n * mpmath.exp(-n * w) * (1 + buy * mpmath.expm1(w) / leave) ** -p.s, pieces)


@pytest.mark.parametrize(
    "p",
    [
        ParetoNBDParameters(0.55, 10.6, 0.6, 11.7),
        ParetoNBDParameters(0.8, 20.0, 0.7, 20.0),
        ParetoNBDParameters(0.05, 3.0, 0.04, 2e4),
        ParetoNBDParameters(2.0, 1e6, 3.0, 10.0),
        ParetoNBDParameters(0.5, 10.0, 300.0, 1e6),
        ParetoNBDParameters(50.0, 100.0, 0.1, 1e-2),
    ],
    ids=str,
)
def test_pareto_nbd_buying_before_leaving(p):
    for x, T in ROWS:
        for t in (1e-6, 1.0, 1e3, 1e12, np.inf):
            want = exact_buys_within(p, t, x, T)
            assert pareto_nbd_next.buys_within(p, *one(t, x, T))[0] == pytest.approx(float(want), rel=2e-9)


def test_pareto_nbd_counts_of_living_customers():
    p = ParetoNBDParameters(0.55, 10.6, 0.6, 11.7)
    for x, T in ROWS[1:4]:
        r, buy, leave = mpmath.mpf(p.r) + x, mpmath.mpf(p.alpha) + T, mpmath.mpf(p.beta) + T
        for t in (30.0, 1e3):
            for n in (0, 1, 7):

                def made(u, r=r, buy=buy, n=n):
                    return mpmath.rf(r, n) / mpmath.factorial(n) * (u / (buy + u)) ** n * (buy / (buy + u)) ** r

                end = mpmath.log1p(mpmath.mpf(t) / leave)
                gone = mpmath.quad(
                    lambda w, leave=leave, made=made: made(leave * mpmath.expm1(w)) * p.s * mpmath.exp(-p.s * w),
                    mpmath.linspace(0, end, 5),
                )
                want = made(mpmath.mpf(t)) * mpmath.exp(-p.s * end) + gone
                got = pareto_nbd_counts.mass_while_alive(p, *one(n, t, x, T))[0]
                assert got == pytest.approx(float(want), abs=1e-10)


@pytest.mark.parametrize(
    "p",
    [
        BGNBDParameters(0.24, 4.4, 0.79, 2.43),
        BGNBDParameters(0.8, 20.0, 0.05, 0.1),
        BGNBDParameters(2.0, 1e3, 300.0, 1500.0),
    ],
    ids=str,
)
def test_bg_nbd_still_there(p):
    for x, T in ROWS:
        for t in (1e-6, 1.0, 30.0, 1e3, 1e6):
            want = mpmath.hyp2f1(mpmath.mpf(p.r) + x, p.a, p.a + p.b + x, -mpmath.mpf(t) / (mpmath.mpf(p.alpha) + T))
            assert bg_nbd_predict.still_there(p, *one(t, x, T))[0] == pytest.approx(float(want), abs=1e-10)


def test_a_rising_chance_is_inverted():
    rate, top = np.array([1e-9, 0.02, 3.0, 1e9, 1.0, 1.0]), np.array([1, 1, 1, 1, 0.4, 1])
    goal = np.array([0.3, 0.999, 1e-6, 0.5, 0.5, 0.0])
    found = invert_rising(lambda t, r, m: -m * np.expm1(-r * t), goal, rate, top)
    np.testing.assert_allclose(found[:4], -np.log1p(-goal[:4]) / rate[:4], rtol=1e-10)
    assert np.isinf(found[4]) and found[5] == 0


def test_each_distinct_row_is_worked_out_once():
    seen = []

    def formula(a, b):
        seen.append(len(a))
        return 10 * a + b

    a, b = np.array([3.0, 1.0, 3.0, np.inf, 1.0]), np.array([0.5, 2.0, 0.5, 1.0, 3.0])
    np.testing.assert_array_equal(on_distinct(formula, a, b), 10 * a + b)
    assert seen == [4]
    rng = np.random.default_rng(0)
    many = [rng.random(70_000) for _ in range(4)]  # more combinations than codes
    np.testing.assert_array_equal(on_distinct(lambda *c: sum(c), *many), sum(many))
