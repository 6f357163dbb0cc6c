"""Curves of acquisition: steps of a life table by hand, ranges that hold simulated truth, and the way beyond what was seen."""

from datetime import date, timedelta

import numpy as np
import pytest
from acquisition_shop import built, days_from, records, won
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import AS_OF

from lifeworth.insight.acquisition.ages import Sums, age_edges
from lifeworth.insight.acquisition.apart import keep_apart
from lifeworth.insight.acquisition.beyond import complete, doubt, go_on
from lifeworth.insight.acquisition.chain import FEWEST_SEEN, average_steps, draw_buckets
from lifeworth.insight.acquisition.curves import months_of, range_of
from lifeworth.insight.acquisition.payback import NEVER, first_month

EDGES = age_edges(120, ())


def sums_of(money, customers):
    """Sums of one bucket for each group: (groups, steps) of money and customers."""
    money, customers = (np.asarray(part, dtype=float)[:, None, :] for part in (money, customers))
    return Sums(EDGES, money, customers, money * 0)


def steps_of(money, customers, draws=3):
    return average_steps(sums_of(money, customers), np.ones((draws, 1)))


def test_edges_are_the_first_day_months_and_what_else_is_asked():
    assert age_edges(90, (365, 45)).tolist() == [0, 1, 30, 45, 60, 90, 365]
    assert months_of(age_edges(90, (45,))) == [(0, 1), (1, 2), (2, 4), (3, 5)]


def test_each_step_is_the_average_of_all_who_went_through_it():
    steps = steps_of([[100, 60, 30, 10, 8]], [[50, 40, 30, 20, 4]])
    assert steps.mean[0] == pytest.approx([2, 1.5, 1, 0.5, 2])
    assert steps.reach.tolist() == [3]


@hypothesis_settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 300), st.integers(-20, 60)), min_size=35, max_size=60))
def test_where_everybody_reached_an_age_the_curve_is_the_plain_average(people):
    """Customers won in one month long ago: the life table has nobody to leave out, so it must be the mean of the ledger."""
    start = date(2024, 1, 1)
    engine = built([won("a", start + timedelta(days=d), (age, float(profit))) for d, age, profit in people])
    for row in records(engine, "curves", where="grouped_by = 'channel' AND how = 'seen'"):
        edge = max(30 * row["month"], 1)
        plain = np.mean([20.0 + (profit if age < edge else 0) for _, age, profit in people])
        assert row["value_mean"] == pytest.approx(plain), row["month"]
    engine.close()


def test_steps_too_few_have_reached_go_on_as_the_bases_do():
    base = steps_of([[3000, 900, 600, 300, 150]], [[300] * 5])
    group = steps_of([[4000, 1200, 50, 5, 0]], [[200, 200, 10, 1, 0]])
    curves = complete(group, base, EDGES)
    brought, usual, prior = 1200, 200 * 3.0, FEWEST_SEEN * 3.0
    times = (brought + prior) / (usual + prior)
    assert curves.mean[0] == pytest.approx(np.cumsum([20, 6, 2 * times, 1 * times, 0.5 * times]))
    assert curves.reach.tolist() == [2]


def test_a_group_of_fewer_than_thirty_has_no_curve():
    curves = complete(steps_of([[400, 10, 5, 5, 5]], [[29] * 5]), steps_of([[900, 90, 60, 30, 30]], [[90] * 5]), EDGES)
    assert np.isnan(curves.mean).all() and np.isnan(curves.draws).all()


def test_beyond_the_base_the_purchase_model_leads_in_the_proportions_of_its_orders():
    base = steps_of([[600, 120, 60, 0, 0]], [[60, 60, 30, 10, 0]])
    led = go_on(base, np.array([0.0, 0.4, 0.4, 0.2, 0.1]), 0.0, np.zeros(3))
    assert led.mean[0] == pytest.approx([10, 2, 2, 1.0, 0.5])
    unknown = go_on(base, np.full(5, np.nan), 0.0, np.zeros(3))
    assert np.isnan(unknown.mean[0, 3:]).all() and not np.isnan(unknown.mean[0, :3]).any()


def test_doubt_about_the_next_newcomers_spares_what_was_seen_of_the_last():
    base = steps_of([[3000, 900, 600, 300, 150]], [[300] * 5], draws=2)
    cohorts = steps_of([[3000, 900, 600, 3, 3]] * 2, [[300, 300, 300, 2, 2]] * 2, draws=2)
    curves = complete(cohorts, base, EDGES)
    doubted = doubt(curves, np.array([True, False]), 0.2, np.array([1.0, -1.0]))
    factor = np.exp(0.2 - 0.02)
    assert doubted.draws[0, 0] == pytest.approx(curves.draws[0, 0] * factor)
    assert doubted.draws[0, 1, :3] == pytest.approx(curves.draws[0, 1, :3])
    ahead = curves.draws[0, 1, 3:] - curves.draws[0, 1, 2]
    assert doubted.draws[0, 1, 3:] == pytest.approx(curves.draws[0, 1, 2] + ahead * factor)


@hypothesis_settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 60), min_size=4, max_size=4), min_size=1, max_size=6),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_no_step_of_a_curve_gives_away_fewer_than_ten_people(rows, spent):
    people = np.sort(np.array(rows, dtype=float))[:, ::-1]
    paid = [row for row in range(len(rows)) if spent[row]]
    free = [row for row in range(len(rows)) if not spent[row]]
    customers = np.vstack([people, people[paid].sum(axis=0)])
    reach = (customers >= FEWEST_SEEN).sum(axis=1)
    kept = keep_apart(customers, reach, [paid, free], len(rows))
    assert (kept <= reach).all()
    for step in range(4):
        hidden = [sum(people[row, step] for row in part if kept[row] <= step) for part in (paid, free)]
        assert sum(hidden) == 0 or sum(hidden) >= 10 or not any(kept[: len(rows)] > step)
        if kept[-1] > step:
            assert all(count == 0 or count >= 10 for count in hidden)


@pytest.mark.parametrize(
    ("curve", "price", "month"),
    [([5, 9, 12], 9, 1), ([5, 9, 12], 12.01, NEVER), ([5, 4, 6], 5, 0), ([-5, -4, -1], 0, NEVER), ([-5, 0, 1], 0, 1)],
)
def test_the_first_month_that_reaches_the_price(curve, price, month):
    assert first_month(np.array(curve, dtype=float), np.arange(3), price) == month


def test_young_shops_are_led_on_by_the_purchase_model_and_say_so():
    rng = np.random.default_rng(7)
    people = []
    for place in range(900):
        first = AS_OF - timedelta(days=int(rng.integers(1, 240)))
        ages = np.cumsum(rng.exponential(1 / max(rng.gamma(0.6, 1 / 60), 1e-6), 12)).astype(int)
        alive = np.cumprod(rng.uniform(size=12) > 0.22)
        known = (AS_OF - first).days
        kept = dict.fromkeys(int(a) for a, ok in zip(ages, alive, strict=True) if ok and 0 < a < known)
        people.append(won(f"c{place % 2}", first, *((age, 10.0) for age in kept)))
    engine = built(people, [(date(2025, 1, 5), "c0", 4000)])
    rows = {row["horizon_days"]: row for row in records(engine, "values", where="member = 'all channels'")}
    assert (rows[90]["how"], rows[180]["how"], rows[365]["how"]) == ("seen", "seen", "predicted")
    # A purchase process with these rates and this dropout makes 1.9 repeat orders in a year on average.
    truth = 20 + 10 * _repeats(365)
    assert rows[365]["value_low"] < truth < rows[365]["value_high"]
    assert rows[365]["value_mean"] == pytest.approx(truth, rel=0.15)
    wide = [(row["value_high"] - row["value_low"]) / row["value_mean"] for row in (rows[180], rows[365])]
    assert wide[1] > wide[0]


def _repeats(days, people=200_000):
    """Expected repeat purchase days in so many days, by brute force."""
    rng = np.random.default_rng(8)
    rate = np.maximum(rng.gamma(0.6, 1 / 60, people), 1e-6)
    at, total, alive = np.zeros(people), 0.0, np.ones(people, dtype=bool)
    for _ in range(60):
        alive &= rng.uniform(size=people) > 0.22
        at = at + rng.exponential(1 / rate)
        total += float((alive & (at < days)).sum())
    return total / people


# --- coverage


def simulated(rng, customers, months):
    """Skewed, zero-heavy profit of newcomers who joined evenly over two years, seen until the end of it; six groups alike."""
    ages = rng.integers(1, 730, customers)
    group = rng.integers(0, 6, customers)
    worth = rng.gamma(0.5, 2.0, customers)
    bucket = rng.integers(0, 200, customers)
    money, people = np.zeros((6, 200, months)), np.zeros((6, 200, months))
    for step in range(months):
        seen = ages >= 30 * (step + 1)
        bought = rng.poisson(0.25 * worth * 0.93**step) * rng.lognormal(2.0, 0.8, customers) * 0.4
        np.add.at(money, (group[seen], bucket[seen], step), bought[seen])
        np.add.at(people, (group[seen], bucket[seen], step), 1.0)
    return Sums(np.arange(months + 1) * 30, money, people, money * 0)


def _cover(repeats, customers, level=0.9, months=12):
    truth = sum(0.25 * 0.93**step for step in range(months)) * np.exp(2.0 + 0.32) * 0.4
    rng, drawn, inside = np.random.default_rng(11), draw_buckets(200, 3), 0
    for _ in range(repeats):
        steps = average_steps(simulated(rng, customers, months), drawn)
        mean, draws = steps.mean.cumsum(axis=1)[:, -1], steps.draws.cumsum(axis=2)[:, :, -1]
        for group in range(6):
            low, high = range_of(float(mean[group]), draws[:, group], level)
            inside += low <= truth <= high
    return inside / (6 * repeats)


def test_ranges_hold_the_truth_as_often_as_they_say():
    """Binomial band of 360 ranges at 90 % is 0.859 to 0.941; skewed sums of some 400 customers a group may lose a little."""
    assert 0.84 <= _cover(60, 2400) <= 0.945


@pytest.mark.study
@pytest.mark.parametrize(("customers", "low"), [(600, 0.80), (2400, 0.86), (12000, 0.875)])
def test_study_of_coverage_by_size(customers, low):
    assert low <= _cover(500, customers) <= 0.925


def test_the_break_even_channel_is_rarely_said_to_earn_or_to_lose():
    """Channels whose newcomers bring exactly what they cost: at level 0.8 a false verdict in at most a fifth of the shops."""
    from lifeworth.insight.acquisition.verdicts import UNKNOWN, PerEuro, judge

    truth = sum(0.25 * 0.93**step for step in range(12)) * np.exp(2.32) * 0.4
    rng, drawn, false = np.random.default_rng(12), draw_buckets(200, 3), 0
    for _ in range(80):
        steps = average_steps(simulated(rng, 2400, 12), drawn)
        found = {}
        for group in range(6):
            draws = steps.draws.cumsum(axis=2)[:, group, -1] / truth
            mean = float(steps.mean.cumsum(axis=1)[group, -1] / truth)
            found[group] = PerEuro(mean - 1, *(end - 1 for end in range_of(mean, draws, 0.8)), draws - 1)
        false += any(said != UNKNOWN for said in judge(found, 0.2).values())
    # 0.2 of 80 shops is 16; the upper end of the 99.9 % band of such a count is 28.
    assert false <= 28


def test_newcomers_of_a_business_already_running_are_not_called_new():
    old = [won("a", day, (30, 50.0)) for day in days_from(date(2023, 1, 1), 80)] * 6
    new = [won("a", day, (30, 5.0)) for day in days_from(date(2023, 3, 26), 500)]
    engine = built([*old, *new])
    year = [row for row in records(engine, "values", where="member = 'a'") if row["horizon_days"] == 90]
    assert year[0]["value_mean"] == pytest.approx(25.0)
