"""Levers: nothing where they are not pulled, twice as much where they are pulled twice, and every assumption said."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import plain_frame
from margins_shop import ago, kept

from lifeworth.insight import margins
from lifeworth.insight.margins.what_if.base import Base, read_base
from lifeworth.insight.margins.what_if.budget import PRIOR, exponent, moved_budget
from lifeworth.insight.margins.what_if.price import dearer
from lifeworth.insight.margins.what_if.rates import Rates
from lifeworth.insight.margins.what_if.retention import more_come
from lifeworth.insight.margins.what_if.returns import fewer_returns
from lifeworth.insight.margins.what_if.winning import Pool, Winning, Worth
from lifeworth.insight.margins.what_if.write import lever_words
from lifeworth.settings import WhatIf

FRAME = plain_frame(discount=0.0)
BASE = Base(
    customers=np.array([600.0, 400.0]),
    value=np.array([6_000.0, 14_000.0]),
    variance=np.array([900.0, 400.0]),
    revenue=np.array([20_000.0, 30_000.0]),
    chance=np.array([0.25, 0.5]),
    doubt=np.array([0.1, 0.0]),
    seen=True,
    worth=1.0,
)


def rates(**money):
    names = ("gross", "discount", "shipping_charged", "goods_cost", "payment_fee", "fulfilment", "shipping_cost", "commission",
             "refunded", "goods_back", "handling", "service", "contact")  # fmt: skip
    spread = np.concatenate([[1.0], 1 - 0.02 * (1 + 0.1 * np.sin(np.arange(50)))])
    return Rates({name: float(money.get(name, 0)) * spread for name in names})


def test_a_point_of_retention_by_hand():
    """Ten of a thousand come besides: of 450 and 200 who would stay away, at 6,000 / 150 and 14,000 / 200 each."""
    change = more_come(FRAME, BASE, 0.01)
    first, second = 10 * 450 / 650, 10 * 200 / 650
    assert change.mean == pytest.approx(first * 40 + second * 70) and change.before == 20_000
    own = np.hypot(first * 30 / 150, second * 20 / 200)
    assert change.spread == pytest.approx(np.sqrt(own**2 + (first * 40 * 0.1) ** 2 + (0.05 * change.mean) ** 2))
    assert more_come(FRAME, BASE, -0.01).mean == pytest.approx(-10 * 20_000 / 350)
    assert more_come(FRAME, BASE, 1.0).mean == pytest.approx(450 * 40 + 200 * 70)
    assert more_come(FRAME, BASE, -1.0).mean == pytest.approx(-20_000)


def test_returns_by_hand():
    known = rates(gross=1000, refunded=100, goods_back=30, handling=10)
    assert fewer_returns(FRAME, BASE, known, -0.10).mean == pytest.approx(0.10 * 80 / 900 * 50_000)
    assert fewer_returns(replace(FRAME, in_profit=False), BASE, known, -0.10).mean == pytest.approx(
        0.10 * 100 / 900 * 50_000
    )
    assert fewer_returns(FRAME, BASE, rates(gross=1000), -0.10).mean is None
    assert fewer_returns(FRAME, BASE, rates(), -0.10).mean is None


def test_price_by_hand():
    known = rates(gross=1000, goods_cost=500, payment_fee=20, commission=30, shipping_cost=40)
    assert dearer(FRAME, BASE, known, 0.02, 0.0).mean == pytest.approx((0.02 - 0.05 * 0.02) * 50_000)
    pieces = 1.02**-2 - 1
    money = 1.02 * (1 + pieces) - 1
    expected = (money * (1 - 0.05) - 0.54 * pieces) * 50_000
    assert dearer(FRAME, BASE, known, 0.02, -2.0).mean == pytest.approx(expected)


def test_at_an_elasticity_of_minus_one_revenue_stays():
    change = dearer(replace(FRAME, in_profit=False), BASE, rates(gross=1000, discount=50), 0.02, -1.0)
    assert change.mean == pytest.approx(0.0, abs=1e-6)


@hypothesis_settings(deadline=None)
@given(st.floats(-0.02, 0.02), st.floats(-2, 0))
def test_small_levers_are_linear_and_no_lever_is_nothing(by, elasticity):
    known = rates(
        gross=1000, goods_cost=500, payment_fee=20, refunded=60, goods_back=20, handling=5, shipping_charged=30
    )
    for pull in (
        lambda b: more_come(FRAME, BASE, b),
        lambda b: fewer_returns(FRAME, BASE, known, b),
        lambda b: dearer(FRAME, BASE, known, b, elasticity),
    ):
        none, once, twice = pull(0.0), pull(by), pull(2 * by)
        assert none.mean == pytest.approx(0, abs=1e-9) and none.spread == pytest.approx(0, abs=1e-9)
        # Linear but for the curvature, which is of second order in how far the lever is pulled.
        assert twice.mean == pytest.approx(2 * once.mean, abs=50_000 * 4 * by**2 + 1e-6)
        low, high = once.ends(0.8)
        assert low <= once.mean <= high


# --- budget

MONTHS = np.full(24, 100.0)
GIVING, TAKING = Pool("social", 1200, 60, MONTHS, MONTHS / 20), Pool("referral", 600, 60, MONTHS / 2, MONTHS / 20)
WINNING = Winning(
    {"social": GIVING, "referral": TAKING},
    {"social": Worth(10, 1), "referral": Worth(50, 5), "all newcomers": Worth(30, 1)},
)


def test_budget_at_average_and_at_marginal_cost_by_hand():
    average, marginal = moved_budget(FRAME, WINNING, 0.25, "Social ", "referral")
    assert average.mean == pytest.approx(300 / 10 * 50 - 0.25 * 60 * 10)
    assert average.before == pytest.approx(60 * 10 + 60 * 50 - 1800)
    expected = 60 * ((1 + 300 / 600) ** PRIOR - 1) * 50 - 60 * (1 - 0.75**PRIOR) * 10
    assert marginal.mean == pytest.approx(expected) and marginal.mean < average.mean
    assert marginal.spread > average.spread and "0.70" in marginal.assumption


def test_a_little_budget_moves_a_little_and_marginal_stays_below_average():
    for by in (0.001, 0.01, 0.1, 1.0):
        average, marginal = moved_budget(FRAME, WINNING, by, "social", "referral")
        assert average.mean == pytest.approx(by * (1200 / 10 * 50 - 600))
        assert 0 < marginal.mean < average.mean


@pytest.mark.parametrize(
    ("channel", "to", "said"),
    [
        ("radio", "referral", "no spend on radio"),
        ("social", "radio", "no spend on radio"),
        ("social", "SOCIAL", "the channel it comes from"),
    ],
)
def test_budget_that_cannot_be_reckoned_says_why(channel, to, said):
    [change] = moved_budget(FRAME, WINNING, 0.2, channel, to)
    assert change.mean is None and said in change.assumption


def test_the_exponent_is_learned_from_the_months_and_drawn_to_the_prior():
    random = np.random.default_rng([1, 79])
    spend = np.exp(random.normal(6, 0.8, 48))
    clear = exponent(Pool("x", 1, 1, spend, 3 * spend**0.4))
    assert clear.mean == pytest.approx(0.4, abs=0.05)
    noisy = exponent(Pool("x", 1, 1, spend, np.exp(0.4 * np.log(spend) + random.normal(0, 2.0, 48))))
    assert noisy.error > clear.error
    assert exponent(Pool("x", 1, 1, spend[:5], spend[:5])).mean == PRIOR == exponent(GIVING).mean


# --- from the books


LEVERS = [
    WhatIf(lever="retention", by="0.01"), WhatIf(lever="returns", by="-0.1"), WhatIf(lever="price", by="0.02"),
    WhatIf(lever="acquisition_cost", by="-0.15"), WhatIf(lever="budget", by="0.2", channel="ads", to="fair"),
]  # fmt: skip


def shop():
    orders = [
        {
            "order_id": f"A{n:03d}",
            "customer_id": f"C{n % 80:03d}",
            "ordered_on": ago(1 + n),
            "gross": 40,
            "channel": "ads" if n % 2 else "fair",
        }
        for n in range(240)
    ]
    spend = [
        {"spent_on": ago(20 + 30 * n), "channel": channel, "amount": amount}
        for n in range(10)
        for channel, amount in (("ads", 90), ("Fair", 30))
    ]
    return {
        "orders": orders,
        "spend": spend,
        "refunds": [{"order_id": "A010", "refunded_on": ago(5), "amount": 40, "refund_id": "r"}],
    }


def test_every_lever_says_what_is_taken_for_granted():
    engine, frame = kept(shop(), [{"cost": "margin", "rate": "0.4"}], what_if=LEVERS)
    engine.execute(
        "CREATE TABLE values_newcomers (grouped_by VARCHAR, member VARCHAR, value_mean DOUBLE, value_low DOUBLE, value_high DOUBLE, interval_level DOUBLE)"
    )
    engine.execute(
        "INSERT INTO values_newcomers VALUES ('all newcomers', 'all newcomers', 30, 25, 35, 0.8), ('channel', 'ads', 20, 15, 25, 0.8), ('channel', 'fair', 40, 30, 50, 0.8)"
    )
    margins.build(engine, frame)
    rows = engine.records("SELECT * FROM margins_what_if ORDER BY place, reckoned")
    assert [row["lever"] for row in rows] == ["retention", "returns", "price", "acquisition_cost", "budget", "budget"]
    for row in rows:
        assert row["change_low"] <= row["change_mean"] <= row["change_high"], row["lever"]
        assert row["assumption"] and row["sentence"].startswith("If ") and "Taken for granted: " in row["sentence"]
        assert row["assumption"][1:40] in row["sentence"]
    acquisition = rows[3]
    assert acquisition["change_mean"] == pytest.approx(0.15 * 1200)
    assert acquisition["before"] == pytest.approx(80 * 30 - 1200)


def test_levers_without_what_they_need_say_so_and_give_no_number():
    engine, frame = kept({"orders": shop()["orders"]}, what_if=LEVERS)
    margins.build(engine, frame)
    rows = {row["lever"]: row for row in engine.records("SELECT * FROM margins_what_if")}
    assert rows["returns"]["change_mean"] is None and "No returns" in rows["returns"]["sentence"]
    assert rows["acquisition_cost"]["change_mean"] is None and rows["budget"]["change_low"] is None
    assert rows["retention"]["change_mean"] > 0


def test_the_chance_to_come_is_that_of_customers_alike_a_horizon_ago():
    """Of two hundred with one order a year and a half ago a fifth came within the last year; so may those of today."""
    orders = [
        {"order_id": f"A{n}", "customer_id": f"C{n:03d}", "ordered_on": ago(465 + n % 60), "gross": 40}
        for n in range(200)
    ]
    orders += [
        {"order_id": f"B{n}", "customer_id": f"C{n:03d}", "ordered_on": ago(100), "gross": 40} for n in range(40)
    ]
    orders += [
        {"order_id": f"N{n}", "customer_id": f"N{n:03d}", "ordered_on": ago(100), "gross": 40} for n in range(300)
    ]
    engine, frame = kept({"orders": orders}, [{"cost": "margin", "rate": "0.4"}])
    base = read_base(engine, frame)
    assert base.seen and base.customers.sum() == 500
    newcomers = np.flatnonzero(base.customers == 300)
    expected = 1.2 / (1 + 365 * 0.5 / 100)  # as the helper's customers are: no repeat in 100 days, 1.2 orders expected
    assert base.chance[newcomers] == pytest.approx((40 + 20 * expected) / 220, abs=0.001)
    assert base.doubt[newcomers] == pytest.approx(
        np.sqrt((1 - base.chance[newcomers]) / (base.chance[newcomers] * 220)), rel=0.01
    )


def test_without_a_past_the_chance_is_that_of_the_orders_expected():
    """Nobody who comes brings more than an order and those of their own pace, so the chance is never far below expected orders."""
    engine, frame = kept(shop(), [{"cost": "margin", "rate": "0.4"}])
    engine.execute("UPDATE insight_customers SET p_alive = 0.0001, orders_mean = 0.05, frequency = 0, T_days = 400")
    base = read_base(engine, frame)
    assert not base.seen and base.chance == pytest.approx(0.05 / (1 + 365 * 0.5 / 400))
    assert "do not reach back" in more_come(frame, base, 0.01).assumption
    engine.execute("UPDATE insight_customers SET orders_mean = 0, value_mean = 0")
    assert more_come(frame, read_base(engine, frame), 0.01).mean == 0


@pytest.mark.parametrize(
    ("lever", "said"),
    [
        (LEVERS[0], "If 1 point more of the customers bought at all"),
        (WhatIf(lever="retention", by="-0.02"), "If 2 points fewer of the customers bought at all"),
        (LEVERS[1], "If there were 10 % fewer returns"),
        (LEVERS[2], "If prices were 2 % higher"),
        (LEVERS[3], "If winning a customer cost 15 % less"),
        (LEVERS[4], "If 20 % of the spend on ads went to fair"),
    ],
)
def test_levers_in_words(lever, said):
    assert lever_words(lever) == said
