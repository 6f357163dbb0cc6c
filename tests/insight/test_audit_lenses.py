"""The five lenses: small shops worked out by hand, sums that are exact, tests that know chance from trend."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import prod

import numpy as np
import pytest
from audit_shop import built, draw_shop, on, table
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lifeworth.insight.audit.lenses.change import Moved, fold, parts_of_change
from lifeworth.insight.audit.lenses.differ import gini
from lifeworth.insight.audit.lenses.shapley import share_change, to_cents
from lifeworth.insight.audit.lenses.spans import Factors
from lifeworth.insight.audit.lenses.trend import compare, fit_trend
from lifeworth.insight.audit.lenses.verdict import sign_of
from lifeworth.insight.audit.months import calendar_of, months_before

AS_OF, START = date(2025, 7, 1), date(2023, 7, 1)


def crowd(count, *days, first=0, gross=10.0):
    """So many customers who all bought on these days."""
    return [(first + customer, day, gross) for customer in range(count) for day in days]


# --- months ---


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2025, 7, 1), 12, date(2024, 7, 1)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2025, 3, 31), 1, date(2025, 2, 28)),
        (date(2025, 1, 15), -2, date(2025, 3, 15)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, before):
    assert months_before(day, months) == before


@pytest.mark.parametrize(
    ("first", "months", "grain", "spans"),
    [
        (date(2023, 7, 1), 24, "quarter", (12, 12)),
        (date(2023, 7, 9), 24, "quarter", (12, 12)),
        (date(2023, 7, 20), 24, "quarter", (11, 11)),
        (date(2025, 1, 1), 6, "month", (3, 3)),
        (date(2025, 6, 20), 1, "month", None),
        (date(2015, 1, 1), 126, "year", (12, 12)),
    ],
)
def test_the_history_decides_what_is_compared(first, months, grain, spans):
    calendar = calendar_of(first, AS_OF)
    pair = calendar.two_spans()
    assert (calendar.months, calendar.grain_name) == (months, grain)
    assert (None if pair is None else tuple(span.months for span in pair)) == spans
    if pair:
        assert pair[0].until == pair[1].since and pair[1].until == AS_OF and all(span.whole for span in pair)
    periods = calendar.periods(calendar.grain)
    assert periods[-1].until == AS_OF and sum(period.months for period in periods) == months


# --- lens 1 ---


def test_money_is_customers_times_orders_times_value_times_margin():
    engine, _ = built(
        [
            *crowd(20, on(2025, 1)),
            *crowd(10, on(2025, 3), on(2025, 4), first=20, gross=40.0),
            *crowd(12, on(2023, 7, 2), first=50),
        ]
    )
    [row] = [row for row in table(engine, "differ") if row["span"] == "after"]
    assert (row["customers"], row["orders"], row["money"]) == (30, 40, Decimal("400.0000"))
    assert (
        row["orders_each"] == pytest.approx(40 / 30)
        and row["order_value"] == 25.0
        and row["margin"] == pytest.approx(0.4)
    )
    assert row["customers"] * row["orders_each"] * row["order_value"] * row["margin"] == pytest.approx(
        float(row["money"])
    )
    assert row["one_time_share"] == pytest.approx(2 / 3)
    bands = {row["orders_from"]: row["customers"] for row in table(engine, "orders") if row["span"] == "after"}
    assert bands == {1: 20, 2: 10}


@pytest.mark.parametrize(("amounts", "expected"), [([1, 1, 1, 1], 0.0), ([0, 0, 0, 8], 0.75), ([1, 2, 3, 4], 0.25)])
def test_gini_is_that_of_the_textbook(amounts, expected):
    ranked = sum(Decimal(rank) * Decimal(x) for rank, x in enumerate(sorted(amounts, reverse=True), 1))
    assert gini(len(amounts), Decimal(sum(amounts)), ranked) == pytest.approx(expected)
    mean = np.mean(amounts)
    assert expected == pytest.approx(np.abs(np.subtract.outer(amounts, amounts)).mean() / (2 * mean))


def test_tenths_share_customers_evenly_and_add_up():
    engine, _ = built([(customer, on(2025, 2), 1.0 + customer) for customer in range(137)], first_day=START)
    tenths = [row for row in table(engine, "tenths", "part") if row["span"] == "after"]
    assert len(tenths) == 10 and sum(row["customers"] for row in tenths) == 137
    assert {row["customers"] for row in tenths} <= {13, 14}
    assert sum(row["money"] for row in tenths) == table(engine, "differ", "span")[0]["money"]
    assert tenths[-1]["share_so_far"] == pytest.approx(1.0)
    assert [row["money_each"] for row in tenths] == sorted((row["money_each"] for row in tenths), reverse=True)


def test_few_customers_are_cut_into_fewer_parts_and_small_bands_hidden():
    engine, _ = built(
        [*crowd(40, on(2025, 2)), *crowd(4, on(2025, 2), on(2025, 3), on(2025, 5), first=40)], first_day=START
    )
    assert {row["parts"] for row in table(engine, "tenths")} == {2}
    assert [(row["orders_from"], row["orders_to"], row["customers"]) for row in table(engine, "orders")] == [(1, 3, 44)]


# --- lens 2 ---


def test_the_change_is_parted_by_who_was_active():
    before, after = on(2024, 3), on(2025, 3)
    engine, _ = built(
        [
            *crowd(15, before, after, gross=10.0),
            *crowd(12, before, first=20, gross=20.0),
            *crowd(11, after, first=40, gross=30.0),
            *crowd(13, on(2023, 5), after, first=60, gross=5.0),
        ],
        events=[(place, on(2025, 4), -3.0, -2.0) for place in range(20, 32)]
        + [(900 + p, on(2024, 9), 0.0, -1.0) for p in range(10)],
    )
    parts = {row["part"]: row for row in table(engine, "change") if row["parting"] == "who was active"}
    assert {name: (row["customers"], row["change"]) for name, row in parts.items()} == {
        "active in both": (15, Decimal("0.0000")),
        "only before": (12, Decimal("-120.0000")),
        "new": (11, Decimal("132.0000")),
        "back": (13, Decimal("26.0000")),
        "in neither": (10, Decimal("-10.0000")),
    }
    [total] = [row for row in table(engine, "change") if row["parting"] == "total"]
    assert total["change"] == Decimal("28.0000") == sum(row["change"] for row in parts.values())
    assert all(row["difference"] == 0 for row in table(engine, "books"))


def test_small_groups_are_put_together_and_still_add_up():
    groups = {
        "a": Moved(50, Decimal(5), Decimal(9), 1.0),
        "b": Moved(3, Decimal(1), Decimal(2), 2.0),
        "c": Moved(30, Decimal(7), Decimal(3), 4.0),
    }
    folded = fold(groups)
    assert set(folded) == {"a", "small groups together"}
    together = folded["small groups together"]
    assert (together.customers, together.change, together.variance) == (33, Decimal(-3), 6.0)


factor = st.fractions(min_value=Fraction(-50), max_value=Fraction(200), max_denominator=40)


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(factor, factor), min_size=1, max_size=4))
def test_shapley_parts_add_up_exactly_whatever_the_factors(pairs):
    before, after = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    parts = share_change(before, after)
    change = prod(after, start=Fraction(1)) - prod(before, start=Fraction(1))
    assert sum(parts) == change
    assert all(part == 0 for part, (was, became) in zip(parts, pairs, strict=True) if was == became)


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 400), st.integers(1, 400), st.integers(0, 900), st.integers(0, 900),
    *[st.decimals(min_value="-9999", max_value="99999", places=4) for _ in range(4)],
)  # fmt: skip
def test_factors_share_the_change_to_the_last_digit(
    people, later, more, then_more, revenue, money, then_revenue, then_money
):
    then, now = (
        Factors(people, people + more, revenue, money),
        Factors(later, later + then_more, then_revenue, then_money),
    )
    for in_profit in (True, False):
        parts = parts_of_change(then, now, in_profit=in_profit)
        assert sum(parts.values()) == now.money - then.money
        assert ("margin" in parts) == (in_profit and revenue > 0 and then_revenue > 0)


def test_cents_go_to_the_largest_part():
    assert to_cents([Fraction(-2, 3), Fraction(1, 3)], Decimal("-0.3333")) == [Decimal("-0.6633"), Decimal("0.33")]


def test_moves_hide_small_cells_and_tell_the_rest():
    people = [(c, on(2024, 3), 10.0 + c) for c in range(600)] + [(c, on(2025, 3), 700.0 - c) for c in range(100, 700)]
    engine, _ = built(people, first_day=START)
    moves = {(row["was"], row["became"]): row for row in table(engine, "moves")}
    assert {row["parts"] for row in moves.values()} == {5}
    assert moves[5, 0]["customers"] == 100 and moves[1, 5]["customers"] is not None
    assert all(row["customers"] is None or row["customers"] == 0 or row["customers"] >= 10 for row in moves.values())


# --- lenses 3 and 5 ---


def test_periods_and_classes_of_few_people_are_not_told():
    """Five came back in the last quarter; their number follows from no total, nor does that of a quarter of five."""
    engine, _ = built(
        [*crowd(20, on(2023, 8), on(2025, 2)), *crowd(40, on(2024, 5), on(2025, 5), first=30), *crowd(5, on(2023, 8), on(2025, 5), first=90),
         *crowd(5, on(2024, 8), first=120), *crowd(30, on(2025, 5), first=150)],
        first_day=START,
    )  # fmt: skip
    rows = table(engine, "periods")
    for row in rows:
        told = [row[name] for name in ("customers", "new", "kept", "returning")]
        assert not any(people is not None and 1 <= people <= 9 for people in told)
        assert row["customers"] is None or sum(people is None for people in told[1:]) != 1
        assert (row["customers"] is None) == (row["money"] is None)
    assert sum(row["customers"] is None for row in rows) == 2
    assert not [
        row for row in table(engine, "cohorts") if 1 <= (row["acquired"] or 0) <= 9 or 1 <= (row["active"] or 0) <= 9
    ]


def test_quarters_by_class_and_cohort():
    engine, _ = built(
        [
            *crowd(20, on(2023, 8), on(2025, 2), on(2025, 5)),
            *crowd(15, on(2023, 8), on(2025, 5), first=30),
            *crowd(12, on(2025, 5), first=60),
        ],
        events=[(place, on(2025, 1), -2.0, -1.5) for place in range(30, 42)],
        first_day=START,
    )
    rows = table(engine, "periods", "place")
    last, before = rows[-1], rows[-2]
    assert last["length"] == "quarter" and (last["new"], last["kept"], last["returning"], last["customers"]) == (
        12,
        20,
        15,
        47,
    )
    assert last["new_money"] == Decimal("48.0000") and last["money"] == Decimal("188.0000")
    assert before["quiet_money"] == Decimal("-18.0000") and before["customers"] == 20
    cells = {(row["cohort"], row["age"]): row for row in table(engine, "cohorts")}
    first = min(cohort for cohort, _ in cells)
    assert cells[first, 0]["active"] == 35 and cells[first, 0]["followed"]
    newest = max(age for cohort, age in cells if cohort == first)
    assert cells[first, newest]["active"] == 35 and cells[first, newest]["each_so_far"] == pytest.approx(
        (35 * 2 * 4 + 20 * 4 - 18) / 35
    )
    assert sum(row["money"] for row in cells.values()) == sum(row["money"] for row in rows)


def test_those_who_go_on_and_how_long_they_wait():
    people = [(c, on(2023, 8), 10.0) for c in range(40)] + [
        (c, on(2023, 8) + timedelta(days=20 + c % 3), 10.0) for c in range(30)
    ]
    engine, _ = built([*people, (99, on(2023, 7, 2), 1.0)])
    [first] = [row for row in table(engine, "repeats") if row["grouped_by"] == "everybody" and row["purchase"] == 1]
    assert (first["customers"], first["within_days"]) == (
        41,
        365 if (AS_OF - date(2023, 7, 2)).days >= 730 else (AS_OF - date(2023, 7, 2)).days // 2,
    )
    assert first["went_on_mean"] == pytest.approx(30 / 41) and first["wait_half"] == 21.0
    assert first["went_on_low"] < 30 / 41 < first["went_on_high"]


# --- lens 4 ---


def test_cohorts_stand_at_equal_age_only_where_all_have_reached_it():
    engine, _ = built([*crowd(40, on(2023, 8), on(2023, 10)), *crowd(40, on(2025, 5), first=50)])
    ages = {(row["won_since"], row["age_months"]): row for row in table(engine, "ages")}
    old = min(won for won, _ in ages)
    assert {age for won, age in ages if won == old} == {0, 3, 6, 12}
    assert {age for won, age in ages if won != old} == {0}
    assert ages[old, 0]["each_mean"] == 4.0 and ages[old, 3]["each_mean"] == 8.0 and ages[old, 3]["back_mean"] == 1.0


def test_a_planted_trend_is_found_and_a_planted_null_is_not():
    rng = np.random.default_rng(7)
    times = np.arange(12) / 4
    found, alarms = 0, 0
    for _ in range(100):
        noise = rng.normal(0, 3, 12)
        variances = np.full(12, 4.0)
        level = 50 + noise + rng.normal(0, 2, 12)
        up, flat = fit_trend(times, level + 8 * times, variances, 0.8), fit_trend(times, level, variances, 0.8)
        found += up.p_value < 0.05 and up.low > 0
        alarms += flat.p_value < 0.05
    assert found >= 95 and alarms <= 10


def test_the_range_of_a_trend_holds_it_as_often_as_it_says():
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(400):
        sizes = rng.integers(30, 300, 8)
        variances = 400.0 / sizes
        means = 20 + 3 * np.arange(8) / 4 + rng.normal(0, 1.5, 8) + rng.normal(0, np.sqrt(variances))
        trend = fit_trend(np.arange(8) / 4, means, variances, 0.8)
        inside += trend.low <= 3 <= trend.high
    assert 0.74 <= inside / 400 <= 0.93


def test_a_trend_by_hand():
    trend = fit_trend(np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 3.0, 5.0, 7.0]), np.ones(4), 0.8)
    assert trend.slope == pytest.approx(2.0) and trend.between == 0.0
    assert trend.high - trend.slope == pytest.approx(1.8856 * np.sqrt(1 / 5), rel=1e-3)
    assert fit_trend(np.arange(3.0), np.arange(3.0), np.ones(3), 0.8) is None
    assert compare(5.0, 1.0, 3.0, 3.0, 0.95).p_value == pytest.approx(0.3173, abs=1e-4)
    assert compare(5.0, 0.0, 3.0, 0.0, 0.95) is None


# --- the verdict ---


@pytest.mark.parametrize(("growth", "expected"), [(0.9, "getting stronger"), (-0.9, "weakening")])
def test_a_growing_shop_gets_stronger_and_a_shrinking_one_weaker(growth, expected):
    engine, _ = built(draw_shop(36, a_month=60.0, growth=growth, seed=3))
    verdict = table(engine, "verdict", "place")
    assert verdict[0]["sign"] == expected
    assert {row["about"] for row in verdict if row["sign"] in ("good", "bad")} >= {"profit", "newcomers"}
    assert all(row["difference"] == 0 for row in table(engine, "books"))


def test_a_young_history_is_told_but_not_judged():
    engine, _ = built(draw_shop(8, a_month=60.0, seed=4))
    verdict = table(engine, "verdict", "place")
    assert verdict[0]["sign"] == "too young" and len(verdict) > 3
    assert any("younger than two years" in row["sentence"] for row in table(engine, "notes"))


def test_signs_need_size_and_more_than_chance():
    assert [sign_of(0.5, 0.04), sign_of(0.5, 0.06), sign_of(-0.019, 0.0), sign_of(-0.5, 0.0)] == [
        "good",
        "open",
        "open",
        "bad",
    ]
