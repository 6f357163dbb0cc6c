"""BG/BB: the donations of Fader, Hardie and Shang, plain twins of the formulas, and simulated customers."""

import csv
import os
from itertools import pairwise
from math import comb
from pathlib import Path

import mpmath as mp
import numpy as np
import pandas as pd
import pytest
from scipy.special import beta as beta_function

from lifeworth.errors import UsageError
from lifeworth.maths.bg_bb import BGBBParameters, Cells, log_likelihood, log_likelihood_rows
from lifeworth.maths.bg_bb_predict import Beliefs, no_purchase
from lifeworth.models import BGBB
from lifeworth.models.base import Model

# BTYD 2.4.3 on the donations; its own printed digits.
PAPER = {"alpha": 1.2035071, "beta": 0.74976668, "gamma": 0.65675682, "delta": 2.7838873}
#: Histories of five different customers: purchases, last opportunity with one, opportunities.
FIVE = np.array([(0, 0, 6), (6, 6, 6), (2, 4, 6), (1, 1, 6), (3, 3, 4)]).T
TRUTH = BGBB.from_parameters({"alpha": 1.0, "beta": 1.5, "gamma": 0.8, "delta": 4.0})


@pytest.fixture(scope="module")
def donations():
    """x, t_x, n, donors and donations of the five years after, one row per kind of donor."""
    given = os.environ.get("LIFEWORTH_DATA")
    folder = Path(given) if given else Path(__file__).parents[2].parent / "shared" / "data"
    path = folder / "donations" / "recency_frequency.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not on this machine (set LIFEWORTH_DATA to the folder that holds it)")
    with path.open(newline="") as rows:
        return np.array([[float(v) for v in row.values()] for row in csv.DictReader(rows)]).T


def test_the_donations_of_the_paper(donations):
    x, t_x, n, donors, after = donations
    model = BGBB().fit(x, t_x, n, weights=donors)
    assert model.params_ == pytest.approx(PAPER, rel=1e-3)
    assert model.log_likelihood_ == pytest.approx(-33225.581, abs=0.001)
    assert model.converged_ and not model.prior_used_ and not model.warnings_ and model.customers_ == 11_104
    expected = donors @ model.expected_purchases(5, x, t_x, n)
    assert expected == pytest.approx(12_884.2, abs=0.5)
    # the model's own error: it expects 2.8 % less than came
    assert expected / after.sum() == pytest.approx(0.972, abs=0.001)
    counts = 11_104 * model.probability_of_n([0, 6], 6)
    np.testing.assert_allclose(counts, [3454.9, 1253.1], atol=0.6)


def test_published_predictions():
    model = BGBB.from_parameters(PAPER)
    by_year = [0.4985, 0.9233, 1.2969, 1.6323, 1.9381, 2.2202, 2.4826, 2.7285, 2.9603, 3.1798, 3.3887]
    np.testing.assert_allclose(model.expected_for_new_customer(np.arange(1, 12)), by_year, rtol=1e-4)
    assert float(model.expected_for_new_customer(10)) == pytest.approx(3.1798281, rel=1e-7)
    np.testing.assert_allclose(model.p_alive([6, 2, 0], [6, 4, 0], 6, t=1), [0.93043, 0.58966, 0.10815], atol=6e-6)
    np.testing.assert_allclose(model.expected_purchases(10, [0, 4], [0, 5], 6), [0.13023442, 3.6279431], rtol=1e-6)
    found = model.discounted_expected_purchases(np.inf, 0.1, [6, 5, 4], 6, 6)
    np.testing.assert_allclose(found, [5.9098053, 5.0893986, 4.2689919], rtol=1e-7)


def plain_likelihood(p, x, t_x, n):
    """The paper's formula with beta functions, one customer."""
    a, b, g, d = p.alpha, p.beta, p.gamma, p.delta
    total = mp.beta(a + x, b + n - x) * mp.beta(g, d + n)
    total += mp.fsum(mp.beta(a + x, b + t_x - x + i) * mp.beta(g + 1, d + t_x + i) for i in range(n - t_x))
    return total / mp.beta(a, b) / mp.beta(g, d)


@pytest.mark.parametrize("values", [(1.2, 0.75, 0.66, 2.8), (0.01, 40.0, 3.0, 0.05), (900.0, 5.0, 1.0, 3000.0)])
def test_two_likelihoods_agree(values):
    p = BGBBParameters(*values)
    rows = [
        (0, 0, 1),
        (1, 1, 1),
        (0, 0, 6),
        (6, 6, 6),
        (2, 5, 6),
        (3, 40, 200),
        (150, 200, 200),
        (0, 0, 0),
        (1, 1, 365),
    ]
    x, t_x, n = np.array(rows).T
    found = log_likelihood_rows(p, Cells(x, t_x, n, np.ones(len(rows))))
    with mp.workdps(40):
        exact = [float(mp.log(plain_likelihood(p, *map(int, row)))) for row in rows]
    np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("theta", [(0.2, -0.3, -0.4, 1.0), (-2.0, 1.5, 1.0, -1.0), (3.0, 2.0, -3.0, 4.0)])
def test_slope_and_curvature_are_those_of_the_height(theta):
    cells = Cells(
        *(np.array(c) for c in ((0, 6, 2, 1, 3, 9), (0, 6, 4, 1, 3, 30), (6, 6, 6, 6, 4, 50))), np.arange(1.0, 7)
    )
    theta, h = np.array(theta), 1e-5
    here = log_likelihood(theta, cells)
    steps = [(log_likelihood(theta + h * e, cells), log_likelihood(theta - h * e, cells)) for e in np.eye(4)]
    slope = [(up.value - down.value) / (2 * h) for up, down in steps]
    bend = [(up.gradient - down.gradient) / (2 * h) for up, down in steps]
    np.testing.assert_allclose(here.gradient, slope, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(here.hessian, bend, rtol=1e-5, atol=1e-6)


def test_closed_forms_of_the_paper():
    """Expectation, P(alive) and counts as printed, with beta and gamma functions."""
    p, model, t = BGBBParameters(**TRUTH.params_), TRUTH, 7
    a, b, g, d = p.alpha, p.beta, p.gamma, p.delta
    for x, t_x, n in FIVE.T.tolist():
        whole = plain_likelihood(p, x, t_x, n)
        scale = mp.beta(a, b) * mp.beta(g, d) * whole
        alive = mp.beta(a + x, b + n - x) * mp.beta(g, d + n + 2) / scale
        assert float(model.p_alive(x, t_x, n, t=2)[0]) == pytest.approx(float(alive), rel=1e-10)
        gone = mp.gammaprod([1 + d + n], [g + d + n]) - mp.gammaprod([1 + d + n + t], [g + d + n + t])
        ahead = (
            mp.beta(a + x + 1, b + n - x) / mp.beta(a, b) * d / (g - 1) * mp.gammaprod([g + d], [1 + d]) * gone / whole
        )
        assert float(model.expected_purchases(t, x, t_x, n)[0]) == pytest.approx(float(ahead), rel=1e-10)
    for k in range(7):
        mass = comb(6, k) * beta_function(a + k, b + 6 - k) * beta_function(g, d + 6)
        mass += sum(comb(i, k) * beta_function(a + k, b + i - k) * beta_function(g + 1, d + i) for i in range(k, 6))
        mass /= beta_function(a, b) * beta_function(g, d)
        assert float(model.probability_of_n(k, 6)) == pytest.approx(mass, rel=1e-10)


@pytest.mark.parametrize(("a", "b", "g", "d"), [(1.2, 0.8, 0.7, 2.8), (0.1, 5, 0.1, 8), (0.05, 300, 0.05, 200), (7, 0.7, 3, 9)])  # fmt: skip
def test_never_buying_again_is_a_sum_without_end(a, b, g, d):
    with mp.workdps(30):
        exact = mp.mpf(g) / (g + d) * mp.hyp3f2(1, b, d, mp.mpf(a) + b, mp.mpf(g) + d + 1, 1)
    found = no_purchase(Beliefs(*(np.array([float(v)]) for v in (a, b, d)), g), np.array([np.inf]))
    assert float(found[0]) == pytest.approx(float(exact), rel=1e-9)


def test_answers_fit_together():
    t = 8
    pmf = TRUTH.remaining_count_distribution(t, *FIVE).pmf
    assert pmf.shape == (5, t + 1)
    np.testing.assert_allclose(pmf.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(pmf @ np.arange(t + 1), TRUTH.expected_purchases(t, *FIVE), rtol=1e-12)
    np.testing.assert_allclose(1 - pmf[:, 0], TRUTH.p_active(t, *FIVE), rtol=1e-12)
    np.testing.assert_allclose(pmf[:, 3], TRUTH.probability_of_n(3, t, *FIVE), rtol=1e-12)
    waits = TRUTH.next_purchase(*FIVE)
    np.testing.assert_allclose(waits.cdf(t), TRUTH.p_active(t, *FIVE), rtol=1e-12)
    np.testing.assert_allclose(sum(waits.pmf(k) for k in range(1, t + 1)), waits.cdf(t), rtol=1e-12)
    np.testing.assert_allclose(waits.cdf(np.inf), 1 - waits.never, rtol=1e-12)
    assert (waits.cdf(300) < 1 - waits.never).all() and (waits.cdf(300) > 0.97 * (1 - waits.never)).all()
    once = TRUTH.expected_purchases(1, *FIVE)
    np.testing.assert_allclose(waits.pmf(1), once, rtol=1e-12)
    by_year = np.diff([TRUTH.expected_purchases(k, *FIVE) for k in range(41)], axis=0)
    discounted = (by_year / 1.1 ** np.arange(1, 41)[:, None]).sum(axis=0)
    np.testing.assert_allclose(TRUTH.discounted_expected_purchases(40, 0.1, *FIVE), discounted, rtol=1e-10)
    np.testing.assert_allclose(TRUTH.discounted_expected_purchases(40, 0.0, *FIVE), TRUTH.expected_purchases(40, *FIVE))


def test_without_discount_the_rest_is_finite_only_where_people_leave_fast_enough():
    assert np.isinf(TRUTH.discounted_expected_purchases(np.inf, 0.0, *FIVE)).all()
    fast = BGBB.from_parameters({**TRUTH.params_, "gamma": 3.0})
    whole = fast.discounted_expected_purchases(np.inf, 0.0, *FIVE)
    np.testing.assert_allclose(whole, fast.expected_purchases(50_000, *FIVE), rtol=1e-6)
    assert np.isfinite(BGBB.from_parameters({**TRUTH.params_, "gamma": 1.0}).expected_purchases(9, *FIVE)).all()


def test_quantiles_are_the_first_opportunity_that_reaches_the_chance():
    waits = TRUTH.next_purchase(*FIVE)
    for q in (0.0, 0.2, 0.5, 0.9):
        at = waits.quantile(q)
        seen = np.isfinite(at)
        assert (np.asarray(waits.never)[~seen] > 1 - q - 0.02).all()
        assert (waits.cdf(np.where(seen, at, 0))[seen] >= q).all()
        assert (waits.cdf(np.where(seen, np.maximum(at - 1, 0), 0))[seen & (at > 0)] < q).all()
    assert np.isfinite(waits.quantile(0.5)).any() and np.isinf(waits.quantile(0.9)).any()


def test_common_sense():
    t = np.arange(0, 40)[:, None]
    ahead = TRUTH.expected_purchases(t, *FIVE)
    assert ahead.shape == (40, 5) and (np.diff(ahead, axis=0) > 0).all() and (ahead[0] == 0).all()
    alive = TRUTH.p_alive(*FIVE, t=t)
    assert (np.diff(alive, axis=0) < 0).all() and ((alive > 0) & (alive <= 1)).all()
    assert (np.diff(TRUTH.p_alive(3, np.arange(3, 9), 8)) > 0).all()  # later is never worse
    assert (np.diff([TRUTH.discounted_expected_purchases(20, r, *FIVE) for r in (0, 0.05, 0.2)], axis=0) < 0).all()


def test_what_simulated_customers_go_on_to_do():
    """Histories of 6 opportunities with 5 more to come: what comes is what each history promises."""
    rng, many = np.random.default_rng(5), 200_000
    p, early, late = TRUTH.params_, 6, 5
    buys, leaves = rng.beta(p["alpha"], p["beta"], many), rng.beta(p["gamma"], p["delta"], many)
    here = rng.geometric(leaves)[:, None] > np.arange(1, early + late + 1)
    came = here & (rng.random((many, early + late)) < buys[:, None])
    x, after = came[:, :early].sum(axis=1), came[:, early:].sum(axis=1)
    t_x = np.where(x > 0, early - came[:, :early][:, ::-1].argmax(axis=1), 0)
    first = np.where(after > 0, came[:, early:].argmax(axis=1) + 1, np.inf)
    for cell in np.unique(np.stack([x, t_x]), axis=1).T.tolist():
        group = np.flatnonzero((x == cell[0]) & (t_x == cell[1]))
        known = (*cell, early)
        spread = 4.5 / np.sqrt(group.size)
        assert abs(after[group].mean() - TRUTH.expected_purchases(late, *known)[0]) < spread * max(
            after[group].std(), 0.1
        )
        assert abs(here[group, early - 1].mean() - TRUTH.p_alive(*known)[0]) < spread * 0.5
        assert abs((after[group] == 2).mean() - TRUTH.probability_of_n(2, late, *known)[0]) < spread * 0.5
        assert abs((first[group] == 2).mean() - TRUTH.next_purchase(*known).pmf(2)[0]) < spread * 0.5
    drawn = TRUTH.simulate(many, early, rng)
    assert abs(drawn.frequency.mean() - x.mean()) < 0.03 and abs(drawn.recency.mean() - t_x.mean()) < 0.03
    assert abs(drawn.frequency.mean() - float(TRUTH.expected_for_new_customer(early))) < 0.02


def test_truth_is_recovered_within_its_errors():
    rng = np.random.default_rng(2)
    offered = rng.integers(2, 13, 12_000)
    model = BGBB().fit(*TRUTH.simulate(12_000, offered, rng))
    assert model.converged_ and not model.prior_used_
    for place, (name, value) in enumerate(TRUTH.params_.items()):
        assert abs(np.log(model.params_[name] / value)) < 4 * np.sqrt(model.log_covariance_[place, place]), name


def test_weights_copies_and_order_change_nothing():
    seen = np.array(TRUTH.simulate(1500, 8, np.random.default_rng(4)))
    model = BGBB().fit(*seen)
    copied, weighted = BGBB().fit(*np.tile(seen, 4)), BGBB().fit(*seen[:, ::-1], weights=np.full(1500, 4))
    for other in (copied, weighted):
        assert other.params_ == pytest.approx(model.params_, rel=1e-6)
        assert other.log_likelihood_ == pytest.approx(4 * model.log_likelihood_, rel=1e-12)
        assert other.standard_errors_["delta"] == pytest.approx(model.standard_errors_["delta"] / 2, rel=1e-5)


def test_draws_carry_what_is_unsure():
    model = BGBB().fit(*TRUTH.simulate(400, 6, np.random.default_rng(8)))
    drawn = model.sample(5, *FIVE, 3000, np.random.default_rng(1))
    np.testing.assert_array_equal(drawn, model.sample(5, *FIVE, 3000, np.random.default_rng(1)))
    known = BGBB.from_parameters(model.params_).sample(5, *FIVE, 3000, np.random.default_rng(1))
    assert drawn.shape == (5, 3000) and drawn.min() == 0 and drawn.max() <= 5
    expected = model.expected_purchases(5, *FIVE)
    np.testing.assert_allclose(known.mean(axis=1), expected, atol=0.13)
    many = [np.full(500, column) for column in (2, 4, 6)]
    totals = [m.sample(5, *many, 300, np.random.default_rng(3)).sum(axis=0).std() for m in (model, BGBB.from_parameters(model.params_))]  # fmt: skip
    assert totals[0] > 1.3 * totals[1]  # sums over customers are unsure of the parameters, too


def test_columns_come_back_in_kind_and_models_are_kept(tmp_path):
    model = BGBB().fit(*TRUTH.simulate(2000, 6, np.random.default_rng(3)))
    frame = pd.DataFrame(FIVE.T, columns=["x", "t_x", "n"], index=list("abcde"))
    given = (frame["x"], frame["t_x"], frame["n"])
    for answer in (
        model.p_alive(*given),
        model.expected_purchases(3, *given),
        model.next_purchase(*given).quantile(0.2),
    ):
        assert isinstance(answer, pd.Series) and list(answer.index) == list("abcde")
    model.save(tmp_path / "model.json")
    again = Model.load(tmp_path / "model.json")
    np.testing.assert_array_equal(again.expected_purchases(9, *FIVE), model.expected_purchases(9, *FIVE))
    assert again.summary() == model.summary()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (([1.5], [2], [3]), "frequency must be a whole number"),
        (([1], [2], [1]), "recency lies after n"),
        (([3], [2], [5]), "frequency is above recency"),
        (([0], [2], [5]), "recency is above 0 without a purchase"),
        (([1, 2], [2, 2, 2], [5]), "differ in length"),
        (([1], [1], [2e6]), "too large"),
    ],
)
def test_errors_are_kind(columns, words):
    with pytest.raises(UsageError, match=words):
        BGBB().fit(*columns)


def test_a_model_that_knows_nothing_says_so():
    with pytest.raises(UsageError, match="call fit"):
        BGBB().p_alive(1, 1, 2)
    with pytest.raises(UsageError, match="whole number"):
        TRUTH.expected_purchases(1.5, 1, 1, 2)
    with pytest.raises(UsageError, match="together"):
        TRUTH.probability_of_n(1, 2, [1])
    nobody = BGBB().fit(np.zeros(300), np.zeros(300), np.full(300, 6))
    assert nobody.prior_used_ and "No customer has bought again" in nobody.warnings_[0]
    everybody = BGBB().fit(np.full(300, 6), np.full(300, 6), np.full(300, 6))
    assert everybody.prior_used_ and all(np.isfinite(list(everybody.params_.values()))) and everybody.warnings_


def test_more_opportunities_hardly_lower_the_chance_of_a_steady_donor():
    """Long histories stay exact: 10,000 opportunities, all used."""
    alive = TRUTH.p_alive([10_000, 5_000], [10_000, 9_990], 10_000)
    assert alive[0] == 1.0 and 0 < alive[1] < 1
    longer = [float(TRUTH.p_alive(5_000, 10_000 - gap, 10_000)[0]) for gap in (0, 1, 5, 30)]
    assert all(a > b for a, b in pairwise(longer))
