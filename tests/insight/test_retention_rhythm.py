"""The rhythm: regularity, rates, the next gap, and whether the score means what it says where the truth is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from retention_shop import shared, simulate_days
from scipy.integrate import quad
from scipy.special import gammaln
from scipy.stats import gamma, rankdata

from lifeworth.insight.retention.rhythm import Days, Histories, Rhythm, learn_rhythm
from lifeworth.insight.retention.rhythm.gaps import (
    chance_to_come,
    gap_quantile,
    orders_after_return,
    overdue,
    share_above_on_a_day,
)
from lifeworth.insight.retention.rhythm.held import hold_against_past_day, hold_against_waits, tell_apart
from lifeworth.insight.retention.rhythm.leaving import chance_there, fit_leaving, log_likelihood, outlasts
from lifeworth.insight.retention.rhythm.regularity import estimate_regularity, last_two_gaps, regularity_of
from lifeworth.maths import bg_nbd
from lifeworth.models import BGNBD
from lifeworth.store.duckdb.engine import DuckDB

KNOWN = Rhythm(k=2.0, r=0.8, alpha=20.0, a=0.7, b=2.5, at_once=False, customers=0, log_likelihood=0)


def auc(score, positive):
    ranks, count = rankdata(score), positive.sum()
    return (ranks[positive].mean() - (count + 1) / 2) / (len(score) - count)


def days_of(path, customer, moment, end, where="TRUE"):
    """Purchase days of a real file up to a day."""
    engine = DuckDB(threads=1)
    read = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    found = engine.arrays(
        f"""SELECT dense_rank() OVER (ORDER BY who) - 1 AS who, ago FROM (
              SELECT DISTINCT "{customer}" AS who, "{moment}"::DATE - DATE '{end}' AS ago FROM {read}('{path}')
              WHERE {where} AND "{moment}"::DATE < DATE '{end}') ORDER BY who, ago"""
    )
    who, ago = (np.asarray(np.ma.filled(found[name], 0)) for name in ("who", "ago"))
    return Days(who.astype(np.int64), ago.astype(float), np.ones(len(who)))


@pytest.fixture(scope="module")
def grocery():
    """In weeks; purchases of the last day of the calibration count, and time ends on it."""
    days = days_of(shared("grocery/elog.csv"), "cust", "date", "2007-01-01")
    return Days(days.customer, (days.day + 1) / 7, days.money)


# --- proof from outside


def test_regularity_of_the_grocery_is_that_of_btydplus():
    """BTYDplus, estimateRegularity(groceryElog): 1.827283; it draws by lot which of the two gaps comes first."""
    days = days_of(shared("grocery/elog.csv"), "cust", "date", "2008-01-01")
    found = estimate_regularity(*last_two_gaps(days))
    assert found.pairs == 779
    assert found.k == pytest.approx(1.827283, rel=1e-4)


@pytest.mark.parametrize(
    ("k", "at_once", "parameters", "told"),
    [
        (1, False, (0.348592, 2.580938, 0.5038262, 3.644363), -15836.5662),
        (1, True, (1.256791, 6.038476, 0.3682515, 0.7157352), -15781.9394),
        (2, False, (0.359061, 1.129387, 0.5228132, 2.785341), -15054.1729),
        (2, True, (1.329197, 2.8126, 0.4247156, 0.7900402), -14978.2107),
    ],
)
def test_the_grocery_has_the_likelihood_and_parameters_of_btydplus(grocery, k, at_once, parameters, told):
    """BTYDplus 1.2.0, weeks, calibration to 2006-12-31: (M)BG/CNBD-k."""
    seen, gaps = grocery.histories(), np.diff(grocery.day)[np.diff(grocery.customer) == 0]
    of_k = float(((k - 1) * np.log(gaps)).sum() - len(gaps) * gammaln(k))
    theirs = Rhythm(float(k), *parameters, at_once, 0, 0)
    assert len(seen) == 1525 and seen.x.sum() == 5569
    assert log_likelihood(theirs, seen.x, seen.t_x, seen.T).sum() + of_k == pytest.approx(told, abs=2e-3)
    ours = fit_leaving(seen, float(k), at_once=at_once)
    assert (ours.r, ours.alpha, ours.a, ours.b) == pytest.approx(parameters, rel=0.02)
    assert ours.log_likelihood + of_k == pytest.approx(told, abs=0.02)


def test_with_chance_gaps_it_is_bg_nbd():
    rhythm = replace(KNOWN, k=1.0)
    x, t_x, T = np.array([0.0, 0, 1, 7, 40]), np.array([0.0, 0, 30, 200, 390]), np.array([10.0, 400, 200, 380, 400])
    plain = bg_nbd.BGNBDParameters(0.8, 20.0, 0.7, 2.5)
    assert log_likelihood(rhythm, x, t_x, T) == pytest.approx(bg_nbd.log_likelihood_rows(plain, x, t_x, T), rel=1e-10)
    there = chance_there(rhythm, x, outlasts(rhythm, x, t_x, T - t_x))
    assert there == pytest.approx(bg_nbd.p_alive_rows(plain, x, t_x, T), rel=1e-9)
    model = BGNBD.from_parameters({"r": 0.8, "alpha": 20.0, "a": 0.7, "b": 2.5})
    expected = model.expected_purchases(365.0, x + 1, T, T)
    assert orders_after_return(rhythm, x, T, 365.0) == pytest.approx(expected, rel=2e-3)


# --- the next gap, by other means


@pytest.mark.parametrize("k", [0.6, 1.0, 2.5])
@pytest.mark.parametrize(("x", "t_x", "silence"), [(0, 0, 30), (3, 120, 60), (20, 700, 90)])
def test_the_chance_to_outlast_a_silence_is_the_average_over_the_rate(k, x, t_x, silence):
    rhythm = replace(KNOWN, k=k)
    rate = gamma(rhythm.r + k * x, scale=1 / (rhythm.alpha + t_x))
    average, _ = quad(lambda lam: gamma.sf(silence * lam, k) * rate.pdf(lam), 0, rate.ppf(1 - 1e-12), limit=200)
    assert outlasts(rhythm, *(np.array([float(v)]) for v in (x, t_x, silence)))[0] == pytest.approx(average, rel=1e-4)


def test_sixty_silent_days_are_nothing_twice_a_year_and_an_alarm_every_week():
    x, t_x = np.array([6.0, 150.0]), np.array([1095.0, 1095.0])
    rare, weekly = overdue(KNOWN, x, t_x, np.array([60.0, 60.0]))
    assert rare < 0.2 and weekly > 0.999


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    k=st.floats(0.4, 6), x=st.integers(0, 80), t_x=st.integers(1, 900), q=st.floats(0.02, 0.98), more=st.floats(1.01, 4)
)
def test_the_score_rises_with_silence_and_the_quantile_undoes_it(k, x, t_x, q, more):
    rhythm, count = replace(KNOWN, k=k), np.array([float(x)])
    span = np.array([float(t_x if x else 0)])
    wait = gap_quantile(rhythm, count, span, q)
    assert overdue(rhythm, count, span, wait)[0] == pytest.approx(q, abs=1e-8)
    assert overdue(rhythm, count, span, wait * more)[0] > q
    assert overdue(rhythm, count, span * more + 1, wait)[0] < q + 1e-12
    longer = Histories(count, span, span + wait)
    chances = [chance_to_come(rhythm, longer, ahead)[0] for ahead in (30.0, 365.0)]
    assert 0 <= chances[0] <= chances[1] <= 1


@pytest.mark.parametrize("at_once", [False, True])
def test_orders_after_a_return_are_those_of_simulated_customers(at_once):
    rhythm, rng, many = replace(KNOWN, k=3.0, at_once=at_once), np.random.default_rng(3), 40_000
    x, T = 4.0, 300.0
    rate = rng.gamma(rhythm.r + 3 * (x + 1), 1 / (rhythm.alpha + T), many)
    leaving = rng.beta(rhythm.a, rhythm.b + x + at_once, many)
    now, there, orders = np.zeros(many), np.ones(many, bool), np.zeros(many)
    while there.any():
        there &= rng.random(many) >= leaving
        now = now + rng.gamma(3.0, 1, many) / rate
        there &= now <= 365
        orders += there
    found = orders_after_return(rhythm, np.array([x]), np.array([T]), 365.0)[0]
    assert found == pytest.approx(orders.mean(), abs=4 * orders.std() / np.sqrt(many))


def test_share_above_a_score_on_a_day_is_that_of_renewals():
    assert share_above_on_a_day(1.0, 0.9) == pytest.approx(0.1)
    rng = np.random.default_rng(1)
    gaps = rng.gamma(3.0, 1 / 3.0, (4_000, 60))
    ends = np.cumsum(gaps, axis=1)
    asked = 20 + 10 * rng.random(4_000)
    age = asked - np.where(ends <= asked[:, None], ends, 0).max(axis=1)
    line = gamma.ppf(0.9, 3) / 3
    assert (age > line).mean() == pytest.approx(share_above_on_a_day(3.0, 0.9), abs=0.01)


# --- shops of a known rhythm


@pytest.mark.parametrize("k", [1.0, 3.0])
def test_in_simulated_shops_the_score_means_what_it_says(k):
    days, left = simulate_days(5_000, k)
    regularity = regularity_of(days)
    assert regularity.low - 0.1 * k <= k <= regularity.high + 0.1 * k
    rhythm = learn_rhythm(days, regularity)
    assert not rhythm.at_once
    assert rhythm.r == pytest.approx(0.6, rel=0.15)
    passed = {p.score: p for p in hold_against_waits(days, rhythm, 0.9)}
    assert passed[0.9].share == pytest.approx(0.1, abs=0.02)
    assert passed[0.5].share == pytest.approx(0.5, abs=0.03)
    seen = days.histories()
    score = overdue(rhythm, seen.x, seen.t_x, seen.silence)
    known = ~left & (seen.x > 0)
    assert (score[known] > 0.9).mean() == pytest.approx(share_above_on_a_day(k, 0.9), abs=0.025)
    assert auc(score, left) > auc(seen.silence, left) + 0.08
    there = chance_there(rhythm, seen.x, outlasts(rhythm, seen.x, seen.t_x, seen.silence))
    assert there.mean() == pytest.approx((~left).mean(), abs=0.04)


@pytest.mark.parametrize("k", [1.0, 3.0])
def test_a_past_day_expects_as_many_as_came(k):
    days, _ = simulate_days(4_000, k, seed=2)
    for band in hold_against_past_day(days, 182, learn_rhythm(days.before(-182.0)), 0.8).bands:
        error = np.sqrt(band.customers * 0.25)
        assert band.came == pytest.approx(band.expected, abs=4 * error + 0.03 * band.customers)


def test_whether_a_score_tells_anything_is_held_against_chance():
    rng, inside = np.random.default_rng(1), 0
    for _ in range(300):
        score, away = rng.random(200).round(1), rng.random(200) < 0.4
        told = tell_apart(score, away, 0.8)
        inside += told.low <= 0.5 <= told.high
    assert 0.72 <= inside / 300 <= 0.88
    assert tell_apart(np.array([0.9, 0.8, 0.1]), np.array([True, True, False]), 0.8).share == 1.0
    assert tell_apart(np.ones(3), np.ones(3, bool), 0.8) is None
    days, _ = simulate_days(3_000, seed=4)
    told = hold_against_past_day(days, 182, learn_rhythm(days.before(-182.0)), 0.8).told
    assert told.low > 0.6


def test_what_came_after_a_past_day_is_not_known_on_it():
    days, _ = simulate_days(500, seed=3)
    known = days.day < -182
    cut = Days(days.customer[known], days.day[known] + 182, days.money[known])
    recoded = Days(np.unique(cut.customer, return_inverse=True)[1].astype(np.int64), cut.day, cut.money)
    ours = days.before(-182.0)
    for name in ("customer", "day", "money"):
        assert getattr(ours, name).tolist() == getattr(recoded, name).tolist()


def test_days_are_scaled_with_their_unit():
    days, _ = simulate_days(1_500, 2.0)
    weeks = Days(days.customer, days.day / 7, days.money)
    k = regularity_of(days).k
    by_day, by_week = (fit_leaving(d.histories(), k, at_once=False) for d in (days, weeks))
    assert by_week.alpha * 7 == pytest.approx(by_day.alpha, rel=1e-3)
    seen = days.histories()
    scores = overdue(by_day, seen.x, seen.t_x, seen.silence)
    assert overdue(by_week, seen.x, seen.t_x / 7, seen.silence / 7) == pytest.approx(scores, abs=1e-3)


def test_too_few_customers_teach_no_rhythm():
    few, _ = simulate_days(25)
    assert learn_rhythm(few) is None
    nobody = Days(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    assert learn_rhythm(nobody) is None
    assert regularity_of(nobody).k == 1.0 and regularity_of(nobody).pairs == 0


# --- real customers at past cuts


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param("2011-03-01", marks=pytest.mark.study),
        pytest.param("2011-07-01", marks=pytest.mark.study),
        "2011-12-10",
    ],
)
def test_the_wholesalers_waits_pass_the_score_as_often_as_they_should(cut):
    path = shared("online_retail_ii/online_retail_ii.parquet")
    engine = DuckDB(threads=1)
    columns = [row["column_name"] for row in engine.records(f"DESCRIBE SELECT * FROM read_parquet('{path}')")]
    names = {name.lower().replace(" ", "").replace("_", ""): name for name in columns}
    where = (
        f"""NOT "{names["invoice"]}" LIKE 'C%' AND "{names["customerid"]}" IS NOT NULL AND "{names["quantity"]}" > 0"""
    )
    days = days_of(path, names["customerid"], names["invoicedate"], cut, where=where)
    rhythm = learn_rhythm(days, regularity_of(days))
    passed = {p.score: p for p in hold_against_waits(days, rhythm, 0.8)}
    assert passed[0.9].waits > 5_000
    assert passed[0.9].share == pytest.approx(0.1, abs=0.045)
    assert passed[0.5].share == pytest.approx(0.5, abs=0.06)
    assert passed[0.95].share == pytest.approx(0.05, abs=0.04)
