"""The truth is true: simulated futures average to it, and the hidden world is the one it claims to be."""

from datetime import date

import numpy as np
import pytest
from demo_worlds import AS_OF, as_repeats, big, earn, no_starters, shop
from scipy import stats

from lifeworth.demo import people as people_room
from lifeworth.demo import traits
from lifeworth.demo.aftermath import settle
from lifeworth.demo.newcomers import count_repeats, expect_newcomers, price_orders
from lifeworth.demo.purchases import draw_repeats, sort_purchases
from lifeworth.demo.seasons import make_calendar
from lifeworth.demo.simulation import Future, Simulation, look_back
from lifeworth.demo.terms import CHANNELS


def live_on(world: Simulation, futures: int) -> Future:
    """Other futures of the customers who are still there, in one go: each customer as ``futures`` twins."""
    crowd = world.people.take(np.repeat(np.flatnonzero(world.alive), futures))
    who, moment, _ = draw_repeats(crowd, np.zeros(len(crowd)), world.calendar, np.random.default_rng(98))
    own = np.zeros(len(who), dtype=bool)
    bought = as_repeats(sort_purchases(who, moment, own, world.calendar.horizon_days))
    return look_back(bought, earn(crowd, bought, no_starters(len(crowd)), world, world.calendar), len(crowd), 0.10)


@pytest.mark.parametrize(
    ("season", "price_drift", "horizon_days", "futures"),
    [(True, True, 365, 150), (False, False, 365, 100), (True, True, 90, 500)],
)
def test_simulated_futures_average_to_the_truth(
    season: bool, price_drift: bool, horizon_days: int, futures: int
) -> None:
    world = shop(season=season, price_drift=price_drift, horizon_days=horizon_days)
    seen, living = live_on(world, futures), world.alive
    for kind in ("orders", "revenue", "value"):
        truth = getattr(world.truth, kind)[living]
        lived = getattr(seen, kind).reshape(len(truth), futures)
        error = np.sqrt((lived.var(axis=1, ddof=1) / futures).sum())
        assert abs(lived.mean(axis=1).sum() - truth.sum()) < 3.5 * error, kind
        assert abs(lived.mean(axis=1).sum() / truth.sum() - 1) < 0.01, kind
        busy = world.truth.orders[living] > 1
        score = (lived.mean(axis=1) - truth)[busy] / np.sqrt(lived.var(axis=1, ddof=1)[busy] / futures)
        assert abs(np.mean(score**2) - 1) < 4 * np.sqrt(2 / busy.sum()), kind
        assert abs(score.mean()) < 4 / np.sqrt(busy.sum()), kind


def test_simulated_first_years_average_to_what_a_newcomer_is_worth() -> None:
    """Each customer begins anew sixty times, on the day on which they joined."""
    world, lives = shop(), 60
    twin = np.repeat(np.arange(len(world.people)), lives)
    crowd, joined = world.people.take(twin), world.joined[twin]
    starters = type(world.starters)(world.starters.gateway[twin], world.starters.lookalike[twin])
    who, moment, _ = draw_repeats(crowd, joined, world.long_calendar, np.random.default_rng(5))
    within = moment < np.floor(joined)[who] + 365
    who, moment = np.concatenate([np.arange(len(crowd)), who[within]]), np.concatenate([joined, moment[within]])
    bought = sort_purchases(who, moment, np.zeros(len(who), dtype=bool), 366)
    money = earn(crowd, bought, starters, world, world.long_calendar)
    lived = np.bincount(bought.customer, weights=money.profit / 100).reshape(-1, lives)
    error = np.sqrt((lived.var(axis=1, ddof=1) / lives).sum())
    assert abs(lived.mean(axis=1).sum() - world.newcomer_profit.sum()) < 3.5 * error
    assert lived.mean() == pytest.approx(world.newcomer_profit.mean(), rel=0.01)
    busy = world.people.rate > np.median(world.people.rate)
    score = (lived.mean(axis=1) - world.newcomer_profit)[busy] / np.sqrt(lived.var(axis=1, ddof=1)[busy] / lives)
    assert abs(np.mean(score**2) - 1) < 4 * np.sqrt(2 / busy.sum()) + 0.05


def test_repeats_of_a_newcomer_add_up_over_price_lists_and_spans() -> None:
    world = shop(season=False)
    crowd, joined = world.people, world.joined
    whole = count_repeats(crowd, joined, world.long_calendar, joined, joined + 300.0).sum(axis=0)
    halves = [
        count_repeats(crowd, joined, world.long_calendar, joined + start, joined + start + 150.0).sum(axis=0)
        for start in (0.0, 150.0)
    ]
    np.testing.assert_allclose(sum(halves), whole, rtol=1e-9)
    closed = -np.expm1(-crowd.rate * crowd.leaving * 300) / crowd.leaving
    np.testing.assert_allclose(whole, closed, rtol=1e-9)
    assert np.all(count_repeats(crowd, joined, world.long_calendar, -2000.0, joined) == 0)


def test_a_longer_look_at_newcomers_adds_only_what_repeats_bring() -> None:
    world = shop()
    profit = [expect_newcomers(world.people, world.joined, world.starters, world.long_calendar, d) for d in (1, 365)]
    worth_having = price_orders(world.people, world.long_calendar).repeat.min(axis=0) > 0
    assert 0.7 < worth_having.mean() < 1
    assert np.all(profit[1][worth_having] >= profit[0][worth_having])


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
    crowd = people_room.describe(
        traits.draw_traits(20_000, np.random.default_rng(2)), np.random.default_rng(4), np.random.default_rng(3)
    )
    gamma, beta = stats.gamma, stats.beta
    assert stats.kstest(crowd.rate, gamma(traits.RATE_R, scale=1 / traits.RATE_ALPHA_DAYS).cdf).pvalue > 1e-3
    assert stats.kstest(crowd.leaving, beta(traits.LEAVING_A, traits.LEAVING_B).cdf).pvalue > 1e-3
    precision = gamma(traits.SPEND_Q, scale=1 / traits.SPEND_GAMMA_EUROS)
    assert stats.kstest(1 / crowd.spend_scale, precision.cdf).pvalue > 1e-3
    hidden = [crowd.rate, crowd.leaving, crowd.spend_scale, crowd.fuss]
    correlation = np.asarray(stats.spearmanr(np.column_stack(hidden)).statistic)
    assert np.abs(correlation - np.eye(4)).max() < 0.03


def test_evenly_spread_traits_follow_the_same_models() -> None:
    even = traits.traits_at((np.arange(1000)[:, None] + np.full(4, 0.5)) / 1000)
    score = traits.compare(even)
    for name in ("rate", "leaving", "spend", "fuss"):
        expected = stats.norm.ppf((np.arange(1000) + 0.5) / 1000)
        np.testing.assert_allclose(getattr(score, name), expected, atol=1e-6, err_msg=name)


def test_what_is_planted_leaves_rates_leaving_spend_and_purchases_alone() -> None:
    """The customers' own orders are those of the purchase process; campaigns only add theirs."""
    world, plain = shop(), shop(structure=False)
    for name in ("rate", "leaving", "spend_scale", "fuss", "channel", "kind"):
        np.testing.assert_array_equal(getattr(world.people, name), getattr(plain.people, name), err_msg=name)
    np.testing.assert_array_equal(world.purchases.moment, plain.purchases.moment)
    own = ~world.purchases.brought
    rng = [np.random.default_rng(stream) for stream in np.random.SeedSequence(11).spawn(3)]
    hidden = traits.draw_traits(3000, rng[0])
    np.testing.assert_array_equal(hidden.rate, world.people.rate)
    who, moment, _ = draw_repeats(world.people, world.joined, world.calendar, rng[2])
    expected = np.sort(np.concatenate([world.joined, moment]))
    np.testing.assert_array_equal(world.purchases.moment[own], expected)
    assert np.all(world.purchases.day[~own] < 0)
    assert 0 < (~own).sum() < 0.006 * (world.purchases.day < 0).sum()


def test_customers_leave_as_often_as_their_dropout_says() -> None:
    world = shop(20_000, season=False, price_drift=False)
    own = (world.purchases.day < 0) & ~world.purchases.brought
    repeats = np.bincount(world.purchases.customer[own], minlength=len(world.people)) - 1
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
    world = big()
    past = world.purchases.day < 0
    net = (world.sales.gross - world.sales.discount)[past]
    assert 0.40 < 1 - world.sales.goods_cost[past].sum() / net.sum() < 0.50
    assert 35 < net.mean() / 100 < 55
    money = settle(world.sales, world.after, before_day=0)
    earned = np.bincount(world.purchases.customer[past], weights=money.profit[past])
    assert 0.02 < np.mean(earned < 0) < 0.10
    assert 0.22 < money.profit[past].sum() / money.revenue[past].sum() < 0.32
    assert 60 <= len(world.catalogue.names) <= 100
    assert np.all(world.catalogue.unit_cost < 0.65 * world.catalogue.price)
    days = world.purchases.customer * 10_000 + world.purchases.day
    assert len(np.unique(days)) > 0.985 * len(days)
    best = np.sort(world.truth.value)[::-1]
    assert 0.7 < best[: len(best) // 5].sum() / best.sum() < 0.95


def test_channels_differ_in_worth_and_some_cost_more_than_they_bring() -> None:
    world = big()
    names = [channel.name for channel in CHANNELS]
    worth = {name: world.truth.value[world.people.channel == i].mean() for i, name in enumerate(names)}
    assert max(worth, key=lambda name: worth[name]) == "referral"
    assert max(worth["paid social"], worth["marketplace"]) < 0.6 * worth["paid search"]
    market = world.people.channel[world.purchases.customer] == names.index("marketplace")
    assert np.all(world.sales.marketplace_fee[~market] == 0)
    assert np.all(world.sales.marketplace_fee[market & (world.sales.gross > 500)] > 0)
    refunds = np.bincount(world.after.refunds.order, minlength=len(market))
    assert refunds[market].mean() > 1.3 * refunds[~market].mean()


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
    world = big()
    at = world.purchases.day * 86_400 + world.second
    assert np.all(np.diff(at) >= 0)
    assert world.second.min() >= 0 and world.second.max() < 86_400
