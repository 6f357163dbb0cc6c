"""Planted leaks are named, honest columns are not."""

import importlib.util
import json
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from features_shop import books
from scipy.stats import spearmanr

from lifeworth import features
from lifeworth.features import association, leaks
from lifeworth.features.association import Past, associate, group_means, rank_correlation
from lifeworth.features.readings import _natural_order, read

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def planted():
    spec = importlib.util.spec_from_file_location("planted_leaks", ROOT / "benchmarks" / "leaks.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["planted_leaks"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def shop(planted):
    return planted.simulate(1_000, seed=901)


@pytest.fixture(scope="module")
def engine(planted, shop):
    return planted.shop_engine(shop)


@pytest.fixture(scope="module")
def found(planted, engine):
    return {leak.column: leak for leak in features.find_leaks(engine, planted.CUT, planted.HORIZON)}


def list_of(engine, columns):
    """Put these columns in place of the shop's list of customers."""
    rows = [
        json.dumps(dict(zip(columns, row, strict=True)), default=float) for row in zip(*columns.values(), strict=True)
    ]
    engine.write("listed", {"who": np.arange(len(rows)), "attributes": np.array(rows, dtype=object)})
    engine.execute("CREATE OR REPLACE TABLE sources_customers_kept AS SELECT * FROM sources_customers")
    engine.execute("DELETE FROM sources_customers")
    engine.execute(
        "INSERT INTO sources_customers BY NAME SELECT printf('C%06d', who) AS customer_id, attributes FROM listed"
    )


@pytest.fixture
def with_list(engine):
    yield lambda columns: list_of(engine, columns)
    engine.execute("DELETE FROM sources_customers")
    engine.execute("INSERT INTO sources_customers SELECT * FROM sources_customers_kept")


def test_ten_of_ten_leaks_and_none_of_ten_honest_columns(planted, found):
    assert set(found) == set(planted.LEAKS)


def test_a_leak_says_what_was_found_and_what_is_done(found):
    assert found["last_order"].kind == found["churn_date"].kind == "recorded later"
    assert found["survey_score"].kind in ("tells the future", "missing tells the future")
    for leak in found.values():
        assert leak.column in leak.sentence
        assert leak.evidence in leak.sentence
        assert "leave it out" in leak.sentence
        assert "{" not in leak.sentence


def test_a_named_column_can_be_left_out_of_the_features(planted, engine, found):
    named = {leak.feature for leak in found.values()}
    assert named <= {f.name for f in features.available(engine)}
    kept = features.plan(engine, planted.CUT, leave_out=named).features
    assert {f.name for f in kept} == {f.name for f in features.available(engine)} - named


@pytest.mark.study
@pytest.mark.parametrize(("size", "fewest"), [(300, 9.5), (2_000, 10.0), (10_000, 10.0)])
def test_ten_seeds_of_every_size(planted, size, fewest):
    named = [set(planted.named(size, seed)) for seed in range(301, 311)]
    assert np.mean([len(names & planted.LEAKS.keys()) for names in named]) >= fewest
    assert not [names & planted.DECOYS.keys() for names in named if names & planted.DECOYS.keys()]


def test_days_of_appointments_are_no_leak(planted, shop, engine, with_list):
    ends = [str(planted.CUT + timedelta(days=int(n))) for n in shop.rng.integers(-300, 700, shop.customers)]
    seen = [str(planted.CUT + timedelta(days=int(n))) for n in shop.rng.integers(-300, 100, shop.customers)]
    with_list({"contract_end": ends, "last_login": seen})
    [leak] = features.find_leaks(engine, planted.CUT, planted.HORIZON)
    assert (leak.column, leak.kind, leak.feature) == ("last_login", "recorded later", "attribute_last_login")


def test_a_column_filled_only_for_those_who_come_back_is_named_for_its_gaps(planted, shop, engine, with_list):
    back = shop.between(planted.CUT_DAY, planted.CUT_DAY + planted.HORIZON) > 0
    by_chance = shop.rng.random(shop.customers) > 0.5
    with_list({"checked": [7 if b else None for b in back], "asked": [7 if b else None for b in by_chance]})
    [leak] = features.find_leaks(engine, planted.CUT, planted.HORIZON)
    assert (leak.column, leak.kind) == ("checked", "missing tells the future")


def test_without_a_stretch_after_the_cut_only_days_can_tell(planted, shop, engine):
    end = planted.START + timedelta(days=planted.DAYS + 1)
    assert features.find_leaks(engine, end, planted.HORIZON) == ()


def test_a_shop_without_a_list_or_with_few_customers_has_nothing_to_name(planted):
    row = {"order_id": "1", "customer_id": "x", "ordered_on": planted.CUT - timedelta(days=9), "gross": 5}
    assert features.find_leaks(books({"orders": [row]}), planted.CUT, 90) == ()
    listed = {"customer_id": "x", "country": "DE", "attributes": json.dumps({"score": 3})}
    assert features.find_leaks(books({"orders": [row], "customers": [listed]}), planted.CUT, 90) == ()


def test_a_sample_is_spread_evenly_over_the_customers(planted, engine, monkeypatch):
    sql = leaks._SAMPLE.format(cut=f"DATE '{planted.CUT}'", most=100)
    keys = [key for (key,) in engine.rows(sql + " ORDER BY customer_key")]
    assert len(keys) == 100
    assert max(np.diff(keys)) <= 12


def _made_up(customers=3_000):
    rng = np.random.default_rng(5)
    past = rng.normal(size=(customers, 3))
    outcome = past @ [1.0, -2.0, 0.5] + rng.normal(size=customers)
    return rng, past, outcome


def test_what_the_past_explains_is_taken_out_and_nothing_else():
    rng, past, outcome = _made_up()
    rest = Past(past).leave(outcome)
    assert np.abs(past.T @ rest).max() < 1e-6 * len(rest)
    assert not Past(past).leave(past @ [3.0, 1.0, 9.0]).any()
    assert associate([outcome], [], [outcome], Past(past)).strength == pytest.approx(1.0)
    assert associate([rng.normal(size=len(past))], [], [outcome], Past(past)).strength < 0.08
    known = past @ [1.0, -2.0, 0.5] + 1e-3 * rng.normal(size=len(past))
    assert associate([known], [], [outcome], Past(past)).strength < 0.08


def test_the_rank_correlation_is_scipys():
    rng = np.random.default_rng(6)
    first, second = rng.integers(0, 5, 200).astype(float), rng.normal(size=200)
    assert rank_correlation(first, second) == pytest.approx(spearmanr(first, second).statistic)


def test_a_customers_own_outcome_never_enters_its_groups_mean():
    rng = np.random.default_rng(7)
    groups, outcome = rng.integers(0, 40, 400), rng.normal(size=400)
    before = group_means(groups, outcome)
    for customer in (0, 17, 399):
        changed = outcome.copy()
        changed[customer] += 1_000
        assert group_means(groups, changed)[customer] == before[customer]
    assert association.FOLDS > 1


def test_texts_are_put_in_the_order_people_put_them():
    assert list(_natural_order(np.array(["K10", "K9", "A2b", "K9a"], dtype=object))) == [3, 1, 0, 2]


def test_a_reading_lines_values_up_with_customers():
    reading = read(np.array([1, 3, 4, 9]), np.array([3, 5, 9]), np.array(["b", "c", "a"], dtype=object))
    assert list(reading.filled) == [False, True, False, True]
    assert list(reading.groups[0][[1, 3]]) == [2, 1]
    assert list(reading.numbers[0][[1, 3]]) == [1, 0]
