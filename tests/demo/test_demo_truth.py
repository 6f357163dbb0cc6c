"""The truth is true: simulated futures average to it, and the hidden world is the one it claims to be."""

from dataclasses import fields
from datetime import date
from functools import cache

import numpy as np
import pytest
from scipy import stats

from lifeworth.demo import people as people_room
from lifeworth.demo.aftermath import follow_up, settle
from lifeworth.demo.people import People
from lifeworth.demo.purchases import draw_repeats, sort_purchases
from lifeworth.demo.sales import ring_up
from lifeworth.demo.seasons import make_calendar
from lifeworth.demo.simulation import Future, Simulation, draw_baskets, look_back, play

AS_OF = date(2026, 6, 30)


@cache
def shop(
    customers: int = 3000, *, season: bool = True, price_drift: bool = True, horizon_days: int = 365
) -> Simulation:
    return play(customers, 11, AS_OF, horizon_days, 0.10, season=season, price_drift=price_drift)


def live_on(world: Simulation, futures: int) -> Future:
    """Other futures of the customers who are still there, in one go: each customer as ``futures`` twins."""
    living = np.flatnonzero(world.alive)
    twins = np.repeat(living, futures)
    crowd = People(**{field.name: getattr(world.people, field.name)[twins] for field in fields(People)})
    rng = np.random.default_rng(99)
    who, moment, _ = draw_repeats(crowd, np.zeros(len(crowd)), world.calendar, rng)
    bought = sort_purchases(who, moment, np.ones_like(who), world.calendar.horizon_days)
    lines = draw_baskets(crowd, bought, world.catalogue, rng)
    sold = ring_up(crowd, bought, lines, world.price_lists, world.calendar, rng)
    money = settle(sold, follow_up(crowd, bought, lines, sold, world.catalogue, rng))
    return look_back(bought, money, len(crowd), 0.10)


@pytest.mark.parametrize(
    ("season", "price_drift", "horizon_days"), [(True, True, 365), (False, False, 365), (True, True, 90)]
)
def test_simulated_futures_average_to_the_truth(season: bool, price_drift: bool, horizon_days: int) -> None:
    world, futures = shop(season=season, price_drift=price_drift, horizon_days=horizon_days), 100
    seen, living = live_on(world, futures), world.alive
    for kind in ("orders", "revenue", "value"):
        truth = getattr(world.truth, kind)[living]
        lived = getattr(seen, kind).reshape(len(truth), futures)
        error = np.sqrt((lived.var(axis=1, ddof=1) / futures).sum())
        assert abs(lived.mean(axis=1).sum() - truth.sum()) < 3.5 * error, kind
        assert abs(lived.mean(axis=1).sum() / truth.sum() - 1) < 0.01, kind
        busy = world.truth.orders[living] > 1
        score = (lived.mean(axis=1) - truth)[busy] / np.sqrt(lived.var(axis=1, ddof=1)[busy] / futures)
        assert 0.85 < np.mean(score**2) < 1.2, kind
        assert abs(score.mean()) < 4 / np.sqrt(busy.sum()), kind


def test_what_really_happened_is_one_such_future() -> None:
    world = shop()
    surprise = world.future.value - world.truth.value
    assert abs(surprise.sum()) < 4 * surprise.std() * np.sqrt(len(surprise))
    assert np.all(world.future.value[~world.alive] == 0)
    assert np.all(world.truth.value[~world.alive] == 0)


def test_expected_orders_follow_the_closed_form() -> None:
    """Fader, Hardie and Lee (2005): given rate and dropout, (1 - exp(-rate p t)) / p purchases in (0, t)."""
    world = shop(season=False, price_drift=False)
    rate, p = world.people.rate[world.alive], world.people.leaving[world.alive]
    closed = np.where(p < 1e-9, rate * 365, -np.expm1(-rate * p * 365) / np.maximum(p, 1e-300))
    np.testing.assert_allclose(world.truth.orders[world.alive], closed, rtol=1e-6)


def test_traits_follow_the_models_of_the_papers() -> None:
    crowd = people_room.draw_people(20_000, np.random.default_rng(2))
    gamma, beta = stats.gamma, stats.beta
    assert stats.kstest(crowd.rate, gamma(people_room.RATE_R, scale=1 / people_room.RATE_ALPHA_DAYS).cdf).pvalue > 1e-3
    assert stats.kstest(crowd.leaving, beta(people_room.LEAVING_A, people_room.LEAVING_B).cdf).pvalue > 1e-3
    precision = gamma(people_room.SPEND_Q, scale=1 / people_room.SPEND_GAMMA_EUROS)
    assert stats.kstest(1 / crowd.spend_scale, precision.cdf).pvalue > 1e-3
    traits = [crowd.rate, crowd.leaving, crowd.spend_scale, crowd.fuss]
    correlation = np.asarray(stats.spearmanr(np.column_stack(traits)).statistic)
    assert np.abs(correlation - np.eye(4)).max() < 0.03


def test_customers_leave_as_often_as_their_dropout_says() -> None:
    world = shop(20_000, season=False, price_drift=False)
    repeats = np.bincount(world.purchases.customer[world.purchases.day < 0], minlength=len(world.people)) - 1
    expected = world.people.leaving * repeats
    left = ~world.alive
    spread = np.sqrt((repeats * world.people.leaving * (1 - world.people.leaving)).sum())
    assert abs(left.sum() - expected.sum()) < 4 * spread
    assert np.all(world.alive[repeats == 0])


def test_baskets_cost_what_the_customer_meant_to_spend() -> None:
    world = shop(20_000, season=False, price_drift=False)
    goods = world.sales.gross / 100 / (4 * world.people.spend_scale[world.purchases.customer])
    assert goods.mean() == pytest.approx(1.0, abs=0.01)
    assert goods.std() == pytest.approx(0.5, abs=0.02)
    by_spend = np.argsort(world.people.spend_scale[world.purchases.customer])
    for tenth in np.array_split(goods[by_spend], 10):
        assert tenth.mean() == pytest.approx(1.0, abs=0.03)


def test_the_shop_feels_real() -> None:
    world = shop(20_000)
    past = world.purchases.day < 0
    net = (world.sales.gross - world.sales.discount)[past]
    assert 0.40 < 1 - world.sales.goods_cost[past].sum() / net.sum() < 0.50
    assert 35 < net.mean() / 100 < 55
    money = settle(world.sales, world.after, before_day=0)
    earned = np.bincount(world.purchases.customer[past], weights=money.profit[past])
    assert 0.02 < np.mean(earned < 0) < 0.08
    assert 60 <= len(world.catalogue.names) <= 100
    assert np.all(world.catalogue.unit_cost < 0.65 * world.catalogue.price)
    days = world.purchases.customer * 10_000 + world.purchases.day
    assert len(np.unique(days)) > 0.985 * len(days)
    best = np.sort(world.truth.value)[::-1]
    assert 0.7 < best[: len(best) // 5].sum() / best.sum() < 0.95


def test_channels_differ_in_worth_and_some_cost_more_than_they_bring() -> None:
    world = shop(20_000)
    names = [channel.name for channel in people_room.CHANNELS]
    worth = {name: world.truth.value[world.people.channel == i].mean() for i, name in enumerate(names)}
    assert max(worth, key=lambda name: worth[name]) == "referral"
    assert max(worth["paid social"], worth["marketplace"]) < 0.6 * worth["paid search"]
    market = world.people.channel[world.purchases.customer] == names.index("marketplace")
    assert np.all(world.sales.marketplace_fee[~market] == 0)
    assert np.all(world.sales.marketplace_fee[market & (world.sales.gross > 500)] > 0)
    returned = np.bincount(world.purchases.customer[world.after.refunds.order], minlength=len(world.people))
    orders = np.bincount(world.purchases.customer)
    of_market = world.people.channel == names.index("marketplace")
    share = returned[of_market].sum() / orders[of_market].sum()
    assert share > 1.3 * returned[~of_market].sum() / orders[~of_market].sum()


@pytest.mark.parametrize(
    ("attribute", "matters"),
    [
        ("household", True),
        ("machine", True),
        ("business", True),
        ("newsletter", True),
        ("birth_month", False),
        ("colour", False),
    ],
)
def test_some_attributes_tell_and_some_do_not(attribute: str, matters: bool) -> None:
    world = shop(20_000)
    codes, living = getattr(world.people, attribute), world.alive
    groups = [world.truth.value[living & (codes == code)] for code in np.unique(codes)]
    assert (stats.kruskal(*groups).pvalue < 1e-6) == matters


def test_surveys_are_loosely_tied_to_worth() -> None:
    world = shop(20_000)
    score = world.surveys.score
    worth = world.truth.value[world.purchases.customer[world.surveys.order]]
    assert 0.08 < stats.spearmanr(score, worth).statistic < 0.5
    assert 0 <= score.min() and score.max() <= 10


def test_demand_has_a_christmas_and_a_summer_only_in_season() -> None:
    calendar = make_calendar(AS_OF, 365, season=True, price_drift=False)
    months = np.array([(AS_OF.toordinal() + d) for d in range(-1095, 365)])
    month = np.array([date.fromordinal(int(day)).month for day in months])
    by_month = [calendar.demand[month == m].mean() for m in range(1, 13)]
    assert int(np.argmax(by_month)) == 11
    assert {int(m) for m in np.argsort(by_month)[:2]} <= {0, 6, 7}
    assert calendar.demand.mean() == pytest.approx(1.0, abs=0.01)
    flat = make_calendar(AS_OF, 365, season=False, price_drift=False)
    assert np.all(flat.demand == 1)
    assert np.all(flat.list_index == 1)


def test_prices_and_costs_drift_by_four_percent_a_year() -> None:
    calendar = make_calendar(AS_OF, 365, season=False, price_drift=True)
    index = calendar.list_index[calendar.list_of_day]
    assert index[1095 - 1] == pytest.approx(1.0)
    assert index[1095 - 1] / index[1095 - 366] == pytest.approx(1.04)
    assert index[-1] == pytest.approx(1.04)


def test_another_moment_of_the_day_keeps_the_order() -> None:
    world = shop(20_000)
    at = world.purchases.day * 86_400 + world.second
    assert np.all(np.diff(at) >= 0)
    assert world.second.min() >= 0 and world.second.max() < 86_400
