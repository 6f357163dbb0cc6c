"""What ``planted.json`` says is so: every number is met by letting the shop live, again and again."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demo_worlds import AS_OF, big, earn, shop, standard_score
from scipy import stats

from lifeworth.demo import measure_first_products
from lifeworth.demo.aftermath import follow_up, settle
from lifeworth.demo.arrays import Floats, Ints
from lifeworth.demo.campaigns import CAMPAIGNS, GROUPS, ONCE, RETURNED, bring_orders
from lifeworth.demo.catalogue import DURABLE, FRAGILE, read_catalogue
from lifeworth.demo.given_orders import expected_profit
from lifeworth.demo.newcomers import expect_newcomers
from lifeworth.demo.people import describe
from lifeworth.demo.planted import know_planted
from lifeworth.demo.planted.figures import ratio, rounded
from lifeworth.demo.population import FINISHED, know_newcomers
from lifeworth.demo.purchases import add_orders, draw_repeats, sort_purchases
from lifeworth.demo.sales import ring_up
from lifeworth.demo.seasons import make_calendar, month_of, weigh_joins
from lifeworth.demo.simulation import Simulation
from lifeworth.demo.starters import draw_starters
from lifeworth.demo.terms import BREAKAGE_MARKETPLACE, CHANNELS, COUNTRIES, CUSTOMS, MARKETPLACE
from lifeworth.demo.traits import FUSS_MOST, compare, draw_traits
from lifeworth.demo.voices import THEMES

NAMES = [channel.name for channel in CHANNELS]


@cache
def planted(customers: int = 3000) -> dict:
    return know_planted(shop(customers))


@cache
def first_years() -> tuple[Simulation, Ints, Floats]:
    """Newcomers of the finished year in a big shop, ten lives each: who they are and what each life brought."""
    world, lives = big(), 10
    came = np.flatnonzero((world.joined_day >= FINISHED[0]) & (world.joined_day < FINISHED[1]))
    twin = np.repeat(came, lives)
    crowd, joined = world.people.take(twin), world.joined[twin]
    starters = replace(world.starters, gateway=world.starters.gateway[twin], lookalike=world.starters.lookalike[twin])
    who, moment, _ = draw_repeats(crowd, joined, world.calendar, np.random.default_rng(7))
    within = moment < np.floor(joined)[who] + 365
    who, moment = np.concatenate([np.arange(len(crowd)), who[within]]), np.concatenate([joined, moment[within]])
    bought = sort_purchases(who, moment, np.zeros(len(who), dtype=bool), 1)
    money = earn(crowd, bought, starters, world, world.calendar)
    lived = np.bincount(bought.customer, weights=money.profit / 100)
    return world, came, lived.reshape(len(came), lives).mean(axis=1)


# Channels


@pytest.mark.parametrize("channel", NAMES)
def test_newcomers_of_a_channel_bring_what_is_planted(channel: str) -> None:
    world, came, brought = first_years()
    [row] = [each for each in planted()["channels"]["channels"] if each["channel"] == channel]
    mine = brought[world.people.channel[came] == NAMES.index(channel)]
    assert abs(standard_score(mine.mean(), row["newcomer_profit_365"], mine.var(ddof=1) / len(mine))) < 3.5
    assert len(mine) / len(brought) == pytest.approx(row["share"], abs=0.02)
    assert row["newcomer_profit_30"] < row["newcomer_profit_90"] < row["newcomer_profit_180"]


def test_all_newcomers_bring_what_is_planted() -> None:
    _, _, brought = first_years()
    expected = planted()["channels"]["newcomer_profit_365"]
    assert abs(standard_score(brought.mean(), expected, brought.var(ddof=1) / len(brought))) < 3.5


def test_evenly_spread_points_stand_for_everybody_who_might_come() -> None:
    """The same means from two hundred thousand people drawn, each at their own expectation."""
    rng, calendar = np.random.default_rng(21), make_calendar(AS_OF, 1, season=True, price_drift=True)
    hidden = draw_traits(200_000, rng)
    people = describe(hidden, rng, rng)
    reached = np.concatenate([[0.0], np.cumsum(weigh_joins(calendar, *FINISHED))])
    joined = np.interp(rng.uniform(0, reached[-1], len(people)), reached, np.arange(FINISHED[0], FINISHED[1] + 1.0))
    month = month_of(np.floor(joined).astype(np.int64), AS_OF)
    starters = draw_starters(compare(hidden), people.channel, month, rng)
    profit, truth = expect_newcomers(people, joined, starters, calendar), know_newcomers(AS_OF, True, True)
    for code, expected in enumerate(truth.by_channel[:, -1]):
        mine = profit[people.channel == code]
        assert abs(standard_score(mine.mean(), expected, mine.var() / len(mine))) < 3.5
    assert profit.mean() == pytest.approx(truth.overall, rel=0.012)
    np.testing.assert_allclose(np.bincount(people.channel) / len(people), truth.channel_share, atol=0.004)


def test_one_channel_is_best_per_euro_and_one_does_not_pay_back() -> None:
    section = planted()["channels"]
    by_euro = sorted((row["profit_per_euro"] for row in section["channels"] if row["win_cost"]), reverse=True)
    assert section["best_per_euro"] == "referral"
    assert by_euro[0] > 1.6 * by_euro[1]
    assert section["not_paid_back"] == ["paid social"]
    assert by_euro[-1] < 0.8 < 2 < by_euro[-2]


def test_spend_is_what_winning_customers_costs() -> None:
    world = big()
    spent = np.bincount(world.spend.channel, weights=world.spend.amount, minlength=len(NAMES)) / 100
    won = np.bincount(world.people.channel, minlength=len(NAMES))
    for code, channel in enumerate(CHANNELS):
        assert spent[code] / won[code] == pytest.approx(channel.win_cost, rel=0.06), channel.name


# The leaking category


def test_the_leak_costs_what_is_planted() -> None:
    """Let what was bought be sent back a hundred and fifty times; what comes back beyond the peers' rate is the leak."""
    world, section = shop(), planted()["leaking_category"]
    lines, catalogue = world.lines, world.catalogue
    day = world.purchases.day[lines.order]
    watched = (day >= -365) & (day < 0) & catalogue.fragile[lines.product]
    cost = (world.sales.line_amount - 0.7 * world.sales.line_cost) / 100 + 3.20
    fuss = world.people.fuss[world.purchases.customer[lines.order]]
    as_peers = 0.04 * fuss[watched]
    rng, seen = np.random.default_rng(17), []
    for _ in range(150):
        back = np.zeros(len(day))
        back[follow_up(world.people, world.purchases, lines, world.sales, catalogue, rng).refunds.line] = 1
        seen.append(((back[watched] - as_peers) * cost[watched]).sum())
    assert abs(standard_score(np.mean(seen), section["excess_cost"], np.var(seen, ddof=1) / len(seen))) < 3.5
    assert section["excess_cost"] == pytest.approx(
        sum(each["excess_cost"] for each in section["by_channel"].values()), rel=1e-4
    )
    assert section["lines"] == watched.sum()


def test_only_one_category_leaks_and_most_through_one_channel() -> None:
    """Lines that came back against the chance of their sort, for the fussiness of who ordered them."""
    world = big()
    lines, catalogue = world.lines, world.catalogue
    back = np.zeros(len(lines.order))
    back[world.after.refunds.line] = 1
    customer = world.purchases.customer[lines.order]
    expected = catalogue.return_rate[lines.product] * world.people.fuss[customer]
    market = world.people.channel[customer] == MARKETPLACE
    for category, name in enumerate(catalogue.categories):
        mine = catalogue.category[lines.product] == category
        score = standard_score(back[mine].sum(), expected[mine].sum(), (expected * (1 - expected))[mine].sum())
        assert (abs(score) < 3.5) == (name != FRAGILE), name
    fragile = catalogue.fragile[lines.product]
    for where, chance in ((market, 0.20), (~market, 0.09)):
        mine = fragile & where
        assert (back - expected)[mine].mean() == pytest.approx(chance, abs=0.01)
    assert (
        np.unique(catalogue.return_rate[np.isin(np.array(catalogue.categories)[catalogue.category], DURABLE)]).size == 1
    )


def test_broken_goods_are_said_to_be_broken() -> None:
    world = big()
    fragile = world.catalogue.fragile[world.lines.product[world.after.refunds.line]]
    broken = world.after.refunds.reason == 1
    assert broken[fragile].mean() > 0.65
    assert broken[~fragile].mean() == pytest.approx(0.2, abs=0.02)


def test_a_chance_to_come_back_is_below_one() -> None:
    assert read_catalogue().return_rate.max() * FUSS_MOST + BREAKAGE_MARKETPLACE < 1


# The loss-making segment


def test_orders_bring_what_is_expected_given_their_baskets() -> None:
    world, rng, rounds = shop(), np.random.default_rng(8), 150
    expected = expected_profit(world)
    swiss = world.people.country[world.purchases.customer] == CUSTOMS
    total, squares = np.zeros(len(expected)), np.zeros(len(expected))
    for _ in range(rounds):
        after = follow_up(world.people, world.purchases, world.lines, world.sales, world.catalogue, rng)
        profit = settle(world.sales, after).profit / 100
        total, squares = total + profit, squares + profit**2
    variance = (squares / rounds - (total / rounds) ** 2) / (rounds - 1)
    for chosen in (swiss, ~swiss):
        seen = total[chosen].sum() / rounds
        assert abs(standard_score(seen, expected[chosen].sum(), variance[chosen].sum())) < 3.5


def test_the_segment_loses_what_is_planted() -> None:
    """Had everybody lived there: the orders of a big shop's last year, with parcels and returns of that country."""
    world, section = big(), planted()["loss_making_segment"]
    assert section["country"] == COUNTRIES[CUSTOMS].code
    moved = world.people.all_from(country=CUSTOMS)
    rng = np.random.default_rng(4)
    sold = ring_up(moved, world.purchases, world.lines, world.price_lists, world.calendar, rng)
    money = settle(sold, follow_up(moved, world.purchases, world.lines, sold, world.catalogue, rng)).profit / 100
    year = (world.purchases.day >= -365) & (world.purchases.day < 0) & ~world.purchases.brought
    who = world.purchases.customer[year]
    orders = np.bincount(who, minlength=len(world.people))
    residual = np.bincount(who, weights=money[year], minlength=len(world.people)) - orders * money[year].mean()
    error = np.sqrt((residual**2).sum()) / orders.sum()
    assert abs(money[year].mean() - section["everybody_profit_per_order"]) < 3.5 * error
    assert error < 0.25


def test_the_segment_is_small_loses_money_and_no_other_country_does() -> None:
    section, world = planted(60_000)["loss_making_segment"], big()
    assert 0.04 < section["customer_share"] < 0.06
    assert -6.5 < section["profit_per_order"] < -3
    assert section["free_delivery"]["profit_per_order"] < -8
    assert section["charged_delivery"]["profit_per_order"] > 0
    parts = section["free_delivery"], section["charged_delivery"]
    assert sum(part["orders"] for part in parts) == section["orders"]
    assert sum(part["profit_total"] for part in parts) == pytest.approx(section["profit_total"], rel=1e-4)
    profit, past = expected_profit(world), world.purchases.day < 0
    for country in range(len(COUNTRIES)):
        mine = past & (world.people.country[world.purchases.customer] == country)
        assert (profit[mine].mean() < 0) == (country == CUSTOMS)
        assert country == CUSTOMS or profit[mine].mean() > 8
    for channel in range(len(NAMES)):
        assert profit[past & (world.people.channel[world.purchases.customer] == channel)].mean() > 3


# First products


def compare_first(world: Simulation, came: Ints, brought: Floats, begins: np.ndarray) -> tuple[float, float]:
    """Difference of means within channel and month, weighted by those who begin with it, and its standard error."""
    cell = (month_of(world.joined_day, AS_OF) * len(NAMES) + world.people.channel)[came]
    begins, difference, variance = begins[came], 0.0, 0.0
    for each in np.unique(cell[begins]):
        one, other = brought[(cell == each) & begins], brought[(cell == each) & ~begins]
        weight = len(one) / begins.sum()
        difference += weight * (one.mean() - other.mean())
        variance += weight**2 * (brought[begins].var() / len(one) + other.var() / len(other))
    return difference, float(np.sqrt(variance))


@pytest.mark.parametrize("product", ["gateway", "lookalike"])
def test_first_products_bring_what_is_planted(product: str) -> None:
    world, came, brought = first_years()
    truth = planted()["first_products"][product]
    begins = getattr(world.starters, product)
    difference, error = compare_first(world, came, brought, begins)
    assert abs(difference - truth["adjusted_difference"]) < 3.5 * error
    assert error < 4
    assert begins.mean() == pytest.approx(truth["share"], abs=0.01)


def test_the_gateway_is_worth_more_and_the_lookalike_only_looks_so() -> None:
    section = planted()["first_products"]
    gateway, lookalike = section["gateway"], section["lookalike"]
    assert 0.05 < gateway["share"] < 0.08
    assert gateway["adjusted_difference"] > 15
    assert lookalike["raw_difference"] > 10
    assert abs(lookalike["adjusted_difference"]) < 0.2
    assert lookalike["share"] > gateway["share"]


def test_first_orders_hold_the_two_products_as_drawn_and_never_by_accident() -> None:
    world = big()
    first = world.purchases.nth[world.lines.order] == 0
    who = world.purchases.customer[world.lines.order]
    for name in ("gateway", "lookalike"):
        product = getattr(world.catalogue, name)
        holds = np.zeros(len(world.people), dtype=bool)
        holds[who[first & (world.lines.product == product)]] = True
        np.testing.assert_array_equal(holds, getattr(world.starters, name))
        assert (world.lines.product[~first] == product).any()


def test_every_first_product_is_measured() -> None:
    """Another way to the same two numbers: realised first orders of a hundred thousand newcomers."""
    measured = measure_first_products(AS_OF, newcomers=100_000, seed=2)
    truth, catalogue = know_newcomers(AS_OF, True, True), big().catalogue
    for product, planted_one in ((catalogue.gateway, truth.gateway), (catalogue.lookalike, truth.lookalike)):
        gap = measured.difference[product] - planted_one.adjusted
        assert abs(gap) < 3.5 * measured.standard_error[product]
        assert measured.share[product] == pytest.approx(planted_one.share, abs=0.005)
    assert len(measured.product_id) == len(measured.share) == len(catalogue.names)
    machine = catalogue.names.index("Portafilter Machine Prima")
    assert measured.difference[machine] > 50


# Campaigns


def test_letters_bring_what_is_planted() -> None:
    """Write to everybody who was drawn, a hundred times, and add up what the orders earn that would not have been."""
    world, rounds, seen = shop(), 100, []
    section = planted()["experiments"]["campaigns"]
    everybody = replace(world.assignments, treated=np.ones_like(world.assignments.treated))
    nothing = sort_purchases(np.empty(0, np.int64), np.empty(0), np.empty(0, bool), 365)
    for seed in range(rounds):
        brought = bring_orders(everybody, np.random.default_rng(seed))
        bought = add_orders(nothing, brought.customer, brought.moment, 365)
        bought = replace(bought, nth=bought.nth + 1)
        money = earn(world.people, bought, world.starters, world, world.calendar, seed)
        assert np.unique(brought.customer).size == len(brought.customer)
        seen.append(money.profit.sum() / 100)
    for code, row in enumerate(section):
        assert row["customers"] == (everybody.campaign == code).sum()
        if any(CAMPAIGNS[code].lift):
            expected = row["effect_per_contact"] * row["customers"]
            assert abs(standard_score(np.mean(seen), expected, np.var(seen, ddof=1) / rounds)) < 3.5
        else:
            assert row["effect_per_contact"] == row["orders_brought"] == 0


def test_one_group_answers_and_the_other_does_not() -> None:
    _, letter = planted(60_000)["experiments"]["campaigns"]
    assert letter["groups"][ONCE]["effect_per_contact"] > 1.2
    assert letter["groups"][ONCE]["net_effect_per_contact"] > 0
    assert letter["groups"][RETURNED]["effect_per_contact"] == 0
    assert letter["net_effect_per_contact"] < letter["groups"][ONCE]["net_effect_per_contact"]
    pooled = sum(each["effect_per_contact"] * each["customers"] for each in letter["groups"].values())
    assert letter["effect_per_contact"] == pytest.approx(pooled / letter["customers"], rel=1e-4)


def test_campaigns_are_randomised_and_change_nothing_but_their_orders() -> None:
    world = big()
    given, bought = world.assignments, world.purchases
    for code, campaign in enumerate(CAMPAIGNS):
        mine = given.campaign == code
        treated, who = given.treated[mine], given.customer[mine]
        chance = stats.binomtest(int(treated.sum()), int(mine.sum()), campaign.treated_share)
        assert chance.pvalue > 1e-3
        for trait in (world.people.rate, world.people.leaving, world.people.spend_scale, given.group):
            values = trait[who] if len(trait) == len(world.people) else trait[mine]
            assert stats.mannwhitneyu(values[treated], values[~treated]).pvalue > 1e-3
        before = bought.day < campaign.day
        latest = np.full(len(world.people), -10_000)
        np.maximum.at(latest, bought.customer[before & ~bought.brought], bought.day[before & ~bought.brought])
        quiet = campaign.day - latest[who]
        assert quiet.min() >= campaign.quiet_days[0] and quiet.max() <= campaign.quiet_days[1]
        orders = np.bincount(bought.customer[before & ~bought.brought], minlength=len(world.people))
        np.testing.assert_array_equal(orders[who] > 1, given.group[mine] == GROUPS.index(RETURNED))
    brought = bought.day[bought.brought]
    assert brought.min() >= CAMPAIGNS[1].day + 2 and brought.max() < CAMPAIGNS[1].day + CAMPAIGNS[1].window_days
    assert np.all(world.alive[bought.customer[bought.brought]] | (bought.day[bought.brought] < 0))


def test_the_realised_difference_of_arms_is_one_draw_of_the_effect() -> None:
    """Profit of the window, treated less holdout, in a big shop: near the planted effects, null included."""
    world, section = big(), planted(60_000)["experiments"]["campaigns"]
    money = settle(world.sales, world.after).profit / 100
    for code, campaign in enumerate(CAMPAIGNS):
        within = (world.purchases.day >= campaign.day) & (world.purchases.day < campaign.day + campaign.window_days)
        earned = np.bincount(world.purchases.customer[within], weights=money[within], minlength=len(world.people))
        for nth, name in enumerate(GROUPS):
            mine = (world.assignments.campaign == code) & (world.assignments.group == nth)
            arms = [earned[world.assignments.customer[mine & (world.assignments.treated == arm)]] for arm in (0, 1)]
            gap = arms[1].mean() - arms[0].mean()
            noise = sum(arm.var(ddof=1) / len(arm) for arm in arms)
            assert abs(standard_score(gap, section[code]["groups"][name]["effect_per_contact"], noise)) < 3.5


# Surveys


def test_contentment_goes_with_worth_as_planted() -> None:
    world, section = big(), planted(60_000)["surveys"]
    found = stats.spearmanr(world.people.contentment, world.truth.value).statistic
    assert section["spearman_all"] == pytest.approx(found, rel=1e-4)
    assert 0.1 < section["spearman_all"] < 0.35
    score, who = world.surveys.score, world.purchases.customer[world.surveys.order]
    assert 0.1 < stats.spearmanr(score, world.truth.value[who]).statistic < 0.5
    assert 0.5 < stats.spearmanr(score, world.people.contentment[who]).statistic < 0.95
    assert 0 <= score.min() and score.max() <= 10


@pytest.mark.parametrize("structure", [True, False])
def test_one_kind_speaks_of_two_themes_more_than_others(structure: bool) -> None:
    world = big(structure=structure)
    order, orders = world.surveys.order, len(world.purchases.customer)
    trouble = np.zeros(orders, dtype=bool)
    trouble[world.after.refunds.order] = trouble[world.after.tickets.order] = True
    calm = ~trouble[order]
    kind, theme = world.people.kind[world.purchases.customer[order]][calm], world.surveys.theme[calm]
    chances = know_planted(world)["surveys"]["themes"] if not structure else planted(60_000)["surveys"]["themes"]
    for code, row in enumerate(chances.values()):
        counts = np.bincount(theme[kind == code], minlength=len(THEMES))
        assert stats.chisquare(counts, counts.sum() * np.array(list(row.values()))).pvalue > 1e-4
    table = np.array([np.bincount(theme[kind == code], minlength=len(THEMES)) for code in range(4)])
    assert (stats.chi2_contingency(table).pvalue < 1e-6) == structure


# Figures


def test_figures_are_plain_numbers_of_six_digits() -> None:
    assert rounded({"a": np.float64(1 / 3), "b": (np.int64(7), np.bool_(True)), "c": [float("nan")]}) == {
        "a": 0.333333,
        "b": [7, True],
        "c": [None],
    }
    assert ratio(1.0, 0) is None
    assert ratio(1, 4) == 0.25


def test_a_shop_of_one_customer_has_a_truth_for_every_question() -> None:
    sections = know_planted(shop(1))
    assert sections["loss_making_segment"]["orders"] >= 0
    assert sections["surveys"]["spearman_all"] is None
    assert set(sections) == set(planted())
