"""What goes with what and what comes next: against brute force, against chance, and without peeking."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from products_shop import built, day, written
from scipy import sparse

from lifeworth.insight import products
from lifeworth.insight.products import proof as proofs
from lifeworth.insight.products.contents import Baskets, commonest
from lifeworth.insight.products.ease import RIDGE, learn_weights
from lifeworth.insight.products.pairs import find_pairs, pair_rows
from lifeworth.insight.products.proof import (
    EVERY_PRODUCT,
    MODEL,
    NEW,
    NEW_PRODUCTS,
    OWN,
    POPULAR,
    hold_out,
    proof_rows,
    rate,
    serves,
    times,
)
from lifeworth.insight.products.scores import best, learn_taste, profiles, score
from lifeworth.settings import Settings

AS_OF = date(2025, 7, 1)
LAST = (AS_OF - date(1970, 1, 1)).days


def baskets_of(rows, products):
    """Baskets from (customer, day, products) rows."""
    rows = sorted(rows, key=lambda row: (row[0], row[1]))
    holds = sparse.lil_array((len(rows), products))
    for place, (_, _, held) in enumerate(rows):
        holds[place, list(held)] = 1
    customers, who = np.unique([row[0] for row in rows], return_inverse=True)
    return Baskets(who, np.array([row[1] for row in rows]), holds.tocsr(), customers)


def as_rows(baskets):
    held = baskets.holds.toarray()
    return [
        (baskets.customers[who], when, np.flatnonzero(row))
        for who, when, row in zip(baskets.customer, baskets.day, held, strict=True)
    ]


def dealt(seed, customers=300, products=40, *, structure):
    """Customers of four tastes with ten products each; without structure everybody buys from all forty alike."""
    rng = np.random.default_rng([seed, 31])
    rows = []
    for customer in range(customers):
        shelf = np.arange(products) if not structure else np.arange(10) + 10 * (customer % 4)
        fame = np.exp(-0.08 * (np.arange(len(shelf)) if not structure else np.arange(10) * 4))
        for visit in range(int(rng.integers(2, 7))):
            held = rng.choice(shelf, size=3, replace=False, p=fame / fame.sum())
            rows.append((customer, LAST - 1 - 30 * visit - int(rng.integers(0, 25)), held))
    return baskets_of(rows, products)


def test_weights_are_those_of_regressing_each_product_on_all_others():
    rng = np.random.default_rng(3)
    held = (rng.random((400, 12)) < 0.2).astype(float)
    held[:, 1] = np.maximum(held[:, 0], held[:, 1])
    found = learn_weights(sparse.csr_array(held))
    ridge = max(RIDGE * 400, 1.0)
    for product in range(12):
        others = np.delete(np.arange(12), product)
        x = held[:, others]
        wanted = np.linalg.solve(x.T @ x + ridge * np.eye(11), x.T @ held[:, product])
        assert found[others, product] == pytest.approx(wanted) and found[product, product] == 0


def test_every_customer_twice_learns_the_same():
    held = sparse.csr_array((np.random.default_rng(5).random((500, 9)) < 0.3).astype(float))
    assert learn_weights(sparse.vstack([held, held]).tocsr()) == pytest.approx(learn_weights(held), abs=1e-9)


def test_profiles_fade_by_half_every_three_baskets():
    baskets = baskets_of([(1, 10, [0]), (1, 20, [1]), (1, 30, [1]), (1, 40, [2]), (2, 5, [0])], 3)
    assert profiles(baskets, 2).toarray() == pytest.approx(
        np.array([[0.5, 2 ** (-2 / 3) + 2 ** (-1 / 3), 1], [1, 0, 0]])
    )
    assert profiles(baskets, 2, fading=False).toarray().tolist() == [[1, 2, 1], [1, 0, 0]]


def test_the_best_are_the_best_and_equals_stand_in_order():
    rng = np.random.default_rng(6)
    scores = np.round(rng.random((50, 30)), 1)
    allowed = rng.random((50, 30)) < 0.4
    found = best(scores, allowed, 5)
    for row in range(50):
        wanted = sorted(np.flatnonzero(allowed[row]), key=lambda place: (-scores[row, place], place))[:5]
        named = [int(place) for place in found[row] if place >= 0]
        assert scores[row, named].tolist() == scores[row, wanted].tolist()
        assert named == sorted(named, key=lambda place: (-scores[row, place], place))
    assert best(np.zeros((2, 3)), np.zeros((2, 3), dtype=bool)).tolist() == [[-1] * 3] * 2


def test_products_nobody_buys_any_more_are_not_offered():
    baskets = baskets_of([(c, LAST - 200, [0, 1]) for c in range(40)] + [(c, LAST - 5, [1, 2]) for c in range(40)], 3)
    taste = learn_taste(baskets, LAST)
    assert taste.sold.tolist() == [False, True, True]
    assert np.isneginf(score(taste, profiles(baskets, 40))[:, 0]).all()


@pytest.mark.parametrize("seed", range(3))
def test_tastes_are_found_where_there_are_any(seed):
    rows = proof_rows(hold_out(dealt(seed, structure=True), AS_OF), 0.9)
    assert serves(rows, EVERY_PRODUCT) and serves(rows, NEW_PRODUCTS)
    [ours] = [row for row in rows if row[0] == NEW_PRODUCTS and row[1] == MODEL]
    assert ours[8] > 1.3


def test_where_everybody_buys_alike_nothing_is_offered():
    """Twenty shops without structure: the model may seem better than the favourites in few of them."""
    wrong = sum(
        serves(proof_rows(hold_out(dealt(seed, structure=False), AS_OF), 0.9), NEW_PRODUCTS) for seed in range(20)
    )
    assert wrong <= 3


def test_nothing_is_learned_from_other_customers_later_baskets():
    rows = as_rows(dealt(1, structure=True))
    strangers = [(1_000 + n, LAST - 3, [38, 39]) for n in range(500)]
    alone, among = (hold_out(baskets_of(held, 40), AS_OF) for held in (rows, rows + strangers))
    assert alone.until == among.until < AS_OF - timedelta(days=3)
    for key, hits in alone.hits.items():
        assert (hits == among.hits[key]).all()
    assert alone.at_place == among.at_place


def test_the_held_out_basket_itself_is_not_known():
    """What is named must not depend on what the held-out baskets hold."""
    baskets = dealt(1, structure=True)
    trial = hold_out(baskets, AS_OF)
    last = np.append(baskets.customer[1:] != baskets.customer[:-1], True)
    cut = (trial.until - date(1970, 1, 1)).days
    swapped = baskets.holds.toarray()
    swapped[last & (baskets.day >= cut)] = 1
    everything = hold_out(replace(baskets, holds=sparse.csr_array(swapped)), AS_OF)
    assert all(hits.all() for hits in everything.hits.values())
    offered = [[asked for asked, _ in places] for places in (trial.at_place[NEW], everything.at_place[NEW])]
    assert offered[0] == offered[1]


def test_hit_rates_are_those_of_a_loop(monkeypatch):
    baskets = dealt(2, structure=True)
    monkeypatch.setattr(proofs, "BLOCK", 37)
    trial = hold_out(baskets, AS_OF)
    cut = (trial.until - date(1970, 1, 1)).days
    held = baskets.holds.toarray() > 0
    popular = np.argsort(-held[baskets.day < cut].sum(axis=0), kind="stable")[:10]
    hits, own = [], []
    for customer in range(len(baskets.customers)):
        mine = np.flatnonzero(baskets.customer == customer)
        if baskets.day[mine[-1]] >= cut and (baskets.day[mine] < cut).any():
            hits.append(held[mine[-1], popular].any())
            counts = (
                held[mine[:-1]].sum(axis=0)
                + 1e-3 * held[baskets.day < cut].sum(axis=0) / held[baskets.day < cut].sum(axis=0).max()
            )
            own.append(held[mine[-1], np.argsort(-counts, kind="stable")[:10]].any())
    assert trial.hits[EVERY_PRODUCT, POPULAR].tolist() == hits
    assert trial.hits[EVERY_PRODUCT, OWN].mean() == pytest.approx(np.mean(own), abs=0.02)


def test_few_who_came_back_prove_nothing():
    assert hold_out(dealt(1, customers=20, structure=True), AS_OF) is None


def test_a_ratio_of_hit_rates_has_a_range_that_holds_it():
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(400):
        both = rng.random(250)
        inside += (lambda r: r[1] <= 1.5 <= r[2])(times(both < 0.3, (both < 0.1) | (both > 0.9), 0.9))
    assert 330 <= inside <= 390
    assert times(np.zeros(5, dtype=bool), np.ones(5, dtype=bool), 0.9) is None
    assert rate(0, 10, 0.9)[0] == 0 and rate(10, 10, 0.9)[2] == 1


# --- pairs


def names(products):
    return [(f"P{n}", f"Product {n}") for n in range(products)]


def test_lift_and_its_friends_by_hand():
    rows = [(c, 1, [0, 1]) for c in range(30)] + [(c, 2, [0]) for c in range(30)] + [(c, 3, [2]) for c in range(60)]
    baskets = baskets_of(rows, 3)
    pairs = find_pairs(baskets)
    assert list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == [(0, 1), (1, 0)]
    assert pairs.lift == pytest.approx(30 * 120 / (60 * 30)) and pairs.confidence.tolist() == [0.5, 1.0]
    first, *_ = pair_rows(pairs, baskets, names(3), 0.9)
    assert first[:9] == ["P0", "Product 0", 1, "P1", "Product 1", 120, 30, 30, 0.25]
    assert first[11] < first[10] < first[12]


def test_the_spread_of_a_lift_is_that_of_leaving_customers_out():
    baskets = dealt(3, structure=True)
    pairs = find_pairs(baskets)
    held, count = baskets.holds.toarray(), len(baskets.customers)
    for one in (0, len(pairs.first) // 2):
        a, b = held[:, pairs.first[one]], held[:, pairs.second[one]]

        def lift(kept, a=a, b=b):
            return np.log((a * b)[kept].mean() / (a[kept].mean() * b[kept].mean()))

        without = np.array([lift(baskets.customer != customer) for customer in range(count)])
        jackknife = ((count - 1) / count * ((without - without.mean()) ** 2).sum()) ** 0.5
        assert pairs.spread[one] == pytest.approx(jackknife, rel=0.1)


def test_pairs_of_the_same_taste_and_no_others_are_named():
    pairs = find_pairs(dealt(4, customers=800, structure=True))
    assert len(pairs.first) > 20
    assert (pairs.first // 10 == pairs.second // 10).all()


def test_chance_names_hardly_any_pair():
    found = [len(find_pairs(dealt(seed, customers=400, structure=False)).first) > 0 for seed in range(20)]
    assert sum(found) <= 4


def test_one_customer_who_always_buys_two_together_is_no_pair():
    rows = [(0, n, [0, 1]) for n in range(200)] + [(c, 1, [c % 5]) for c in range(1, 300)]
    assert len(find_pairs(baskets_of(rows, 5)).first) == 0


def test_only_the_commonest_products_are_asked():
    baskets = baskets_of([(c, 1, [0, 2]) for c in range(9)] + [(c, 2, [3]) for c in range(5)], 5)
    assert commonest(baskets, 2).tolist() == [0, 2] and commonest(baskets).tolist() == [0, 2, 3]


# --- the tables


@pytest.fixture(scope="module")
def shop():
    rng = np.random.default_rng(12)
    orders, lines = [], []
    for customer in range(240):
        for visit in range(5):
            order = f"o{customer}-{visit}"
            orders.append((order, f"c{customer:03d}", day(5 + 20 * visit + customer % 15), {}))
            for product in rng.choice(8, size=3, replace=False):
                lines.append((order, f"p{10 * (customer % 3) + product:02d}", 5 + customer % 7, {}))
    engine = built(orders, lines, settings=Settings(currency="EUR"), before=None)
    yield engine
    engine.close()


def test_offers_are_made_to_those_worth_most_with_a_reason_and_a_chance(shop):
    rows = shop.records("SELECT * FROM products_offers")
    assert rows and {row["kind"] for row in rows} <= {"new to the customer", "bought before"}
    values = [row["value_mean"] for row in rows]
    assert values == sorted(values, reverse=True)
    assert all(
        row["place"] in (1, 2, 3) and 0 <= row["chance_low"] <= row["chance_mean"] <= row["chance_high"] <= 1
        for row in rows
    )
    bought = set(
        shop.rows(
            "SELECT o.customer_id, l.product_id FROM sources_order_lines l JOIN sources_orders o USING (order_id)"
        )
    )
    for row in rows:
        before = (row["customer_id"], row["product_id"]) in bought
        assert before == (row["kind"] == "bought before")
        if row["because_product_id"]:
            assert (row["customer_id"], row["because_product_id"]) in bought and row["kind"] != "bought before"


def test_who_said_no_to_both_is_offered_nothing():
    orders, lines = [], []
    for customer in range(150):
        for visit in range(4):
            orders.append((f"o{customer}-{visit}", f"c{customer:03d}", day(5 + 20 * visit), {}))
            lines += [
                (f"o{customer}-{visit}", f"p{10 * (customer % 3) + (visit + k) % 9:02d}", 5, {}) for k in range(3)
            ]
    engine, frame = written(orders, lines, settings=Settings(currency="EUR"))
    engine.execute("UPDATE insight_customers SET consent_email = FALSE, consent_ads = customer_id <> 'c003'")
    products.build(engine, frame)
    named = {customer for (customer,) in engine.rows("SELECT customer_id FROM products_offers")}
    assert "c004" in named and "c003" not in named


def test_the_proof_says_until_when_was_learned(shop):
    rows = shop.records("SELECT * FROM products_next_proof")
    assert {row["trained_until"] for row in rows} == {day(28)} or max(row["trained_until"] for row in rows) < day(1)
    for row in rows:
        assert row["hit_rate"] == pytest.approx(row["hits"] / row["baskets"], abs=1e-6)
        assert row["hit_rate_low"] <= row["hit_rate"] <= row["hit_rate_high"]
    assert rows[0]["trained_until"] < AS_OF - timedelta(days=1)
