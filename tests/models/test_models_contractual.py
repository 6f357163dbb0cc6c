"""Contracts: Fader and Hardie's numbers, lifetimes of simulated contracts, bills counted by hand."""

import math
from datetime import date

import numpy as np
import pytest
from scipy.special import betaln

from lifeworth.errors import UsageError
from lifeworth.models.contractual import Book, ContractModel, ShiftedBetaGeometric
from lifeworth.models.contractual.anniversaries import anniversary, month_and_part, whole_months
from lifeworth.models.contractual.life_table import LifeTable, count_months, drawn_to
from lifeworth.models.contractual.relative_risk import relative_risks
from lifeworth.models.contractual.survival import learn_survival

# Fader, Hardie (2007), table 1: percent of 1,000 customers who are left after each year.
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
NEVER = np.datetime64("NaT", "D")


def life_table(percent):
    left = np.array(percent) * 10.0
    return left[:-1], left[:-1] - left[1:]


@pytest.mark.parametrize(
    ("percent", "alpha", "beta", "likelihood", "survival", "actual"),
    [
        (REGULAR, 0.704, 1.182, -1680.3, [22.01, 20.44, 19.12, 17.99, 17.00], [22.3, 20.7, 19.4, 18.3, 17.3]),
        (HIGH_END, 0.668, 3.806, -1611.2, [46.04, 43.58, 41.42, 39.51, 37.80], [46.8, 44.5, 42.7, 40.9, 39.4]),
    ],
)
def test_the_numbers_of_fader_and_hardie(percent, alpha, beta, likelihood, survival, actual):
    model = ShiftedBetaGeometric().fit(*life_table(percent))
    assert model.params_["alpha"] == pytest.approx(alpha, abs=6e-4)
    assert model.params_["beta"] == pytest.approx(beta, abs=6e-4)
    assert model.log_likelihood_ == pytest.approx(likelihood, abs=0.06)
    found = 100 * model.survival(np.arange(8, 13))
    np.testing.assert_allclose(found, survival, atol=0.006)
    assert np.abs(found - actual).max() < 1.7
    assert model.converged_ and not model.prior_used_ and model.gradient_norm_ < 1e-6


def test_the_likelihood_is_the_papers_and_its_peak_a_peak():
    """Equations 5 to 7 written with beta functions, by cohort, not by period."""
    left = np.array(HIGH_END) * 10.0

    def plain(alpha, beta):
        periods = np.arange(1, len(left))
        ends = betaln(alpha + 1, beta + periods - 1) - betaln(alpha, beta)
        return float(
            (left[:-1] - left[1:]) @ ends + left[-1] * (betaln(alpha, beta + periods[-1]) - betaln(alpha, beta))
        )

    model = ShiftedBetaGeometric().fit(*life_table(HIGH_END))
    alpha, beta = model.params_["alpha"], model.params_["beta"]
    assert model.log_likelihood_ == pytest.approx(plain(alpha, beta), rel=1e-9)
    assert all(plain(alpha, beta) > plain(alpha * a, beta * b) for a in (0.99, 1, 1.01) for b in (0.99, 1, 1.01) if (a, b) != (1, 1))  # fmt: skip
    assert 1 - model.churn(np.arange(1, 4)) == pytest.approx(model.survival([1, 2, 3]) / model.survival([0, 1, 2]))


def test_shifted_beta_geometric_finds_what_drew_the_contracts():
    truth = ShiftedBetaGeometric.from_parameters({"alpha": 0.8, "beta": 6.0})
    ends = truth.simulate(20_000, np.random.default_rng(3))
    assert (ends >= 1).all() and float((ends > 6).mean()) == pytest.approx(float(truth.survival([6])[0]), abs=0.01)
    at_risk = np.array([(ends >= month).sum() for month in range(1, 25)], float)
    lost = np.array([(ends == month).sum() for month in range(1, 25)], float)
    model = ShiftedBetaGeometric().fit(at_risk, lost)
    for name, value in {"alpha": 0.8, "beta": 6.0}.items():
        spread = model.standard_errors_[name]
        assert abs(model.params_[name] - value) < 4 * spread, name


def test_without_any_end_the_estimate_stays_finite_and_says_so():
    model = ShiftedBetaGeometric().fit([50.0, 40.0, 30.0], [0.0, 0.0, 0.0])
    assert model.prior_used_ and np.isfinite(model.survival([24])).all() and model.warnings_
    with pytest.raises(UsageError, match="lost is above at_risk in period 2"):
        ShiftedBetaGeometric().fit([5.0, 3.0], [1.0, 4.0])


def days(*texts):
    return np.array([text or "NaT" for text in texts], dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("began", "day", "whole", "month", "part"),
    [
        ("2024-01-31", "2024-02-29", 1, 1, 1.0),
        ("2024-01-31", "2024-03-30", 1, 2, 30 / 31),
        ("2024-01-31", "2024-03-31", 2, 2, 1.0),
        ("2023-01-30", "2023-02-28", 1, 1, 1.0),
        ("2024-01-10", "2024-01-10", 0, 0, 1.0),
        ("2024-01-10", "2024-02-09", 0, 1, 30 / 31),
        ("2024-02-29", "2025-02-28", 12, 12, 1.0),
    ],
)
def test_months_are_counted_from_the_first_day(began, day, whole, month, part):
    a, b = days(began), days(day)
    assert whole_months(a, b).tolist() == [whole]
    found, over = month_and_part(a, b)
    assert (found.tolist(), over.tolist()) == ([month], pytest.approx([part]))
    assert anniversary(a, np.array([whole]))[0] <= b[0] < anniversary(a, np.array([whole + 1]))[0]


def book(rows, day="2024-01-01", customers=None):
    """Rows of (customer, plan, months, bill, began, ended, leaves)."""
    who, plan, months, bill, began, ended, leaves = zip(*rows, strict=True)
    return Book(
        np.datetime64(day, "D"), customers or max(who) + 1, np.array(who), np.array(plan), np.array(months),
        np.array(bill, float), days(*began), days(*ended), days(*leaves),
    )  # fmt: skip


def test_the_life_table_counts_only_months_that_were_watched():
    found, parts = count_months(
        book([
            (0, 0, 1, 5, "2023-09-15", "2023-11-15", None),  # ends with its second month
            (1, 0, 1, 5, "2023-09-15", "2023-12-01", None),  # ends in its third
            (2, 0, 1, 5, "2023-10-20", None, None),  # two months watched
            (3, 0, 1, 5, "2023-12-10", "2023-12-20", None),  # ends in a month the day cuts short
        ]),
        np.zeros(4, dtype=np.int64), 1,
    )  # fmt: skip
    assert found.at_risk.tolist() == [[3, 3, 1]] and found.lost.tolist() == [[0, 1, 1]]
    assert parts.tolist() == pytest.approx([16 / 30, 1.0])


def test_counts_are_drawn_to_the_curve_less_the_more_there_are():
    curve = np.full(3, 0.1)
    few = drawn_to(LifeTable(np.array([[10.0, 8.0]]), np.array([[2.0, 0.0]])), curve)
    many = drawn_to(LifeTable(np.array([[1e5, 8e4]]), np.array([[2e4, 0.0]])), curve)
    assert abs(many[0] - 0.2) < 0.001 < abs(few[0] - 0.2) and many[1] < 0.001
    assert few[2] == many[2] == pytest.approx(0.1)


def test_plans_differ_as_far_as_their_counts_say():
    assert relative_risks(np.array([7.0]), np.array([1.0])).tolist() == [1.0]
    alike = relative_risks(np.array([101.0, 99.0]), np.array([100.0, 100.0]))
    apart = relative_risks(np.array([400.0, 50.0, 2.0]), np.array([200.0, 100.0, 1.0]))
    assert np.abs(alike - 1).max() < 0.005
    assert apart[0] == pytest.approx(2.0, abs=0.05) and apart[1] == pytest.approx(0.5, abs=0.05) and 1 < apart[2] < 1.7


def sure(day="2024-01-01", extra=()):
    """Contracts of which so many were watched so long without an end that hardly any is expected."""
    rows = [(n, 0, 1, 10, "2022-01-15", None, None) for n in range(3000)]
    return book(rows + [(3000 + k, *row) for k, row in enumerate(extra)], day)


@pytest.mark.parametrize(
    ("row", "orders", "money"),
    [
        ((0, 1, 10.0, "2022-06-15", None, None), 3, 30.0),
        ((0, 1, 10.0, "2022-06-15", None, "2024-02-15"), 1, 10.0),  # called off: known to run until then
        ((0, 1, 10.0, "2022-06-15", "2023-06-15", None), 0, 0.0),
        ((0, 12, 120.0, "2022-06-15", None, None), 0, 0.0),  # its year ends in June
        ((0, 12, 120.0, "2022-03-01", None, None), 1, 120.0),
        ((0, 3, 30.0, "2022-01-31", None, None), 1, 30.0),
        ((0, 1, 10.0, "2022-01-01", None, None), 3, 30.0),  # a bill of this very day is still to come
    ],
)
def test_bills_due_are_those_of_the_calendar(row, orders, money):
    known = sure(extra=[row])
    said = ContractModel().fit(known, 90).predict(known, 90)
    assert said.orders[-1] == pytest.approx(orders, rel=0.01, abs=0.02)
    assert said.revenue[-1] == pytest.approx(money, rel=0.01, abs=0.1)
    assert said.chance[-1] == pytest.approx(1.0 if orders else 0.0, abs=0.03)


def test_contracts_that_bill_on_one_day_are_one_order():
    two = [(0, 1, 10.0, "2022-06-15", None, None)]
    known = sure(extra=two)
    doubled = book([(0, 0, 1, 10, "2022-06-15", None, None), (0, 0, 1, 10, "2022-06-15", None, None),
                    *[(n, 0, 1, 10, "2022-01-15", None, None) for n in range(1, 3000)]])  # fmt: skip
    one, both = (ContractModel().fit(b, 90).predict(b, 90) for b in (known, doubled))
    assert both.orders[0] == pytest.approx(one.orders[-1], rel=0.01)
    assert both.revenue[0] == pytest.approx(2 * one.revenue[-1], rel=0.01)


def simulated(seed, churn=0.06, customers=4000, day=date(2024, 1, 1), more=0.0):
    """Monthly contracts begun over two years, that end with one churn on their anniversaries, and again at random."""
    rng = np.random.default_rng(seed)
    now, rows, came = np.datetime64(day, "D"), [], np.zeros(customers)
    for customer in range(customers):
        starts = [int(rng.integers(-720, 0))]
        starts += [int(s) for s in rng.uniform(starts[0], 90, rng.poisson(more * (90 - starts[0]) / 30))]
        for start in sorted(starts):
            bill, lasts = float(rng.integers(5, 50)), int(rng.geometric(churn))
            began = now + np.timedelta64(start, "D")
            ended = anniversary(np.array([began]), np.array([lasts]))[0]
            due = anniversary(np.full(lasts, began), np.arange(lasts))
            came[customer] += bill * int(((due >= now) & (due < now + np.timedelta64(90, "D"))).sum())
            if began < now:
                rows.append((customer, 0, 1, bill, str(began), str(ended) if ended < now else None, None))
    return book(rows, str(day), customers), came


@pytest.mark.parametrize(("churn", "more"), [(0.03, 0.0), (0.12, 0.0), (0.06, 0.05)])
def test_totals_of_simulated_contracts_come_true(churn, more):
    known, came = simulated(5, churn, more=more)
    said = ContractModel().fit(known, 90).predict(known, 90)
    assert said.revenue.sum() == pytest.approx(came.sum(), rel=0.03)
    for tenth in np.array_split(np.argsort(said.revenue), 5)[1:]:
        assert said.revenue[tenth].sum() == pytest.approx(came[tenth].sum(), rel=0.12, abs=0.01 * came.sum())


def test_simulated_survival_is_found_by_plan():
    rng = np.random.default_rng(2)
    rows = []
    for n in range(6000):
        plan = n % 2
        start, lasts = (
            np.datetime64("2024-01-01") - np.timedelta64(int(rng.integers(1, 700)), "D"),
            int(rng.geometric((0.04, 0.10)[plan])),
        )
        ended = anniversary(np.array([start]), np.array([lasts]))[0]
        rows.append((n, plan, 1, 10, str(start), str(ended) if ended < np.datetime64("2024-01-01") else None, None))
    found = learn_survival(book(rows), 12)
    for plan, churn in enumerate((0.04, 0.10)):
        assert float(found.reached(1, plan, np.array([6]))[0]) == pytest.approx((1 - churn) ** 6, abs=0.025)


def test_slices_row_order_and_units_change_nothing(monkeypatch):
    known, _ = simulated(7, customers=300, more=0.05)
    whole = ContractModel().fit(known, 90).predict(known, 90)
    monkeypatch.setattr("lifeworth.models.contractual.contract_model.AT_ONCE", 70)
    sliced = ContractModel().fit(known, 90).predict(known, 90)
    for part in ("chance", "orders", "revenue"):
        np.testing.assert_allclose(getattr(sliced, part), getattr(whole, part), rtol=1e-12)
    cents = Book(**{**known.__dict__, "bill": known.bill * 100})
    in_cents = ContractModel().fit(cents, 90).predict(cents, 90)
    np.testing.assert_allclose(in_cents.revenue, whole.revenue * 100, rtol=1e-7)
    np.testing.assert_allclose(in_cents.orders, whole.orders, rtol=1e-7)


def test_customers_without_a_contract_are_left_to_others():
    known = book([(1, 0, 1, 10, "2023-06-15", None, None)], customers=3)
    said = ContractModel().fit(known, 30).predict(known, 30)
    assert known.has_contract.tolist() == [False, True, False]
    assert said.revenue[[0, 2]].tolist() == [0.0, 0.0] and said.revenue[1] > 5
    assert all(math.isfinite(x) for x in said.orders)
