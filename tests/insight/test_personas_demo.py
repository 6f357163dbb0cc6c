"""Personas of the demo shop, all the way from its files: planted kinds, planted proxies, and shops in which there is nothing."""

import json

import numpy as np
import pytest
from insight_shop import valued
from personas_world import roles

from lifeworth.demo import simulate
from lifeworth.insight import personas
from lifeworth.insight.ground import create
from lifeworth.insight.personas.classes.halves import adjusted_rand
from lifeworth.settings import read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.engine import one_file


def demo(folder, customers, seed, structure=True):
    shop = simulate(folder / "shop", customers=customers, seed=seed, structure=structure)
    files = [
        FileRequest(path, kind) for kind, path in shop.files.items() if kind not in ("leads", "experiments", "touches")
    ]
    settings = read_settings(shop.config)
    listed = shop.files["customers"].read_text(encoding="utf-8").splitlines()[0].split(",")
    known = settings.model_copy(update={"attributes": [name for name in settings.attributes if name in listed]})
    engine, frame = valued(files, folder, settings=known, seed=seed)
    create(engine, *personas.TABLES)
    personas.build(engine, frame)
    return engine, shop


def members(engine, shop):
    """Place of each customer's group, −1 for none, and the planted kind."""
    rows = engine.rows(f"""SELECT p.persona, t.kind FROM personas_customers p JOIN read_parquet({one_file(shop.truth)}) t
        USING (customer_id) ORDER BY customer_id""")
    names, kinds = sorted({p for p, _ in rows if p}), sorted({k for _, k in rows})
    return np.array([names.index(p) if p else -1 for p, _ in rows]), np.array([kinds.index(k) for _, k in rows])


def test_from_the_files_of_a_shop_to_its_kinds_of_people(tmp_path):
    engine, shop = demo(tmp_path, 700, 1)
    member, kind = members(engine, shop)
    assert adjusted_rand(member[member >= 0], kind[member >= 0]) >= 0.6
    planted = {each["column"]: each["role"] for each in json.loads(shop.planted.read_text())["attributes"]["columns"]}
    used = {
        name
        for (name,) in engine.rows("SELECT attribute FROM personas_attributes WHERE used AND origin = 'own column'")
    }
    assert {name for name, role in planted.items() if role == "kind"} >= used and len(used) >= 5
    flagged = [name for (name,) in engine.rows("SELECT predictor FROM personas_proxies WHERE flagged")]
    assert flagged == [name for name, role in planted.items() if role == "proxy"]
    assert {step for (step,) in engine.rows("SELECT DISTINCT step FROM personas_journey")} >= {
        "first category",
        "value of an order",
    }
    assert engine.value("SELECT count(*) FROM personas_examples WHERE event = 'first order'") >= 2


@pytest.mark.study
@pytest.mark.parametrize("seed", range(1, 6))
def test_planted_kinds_come_back_and_their_worth_lies_in_its_range(tmp_path, seed):
    engine, shop = demo(tmp_path, 3_000, seed)
    member, kind = members(engine, shop)
    assert adjusted_rand(member[member >= 0], kind[member >= 0]) >= 0.75
    assert len(roles(engine)[0]) in (1, 2)
    for persona, low, high in engine.rows(
        "SELECT persona, value_low, value_high FROM personas_profiles WHERE role = 'ideal'"
    ):
        truth = engine.value(
            f"SELECT sum(true_value) FROM read_parquet({one_file(shop.truth)}) JOIN personas_customers USING (customer_id) WHERE persona = ?",
            [persona],
        )
        assert low - 0.25 * (high - low) <= truth <= high + 0.25 * (high - low)


@pytest.mark.study
@pytest.mark.parametrize("seed", range(1, 6))
def test_shops_without_structure_have_no_personas(tmp_path, seed):
    engine, _ = demo(tmp_path, 3_000, seed, structure=False)
    assert roles(engine) == ([], [])
    assert engine.value("SELECT found FROM personas_finding") is False
