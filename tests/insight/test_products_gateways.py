"""Where lasting relationships begin: planted effects are found, those of channel and month are not taken for the product's."""

import json
from datetime import timedelta

import numpy as np
import pytest
from products_shop import AS_OF, add, books, built, day, written
from scipy import stats

from lifeworth import demo, sources
from lifeworth.insight import products
from lifeworth.insight.products.discovery import false_discovery
from lifeworth.insight.products.findings import AFTER_FIRST, MORE, UNTOLD, WITH_FIRST
from lifeworth.insight.products.matched import Crowd, Held, compare, upper_tail
from lifeworth.settings import Settings, read_settings
from lifeworth.sources.request import FileRequest
from lifeworth.store.duckdb.engine import DuckDB


def by_hand(stratum, holder, brought):
    """The difference averaged over the holders' strata, in a loop."""
    sums, count = 0.0, 0
    for one in np.unique(stratum):
        ours, theirs = brought[(stratum == one) & holder], brought[(stratum == one) & ~holder]
        if len(ours) and len(theirs) >= 2:
            sums += len(ours) * (ours.mean() - theirs.mean())
            count += len(ours)
    return sums / count, count


def held_by(*holders):
    customer = np.concatenate([np.flatnonzero(holder) for holder in holders])
    thing = np.concatenate([np.full(holder.sum(), place) for place, holder in enumerate(holders)])
    return Held(customer, thing, len(holders))


def test_differences_are_those_of_a_loop_over_strata():
    rng = np.random.default_rng(1)
    stratum, brought = rng.integers(0, 40, 400), rng.gamma(1, 50, 400)
    holders = [rng.random(400) < share for share in (0.05, 0.3, 0.95)]
    found = compare(Crowd(stratum, stratum % 7), held_by(*holders), brought, 0.9)
    for place, holder in enumerate(holders):
        mean, count = by_hand(stratum, holder, brought)
        assert found.mean[place] == pytest.approx(mean) and found.compared[place] == count


def test_nobody_beside_a_holder_is_no_answer():
    brought = np.array([1.0, 2.0, 3.0, 4.0])
    found = compare(
        Crowd(np.zeros(4, dtype=int), np.zeros(4, dtype=int)), held_by(np.ones(4, dtype=bool)), brought, 0.9
    )
    assert found.compared[0] == 0 and np.isnan(found.mean[0]) and found.chance[0] == 1


def test_scale_changes_nothing_but_the_unit():
    rng = np.random.default_rng(2)
    stratum, brought, holder = rng.integers(0, 9, 300), rng.gamma(1, 50, 300), rng.random(300) < 0.2
    one, hundred = (compare(Crowd(stratum, stratum), held_by(holder), brought * scale, 0.8) for scale in (1.0, 100.0))
    assert hundred.mean == pytest.approx(100 * one.mean) and hundred.reach == pytest.approx(100 * one.reach)
    assert hundred.chance == pytest.approx(one.chance) and (hundred.sure == one.sure).all()


def world(seed, effect, *, customers=2_500, shared=0.0):
    """Newcomers of five channels and 24 months; a thing bought more in good channels and months, with an effect of its own."""
    rng = np.random.default_rng([seed, 77])
    channel, month = rng.integers(0, 5, customers), rng.integers(0, 24, customers)
    chance = np.minimum(0.04 * np.exp(0.5 * channel) * np.where(month % 12 > 9, 2, 1), 0.9)
    holder = rng.random(customers) < chance
    luck = rng.normal(0, 1, 24)[month] * rng.normal(0, shared, 24)[month] if shared else 0.0
    worth = 20 + 15 * channel + 10 * (month % 12 > 9)
    brought = np.where(rng.random(customers) < 0.4, rng.gamma(0.8, worth / 0.32), 0.0) + effect * holder + luck * holder
    _, stratum = np.unique(channel * 24 + month, return_inverse=True)
    return Crowd(stratum, month), holder, brought


@pytest.mark.parametrize(("effect", "shared"), [(0.0, 0.0), (18.0, 0.0), (0.0, 12.0)])
def test_ranges_hold_the_planted_effect_as_often_as_they_say(effect, shared):
    inside, chance, naive = [], [], []
    for seed in range(300):
        crowd, holder, brought = world(seed, effect, shared=shared)
        found = compare(crowd, held_by(holder), brought, 0.9)
        inside.append(abs(found.mean[0] - effect) <= found.reach[0])
        chance.append(found.chance[0])
        naive.append(brought[holder].mean() - brought[~holder].mean())
    assert stats.binomtest(sum(inside), 300, 0.9).pvalue > 0.001 or np.mean(inside) > 0.9
    assert np.mean(inside) < 0.975
    assert np.mean(naive) > effect + 10
    if effect == shared == 0:
        assert stats.binomtest(int(np.sum(np.array(chance) <= 0.05)), 300, 0.05).pvalue > 0.001


def test_among_many_that_do_nothing_hardly_any_is_called():
    """Skewed money, 120 things of thirty to several hundred holders, sixty worlds: false discovery at its level."""
    rng = np.random.default_rng(9)
    called = 0
    for _ in range(60):
        channel, month = rng.integers(0, 4, 2_000), rng.integers(0, 20, 2_000)
        brought = np.where(rng.random(2_000) < 0.4, rng.lognormal(3, 1.3, 2_000), 0.0)
        shares = rng.uniform(0.02, 0.3, 120)
        held = held_by(*(rng.random(2_000) < share for share in shares))
        _, stratum = np.unique(channel * 20 + month, return_inverse=True)
        found = compare(Crowd(stratum, month), held, brought, 0.9)
        called += bool((false_discovery(found.chance) <= 0.05).any())
    assert called <= 60 * 0.05 + 3 * (60 * 0.05 * 0.95) ** 0.5


def test_tails_of_the_third_kind_are_those_of_scipy():
    far, skewness = np.array([0.5, 2.0, 4.0, 1.0]), np.array([0.3, 1.2, 0.8, 2.5])
    assert upper_tail(far, skewness) == pytest.approx(
        np.maximum(stats.pearson3.sf(far, skewness), stats.norm.sf(far)), rel=1e-9
    )
    assert upper_tail(np.array([3.0]), np.array([-1.0])) == pytest.approx(stats.norm.sf(3.0))


def test_a_chance_is_that_of_dealing_again():
    """Against ten thousand deals of the holders within strata."""
    rng = np.random.default_rng(4)
    stratum = np.repeat(np.arange(6), 40)
    holder = rng.random(240) < 0.2
    brought = rng.lognormal(2, 1, 240) - 1 + 6.0 * holder
    found = compare(Crowd(stratum, stratum), held_by(holder), brought, 0.9).chance[0]
    roots = np.sign(brought) * np.sqrt(np.abs(brought))
    apart = roots - np.array([roots[stratum == one].mean() for one in range(6)])[stratum]
    seen, dealt = apart[holder].sum(), np.zeros(10_000)
    for one in range(6):
        place = np.flatnonzero(stratum == one)
        order = np.argsort(rng.random((10_000, 40)), axis=1)[:, : holder[place].sum()]
        dealt += apart[place][order].sum(axis=1)
    told = 2 * min((dealt >= seen).mean(), (dealt <= seen).mean())
    assert 0.001 < told < 0.2
    assert found == pytest.approx(told, abs=4 * (told / 10_000) ** 0.5 + 0.15 * told)


@pytest.mark.parametrize(
    ("chances", "asked"),
    [([0.01, 0.04, 0.03], None), ([0.5], None), ([0.001, 0.2, 0.02, 0.02], None), ([0.01, 0.002], 40)],
)
def test_false_discovery_is_that_of_scipy(chances, asked):
    padded = [*chances, *[1.0] * ((asked or len(chances)) - len(chances))]
    wanted = stats.false_discovery_control(padded)[: len(chances)]
    assert false_discovery(np.array(chances), asked) == pytest.approx(wanted)


# --- the table


def newcomers(people):
    """Orders and lines of newcomers: (channel, days ago, product, money of the first order, money after a month)."""
    orders, lines = [], []
    for n, (channel, ago, product, first, later) in enumerate(people):
        orders.append((f"o{n}", f"c{n:05d}", day(ago), {"channel": channel}))
        lines.append((f"o{n}", product, first, {"category": f"k{product}"}))
        if later:
            orders.append((f"p{n}", f"c{n:05d}", day(ago) + timedelta(days=30), {"channel": channel}))
            lines.append((f"p{n}", "z", later, {"category": "kz"}))
    return orders, lines


def gateway(engine, product, counted=AFTER_FIRST):
    found = engine.records("SELECT * FROM products_gateways WHERE product_id = ? AND counted = ?", [product, counted])
    return found[0] if found else None


def near(row):
    """Width of the range of 80 %: two and a half standard errors."""
    return row["difference_high"] - row["difference_low"]


@pytest.fixture(scope="module")
def four():
    """Product a brings 30 more after the first day; b only first orders of 50 more; c is bought in the better channel."""
    rng = np.random.default_rng(11)
    people = []
    for n in range(1_600):
        channel = "good" if n % 2 else "poor"
        product = str(rng.choice(["a", "b", "c", "d"], p=[0.1, 0.1, 0.3, 0.5] if n % 2 else [0.1, 0.1, 0.05, 0.75]))
        later = 20 + 60 * (n % 2) + 30 * (product == "a") + round(float(rng.normal(0, 40)), 2)
        people.append((channel, int(rng.integers(370, 900)), product, 50 + 50 * (product == "b"), later))
    people += [("good", 400, "rare", 50, 80)] * 29
    return built(*newcomers(people), settings=Settings(currency="EUR"))


def test_the_gateway_is_found_and_the_lookalike_is_not(four):
    a, c = gateway(four, "a"), gateway(four, "c")
    assert a["verdict"] == MORE and a["difference_mean"] == pytest.approx(30, abs=1.5 * near(a))
    assert c["verdict"] == UNTOLD and c["naive_difference"] > 15 and abs(c["difference_mean"]) < 8
    assert "30" in a["sentence"] or f"{a['difference_mean']:,.2f}" in a["sentence"]
    assert "Chance alone" in c["sentence"] and "Chance alone" not in a["sentence"]


def test_the_first_order_itself_counts_only_where_it_says_so(four):
    assert gateway(four, "b")["verdict"] == UNTOLD
    whole = gateway(four, "b", WITH_FIRST)
    assert whole["verdict"] == MORE and whole["difference_mean"] == pytest.approx(47, abs=1.5 * near(whole))
    assert gateway(four, "b", WITH_FIRST)["buyers_mean"] > gateway(four, "b")["buyers_mean"] + 99


def test_products_of_few_newcomers_are_left_out(four):
    assert gateway(four, "rare") is None
    assert gateway(four, "a")["newcomers"] == 1_629 and gateway(four, "a")["days"] == 365
    assert four.value("SELECT max(channels) FROM products_gateways") == 2
    assert {g for (g,) in four.rows("SELECT DISTINCT grouped_by FROM products_gateways")} == {"product", "category"}


def test_buyers_of_large_baskets_are_held_against_large_baskets(four):
    row = gateway(four, "d")
    assert row["same_basket_mean"] is not None
    assert row["same_basket_low"] <= row["same_basket_mean"] <= row["same_basket_high"]


def test_a_short_history_is_watched_for_as_long_as_a_third_of_newcomers_were():
    people = [("x", int(ago), "a" if n % 3 else "b", 50, 20) for n, ago in enumerate(np.linspace(5, 180, 600))]
    engine = built(*newcomers(people), settings=Settings(currency="EUR"))
    row = gateway(engine, "a")
    assert 110 < row["days"] < 130 and row["newcomers"] == pytest.approx(200, abs=5)
    assert f"in the {row['days']} days" in row["sentence"]


def test_where_data_begin_amid_a_business_old_customers_are_no_newcomers():
    old = [("x", 890 - n % 40, "a", 50, 400) for n in range(900)]
    new = [("x", int(ago), "a" if n % 3 else "b", 50, 20) for n, ago in enumerate(np.linspace(370, 780, 500))]
    engine = built(*newcomers(old + new), settings=Settings(currency="EUR"))
    assert gateway(engine, "a")["newcomers"] == 500
    assert gateway(engine, "a")["buyers_mean"] == pytest.approx(20)


def test_too_few_newcomers_say_nothing():
    engine = built(*newcomers([("x", 400, "a", 50, 20)] * 60), settings=Settings(currency="EUR"))
    assert engine.value("SELECT count(*) FROM products_gateways") == 0


def test_refunds_of_the_first_order_are_not_what_came_after_it():
    people = [("x", 400 + n % 50, "a" if n % 2 else "b", 50, 20) for n in range(300)]
    orders, lines = newcomers(people)
    refunds = [
        {"order_id": f"o{n}", "product_id": "a", "quantity": 1, "amount": 50, "refunded_on": day(390)}
        for n in range(1, 300, 2)
    ]
    engine, frame = written(orders, lines, settings=Settings(currency="EUR"))
    add(
        engine,
        "sources_refunds",
        [
            {
                "refund_id": f"R{place}", "customer_id": None, "refunded_at": refund["refunded_on"], "profit_given": None,
                "reason": None, "kind": "refund", "currency": "EUR", "date_is_known": True, "file_no": 1, **refund,
            }
            for place, refund in enumerate(refunds)
        ],
    )  # fmt: skip
    frame = books(engine, Settings(currency="EUR"), AS_OF)
    products.build(engine, frame)
    assert gateway(engine, "a")["buyers_mean"] == pytest.approx(20)
    assert gateway(engine, "a", WITH_FIRST)["buyers_mean"] == pytest.approx(20)
    assert gateway(engine, "b", WITH_FIRST)["buyers_mean"] == pytest.approx(70)


@pytest.mark.study
def test_the_demo_shops_gateway_is_found_and_its_lookalike_is_not(tmp_path):
    """Six seeds; `benchmarks/insight/products.py` runs more."""
    inside = 0
    for seed in range(1, 7):
        shop = demo.simulate(tmp_path / str(seed), customers=10_000, seed=seed)
        settings = read_settings(shop.config)
        engine = DuckDB(threads=2)
        files = [FileRequest(path, kind) for kind, path in shop.files.items() if kind not in ("surveys", "experiments")]
        sources.load(engine, files, settings, as_of=shop.as_of, scratch=tmp_path)
        frame = books(engine, settings, shop.as_of)
        products.build(engine, frame)
        planted = json.loads(shop.planted.read_text())["first_products"]
        found = gateway(engine, planted["gateway"]["product_id"])
        whole = gateway(engine, planted["gateway"]["product_id"], WITH_FIRST)
        inside += whole["difference_low"] <= planted["gateway"]["adjusted_difference"] <= whole["difference_high"]
        assert found["verdict"] == MORE
        assert gateway(engine, planted["lookalike"]["product_id"])["verdict"] == UNTOLD
    assert inside >= 3
