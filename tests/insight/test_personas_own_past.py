"""What a group is worth once its own past speaks: customers' values are drawn towards the base, a kind's sum must not be."""

import numpy as np
import pytest
from insight_shop import deal, plain_frame

from lifeworth.insight.personas.own_past import _per_order, hear_groups
from lifeworth.insight.personas.people import People
from lifeworth.models.purchase.bg_nbd import BGNBD

DAYS = 365
KINDS = ({"r": 1.2, "alpha": 60.0, "a": 0.6, "b": 3.5}, {"r": 0.5, "alpha": 90.0, "a": 0.9, "b": 2.0})
PROFIT = (12.0, 8.0)


def two_kinds(people, seed):
    """People of two kinds with their true expected profit, and the values that one model of all of them states."""
    rng = deal(people, seed)
    kind = (rng.uniform(size=people) < 0.6).astype(int)
    time = rng.integers(200, 1000, people).astype(float)
    x, t_x, truth = np.zeros(people), np.zeros(people), np.zeros(people)
    for each, params in enumerate(KINDS):
        mine = kind == each
        model = BGNBD.from_parameters(params)
        simulated = model._simulate(time[mine], rng)
        x[mine], t_x[mine] = simulated.frequency, simulated.recency
        truth[mine] = model.expected_purchases(DAYS, x[mine], t_x[mine], time[mine]) * PROFIT[each]
    pooled = BGNBD().fit(x, t_x, time)
    orders = x + 1
    money = np.array([rng.normal(PROFIT[k], 5.0, int(n)).sum() for k, n in zip(kind, orders, strict=True)])
    value = pooled.expected_purchases(DAYS, x, t_x, time) * money.sum() / orders.sum()
    value *= truth.sum() / value.sum()
    return People(people, value, money, orders, time, x, t_x, has_past=True), kind, truth


def shared_out(people, member, heard):
    sizes = np.array([(member == place).sum() for place in (0, -1)])
    weights = sizes * heard.each
    return people.value.sum() * weights / weights.sum()


def test_a_kind_that_buys_more_is_worth_more_than_its_values_say():
    closer, covered, listed_off = 0, 0, []
    for seed in range(5):
        people, kind, truth = two_kinds(600, seed)
        member = np.where(kind == 0, 0, -1)
        heard = hear_groups(people, member, 1, plain_frame())
        own, listed, true = shared_out(people, member, heard)[0], people.value[kind == 0].sum(), truth[kind == 0].sum()
        closer += abs(own - true) < abs(listed - true)
        covered += abs(own - true) <= 1.645 * heard.error[0] * own
        listed_off.append(listed / true - 1)
    assert np.mean(listed_off) < -0.05
    assert closer >= 4 and covered >= 4


def test_groups_that_are_alike_are_left_as_they_are():
    rng = deal(1, 1)
    people, *_ = two_kinds(2_000, 3)
    member = np.where(rng.uniform(size=2_000) < 0.4, 0, -1)
    heard = hear_groups(people, member, 1, plain_frame())
    assert shared_out(people, member, heard)[0] == pytest.approx(
        people.value[member == 0].sum(), rel=3 * float(heard.error.max())
    )


@pytest.mark.parametrize(
    "spoil",
    [
        {"frequency": 0.0, "recency_days": 0.0}, {"recency_days": 5000.0}, {"known_days": 0.0}, {"past": 0.0}, {"orders": 0.0},
        {"past": -20.0}, {"recency_days": 0.0},
    ],
)  # fmt: skip
def test_where_a_past_cannot_speak_nothing_is_heard(spoil):
    people, kind, _ = two_kinds(300, 1)
    columns = {
        name: getattr(people, name) for name in ("value", "past", "orders", "known_days", "frequency", "recency_days")
    }
    columns |= {name: np.full(300, figure) for name, figure in spoil.items()}
    assert hear_groups(People(300, **columns, has_past=True), np.where(kind == 0, 0, -1), 1, plain_frame()) is None


def test_a_given_value_needs_no_past():
    people, kind, _ = two_kinds(300, 2)
    assert hear_groups(people, np.where(kind == 0, 0, -1), 1, plain_frame(horizon_days=0)) is None


def test_profit_of_an_order_is_a_ratio_of_sums():
    rng = deal(4, 4)
    held = 0
    for _ in range(300):
        orders = rng.integers(1, 9, 120).astype(float)
        money = orders * 10 + rng.normal(0, 6, 120) * np.sqrt(orders)
        ratio, error = _per_order(money, orders)
        held += abs(ratio - 10) <= 1.645 * error
    assert 0.85 <= held / 300 <= 0.95
    assert _per_order(np.zeros(3), np.zeros(3)) == (0.0, 0.0)
