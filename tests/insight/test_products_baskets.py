"""How large baskets are, whether they grow, and what the same customers spend later."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from products_shop import built, day
from scipy import stats

from lifeworth.insight.products import basket_sums
from lifeworth.insight.products.returning import (
    LATER,
    MIXED,
    SECOND,
    STAYERS,
    People,
    compare_later,
    compare_mixed,
    compare_second,
    compare_stayers,
)
from lifeworth.insight.products.trends import FALLS, NONE, RISES, find_trend
from lifeworth.settings import Settings

PLAIN = Settings(currency="EUR")


def orders_of(rng, customers=60, days=800):
    """Orders with one to four lines of one to three pieces; some with a discount on the whole basket."""
    orders, lines = [], []
    for n in range(customers * 6):
        orders.append(
            (
                f"o{n}",
                f"c{rng.integers(customers):03d}",
                day(int(rng.integers(1, days))),
                {"discount": 2} if n % 9 == 0 else {},
            )
        )
        for k in range(1 + int(rng.integers(4))):
            amount = Decimal(str(round(float(rng.gamma(2, 10)) + 1, 2)))
            lines.append((f"o{n}", f"p{k}", amount, {"quantity": int(rng.integers(1, 4))}))
    return orders, lines


@pytest.fixture(scope="module")
def shop():
    orders, lines = orders_of(np.random.default_rng(21))
    return orders, lines, built(orders, lines, settings=PLAIN)


def periods(engine, period):
    return engine.records("SELECT * FROM products_baskets WHERE period = ? ORDER BY starts_on", [period])


def by_hand(orders, lines):
    held = {}
    for order, _, amount, more in lines:
        value, pieces, count = held.get(order, (0.0, 0, 0))
        held[order] = (value + float(amount), pieces + more["quantity"], count + 1)
    return [(c, d, held[o][0] - more.get("discount", 0), *held[o][1:]) for o, c, d, more in orders]


@pytest.mark.parametrize(
    ("period", "start"), [("month", lambda d: d.replace(day=1)), ("year", lambda d: date(d.year, 1, 1)),
                          ("quarter", lambda d: date(d.year, 3 * ((d.month - 1) // 3) + 1, 1))]
)  # fmt: skip
def test_means_medians_and_ranges_by_hand(shop, period, start):
    orders, lines, engine = shop
    said = by_hand(orders, lines)
    shown = [row for row in periods(engine, period) if row["order_value_mean"] is not None]
    assert len(shown) >= 2
    for row in shown:
        mine = [each for each in said if start(each[1]) == row["starts_on"]]
        values = np.array([each[2:] for each in mine], dtype=float)
        assert row["orders"] == len(mine)
        means = [row["order_value_mean"], row["pieces_mean"], row["lines_mean"]]
        assert means == pytest.approx(values.mean(axis=0).tolist(), abs=1e-4)
        assert row["order_value_median"] == pytest.approx(np.median(values[:, 0]), abs=1e-4)
        people = sorted({each[0] for each in mine})
        apart = [sum(each[2] - values[:, 0].mean() for each in mine if each[0] == person) for person in people]
        count = len(people)
        error = (np.square(apart).sum() * count / (count - 1)) ** 0.5 / len(mine)
        reach = stats.t.ppf(0.9, count - 1) * error
        assert row["order_value_high"] - row["order_value_mean"] == pytest.approx(reach, abs=2e-4)
        assert row["customers"] == count


def test_periods_that_reach_beyond_what_is_known_are_not_complete(shop):
    _, _, engine = shop
    months = periods(engine, "month")
    assert not months[0]["complete"] and months[-1]["starts_on"] == date(2025, 6, 1) and months[-1]["complete"]
    assert not periods(engine, "year")[-1]["complete"]


def test_few_customers_are_hidden_and_so_is_what_would_give_them_away():
    orders = [(f"o{n}", f"c{n}", date(2024, 1, 5), {}) for n in range(40)]
    orders += [(f"p{n}", f"c{n}", date(2024, 2, 5), {}) for n in range(4)]
    orders += [(f"q{n}", f"c{n}", date(2024, 3, 5), {}) for n in range(12)]
    engine = built(orders, [(o, "a", 10, {}) for o, *_ in orders], settings=PLAIN)
    shown = {row["starts_on"].month: row["order_value_mean"] for row in periods(engine, "month")}
    assert shown == {1: 10.0, 2: None, 3: None}
    assert [row["customers"] for row in periods(engine, "month")] == [40, None, None]
    assert [row["orders"] for row in periods(engine, "month")] == [40, 4, 12]


def test_a_sample_gives_ranges_and_everybody_the_means(shop, monkeypatch):
    orders, lines, engine = shop
    monkeypatch.setattr(basket_sums, "MOST_ASKED", 20)
    sampled = built(orders, lines, settings=PLAIN)
    for whole, part in zip(periods(engine, "year"), periods(sampled, "year"), strict=True):
        assert part["every"] == 3 and whole["every"] == 1
        if part["order_value_mean"] is not None:
            assert part["order_value_mean"] == whole["order_value_mean"] and part["customers"] == whole["customers"]
            wide = [row["order_value_high"] - row["order_value_low"] for row in (whole, part)]
            assert 0.4 < wide[1] / wide[0] < 2.5


def test_without_lines_orders_have_a_value_and_no_pieces():
    orders = [(f"o{n}", f"c{n % 30}", day(1 + n), {"gross": 50 + n % 5, "shipping_charged": 4}) for n in range(700)]
    engine = built(orders, [], settings=PLAIN)
    rows = [row for row in periods(engine, "year") if row["order_value_mean"] is not None]
    assert rows and all(50 < row["order_value_mean"] < 60 and row["pieces_mean"] is None for row in rows)
    assert engine.value("SELECT count(*) FROM products_sales") == 0
    assert [m for (m,) in engine.rows("SELECT measure FROM products_trends")] == ["order value"]


# --- trends


def months(count):
    return [date(2020 + n // 12, n % 12 + 1, 1) for n in range(count)]


def test_a_planted_trend_is_found_whatever_the_season():
    season = np.exp(0.3 * np.sin(np.arange(36) * np.pi / 6))
    found = find_trend(months(36), 40 * season * 1.05 ** (np.arange(36) / 12), 0.9)
    assert found.mean == pytest.approx(0.05) and found.season and found.months == 36
    assert find_trend(months(18), 40 * 0.9 ** (np.arange(18) / 12), 0.9).mean == pytest.approx(-0.1)
    assert find_trend(months(5), np.ones(5), 0.9) is None


@pytest.mark.parametrize(("count", "trend"), [(12, 0.0), (30, 0.0), (36, 0.08)])
def test_ranges_of_trends_hold_the_truth_as_often_as_they_say(count, trend):
    rng, inside = np.random.default_rng([count, 5]), 0
    season = np.exp(0.2 * np.sin(np.arange(count) * np.pi / 6)) if count >= 24 else 1.0
    for _ in range(400):
        means = 40 * season * (1 + trend) ** (np.arange(count) / 12) * np.exp(rng.normal(0, 0.05, count))
        found = find_trend(months(count), means, 0.8)
        inside += found.low <= trend <= found.high
    assert 400 * 0.8 - 3 * 8 <= inside <= 400 * 0.8 + 5 * 8


@pytest.mark.parametrize(("growth", "verdict"), [(1.2, RISES), (1.0, NONE), (0.8, FALLS)])
def test_the_verdict_on_order_values(growth, verdict):
    rng = np.random.default_rng(6)
    orders = []
    for n in range(1_500):
        ago = int(rng.integers(1, 1_000))
        value = round(50 * growth ** (-ago / 365) * float(rng.gamma(20, 0.05)), 2)
        orders.append((f"o{n}", f"c{n % 200}", day(ago), {"gross": Decimal(str(value))}))
    engine = built(orders, [], settings=PLAIN)
    [row] = engine.records("SELECT * FROM products_trends")
    assert row["verdict"] == verdict or (verdict == NONE and abs(row["change_mean"]) < 0.02)
    assert row["change_low"] <= row["change_mean"] <= row["change_high"]
    assert f"{row['change_mean']:+.1%}".replace("%", " %") in row["sentence"]


# --- first against later orders


def people(rng, count=400, *, more=0.0):
    """Customers who differ in what they spend; those who spend more come back more often; later orders are ``more`` larger."""
    level = rng.gamma(4, 12, count)
    orders = rng.poisson(level / 30).astype(float)
    first = level * rng.gamma(4, 0.25, count)
    second = np.where(orders > 0, level * (1 + more) * rng.gamma(4, 0.25, count), 0.0)
    rest = np.where(orders > 1, level * (1 + more) * (orders - 1) * rng.gamma(4, 0.25, count), 0.0)
    return People(first, second, second + rest, orders)


@pytest.mark.parametrize(
    ("compare", "more"), [(compare_later, 0.0), (compare_second, 0.0), (compare_later, 0.31), (compare_second, 0.31)]
)
def test_the_same_customers_tell_the_truth(compare, more):
    inside = sum(
        (lambda found: found.change[1] <= more <= found.change[2])(
            compare(people(np.random.default_rng([seed, 3]), more=more), 0.8)
        )
        for seed in range(300)
    )
    assert 300 * 0.8 - 3 * 7 <= inside <= 300 * 0.8 + 4 * 7


def test_mixing_everybody_says_more_where_there_is_nothing():
    found = compare_mixed(people(np.random.default_rng(1), count=4_000), 0.8)
    assert found.change[1] > 0.1
    stay = compare_stayers(people(np.random.default_rng(1), count=4_000), 0.8)
    assert stay.change[1] > 0.1


def test_the_jackknife_is_that_of_a_loop():
    crowd = people(np.random.default_rng(2), count=60)
    back = crowd.orders > 0
    first, later = crowd.first[back], crowd.later[back] / crowd.orders[back]
    count = len(first)
    without = [np.delete(later, n).sum() / np.delete(first, n).sum() for n in range(count)]
    error = ((count - 1) / count * np.square(np.array(without) - np.mean(without)).sum()) ** 0.5
    ratio = later.sum() / first.sum()
    z = stats.norm.ppf(0.9)
    found = compare_later(crowd, 0.8)
    assert found.change[2] == pytest.approx(ratio * np.exp(z * error / ratio) - 1, rel=1e-9)


def test_losses_and_handfuls_are_no_ratio():
    few = People(*(np.ones(9) for _ in range(4)))
    assert compare_later(few, 0.8) is None and compare_mixed(few, 0.8) is None
    lost = People(np.full(40, -5.0), np.ones(40), np.ones(40), np.ones(40))
    found = compare_later(lost, 0.8)
    assert found.change is None and (found.first, found.other) == (-5.0, 1.0)


def comparison(engine, name, money):
    found = engine.records("SELECT * FROM products_returning WHERE comparison = ? AND money = ?", [name, money])
    return found[0] if found else None


def test_orders_of_one_day_are_one_and_refunds_are_taken_off():
    orders, lines, refunds = [], [], []
    for n in range(40):
        for place, (ago, amount) in enumerate(((300, 60), (300, 40), (200, 80), (100, 120))):
            orders.append((f"o{n}-{place}", f"c{n}", day(ago), {}))
            lines.append((f"o{n}-{place}", "a", amount, {}))
        refunds.append({"order_id": f"o{n}-3", "product_id": "a", "quantity": 1, "amount": 20, "refunded_on": day(90)})
    engine = built(
        orders, lines, refunds=refunds, settings=Settings(currency="EUR", costs=[{"cost": "margin", "rate": "0.5"}])
    )
    later, second = comparison(engine, LATER, "revenue"), comparison(engine, SECOND, "revenue")
    assert (later["first_mean"], later["other_mean"], later["customers"]) == (100, 90, 40)
    assert (second["first_mean"], second["other_mean"]) == (100, 80) and second["change_mean"] == pytest.approx(-0.2)
    profit = comparison(engine, LATER, "profit")
    assert profit["first_mean"] == 50 and profit["other_mean"] == pytest.approx((40 + 50) / 2)
    assert comparison(engine, STAYERS, "revenue") is None and comparison(engine, MIXED, "revenue")["other_mean"] == 90
    assert "-10.0 %" in later["sentence"] and "40 customers" in later["sentence"]


def test_revenue_alone_where_no_costs_are_known_and_nothing_where_nobody_returns():
    orders = [(f"o{n}", f"c{n}", day(300 - n), {"gross": 20}) for n in range(60)]
    assert built(orders, [], settings=PLAIN).value("SELECT count(*) FROM products_returning") == 0
    again = [(f"p{n}", f"c{n}", day(100), {"gross": 30}) for n in range(30)]
    engine = built(orders + again, [], settings=PLAIN)
    assert {money for (money,) in engine.rows("SELECT DISTINCT money FROM products_returning")} == {"revenue"}
    assert comparison(engine, LATER, "revenue")["change_mean"] == pytest.approx(0.5)
