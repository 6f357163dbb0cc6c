"""What moves one customer's forecast: adds up, agrees with known truth, survives the disk, and reasons tell it truly."""

import json
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lifeworth.backtest.choice import Choice
from lifeworth.errors import DataError
from lifeworth.features.feature import Feature
from lifeworth.features.plan import Plan
from lifeworth.models.blend import Blend
from lifeworth.models.forecast import CustomerHistory
from lifeworth.models.learned import Expectation, Known, Tweedie, TwoStage, Window, saving
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.values import keeping
from lifeworth.values.contributions import against_the_average, how_made
from lifeworth.values.keeping import Behind, keep, read_kept
from lifeworth.values.reasons import Heard, sentences, standing, strongest

PURCHASE = "purchase model"
CUSTOMERS = 1000
AS_OF = date(2026, 1, 1)


@pytest.fixture(scope="module")
def world():
    """Customers of tier 1 bring three times what their purchases say; noise columns say nothing."""
    r = np.random.default_rng(3)
    tier = r.integers(0, 2, CUSTOMERS)
    noise = r.normal(size=(CUSTOMERS, 2))
    noise[r.random(noise.shape) < 0.1] = np.nan
    orders = r.gamma(0.7, 2.0, CUSTOMERS) + 0.02
    said = Expectation(1 - np.exp(-orders), orders, orders * r.gamma(4.0, 10.0, CUSTOMERS))
    came = np.where(r.random(CUSTOMERS) < said.chance, said.revenue / said.chance * np.where(tier == 1, 3.0, 1.0), 0.0)
    features = np.column_stack([tier, noise]).astype(np.float32)
    known = Known(("attribute_tier", "noise", "spare"), features, ("attribute_tier",), r.random(CUSTOMERS), said)
    windows = [Window(known, came * r.gamma(20, 1 / 20, CUSTOMERS))]
    models = [TwoStage(False), TwoStage(True), Tweedie()]
    return SimpleNamespace(known=known, said=said, tier=tier, models=[model.fit(windows) for model in models])


def blended(world, weights):
    names = (PURCHASE, *(model.name for model in world.models))
    blend = Blend(names, np.tile(weights, (4, 1)), 8.0, PURCHASE)
    expected = {PURCHASE: world.said} | {model.name: model.predict(world.known) for model in world.models}
    places = np.arange(CUSTOMERS) % 4
    mixed = blend(expected, places)
    carried = Expectation(mixed.chance, mixed.orders * 2, mixed.revenue * (1.5 + 0.5 * world.said.chance))
    return blend, Behind(90, expected, places, mixed, carried, carried.revenue * 0.3, 1.2)


def result(world, folder, weights=(0.1, 0.2, 0.3, 0.4), kind="blend", floor=None):
    """A model folder as a run writes it, and what it was made from."""
    engine, (blend, behind) = DuckDB(), blended(world, np.array(weights))
    ids = np.array([f"C{number:04d}" for number in range(CUSTOMERS)], dtype=object)
    key = np.arange(CUSTOMERS) + 7
    engine.write("ledger_keys", {"customer_id": ids, "customer_key": key})
    engine.write("ledger_histories", {"customer_id": ids})
    columns = {name: world.known.features[:, place].astype(float) for place, name in enumerate(world.known.names)}
    engine.write("backtest_features_now", {"customer_key": key, **columns})
    told = [Feature("attribute_tier", "", "tier, as the list of customers gives it", "attributes", "category")]
    told += [Feature(name, "share", f"a {name}", "money") for name in ("noise", "spare")]
    block = SimpleNamespace(features=tuple(told))
    trials = SimpleNamespace(learned=world.models, feature_plan=Plan((block,), {"attribute_tier": ("plain", "gold")}))
    keep(
        engine,
        folder,
        behind,
        SimpleNamespace(p_alive=lambda: world.known.alive),
        trials=trials,
        choice=Choice(kind, blend, None, floor),
        as_of=AS_OF,
        horizon_days=180,
        in_profit=True,
    )
    assert "backtest_features_now" not in engine.tables()
    return behind, ids


@pytest.fixture(scope="module")
def published(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    behind, ids = result(world, folder)
    return SimpleNamespace(folder=folder, behind=behind, ids=ids, kept=read_kept(folder), engine=DuckDB())


@pytest.mark.parametrize("who", [0, 1, 2, 3, 500, 999])
def test_everything_adds_up_to_the_published_number(published, who):
    making = how_made(published.engine, published.kept, published.ids[who])
    behind = published.behind
    assert making.revenue == pytest.approx(behind.carried.revenue[who] * 1.2)
    assert making.average == pytest.approx(behind.carried.revenue.mean())
    total = making.average + sum(effect.money for effect in making.effects) + making.correction
    assert total == pytest.approx(making.revenue, rel=1e-9)
    said = sum(opinion.weight * opinion.revenue for opinion in making.opinions)
    assert said == pytest.approx(behind.blended.revenue[who])
    assert sum(o.weight * o.orders for o in making.opinions) == pytest.approx(behind.blended.orders[who])
    assert making.situation == ("new", "one order", "regular", "lapsing")[who % 4]


def test_the_known_driver_is_found_with_the_right_sign_and_size(world, tmp_path):
    """Tier triples revenue: its effect must be what that factor moves, worked out apart over the whole base."""
    behind, ids = result(world, tmp_path, weights=(0.0, 0.0, 0.0, 1.0))
    kept, engine, r = read_kept(tmp_path), DuckDB(), behind.carried.revenue
    big = np.argsort(-world.said.revenue)[:200]
    for tier in (1, 0):
        who = big[world.tier[big] == tier][0]
        effects = {effect.name: effect for effect in how_made(engine, kept, ids[who]).effects}
        others = np.delete(np.arange(CUSTOMERS), who)
        size = (r[who] - r[others]) / np.log(r[who] / r[others])
        truth = float((size * np.log(3.0) * (tier - world.tier[others])).mean())
        assert effects["attribute_tier"].value == ("plain", "gold")[tier]
        assert effects["attribute_tier"].money == pytest.approx(truth, rel=0.35)
        seen = [effect for name, effect in effects.items() if name in world.known.names]
        assert max(seen, key=lambda effect: abs(effect.money)).name == "attribute_tier"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 40), st.integers(1, 6))
def test_effects_leave_no_remainder(seed, count, drivers):
    r = np.random.default_rng(seed)
    odds, money = r.normal(0, 2, (count, drivers)), r.normal(0, 2, (count, drivers))
    chance = 1 / (1 + np.exp(-odds.sum(axis=1) - 0.3))
    revenue = chance * np.exp(money.sum(axis=1) + 1.0)
    stands = r.integers(1, 50, count).astype(float)
    mean = float(stands @ revenue / stands.sum()) * 1.01
    assume(revenue.min() > 1e-8)  # amounts nearer to nothing are taken as a billionth, parts and all
    others = revenue[1:]
    assume(others.min() * 1.02 < mean < others.max() / 1.02)
    effects = against_the_average(revenue, chance, odds, money, stands, mean)
    assert effects.sum() == pytest.approx(revenue[0] - mean, rel=1e-7, abs=1e-7 * (revenue.max() + mean))


def test_one_effect_agrees_with_the_integral_along_the_straight_path():
    """The share of a driver in x → exp(x) is the integral of its partial derivative (Aumann and Shapley 1974)."""
    money = np.array([[1.2, -0.4, 0.7], [0.1, 0.5, -0.9]])
    revenue = np.exp(money.sum(axis=1))
    effects = against_the_average(revenue, np.ones(2), np.zeros((2, 3)), money, np.array([0.0, 1.0]), revenue[1])
    t = (np.arange(200_000) + 0.5) / 200_000
    path = np.exp(money[1].sum() + t * (money[0] - money[1]).sum()).mean()
    assert effects == pytest.approx(path * (money[0] - money[1]), rel=1e-8)


def test_models_come_back_to_the_last_bit(world):
    text = saving.to_json(world.models, categories=("attribute_tier",))
    back = saving.from_json(text)
    assert [model.name for model in back] == [model.name for model in world.models]
    for model, other in zip(world.models, back, strict=True):
        for part in ("chance", "orders", "revenue"):
            assert np.array_equal(getattr(model.predict(world.known), part), getattr(other.predict(world.known), part))
        for trees in ("chance_", "amount_", "ratio_"):
            if hasattr(model, trees):
                own, read = (getattr(m, trees).contributions(world.known.matrix) for m in (model, other))
                assert np.array_equal(own, read)
    assert saving.to_json(back, categories=("attribute_tier",)) == text
    assert "num_threads" not in text


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "tree\nversion=v4", '{"format": "lifeworth learned models"}', "\x80\x04\x95"]
)
def test_what_is_not_ours_is_refused_in_words(text):
    with pytest.raises(DataError, match="cannot be read"):
        saving.from_json(text)


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_is_refused_and_never_ends_the_process(world, seed):
    """Damage with the checksum put right must not reach LightGBM, which would abort."""
    r = np.random.default_rng(seed)
    text = saving.to_json(world.models)
    place = int(r.integers(0, len(text)))
    damaged = text[:place] if seed % 2 else text[:place] + ("x" if text[place] != "x" else "y") + text[place + 1 :]
    with pytest.raises(DataError, match="cannot be read"):
        saving.from_json(damaged)
    body = json.loads(text)
    del body["sha256"]
    trees = body["models"][1]["trees"]
    start = trees["amount"].index("Tree=0")
    end = trees["amount"].index("end of trees")
    place = int(r.integers(start, end))
    trees["amount"] = trees["amount"][:place] + ("x" if seed % 2 else "") + trees["amount"][place + 1 + seed :]
    with pytest.raises(DataError, match="cannot be read"):
        saving.from_json(saving.seal(saving.KIND, {"models": body["models"]}))


def test_a_changed_folder_is_refused(world, tmp_path):
    assert read_kept(tmp_path / "nothing") is None
    result(world, tmp_path)
    facts = tmp_path / "model" / "facts.json"
    whole = facts.read_text()
    facts.write_text(whole.replace('"window_days": 90', '"window_days": 91'))
    with pytest.raises(DataError, match="checksum"):
        read_kept(tmp_path)
    facts.write_text(whole)
    (tmp_path / "model" / "learned.json").unlink()
    with pytest.raises(DataError, match="lacks"):
        read_kept(tmp_path)
    rows = tmp_path / "model" / "features.parquet"
    rows.write_bytes(rows.read_bytes()[:-1])
    with pytest.raises(DataError, match="features.parquet"):
        read_kept(tmp_path)


def test_of_very_many_customers_the_most_valuable_are_kept(world, tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 300)
    monkeypatch.setattr(keeping, "REFERENCES", 150)
    behind, ids = result(world, tmp_path)
    kept, engine, ranked = read_kept(tmp_path), DuckDB(), np.argsort(-behind.value)
    for place in (0, 150, 299):
        making = how_made(engine, kept, ids[ranked[place]])
        assert making.average + sum(e.money for e in making.effects) + making.correction == pytest.approx(
            making.revenue
        )
    missing = [how_made(engine, kept, ids[who]) is None for who in ranked[300::35]]
    assert sum(missing) >= 12


def test_under_a_rule_methods_are_heard_but_move_nothing(world, tmp_path):
    result(world, tmp_path, kind="floor", floor="rate so far")
    making = how_made(DuckDB(), read_kept(tmp_path), "C0003")
    assert making.rule == "rate so far" and making.effects == () and len(making.opinions) == 4


def base(count=5):
    frequency = np.array([4.0, 4, 4, 9, 0])
    arrays = dict(
        frequency=frequency,
        recency_days=np.array([120.0, 120, 120, 110, 0]),
        T_days=np.array([130.0, 900, 130, 130, 200]),
        revenue=np.array([250.0, 2500, 250, 500, 54]),
        profit=np.array([75.0, -300, 75, 150, 15]),
    )
    return CustomerHistory(
        **arrays, **{f: np.zeros(5) for f in CustomerHistory.__dataclass_fields__ if f not in arrays}
    )


def told(heard):
    """The three sentences of five customers, through the very SQL."""
    history, engine = base(), DuckDB()
    orders, alive = history.frequency + 1, np.array([0.9, 0.1, 0.9, 0.9, 1.0])
    s = standing(
        history, orders, np.array([0, 0.9, 0, 0, 0]), np.array([0.0, 9, 0, 0, 0]), alive, in_profit=True, heard=heard
    )
    facts = {f: getattr(history, f) for f in ("frequency", "T_days", "revenue", "profit")}
    facts |= {"orders": orders.astype(int), "days_since_last": (history.T_days - history.recency_days).astype(int)}
    facts |= {"gap": history.recency_days / np.maximum(history.frequency, 1), "order_value": history.revenue / orders}
    facts |= {"p_alive": alive, "returned_share": s.returned_share, "tickets": s.tickets.astype(int)}
    facts |= {
        "first_order_at": np.full(5, np.datetime64("2025-03-04", "us")),
        "last_order_at": np.full(5, np.datetime64("2025-06-04", "us")),
    }
    engine.write("facts", facts | strongest(s))
    return engine.rows(f"SELECT {sentences(s, ' GBP')} FROM facts")


PACE = np.array([1.4, 1.8, 1.1, 0.5, 12.0])


def test_a_value_far_from_the_order_history_says_so_whatever_else_is_strong():
    rows = told(Heard(pace=PACE, weighed=("basket", "channel")))
    assert "regular customers of this pattern brought 40 % more than their order history alone suggests" in rows[0]
    assert "lapsing customers of this pattern brought 80 % more than their order history alone suggests" in rows[1]
    assert not any("of this pattern" in reason for reason in rows[2])
    assert "regular customers of this pattern brought 50 % less than their order history alone suggests" in rows[3]
    assert any("more than 5 times what their order history" in reason for reason in rows[4])


def test_one_order_says_what_the_estimate_rests_on():
    heard = told(Heard(pace=np.ones(5), weighed=("basket", "channel")))[4]
    assert any("rests on one order of 54 GBP in March 2025, its basket and channel," in reason for reason in heard)
    alone = told(None)[4]
    assert any("54 GBP in March 2025, and on how customers went on" in reason for reason in alone)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("cohort mean", "cannot be told apart"),
        ("rate so far", "simple rule"),
        ("last stretch", "latest stretch"),
        ("RFM cell mean", "frequency and money"),
    ],
)
def test_a_rule_is_everybodys_first_reason(rule, words):
    rows = told(Heard(rule=rule))
    assert all(words in first for first, _, _ in rows)
    assert not any("rests on one order" in reason or "judged by customers" in reason for row in rows for reason in row)
    assert all(len(set(row)) == 3 for row in rows)
