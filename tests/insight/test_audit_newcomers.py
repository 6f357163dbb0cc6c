"""Newcomers to come: what the model knows of counts, how data that begin in the middle of a business are told, and floors."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from audit_shop import built, draw_shop, table
from insight_shop import plain_frame

from lifeworth.insight.audit.arrivals.beginning import Beginning, share_true
from lifeworth.insight.audit.arrivals.floors import MEAN, SAME_MONTH, floors
from lifeworth.insight.audit.arrivals.forecast import Arrivals, draw_rates, expect, forecast_arrivals, settled, why_not
from lifeworth.insight.audit.arrivals.past import MODEL, Held, choose, total_ahead
from lifeworth.insight.audit.arrivals.process import Counted, look_ahead
from lifeworth.insight.audit.months import calendar_of, months_before

AS_OF = date(2025, 7, 1)


def counted(newcomers, share=None):
    newcomers = np.asarray(newcomers, dtype=float)
    months = len(newcomers)
    return Counted(
        np.arange(months),
        np.full(months, 365 / 12),
        newcomers,
        np.ones(months) if share is None else np.asarray(share, dtype=float),
    )


def forecast(newcomers) -> Arrivals:
    months = len(newcomers)
    calendar = calendar_of(months_before(AS_OF, months), AS_OF)
    beginning = Beginning(
        np.asarray(newcomers, dtype=float), np.zeros(months), np.full(months, 365 / 12), np.arange(months) * 30.0 + 15, np.zeros((months, 1), dtype=np.int64)
    )  # fmt: skip
    return forecast_arrivals(beginning, calendar, replace(plain_frame(), first_day=calendar.first_day))


def spread(ahead, month):
    variance = np.diagonal(ahead.covariance, axis1=1, axis2=2)[:, month]
    return float(np.sqrt(ahead.weight @ (variance + (ahead.mean[:, month] - ahead.weight @ ahead.mean[:, month]) ** 2)))


def test_a_steady_shop_is_expected_to_stay_steady():
    found = forecast([100.0] * 36)
    assert found.expected[:12].sum() == pytest.approx(1200, rel=0.03)
    assert found.expected[48:].sum() == pytest.approx(1200, rel=0.06)
    low, high = np.quantile(found.draws[:, :12].sum(axis=1), [0.1, 0.9])
    assert low < 1200 < high and (high - low) / 1200 < 0.2


def test_the_season_returns_and_growth_fades():
    months = np.arange(48)
    found = forecast(np.round(100 * np.exp(0.25 * months / 12 + 0.4 * (months % 12 == 11))))
    ahead = found.expected
    assert ahead[11] / ahead[9] > 1.3 and ahead[:12].sum() > 1.05 * found.seen.newcomers[-12:].sum()
    yearly = ahead.reshape(5, 12).sum(axis=1)
    growth = yearly[1:] / yearly[:-1]
    assert (growth > 1).all() and growth[-1] < growth[0] < np.exp(0.3)


def test_fewer_months_mean_wider_ranges_and_further_months_wider_still():
    long, short = look_ahead(counted([80.0] * 48), 24), look_ahead(counted([80.0] * 6), 24)
    assert spread(short, 11) > spread(long, 11) and spread(long, 23) > spread(long, 0)


def test_counts_scale_the_forecast():
    small, large = (look_ahead(counted(np.array([40.0, 55, 30, 60, 45, 50] * 4) * times), 12) for times in (10, 100))
    assert np.exp(large.weight @ large.mean - small.weight @ small.mean) == pytest.approx(np.full(12, 10.0), rel=0.06)


def test_months_without_anybody_are_no_fault():
    ahead = look_ahead(counted([3, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0]), 12)
    assert np.isfinite(ahead.mean).all() and 0 < (expect(ahead) * 365 / 12).sum() < 12


def test_draws_are_one_on_average_and_the_same_for_the_same_seed():
    ahead = look_ahead(counted([50.0, 70, 60, 40] * 6), 30)
    draws = draw_rates(ahead, 2000, 1.0, 5)
    assert draws.mean(axis=0) == pytest.approx(np.ones(30)) and (draws == draw_rates(ahead, 2000, 1.0, 5)).all()
    assert np.log(draw_rates(ahead, 2000, 2.0, 5)).std() > 1.7 * np.log(draws).std()


@pytest.mark.parametrize(("growth", "shake", "bar"), [(0.0, 0.1, 0.80), (0.35, 0.1, 0.70), (-0.4, 0.1, 0.65)])
def test_ranges_of_a_year_hold_about_as_often_as_they_say(growth, shake, bar):
    inside = 0
    for seed in range(30):
        rng = np.random.default_rng([seed, 77])
        season = rng.normal(0, 0.15, 12)
        rate = 80 * np.exp(growth * np.arange(48) / 12 + season[np.arange(48) % 12] + rng.normal(0, shake, 48))
        counts = rng.poisson(rate)
        found = forecast(counts[:36])
        low, high = np.quantile(found.draws[:, :12].sum(axis=1), [0.1, 0.9])
        inside += low <= counts[36:].sum() <= high
    assert inside / 30 >= bar


# --- data that begin in the middle of a business ---


def test_hidden_old_customers_are_counted_out():
    longer = 1 - np.arange(400) / 400
    share = share_true(np.array([100.0, 100.0]), np.array([50.0, 50.0]), np.array([200.0, 380.0]), longer)
    assert share == pytest.approx([0.5, 1 - 0.5 * 0.05 / 0.95])
    assert share_true(np.array([0.0]), np.array([5.0]), np.array([10.0]), longer).tolist() == [1.0]


def cut_into(purchases, months):
    """What a file holds that begins so many months before the day."""
    first = months_before(AS_OF, months)
    return [one for one in purchases if one[1] >= first]


@pytest.fixture(scope="module")
def old_business():
    return draw_shop(72, a_month=60.0, seed=11, rate=1 / 50, leaving=(0.5, 6.0))


def test_a_file_that_begins_in_the_middle_of_a_business_is_noticed(old_business):
    engine, _ = built(cut_into(old_business, 30))
    months = table(engine, "newcomers", "since")
    early = [row for row in months if row["how"] == "seen"][2:8]
    assert np.mean([row["came"] for row in early]) > 1.3 * 60
    assert np.mean([row["newcomers_mean"] for row in early]) == pytest.approx(60, rel=0.25)
    assert any("begin in the middle" in row["sentence"] for row in table(engine, "notes"))
    coming = [row["newcomers_mean"] for row in months if row["how"] == "expected"][:12]
    assert sum(coming) == pytest.approx(720, rel=0.2)


def test_a_business_that_begins_with_its_file_is_not_mistaken():
    engine, _ = built(draw_shop(30, a_month=60.0, seed=12, rate=1 / 50, leaving=(0.5, 6.0)))
    assert not any("begin in the middle" in row["sentence"] for row in table(engine, "notes"))
    assert all(row["came"] == row["newcomers_mean"] for row in table(engine, "newcomers") if row["how"] == "seen")


def test_settled_is_the_first_month_that_is_mostly_true():
    seen = counted([10.0] * 4, [0.4, 0.8, 0.95, 1.0])
    assert (settled(seen, 0.9), settled(seen, 0.4), settled(counted([10.0] * 2, [0.1, 0.2]), 0.9)) == (2, 0, 2)


# --- floors, and held against the past ---


def test_floors_say_what_anybody_would():
    seen = counted(np.arange(1.0, 25.0))
    said = floors(seen, np.full(3, 365 / 12), began_before=False)
    assert said[MEAN] == pytest.approx(np.full(3, 18.5)) and said[SAME_MONTH] == pytest.approx([13.0, 14.0, 15.0])
    assert SAME_MONTH not in floors(counted([5.0] * 6), np.full(3, 30.0), began_before=False)


def test_a_floor_is_used_only_where_it_was_clearly_closer():
    def held(ours, theirs):
        return [
            Held(cut, 12, name, said, None, None, 100.0)
            for cut, pair in enumerate(zip(ours, theirs, strict=True))
            for name, said in zip((MODEL, MEAN), pair, strict=True)
        ]

    assert choose(held([140, 150, 145, 150], [101, 99, 102, 104])) == MEAN
    assert choose(held([105, 106, 104, 105], [104, 105, 106, 106])) == MODEL
    assert choose(held([140, 150], [101, 99])) == MODEL


def test_totals_hold_the_chance_of_single_newcomers():
    ahead = look_ahead(counted([100.0] * 36), 12)
    total, spread_of_log = total_ahead(ahead, np.full(12, 365 / 12))
    assert total == pytest.approx(1200, rel=0.03) and spread_of_log > 1 / np.sqrt(1200)
    draws = draw_rates(ahead, 4000, 1.0, 1) * expect(ahead) * 365 / 12
    drawn = np.random.default_rng(1).poisson(draws).sum(axis=1)
    assert np.log(drawn).std() == pytest.approx(spread_of_log, rel=0.1)


@pytest.mark.parametrize(
    ("newcomers", "words"),
    [
        ([5.0, 5.0, 5.0], "too few"),
        ([50.0, 50.0], "2 months"),
        ([900.0, 900.0, 0, 0, 0, 0], "Nobody new has come in the last 4 months"),
        ([20.0] * 6, ""),
    ],
)
def test_what_cannot_be_forecast_says_why(newcomers, words):
    said = why_not(np.array(newcomers))
    assert (words in said) if words else said == ""


def test_a_shop_that_stopped_winning_customers_says_so():
    purchases = [one for one in draw_shop(18, a_month=80.0, seed=5)]
    born = {}
    for customer, day, _ in sorted(purchases, key=lambda one: one[1]):
        born.setdefault(customer, day)
    engine, _ = built([one for one in purchases if born[one[0]] < months_before(AS_OF, 8)])
    assert not [row for row in table(engine, "newcomers") if row["how"] == "expected"]
    assert any("Nobody new has come" in row["sentence"] for row in table(engine, "notes"))
    assert {row["part"] for row in table(engine, "equity")} == {"current customers", "customer equity"}
    assert all(row["new_revenue_mean"] is None for row in table(engine, "forecast"))
