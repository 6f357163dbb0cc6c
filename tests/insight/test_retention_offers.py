"""Offers: what a line brought, who is comparable, how many took something up, and shops where the truth is known."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from insight_shop import AS_OF
from retention_shop import buy, lines_table, rhythmic_shop, simulate_days, table

from lifeworth.insight import retention
from lifeworth.insight.retention.offers.brings import brings_by_tier
from lifeworth.insight.retention.offers.chances import draw_together
from lifeworth.insight.retention.offers.firsts import EPOCH, Adopters, read_adopters, read_firsts
from lifeworth.insight.retention.offers.goods import drop_goods, write_goods
from lifeworth.insight.retention.offers.standing import GROUPS, tier_edges, tier_of
from lifeworth.insight.retention.rhythm import Days


@dataclass(frozen=True)
class Lines:
    """One entry per line: place of the purchase day it belongs to, category, product number, money."""

    day: np.ndarray
    category: np.ndarray
    product: np.ndarray
    net: np.ndarray


def simulate_lines(days, pace, seed=1):
    """Everybody buys tea; coffee and the dearest tea from a day of their own on, after ``pace`` days on average."""
    rng = np.random.default_rng([seed, 9])
    first = days.day[np.flatnonzero(np.diff(days.customer, prepend=-1))]
    drinks = {name: first + rng.exponential(pace, days.customers) for name in ("coffee", "dear")}
    later = days.day > first[days.customer]
    dear = later & (days.day >= drinks["dear"][days.customer])
    tea = np.where(dear, 6 + np.arange(len(days.day)) % 3, np.arange(len(days.day)) % 6)
    coffee = np.flatnonzero(later & (days.day >= drinks["coffee"][days.customer]))
    place = np.concatenate([np.arange(len(days.day)), coffee])
    category = np.array(["tea"] * len(days.day) + ["coffee"] * len(coffee))
    product = np.concatenate([tea, np.arange(len(coffee)) % 4])
    net = np.where(category == "tea", np.where(product >= 6, 24.0, 8.0 + product), 20.0)
    return Lines(place, category, product, net)


def stock(engine, days, lines, *, priced=True, margin=0.5):
    """Orders and lines of every purchase day in the ledger."""
    engine.write(
        "bought", {"place": np.arange(len(days.day)), "customer": days.customer, "ago": days.day.astype(np.int32)}
    )
    engine.write("held", {"place": lines.day, "category": lines.category, "product": lines.product, "net": lines.net})
    lines_table(engine)
    engine.execute(
        f"""INSERT INTO ledger_lines SELECT 'O' || place, DATE '{AS_OF}' + ago, category || product, category, 1, net, net * {1 - margin}, 'actual'
            FROM held JOIN bought USING (place) WHERE {priced} ORDER BY ALL"""
    )
    engine.execute(
        f"""INSERT INTO ledger_orders BY NAME SELECT 'O' || place AS order_id, 'C' || lpad(customer::VARCHAR, 4, '0') AS customer_id,
              DATE '{AS_OF}' + ago AS ordered_on, sum(net) AS net_sale, sum(net) * {margin} AS profit_sale
            FROM held JOIN bought USING (place) GROUP BY ALL ORDER BY ALL"""
    )
    engine.execute(
        """INSERT INTO sources_order_lines BY NAME SELECT 'O' || place AS order_id, (row_number() OVER (PARTITION BY place ORDER BY category))::INTEGER AS line_no,
             category || product AS product_id, category, 'goods' AS kind, 1 AS quantity, net AS amount FROM held ORDER BY ALL"""
    )


@pytest.fixture(scope="module")
def world():
    """Four years of customers who do not leave; the last is the future."""
    whole, _ = simulate_days(1_500, k=1.5, seed=11, span=1_460, leaves=None, r=1.5, alpha=60.0)
    lines = simulate_lines(whole, 900.0)
    known = whole.day < -365
    who, code = np.unique(whole.customer[known], return_inverse=True)
    past = Days(code.astype(np.int64), whole.day[known] + 365, whole.money[known])
    place = np.cumsum(known) - 1
    of_past = known[lines.day]
    past_lines = Lines(place[lines.day[of_past]], lines.category[of_past], lines.product[of_past], lines.net[of_past])
    engine, frame = rhythmic_shop(past, first_day=AS_OF - timedelta(days=1_095))
    stock(engine, past, past_lines)
    retention.build(engine, frame)
    return engine, whole, lines, who


def taken_up(whole, lines, kind):
    """First day on which each customer bought coffee, or dear tea, in the whole story."""
    wanted = lines.category == "coffee" if kind == "new category" else (lines.category == "tea") & (lines.product >= 6)
    first = np.full(whole.customers, np.inf)
    np.minimum.at(first, whole.customer[lines.day[wanted]], whole.day[lines.day[wanted]])
    return first


def test_as_many_take_an_offer_up_as_were_expected(world):
    """The chance comes from the past alone; the future year says whether it was right."""
    engine, whole, lines, who = world
    rows = table(engine, "retention_offers")
    assert {(row["offer"], row["category"]) for row in rows} == {("new category", "coffee"), ("dearer kind", "tea")}
    for kind in ("new category", "dearer kind"):
        mine = [row for row in rows if row["offer"] == kind]
        first = taken_up(whole, lines, kind)[who]
        free = first >= -365
        spent_lately = np.isin(who, np.unique(whole.customer[(whole.day < -365) & (whole.day >= -730)]))
        took = int((free & spent_lately & (first < 0)).sum())
        expected = sum(row["candidates"] * row["chance_mean"] for row in mine)
        unsure = np.sqrt(
            sum((row["candidates"] * (row["chance_high"] - row["chance_mean"]) / 1.28) ** 2 for row in mine)
        )
        assert took == pytest.approx(expected, abs=3 * np.sqrt(expected + unsure**2))
        told = [row for row in mine if row["took_up"] is not None]
        assert sum(row["expected_then"] for row in told) == pytest.approx(sum(row["took_up"] for row in told), rel=0.25)
        assert not any(1 <= row["took_up"] <= 9 or 1 <= row["comparable"] - row["took_up"] <= 9 for row in told)
        assert all(row["window_days"] == 365 and row["brings_days"] == 365 for row in mine)


def test_what_taking_up_brings_is_what_it_brought(world):
    engine, whole, lines, _ = world
    first = taken_up(whole, lines, "new category")
    coffee = lines.category == "coffee"
    who, when = whole.customer[lines.day[coffee]], whole.day[lines.day[coffee]]
    adopted = (first < -730) & np.isfinite(first)
    year = (when - first[who] < 365) & adopted[who]
    each = np.bincount(who[year], minlength=whole.customers)[adopted] * 20.0 * 0.5
    rows = [row for row in table(engine, "retention_offers") if row["offer"] == "new category"]
    assert sum(row["brings_mean"] * row["candidates"] for row in rows) / sum(
        row["candidates"] for row in rows
    ) == pytest.approx(each.mean(), rel=0.35)
    for row in rows:
        assert row["extra_mean"] == pytest.approx(row["candidates"] * row["chance_mean"] * row["brings_mean"], rel=1e-3)
        assert row["adopters"] >= 30 and row["comparable"] >= 10 and row["candidates"] >= 10


def test_the_list_holds_the_best_offer_of_each_and_nobody_who_has_it(world):
    engine, *_ = world
    rows = table(engine, "retention_offer_list", "place")
    assert len({row["customer_id"] for row in rows}) == len(rows) > 50
    extras = [row["extra_mean"] for row in rows]
    assert extras == sorted(extras, reverse=True)
    has = engine.value(
        """SELECT count(*) FROM retention_offer_list l JOIN ledger_orders o USING (customer_id) JOIN ledger_lines g USING (order_id)
           WHERE l.offer = 'new category' AND g.category = l.category"""
    )
    assert has == 0
    ground = {row["name"]: row for row in table(engine, "retention_grounds")}["offers"]
    assert ground["low"] < ground["figure"] < ground["high"] and ground["sample"] >= len(rows)
    assert sum(extras) <= ground["figure"] + 0.01 * len(rows)


def test_nothing_is_left_behind(world):
    engine, *_ = world
    left = {name for name in engine.tables() if name.startswith("retention_")} - {
        each.name for each in retention.TABLES
    }
    assert left == set()


# --- what a line brought


@pytest.mark.parametrize("priced", [True, False])
@pytest.mark.parametrize("in_profit", [True, False])
def test_lines_share_the_whole_of_an_order(priced, in_profit):
    days = Days(np.array([0, 0, 1]), np.array([-50.0, -20.0, -30.0]), np.ones(3))
    engine, frame = rhythmic_shop(days, in_profit=in_profit)
    lines_table(engine)
    buy(engine, "a", "C0000", 50, [("tea", "t1", 10, 4), ("cups", "c1", 30, 10)], profit=20)
    buy(engine, "b", "C0000", 20, [("tea", "t2", 15, 5), (None, "x", 5, 1)], profit=10)
    buy(engine, "c", "C0001", 30, [("tea", "t1", 0, 0), ("tea", "t1", 0, 0)], profit=-3)
    if not priced:
        engine.execute("DELETE FROM ledger_lines")
    engine.execute(
        f"INSERT INTO ledger_events VALUES ('a', 'C0000', DATE '{AS_OF}' - 50, DATE '{AS_OF}' - 5, 'refund', -10, 4, 2, -8, 'actual', true)"
    )
    retention.build(engine, frame)
    assert write_goods(engine, frame)
    found = dict(engine.rows("SELECT day::VARCHAR || category, sum(brought) FROM retention_goods GROUP BY 1"))
    first, second, third = ((AS_OF - timedelta(days=ago)).isoformat() for ago in (50, 20, 30))
    if not in_profit:
        assert found[first + "tea"] + found[first + "cups"] == pytest.approx(30)
        assert found[second + "tea"] == pytest.approx(15)
        assert found[third + "tea"] == pytest.approx(0)
    else:
        assert found[first + "tea"] + found[first + "cups"] == pytest.approx(12)
        tea = 6 + (12 - 26) * 10 / 40 if priced else 12 * 10 / 40
        assert found[first + "tea"] == pytest.approx(tea)
        assert found[second + "tea"] == pytest.approx(10 + (10 - 14) * 15 / 20 if priced else 7.5)
        assert found[third + "tea"] == pytest.approx(-3)
    drop_goods(engine)


def test_a_dearer_kind_counts_beyond_the_usual_line():
    days = Days(np.repeat(np.arange(40), 3), np.tile([-900.0, -700.0, -690.0], 40), np.ones(120))
    engine, frame = rhythmic_shop(days, first_day=AS_OF - timedelta(days=1_000))
    lines_table(engine)
    for customer in range(40):
        buy(engine, f"a{customer}", f"C{customer:04d}", 900, [("tea", f"t{customer % 4}", 10 + customer % 4, 4)])
        buy(engine, f"b{customer}", f"C{customer:04d}", 700, [("tea", "t8", 30, 12), ("tea", "t1", 11, 4)])
        buy(engine, f"c{customer}", f"C{customer:04d}", 690, [("tea", "t9", 40, 12)])
    retention.build(engine, frame)
    write_goods(engine, frame)
    found = read_adopters(engine, AS_OF, 365)
    usual = np.array([6.0, 7.0, 8.0, 9.0])[np.arange(40) % 4]
    assert found.brought[found.offer == 1].tolist() == pytest.approx((18 - usual + 28 - usual).tolist())
    firsts = read_firsts(engine)
    assert set(firsts.took[firsts.offer == 1].tolist()) == {(AS_OF - timedelta(days=700) - EPOCH).days}
    assert found.spent[0] == pytest.approx(10)
    drop_goods(engine)


# --- chances and standing


def test_chances_of_groups_that_do_not_differ_are_drawn_together():
    rng = np.random.default_rng(1)
    of = rng.integers(10, 400, 9).astype(float)
    took = rng.binomial(of.astype(int), 0.15).astype(float)
    alike = draw_together(took, of, 0.8)
    assert alike.mean.std() < 0.5 * (took / of).std()
    apart = draw_together(np.array([5.0, 200.0, 390.0]), np.array([400.0, 400.0, 400.0]), 0.8)
    assert apart.mean == pytest.approx(np.array([5, 200, 390]) / 400, abs=0.02)


def test_ranges_of_chances_hold_the_truth():
    rng, inside, asked = np.random.default_rng(2), 0, 0
    for _ in range(250):
        truth = rng.beta(6, 30, 9)
        of = rng.integers(15, 300, 9)
        found = draw_together(rng.binomial(of, truth).astype(float), of.astype(float), 0.8)
        inside += int(((found.low <= truth) & (truth <= found.high)).sum())
        asked += 9
    assert 0.74 <= inside / asked <= 0.86


@hypothesis_settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=9))
def test_a_chance_is_a_chance(groups):
    took, of = (np.array([float(f(pair)) for pair in groups]) for f in (min, max))
    found = draw_together(took, of, 0.8)
    assert ((found.low >= 0) & (found.low <= found.high) & (found.high <= 1)).all()
    assert ((found.mean >= 0) & (found.mean <= 1)).all() and np.isfinite(found.sd).all()


def test_tiers_share_the_money_from_the_top():
    spent = np.array([50.0, 30.0, 12.0, 5.0, 3.0, 0.0])
    assert tier_of(spent, tier_edges(spent)).tolist() == [0, 1, 2, 2, 2, 2]
    assert tier_edges(np.zeros(4)) == (np.inf, np.inf)
    assert len(GROUPS) == 9


def test_few_adopters_say_nothing():
    few = Adopters(np.zeros(29, np.int64), np.ones(29, np.int64), np.ones(29), np.ones(29))
    assert brings_by_tier(few, 0, 1, (10.0, 5.0)) == ()
    many = Adopters(
        np.zeros(60, np.int64), np.ones(60, np.int64), np.repeat([9.0, 1.0], 30), np.repeat([20.0, 1.0], 30)
    )
    core, solid, small = brings_by_tier(many, 0, 1, (10.0, 5.0))
    assert (core.mean, solid.mean, small.mean) == (9.0, 5.0, 1.0)


# --- shops that go wrong


@pytest.mark.parametrize(
    "odd", ["no lines", "no category", "one category", "no products", "short history", "ten thousand categories"]
)
def test_odd_goods_leave_the_tables_empty_or_bounded(odd):
    days, _ = simulate_days(200, seed=3, leaves=None)
    engine, frame = rhythmic_shop(days, first_day=AS_OF - timedelta(days=150 if odd == "short history" else 1_095))
    lines = simulate_lines(days, 300.0)
    if odd == "ten thousand categories":
        lines = Lines(
            lines.day, np.array([f"category {place}" for place in range(len(lines.day))]), lines.product, lines.net
        )
    if odd == "one category":
        kept = lines.category == "tea"
        lines = Lines(lines.day[kept], lines.category[kept], lines.product[kept], lines.net[kept])
    if odd != "no lines":
        stock(engine, days, lines)
    if odd == "no category":
        engine.execute("UPDATE ledger_lines SET category = NULL")
    if odd == "no products":
        engine.execute("UPDATE ledger_lines SET product_id = NULL")
    retention.build(engine, frame)
    kinds = {kind for (kind,) in engine.rows("SELECT DISTINCT offer FROM retention_offers")}
    expected = {"no products": {"new category"}, "one category": {"dearer kind"}}.get(odd, set())
    assert kinds == expected
